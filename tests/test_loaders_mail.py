from email.message import EmailMessage
from pathlib import Path

import pytest
from loading_tools import write

from ingest.loaders.draft import Draft, Refusal
from ingest.loaders.kinds import kind_of
from ingest.loaders.mail import load_eml, load_mbox, load_mhtml
from ingest.loaders.normalising import normalise_text
from ingest.loading import load_documents
from ingest.records import Document

PAGE = "<html><head><title>Rules</title></head><body><h1>Rules</h1><p>Été, all of it.</p></body></html>"


def message(
    subject: str = "The harbour", text: str | None = "It opened in May.", html: str | None = None
) -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = subject
    made["From"] = "Ada Lovelace <ada@halmere.example>"
    made["To"] = "council@halmere.example"
    made["Date"] = "Wed, 08 May 2024 10:00:00 +0200"
    made["Message-ID"] = "<1@halmere.example>"
    if text is not None:
        made.set_content(text)
    if html is not None and text is not None:
        made.add_alternative(html, subtype="html")
    elif html is not None:
        made.set_content(html, subtype="html")
    return made


def text_of(draft: Draft) -> str:
    return normalise_text(draft.parts[0])


def test_a_mail_has_its_subject_as_title_its_sender_as_author_and_its_date() -> None:
    draft = load_eml(message().as_bytes())
    assert text_of(draft) == (
        "# The harbour\n\nFrom: Ada Lovelace <ada@halmere.example>\nTo: council@halmere.example\n"
        "Date: Wed, 08 May 2024 10:00:00 +0200\n\nIt opened in May."
    )
    assert (draft.title, draft.author) == ("The harbour", "Ada Lovelace")
    assert draft.published == "Wed, 08 May 2024 10:00:00 +0200"
    assert draft.members == ()


def test_the_plain_text_is_preferred_to_the_html_which_is_read_if_it_is_all() -> None:
    assert text_of(load_eml(message(html=PAGE).as_bytes())).endswith("It opened in May.")
    assert text_of(load_eml(message(text=None, html=PAGE).as_bytes())).endswith("# Rules\n\nÉté, all of it.")
    assert text_of(load_eml(message(text="\n", html=PAGE).as_bytes())).endswith("Été, all of it.")


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "utf-16", "koi8-r", "no-such-charset"])
def test_words_and_headers_in_any_encoding_are_read(charset: str) -> None:
    words = (
        "Решение совета принято в понедельник" if charset == "koi8-r" else "Le conseil a décidé à Genève « sans délai »"
    )
    body = words.encode("utf-8" if charset == "no-such-charset" else charset, "replace")
    head = f"Subject: =?utf-8?b?w4l0w6k=?=\nMIME-Version: 1.0\nContent-Type: text/plain; charset={charset}\n"
    import base64

    data = head.encode() + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(body)
    draft = load_eml(data)
    assert draft.title == "Été"
    assert words.replace("«", "").split()[1] in text_of(draft)


def test_a_subject_in_bare_bytes_is_decoded_by_guess() -> None:
    assert load_eml("Subject: Café à Genève\nMessage-ID: <1>\n\nText.".encode("cp1252")).title == "Café à Genève"


def test_attachments_of_the_same_name_are_numbered_past_names_that_are_numbers_already() -> None:
    made = message()
    for name in ("a (2).txt", "a.txt", "a.txt", "a.txt"):
        made.add_attachment(b"Words.", maintype="text", subtype="plain", filename=name)
    assert [member.name for member in load_eml(made.as_bytes()).members] == [
        "a (2).txt", "a.txt", "a (3).txt", "a (4).txt",
    ]  # fmt: skip


def test_attached_files_and_messages_are_members_and_pictures_in_the_text_are_not() -> None:
    made = message()
    made.add_attachment(b"Minutes.", maintype="text", subtype="plain", filename="mi/nutes.txt")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", disposition="inline", filename="logo.png")
    made.add_attachment(message("Before that", "They met."))
    made.add_attachment(b"More.", maintype="text", subtype="plain", filename="mi/nutes.txt")
    members = load_eml(made.as_bytes()).members
    assert [member.name for member in members] == ["mi/nutes.txt", "message.eml", "mi/nutes (2).txt"]
    assert members[0].read().strip() == b"Minutes."
    assert text_of(load_eml(members[1].read())).startswith("# Before that")


def test_what_has_no_headers_is_no_mail() -> None:
    with pytest.raises(Refusal, match="is not a mail"):
        load_eml(b"\nJust words.")


def mailbox(*messages: EmailMessage) -> bytes:
    return b"".join(b"From ada@x Wed May  8 10:00:00 2024\n" + made.as_bytes() + b"\n" for made in messages)


def test_a_mailbox_gives_its_messages_named_by_date_and_subject() -> None:
    quoted = message("Re: 1/2 ../up", "Said he:\n>From now on we meet.")
    undated = message("", "Nothing.")
    del undated["Date"]
    draft = load_mbox(mailbox(message(), message(), quoted, undated))
    assert [member.name for member in draft.members] == [
        "2024-05-08 The harbour.eml",
        "2024-05-08 The harbour (2).eml",
        "2024-05-08 Re: 1-2 ..-up.eml",
        "2024-05-08 no subject.eml",
    ]
    assert text_of(load_eml(draft.members[2].read())).endswith("Said he:\nFrom now on we meet.")
    assert draft.parts == ()


def test_a_line_that_begins_with_from_parts_no_message() -> None:
    draft = load_mbox(mailbox(message(text="Dear all,\n\nFrom May 2024 on\nwe meet.")))
    assert len(draft.members) == 1


def test_mails_mailboxes_and_saved_pages_are_recognised_by_their_first_lines() -> None:
    mail = message().as_bytes()
    assert kind_of(mail, ".txt") == ".eml"
    assert kind_of(mail, "") == ".eml"
    assert kind_of(mailbox(message()), "") == ".mbox"
    assert kind_of(mailbox(message()), ".eml") == ".eml"
    assert kind_of(b"From: the council\nTo: all\n\nDear all.", ".txt") == ".txt"
    assert kind_of(saved_page(), ".mht") == kind_of(saved_page(), ".txt") == ".mhtml"


def saved_page(charset: str = "utf-8") -> bytes:
    made = EmailMessage()
    made["From"] = "<Saved by Blink>"
    made["Snapshot-Content-Location"] = "https://halmere.example/rules"
    made["Subject"] = "Rules"
    made["Date"] = "Wed, 08 May 2024 10:00:00 -0000"
    made["MIME-Version"] = "1.0"
    made.make_related()
    made.add_related(PAGE.encode(charset), maintype="text", subtype="html", params={"charset": charset})
    made.add_related(b"p {}", maintype="text", subtype="css")
    return made.as_bytes()


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
def test_a_saved_page_is_read_as_the_page_that_was_saved(charset: str) -> None:
    draft = load_mhtml(saved_page(charset))
    assert text_of(draft) == "# Rules\n\nÉté, all of it."
    assert draft.title == "Rules"
    assert draft.published is None
    assert draft.created == "Wed, 08 May 2024 10:00:00 -0000"


def test_a_saved_page_without_a_page_is_refused() -> None:
    with pytest.raises(Refusal, match="without a page"):
        load_mhtml(b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n\n--x--\n")


def outcomes(folder: Path, name: str, content: str | bytes) -> dict[str, str]:
    """Return the text, or the reason, of each document of a file."""
    found = load_documents(write(folder, name, content), name)
    return {name: one.text if isinstance(one, Document) else str(one) for name, one in found.items()}


def test_texts_and_files_that_stand_among_the_text_of_a_mail_are_read(tmp_path: Path) -> None:
    parts = [
        'Content-Type: multipart/alternative; boundary="y"\n\n'
        "--y\n\nBefore.\n--y\nContent-Type: text/html\n\n<p>Before.\n--y--\n",
        'Content-Type: image/png; name="a.png"\nContent-Disposition: inline\n\nx\n',
        "Content-Type: text/plain\n\nAfter.\n",
        'Content-Type: text/csv; name="t.csv"\nContent-Disposition: inline; filename="t.csv"\n\na,b\n1,2\n',
        "Content-Type: message/rfc822\n\nSubject: Older\n\nOlder words.\n",
        "Content-Type: application/pkcs7-signature; name=smime.p7s\n\nx\n",
    ]
    mail = 'Subject: A\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="x"\n\n'
    mail += "".join(f"--x\n{part}" for part in parts) + "--x--\n"
    assert outcomes(tmp_path, "a.eml", mail) == {
        "a.eml": "# A\n\nBefore.\n\nAfter.",
        "a.eml/t.csv": "| a | b |\n| 1 | 2 |",
        "a.eml/message.eml": "# Older\n\nOlder words.",
    }


def test_a_line_that_begins_with_from_parts_no_letters(tmp_path: Path) -> None:
    box = (
        "From a@x Wed May  8 10:00:00 2024\nSubject: One\n\nFirst.\n\nFrom the year 2024\nNote: all is well.\n\n"
        "From b@x Thu May  9 10:00:00 2024\nSubject: Two\n\nSecond.\n"
    )
    assert list(outcomes(tmp_path, "in.mbox", box).values()) == [
        "# One\n\nFirst.\n\nFrom the year 2024\nNote: all is well.",
        "# Two\n\nSecond.",
    ]


@pytest.mark.parametrize(
    ("kind", "body", "name"),
    [
        ("message/rfc822", "Subject: Inner\n\nInner words.", "message.eml"),
        ("text/calendar", "SUMMARY:Board", "invitation.ics"),
    ],
)
def test_a_mail_that_is_nothing_but_another_file_loses_it_not(kind: str, body: str, name: str) -> None:
    mail = f"Subject: S\nMIME-Version: 1.0\nContent-Type: {kind}\n\n{body}"
    (member,) = load_eml(mail.encode()).members
    assert member.name == name
    assert body.splitlines()[-1].encode() in member.read()
