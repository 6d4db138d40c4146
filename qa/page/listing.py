"""The library, an ingestion and the questions to begin with in, HTML out."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest import DocumentInfo, DocumentReport
from ingest.loaders.limits import MAX_BYTES
from qa.page.markup import action, counted, isolated, shown, written_date

KINDS = {".pdf": "PDF", ".docx": "Word", ".html": "Web page", ".htm": "Web page", ".md": "Markdown", ".txt": "Text"}
LIMITS = (
    '<p class="limits">PDF, Word, web pages, Markdown and text, up to '
    f"{MAX_BYTES // 2**20} MB each. They stay on this machine.</p>"
)
"""What can be added, said before it is tried."""
MAX_EXAMPLES = 4
_MAX_EXAMPLE_CHARS = 90


def library_html(documents: Sequence[DocumentInfo]) -> str:
    """Return the list of documents, each with a way to open and to remove it."""
    if not documents:
        return '<p class="empty">The library is empty. Add documents above, and then ask.</p>'
    rows = "".join(_row(info) for info in documents)
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Title", "Date", "Kind", "Characters"))
    return (
        f'<table class="library"><caption>{counted(len(documents), "document")}</caption><thead><tr>{head}'
        f'<th scope="col"><span class="sr-only">Remove</span></th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _row(info: DocumentInfo) -> str:
    face = f'<span class="title">{isolated(info.title)}</span><span class="source">{isolated(info.name)}</span>'
    opening = action("select", face, css_class="entry", kind="document", name=info.name)
    removing = action("delete", "Remove", css_class="quiet", name=info.name)
    question = shown(f"Remove “{info.title}” from the library? The file itself stays where it is.")
    removing = removing.replace("<button ", f'<button data-confirm="{question}" ', 1)
    kind = KINDS.get(Path(info.name).suffix.lower(), "Text")
    return (
        f'<tr><td>{opening}</td><td data-label="Date">{shown(written_date(info.date)) or "–"}</td>'
        f'<td data-label="Kind">{kind}</td>'
        f'<td data-label="Characters" class="figure">{info.characters:,}</td><td>{removing}</td></tr>'
    )


def progress_html(reports: Sequence[DocumentReport], total: int, *, waiting: str = "") -> str:
    """Return what became of the files of an upload so far.

    Args:
        reports: The finished ones.
        total: How many there are.
        waiting: Name of the file that is being read; empty when all are done.
    """
    rows = "".join(
        f'<li class="{report.status}"><span class="tag">{report.status}</span> {isolated(report.document)}'
        f'<span class="source">{shown(report.error or "")}</span></li>'
        for report in reports
    )
    if waiting:
        rows += f'<li class="waiting"><span class="tag">reading</span> {isolated(waiting)}</li>'
    bar = f'<progress max="{total}" value="{len(reports)}" aria-label="Files read"></progress>' if waiting else ""
    return f'<div class="upload" role="status">{bar}<ul>{rows}</ul></div>'


def problem_html(problem: str) -> str:
    """Return one line that says what went wrong."""
    return f'<p class="notice" role="alert">{shown(problem)}</p>'


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
        by = f'<span class="warning">quotes only: {shown(problem)}</span>'
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
    examples = f'<h3>For example</h3><ul class="examples">{items}</ul>' if items else ""
    return (
        '<section class="welcome"><h2>Ask your documents.</h2><p>Every sentence of an answer carries a footnote to the '
        "exact words that support it, checked before you see it. When the documents don’t say, you are told so. "
        "Each question stands by itself.</p>"
        f"{examples}</section>"
    )


def example_questions(documents: Sequence[DocumentInfo], question_file: Path) -> list[str]:
    """Return questions to begin with: from the question file those whose documents are here, else from titles.

    Args:
        documents: The library's documents.
        question_file: JSON lines with `question`, `answerable` and `evidence`; it need not be there.
    """
    here = {info.name for info in documents}
    chosen: list[str] = []
    used: set[str] = set()
    for record in _records(question_file):
        names = {item["document"] for item in record["evidence"]}
        short = len(record["question"]) <= _MAX_EXAMPLE_CHARS
        if record["answerable"] and short and names and names <= here and not names & used:
            chosen.append(record["question"])
            used |= names
    if chosen:
        step = max(1, len(chosen) // MAX_EXAMPLES)
        return chosen[::step][:MAX_EXAMPLES]
    return [f"What does “{info.title}” say?" for info in documents[:MAX_EXAMPLES]]


def _records(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
