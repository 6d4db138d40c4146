"""Sheet of an XLSX file -> what is written beside its cells: comments, shapes, charts."""

import zipfile
from collections.abc import Iterator

from ingest.loaders.office_parts import chart_titles, drawn_paragraphs, own_names, parsed_part

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_T = "{http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments}"
CHARTS = ("chart", "chartEx")
"""The kinds of parts that are charts."""
_COPY = "tc="
"""What the author of a comment begins with that merely repeats a thread for old programs."""


def sheet_notes(archive: zipfile.ZipFile, path: str) -> Iterator[str]:
    """Yield the comments on a sheet as "Note on B2 by Ada: ...", then the paragraphs in its shapes and charts' titles.

    Args:
        archive: The workbook.
        path: The sheet's part in it.
    """
    people = dict(_people(archive))
    for kind, target in related_parts(archive, path):
        root = parsed_part(archive.read(target))
        if kind == "comments":
            authors = [author.text or "" for author in root.iter(f"{_S}author")]
            for comment in root.iter(f"{_S}comment"):
                author = authors[int(comment.get("authorId", 0))] if authors else ""
                if not author.startswith(_COPY):
                    yield _note(comment.get("ref"), author, "".join(part.text or "" for part in comment.iter(f"{_S}t")))
        elif kind == "threadedComment":
            for comment in root.iter(f"{_T}threadedComment"):
                yield _note(comment.get("ref"), people.get(comment.get("personId"), ""), comment.findtext(f"{_T}text"))
        elif kind == "drawing":
            yield from drawn_paragraphs(root)
            for inner, chart in related_parts(archive, target):
                if inner in CHARTS:
                    shown = parsed_part(archive.read(chart))
                    yield from (*chart_titles(shown), *own_names(shown))


def _note(cell: str | None, author: str, text: str | None) -> str:
    text = (text or "").removeprefix(f"{author}:").strip()
    return f"Note on {cell or 'the sheet'}{f' by {author}' if author else ''}: {text}" if text else ""


def _people(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    for name in archive.namelist():
        if name.startswith("xl/persons/") and name.endswith(".xml"):
            for person in parsed_part(archive.read(name)).iter(f"{_T}person"):
                yield person.get("id", ""), person.get("displayName", "")


def related_parts(archive: zipfile.ZipFile, path: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and the path of each part that a part names and that is there.

    Args:
        archive: The workbook.
        path: The part in it.
    """
    from openpyxl.packaging.relationship import get_dependents, get_rels_path

    names = set(archive.namelist())
    if (relations := get_rels_path(path)) in names:
        for relation in get_dependents(archive, relations):
            if relation.target in names:
                yield relation.Type.rpartition("/")[2], relation.target
