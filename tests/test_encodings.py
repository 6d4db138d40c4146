"""Texts in encodings of old: the letters are right, in short texts and long ones."""

import pytest
from loading_tools import zip_bytes

from ingest.loaders.archive import load_zip
from ingest.loaders.plain import decode_text
from ingest.loaders.web import load_html

TEXTS = {
    ("cp1252", "iso8859_15", "mac_roman", "cp850"): (
        "Le conseil a décidé à l'unanimité que la bibliothèque sera fermée dès le 5 août.",
        "Der Gemeinderat beschloß, daß die Straße über die Brücke für Bürger geöffnet wird.",
        "El año pasado la reunión decidió, según la comisión, que los niños podrán jugar.",
        "Il consiglio ha deciso che la città sarà più bella perché i lavori cominceranno lunedì.",
        "Mötet beslutade att bron över ån ska öppnas för äldre människor på lördag.",
    ),
    ("cp1252",): ("„Schön“, sagte er – die Gebühr beträgt 5 €.", "« Voilà » dit-il, l’été prochain…", "A café’s fee."),
    ("cp1252", "cp850"): ("Kokous päätti että silta avataan lauantaina. Jäsenmäärä kasvoi tänä vuonna.",),
    ("cp1250", "iso8859_2"): (
        "Rada postanowiła, że most zostanie otwarty w sobotę. Źródło: gmina Łódź.",
        "A tanács úgy döntött, hogy a hidat megnyitják. Az időseknek külön belépő jár.",
        "Rada rozhodla, že most bude otevřen v sobotu. Příští schůze se koná v úterý.",
    ),
    ("cp1254",): ("Kurul köprünün cumartesi günü açılmasına karar verdi. Yaşlılar için ücretsiz.",),
    ("cp1257",): ("Padome nolēma atvērt tiltu sestdien. Maksa ir pieci eiro, vecākiem cilvēkiem bez maksas.",),
    ("cp1251", "koi8_r", "cp866"): ("Совет принял решение открыть мост в субботу.",),
    ("cp1253",): ("Το συμβούλιο αποφάσισε να ανοίξει τη γέφυρα το Σάββατο.",),
    ("cp1255",): ("המועצה החליטה לפתוח את הגשר ביום שבת.",),
    ("gb18030",): ("理事会决定在星期六开放大桥。费用为五元,老年人免费。",),
    ("big5",): ("理事會決定在星期六開放大橋。費用為五元,老年人免費。",),
    ("euc_kr",): ("이사회는 토요일에 다리를 개방하기로 결정했다. 요금은 오백원이다.",),
    ("shift_jis", "euc_jp", "iso2022_jp"): ("理事会は土曜日に橋を開放することを決定した。料金は五百円です。",),
}
CASES = [(encoding, text) for encodings, texts in TEXTS.items() for encoding in encodings for text in texts]


@pytest.mark.parametrize(("encoding", "text"), CASES, ids=lambda value: value[:12])
def test_a_text_that_does_not_say_its_encoding_is_read(encoding: str, text: str) -> None:
    for several in (text, "\n".join([text] * 20), "Nothing strange here.\n" * 2_000 + text if text.isascii() else text):
        assert decode_text(several.encode(encoding)) == several


def test_accents_that_come_late_in_a_long_text_are_read() -> None:
    text = "The members met in the old mill and spoke of the harbour.\n" * 5_000 + "Then they went to the café.\n"
    assert decode_text(text.encode("cp1252")) == text


def test_a_stray_byte_and_a_cut_off_end_do_not_turn_utf_8_into_something_else() -> None:
    text = "Le conseil a décidé à Genève. L'été fut long, dès août. "
    assert decode_text((text * 3).encode() + b"caf\xe9.") == text * 3 + "café."
    assert decode_text((text + "é").encode()[:-1]) == text


@pytest.mark.parametrize("declared", ["iso-8859-1", "us-ascii", "latin1"])
def test_what_a_page_calls_latin_1_has_the_characters_of_windows(declared: str) -> None:
    page = f'<html><meta charset="{declared}"><p>“Five” – 5 €…</p></html>'.encode("cp1252")
    assert load_html(page).parts == ("“Five” – 5 €…",)


def test_a_page_that_declares_an_encoding_that_it_is_not_in_is_read() -> None:
    text = "Le conseil a décidé à l'unanimité que la bibliothèque sera fermée dès le 5 août."
    page = f'<html><meta charset="utf-8"><p>{text}</p></html>'.encode("cp1252")
    assert load_html(page).parts == (text,)
    assert load_html(page.replace(b"utf-8", b"shift_jis")).parts != ("",)
    assert load_html(page.replace(b"utf-8", b"rot13")).parts == (text,)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("会議の議事録.txt", "cp932"), ("2024年度.txt", "cp932"), ("カレンダー/議事録.txt", "cp932"),
        ("会议纪要.txt", "gb18030"), ("회의록.txt", "cp949"), ("протокол.txt", "cp866"),
        ("Протокол совета.txt", "cp1251"),
        ("Straße über.txt", "cp437"),
        ("Straße über.txt", "cp850"), ("Straße über.txt", "cp1252"), ("Réunion à Genève.txt", "cp1252"),
        ("Réunion.txt", "cp437"), ("Réunion.txt", "utf-8"), ("plain.txt", "ascii"),
    ],
)  # fmt: skip
def test_names_in_an_archive_that_does_not_say_their_encoding_are_read(name: str, encoding: str) -> None:
    made = zip_bytes({"x" * len(name.encode(encoding)): "Words."})
    data = made.replace(b"x" * len(name.encode(encoding)), name.encode(encoding))
    assert [member.name for member in load_zip(data).members] == [name]
