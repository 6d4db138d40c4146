"""An answer in, its receipt out: a JSON file that holds all it takes to check the answer, or to ask again.

Format "footnote-receipt/1", one JSON object, UTF-8:

* `format`, `made` (UTC, ISO 8601), `sha256`: of all the rest, as compact JSON with sorted keys. It shows a change made
  by accident; whoever forges a receipt can forge it too, and is found out by the quotes.
* `versions`: of Footnote, Python and the libraries that matter, by name.
* `library`: `revision`, `settings` (what it was made with, the embedder's fingerprint among them), `documents` (how
  many), `sha256` (of all their names and hashes).
* `documents`: by name, those in the passages: `sha256` of the file, `text_sha256` and `characters` of the text that
  offsets count, `title`, `date`.
* `history`: the turns before the question, each `question` and `answer`.
* `calls`: every call of the chat model in order: `messages` (each `role` and `text`), `options`, `output`, `logprobs`.
* `answer`: the record of the answer, as `Answer.to_dict` gives it: question, what was understood, outcome, sentences
  with verdicts and reasons, citations, passages, timings, model with its hash, settings.
* `evidence`: the sentences that were put before the model: `document`, `start`, `end`, `text`, `score`, `heading`,
  and `before`, what stands right before each.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest import Library
from qa.errors import BadReceipt
from qa.records import Answer
from qa.versions import package_versions

FORMAT = "footnote-receipt/1"
Receipt = Mapping[str, Any]
"""A receipt as the JSON object described above."""

_PARTS = {
    "made": str, "sha256": str, "versions": dict, "library": dict, "documents": dict, "history": list, "calls": list,
    "answer": dict, "evidence": list,
}  # fmt: skip


def make_receipt(answer: Answer, library: Library) -> Receipt:
    """Return the receipt of an answer.

    Args:
        answer: An answer that was just given; its documents must still be there as they were.
        library: The library that it was given from.

    Raises:
        DocumentNotFound: A document has been removed since.
    """
    infos = {info.name: info for info in library.documents()}
    names = sorted({passage.document for passage in answer.passages})
    listing = "\n".join(f"{info.sha256} {name}" for name, info in sorted(infos.items()))
    record: dict[str, Any] = {
        "format": FORMAT,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": package_versions(),
        "library": {
            "revision": library.catalogue.revision,
            "settings": library.settings.fingerprint(library.embedder.fingerprint),
            "documents": len(infos),
            "sha256": sha256_of(listing),
        },
        "documents": {name: _document(library, name) for name in names},
        "history": [asdict(turn) for turn in answer.history],
        "calls": [asdict(call) for call in answer.calls],
        "answer": answer.to_dict(),
        "evidence": [asdict(item) for item in answer.evidence],
    }
    record = json.loads(json.dumps(record, default=str))
    return record | {"sha256": seal(record)}


def write_receipt(receipt: Receipt, path: Path) -> None:
    """Write a receipt to a file.

    Raises:
        BadReceipt: The file can't be written.
    """
    try:
        path.write_bytes(receipt_json(receipt))
    except OSError as error:
        raise BadReceipt(
            f"The receipt can't be written to {str(path)!r}: {error.strerror}; name another file"
        ) from error


def receipt_json(receipt: Receipt) -> bytes:
    """Return a receipt as its file holds it; halves of characters are replaced."""
    return (json.dumps(receipt, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def read_receipt(path: Path) -> Receipt:
    """Return a receipt from its file, its parts checked for being there, not for being true.

    Raises:
        BadReceipt: The file can't be read, is no receipt, or one of another format.
    """
    try:
        record = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadReceipt(f"The receipt {str(path)!r} can't be read: {error.strerror}; check the path") from error
    except (ValueError, RecursionError) as error:
        raise BadReceipt(
            f"{str(path)!r} is no receipt: it isn't JSON; make one with: footnote ask --receipt"
        ) from error
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise BadReceipt(f"{str(path)!r} is no receipt of format {FORMAT}; make one with: footnote ask --receipt")
    for name, kind in _PARTS.items():
        if not isinstance(record.get(name), kind):
            raise BadReceipt(f"The receipt {str(path)!r} is damaged: {name!r} is missing or malformed; make it anew")
    return record


@contextmanager
def damage_told() -> Iterator[None]:
    """Turn whatever a receipt that is put together wrongly leads to into one line.

    Raises:
        BadReceipt: It is malformed.
    """
    try:
        yield
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise BadReceipt(f"The receipt is damaged: {error!r}; make it anew with: footnote ask --receipt") from error


def seal(receipt: Receipt) -> str:
    """Return the hash of all of a receipt but its `sha256`."""
    rest = {name: value for name, value in receipt.items() if name != "sha256"}
    return sha256_of(json.dumps(rest, sort_keys=True, separators=(",", ":")))


def sha256_of(text: str) -> str:
    """Return the SHA-256 of a text as UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _document(library: Library, name: str) -> dict[str, Any]:
    info, text = library.info(name), library.text(name)
    return {
        "sha256": info.sha256, "text_sha256": sha256_of(text), "characters": len(text), "title": info.title,
        "date": info.date,
    }  # fmt: skip
