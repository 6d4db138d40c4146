"""The embedder: unit vectors by meaning, the same every time, from its folder alone."""

import math
import shutil
from pathlib import Path

import pytest
from fakes import KeywordEmbeddings

from ingest import Library, ModelNotFound
from ingest.embedding import SentenceEmbedder
from ingest.model_files import model_path

CAT = "A cat sleeps on the sofa."
KITTEN = "A kitten naps on the couch."
BUDGET = "The parliament passed the budget."


def cosine(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def weights(folder: Path, content: bytes) -> SentenceEmbedder:
    folder.mkdir(exist_ok=True)
    (folder / "model.safetensors").write_bytes(content)
    (folder / "config.json").write_text("{}")
    return SentenceEmbedder(str(folder))


def test_a_model_that_is_not_there_is_named() -> None:
    with pytest.raises(ModelNotFound):
        SentenceEmbedder("embedder")
    with pytest.raises(ModelNotFound, match="no-such-model"):
        SentenceEmbedder("no-such-model")


def test_no_texts_need_no_model(tmp_path: Path) -> None:
    assert weights(tmp_path / "m", b"not a model").embed_documents([]) == []


def test_other_weights_have_another_fingerprint_and_another_place_has_not(tmp_path: Path) -> None:
    one, copy, other = (
        weights(tmp_path / name, content).fingerprint
        for name, content in [("one", b"1" * 9), ("copy", b"1" * 9), ("other", b"2" * 9)]
    )
    assert one == copy != other


@pytest.mark.model
def test_vectors_have_unit_length_and_nearness_is_meaning(models: Path) -> None:
    cat, kitten, budget = SentenceEmbedder().embed_documents([CAT, KITTEN, BUDGET])
    assert all(math.isclose(math.sqrt(cosine(v, v)), 1, abs_tol=1e-5) for v in (cat, kitten, budget))
    assert cosine(cat, kitten) > 0.5 > cosine(cat, budget) + 0.2


@pytest.mark.model
def test_a_text_has_the_same_vector_alone_and_in_company(models: Path) -> None:
    embedder = SentenceEmbedder()
    among_others = embedder.embed_documents([BUDGET * 20, CAT, *[KITTEN] * 40])[1]
    assert embedder.embed_query(CAT) == pytest.approx(among_others, abs=1e-5)


@pytest.mark.model
def test_the_model_loads_and_runs_without_a_word_and_without_the_net(
    models: Path, outside: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    SentenceEmbedder().embed_query(CAT)
    assert capfd.readouterr() == ("", "")
    assert outside == []


@pytest.mark.model
def test_a_folder_may_stand_for_the_model(models: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(model_path("embedder"), copy)
    assert SentenceEmbedder(str(copy)).fingerprint == SentenceEmbedder("embedder").fingerprint


@pytest.mark.model
def test_a_library_made_with_other_vectors_is_refused_with_the_real_model(models: Path, library: Library) -> None:
    assert isinstance(library.embedder, KeywordEmbeddings)
    with pytest.raises(Exception, match="was made with another embedder"):
        Library(library.folder)


@pytest.mark.model
def test_tokens_are_those_that_the_model_reads(models: Path) -> None:
    embedder = SentenceEmbedder()
    text = "Antidisestablishmentarianism, he said.  \n" * 800  # more than one piece, and more than the model reads
    starts = list(embedder.token_starts(text))
    assert embedder.max_tokens == 254
    assert [text[start] for start in starts[:2]] == ["A", "d"]
    assert starts == sorted(starts)
    assert len(starts) == 800 * len(embedder.token_starts("Antidisestablishmentarianism, he said."))
    full = text[: starts[254]]
    assert embedder.embed_query(full) == pytest.approx(embedder.embed_query(full + "Cats!"), abs=1e-6)
    assert embedder.embed_query(full) != pytest.approx(embedder.embed_query(full[:-40]), abs=1e-3)
