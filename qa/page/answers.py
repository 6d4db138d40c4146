"""One question with its evidence, draft and checked answer in, HTML out."""

import re
from collections.abc import Sequence

from ingest.counting import counted
from qa.page.beneath import beneath_html
from qa.page.choices import filter_words
from qa.page.conversation import Turn
from qa.page.markup import action, direction, isolated, quoted, shown, written_date
from qa.records import Answer, Citation, Evidence, Passage, Sentence

SNIPPET_CHARS = 280
LONG_CHARS = 400
VERDICTS = {
    "verbatim": ("Word for word", "The sentence's words stand in the quote, in the same order."),
    "supported": (
        "Supported",
        "Every number, name and negation of the sentence, and most of its words, are in the quote or its headings.",
    ),
    "unsupported": ("Not supported", "The quote doesn't bear the sentence out; read the document before you use it."),
}
"""For each verdict its name and what it means."""
OUTCOMES = {
    "answered": ("", ""),
    "partial": ("Answered in part", "Some of what the model wrote did not pass the check and was left out."),
    "not_in_documents": ("Not in the documents", "No passage was found that answers the question."),
}
"""For each outcome its name and what it means."""


def turn_html(turn: Turn, number: int, *, ahead: int = 0) -> str:
    """Return a question and what is known of its answer as HTML.

    Args:
        turn: The question.
        number: Its position in the conversation, from 0.
        ahead: How many questions wait before it, of this reader or others.
    """
    again = ""
    if not turn.running:
        again = action("edit", "Edit", css_class="quiet", question=turn.question)
        again += action("submit", "Ask again", css_class="quiet", question=turn.question)
    # A very long one scrolls within bounds, by keyboard too.
    reach = ' tabindex="0"' if len(turn.question) > LONG_CHARS else ""
    heading = f'<h2{reach} dir="{direction(turn.question)}">{isolated(turn.question)}</h2>'
    head = f'<header class="asked">{heading}<span class="again">{again}</span></header>'
    if turn.answer:
        body = _checked(turn, turn.answer, number)
        body += _problem(f"This answer could not be kept. {turn.problem}") if turn.problem else ""
    elif turn.problem:
        body = _problem(turn.problem)
    else:
        body = _unfinished(turn, number, ahead)
    return (
        f'<article class="turn" data-number="{number}" aria-busy="{str(turn.running).lower()}">{head}{body}</article>'
    )


def _problem(problem: str) -> str:
    return f'<div class="outcome problem" role="alert"><p>{shown(problem)}</p></div>'


def _unfinished(turn: Turn, number: int, ahead: int) -> str:
    if turn.found is None:
        word = "Stopped before the evidence was found." if turn.stopped else "Searching the documents…"
        if ahead and not turn.stopped:
            return f'<p class="status waits" role="status">Waiting: number {ahead} in the queue.</p>'
        return f'<p class="status" role="status">{word}</p>'
    sources = len({item.document for item in turn.found.evidence})
    found = f"{counted(len(turn.found.evidence), 'sentence')} from {counted(sources, 'document')}"
    if turn.stopped:
        word = "Stopped. What was written until then was not checked." if turn.draft else "Stopped before the answer."
    elif turn.draft:
        word = '<span class="tag">Draft, not checked</span> Each sentence will be checked before it counts.'
    else:
        word = "Evidence found. Is the answer in it?"
    draft = ""
    if turn.draft:
        # Where the checked answer will stand, so that the eye need not search for it.
        draft = f'<p class="reply draft" dir="{direction(turn.draft)}">{isolated(turn.draft)}</p>'
    items = "".join(_evidence(turn, item, number, n) for n, item in enumerate(turn.found.evidence))
    is_open = "" if turn.draft else " open"
    return (
        f'{draft}<p class="status" role="status">{word}</p>'
        f'<details class="evidence"{is_open}><summary>The evidence: {found}</summary><ul>{items}</ul></details>'
    )


def _evidence(turn: Turn, item: Evidence, number: int, position: int) -> str:
    source = _source_line(turn, item.document, item.start)
    face = f'{quoted(_snippet(item.text))}<span class="source">{source}</span>'
    button = action("select", face, css_class="entry", kind="evidence", turn=number, number=position)
    return _item(item.text, button)


def _checked(turn: Turn, answer: Answer, number: int) -> str:
    name, meaning = OUTCOMES[answer.outcome]
    asked_of = filter_words(answer.settings.get("filters"))
    if answer.outcome == "not_in_documents":
        reason = f'<p class="note">{isolated(answer.reason)}</p>' if answer.reason else ""
        only = f" Only documents {isolated(asked_of)} were asked." if asked_of else ""
        body = f"<h3>{name}</h3><p>{isolated(answer.text)}{only}</p>{reason}"
    else:
        note = f'<p class="note"><strong>{name}.</strong> {isolated(answer.reason or meaning)}</p>' if name else ""
        reply = f'<p class="reply" dir="{direction(answer.text)}">{_reply(answer, number)}</p>'
        body = f"{reply}{note}{_footnotes(answer, number)}"
    understood = ""
    if answer.understood:
        understood = f'<p class="understood">Understood as: {isolated(answer.understood)}</p>'
    beneath = f"{_checks(answer)}{_passages(turn, answer, number)}{beneath_html(turn, answer)}"
    return f'{understood}<div class="outcome {answer.outcome}">{body}</div><div class="beneath">{beneath}</div>'


def _reply(answer: Answer, number: int) -> str:
    """Return the answer's text with its markers made into footnotes."""
    pieces, reached = [], 0
    for sentence in answer.sentences:
        pieces.append(isolated(answer.text[reached : sentence.start]) if sentence.start > reached + 1 else " ")
        pieces.append(_sentence(answer, sentence, number))
        reached = sentence.end
    rest = answer.text[reached:].strip()
    css_class = "rest" if answer.kind == "question" else "rest said"
    return "".join(pieces) + (f' <span class="{css_class}">{isolated(rest)}</span>' if rest else "")


def _sentence(answer: Answer, sentence: Sentence, number: int) -> str:
    markers = "".join(f"[{cited}]" for cited in sentence.citations)
    before, found, after = sentence.text.rpartition(f" {markers}") if markers else (sentence.text, "", "")
    if not found:
        before, after = sentence.text, ""
    notes = "".join(_marker(answer.citations[cited - 1], sentence, number) for cited in sentence.citations)
    # The closing sign and the numbers stay on one line.
    tail = f'<span class="tail">{shown(after)}{notes}</span>'
    return f'<span class="sentence {sentence.verdict}"><bdi>{shown(before)}</bdi>{tail}</span>'


def _marker(citation: Citation, sentence: Sentence, number: int) -> str:
    identifier = f"card-{number}-{sentence.start}-{citation.number}"
    face = f'<span class="sr-only">Footnote </span>{citation.number}'
    button = action("select", face, css_class="marker", kind="footnote", turn=number, number=citation.number)
    button = button.replace("<button ", f'<button aria-describedby="{identifier}" ', 1)
    card = (
        f'<span class="card" role="tooltip" id="{identifier}">{quoted(citation.quote)}'
        f'<span class="source">{_cited_line(citation)}</span>'
        f'<span class="verdict {sentence.verdict}"><strong>{VERDICTS[sentence.verdict][0]}.</strong> '
        f"{_why(sentence)}</span></span>"
    )
    return f'<span class="footnote">{button}{card}</span>'


def _why(sentence: Sentence) -> str:
    """Return why a sentence has its verdict, and what such a verdict means."""
    meaning = VERDICTS[sentence.verdict][1]
    if not sentence.reason or sentence.verdict == "verbatim":  # of which there is only one kind
        return meaning
    return f"{isolated(sentence.reason[:1].upper() + sentence.reason[1:])}. {meaning}"


def _footnotes(answer: Answer, number: int) -> str:
    """Return the quotes by number; beside them, those of documents that have it otherwise."""
    listed = _quotes(answer.citations, number, "Footnotes")
    if not answer.otherwise:
        return listed
    others = _quotes(answer.otherwise, number, "Other documents have it otherwise")
    return (
        f'<div class="sides"><div><h4>The answer’s footnotes</h4>{listed}</div>'
        f'<div class="otherwise"><h4>Other documents have it otherwise</h4>{others}</div></div>'
    )


def _quotes(citations: Sequence[Citation], number: int, label: str) -> str:
    items = []
    for citation in citations:
        face = (
            f'<span class="number">{citation.number}</span><span>{quoted(citation.quote)}'
            f'<span class="source">{_cited_line(citation)}</span></span>'
        )
        button = action("select", face, css_class="entry", kind="footnote", turn=number, number=citation.number)
        items.append(_item(citation.quote, button))
    return f'<ol class="footnotes" aria-label="{label}">{"".join(items)}</ol>' if items else ""


def _checks(answer: Answer) -> str:
    """Return the verdict of each sentence, with its explanation, behind one quiet line."""
    if not answer.sentences:
        return ""
    counts = [
        f"{sum(s.verdict == verdict for s in answer.sentences)} {name.lower()}"
        for verdict, (name, _) in VERDICTS.items()
        if any(s.verdict == verdict for s in answer.sentences)
    ]
    rows = "".join(
        f'<li><span class="verdict {s.verdict}">{VERDICTS[s.verdict][0]}</span> {isolated(s.text)}'
        f'<span class="source">{_why(s)}</span></li>'
        for s in answer.sentences
    )
    summary = f"{counted(len(answer.sentences), 'sentence')} checked: {', '.join(counts)}"
    return f'<details class="checks"><summary>{summary}</summary><ul>{rows}</ul></details>'


def _passages(turn: Turn, answer: Answer, number: int) -> str:
    if not answer.passages:
        return ""
    rows = "".join(_passage(turn, item, number, n) for n, item in enumerate(answer.passages))
    name = "Nearest passages" if answer.outcome == "not_in_documents" else "Passages searched"
    summary = f"{name} ({len(answer.passages)})"
    return f'<details class="passages"><summary>{summary}</summary><ul>{rows}</ul></details>'


def _passage(turn: Turn, item: Passage, number: int, position: int) -> str:
    source = _source_line(turn, item.document, item.start)
    face = f'{quoted(_snippet(item.text))}<span class="source">{source}</span>'
    button = action("select", face, css_class="entry", kind="passage", turn=number, number=position)
    return _item(item.text, button)


def _item(quote: str, button: str) -> str:
    """Return an item of a list of quotes, which begins on the side where its quote does."""
    return f'<li dir="{direction(quote)}">{button}</li>'


def _cited_line(citation: Citation) -> str:
    ocr = " · read by OCR" if citation.ocr else ""
    return _line(citation.title, citation.date, citation.page, citation.heading) + ocr


def _source_line(turn: Turn, name: str, start: int) -> str:
    info = turn.infos.get(name)
    return _line(info.title, info.date, info.page_at(start)) if info else isolated(name)


def _line(title: str, date: str | None, page: int | None, heading: str = "") -> str:
    # "(h)" says nothing without its article.
    section = re.sub(r"^.* > (?=[^>]*[^\W\d_]{3})", "", heading)
    if date and (date in section or written_date(date) in section):
        section = ""  # the line that dates the document
    parts = [isolated(title, "title")]
    parts += [shown(written_date(date))] if date else []
    parts += [f"page {page}"] if page else []
    parts += [isolated(section)] if section and section != title else []
    return " · ".join(parts)


def _snippet(text: str) -> str:
    """Return the beginning of a passage on one line, without the signs of its headings and tables."""
    text = re.sub(r"(?m)^#{1,6} +(.*)$", r"\1 —", text)
    text = re.sub(r"(?m)^\|[\s|:-]*$\n?|^\| *| *\|$(?!\n)", "", text).replace(" | ", " · ").replace(" |\n", ";\n")
    text = " ".join(text.split()).removesuffix(" —")
    return text if len(text) <= SNIPPET_CHARS else f"{text[:SNIPPET_CHARS].rpartition(' ')[0] or text[:SNIPPET_CHARS]}…"
