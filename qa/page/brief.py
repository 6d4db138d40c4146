"""Answers in, what leaves the page with them out: Markdown with footnotes, and a brief as one HTML file."""

import re
from collections.abc import Iterator

from qa.page.conversation import Conversation, Turn
from qa.page.markup import direction, isolated, shown, visible, written_date
from qa.records import Answer, Citation

# What Markdown, and what makes links of addresses, would take for more than text: anywhere, and where a line begins.
_SIGNS = re.compile(r"[\\`*_{}\[\]<|~$&]|(?<=[^\W\d_])\.(?=[^\W\d_])|:(?=//)|(?<=\S)@(?=\S)")
_FIRST = re.compile(r"(?m)^(\d*)([-+>#=.)])")
TITLE = "Questions to the documents"
"""The title of a brief whose conversation was given no name."""
COLOPHON = (
    "Made with Footnote. Every footnote gives the exact characters of the document that support its sentence; the "
    "offsets count the text that “footnote text DOCUMENT” prints."
)
"""The last line of a brief."""
OTHERWISE = "Other documents have it otherwise:"
"""What stands above the quotes of documents that disagree with an answer."""
_STYLE = (
    "body{font:17px/1.65 Georgia,'Noto Serif',serif;max-width:42rem;margin:3rem auto;padding:0 1.2rem;color:#1f2226;"
    "background:#fff}h1{font-size:1.5rem;line-height:1.3}h2{font-size:1.15rem;margin:2.6rem 0 .5rem}"
    "ol,.meta,footer{font-size:.86rem;color:#4b5057}ol{border-top:1px solid #ddd;padding:.7rem 1.2rem 0}"
    "li{margin:.5rem 0}q{quotes:none;color:#1f2226;white-space:pre-line}sup{unicode-bidi:isolate}"
    "sup a{color:#0b5d66;text-decoration:none}"
    ".none{color:#4b5057;font-style:italic}footer{border-top:1px solid #ddd;margin-top:3rem;padding-top:.8rem}"
    "*{overflow-wrap:anywhere}@media print{body{margin:0}}"
)


def markdown(answer: Answer) -> str:
    """Return an answer as Markdown whose footnotes carry the quotes.

    Everything that comes from a document, the reader or the model is escaped, so that it stays text.

    Args:
        answer: The answer.
    """
    written = (_signs(piece) + (f"[^{number}]" if number else "") for piece, number in pieces(answer))
    text = _lines("".join(written))
    notes = [f"[^{c.number}]: “{_escaped(_one_line(c.quote))}” {_escaped(source(c))}" for c in answer.citations]
    others = [f"* “{_escaped(_one_line(c.quote))}” {_escaped(source(c))}" for c in answer.otherwise]
    if others:
        text = "\n".join([text, "", OTHERWISE, "", *others])
    return "\n".join([f"**{_escaped(answer.question)}**", "", text, "", *notes]).rstrip() + "\n"


def pieces(answer: Answer) -> Iterator[tuple[str, int]]:
    """Yield an answer's text in pieces, each with the footnote that follows it, after the closing sign; 0 for none."""
    reached = 0
    for sentence in answer.sentences:
        yield answer.text[reached : sentence.start], 0
        markers = "".join(f"[{number}]" for number in sentence.citations)
        before, _, after = sentence.text.rpartition(f" {markers}") if markers else ("", "", sentence.text)
        yield before + after, 0
        yield from (("", number) for number in sentence.citations)
        reached = sentence.end
    yield answer.text[reached:], 0


def title(conversation: Conversation) -> str:
    """Return the title of a brief: the conversation's name, unless that is only its first question."""
    asked = [turn.question for turn in conversation.turns[:1]]
    return TITLE if not conversation.name or conversation.name in asked else conversation.name


def brief_html(conversation: Conversation) -> str:
    """Return a conversation as one HTML file that needs nothing else, loads nothing and runs nothing."""
    name = title(conversation)
    turns = "".join(_turn(turn, number) for number, turn in enumerate(conversation.turns, start=1))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{shown(name)}</title><style>{_STYLE}</style></head><body><h1>{isolated(name)}</h1>{turns}"
        f"<footer>{COLOPHON}</footer></body></html>"
    )


def _turn(turn: Turn, number: int) -> str:
    heading = f'<section><h2 dir="{direction(turn.question)}">{isolated(turn.question)}</h2>'
    if turn.answer is None:
        return f'{heading}<p class="none">{shown(no_answer(turn))}</p></section>'
    answer = turn.answer
    notes = "".join(_note(c, f' id="n{number}-{c.number}" value="{c.number}"') for c in answer.citations)
    reply = "".join(
        isolated(piece) + (f'<sup><a href="#n{number}-{cited}">{cited}</a></sup>' if cited else "")
        for piece, cited in pieces(answer)
    )
    said = f'<p dir="{direction(answer.text)}">{reply}</p>'
    return (
        f"{heading}{said}{f'<ol>{notes}</ol>' if notes else ''}{_otherwise(answer)}"
        f'<p class="meta">{shown(made(answer))}</p></section>'
    )


def _otherwise(answer: Answer) -> str:
    items = "".join(_note(citation) for citation in answer.otherwise)
    return f"<p>{OTHERWISE}</p><ul>{items}</ul>" if items else ""


def _note(citation: Citation, attributes: str = "") -> str:
    name, facts, document, place = source_parts(citation)
    line = f'<bdi dir="ltr">{isolated(name)}{shown(facts)}{isolated(document)}{shown(place)}</bdi>'
    return f'<li{attributes} dir="{direction(citation.quote)}"><q>“{isolated(citation.quote)}”</q><br>{line}</li>'


def made(answer: Answer) -> str:
    """Return in a line what became of the question, how its sentences stood the check, and which model wrote them."""
    outcome = {"partial": "Answered in part. ", "not_in_documents": "Not in the documents. "}.get(answer.outcome, "")
    verdicts = ", ".join(dict.fromkeys(sentence.verdict for sentence in answer.sentences))
    model = str(answer.model.get("name", "none"))
    outcome += f"{answer.reason} " if answer.reason else ""
    return f"{outcome}{f'Sentences checked: {verdicts}. ' if verdicts else ''}Model: {model}."


def no_answer(turn: Turn) -> str:
    """Return why there is no answer."""
    return f"No answer: {turn.problem or 'stopped before it was checked'}"


def source(citation: Citation) -> str:
    """Return where a quote stands: title, date, page, document and characters."""
    return "".join(source_parts(citation))


def source_parts(citation: Citation) -> tuple[str, str, str, str]:
    """Return the same in parts, so that each can be written its own way: title, facts, document, characters."""
    facts = [written_date(citation.date), f"page {citation.page}" if citation.page else ""]
    facts += ["read by OCR"] if citation.ocr else []
    known = "".join(f", {fact}" for fact in facts if fact)
    return citation.title, f"{known} (", citation.document, f", characters {citation.start} to {citation.end})"


def _escaped(text: str) -> str:
    return _lines(_signs(text))


def _signs(text: str) -> str:
    return _SIGNS.sub(r"\\\g<0>", visible(text))


def _lines(text: str) -> str:
    """Return text none of whose lines begins a list, a heading, a quotation or code."""
    return _FIRST.sub(r"\1\\\2", re.sub(r"(?m)^[ \t]+", "", text))


def _one_line(text: str) -> str:
    return " ".join(text.split())
