"""A number and how it is written -> the numeral, as programs put it before the paragraphs of a list."""

_LETTERS = {
    "latin": "abcdefghijklmnopqrstuvwxyz",
    "russian": "абвгдежзиклмнопрстуфхцчшщыэюя",
    "greek": "αβγδεζηθικλμνξοπρστυφχψω",
    "hebrew": "אבגדהוזחטיכלמנסעפצקרשת",
    "arabic": "أبتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "abjad": "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ",
}
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_HEBREW = (
    *((400, "ת"), (300, "ש"), (200, "ר"), (100, "ק"), (90, "צ"), (80, "פ"), (70, "ע"), (60, "ס"), (50, "נ"), (40, "מ")),
    *((30, "ל"), (20, "כ"), (16, "טז"), (15, "טו"), (10, "י"), (9, "ט"), (8, "ח"), (7, "ז"), (6, "ו"), (5, "ה")),
    *((4, "ד"), (3, "ג"), (2, "ב"), (1, "א")),
)
_HAN = "零一二三四五六七八九"
_CARDINALS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = {
    **{"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"},
    "twelve": "twelfth",
}
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_MOST_REPEATED = 30


def numeral(value: int, form: str) -> str:
    """Return a number in one of the forms that Word and its kin name; in a form that isn't known, in digits.

    Args:
        value: The number; below 1, and where a form can't write it, it is given in digits.
        form: Such as "decimal", "lowerLetter" (a, b, ... z, aa, bb), "lowerAlpha" (z, aa, ab), "upperRoman", "ordinal",
            "chineseCounting".

    Example:
        >>> [numeral(28, form) for form in ("lowerLetter", "lowerAlpha", "upperRoman", "ordinal", "chineseCounting")]
        ['bb', 'ab', 'XXVIII', '28th', '二十八']
    """
    if value < 1:
        return str(value)
    if form in ("upperLetter", "upperRoman", "upperAlpha", "russianUpper", "upperGreek"):
        lower = {"russianUpper": "russianLower", "upperGreek": "lowerGreek"}
        return numeral(value, lower.get(form, form.replace("upper", "lower"))).upper()
    written = _letters(value, form) or _additive(value, form) or _words(value, form)
    return written or str(value)


def _letters(value: int, form: str) -> str | None:
    alphabets = {
        "lowerLetter": "latin", "russianLower": "russian", "lowerGreek": "greek", "hebrew2": "hebrew",
        "arabicAlpha": "arabic", "arabicAbjad": "abjad",
    }  # fmt: skip
    if form in alphabets:
        letters = _LETTERS[alphabets[form]]
        times, place = divmod(value - 1, len(letters))
        return letters[place] * (times + 1) if times < _MOST_REPEATED else None
    if form != "lowerAlpha":
        return None
    written = ""
    while value:
        value, place = divmod(value - 1, 26)
        written = _LETTERS["latin"][place] + written
    return written


def _additive(value: int, form: str) -> str | None:
    signs = {"lowerRoman": _ROMAN, "hebrew1": _HEBREW}.get(form)
    if signs is None or value >= 5000:
        return None
    written = ""
    for worth, sign in signs:
        if len(sign) == 1 or form == "lowerRoman" or value == worth:  # fifteen and sixteen have signs of their own
            times, value = divmod(value, worth)
            written += sign * times
    return written


def _words(value: int, form: str) -> str | None:
    """Return a number in words, in Chinese characters, or with an ending."""
    if form in ("decimalZero", "decimalFullWidth2"):
        return f"{value:02}"
    if form == "numberInDash":
        return f"- {value} -"
    if form == "decimalEnclosedCircle" and value <= len(_CIRCLED):
        return _CIRCLED[value - 1]
    if form == "decimalEnclosedParen":
        return f"({value})"
    if form == "ordinal":
        ending = {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
        return f"{value}{'th' if value % 100 in (11, 12, 13) else ending}"
    if form in ("cardinalText", "ordinalText") and value < 100:
        return _in_english(value, form == "ordinalText").capitalize()
    if form in ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital", "koreanDigital2"):
        return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(value))
    if "Counting" in form and "korean" not in form and value < 10_000:
        return _in_chinese(value, ones="japanese" not in form)
    return None


def _in_english(value: int, ordinal: bool) -> str:
    tens, ones = divmod(value, 10)
    small = _CARDINALS.split()
    names = [small[value]] if value < 20 else [_TENS.split()[tens - 2], *([small[ones]] if ones else [])]
    if ordinal:
        last = names[-1]
        names[-1] = _ORDINALS.get(last, f"{last.removesuffix('y')}ieth" if last.endswith("y") else f"{last}th")
    return "-".join(names)


def _in_chinese(value: int, ones: bool) -> str:
    """Return a number below ten thousand; Japanese has no "one" before ten, hundred and thousand, and no zero."""
    written = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            silent = digit == 1 and name and (not ones or (name == "十" and not written))
            written += ("" if silent else _HAN[digit]) + name
        elif written and value and ones and not written.endswith("零"):
            written += "零"
    return written
