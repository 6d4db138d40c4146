"""Texts for property tests: the awkward ones that documents are made of."""

import hashlib

from hypothesis import strategies as st

from ingest.records import Document

_PIECES = [
    "\n", "\n\n", "\r\n", "\r\n\r\n", "\f", "\x0b", "\x1c", "\x85", "\u2028", "\u00a0", " ",
    "  ", "\t", "\ufeff", "\u200b", "\0", "# Title\n\n", "## Part\n", "### \n",
    "A Lone Title\n\n", "- item\n", "1. item\n", "1) \n", "| a | b |\n", "(3)\n\n", "12.\n\n",
    "It opened. ", "Dr. Ito spoke to the U.S. delegates! ", "Why? ", "no end ", "word " * 40,
    "x" * 130, "…", ". ", "?!", "会议在上海开幕。", "東京で会う", "ภาษาไทย", "🙂", "👩‍👩‍👧", "e\u0301",
    "\u0301", "ﬁ", "İ", "ß", "1,200.50", "’s", '"', "«",
]  # fmt: skip


def any_text(min_size: int = 0) -> st.SearchStrategy[str]:
    """Return texts put together from awkward pieces and arbitrary characters."""
    alphabet = st.characters(exclude_categories=["Cs"])
    pieces = st.one_of(st.sampled_from(_PIECES), st.text(alphabet, max_size=20))
    return st.lists(pieces, min_size=min_size, max_size=25).map("".join).filter(lambda text: len(text) >= min_size)


def make_document(text: str, name: str = "a.txt", **known: object) -> Document:
    """Return a document with this text; its hash is that of the text."""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Document(name=name, path=f"/papers/{name}", sha256=sha256, text=text, **{"title": name, **known})
