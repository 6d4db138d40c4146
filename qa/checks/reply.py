"""A sentence and the question in, whether it is no answer to it out."""

import re

from ingest import words
from qa.checks.number_words import digits_for_words
from qa.checks.quantities import is_unit, quantities_of
from qa.facts import facts_of, is_statement
from qa.names import new_names

_DECLINES = re.compile(
    r"\b(?:not (?:stated|mentioned|specified|provided|given|known|clear)|"
    r"(?:do|does|did)(?: not|n['’]t) (?:\w+ )?(?:state|mention|specify|say|provide|contain|give|include|indicate)|"
    r"no (?:information|mention)|cannot be (?:determined|answered))\b",
    re.IGNORECASE,
)
_SUBJECT_OF_DECLINE = re.compile(
    r"\b(?:excerpts?|documents?|texts?|passages?|sentences?|information|context)\b", re.IGNORECASE
)
_ASKS_FOR_NUMBER = re.compile(
    r"^(?:(?:by|from|since|till|until) )?when\b(?!.*\b(?:what|who|which|how|where)\b)|"
    r"\bhow (?:many|much|old|long|soon|fast|quickly|often|large|high|far)\b|"
    r"\b(?:what|which|on what|in which|in what) (?:year|date|day|percentage)\b",
    re.IGNORECASE,
)
_ASKS_FOR_YEAR = re.compile(r"\b(?:what|which) year\b", re.IGNORECASE)
_YEAR = re.compile(r"\d{3,4}|\d0s\b|\b(?:last|this|next|same|previous|following) year\b", re.IGNORECASE)
_HOW_MUCH = (
    "one|once|twice|half|dozen|no|none|single|both|hundred|thousand|million|all|most|nothing|free|every|always|"
    "many|several|few|majority|minority|whole|entire"
)
_HOW_LONG = (
    _HOW_MUCH + "|immediately|at once|without delay|promptly|indefinitely|forever|permanent|life|until|since|"
    "annually|daily|weekly|monthly|yearly|day|week|month|year|decade|century|spring|summer|autumn|winter"
)
_WHEN = (
    "before|after|during|until|since|when|while|once|end|beginning|outbreak|immediately|at once|without delay|"
    "promptly|no|none|"
    "day|week|month|year|decade|century|spring|summer|autumn|winter|midnight|noon|"
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
)
_REGULARLY = _WHEN + "|annually|daily|weekly|monthly|yearly|every|always|all|one|single|both|half"
_WITHOUT_DIGITS = (
    (re.compile(r"\bhow (?:long|soon|fast|quickly|often|old|far)\b", re.IGNORECASE), _HOW_LONG),
    (re.compile(r"\bhow\b", re.IGNORECASE), _HOW_MUCH),
    (re.compile(r"\bwhen (?:was|were|did|had)\b", re.IGNORECASE), _WHEN),
    (re.compile(""), _REGULARLY),
)
"""What is asked, and the words that answer it without a digit; the first that fits holds."""
_ASKS_FOR_MONEY = re.compile(
    r"\b(?:what|which) (?:\w+ )?(?:fee|price|salary|wage|rent|budget|cost)\b|"
    r"\b(?:what|how much) (?:did|does|do|will|would|is|was|has|had)\b.* (?:cost|earn|paid|pay)\b",
    re.IGNORECASE,
)
_MONEY = {"eur", "usd", "gbp", "jpy", "cny", "chf"}
_MONEY_WORD = re.compile(
    r"[$€£¥₹₽₩]|\b(?:free|nothing|no (?:fee|charge|cost)|unpaid|cents?|pence|pennies|shillings?|rupees?|crowns?|"
    r"kron(?:a|e|or|er)|roubles?|rubles?|won|pesos?|lire|marks?)\b",
    re.IGNORECASE,
)
"""What tells of a price beside numbers with the commonest currencies."""
_ASKS_FOR_NAME = re.compile(
    r"^(?:(?:in|at|on|from|by|to|of|for|with) )?(?:who|whom|whose|"
    r"(?:what|which) (?:(?P<several>two|three|four|five) |other )?(?:countr(?:y|ies)|nations?|cit(?:y|ies)|towns?|"
    r"villages?|(?:member )?states?|provinces?|compan(?:y|ies)|firms?|newspapers?|magazines?|universit(?:y|ies)|banks?|"
    r"airports?|hotels?|suppliers?|vendors?|authors?|presidents?|ministers?|lawyers?|architects?|journalists?|professors?))\b",
    re.IGNORECASE,
)
_ASKS_FOR_EXPANSION = re.compile(
    r"\b(?:stands? for|short for|abbreviation|acronym|initials|spelled out|spell out|in full|full (?:name|form))\b",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"\b(?:[A-Z][A-Za-z]*[A-Z]|[A-Z](?:\.[A-Z])+)\b")
_AUXILIARY = r"(?:is|are|was|were|has|have|had|do|does|did|will|would|can|could|should|must|may|might)\b"
_ASKS_WHO_DID = re.compile(
    rf"^(?:and )?who (?!{_AUXILIARY}|else\b)(?:(?:\w+ly|also|first|last|then) )?(?P<deed>\w+)", re.IGNORECASE
)
_ASKS_HOW_MANY = re.compile(
    rf"\bhow many (?!times\b)(?:of (?:the|these|those) )?(?P<things>\w+(?: (?!{_AUXILIARY})\w+)?)", re.IGNORECASE
)
_ANYBODY = re.compile(r"\b(?:whoever|whomever|anyone|anybody|everyone|everybody|no one|nobody)\b", re.IGNORECASE)
_ASKS_YES_OR_NO = re.compile(rf"^{_AUXILIARY}", re.IGNORECASE)
_YES_OR_NO = re.compile(r"^(?:yes|no)\b", re.IGNORECASE)


def misses(sentence: str, question: str) -> bool:
    """Return whether a sentence, true or not, is no answer: it repeats the question, lacks a number, says yes."""
    return only_repeats(sentence, question) or lacks_number(sentence, question) or affirms_nothing(sentence, question)


def declines(sentence: str) -> bool:
    """Return whether a sentence only says that the documents don't say."""
    return bool(_DECLINES.search(sentence)) and (
        bool(_SUBJECT_OF_DECLINE.search(sentence)) or len(sentence.split()) <= 4
    )


def says_yes_or_no(sentence: str) -> bool:
    """Return whether a sentence is a bare yes or no."""
    return sentence.casefold().strip(" .!\"'") in ("yes", "no")


def affirms_nothing(sentence: str, question: str) -> bool:
    """Return whether a sentence begins with yes or no though the question asks for something else."""
    return bool(_YES_OR_NO.match(sentence)) and not _ASKS_YES_OR_NO.match(question)


def only_repeats(sentence: str, question: str) -> bool:
    """Return whether a sentence holds no content word that the question doesn't hold, as small models' answers may.

    Questions that offer their answers ("deliberate or unintentional?") are answered in their own words.
    """
    return " or " not in f" {question.casefold()} " and set() < set(words(sentence)) <= set(words(question))


def lacks_number(sentence: str, question: str) -> bool:
    """Return whether the question asks for a number, a date or a year, and the sentence holds none."""
    if _ASKS_FOR_YEAR.search(question):
        return not _YEAR.search(digits_for_words(sentence))
    if not _ASKS_FOR_NUMBER.search(question):
        return False
    if any(character.isdigit() for character in digits_for_words(sentence)):
        return False
    answering = next(answering for asked, answering in _WITHOUT_DIGITS if asked.search(question))
    return not re.search(rf"\b(?:{answering})s?\b", sentence, re.IGNORECASE)


def lacks_what_is_asked(sentence: str, question: str) -> bool:
    """Return whether the question asks for a number, a date or what `lacks_thing` knows, and none is there."""
    return lacks_number(sentence, question) or lacks_thing(sentence, question)


def lacks_thing(sentence: str, question: str) -> bool:
    """Return whether the question asks for money, a name or what initials stand for, and the sentence holds none."""
    return lacks_money(sentence, question) or lacks_name(sentence, question) or lacks_expansion(sentence, question)


def lacks_money(sentence: str, question: str) -> bool:
    """Return whether the question asks for a price, a budget or the like, and the sentence tells of no money."""
    if not _ASKS_FOR_MONEY.search(question) or _MONEY_WORD.search(sentence):
        return False
    return _MONEY.isdisjoint(number.unit for number in quantities_of(sentence).numbers)


def lacks_name(sentence: str, question: str) -> bool:
    """Return whether the question asks who, or which country, firm or the like, and the sentence names none anew.

    "The Mayor had accepted the invitation" doesn't tell who is the mayor, nor "Brightmere won" which two firms lost.
    """
    asks = _ASKS_FOR_NAME.search(question)
    if not asks or _ANYBODY.search(sentence):
        return False
    return len(new_names(sentence, question)) < (2 if asks["several"] else 1)


def lacks_expansion(sentence: str, question: str) -> bool:
    """Return whether the question asks what initials stand for, and the sentence holds no words that begin with them.

    Small words may be left out of them, as in "UN" for the United Nations and "EIB" for the European Investment Bank.
    """
    asked = _INITIALS.findall(question) if _ASKS_FOR_EXPANSION.search(question) else []
    every = "".join(word[0].casefold() for word in re.findall(r"[^\W\d_]+", sentence))
    long = "".join(word[0].casefold() for word in re.findall(r"[^\W\d_]{4,}", sentence))
    return any(initials.replace(".", "").casefold() not in f"{every} {long}" for initials in asked)


def turns_elsewhere(draft: str, told: str, question: str) -> bool:
    """Return whether what the question turns on, a deed or what is counted, is spoken of by nothing that answers it.

    Asked "Who chaired the summit?", small models write "The declaration was signed by 28 countries at the summit.",
    and asked "How many people attended?" they write "28 countries".

    Args:
        draft: The answer as the model wrote it; a name alone tells of no other deed.
        told: What it cites, or is shown instead of it.
        question: The question.
    """
    return _tells_another_deed(draft, told, question) or _counts_what_is_not_told(told, question)


def _tells_another_deed(draft: str, told: str, question: str) -> bool:
    asked = _ASKS_WHO_DID.search(question)
    deed = facts_of(asked["deed"]).words if asked else frozenset[str]()
    wrote = facts_of(draft)
    return bool(deed) and is_statement(wrote) and deed.isdisjoint(wrote.words | facts_of(told).words)


def _counts_what_is_not_told(told: str, question: str) -> bool:
    asked = _ASKS_HOW_MANY.search(question)
    if not asked or any(is_unit(word) for word in asked["things"].split()):
        return False  # which are written in many ways
    things = facts_of(asked["things"]).words
    return bool(things) and things.isdisjoint(facts_of(told).words)
