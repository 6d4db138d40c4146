"""Evidence in, a grammar that admits nothing but its words out; and what a model says under it back to its place."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest import DocumentInfo
from qa.assembly import Composition, assemble
from qa.composing import quoted
from qa.records import Evidence

MOST_QUOTES = 3
"""How many quotes the model may give."""

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
"""Scripts written without spaces: Thai, Lao, Burmese, Khmer, kana, Chinese characters."""
_SEPARATORS = "\n" + "".join(sign for sign in map(chr, range(1, 128)) if not sign.isalnum() and sign != "\n")
"""What may stand between two quotes, by preference. In UTF-8 they are single bytes, which begin no other character."""


def quote_grammar(texts: Sequence[str]) -> str:
    r"""Return an LLGuidance grammar whose sentences are one to three quotes, each out of one of the texts.

    A quote is a run of whole words, or of characters where words aren't set apart by spaces. Quotes are separated by
    line breaks, or by a character that no text holds.

    Args:
        texts: What may be quoted; at least one that isn't blank.

    Example:
        >>> print(quote_grammar(["Eleven cranes."]))
        %llguidance {}
        start: quote ("\n" quote){0,2}
        quote: Q0
        Q0: %regex {"substring_words": "Eleven cranes."}
    """
    wanted = [text for text in dict.fromkeys(text.strip() for text in texts) if text]
    lines = ["%llguidance {}", f"start: quote ({_quoted(separator(texts))} quote){{0,{MOST_QUOTES - 1}}}"]
    lines.append(f"quote: {' | '.join(f'Q{n}' for n in range(len(wanted)))}")
    for n, text in enumerate(wanted):
        kind = "substring_chars" if _UNSPACED.search(text) else "substring_words"
        lines.append(f"Q{n}: %regex {{{_quoted(kind)}: {_quoted(text)}}}")
    return "\n".join(lines)


def separator(texts: Sequence[str]) -> str:
    """Return the character that stands between two quotes: a line break, or another one if a text holds line breaks.

    It is in none of the texts, since a quote goes on, byte by byte, as long as a text does: LLGuidance's lexer is
    greedy.
    """
    held = set().union(*texts)
    return next((sign for sign in _SEPARATORS if sign not in held), _SEPARATORS[0])


def locate_quotes(said: str, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the pieces of evidence that a model quoted, cut to its words, in its order.

    Args:
        said: What the model said: quotes, separated as the grammar has it. What isn't a quote is passed over, and what
            lies within an earlier quote too.
        evidence: What it could quote from; the best of those that hold a quote is taken.

    Returns:
        For each quote its document and offsets: `document_text[start:end] == text`.
    """
    best_first = sorted(evidence, key=lambda item: -item.score)
    found: list[Evidence] = []
    for piece in said.split(separator([item.text for item in evidence])):
        quote = piece.strip()
        source = next((item for item in best_first if quote in item.text), None)
        if source is None or not any(character.isalnum() for character in quote):
            continue
        start = source.start + source.text.index(quote)
        located = replace(source, start=start, end=start + len(quote), text=quote)
        if not any(_within(located, earlier) for earlier in found):
            found.append(located)
    return tuple(found)


def compose_quotes(said: str, evidence: Sequence[Evidence], infos: Mapping[str, DocumentInfo]) -> Composition:
    """Return an answer that consists of the quotes a model chose; of the best sentence if it chose none."""
    chosen = locate_quotes(said, evidence) or sorted(evidence, key=lambda item: -item.score)[:1]
    return assemble(quoted(chosen, range(len(chosen))), chosen, infos, complete=True)


def _within(inner: Evidence, outer: Evidence) -> bool:
    return inner.document == outer.document and outer.start <= inner.start and inner.end <= outer.end


def _quoted(text: str) -> str:
    """Return a text as a JSON string, in ASCII, so that no character of a document can mean anything to a grammar."""
    return json.dumps(text)
