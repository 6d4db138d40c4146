"""A quote in a PDF in, the page as it was printed out: a picture with the quote marked."""

import atexit
from pathlib import Path

from ingest import DocumentInfo
from ingest.loader_process import LoaderProcess
from ingest.loaders.limits import LoadingLimits
from qa.page.listing import problem_html
from qa.page.markup import shown

GONE = "The PDF is not where it was when it was added, or has changed; add it again to see its pages."
BROKEN = "This page can’t be drawn; open the PDF in a program of its own, or go back to its text."
MOST_PAGES = 3
"""How many pages of one quote are drawn."""
artist = LoaderProcess(LoadingLimits(seconds=10))
"""The process that draws pages; one that reads files at the same time must not hold it up."""
atexit.register(artist.close)


def facsimiles_html(info: DocumentInfo, start: int, quote: str) -> str:
    """Return the pages that a quote stands on as pictures, what stands on each marked in it.

    Args:
        info: The document; it has pages.
        start: Offset of the quote's first character in the document's text.
        quote: What to mark.

    Raises:
        IngestError: The process that draws can't be started.
    """
    ends = (*info.pages[1:], info.characters)
    pages = []
    for number, (low, high) in enumerate(zip(info.pages, ends, strict=True), start=1):
        piece = quote[max(low - start, 0) : max(high - start, 0)]
        if piece.strip():
            pages.append(facsimile_html(info, number, piece))
    return "".join(pages[:MOST_PAGES])


def facsimile_html(info: DocumentInfo, page: int, quote: str) -> str:
    """Return a page as a picture with a quote marked in it; or one line that says why it can't be shown.

    Args:
        info: The document.
        page: Number of the page, from 1.
        quote: What to mark.

    Raises:
        IngestError: The process that draws can't be started.
    """
    path = Path(info.path)
    if path.suffix.lower() != ".pdf" or not path.is_file():
        return problem_html(GONE)
    drawn = artist.draw(path=str(path), sha256=info.sha256, page=page, quote=quote)
    if drawn is None:
        return problem_html(BROKEN)
    if not drawn:
        return problem_html(GONE)
    marks = "".join(
        f'<span class="box" style="left:{left:.2%};top:{top:.2%};width:{width:.2%};height:{height:.2%}"></span>'
        for left, top, width, height in drawn["boxes"]
    )
    alt = shown(f"Page {page} of {info.title} as printed{'; the quote is marked' if marks else ''}")
    return f'<div class="facsimile"><img alt="{alt}" src="data:image/png;base64,{drawn["png"]}">{marks}</div>'
