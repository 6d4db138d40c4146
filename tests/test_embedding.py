"""The embedders: unit vectors by meaning, the same every time, from the model's folder alone."""

import math
import shutil
from pathlib import Path
from typing import Any

import pytest
from command_line import run_python
from fakes import KeywordEmbeddings
from toy_encoders import write_encoder

from ingest import IngestError, IngestSettings, Library, ModelNotFound
from ingest.embedders import Int8Embedder, SentenceEmbedder, open_embedder
from ingest.embedding import ModelEmbedder
from ingest.model_files import model_path

CAT = "A cat sleeps on the sofa."
KITTEN = "A kitten naps on the couch."
BUDGET = "The parliament passed the budget."
HARBOUR = ["the harbour has eleven cranes.", "the lighthouse", "a town hall of the pier " * 9, ""]


def cosine(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def opened(model: str = "embedder", **settings: Any) -> ModelEmbedder:
    return open_embedder(IngestSettings(embedding_model=model, **settings))


def weights(folder: Path, content: bytes) -> ModelEmbedder:
    folder.mkdir(exist_ok=True)
    (folder / "model.safetensors").write_bytes(content)
    (folder / "config.json").write_text("{}")
    return opened(str(folder))


@pytest.fixture(params=["int8", "float32"])
def real(models: Path, request: pytest.FixtureRequest) -> ModelEmbedder:
    return opened(embedding_precision=request.param)


@pytest.mark.parametrize("model", ["embedder", "no-such-model", "nobody/has-such-a-model"])
def test_a_model_that_is_not_there_is_named(model: str) -> None:
    with pytest.raises(ModelNotFound, match=model):
        opened(model)


def test_no_texts_need_no_model(tmp_path: Path) -> None:
    assert weights(tmp_path / "m", b"not a model").embed_documents([]) == []


def test_other_weights_have_another_fingerprint_and_another_place_has_not(tmp_path: Path) -> None:
    one, copy, other = (
        weights(tmp_path / name, content).fingerprint
        for name, content in [("one", b"1" * 9), ("copy", b"1" * 9), ("other", b"2" * 9)]
    )
    assert one == copy != other


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_int8_gives_nearly_the_vectors_of_float32(tmp_path: Path, pooling: str) -> None:
    folder = str(write_encoder(tmp_path / "encoder", pooling=pooling))
    fast, exact = opened(folder), opened(folder, embedding_precision="float32")
    assert (type(fast), type(exact)) == (Int8Embedder, SentenceEmbedder)
    assert fast.fingerprint != exact.fingerprint
    for one, other in zip(fast.embed_documents(HARBOUR), exact.embed_documents(HARBOUR), strict=True):
        assert math.isclose(cosine(one, one), 1, abs_tol=1e-5)
        assert cosine(one, other) > 0.99
    assert fast.max_tokens == exact.max_tokens == 16 - 2 - 3  # two marks around the text, three tokens of prefix
    for text in HARBOUR:
        assert list(fast.token_starts(text)) == list(exact.token_starts(text))


@pytest.mark.parametrize("change", [{"pooling": "max"}, {"hidden_act": "relu"}, {"is_decoder": True}])
def test_a_model_of_which_no_int8_graph_is_known_is_computed_by_sentence_transformers(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    assert type(opened(str(write_encoder(tmp_path / "encoder", **change)))) is SentenceEmbedder


@pytest.mark.parametrize("precision", ["int8", "float32"])
def test_questions_and_passages_have_the_prefixes_of_the_model_or_those_that_are_set(
    tmp_path: Path, precision: str
) -> None:
    folder = str(write_encoder(tmp_path / "encoder"))
    own = opened(folder, embedding_precision=precision)
    bare = opened(folder, embedding_precision=precision, query_prefix="", passage_prefix="")
    other = opened(folder, embedding_precision=precision, query_prefix="a hall : ")
    assert own.embed_query("pier") == pytest.approx(bare.embed_query("town : pier"), abs=1e-6)
    assert own.embed_documents(["pier"])[0] == pytest.approx(bare.embed_query("the harbour : pier"), abs=1e-6)
    assert other.embed_query("pier") == pytest.approx(bare.embed_query("a hall : pier"), abs=1e-6)
    assert len({own.fingerprint, bare.fingerprint, other.fingerprint}) == 3


def test_an_unknown_precision_is_refused() -> None:
    with pytest.raises(ValueError, match="embedding_precision must be one of int8, float32, not 'int4'"):
        IngestSettings(embedding_precision="int4")  # type: ignore[arg-type]


@pytest.mark.model
def test_vectors_have_unit_length_and_nearness_is_meaning(real: ModelEmbedder) -> None:
    cat, kitten, budget = real.embed_documents([CAT, KITTEN, BUDGET])
    assert all(math.isclose(math.sqrt(cosine(v, v)), 1, abs_tol=1e-5) for v in (cat, kitten, budget))
    assert cosine(cat, kitten) > 0.5 > cosine(cat, budget) + 0.2


@pytest.mark.model
def test_a_text_has_the_same_vector_alone_and_in_company(real: ModelEmbedder) -> None:
    among_others = real.embed_documents([BUDGET * 20, CAT, *[KITTEN] * 40])[1]
    assert real.embed_query(CAT) == pytest.approx(among_others, abs=1e-5)


@pytest.mark.model
def test_the_model_loads_and_runs_without_a_word_and_without_the_net(
    models: Path, outside: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    for precision in ("int8", "float32"):
        opened(embedding_precision=precision).embed_query(CAT)
    assert capfd.readouterr() == ("", "")
    assert outside == []


@pytest.mark.model
def test_the_default_embedder_needs_no_torch(models: Path) -> None:
    program = (
        "import sys; from ingest import IngestSettings; from ingest.embedders import open_embedder\n"
        "open_embedder(IngestSettings()).embed_query('x')\n"
        "assert not {'torch', 'transformers', 'sentence_transformers'} & sys.modules.keys()"
    )
    assert run_python("-c", program).code == 0


@pytest.mark.model
def test_a_folder_may_stand_for_the_model(models: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(model_path("embedder"), copy)
    assert opened(str(copy)).fingerprint == opened().fingerprint


@pytest.mark.model
def test_a_library_made_with_other_vectors_is_refused_with_the_real_model(models: Path, library: Library) -> None:
    assert isinstance(library.embedder, KeywordEmbeddings)
    with pytest.raises(Exception, match="was made with another embedder"):
        Library(library.folder)


@pytest.mark.model
def test_tokens_are_those_that_the_model_reads(real: ModelEmbedder) -> None:
    text = "Antidisestablishmentarianism, he said.  \n" * 800  # more than one piece, and more than the model reads
    starts = list(real.token_starts(text))
    assert real.max_tokens == 254
    assert [text[start] for start in starts[:2]] == ["A", "d"]
    assert starts == sorted(starts)
    assert len(starts) == 800 * len(real.token_starts("Antidisestablishmentarianism, he said."))
    full = text[: starts[254]]
    assert real.embed_query(full) == pytest.approx(real.embed_query(full + "Cats!"), abs=1e-6)
    assert real.embed_query(full) != pytest.approx(real.embed_query(full[:-40]), abs=1e-3)


def test_variables_choose_the_model_and_its_prefixes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_encoder(tmp_path / "encoder", pooling="mean")
    monkeypatch.setenv("FOOTNOTE_EMBEDDING_MODEL", str(folder))
    monkeypatch.setenv("FOOTNOTE_EMBEDDING_PRECISION", "float32")
    monkeypatch.setenv("FOOTNOTE_QUERY_PREFIX", "query: ")
    monkeypatch.setenv("FOOTNOTE_CHUNK_TOKENS", "24")
    library = Library(tmp_path / "library", create=True)
    assert isinstance(library.embedder, SentenceEmbedder)
    assert library.embedder.query_prefix == "query: "
    assert library.settings.chunk_tokens == 24


@pytest.mark.parametrize(
    ("name", "value"), [("EMBEDDING_PRECISION", "int4"), ("CHUNK_TOKENS", "many"), ("CHUNK_TOKENS", "3")]
)
def test_a_variable_with_an_impossible_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"FOOTNOTE_{name}", value)
    with pytest.raises(IngestError, match=f"FOOTNOTE_.*{value}"):
        IngestSettings.from_environment()
