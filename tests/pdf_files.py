"""A small writer of PDF files, so that tests know exactly what stands where on a page."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PAGE_WIDTH, PAGE_HEIGHT = 595, 842
CHARACTER = 0.6
"""Width of a Courier character in parts of its size."""


@dataclass(frozen=True)
class Words:
    """A line of text: its words, its left end, its baseline above the page's lower edge, and its size."""

    text: str
    x: float
    y: float
    size: float = 10
    hidden: bool = False

    def operators(self) -> bytes:
        escaped = self.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        mode = 3 if self.hidden else 0
        return f"BT /F1 {self.size} Tf {mode} Tr {self.x} {self.y} Td ({escaped}) Tj ET\n".encode("cp1252")


def paragraph(text: str, y: float, x: float = 60, width: int = 70, size: float = 10) -> list[Words]:
    """The text wrapped to `width` characters, from the baseline `y` downwards; a hyphen breaks nothing."""
    lines = textwrap.wrap(text, width, break_on_hyphens=False)
    return [Words(line, x, y - 1.2 * size * number, size) for number, line in enumerate(lines)]


def lines(texts: Sequence[str], y: float, x: float = 60, size: float = 10) -> list[Words]:
    """The lines as they are, one under the other."""
    return [Words(text, x, y - 1.2 * size * number, size) for number, text in enumerate(texts)]


def pdf_bytes(
    pages: Sequence[Sequence[Words]], info: Mapping[str, str] | None = None, *, locked: bool = False
) -> bytes:
    """A PDF in Courier with these pages and this document information; `locked` with an unknown password."""
    first_page = 5
    kids = " ".join(f"{first_page + 2 * number} 0 R" for number in range(len(pages)))
    about = " ".join(f"/{key} ({value})" for key, value in (info or {}).items())
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
        f"<< {about} >>".encode("cp1252"),
    ]
    for number, words in enumerate(pages):
        content = b"".join(word.operators() for word in words)
        box = f"/MediaBox [0 0 {PAGE_WIDTH} {PAGE_HEIGHT}] /Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} /Contents {first_page + 2 * number + 1} 0 R >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n" % len(content) + content + b"endstream")
    if locked:
        unknown = "00" * 32
        objects.append(f"<< /Filter /Standard /V 1 /R 2 /O <{unknown}> /U <{unknown}> /P -4 >>".encode())
    return file_bytes(objects, locked)


def file_bytes(objects: Sequence[bytes], locked: bool = False) -> bytes:
    """A PDF of these objects, of which the first is the catalogue."""
    out = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    encrypt = b" /Encrypt %d 0 R /ID [<00><00>]" % len(objects) if locked else b""
    trailer = b"<< /Size %d /Root 1 0 R /Info 4 0 R%s >>" % (len(objects) + 1, encrypt)
    start = len(out)
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        + table
        + b"trailer\n"
        + trailer
        + b"\nstartxref\n%d\n%%%%EOF\n" % start
    )
