"""A file's first bytes -> what it is, whatever its name says."""

import io
import re
import zipfile

from ingest.loaders.draft import MAX_BYTES, Refusal

_SIGNATURES = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
    (b"RIFF", "a sound, picture or film file"),
    (b"{\\rtf", "a rich text (RTF) file"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_MEMBERS = (
    ("xl/workbook.xml", "an Excel workbook"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("META-INF/container.xml", "an EPUB book"),
    ("content.xml", "an OpenDocument file"),
)
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|(?><!--.{0,2000}?-->)|<\?xml[^>]{0,200}>)*+<(?:!doctype\s+html|html|head|body)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_ADVICE = "save it as PDF, DOCX or text and add that"


def kind_of(data: bytes, suffix: str) -> str:
    """Return the suffix of what the bytes are: ".pdf", ".docx", ".html", or `suffix` if they are text.

    Args:
        data: The whole file, not empty.
        suffix: The file name's suffix, in lower case with its dot; it decides only between kinds of text.

    Raises:
        Refusal: The bytes are of a kind that holds no text, or aren't what the suffix promises.

    Example:
        >>> kind_of(b"%PDF-1.7 ...", ".txt"), kind_of(b"Plain words.", ".txt")
        ('.pdf', '.txt')
    """
    head = data[:4096]
    if head.lstrip(b"\xef\xbb\xbf\x00\t\n\f\r ").startswith(b"%PDF-") or (suffix == ".pdf" and b"%PDF-" in head):
        return ".pdf"
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _kind_of_zip(data)
    if head.startswith(_OLE):
        raise Refusal(_ole_reason(data))
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            raise Refusal(f"is {kind}, which holds no text that can be read; {_ADVICE}")
    if _HTML_START.match(head):
        return ".html"
    if suffix in (".pdf", ".docx"):
        raise Refusal(f"is broken or not a {suffix[1:].upper()} file at all; export it again from its program")
    return suffix


def _kind_of_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise Refusal("is a broken or cut-off DOCX or ZIP file; copy or export it again") from None
    names = {member.filename for member in members}
    if sum(member.file_size for member in members) > MAX_BYTES:
        raise Refusal(f"unfolds to more than {MAX_BYTES >> 20} MB; split it into smaller files")
    if "word/document.xml" in names:
        return ".docx"
    kind = next((kind for name, kind in _ZIP_MEMBERS if name in names), "a ZIP archive")
    remedy = "unpack it and add the files in it" if kind == "a ZIP archive" else _ADVICE
    raise Refusal(f"is {kind}, which can't be read; {remedy}")


def _ole_reason(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "is locked with a password; remove the password and add it again"
    return f"is an old or protected Office file (.doc, .xls, .ppt, .msg), which can't be read; {_ADVICE}"
