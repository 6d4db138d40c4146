"""Whatever is in a file: its text in normal form, or one line that says why there is none."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loading_tools import write
from pdf_files import lines, pdf_bytes

from ingest.loaders.formats import SUPPORTED_SUFFIXES
from ingest.loaders.normalising import normalise_text
from ingest.reading import read_documents


def text_or_reason(folder: Path, name: str, content: bytes) -> None:
    """Read a file and see that its text is in normal form, or that one line says why there is none."""
    # In this process: the one that files are read in otherwise adds nothing but time to a thousand files.
    for found, outcome in read_documents(write(folder, name, content), name):
        assert found.startswith(name)
        if isinstance(outcome, str):
            assert ";" in outcome
            assert "\n" not in outcome
        else:
            assert outcome.text
            assert normalise_text(outcome.text) == outcome.text
            assert outcome.title
            assert "\n" not in outcome.title


MARKUP = st.sampled_from(
    (
        *("<p>", "</p>", "<h2>", "</h2>", "<ul>", "<li>", "</ul>", "<br>", "<pre>", "</pre>", "<hr>"),
        *("<table>", "<tr>", "<td>", "</table>", "<main>", "</main>", "<aside>", "</aside>", "<p hidden>"),
        *("<!--", "-->", "<script>", "</script>", "&lt;", "&#0;", "<a", ">", "<![CDATA[", "<?xml", "</"),
    )
)


@given(text=st.text())
@settings(max_examples=300, deadline=None)
def test_any_text_gives_a_normalised_text_or_a_reason(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    text_or_reason(tmp_path_factory.getbasetemp(), "any.txt", text.encode())


@given(content=st.binary(max_size=300), suffix=st.sampled_from(sorted(SUPPORTED_SUFFIXES)))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_a_normalised_text_or_a_reason(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str
) -> None:
    text_or_reason(tmp_path_factory.getbasetemp(), f"any{suffix}", content)


@given(pieces=st.lists(MARKUP | st.text(max_size=5), max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_tag_soup_gives_a_normalised_text_or_a_reason(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str]
) -> None:
    text_or_reason(tmp_path_factory.getbasetemp(), "any.html", "".join(pieces).encode())


@given(noise=st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 255)), max_size=20))
@settings(max_examples=60, deadline=None)
def test_a_damaged_pdf_gives_a_normalised_text_or_a_reason(
    tmp_path_factory: pytest.TempPathFactory, noise: list[tuple[int, int]]
) -> None:
    content = bytearray(pdf_bytes([lines(["Some words on a page.", "And some more."], 700)] * 2))
    for place, byte in noise:
        content[place % len(content)] = byte
    text_or_reason(tmp_path_factory.getbasetemp(), "any.pdf", bytes(content))
