"""A question in, the provisions of regulations that it names out: "Article 5(1)(h)", "point 4 of Annex III"."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from ingest.provisions import UNITS, Provision, plain_number
from qa.records import NamedPassage, Passage

WHOLE_CHARS = 1500
"""A provision up to this long is one passage, whatever chunks it lies in; a longer one is as many as its chunks."""
_INTRODUCTION_CHARS = 500
_OPENING_CHARS = 1000

_UNIT_WORDS = {unit: unit for unit in UNITS} | {f"{unit}s": unit for unit in UNITS} | {
    "art": "article", "arts": "article", "§": "article", "annexes": "annex", "appendices": "appendix",
}  # fmt: skip
_KINDS = "|".join(sorted(_UNIT_WORDS, key=len, reverse=True))
_NUMBER = r"\d{1,4}[a-z]?|(?-i:[IVXLC]{1,7}|[A-Z])|(?<=annex\s|apter\s)[ivxlc]{1,7}"
_LABEL = r"\d{1,3}[a-z]?|[a-z]|[ivx]{2,5}"
_STEP = (
    r"(?:paragraphs?|paras?\.?|sub-?paragraphs?|points?|sub-?points?|letters?|lit\.|items?|nos?\.?|numbers?|indents?)"
)
_ORDINAL = r"(?:(?:first|second|third|fourth|fifth|last)\s+(?:sub-?paragraph|sentence|indent))"
_BEFORE = rf"{_STEP}\s*\(?(?:{_LABEL})\)?(?:\s*\((?:{_LABEL})\))*\s*(?:,\s*)?(?:of|in|under|to)\s+(?:the\s+)?"
_AFTER = rf"\s*(?:,\s*)?(?:{_ORDINAL}|{_STEP}\s*\(?(?:{_LABEL})\)?(?!\w)|\((?:{_LABEL})\))"
_NAMED = re.compile(
    rf"(?P<before>(?:{_BEFORE})*+)(?<![^\W_])(?P<kind>{_KINDS})\.?\s*\(?(?P<number>{_NUMBER})(?!\w)\)?"
    rf"(?P<after>(?:{_AFTER})*)(?P<more>(?:\s*(?:,|and|or)\s*(?:{_NUMBER})(?![\w.]))*)",
    re.IGNORECASE,
)
_STEPS = re.compile(rf"{_ORDINAL}|(?:{_STEP}\s*\(?|\()({_LABEL})(?!\w)", re.IGNORECASE)
_OF_ACT = re.compile(
    r"\s*(?:,\s*)?(?:of|in|under)\s+(?:the\s+)?(?:(?:\w+\s+)?(?:regulation|directive|decision|law|act|ordinance))\s*"
    r"(?:\([a-z, ]+\)\s*)?(?:no\.?\s*)?(\d{1,4}/\d{1,4})",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:,\s*)?(?:(?:of|in|under)\s+(?:the\s+)?)?", re.IGNORECASE)


@dataclass(frozen=True)
class Reference:
    """The name of a provision."""

    units: frozenset[tuple[str, str]]
    """Kind and number of the units that are named, such as ("article", "5")."""
    points: tuple[str, ...]
    """Numbers of the paragraph and points below the innermost of them, such as "1" and "h"."""
    act: str = ""
    """Number of the act that it is said to stand in, such as "2016/679"; empty if the question doesn't say."""


def read_references(question: str) -> list[Reference]:
    """Return the provisions that a question names, in order.

    Example:
        >>> read_references("What does point (h) of Article 5(1) forbid?")
        [Reference(units=frozenset({('article', '5')}), points=('1', 'h'))]
    """
    found: list[Reference] = []
    end = 0
    for match in _NAMED.finditer(question):
        kind = _UNIT_WORDS[match["kind"].casefold()]
        steps = [_points(step) for step in re.findall(_BEFORE, match["before"], re.IGNORECASE)]
        points = (*_points(match["after"]), *(point for step in reversed(steps) for point in step))
        act = _OF_ACT.match(question, match.end())
        reference = Reference(frozenset({(kind, plain_number(match["number"], kind))}), points, act[1] if act else "")
        if found and _BETWEEN.fullmatch(question, end, match.start()) and kind not in dict(found[-1].units):
            inner = reference.points or found[-1].points
            found[-1] = Reference(found[-1].units | reference.units, inner, reference.act)
        else:
            found.append(reference)
        for number in re.findall(rf"(?:{_NUMBER})(?!\w)", re.sub(r"\b(?:and|or)\b", ",", match["more"]), re.IGNORECASE):
            found.append(Reference(frozenset({(kind, plain_number(number, kind))}), ()))
        end = match.end()
    return found


def named_provisions(reference: Reference, provisions: Sequence[Provision]) -> list[Provision]:
    """Return the provisions that a reference names; where a point isn't there, what it would stand in."""
    for depth in range(len(reference.points), -1, -1):
        found = [one for one in provisions if _is_named(one, reference.units, reference.points[:depth])]
        if found:
            return found
    return []


@dataclass(frozen=True, kw_only=True)
class Regulation:
    """A document that has provisions."""

    provisions: Sequence[Provision]
    """Its provisions, in order."""
    chunks: Sequence[Passage]
    """All its chunks, in order, scored 0."""

    @property
    def opening(self) -> str:
        """Its first words, among which its number stands."""
        return "".join(chunk.text for chunk in self.chunks[:5])[:_OPENING_CHARS]


def put_named_first(
    question: str, passages: Sequence[Passage], regulations: Mapping[str, Regulation]
) -> tuple[Passage, ...]:
    """Return the passages with the provisions that the question names cut out of them and put first.

    What is named scores 1, or 0.5 to 1 where a long provision goes on; what introduces it, as "The following are
    prohibited:" does a point, 0.75; everything else half of what it had.

    Args:
        question: The question.
        passages: What was found, best first.
        regulations: The regulations that are searched, by name of the document.

    Returns:
        Passages that don't overlap, best first; `passages` themselves if the question names nothing that is there.
    """
    scores = {(passage.document, passage.index): passage.score for passage in passages}
    chosen: list[Passage] = []
    introductions: list[Passage] = []
    for reference in read_references(question):
        for name, regulation in regulations.items():
            if reference.act not in regulation.opening:
                continue
            chunks = [replace(chunk, score=scores.get((name, chunk.index), 0.0)) for chunk in regulation.chunks]
            for provision in named_provisions(reference, regulation.provisions):
                chosen.extend(_pieces(provision, chunks))
                introductions.extend(_introduction(provision, regulation.provisions, chunks))
    if not chosen:
        return tuple(passages)
    named: list[Passage] = []
    for piece in [*chosen, *introductions]:
        named.extend(_without(piece, named))
    rest = [replace(piece, score=piece.score / 2) for passage in passages for piece in _without(passage, named)]
    return tuple(sorted([*named, *rest], key=lambda passage: -passage.score))


def _pieces(provision: Provision, chunks: Sequence[Passage]) -> Iterator[Passage]:
    """Yield a provision as passages: whole, or as it lies in chunks."""
    inside = [_cut(chunk, provision.start, provision.end) for chunk in chunks if _overlap(chunk, provision)]
    inside = [_named(piece, provision.name) for piece in inside]
    if inside and provision.end - provision.start <= WHOLE_CHARS:
        inside = [replace(inside[0], end=inside[-1].end, text="".join(piece.text for piece in inside))]
    for number, piece in enumerate(piece for piece in inside if piece.text.strip()):
        yield replace(piece, score=1.0 if number == 0 else 0.5 + piece.score / 2)


def _introduction(
    provision: Provision, provisions: Sequence[Provision], chunks: Sequence[Passage]
) -> Iterator[Passage]:
    """Yield what stands above the first point of the list that a point stands in."""
    above = provision.above
    if above and not provision.kind:
        first = next(one.start for one in provisions if one.above is above)
        if first - above.start <= _INTRODUCTION_CHARS:
            yield from (_unnamed(piece, 0.75) for piece in _pieces(replace(above, end=first), chunks))


def _without(passage: Passage, others: Sequence[Passage]) -> Iterator[Passage]:
    """Yield what is left of a passage without others."""
    start = passage.start
    beside = (one for one in others if one.document == passage.document and _overlap(one, passage))
    for other in sorted(beside, key=lambda one: one.start):
        yield from _filled(_cut(passage, start, other.start))
        start = max(start, other.end)
    yield from _filled(_cut(passage, start, passage.end))


def _overlap(one: Passage | Provision, other: Passage | Provision) -> bool:
    return one.start < other.end and other.start < one.end


def _named(passage: Passage, name: str) -> Passage:
    return NamedPassage(**asdict(replace(passage, heading=name)))


def _unnamed(passage: Passage, score: float) -> Passage:
    return Passage(**asdict(replace(passage, score=score)))


def _filled(passage: Passage) -> list[Passage]:
    return [passage] if passage.text.strip() else []


def _cut(passage: Passage, start: int, end: int) -> Passage:
    start, end = max(start, passage.start), max(min(end, passage.end), start)
    return replace(passage, start=start, end=end, text=passage.text[start - passage.start : end - passage.start])


def _points(steps: str) -> tuple[str, ...]:
    return tuple(plain_number(label) for label in _STEPS.findall(steps) if label)


def _is_named(provision: Provision, units: frozenset[tuple[str, str]], points: Sequence[str]) -> bool:
    if provision.number != (points[-1] if points else provision.number):
        return False
    above = [(one.kind, one.number) for one in provision.path if one.kind]
    below = [one.number for one in provision.path if not one.kind]
    if below != list(points) or not units <= set(above):
        return False
    # An annex may be divided into sections that nobody names.
    return above[-1] in units or (bool(points) and above[-1][0] == "section" and above[-2] in units)
