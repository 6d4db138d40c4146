"""EML, MBOX and MHTML files -> Draft: a message and its attachments, a mailbox's messages, a saved page."""

import email.policy
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parseaddr
from functools import partial
from itertools import pairwise

from ingest.loaders.dates import find_date
from ingest.loaders.draft import Draft, Refusal
from ingest.loaders.members import members_of
from ingest.loaders.normalising import one_line
from ingest.loaders.plain import decode_text
from ingest.loaders.web import load_html

_SHOWN = ("From", "To", "Cc", "Date")
_SUBJECT_CHARS = 80
_STUB = 2
"""A page so many times as long as the plain text beside it says what the text doesn't."""
_MAILBOX_DATE = re.compile(r" ([A-Z][a-z]{2}) +(\d{1,2}) \d\d:\d\d\S* (?:\S+ )?(\d{4})")
_PAGES = ("text/html", "application/xhtml+xml")
_SHOWN_TEXTS = ("text/plain", *_PAGES)
_FORWARDED, _INVITATION = "message/rfc822", "text/calendar"
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
# With the time of day, so that a line of a letter that begins with "From" parts nothing.
_SEPARATOR = re.compile(rb"(?m)^From [^\r\n]*\d\d:\d\d[^\r\n]*\d{4}[^\r\n]*\r?\n(?=[A-Za-z-]+:|>?From )")
_QUOTED = re.compile(rb"(?m)^>(?=>*From )")


def load_eml(data: bytes) -> Draft:
    """Return a message: its subject as heading, who wrote to whom and when, its text; its attachments are members.

    The plain text is preferred to the HTML. The subject is the title, the sender the author, its date the date.
    """
    message = _parsed(data)
    subject = _header(message, "Subject")
    name, address = parseaddr(_header(message, "From"))
    headers = [f"{name}: {value}" for name in _SHOWN if (value := _header(message, name))]
    return Draft(
        parts=("\n\n".join((f"# {subject or 'No subject'}", "\n".join(headers), _body(message))),),
        members=members_of(_attachments(message)),
        title=subject or None,
        author=one_line(name) or address or None,
        published=_sent(message, data) or None,
    )


def load_mbox(data: bytes) -> Draft:
    """Return the messages of a mailbox as members, each named by its date and subject."""
    starts = [*(match.start() for match in _SEPARATOR.finditer(data)), len(data)]
    messages = (data[start:end] for start, end in pairwise(starts))
    files = [(_message_name(message), partial(_QUOTED.sub, b"", message)) for message in messages]
    if not files:
        raise Refusal("is a mailbox without a message in it; export it again")
    return Draft(members=members_of(files))


def load_mhtml(data: bytes) -> Draft:
    """Return a web page that a browser saved in one file: its main part, read as an HTML page, and those in its frames.

    The time at which it was saved counts as that of the file's making.
    """
    message = _parsed(data)
    pages = [part for part in message.walk() if part.get_content_type() in _PAGES]
    if not pages:
        raise Refusal("is a saved page (MHTML) without a page in it; save it again, or as PDF")
    drafts = [load_html(_payload(page), page.get_content_charset()) for page in pages]
    # A frame may be saved for each place that shows it.
    texts = dict.fromkeys(text for draft in drafts for text in draft.parts if text.strip())
    title = drafts[0].title or _header(message, "Subject") or None
    return replace(drafts[0], parts=("\n\n".join(texts),), title=title, created=_header(message, "Date"))


def _parsed(data: bytes) -> EmailMessage:
    message = BytesParser(policy=email.policy.default).parsebytes(_without_separator(data))
    if not message.keys():
        raise Refusal('is not a mail: it doesn\'t begin with lines such as "Subject: ..."; export it again')
    return message


def _without_separator(message: bytes) -> bytes:
    """Return a message without the line that parts it from others in a mailbox."""
    return message.partition(b"\n")[2] if message.startswith(b"From ") else message


def _header(message: EmailMessage, name: str) -> str:
    """Return a header's value on one line; one in bare bytes, which doesn't say its encoding, is decoded by guess."""
    raw = str(next((value for key, value in message.raw_items() if key.lower() == name.lower()), ""))
    if any("\udc80" <= character <= "\udcff" for character in raw):
        return one_line(decode_text(raw.encode("utf-8", "surrogateescape")))
    try:
        return one_line(str(message.get(name, "")))
    except (ValueError, LookupError, AttributeError, TypeError):  # what the parser raises on odd ones
        return one_line(raw)


def _sent(message: EmailMessage, data: bytes) -> str:
    """Return when a message was sent; where it doesn't say, when it was received or put into its mailbox."""
    received = _header(message, "Received").rpartition(";")[2].strip()
    separator = data.partition(b"\n")[0].decode("ascii", "replace") if data.startswith(b"From ") else ""
    return next(
        (date for date in (_header(message, "Date"), received, _mailbox_date(separator)) if find_date(date)), ""
    )


def _mailbox_date(separator: str) -> str:
    """Return the date of a line such as "From ada@x.org Wed May  8 10:00:00 2024"; "" if it gives none."""
    found = _MAILBOX_DATE.search(separator)
    return f"{found[2]} {found[1]} {found[3]}" if found else ""


def _body(message: EmailMessage) -> str:
    """Return the text as it would be shown: of the plain part, else of the HTML one, then of those that follow it."""
    bodies = (message.get_body(preferencelist=(kind,)) for kind in ("plain", "html"))
    parts: list[MIMEPart] = [part for part in bodies if part is not None and _payload(part).strip()]
    # The plain text of some merely says that there is another one.
    is_stub = len(parts) > 1 and _STUB * len(_part_text(parts[0])) < len(_part_text(parts[1]))
    parts = parts[is_stub:][:1]
    parts += [part for part in _further(message) if part not in parts and part.get_content_type() in _SHOWN_TEXTS]
    return "\n\n".join(map(_part_text, parts))


def _part_text(part: MIMEPart) -> str:
    data, charset = _payload(part), part.get_content_charset()
    return load_html(data, charset).parts[0] if part.get_content_type() in _PAGES else decode_text(data, charset)


def _further(message: MIMEPart) -> Iterator[MIMEPart]:
    """Yield the parts that stand one after the other without being attached: further texts, files shown in between.

    The first is the message's text, or holds it in several forms.
    """
    if message.get_content_type() in ("multipart/mixed", "multipart/signed", "multipart/digest"):
        for part in message.iter_parts():
            if part.is_multipart() and part.get_content_maintype() == "multipart":
                yield from _further(part)
            elif part.get_content_disposition() != "attachment" and (part.is_multipart() or _payload(part).strip()):
                yield part


def _payload(part: MIMEPart) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _attachments(message: EmailMessage) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield the files that were attached, or are shown among the text; not the pictures that belong to it."""
    shown = [
        part
        for part in _further(message)
        if part.get_content_maintype() != "image" and part.get_content_type() not in (*_SHOWN_TEXTS, *_SIGNATURES)
    ]
    for part in message.walk():
        kind = part.get_content_type()
        # What a mail consists of that holds no text of its own: a forwarded message, a file, an invitation.
        alone = part is message and kind not in _SHOWN_TEXTS and (kind == _FORWARDED or not part.is_multipart())
        attached = part is not message and (part.get_content_disposition() == "attachment" or part in shown)
        if not (alone or attached or (kind == _INVITATION and part is not message)):
            continue
        if kind == _FORWARDED:
            yield f"{(part.get_filename() or 'message').removesuffix('.eml')}.eml", partial(_forwarded, part)
        else:
            yield (
                part.get_filename() or ("invitation.ics" if kind == _INVITATION else "unnamed"),
                partial(_payload, part),
            )


def _forwarded(part: MIMEPart) -> bytes:
    """Return a message that was attached to another one."""
    return bytes(part.get_content().as_bytes())


def _message_name(message: bytes) -> str:
    parser = BytesParser(policy=email.policy.default)
    headers = parser.parsebytes(_without_separator(message), headersonly=True)
    subject = _header(headers, "Subject").replace("/", "-")[:_SUBJECT_CHARS].strip(" .") or "no subject"
    return f"{find_date(_sent(headers, message)) or 'undated'} {subject}.eml"
