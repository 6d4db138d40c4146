"""Runs for the tests of comparison, gate and report: invented answers, measured as real ones are."""

from dataclasses import replace
from typing import Any

from qa.evaluation import measures
from qa.evaluation.questions import Question, Quote
from qa.evaluation.runs import Row, Run
from qa.evaluation.spans import Span, locate_quote
from qa.records import Answer, Citation, Passage, Sentence, Timings

NAME = "bridges.txt"
TEXT = "\n".join(f"Bridge {n} opened in {1900 + n}. It is {n} metres long." for n in range(100))
QUOTES = [f"Bridge {n} opened in {1900 + n}." for n in range(100)]


def make_row(
    n: int,
    *,
    answerable: bool = True,
    refused: bool = False,
    right: bool = True,
    probability: float | None = 0.9,
    shift: int = 0,
    rank: int | None = 1,
    question: str | None = None,
) -> Row:
    """Return the row of a question about bridge `n`: found at `rank`, cited `shift` characters off."""
    asked = Question(
        id=f"q{n}",
        question=question or f"When did bridge {n} open?",
        answers=(str(1900 + n),) if answerable else (),
        answerable=answerable,
        evidence=(Quote(document=NAME, quote=QUOTES[n]),) if answerable else (),
    )
    golds = tuple(locate_quote(quote.document, quote.quote, TEXT) for quote in asked.evidence)
    passages = tuple(passage_at(place if place else n) for place in passage_numbers(n, rank))
    answer = refusal(asked, passages, probability) if refused else reply(asked, n, right, shift, passages, probability)
    found = measures.measure_retrieval(asked, golds, measures.to_spans(answer.passages))
    found |= measures.measure_answer(asked, answer)
    found |= measures.measure_citations(asked, golds, answer, {NAME: TEXT}.get)
    found |= measures.measure_cost(answer)
    return Row(
        id=asked.id,
        question=asked.question,
        answerable=asked.answerable,
        answers=asked.answers,
        evidence=golds,
        answer=answer.to_dict(),
        prompt=(Span(document=NAME, start=0, end=10),),
        measures=found,
    )


def passage_numbers(n: int, rank: int | None) -> list[int]:
    """Return ten numbers of bridges, 0 standing for bridge `n` at its rank."""
    others = [(n + step) % 99 + 1 for step in range(1, 11)]
    return others if rank is None else [*others[: rank - 1], 0, *others[rank - 1 : 9]]


def passage_at(n: int) -> Passage:
    """Return the line about bridge `n` as a passage."""
    start = TEXT.index(QUOTES[n])
    text = TEXT[start:].split("\n")[0]
    return Passage(document=NAME, start=start, end=start + len(text), text=text, score=0.5)


def refusal(question: Question, passages: tuple[Passage, ...], probability: float | None) -> Answer:
    """Return the answer that the documents don't say."""
    return Answer(
        question=question.question,
        outcome="not_in_documents",
        text="The documents don't say.",
        sentences=(),
        citations=(),
        passages=passages,
        timings=Timings(evidence_seconds=0.1, first_token_seconds=None, total_seconds=1.0),
        settings={"answerability": probability},
    )


def reply(
    question: Question,
    n: int,
    right: bool,
    shift: int,
    passages: tuple[Passage, ...],
    probability: float | None,
) -> Answer:
    """Return an answer with one sentence and one citation."""
    text = f"It opened in {1900 + n if right else 1850} [1]."
    start = TEXT.index(QUOTES[n])
    citation = Citation(
        number=1,
        document=NAME,
        title="Bridges",
        date="2020-01-01",
        page=None,
        heading="",
        start=start + shift,
        end=start + shift + len(QUOTES[n]),
        quote=QUOTES[n],
        sha256="0" * 64,
    )
    return Answer(
        question=question.question,
        outcome="answered",
        text=text,
        sentences=(Sentence(text=text, start=0, end=len(text), verdict="supported", citations=(1,)),),
        citations=(citation,),
        passages=passages,
        timings=Timings(evidence_seconds=0.1 + n / 1000, first_token_seconds=1.0, total_seconds=2.0 + n / 100),
        settings={"answerability": probability},
    )


def make_run(rows: list[Row], **header: Any) -> Run:
    """Return a finished run of rows."""
    known = {
        "questions": {"name": "bridges.jsonl", "sha256": "a"},
        "settings": {"gate": "on"},
        "finished": True,
    }
    return Run(header={**known, **header}, rows=tuple(rows))


def good_rows(answerable: int = 30, unanswerable: int = 15) -> list[Row]:
    """Return rows of which nearly all went well, as a baseline's do."""
    rows = [make_row(n, right=n % 10 > 0, rank=1 + n % 3) for n in range(1, answerable + 1)]
    for n in range(answerable + 1, answerable + unanswerable + 1):
        refused = n % 8 > 0
        rows.append(make_row(n, answerable=False, refused=refused, probability=0.1 if refused else 0.8))
    return rows


def failed(row: Row, reason: str) -> Row:
    """Return the row as one that failed."""
    return replace(row, answer=None, measures={}, error=reason)
