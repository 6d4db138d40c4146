"""What became of uploaded files in, HTML out: how far it is, what failed and why, and the rest."""

from collections import Counter
from collections.abc import Sequence

from ingest import DocumentReport
from ingest.counting import counted
from qa.page.markup import isolated, shown

MAX_OPEN = 12
"""How many documents that came in well are listed openly; more are folded away."""


def progress_html(reports: Sequence[DocumentReport], done: int, total: int, *, waiting: str = "") -> str:
    """Return what became of the files of an upload so far: those that failed, or lack something, first.

    Args:
        reports: What became of the documents in the finished files.
        done: How many files are finished.
        total: How many there are.
        waiting: Name of the file that is being read; empty when all are done.
    """
    said = [report for report in reports if report.error or report.note]
    well = [report for report in reports if not (report.error or report.note)]
    kinds = Counter(report.status for report in reports)
    summary = ", ".join(f"{number:,} {status}" for status, number in kinds.items())
    files = f"{done:,} of {counted(total, 'file')}" if waiting else counted(total, "file")
    head = f'<p class="status" role="status">{files} read{f": {summary}" if summary else ""}</p>'
    if waiting:
        bar = f'<progress max="{total}" value="{done}" aria-label="Files read"></progress>'
        head = f'{bar}{head}<ul><li class="waiting"><span class="tag">reading</span> {isolated(waiting)}</li></ul>'
    rest = f"<ul>{_rows(well)}</ul>"
    if len(well) > MAX_OPEN:
        rest = f"<details><summary>The {counted(len(well), 'other')}</summary>{rest}</details>"
    return f'<div class="upload">{head}<ul>{_rows(said)}</ul>{rest}</div>'


def _rows(reports: Sequence[DocumentReport]) -> str:
    return "".join(
        f'<li class="{report.status}"><span class="tag">{report.status}</span> {isolated(report.document)}'
        f'<span class="source">{shown(report.error or report.note or "")}</span></li>'
        for report in reports
    )
