"""A sentence and the question in, whether it is no answer to it out."""

import re

from ingest import words
from qa.checks.number_words import digits_for_words
from qa.checks.quantities import quantities_of
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
    r"^(?:(?:by|from|since|till|until) )?when\b|"
    r"\bhow (?:many|much|old|long|soon|fast|quickly|often|large|high|far)\b|"
    r"\b(?:what|which|on what|in which|in what) (?:year|date|day|percentage)\b",
    re.IGNORECASE,
)
_ASKS_FOR_YEAR = re.compile(r"\b(?:what|which) year\b", re.IGNORECASE)
_YEAR = re.compile(r"\d{3,4}|\d0s\b|\b(?:last|this|next|same|previous|following) year\b", re.IGNORECASE)
_NO_DIGIT = re.compile(
    r"\b(?:one|once|twice|half|dozen|no|none|single|both|hundreds|thousands|millions|before|after|during|until|since|every|"
    r"immediately|at once|without delay|promptly|always|all|most|nothing|free|indefinitely|forever|permanent|life|"
    r"annually|daily|weekly|monthly|yearly|day|week|month|year|decade|century|spring|summer|autumn|winter|midnight|noon|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?\b",
    re.IGNORECASE,
)
"""Words that answer such a question without a digit."""
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
_ANYBODY = re.compile(r"\b(?:whoever|whomever|anyone|anybody|everyone|everybody|no one|nobody)\b", re.IGNORECASE)
_ASKS_YES_OR_NO = re.compile(
    r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|may|must|should|will|would)\b", re.I
)
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
    return not any(character.isdigit() for character in digits_for_words(sentence)) and not _NO_DIGIT.search(sentence)


def lacks_what_is_asked(sentence: str, question: str) -> bool:
    """Return whether the question asks for a number, a date, money or a name, and the sentence holds none."""
    return lacks_number(sentence, question) or lacks_money(sentence, question) or lacks_name(sentence, question)


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
