"""The library, an ingestion, the conversations and the questions to begin with in, HTML out."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ingest import DocumentInfo
from ingest.counting import counted
from ingest.loaders.formats import BY_SUFFIX, FORMATS
from ingest.loaders.limits import MAX_BYTES
from ingest.loaders.ocr import can_recognise
from qa.evaluation.options import EvaluationProgress
from qa.page.choices import Choices, filter_words
from qa.page.conversation import Conversation
from qa.page.history import Kept
from qa.page.markup import action, isolated, shown, written_date

KINDS = {suffix: known.label.partition(" ")[2] for suffix, known in BY_SUFFIX.items()}
"""What each kind of file is called, by its suffix."""
EVALUATION = (
    '<p class="limits">Measure how well questions with known answers are answered, with the model and the strictness '
    "of the settings, from all documents. A question file has a JSON object on each line: id, question, answers, "
    "answerable, evidence. Without a file, the questions about Footnote’s own documents, "
    "those in data/corpus, are asked; they must be in the library.</p>"
)
"""What an evaluation is, said before one is begun."""
_NO_EXAMPLES = '<p class="empty">No documents yet? Add them in the tab Documents.</p>'
"""What stands in place of questions to begin with where there is nothing to draw them from."""
DELETE_ALL = action("delete", "Delete all conversations of this browser", css_class="quiet").replace(
    "<button ", '<button data-confirm="Delete all conversations of this browser for good?" ', 1
)
"""The button below the list of conversations."""
MAX_ROWS = 300
"""How many documents are listed at once; a search finds the others."""
_ORDERS: dict[str, tuple[Callable[[DocumentInfo], Any], bool]] = {
    "Title": (lambda info: (_by_number(info.title), info.name), False),
    "Newest": (lambda info: (info.date or "", info.name), True),
    "Oldest": (lambda info: (info.date or "9999", info.name), False),
    "Kind": (lambda info: (_kind(info), _by_number(info.title)), False),
    "Longest": (lambda info: (info.characters, info.name), True),
    "Last added": (lambda info: (info.added, info.name), True),
}
ORDERS = tuple(_ORDERS)
"""How the documents can be sorted."""


def limits_html() -> str:
    """Return what can be added, said before it is tried."""
    *kinds, last = (known.suffixes[0][1:].upper() for known in FORMATS)
    scans = "Scans are read with OCR." if can_recognise() else "Scans without a text layer can’t be read."
    return (
        f'<p class="limits">{", ".join(kinds)} and {last}, up to {MAX_BYTES // 2**20} MB each and 2,000 files at once. '
        f"They stay on this machine. {scans}</p>"
    )


def library_html(documents: Sequence[DocumentInfo], *, search: str = "", order: str = ORDERS[0]) -> str:
    """Return the list of documents, each with a way to open and to remove it.

    Args:
        documents: All of the library.
        search: Only those whose title, name or author contain all these words, in any case.
        order: One of `ORDERS`.
    """
    if not documents:
        return '<p class="empty">The library is empty. Add documents above, and then ask.</p>'
    found = matching(documents, search)
    if not found:
        words = f"None of {counted(len(documents), 'document')} has these words in its title, name or author."
        return f'<p class="empty">{words}</p>'
    by, downwards = _ORDERS.get(order, _ORDERS[ORDERS[0]])
    rows = "".join(_row(info) for info in sorted(found, key=by, reverse=downwards)[:MAX_ROWS])
    count = counted(len(documents), "document")
    if len(found) < len(documents):
        count = f"{len(found):,} of {count}"
    if len(found) > MAX_ROWS:
        count += f", of which {MAX_ROWS} are listed; search for the others"
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Title", "Date", "Kind", "Characters"))
    return (
        f'<table class="library"><caption>{count}</caption><thead><tr>{head}'
        f'<th scope="col"><span class="sr-only">Remove</span></th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _row(info: DocumentInfo) -> str:
    face = f'<span class="title">{isolated(info.title)}</span><span class="source">{isolated(info.name)}</span>'
    opening = action("select", face, css_class="entry", kind="document", name=info.name)
    state = warning_html(info.note) if info.note else ""
    removing = action("delete", "Remove", css_class="quiet", name=info.name)
    question = shown(f"Remove “{info.title}” from the library? The file itself stays where it is.")
    removing = removing.replace("<button ", f'<button data-confirm="{question}" ', 1)
    return (
        f'<tr><td>{opening}{state}</td><td data-label="Date">{shown(written_date(info.date)) or "–"}</td>'
        f'<td data-label="Kind">{_kind(info)}</td>'
        f'<td data-label="Characters" class="figure">{info.characters:,}</td><td>{removing}</td></tr>'
    )


def _by_number(title: str) -> list[str | int]:
    """Return what sorts titles without regard to case, and "Part 2" before "Part 10"."""
    return [int(part) if number % 2 else part for number, part in enumerate(re.split(r"(\d+)", title.casefold()))]


def _kind(info: DocumentInfo) -> str:
    kind = KINDS.get(Path(info.name).suffix.lower(), "text file")
    return kind[0].upper() + kind[1:]


def matching(documents: Sequence[DocumentInfo], search: str) -> list[DocumentInfo]:
    """Return the documents whose title, name or author contain all words of a search, in any case, in order."""
    wanted = search.casefold().split()
    texts = (f"{info.title} {info.name} {info.author or ''}".casefold() for info in documents)
    return [info for info, text in zip(documents, texts, strict=True) if all(word in text for word in wanted)]


def conversations_html(kept: Sequence[Kept], opened: str, *, search: str = "") -> str:
    """Return the list of conversations, each with ways to open, rename and delete it.

    Args:
        kept: Those that were found.
        opened: Which one is open.
        search: What was searched for.
    """
    if not kept:
        word = "No conversation holds these words." if search.strip() else "No conversation is kept yet."
        return f'<p class="empty">{word}</p>'
    rows = "".join(_conversation(item, current=item.identifier == opened) for item in kept)
    return f'<ul class="conversations" aria-label="Conversations">{rows}</ul>'


def _conversation(item: Kept, *, current: bool) -> str:
    facts = f"{written_date(item.changed[:10])} · {counted(item.questions, 'question')}"
    face = f'<span class="title">{isolated(item.name)}</span><span class="source">{facts}</span>'
    opening = action("select", face, css_class="entry", conversation=item.identifier)
    renaming = action("edit", "Rename", css_class="quiet", conversation=item.identifier, text=item.name)
    renaming = renaming.replace("<button ", '<button data-prompt="A name for this conversation" ', 1)
    deleting = action("delete", "Delete", css_class="quiet", conversation=item.identifier)
    question = shown(f"Delete “{item.name}” for good?")
    deleting = deleting.replace("<button ", f'<button data-confirm="{question}" ', 1)
    mark = ' aria-current="true"' if current else ""
    return f'<li{mark}>{opening}<span class="acts">{renaming}{deleting}</span></li>'


def bar_html(conversation: Conversation) -> str:
    """Return the line above a conversation: its name, the way to a new one and to its brief; empty without turns."""
    if not conversation.turns:
        return ""
    asked = conversation.turns[0].question  # which stands just below
    name = "" if conversation.name in ("", asked) else isolated(conversation.name)
    brief = ""
    if conversation.identifier:
        to = f"brief/{shown(conversation.identifier)}"
        brief = (
            f'<a class="quiet" href="{to}" download>Save as HTML</a>'
            f'<a class="quiet" href="{to}.docx" download>Save as Word</a>'
        )
    anew = action("clear", "New conversation", css_class="quiet")
    data = f'data-conversation="{shown(conversation.identifier)}"'
    return f'<div class="threadbar" {data}><span class="name">{name}</span>{brief}{anew}</div>'


def evaluation_html(progress: EvaluationProgress | None, *, done: bool = False) -> str:
    """Return how far an evaluation has come; None for not begun."""
    if progress is None:
        return '<p class="status" role="status">Reading the questions…</p>'
    word = f"{progress.done:,} of {counted(progress.total, 'question')} asked"
    if done:
        return f'<p class="status" role="status">{word}.</p>'
    bar = f'<progress max="{progress.total}" value="{progress.done}" aria-label="Questions asked"></progress>'
    return f'<div class="upload" role="status">{bar}<p class="status">{word}</p></div>'


def problem_html(problem: str) -> str:
    """Return one line that says what went wrong."""
    return f'<p class="notice" role="alert">{shown(problem)}</p>'


def warning_html(problem: str) -> str:
    """Return the same where it stands in a line of other words."""
    return f'<span class="warning">{shown(problem)}</span>'


def asked_html(asked: int, total: int) -> str:
    """Return the line that says how many documents the next question is asked of."""
    if asked == total:
        word = "The only document is" if total == 1 else f"All {counted(total, 'document')} are"
        return f'<p class="limits" role="status">{word} asked.</p>'
    word = f"{asked:,} of {counted(total, 'document')}"
    warning = "" if asked else " No question can be answered so."
    return f'<p class="limits" role="status">{word} {"is" if asked == 1 else "are"} asked.{warning}</p>'


def scope_html(choices: Choices, *, asked: int = 0, total: int = 0, problem: str = "") -> str:
    """Return the line above the question that says what was chosen; empty while nothing was.

    Args:
        choices: What was chosen.
        asked: How many documents are asked.
        total: How many there are.
        problem: Why none can be.
    """
    parts = [shown(problem)] if problem else []
    if choices.filters_given and not problem:
        parts.append(f"{asked:,} of {counted(total, 'document')}: {isolated(filter_words(choices.keep()))}")
    parts += [choices.strictness] if choices.strictness != Choices.strictness else []
    parts += ["quotes only"] if choices.quotes_only else []
    parts += [f"model {isolated(choices.model)}"] if choices.model else []
    if not parts:
        return ""
    change = action("select", "Change", css_class="quiet") + action("clear", "Reset", css_class="quiet")
    return f'<p class="scope" role="status"><span>{" · ".join(parts)}</span>{change}</p>'


def about_html(documents: int, folder: Path, model: dict[str, Any] | None, problem: str | None) -> str:
    """Return the line that says which library and model are in use.

    Args:
        documents: Number of documents.
        folder: The library's folder.
        model: The model's record; None while it is being loaded.
        problem: Why there is no model although one is set; None if all is as set.
    """
    name = str(model.get("name", "none")) if model else ""
    if not model:
        by = "the model is loading"
    elif problem:
        by = warning_html(f"quotes only: {problem}")
    elif name == "none":
        by = "quotes only, no model"
    else:
        runs = "on this machine" if model.get("provider") in (None, "embedded") else str(model["provider"])
        by = f"{isolated(name)}, {shown(runs)}"
    where = f'<span class="path" title="{shown(str(folder))}">{isolated(folder.name)}</span>'
    return f"{counted(documents, 'document')} in {where} · {by}"


def welcome_html(questions: Sequence[str]) -> str:
    """Return what stands in an empty conversation: what this is, and questions to begin with."""
    items = "".join(
        f"<li>{action('submit', isolated(question), css_class='example', question=question)}</li>"
        for question in questions
    )
    examples = f'<h3>For example</h3><ul class="examples">{items}</ul>' if items else _NO_EXAMPLES
    return (
        '<section class="welcome"><h2>Ask your documents.</h2><p>Every sentence of an answer carries a footnote to the '
        "exact words that support it, checked before you see it. When the documents don’t say, you are told so. "
        "A question may refer to those before it.</p>"
        f"{examples}</section>"
    )
