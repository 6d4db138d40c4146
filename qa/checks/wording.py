"""A sentence and its quotes in, what the sentence says more strongly or the other way round out."""

import re
from itertools import pairwise

from ingest import words
from qa.checks.lexicon import IRREGULAR, NO_SUPERLATIVES, OPPOSITES, SAME_RANK
from qa.checks.tokens import stem_of
from qa.facts import Facts, facts_of

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
_ANY_REPORT = re.compile(rf"\b{_REPORTS}\b|\b(?:view|opinion|zufolge|den(?:y|ies|ied))\b|{_SOURCE.pattern}", re.I)


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
    if any(stem_of(word) in told for word in match.group().split()):
        return None  # "Critics argue that it leaks, which Tessel denies": the claim tells of Tessel's denial
    speaker = {word for word in around if not re.fullmatch(_REPORTS, word)} - set(words(_REPORTS))
    pronoun = re.search(r"\b(?:he|she|they|it|we|i)\b", sentence, re.I)
    if speaker and not speaker & claim.words and not pronoun:
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
    "plan": r"(?:plan|intend|aim|hope|want|seek|propose|expect|promise|pledge|agree|try|tries|tried|attempt|offer)"
    r"(?:n?ed|d|s|n?ing)? (?:to\b)|(?:is|are|was|were) (?:expected|planned|intended|meant|supposed) to|"
    r"(?:proposed|proposes|planned|proposal for|drafted?) (?:a|an|the)",
    "may": r"may|might|could|can|(?:is|are|was|were|be) (?:allowed|permitted|entitled|able|free) to|"
    r"possibly|perhaps|likely to",
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
_DUTY = re.compile(
    r"\b(?:shall|oblig|requir|mandator|duty|plan|propos|recommend|advocat|imperative|"
    r"call(?:s|ed|ing)? for|urg(?:e|ing))",
    re.I,
)
_PLAN_AS_NOUN = re.compile(
    r"(?:['’]s|\b(?:his|her|its|their|the|our)) (?:plans?|aims?|hopes?|intent\w*|attempts?|offers?) to\b", re.I
)
_IS_PAST = re.compile(r"(?:\w+ed|was|were|had|has|have|did)$", re.I)


def overstated(sentence: str, claim: Facts, quote: str) -> str | None:
    """Return which "may", "should", "must", "will" or "plans to" of the quote the sentence drops or adds, or None."""
    # What had to be done was done.
    quoted, claimed = _modals(re.sub(r"\bhad to\b", "", quote)), _modals(sentence)
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
        added = kind in {"must", "should", "plan"} and word in found.words and word not in quoted
        if kind == "plan" and _PLAN_AS_NOUN.search(sentence):
            continue
        if added and kind not in quoted.values() and not _DUTY.search(quote):
            return f"“{_modal_written(sentence, kind)}” is not in the quote"
    return None


def _modals(text: str) -> dict[str, str]:
    """Return for each verb that follows a modal which kind of modal it is."""
    found: dict[str, str] = {}
    for match in _MODAL.finditer(text):
        if match.group() == "May":
            continue
        following = [word for word in re.findall(r"[^\W_]+", text[match.end() :])[:6] if not _NOT_YET.match(word)]
        if following and match.lastgroup and (stem := stem_of(following[0])):
            found.setdefault(stem, match.lastgroup)
    return found


def _modal_written(text: str, kind: str) -> str:
    return next((match.group() for match in _MODAL.finditer(text) if match.lastgroup == kind), kind)


def _told_as_past(sentence: str, stem: str) -> bool:
    tokens = ["", *re.findall(r"[^\W_]+", sentence)]
    for before, token in pairwise(tokens):
        if stem_of(token) == stem:
            return bool(_IS_PAST.match(token) or _IS_PAST.match(before)) or token.casefold() in IRREGULAR
    return False


_STEMMED = [tuple(frozenset(stem_of(word) for word in side) for side in pair) for pair in OPPOSITES]


def opposite(claim: Facts, quoted: Facts) -> tuple[str, str] | None:
    """Return a word of the claim and its opposite in the quotes, where neither has both, or None."""
    for pair in _STEMMED:
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
    r"\b(some|most|half|part|few|majority|minority|none|third|quarter|many|several|per ?cent)"
    r"\s+of\s+(?:the |its |their )?(\w+)",
    re.I,
)
_CONDITION = re.compile(
    r"(?<!asked )(?<!even )\b(?:if|unless|except|provided that|subject to|as long as|only when|only if)\b([^,;.]*)",
    re.I,
)
_SUPERLATIVE = re.compile(r"\b(?<!at )(?:most|least|best|worst|first|last|\w{3,}est)\b", re.I)


_RETRACTED = re.compile(
    r"\b(?:statements?|claims?|reports?|figures?|rumou?rs?|allegations?|assertions?|belief|notion|suggestion)\s+that\s+"
    r"(?P<told>[^;:]*?)\s+(?:is|are|was|were|has been|have been)\s+(?:now\s+)?"
    r"(?:withdrawn|wrong|false|untrue|incorrect|mistaken|denied|refuted|retracted|unfounded)\b|"
    r"^\W*(?:wrong|false|incorrect|not true|untrue|myth|withdrawn)\s*:\s*(?P<labelled>.*)|"
    r"\b(?:is|was) (?:wrong|false|incorrect|untrue|not true|a myth) that\s+(?P<called>.*)",
    re.I,
)
_TAKES_BACK = re.compile(
    r"\b(?:withdr\w+|wrong\w*|false\w*|untrue|incorrect\w*|mistaken\w*|mistake|den(?:y|ied|ies)|refuted|retracted|unfounded|not|"
    r"never|myth|correct\w*)\b",
    re.I,
)


def takes_back(quote: str) -> bool:
    """Return whether a quote calls something wrong or withdrawn that it tells."""
    return bool(_RETRACTED.search(quote))


def retracted(sentence: str, claim: Facts, quote: str) -> str | None:
    """Return that the quote takes back what the sentence tells as a fact, or None."""
    match = _RETRACTED.search(quote)
    if not match or _TAKES_BACK.search(sentence):
        return None
    told = set(facts_of(match["told"] or match["labelled"] or match["called"]).words)
    outside = set(facts_of(quote.replace(match.group(), " ; ")).words)
    if len(claim.words & told) > len(claim.words & (outside - told)):
        return "the quote takes it back"
    return None


def widened(sentence: str, claim: Facts, quote: str) -> str | None:
    """Return which "only", "all", "largest", "half of" or "unless" the sentence adds or leaves out, or None."""
    if _ONLY.search(sentence) and not _ONLY.search(quote):
        return "“only” is not in the quote"
    if (match := _ALL.search(sentence)) and not _WIDE.search(quote):
        return f"“{match.group()}” is not in the quote"
    match = _PART.search(quote)
    if match and stem_of(match[2]) in claim.words and match[1].casefold() not in sentence.casefold():
        return f"“{match.group()}” is not the same as all"
    tokens = {word.casefold() for word in re.findall(r"\w+", quote)}
    for word in {match.group().casefold() for match in _SUPERLATIVE.finditer(sentence)} - NO_SUPERLATIVES:
        if word not in tokens and not any(word in group and group & tokens for group in SAME_RANK):
            return f"“{word}” is not in the quote"
    return _unconditional(sentence, claim, quote)


def _unconditional(sentence: str, claim: Facts, quote: str) -> str | None:
    if match := re.search(r"(?<!the )(?<!not )\bonly\b([^,;.]*)", quote, re.I):
        limit, *others = [stem for word in match[1].split() if (stem := stem_of(word))] or [""]
        if limit and limit not in claim.words and claim.words & set(others[:4]) and not limit.isdigit():
            return "“only” is left out"
    match = _CONDITION.search(quote)
    if not match or _CONDITION.search(sentence) or re.search(r"\b(?:when|where|without|but|not)\b", sentence, re.I):
        return None
    condition = facts_of(match[1]).words
    rest = facts_of(quote.replace(match.group(), " ; ")).words
    if condition and not claim.words & (condition - rest) and len(claim.words & rest) * 2 > len(claim.words):
        return f"“{match.group().strip()}” is left out"
    return None
