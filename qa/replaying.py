"""Two receipts in, what is the same and what differs out; and a receipt's question asked again."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ingest import Filters
from qa.chain import DocumentQA
from qa.errors import BadReceipt
from qa.findings import Finding
from qa.language_model import is_of_provider
from qa.receipts import Receipt, damage_told, make_receipt
from qa.records import Turn
from qa.settings import QASettings, without_password

MOST_CHARS = 60
"""How many characters of a differing value are shown."""
_NO_SETTINGS = ("answerability", "filters")
"""What the record of an answer holds beside its settings."""


def settings_of(receipt: Receipt) -> QASettings:
    """Return the settings that an answer was made with.

    Raises:
        BadReceipt: They are malformed; or the model is served elsewhere, by whom the environment doesn't name: whoever
            hands over a receipt must not get at the documents by it.
        BadSetting: One is unknown or has an impossible value.
    """
    with damage_told():
        recorded = receipt["answer"]["settings"].items()
        pairs = [f"{name}={value}" for name, value in recorded if name not in _NO_SETTINGS]
    settings, own = QASettings.from_pairs(pairs, base=QASettings()), QASettings.from_environment()
    where = {"base_url": without_password(settings.base_url)} if settings.base_url else {}
    where |= {"model": settings.model} if is_of_provider(settings.model) else {}
    if any(own.to_dict()[name] != value for name, value in where.items()):
        allowing = " ".join(f"FOOTNOTE_{name.upper()}={value}" for name, value in where.items())
        raise BadReceipt(f"Asking again would send the documents' words elsewhere; to allow that, set {allowing}")
    # No password is recorded: the environment has it.
    return replace(settings, base_url=own.base_url) if settings.base_url else settings


def ask_again(receipt: Receipt, docs: DocumentQA) -> Receipt:
    """Return the receipt of the same question, with the same history, asked now.

    Raises:
        BadReceipt: Its question, history or filters are malformed.
        ModelUnavailable: The chat model doesn't answer.
    """
    with damage_told():
        question = str(receipt["answer"]["question"])
        history = [Turn(question=str(turn["question"]), answer=str(turn["answer"])) for turn in receipt["history"]]
        filters = receipt["answer"]["settings"].get("filters")
        chosen = Filters(**filters) if filters else None
    return make_receipt(docs.ask(question, history=history, filters=chosen), docs.library)


def compare_receipts(before: Receipt, after: Receipt) -> list[Finding]:
    """Return what is the same and what differs between two receipts: what they stand on first, then what came of it.

    Raises:
        BadReceipt: One is malformed.
    """
    with damage_told():
        return list(_comparisons(before, after))


def is_same_answer(findings: list[Finding]) -> bool:
    """Return whether two compared receipts give the same answer, whatever they stand on."""
    return all(finding.ok for finding in findings if finding.what in ("outcome", "text", "citations", "verdicts"))


def _comparisons(before: Receipt, after: Receipt) -> Iterator[Finding]:
    for part in ("versions", "library", "documents"):
        yield from _by_name(part, before[part], after[part])
    old, new = before["answer"], after["answer"]
    yield from _by_name("model", old["model"], new["model"])
    yield from _by_name("settings", *({**a["settings"], "answerability": None} for a in (old, new)))
    yield _compared("understood", old["understood"], new["understood"])
    yield _compared("passages", _places(old["passages"]), _places(new["passages"]))
    yield _compared("evidence", _places(before["evidence"]), _places(after["evidence"]))
    yield _compared("gate", old["settings"].get("answerability"), new["settings"].get("answerability"))
    yield _compared("calls", len(before["calls"]), len(after["calls"]))
    for number, (asked, again) in enumerate(zip(before["calls"], after["calls"], strict=False), start=1):
        yield _compared(f"call {number}, what the model saw", _told(asked), _told(again))
        yield _compared(f"call {number}, what it said", asked["output"], again["output"])
    yield _compared("outcome", old["outcome"], new["outcome"])
    yield _compared("text", old["text"], new["text"])
    yield _compared("citations", _places(old["citations"]), _places(new["citations"]))
    yield _compared("verdicts", *([s["verdict"] for s in a["sentences"]] for a in (old, new)))


def _by_name(part: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield one line for a part that is the same, else one for each name whose value differs."""
    if before == after:
        yield Finding(what=part, ok=True, detail="the same")
        return
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield _compared(f"{part}: {name}", before.get(name), after.get(name))


def _compared(what: str, before: object, after: object) -> Finding:
    if before == after:
        return Finding(what=what, ok=True, detail="the same")
    old, new = _difference(str(before), str(after))
    return Finding(what=what, ok=False, detail=f"was {old}, is {new}")


def _difference(before: str, after: str) -> tuple[str, str]:
    """Return the stretches of two texts from where they begin to differ."""
    at = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after)))
    begin = max(0, at - MOST_CHARS // 2) if max(len(before), len(after)) > MOST_CHARS else 0
    return repr(before[begin : begin + MOST_CHARS]), repr(after[begin : begin + MOST_CHARS])


def _places(items: list[Mapping[str, Any]]) -> list[str]:
    return [f"{item['document']}:{item['start']}-{item['end']}" for item in items]


def _told(call: Mapping[str, Any]) -> str:
    return "\n".join([*(f"{message['role']}: {message['text']}" for message in call["messages"]), str(call["options"])])
