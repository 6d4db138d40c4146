"""An answer and the evidence before it in, what another document tells otherwise out."""

from collections.abc import Mapping, Sequence

from ingest import DocumentInfo
from qa.assembly import Composition, citation_of, context_line, without_markers
from qa.checks.lexicon import LIGHT
from qa.checks.quantities import Quantities, Quantity
from qa.checks.wording import takes_back
from qa.facts import Facts, facts_of, is_statement
from qa.records import Citation, Evidence, Sentence

MIN_TOPIC = 0.6
"""Share of the words of answer and question that a quote, with its title and headings, must hold to be of the same."""
MIN_OWN = 0.35
"""Share of them that must stand in the quote itself."""
MOST = 2
"""How many quotes are shown at most, the one with the highest score first."""


def told_otherwise(
    question: str, composition: Composition, evidence: Sequence[Evidence], infos: Mapping[str, DocumentInfo]
) -> tuple[Citation, ...]:
    """Return quotes of other documents that tell the same of another date or amount.

    "Up to three days a week" and "up to two days a week" are both shown, each with its document's date, since which of
    them holds is for the reader to say. Numbers go on from the composition's footnotes.

    Args:
        question: The question.
        composition: Its answer.
        evidence: What the answer was taken from.
        infos: What is known of the documents, by name.
    """
    found: dict[str, Evidence] = {}
    untold = [item for item in evidence if not _is_cited(item, composition)]
    for sentence in composition.sentences:
        cited = {composition.citations[number - 1].document for number in sentence.citations}
        claim, topic = _claim(sentence, composition, facts_of(question))
        for item in sorted(untold, key=lambda item: -item.score):
            same = not takes_back(item.text) and _is_of(topic, item, context_line(item, infos[item.document]))
            if item.document not in cited and same and _differ(claim, facts_of(item.text).quantities):
                found.setdefault(item.document, item)
    first = len(composition.citations) + 1
    return tuple(citation_of(first + n, item, infos) for n, item in enumerate(list(found.values())[:MOST]))


def _is_cited(item: Evidence, composition: Composition) -> bool:
    """Return whether the answer itself tells what a piece of evidence says."""
    return any(
        citation.document == item.document and citation.start < item.end and item.start < citation.end
        for citation in composition.citations
    )


def _claim(sentence: Sentence, composition: Composition, question: Facts) -> tuple[Quantities, frozenset[str]]:
    """Return the dates and amounts that a sentence tells, and the words that say of what."""
    told = facts_of(without_markers(sentence.text))
    quotes = Facts.merged([facts_of(composition.citations[number - 1].quote) for number in sentence.citations])
    said = told if is_statement(told) else quotes
    topic = (said.words | question.words) - said.quantities.values - question.quantities.values - LIGHT
    return told.quantities, topic


def _is_of(topic: frozenset[str], item: Evidence, above: str) -> bool:
    own = facts_of(item.text).words
    with_headings = own | facts_of(above).words
    return len(topic & own) >= MIN_OWN * len(topic) and len(topic & with_headings) >= MIN_TOPIC * len(topic) > 0


def _differ(mine: Quantities, theirs: Quantities) -> bool:
    pairs = [(one, other) for one in mine.dates for other in theirs.dates]
    if pairs and not any(one.agrees_with(other) or other.agrees_with(one) for one, other in pairs):
        return True
    return any(
        _of_one_kind(one, other) and one.value not in theirs.values for one in mine.numbers for other in theirs.numbers
    )


def _of_one_kind(one: Quantity, other: Quantity) -> bool:
    """Return whether two numbers count the same, as exactly: "three days" and "two days", "28 countries" and "29"."""
    if one.label or other.label or one.bound != other.bound or one.unit != other.unit or one.unit == "th":
        return False
    return bool(one.unit) or (bool(one.nouns) and one.nouns[:1] == other.nouns[:1])
