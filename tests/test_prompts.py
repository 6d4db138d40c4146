"""What the chat model is given: the evidence itself, under the names of its documents. Wording is not tested."""

from dataclasses import replace

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from ingest import DocumentInfo
from qa import prompts
from qa.records import Evidence

TEXT = "The harbour has eleven cranes. The oldest is from 1911. Nobody counts the gulls. The pier is long."
SENTENCES = ["The harbour has eleven cranes.", "The oldest is from 1911.", "The pier is long."]


def info(name: str = "harbour.txt", title: str = "Harbour report", date: str | None = "2024-05-14") -> DocumentInfo:
    return DocumentInfo(
        name=name, path=f"/{name}", sha256="0" * 64, title=title, date=date, author=None, pages=(),
        characters=len(TEXT), chunks=1, added="2024-05-14T00:00:00+00:00",
    )  # fmt: skip


def evidence(sentence: str, document: str = "harbour.txt", heading: str = "") -> Evidence:
    start = TEXT.index(sentence)
    return Evidence(
        document=document, start=start, end=start + len(sentence), text=sentence, score=1.0, heading=heading
    )


INFOS = {"harbour.txt": info(), "pier.md": info("pier.md", "The pier", None)}


def test_the_evidence_is_given_whole_in_order_under_title_and_date() -> None:
    text = prompts.excerpts([evidence(sentence) for sentence in SENTENCES], INFOS)
    places = [text.index(part) for part in ("Harbour report", "2024-05-14", *SENTENCES)]
    assert places == sorted(places)
    assert text.count("Harbour report") == 1


def test_what_is_left_out_between_sentences_is_marked_and_what_is_not_is_not() -> None:
    first, second, last = (evidence(sentence) for sentence in SENTENCES)
    assert "..." not in prompts.excerpts([first, second], INFOS)
    assert "..." in prompts.excerpts([second, last], INFOS)


def test_each_document_and_section_is_announced_by_name() -> None:
    items = [
        evidence(SENTENCES[0], heading="Report > Cranes"),
        evidence(SENTENCES[1], heading="Report > History"),
        evidence(SENTENCES[2], document="pier.md"),
    ]
    text = prompts.excerpts(items, INFOS)
    places = [text.index(part) for part in ("Cranes", SENTENCES[0], "History", SENTENCES[1], "The pier", SENTENCES[2])]
    assert places == sorted(places)


def test_the_best_sentence_is_read_first() -> None:
    first, second, last = (evidence(sentence) for sentence in SENTENCES)
    text = prompts.excerpts([first, replace(second, score=0.5), replace(last, score=2.0)], INFOS)
    places = [text.index(sentence) for sentence in (SENTENCES[2], SENTENCES[0], SENTENCES[1])]
    assert places == sorted(places)
    assert text.count("...") == 1


def test_sentences_under_one_heading_stand_together_after_the_best_of_all() -> None:
    first, second, last = (evidence(sentence) for sentence in SENTENCES)
    items = [replace(first, heading="Cranes"), replace(second, heading="History"), replace(last, heading="Cranes")]
    text = prompts.excerpts([replace(item, score=score) for item, score in zip(items, (1, 2, 3), strict=True)], INFOS)
    places = [text.index(part) for part in ("Cranes", SENTENCES[2], SENTENCES[0], "History", SENTENCES[1])]
    assert places == sorted(places)
    assert text.count("Cranes") == 1


def test_a_row_is_read_right_after_the_first_row_of_its_table_which_is_read_once() -> None:
    columns, row, other = "| Crane | Year |", "| Alba | 1911 |", "| Berta | 1923 |"
    table = f"{columns}\n{row}\n{other}"

    def item(text: str, score: float, columns: int | None) -> Evidence:
        start = table.index(text)
        end = start + len(text)
        return Evidence(document="harbour.txt", start=start, end=end, text=text, score=score, columns=columns)

    text = prompts.excerpts([item(columns, 0.1, None), item(row, 1.0, 0), item(other, 2.0, 0)], INFOS)
    assert text.splitlines()[-1] == f"{columns} ... {other} ... {row}"


@pytest.mark.parametrize("messages", [prompts.gate_messages, prompts.answer_messages])
def test_gate_and_answer_are_asked_with_the_question_and_the_evidence(messages: object) -> None:
    assert callable(messages)
    conversation = messages("How many cranes?", [evidence(SENTENCES[0])], INFOS)
    whole = "\n".join(str(message.content) for message in conversation)
    assert "How many cranes?" in whole
    assert SENTENCES[0] in whole


def test_the_answer_is_asked_after_the_gate_so_that_the_evidence_is_read_once() -> None:
    asked = ("How many cranes?", [evidence(SENTENCES[0])], INFOS)
    gate, answer = prompts.gate_messages(*asked), prompts.answer_messages(*asked)
    assert answer[: len(gate)] == gate
    assert isinstance(answer[len(gate)], AIMessage)
    assert isinstance(answer[-1], HumanMessage)


def test_without_documents_the_model_is_only_given_the_question() -> None:
    (message,) = prompts.closed_book_messages("How many cranes?")
    assert "How many cranes?" in str(message.content)
    assert "excerpt" not in str(message.content).casefold()
