"""What happens in the tab of documents: files in, what became of each and the new list out."""

import logging
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import gradio as gr

from ingest import DocumentNotFound, DocumentReport, FootnoteError
from qa.chain import DocumentQA
from qa.page import listing
from qa.page.desk import UNEXPECTED
from qa.page.uploading import progress_html

MAX_FILES = 2000
"""How many files one upload may have."""
_log = logging.getLogger(__name__)


class Shelf:
    """The handlers of the events around the library.

    Args:
        docs: What holds the library.
    """

    def __init__(self, docs: DocumentQA) -> None:
        self.docs = docs

    def library(self, search: str = "", order: str = listing.ORDERS[0]) -> str:
        """Return the list of documents.

        Args:
            search: Only those whose title, name or author contain all these words, in any case.
            order: How they are sorted: one of `listing.ORDERS`.
        """
        try:
            return listing.library_html(self.docs.library.documents(), search=search, order=order)
        except FootnoteError as error:
            return listing.problem_html(str(error))

    def add(self, uploads: Sequence[str] | None, search: str, order: str) -> Iterator[tuple[str, str, None]]:
        """Add uploaded files one by one, yielding what became of them, the new list and the emptied drop zone."""
        paths = [Path(upload) for upload in uploads or ()]
        if len(paths) > MAX_FILES:
            for path in paths:
                path.unlink(missing_ok=True)
            problem = (
                f"{len(paths):,} files are too many at once; add at most {MAX_FILES:,}, or use: footnote add FOLDER"
            )
            yield listing.problem_html(problem), self.library(search, order), None
            return
        reports: list[DocumentReport] = []
        names: list[str] = []
        for done, path in enumerate(paths):
            said = progress_html(reports, done, len(paths), waiting=path.name)
            yield said, self.library(search, order), None
            reports += self._add_one(path, names.count(path.name))
            names.append(path.name)
        yield progress_html(reports, len(paths), len(paths)), self.library(search, order), None

    def remove(self, search: str, order: str, event: gr.EventData) -> tuple[str, str]:
        """Remove a document; return what there is to say and the new list."""
        try:
            self.docs.remove(str(event._data.get("name", "")))
        except DocumentNotFound:
            pass  # removed elsewhere meanwhile, as was wanted
        except FootnoteError as error:
            return listing.problem_html(str(error)), self.library(search, order)
        return "", self.library(search, order)

    def _add_one(self, upload: Path, namesakes: int) -> Sequence[DocumentReport]:
        # Under a name of its own in the library's folder, so that a newer version takes the place of the older;
        # but files of different folders may bear the same name, and come without their folders.
        folder = self.docs.library.folder / "uploads"
        kept = (folder / str(namesakes + 1) if namesakes else folder) / upload.name
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(upload, kept)
            return self.docs.add([kept]).documents
        except FootnoteError as error:
            problem = str(error)
        except Exception:
            _log.exception("A file could not be added")
            problem = UNEXPECTED
        return [DocumentReport(document=upload.name, path=str(kept), status="failed", error=problem)]
