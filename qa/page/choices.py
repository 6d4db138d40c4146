"""What a reader chose in one browser in, what answers the next question so out."""

import copy
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from glob import escape
from typing import Any

from ingest import BadFilter, DocumentInfo, Filters, Library
from ingest.counting import counted
from ingest.model_files import list_models
from qa.chain import DocumentQA
from qa.language_model import NO_MODEL
from qa.page.markup import visible, written_date
from qa.records import Answer, Event
from qa.settings import OPERATING_POINTS

STRICTNESS = {
    "strict": "Strict: rather no answer than a doubtful one",
    "balanced": "Balanced: between the two",
    "eager": "Eager: rather a doubtful answer than none",
}
"""For each choice what it is called. Every sentence is checked all the same."""
LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "et": "Estonian", "fi": "Finnish", "fr": "French", "ga": "Irish", "he": "Hebrew", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian",
    "lv": "Latvian", "mt": "Maltese", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sv": "Swedish", "tr": "Turkish",
    "uk": "Ukrainian", "zh": "Chinese",
}  # fmt: skip
"""What languages are called; the others by their code."""
MAX_LISTED = 1000
"""How many documents can be picked from a list; of the others, the name can be typed."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a reader chose; the defaults are what the program was started with, and all documents."""

    strictness: str = "balanced"
    """How sure the model must be that the evidence states the answer; one of `STRICTNESS`."""
    quotes_only: bool = False
    """Whether the model may only choose quotes."""
    model: str = ""
    """Another model than the one that the program was started with; empty for that one."""
    documents: tuple[str, ...] = ()
    """Names of documents, or patterns of names; empty for all."""
    after: str = ""
    """The first day, month or year of publication; empty for no limit."""
    before: str = ""
    """The last one."""
    language: str = ""
    """The language that documents are written in, as ISO 639-1; empty for all."""

    @classmethod
    def read(cls, kept: Any) -> "Choices":  # noqa: ANN401 - whatever the browser kept
        """Return what a browser kept, as far as it makes sense."""
        found = kept if isinstance(kept, Mapping) else {}
        names = found.get("documents")
        given = ("strictness", "model", "after", "before", "language")
        texts = {name: str(found.get(name) or "").strip()[:40] for name in given}
        if texts["strictness"] not in STRICTNESS:
            texts["strictness"] = cls.strictness
        listed = tuple(str(name)[:300] for name in names if str(name).strip())[:100] if isinstance(names, list) else ()
        return cls(quotes_only=found.get("quotes_only") is True, documents=listed, **texts)

    @classmethod
    def limited(cls, given: Mapping[str, Any]) -> "Choices":
        """Return everything as the program was started, but only of the documents that another program names.

        Args:
            given: Perhaps "documents", "after", "before" and "language"; whatever else there is means nothing.

        Raises:
            BadFilter: One of them isn't text, or "documents" no list of texts; a date is none, the first is later than
                the last, or the language is no code.
        """
        names = given.get("documents") or ()
        names = (names,) if isinstance(names, str) else names
        if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
            raise BadFilter('"documents" must be a list of names or patterns, such as ["minutes*"]')
        after, before, language = (given.get(name) or "" for name in ("after", "before", "language"))
        if not (isinstance(after, str) and isinstance(before, str) and isinstance(language, str)):
            raise BadFilter('"after", "before" and "language" must be texts, such as "2024-05", "2024-05-31" and "en"')
        choices = cls(documents=tuple(names), after=after, before=before, language=language)
        _ = choices.filters  # which says what is wrong with them
        return choices

    def keep(self) -> dict[str, Any]:
        """Return what the browser is to keep; `read` makes the same choices of it."""
        return asdict(self) | {"documents": list(self.documents)}

    @property
    def filters_given(self) -> bool:
        """Whether not all documents are asked."""
        return bool(self.after or self.before or self.documents or self.language)

    @property
    def filters(self) -> Filters | None:
        """Which documents are asked; None for all.

        Raises:
            BadFilter: A date is none, the first is later than the last, or the language is no code.
        """
        if not self.filters_given:
            return None
        return Filters(
            after=self.after or None, before=self.before or None, documents=self.documents,
            language=self.language or None,
        )  # fmt: skip

    def count(self, infos: Sequence[DocumentInfo]) -> int:
        """Return how many of a library's documents are asked.

        Raises:
            BadFilter: A date is none, the first is later than the last, or the language is no code.
        """
        filters = self.filters or Filters()
        return sum(
            filters.match_name(info.name)
            and filters.match_date(info.date)
            and filters.language in (None, info.language)
            for info in infos
        )


class Chosen:
    """Answers a question as a reader chose; nothing is loaded before it is asked.

    Args:
        models: The models that can be chosen.
        choices: What the reader chose.
    """

    def __init__(self, models: "Models", choices: Choices) -> None:
        self.models = models
        self.choices = choices
        self.library: Library = models.docs.library

    def stream(self, question: str, *, history: Sequence[Answer] = ()) -> Generator[Event, None, None]:
        """Yield what happens, as `DocumentQA.stream` does.

        Raises:
            FootnoteError: The choices leave no document, or the model can't be had.
        """
        if self.choices.filters and not self.choices.count(self.library.documents()):
            words = filter_words(self.choices.filters.to_dict())
            raise BadFilter(f"No document can be asked: none is {words}. Ask others, or all of them")
        docs = answering(self.models.docs_of(self.choices.model), self.choices)
        return docs.stream(question, history=history, filters=self.choices.filters)


class Models:
    """The models that readers can choose among: the program's own, those of the catalogue that are here, and none.

    Args:
        docs: What answers with the program's own model.
    """

    def __init__(self, docs: DocumentQA) -> None:
        self.docs = docs
        self._lock = threading.Lock()
        self._others: dict[str, DocumentQA] = {}

    def offered(self) -> list[tuple[str, str]]:
        """Return what each choice is called, and its value; the program's own model is "" and comes first."""
        own = self.docs.settings.model
        here = [info for info in list_models() if info.kind == "chat" and info.present]
        others = [(f"{info.alias}: {info.name}", info.alias) for info in here if own not in (info.alias, info.name)]
        none = [] if own == NO_MODEL else [("None: the best sentences as they stand", NO_MODEL)]
        return [("As started: " + own, ""), *others, *none]

    def docs_of(self, model: str) -> DocumentQA:
        """Return what answers with a model, which is started when first needed; with the own one for unknown names."""
        if not model or model not in {value for _, value in self.offered()}:
            return self.docs
        with self._lock:
            if model not in self._others:
                other = DocumentQA(self.docs.library, replace(self.docs.settings, model=model, base_url=""))
                other.retriever = self.docs.retriever
                self._others[model] = other
            return self._others[model]


def answering(docs: DocumentQA, choices: Choices) -> DocumentQA:
    """Return what answers as strictly, and in such words, as chosen, from the same library, index and model."""
    settings = replace(docs.settings, threshold=threshold(choices, docs.settings.threshold))
    if choices.quotes_only:
        settings = replace(settings, style="quotes")
    if settings == docs.settings:
        return docs
    _ = docs.language_model  # started once, and then shared
    other = copy.copy(docs)
    other.settings = settings
    return other


def threshold(choices: Choices, balanced: float) -> float:
    """Return the gate's probability, 0 to 1, to answer from; balanced is what the server was given."""
    strict, eager = OPERATING_POINTS["strict"], OPERATING_POINTS["eager"]
    return {"strict": max(strict, balanced), "eager": min(eager, balanced)}.get(choices.strictness, balanced)


def listed(infos: Sequence[DocumentInfo]) -> list[tuple[str, str]]:
    """Return documents to pick from: what each is called, and the pattern that matches it alone."""
    return [(f"{visible(info.title)} ({visible(info.name)})", escape(info.name)) for info in infos[:MAX_LISTED]]


def languages(infos: Sequence[DocumentInfo], chosen: str = "") -> list[tuple[str, str]]:
    """Return the languages to pick from: what each is called, and its code; all of them first.

    Args:
        infos: The documents of the library.
        chosen: A code that is offered in any case.
    """
    codes = {info.language for info in infos if info.language} | ({chosen} if chosen else set())
    return [("All", ""), *sorted((LANGUAGES.get(code, code), code) for code in codes)]


def filter_words(filters: Mapping[str, Any] | None) -> str:
    """Return in words which documents were asked; empty for all.

    Args:
        filters: As `Filters.to_dict` gives them.

    Example:
        >>> filter_words({"after": "2024-05", "before": None, "documents": []})
        'published from May 2024 on'
    """
    return ", ".join(_filter_words(filters or {}))


def _filter_words(filters: Mapping[str, Any]) -> Iterator[str]:
    names: Sequence[str] = filters.get("documents") or ()
    after, before = (written_date(filters.get(end) or "") for end in ("after", "before"))
    if len(names) == 1:
        yield f"named {names[0]}"
    elif names:
        yield f"among {counted(len(names), 'name')}"
    if language := filters.get("language"):
        yield f"in {LANGUAGES.get(language, language)}"
    if after and before:
        yield f"published from {after} to {before}"
    elif after or before:
        yield f"published from {after} on" if after else f"published until {before}"
