"""A sentence and its quotes in, what the sentence says more strongly or the other way round out."""

import re

from ingest import words
from qa.facts import Facts, facts_of, stem_of

_REPORTS = (
    r"(?:say|says|said|saying|claim|claims|claimed|argue|argues|argued|allege|alleges|alleged|believe|believes|believed|"
    r"think|thinks|thought|suggest|suggests|suggested|insist|insists|insisted|assert|asserts|asserted|contend|contends|"
    r"contended|suspect|suspects|suspected|predict|predicts|predicted|estimate|estimates|estimated|warn|warns|warned|"
    r"complain|complains|complained|maintain|maintains|maintained|told|tells|wrote|writes|states|stated|reports|reported|"
    r"hopes|hoped|fears|feared|sagte|sagt|erklärte|behauptete|meinte|déclaré|affirmé|affirme|estime|dit|dijo|afirmó)"
)
_THAT = re.compile(rf"\b{_REPORTS}\b[^.;:,]{{0,40}}?(?:,\s*)?\b(?:that|dass|que|qu['’])\b", re.I)
_BARE = re.compile(
    r"\b(?:said|says|claims|claimed|believes|believed|thinks|thought|argues|argued|insists|insisted)\s*[:,]?\s+[“\"'‘]?"
    r"(?=(?:the|a|an|it|he|she|they|we|its|his|her|their|this|these|there|no|all|I)\b|[A-Z])"
)
_SOURCE = re.compile(
    r"\b(?:according to|in the (?:view|opinion|words) of|laut|selon|d['’]après|según|reportedly|allegedly|supposedly|"
    r"(?:is|are|was|were) (?:said|believed|thought|alleged|rumou?red|reported|claimed) to)\b",
    re.I,
)
_AFTERWARDS = re.compile(rf"[,”\"?!]\s*(?:[\w’'.-]+\s+){{0,6}}?{_REPORTS}\b[^;]{{0,80}}$", re.I)
_ANY_REPORT = re.compile(rf"\b{_REPORTS}\b|\b(?:view|opinion|zufolge)\b|{_SOURCE.pattern}", re.I)


def unattributed(sentence: str, claim: Facts, quote: str) -> str | None:
    """Return why the sentence tells as a fact what its quote tells as somebody's word, or None."""
    outside, inside = _reported(quote)
    if not inside:
        return None
    told, around = set(facts_of(inside).words), set(facts_of(outside).words)
    if len(claim.words & told) <= len(claim.words & (around - told)):
        return None
    match = _ANY_REPORT.search(sentence)
    if not match:
        return "the quote tells it as somebody’s word, not as a fact"
    speaker = {word for word in around if not re.fullmatch(_REPORTS, word)} - set(words(_REPORTS))
    pronoun = re.search(r"\b(?:he|she|they|it|we|i)\b", sentence, re.I)
    if facts_of(outside).names and not speaker & claim.words and not pronoun:
        return "the quote names another source for it"
    return None


def _reported(quote: str) -> tuple[str, str]:
    """Return what stands outside and inside somebody's words."""
    if match := _AFTERWARDS.search(quote):
        return quote[match.start() :], quote[: match.start()]
    if match := _THAT.search(quote) or _BARE.search(quote):
        return quote[: match.end()], quote[match.end() :]
    if match := _SOURCE.search(quote):
        before, after = quote[: match.start()], quote[match.end() :]
        source, _, rest = after.partition(",")
        return (source, rest) if not before.strip() and rest else (after, before + " " + after)
    return quote, ""


_MODALS = {
    "plan": r"(?:plan|intend|aim|hope|want|seek|propose|expect|promise|pledge|agree|try|tries|tried|attempt|offer|consider|threaten)"
    r"(?:n?ed|d|s|n?ing)? (?:to\b)|(?:is|are|was|were) (?:expected|planned|intended|meant|supposed) to",
    "may": r"may|might|could|can|(?:is|are|was|were|be) (?:allowed|permitted|entitled|able|free) to|possibly|perhaps|likely to",
    "must": r"must|(?:has|have|had) to|(?:is|are|was|were) (?:required|obliged|bound|obligated) to|needs? to",
    "should": r"should|ought to|(?:is|are) (?:encouraged|urged|advised|recommended) to",
    "will": r"will|would|shall|['’]ll|(?:is|are|was|were) (?:to|going to|set to|due to|scheduled to)",
}
_MODAL = re.compile("|".join(rf"(?P<{name}>\b(?:{spelling})\b)" for name, spelling in _MODALS.items()), re.I)
_NOT_YET = re.compile(r"(?:not|be|been|also|only|then|first|have|now|never|all|both|still|to|\w+ly)$", re.I)
_CLAIMABLE = {
    "plan": {"plan"},
    "may": {"may"},
    "must": {"must", "should"},
    "should": {"should"},
    "will": {"will", "plan", "may", ""},
}
"""What may be claimed of what a quote says it will, must or may be; "" is the plain present."""
_IS_PAST = re.compile(r"(?:\w+ed|was|were|had|has|have|did)$", re.I)


def overstated(sentence: str, claim: Facts, quote: str) -> str | None:
    """Return which "may", "should", "must", "will" or "plans to" of the quote the sentence drops or adds, or None."""
    quoted, claimed = _modals(quote), _modals(sentence)
    if re.search(r"\bshall\b", quote, re.I):
        quoted = {
            word: "will" if kind == "will" and "must" in claimed.values() else kind for word, kind in quoted.items()
        }
    found = facts_of(quote)
    for word, kind in quoted.items():
        plain = sum(token.stem == word for token in found.tokens) > 1
        if word not in claim.words or plain:
            continue
        now = claimed.get(word, "past" if _told_as_past(sentence, word) else "")
        if now not in _CLAIMABLE[kind] and not (now == "must" and re.search(r"\bshall\b", quote, re.I)):
            return f"“{_modal_written(quote, kind)}” is said otherwise in the sentence"
    for word, kind in claimed.items():
        if kind in {"must", "should", "plan"} and word in found.words and word not in quoted:
            if kind not in quoted.values() and not re.search(
                r"\b(?:shall|oblig|requir|mandator|duty|plan|propos|recommend)", quote, re.I
            ):
                return f"“{_modal_written(sentence, kind)}” is not in the quote"
    return None


def _modals(text: str) -> dict[str, str]:
    """Return for each verb that follows a modal which kind of modal it is."""
    found: dict[str, str] = {}
    for match in _MODAL.finditer(text):
        if match.group().casefold() == "may" and match.group() == "May":
            continue
        following = [word for word in re.findall(r"[^\W_]+", text[match.end() :])[:6] if not _NOT_YET.match(word)]
        if following and match.lastgroup and (stem := stem_of(following[0])):
            found.setdefault(stem, match.lastgroup)
    return found


def _modal_written(text: str, kind: str) -> str:
    return next((match.group() for match in _MODAL.finditer(text) if match.lastgroup == kind), kind)


def _told_as_past(sentence: str, stem: str) -> bool:
    tokens = re.findall(r"[^\W_]+", sentence)
    for before, token in zip(["", *tokens], tokens, strict=False):
        if stem_of(token) == stem:
            return bool(_IS_PAST.match(token) or _IS_PAST.match(before)) or stem_of(token) != "".join(words(token))
    return False


_OPPOSITES = [
    tuple(frozenset(stem_of(word) for word in side.split()) for side in pair.split("|"))
    for pair in (
        "increase rise grow climb raise higher gain|decrease fall shrink drop decline reduce lower cut",
        "accept approve adopt support welcome endorse|reject oppose refuse veto dismiss", "win|lose", "join enter|leave quit exit",
        "open|close shut", "begin start|end finish", "allow permit legal authorise|ban prohibit forbid illegal outlaw",
        "include|exclude", "buy acquire purchase|sell", "import|export", "north northern|south southern", "east eastern|west western",
        "majority|minority", "succeed success|fail failure", "confirm|deny", "before|after", "above|below", "appoint hire|dismiss fire",
        "mandatory compulsory|voluntary optional", "larger bigger greater|smaller", "longer|shorter", "older oldest|newer younger youngest newest",
        "largest biggest|smallest", "highest|lowest", "longest|shortest", "best|worst", "earlier|later", "public|private", "innocent|guilty",
        "domestic|foreign", "maximum|minimum", "true|false", "arrive|depart", "lend|borrow", "creditor|debtor", "inside|outside",
    )
]  # fmt: skip


def opposite(claim: Facts, quoted: Facts) -> tuple[str, str] | None:
    """Return a word of the claim and its opposite in the quotes, where neither has both, or None."""
    for pair in _OPPOSITES:
        for one, other in (pair, pair[::-1]):
            if claim.words & one and not claim.words & other and quoted.words & other and not quoted.words & one:
                return min(claim.words & one), min(quoted.words & other)
    return None


_ONLY = re.compile(
    r"\b(?:only|solely|exclusively|sole|alone|just|nothing but|seulement|uniquement|nur|ausschließlich|sólo)\b", re.I
)
_ALL = re.compile(r"\b(?:all(?! \d)|every|everyone|everybody|each|always|entire|entirely|unanimously|whole)\b", re.I)
_WIDE = re.compile(
    r"\b(?:all|every\w*|each|any|anyone|always|entire\w*|unanim\w+|whole|both|without exception|no \w+)\b", re.I
)
_PART = re.compile(
    r"\b(?:some|most|half|part|few|majority|minority|none|third|quarter|many|several|%|per ?cent)\s+of\s+(?:the |its |their )?(\w+)",
    re.I,
)
_CONDITION = re.compile(
    r"(?<!asked )(?<!even )\b(?:if|unless|except|provided that|subject to|as long as|only when|only if)\b([^,;.]*)",
    re.I,
)
_SUPERLATIVE = re.compile(r"\b(?<!at )(?:most|least|best|worst|first|last|\w{3,}est)\b", re.I)
_NO_SUPERLATIVE = frozenset(
    "interest request forest protest contest harvest invest suggest honest west northwest southwest arrest priest conquest modest digest manifest budapest everest bucharest vest".split()
)
_SAME_RANK = [
    frozenset(group.split())
    for group in ("largest biggest greatest foremost leading top main", "first earliest inaugural", "last latest final newest", "most majority", "best top finest")
]  # fmt: skip


def widened(sentence: str, claim: Facts, quote: str) -> str | None:
    """Return which "only", "all", "largest", "half of" or "unless" the sentence adds or leaves out, or None."""
    if _ONLY.search(sentence) and not _ONLY.search(quote):
        return "“only” is not in the quote"
    if (match := _ALL.search(sentence)) and not _WIDE.search(quote):
        return f"“{match.group()}” is not in the quote"
    if (
        (match := _PART.search(quote))
        and stem_of(match[1]) in claim.words
        and not re.search(match.group().split()[0], sentence, re.I)
    ):
        if stem_of(match.group().split()[0]) not in claim.words:
            return f"“{match.group()}” is not the same as all"
    tokens = {word.casefold() for word in re.findall(r"\w+", quote)}
    for word in {match.group().casefold() for match in _SUPERLATIVE.finditer(sentence)} - _NO_SUPERLATIVE:
        if word not in tokens and not any(word in group and group & tokens for group in _SAME_RANK):
            return f"“{word}” is not in the quote"
    return _unconditional(sentence, claim, quote)


def _unconditional(sentence: str, claim: Facts, quote: str) -> str | None:
    if match := re.search(r"(?<!the )(?<!not )\bonly\b([^,;.]*)", quote, re.I):
        limit, *rest = [stem for word in match[1].split() if (stem := stem_of(word))] or [""]
        if limit and limit not in claim.words and claim.words & set(rest[:4]) and not limit.isdigit():
            return "“only” is left out"
    match = _CONDITION.search(quote)
    if not match or _CONDITION.search(sentence) or re.search(r"\b(?:when|where|without|but|not)\b", sentence, re.I):
        return None
    condition = facts_of(match[1]).words
    rest = facts_of(quote.replace(match.group(), " ; ")).words
    if condition and not claim.words & (condition - rest) and len(claim.words & rest) * 2 > len(claim.words):
        return f"“{match.group().strip()}” is left out"
    return None
