"""A learned verifier takes verdicts back that were found without a model, and grants none."""

from pathlib import Path
from typing import Any

import pytest
import torch
from fakes import ScriptedChatModel
from town import QUESTION, answering
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

from ingest import Library, ModelNotFound
from qa import BadSetting, DocumentQA, ModelUnavailable, QASettings
from qa.support import Support
from qa.verifier import CrossEncoderScorer, Verifier

SUPPORTED = Support("supported", (1, 0), 0.9, "what it says stands in the quotes")
QUOTES = ["The harbour: eleven cranes.", "The pier: a lighthouse."]
WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] the harbour has eleven cranes pier a lighthouse : ."


def tiny(folder: Path, labels: list[str]) -> tuple[Any, Any]:
    """Write a CrossEncoder with random weights; return its model and tokenizer."""
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(WORDS.split()), "utf-8")
    torch.manual_seed(len(labels))
    config = BertConfig(
        vocab_size=len(WORDS.split()), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=64, initializer_range=1.0, num_labels=len(labels),
        id2label=dict(enumerate(labels)), label2id={label: n for n, label in enumerate(labels)},
    )  # fmt: skip
    model, tokenizer = BertForSequenceClassification(config).eval(), BertTokenizerFast(str(folder / "vocab.txt"))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return model, tokenizer


def logits(model: Any, tokenizer: Any, first: str, second: str) -> torch.Tensor:
    with torch.inference_mode():
        return model(**tokenizer(first, second, return_tensors="pt")).logits[0]  # type: ignore[no-any-return]


def test_an_inference_model_is_read_at_its_label_of_entailment(tmp_path: Path) -> None:
    labels = ["contradiction", "Entailment", "neutral"]
    expected = logits(*tiny(tmp_path / "nli", labels), "the harbour has eleven cranes .", "eleven cranes").softmax(0)
    score = CrossEncoderScorer(str(tmp_path / "nli"))
    assert score("the harbour has eleven cranes .", "eleven cranes") == pytest.approx(float(expected[1]), abs=1e-5)
    assert min(float(expected[1] - expected[n]) ** 2 for n in (0, 2)) > 1e-6


def test_a_reranker_is_asked_how_well_the_quotes_fit_the_sentence(tmp_path: Path) -> None:
    expected = logits(*tiny(tmp_path / "rerank", ["score"]), "eleven cranes", "the harbour has a lighthouse .")
    score = CrossEncoderScorer(str(tmp_path / "rerank"))
    found = score("the harbour has a lighthouse .", "eleven cranes")
    assert found == pytest.approx(float(expected.sigmoid()), abs=1e-5)


def test_a_model_that_knows_no_entailment_is_refused(tmp_path: Path) -> None:
    tiny(tmp_path / "mood", ["glad", "sad"])
    with pytest.raises(BadSetting, match="knows no entailment, but glad, sad"):
        CrossEncoderScorer(str(tmp_path / "mood"))("the pier", "a lighthouse")


def test_a_folder_without_a_model_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="can't be loaded") as problem:
        CrossEncoderScorer(str(tmp_path))("the pier", "a lighthouse")
    assert len(str(problem.value).splitlines()) == 1


@pytest.mark.parametrize("name", ["nobody/has-such-a-model", "no such folder/at/all"])
def test_a_verifier_that_is_not_here_is_told_when_the_library_is_opened(halmere: Library, name: str) -> None:
    with pytest.raises(ModelNotFound, match=f"hf download {name}"):
        DocumentQA(halmere, QASettings(model="none", verifier=name))


def test_what_is_supported_needs_the_verifiers_consent() -> None:
    asked: list[tuple[str, str]] = []

    def score(quotes: str, sentence: str) -> float:
        asked.append((quotes, sentence))
        return 0.5

    assert Verifier(score, 0.5).judge("It has cranes.", SUPPORTED, QUOTES) is SUPPORTED
    doubted = Verifier(score, 0.6).judge("It has cranes.", SUPPORTED, QUOTES)
    assert (doubted.verdict, doubted.cited) == ("unsupported", SUPPORTED.cited)
    assert doubted.reason == "the verifier holds it 50% likely only"
    assert asked == [("The pier: a lighthouse.\nThe harbour: eleven cranes.", "It has cranes.")] * 2


@pytest.mark.parametrize("verdict", ["verbatim", "unsupported"])
def test_what_is_verbatim_or_unsupported_is_not_put_before_it(verdict: Any) -> None:
    support = Support(verdict, (0,), 1.0, "")
    assert Verifier(lambda *_: pytest.fail("asked"), 0.5).judge("It has cranes.", support, QUOTES) is support


@pytest.mark.parametrize("probability", [0.2, 0.8])
def test_the_verifier_is_asked_about_the_draft_of_an_answer(halmere: Library, probability: float) -> None:
    draft = "There are eleven cranes in the harbour of Halmere."
    docs = answering(halmere, ScriptedChatModel(lambda _: draft), verdicts="off")
    docs.verifier = Verifier(lambda *_: probability, 0.5)
    (sentence,) = docs.ask(QUESTION).sentences
    assert sentence.verdict == ("supported" if probability > 0.5 else "unsupported")
    assert ("verifier" in sentence.reason) == (probability < 0.5)


def test_what_the_verifier_doubts_is_not_shown(halmere: Library) -> None:
    docs = answering(halmere, ScriptedChatModel(lambda _: "There are eleven cranes in the harbour of Halmere."))
    docs.verifier = Verifier(lambda *_: 0.2, 0.5)
    answer = docs.ask(QUESTION)
    assert "There are eleven" not in answer.text
    assert all(sentence.verdict == "verbatim" for sentence in answer.sentences)
