"""A receipt and the documents in, what holds and what doesn't out: no model, no search, only their words."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest import DocumentInfo, DocumentNotFound, FootnoteError, Library
from ingest.headings import stands_under
from ingest.records import info_of
from qa.assembly import INCOMPLETE, NOT_IN_DOCUMENTS
from qa.findings import Finding
from qa.receipts import Receipt, damage_told, seal, sha256_of
from qa.records import Evidence
from qa.support import check_support

_INCOMPLETE_BEFORE = "The documents don't say more."
"""How earlier versions said it; their receipts hold as well."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A document as it is today."""

    info: DocumentInfo
    """What is known of it."""
    text: str
    """Its text."""


Sources = Callable[[str], Source]
"""Returns a document by name, or raises DocumentNotFound."""


def from_library(library: Library) -> Sources:
    """Return what looks documents up in a library."""
    return lambda name: Source(info=library.info(name), text=library.text(name))


def from_folder(folder: Path) -> Sources:
    """Return what reads documents from files, by their names below a folder or beginning with its own name.

    Raises:
        UnreadableFile: There is nothing at `folder`.
    """
    from ingest.loading import documents_of, find_files

    read = documents_of({name: path for path, name in find_files(folder)})

    def source(name: str) -> Source:
        try:
            document = read(name)
        except DocumentNotFound:
            document = read(name.removeprefix(f"{folder.resolve().name}/"))
        return Source(info=info_of(document, chunks=0), text=document.text)

    return source


def verify_receipt(receipt: Receipt, sources: Sources) -> list[Finding]:
    """Return whether each thing that a receipt says about documents is so.

    Args:
        receipt: A receipt.
        sources: Where the documents are.

    Returns:
        The receipt's own hash first, then documents, citations, sentences with their verdicts, passages and evidence. A
        sentence's verdict is found again from the quotes that it cites.

    Raises:
        BadReceipt: It is malformed.
    """
    with damage_told():
        same = seal(receipt) == receipt["sha256"]
        detail = "unchanged since it was made" if same else "changed since it was made"
        findings = [Finding(what="receipt", ok=same, detail=detail)]
        found: dict[str, Source] = {}
        findings += _documents(receipt["documents"], sources, found)
        findings += _citations(receipt, found)
        findings += _sentences(receipt)
        for name, items in (("passage", receipt["answer"]["passages"]), ("evidence", receipt["evidence"])):
            findings += _stretches(name, items, found)
    return findings


def _documents(recorded: Mapping[str, Any], sources: Sources, found: dict[str, Source]) -> Iterator[Finding]:
    for name, document in recorded.items():
        wanted = document["sha256"], document["text_sha256"]
        try:
            source = found[name] = sources(name)
        except FootnoteError as error:
            yield Finding(what=f"document {name}", ok=False, detail=str(error))
            continue
        file, text = source.info.sha256 == wanted[0], sha256_of(source.text) == wanted[1]
        detail = {
            (True, True): "the same file and text",
            (False, True): "another file with the same text",
            (True, False): "the same file, read as another text",
            (False, False): "another file and text",
        }[file, text]
        about = (source.info.title, source.info.date) == (document["title"], document["date"])
        detail += "" if about else ", under another title or date"
        yield Finding(what=f"document {name}", ok=file and text and about, detail=detail)


def _citations(receipt: Receipt, found: Mapping[str, Source]) -> Iterator[Finding]:
    answer = receipt["answer"]
    for position, citation in enumerate([*answer["citations"], *answer.get("otherwise", ())], start=1):
        what = f"citation {citation['number']}"
        if citation["number"] != position:
            yield Finding(what=what, ok=False, detail=f"it is number {position}")
            continue
        place = f"{citation['document']}, characters {citation['start']} to {citation['end']}"
        finding = _stretch(what, citation, citation["quote"], found, place)
        if finding.ok and (wrong := _wrong(citation, receipt["documents"], found[citation["document"]])):
            finding = Finding(what=what, ok=False, detail=f"{finding.detail}, under another {wrong}")
        yield finding


def _wrong(citation: Mapping[str, Any], documents: Mapping[str, Any], source: Source) -> str:
    """Return the first thing that a citation says of where its quote stands and isn't so; empty if all is."""
    start, document = citation["start"], documents[citation["document"]]  # which is looked at by itself
    known = {name: document[name] for name in ("sha256", "title", "date")}
    known |= {"page": source.info.page_at(start), "ocr": source.info.is_recognised(start)}
    wrong = [name for name, value in known.items() if citation.get(name, value) != value]
    if not wrong and not stands_under(source.text, start, citation["heading"]):
        wrong = ["heading"]
    return wrong[0] if wrong else ""


def _stretches(name: str, items: Sequence[Mapping[str, Any]], found: Mapping[str, Source]) -> Iterator[Finding]:
    for number, item in enumerate(items, start=1):
        place = f"{item['document']}, characters {item['start']} to {item['end']}"
        before = item.get("before", "")  # a verdict may rest on the names in it
        whole = {**item, "start": item["start"] - len(before)}
        yield _stretch(f"{name} {number}", whole, before + item["text"], found, place)


def _stretch(what: str, item: Mapping[str, Any], text: str, found: Mapping[str, Source], place: str) -> Finding:
    source = found.get(item["document"])
    if source is None:
        return Finding(what=what, ok=False, detail=f"{item['document']} is not there to check")
    start, end = item["start"], item["end"]
    if isinstance(start, int) and isinstance(end, int) and 0 <= start < end and source.text[start:end] == text:
        return Finding(what=what, ok=True, detail=f"stands in {place}")
    elsewhere = source.text.find(text) if text else -1
    moved = f"; it stands from character {elsewhere}" if elsewhere >= 0 else ""
    return Finding(what=what, ok=False, detail=f"does not stand in {place}{moved}")


def _sentences(receipt: Receipt) -> Iterator[Finding]:
    """Yield whether each sentence is where it is said to be and has the verdict that its quotes give it."""
    answer, text = receipt["answer"], receipt["answer"]["text"]
    rest, reached = "", 0
    for number, sentence in enumerate(answer["sentences"], start=1):
        rest += text[reached : sentence["start"]]
        reached = sentence["end"]
        yield _sentence(f"sentence {number}", sentence, receipt)
    left = (rest + text[reached:]).strip()
    if answer["kind"] == "question" and not _says_what_is_missing(left, answer):
        yield Finding(
            what="answer", ok=False, detail=f"its text has words that no sentence accounts for: {left[:80]!r}"
        )


def _says_what_is_missing(text: str, answer: Mapping[str, Any]) -> bool:
    """Tell whether words beside an answer's sentences say no more than what of the question the documents don't."""
    if text in ("", INCOMPLETE, _INCOMPLETE_BEFORE, NOT_IN_DOCUMENTS):
        return True
    opening, asked = f"{NOT_IN_DOCUMENTS[:-1]}: ", f"{answer['question']} {answer['understood']}"
    return text.startswith(opening) and _words(text.replace(opening, " ")) <= _words(asked)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _sentence(what: str, sentence: Mapping[str, Any], receipt: Receipt) -> Finding:
    answer = receipt["answer"]
    if answer["text"][sentence["start"] : sentence["end"]] != sentence["text"]:
        return Finding(what=what, ok=False, detail="is not in the answer's text where it should be")
    numbers = [citation["number"] for citation in answer["citations"]]
    if not set(sentence["citations"]) <= set(numbers):
        return Finding(what=what, ok=False, detail="cites a footnote that is not there")
    cited = [answer["citations"][numbers.index(number)] for number in sentence["citations"]]
    before = {(e["document"], e["start"], e["end"]): e.get("before", "") for e in receipt["evidence"]}
    pieces = [
        Evidence(
            document=c["document"], start=c["start"], end=c["end"], text=c["quote"], score=0.0, heading=c["heading"],
            before=before.get((c["document"], c["start"], c["end"]), ""),
        )
        for c in cited
    ]  # fmt: skip
    context = [". ".join(part for part in (c["title"], c["date"], c["heading"]) if part) for c in cited]
    bare = re.sub(r" ?\[\d+\]", "", sentence["text"])
    verdict = check_support(bare, pieces, context)
    withheld = sentence["verdict"] == "unsupported"
    # A learned verifier, which isn't asked here, may have taken a verdict back.
    stands = withheld == (verdict.verdict == "unsupported") or (withheld and bool(answer["settings"].get("verifier")))
    reason = f" ({verdict.reason})" if verdict.reason else ""
    return Finding(what=what, ok=stands, detail=f"{verdict.verdict} by what it cites{reason}")
