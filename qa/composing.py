"""A draft and its evidence in, checked sentences with their footnotes out."""

import re
from collections.abc import Iterable, Mapping, Sequence

from ingest import DocumentInfo, sentence_spans, words
from qa.assembly import Composition, assemble, context_line, not_in_documents, without_markers
from qa.checks.amounts import counts_another
from qa.checks.coverage import weight_of
from qa.checks.dates import whole_date
from qa.checks.quantities import with_bound
from qa.checks.reply import declines, lacks_expansion, lacks_thing, lacks_what_is_asked, misses, says_yes_or_no
from qa.facts import Facts, facts_of, is_statement
from qa.gate import missing_names
from qa.records import Evidence
from qa.rows import is_row, labelled
from qa.support import Support, check_support
from qa.verifier import Verifier

QUOTES = 2
"""How many quotes an answer without a model has."""
MIN_QUESTION_COVERAGE = 0.5
"""Without a model: the share of the question's words that the quotes must hold to be taken for an answer."""
MIN_SHARE_ASKED = 0.8
"""The share of the question's words that what is cited must hold for an answer in the model's own words."""
MAX_SCORE_GAP = 0.4
"""How much lower than the best evidence what supports a sentence may score; scores go to about 3."""

MOST_BARE_WORDS = 6
"""A draft of more words is no mere name or number, be its verb known or not."""

ADDED_WEIGHT = 2.0
"""What the draft's words that the question hasn't are worth, all of them, beside a piece's score of up to about 3."""

_PREAMBLE = re.compile(
    r"^(?:according to the excerpts?,\s*|the excerpts? (?:states?|says?|mentions?|indicates?) that\s+)", re.IGNORECASE
)

_MARKS = re.compile(r"^(?:[-*•] |\| ?)| ?\|$")


def compose(
    question: str,
    draft: str,
    evidence: Sequence[Evidence],
    infos: Mapping[str, DocumentInfo],
    *,
    withhold: bool = True,
    verifier: Verifier | None = None,
) -> Composition:
    """Check each sentence of a draft and give it the footnotes that support it.

    Left out is what only says that nothing is said, what only repeats the question, what holds no number where one is
    asked for or whose quotes name nobody where it is asked who, what the evidence doesn't support, and what is
    supported only by evidence that has much less to do with the question than the best. What is supported is said in
    the draft's words only if the quotes hold nearly all of the question's; else the quotes themselves are the answer.
    A bare yes or no is replaced by the best quote. If nothing is left, the documents don't say.

    Args:
        question: The question that the draft answers.
        draft: What the model wrote; markers in it are removed.
        evidence: What it was given.
        infos: What is known of the documents that the evidence comes from.
        withhold: Leave out what fails; if false it stays, marked as what it is.
        verifier: A learned model whose consent is needed, too; None for none.
    """
    best_first = sorted(evidence, key=lambda item: -item.score)
    context = [context_line(item, infos[item.document]) for item in best_first]
    clean = _PREAMBLE.sub("", without_markers(draft))
    kept: list[tuple[str, Support]] = []
    dropped = False
    for start, end in sentence_spans(clean):
        sentence = clean[start:end]
        if best_first and says_yes_or_no(sentence):
            kept.extend(_best_quote(best_first))
            continue
        sentence, support = _checked(sentence, best_first, context)
        if verifier:
            quotes = [f"{above}\n{item.text}" for above, item in zip(context, best_first, strict=True)]
            support = verifier.judge(sentence, support, quotes)
        shown = _shown(sentence, support, question, best_first) if withhold else [(sentence, support)]
        kept.extend(shown)
        dropped = dropped or not shown
    return assemble(list(dict.fromkeys(kept)), best_first, infos, complete=not dropped)


def _checked(sentence: str, best_first: Sequence[Evidence], context: Sequence[str]) -> tuple[str, Support]:
    """Return a sentence with its verdict; dates and amounts that it cuts short are whole then, "some 8,000 volumes"."""
    support = check_support(sentence, best_first, context)
    if support.verdict == "verbatim":
        return whole_date(sentence, best_first[support.cited[0]].text), support
    longer = (with_bound(sentence, item.text) for item in best_first)
    whole = next((text for text in longer if text != sentence), None) if support.verdict == "unsupported" else None
    return (whole, check_support(whole, best_first, context)) if whole else (sentence, support)


def mend(question: str, draft: str, evidence: Sequence[Evidence], infos: Mapping[str, DocumentInfo]) -> Composition:
    """Return the quote that comes nearest to a draft of which nothing stands.

    It is the piece of evidence that scores best when what the draft adds to the question counts, too. If the draft is
    empty or only says that nothing is said, if it is a mere name or number from a piece that has much less to do with
    the question than the best and lacks a name of it, or if no number, money or name is quoted where one is asked for,
    then the documents don't say.
    """
    fitting = [item for item in evidence if not lacks_expansion(item.text, question)]
    if not fitting or not words(without_markers(draft)) or declines(draft):
        return not_in_documents()
    draft_facts = facts_of(without_markers(draft))
    added = draft_facts.words - facts_of(question).words
    nearest = max(fitting, key=lambda item: item.score + ADDED_WEIGHT * _share(added, draft_facts, item.text))
    bare = not is_statement(draft_facts) and len(draft.split()) <= MOST_BARE_WORDS
    stray = bare and _comes_from_elsewhere(nearest, evidence) and missing_names(question, [nearest], infos)
    if stray or lacks_what_is_asked(nearest.text, question):
        return not_in_documents()
    return assemble(quoted(evidence, [list(evidence).index(nearest)]), evidence, infos, complete=True)


def _share(wanted: frozenset[str], draft: Facts, told: str) -> float:
    """Return the share, by weight, of a draft's words that a text holds, 0 to 1; 0 of none."""
    held = facts_of(told)
    total = sum(weight_of(word, draft) for word in wanted)
    return sum(weight_of(word, draft) for word in wanted & (held.words | held.acronyms)) / (total or 1.0)


def _shown(sentence: str, support: Support, question: str, best_first: Sequence[Evidence]) -> list[tuple[str, Support]]:
    """Return a sentence as it is; what it cites instead, if what was asked may be another thing; or nothing."""
    if not _stands(sentence, support, question, best_first):
        return []
    told = " ".join(best_first[n].text for n in support.cited)
    if lacks_thing(told, question):
        return []
    one_cell = any(is_row(best_first[n].text) for n in support.cited)
    if not one_cell and _speaks_of(question, told) and not counts_another(question, sentence, told):
        return [(sentence, support)]
    return quoted(best_first, sorted(support.cited))


def _stands(sentence: str, support: Support, question: str, best_first: Sequence[Evidence]) -> bool:
    if support.verdict == "unsupported" or misses(sentence, question):
        return False
    if declines(sentence) and support.verdict != "verbatim":
        return False
    nearest = max((best_first[n] for n in support.cited), key=lambda item: item.score)
    return is_statement(facts_of(sentence)) or not _comes_from_elsewhere(nearest, best_first)


def _speaks_of(question: str, told: str) -> bool:
    """Return whether the quotes hold nearly all of the question's words, so that what answers can't be another.

    Where much of the question isn't there, "204 delegates" may well be those of another year.
    """
    asked = frozenset(words(question))
    return len(asked.intersection(words(told))) >= MIN_SHARE_ASKED * len(asked)


def _best_quote(best_first: Sequence[Evidence]) -> list[tuple[str, Support]]:
    return quoted(best_first, range(len(best_first)))[:1]


def quoted(evidence: Sequence[Evidence], positions: Iterable[int]) -> list[tuple[str, Support]]:
    """Return pieces of evidence as sentences: list items without their marks, table rows with their columns' names.

    Those that are nothing but bracketed numbers are passed over.
    """
    at = {(item.document, item.start): n for n, item in enumerate(evidence)}
    shown = []
    for n in positions:
        item = evidence[n]
        columns = at.get((item.document, item.columns)) if item.columns is not None else None
        text = item.text if columns is None else labelled(evidence[columns].text, item.text)
        text = " ".join(_MARKS.sub("", without_markers(text)).split())
        cited = (n,) if columns is None else (n, columns)
        if text:
            shown.append((text, Support("verbatim", cited, 1.0, "it is the quote")))
    return shown


def _comes_from_elsewhere(piece: Evidence, evidence: Sequence[Evidence]) -> bool:
    """Return whether a piece of evidence has much less to do with the question than the best.

    A name that fits grammatically is often taken from a sentence about something else.
    """
    return max(item.score for item in evidence) - piece.score > MAX_SCORE_GAP


def extract(question: str, evidence: Sequence[Evidence], infos: Mapping[str, DocumentInfo]) -> Composition:
    """Return an answer without a model: the best pieces of evidence themselves, if they hold the question's words.

    Args:
        question: The question.
        evidence: Pieces of evidence; the two with the highest scores are quoted.
        infos: What is known of their documents.
    """
    best = sorted(range(len(evidence)), key=lambda n: (-evidence[n].score, n))[:QUOTES]
    wanted = frozenset(words(question))
    held = wanted.intersection(word for n in best for word in words(evidence[n].text))
    if not wanted or len(held) / len(wanted) < MIN_QUESTION_COVERAGE:
        return not_in_documents()
    return assemble(quoted(evidence, best), evidence, infos, complete=True)
