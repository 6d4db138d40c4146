"""A file's first bytes -> what it is, whatever its name says."""

import io
import re
import struct
import zipfile
import zlib

from ingest.loaders.draft import Refusal
from ingest.loaders.limits import MAX_BYTES

_SIGNATURES = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
    (b"RIFF", "a sound, picture or film file"),
)
_ARCHIVES = (
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"BZh", "a bzip2 archive"),
    (0, b"\xfd7zXZ\x00", "an xz archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (257, b"ustar", "a tar archive"),
)
_WINMAIL = b"\x78\x9f\x3e\x22"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_MEMBERS = (
    ("word/document.xml", ".docx"),
    ("xl/workbook.xml", ".xlsx"),
    ("ppt/presentation.xml", ".pptx"),
    ("META-INF/container.xml", ".epub"),
)
_NUMBERED_DOCUMENT = re.compile(r"word/document\d+\.xml")
"""What some servers call a document that Word calls word/document.xml."""
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_BINARY = frozenset((".pdf", ".docx", ".xlsx", ".pptx", ".odt", ".epub", ".zip", ".rtf"))
_HEADERS = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*+)++")
_HEADER_NAME = re.compile(rb"(?m)^([A-Za-z0-9-]+):")
_MAIL_HEADERS = frozenset((b"message-id", b"mime-version", b"received", b"return-path", b"delivered-to"))
_MAILBOX = re.compile(rb"From [^\r\n]{1,200}\d{4}[^\r\n]{0,50}\r?\n>?[A-Za-z-]+[: ]")
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|(?><!--.{0,2000}?-->)|<\?xml[^>]{0,200}>)*+<(?:!doctype\s+html|html|head|body)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_ADVICE = "save it as PDF, DOCX or text and add that"


def kind_of(data: bytes, suffix: str) -> str:
    """Return the suffix of what the bytes are, such as ".pdf" or ".html", or `suffix` if they are some text.

    What has no suffix is taken for plain text.

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
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(data, suffix)
    if head.startswith(_OLE):
        raise Refusal(_ole_reason(data))
    if head.startswith(b"{\\rtf"):
        return ".rtf"
    _refuse_known(head)
    if _HTML_START.match(head):
        return ".html"
    if suffix in _BINARY:
        raise Refusal(f"is broken or not a {suffix[1:].upper()} file at all; export it again from its program")
    return _kind_of_mail(head, suffix) or suffix or ".txt"


def _refuse_known(head: bytes) -> None:
    """Raise a Refusal if a file that begins like this is of a kind that is known to hold no text, or not to be read."""
    if head.startswith(_WINMAIL):
        raise Refusal("is a mail's attachments as only Outlook packs them (winmail.dat); save them there and add them")
    for start, signature, kind in _ARCHIVES:
        if head.startswith(signature, start):
            raise Refusal(f"is {kind}, which isn't unpacked here; unpack it and add the files in it")
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            raise Refusal(f"is {kind}, which holds no text that can be read; {_ADVICE}")


def _kind_of_mail(head: bytes, suffix: str) -> str | None:
    """Return the kind of message, mailbox or saved page that begins like this; None if none does."""
    if _MAILBOX.match(head) and suffix != ".eml":
        return ".mbox"
    headers = _HEADERS.match(head)
    if not headers or _MAIL_HEADERS.isdisjoint(_HEADER_NAME.findall(headers[0].lower())):
        return None
    named = suffix in (".mht", ".mhtml")
    saved = named or b"snapshot-content-location:" in headers[0].lower()
    whole = b"multipart/related" in headers[0].lower() or (named and b"text/html" in headers[0].lower())
    return ".mhtml" if saved and whole else ".eml"


def _kind_of_zip(data: bytes, suffix: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            mimetype = archive.read("mimetype")[:200] if "mimetype" in names else b""
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, ValueError, OSError):
        raise Refusal("is a broken or cut-off Office or ZIP file; copy or export it again") from None
    if sum(member.file_size for member in members) > MAX_BYTES:
        raise Refusal(f"unfolds to more than {MAX_BYTES >> 20} MB; split it into smaller files")
    if mimetype.startswith(_OPEN_DOCUMENT):
        if mimetype.strip() == _OPEN_DOCUMENT + b"text":
            return ".odt"
        raise Refusal(f"is an OpenDocument file other than a text, which can't be read; {_ADVICE}")
    known = next((kind for name, kind in _ZIP_MEMBERS if name in names), ".zip")
    if known == ".zip" and any(map(_NUMBERED_DOCUMENT.fullmatch, names)):
        known = ".docx"
    if known == ".zip" and suffix in _BINARY - {".zip"}:
        raise Refusal(f"is broken or not a {suffix[1:].upper()} file at all; export it again from its program")
    # Programs pack their own files in this way; what is in them is not meant to be read one by one.
    return suffix if known == ".zip" and suffix not in (".zip", ".txt", "") else known


def _ole_reason(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "is locked with a password; remove the password and add it again"
    return f"is an old or protected Office file (.doc, .xls, .ppt, .msg), which can't be read; {_ADVICE}"
