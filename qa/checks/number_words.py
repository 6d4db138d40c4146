"""Text with numbers in words in, the same text with digits out."""

import re

_UNITS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen
"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {word: n for n, word in enumerate(_UNITS.split())} | {word: 10 * n for n, word in enumerate(_TENS.split(), 2)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_WORD = "|".join(sorted([*_SMALL, *_SCALES], key=len, reverse=True))
_PHRASE = re.compile(
    rf"\b(?:a (?=(?:hundred|thousand|million|billion)\b))?(?:{_WORD})(?:(?:[\s-]|\sand\s)(?:{_WORD}))*\b", re.I
)
_ORDINALS = """
first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
sixteenth seventeenth eighteenth nineteenth
"""
_ORDINAL_OF = {word: n for n, word in enumerate(_ORDINALS.split(), 1)} | {"twentieth": 20, "thirtieth": 30}
_ORDINAL = re.compile(rf"\b(?<!\ba )(?<!\bone )(?:(twenty|thirty|forty|fifty)[\s-])?({'|'.join(_ORDINAL_OF)})\b", re.I)
_OTHER = {
    word: n
    for names in (
        "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        "zéro un deux trois quatre cinq . . huit . dix onze douze",
    )
    for n, word in enumerate(names.split())
    if n > 1 and word != "."
}
"""Numbers of German and French that no other common word is spelled like ("neuf" is also "new", "sept" a month)."""
_OTHER_WORD = re.compile(rf"\b(?:{'|'.join(_OTHER)})\b", re.I)
_CHINESE = {sign: n for n, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_CHINESE_SCALES = {"十": 10, "百": 100, "千": 1000}
_CHINESE_NUMBER = re.compile(
    rf"[{''.join(_CHINESE)}十百千]{{2,}}|[{''.join(_CHINESE)}十](?=[个個名人国國年月日か万萬亿億])"
)


def digits_for_words(text: str) -> str:
    """Return the text with numbers in words as digits.

    "One" by itself stays, since it is a pronoun as often as a number, and so do "first" and "second"; scale words
    stay after digits ("3 million"). English in full, Chinese below ten thousand, German and French to twelve.

    Example:
        >>> digits_for_words("Two hundred and four delegates, the twenty-first session")
        '204 delegates, the 21st session'
    """
    text = _ORDINAL.sub(_ordinal, text)
    text = _PHRASE.sub(lambda match: _cardinal(match.group()), text)
    text = _OTHER_WORD.sub(lambda match: str(_OTHER[match.group().casefold()]), text)
    return _CHINESE_NUMBER.sub(lambda match: _chinese(match.group()), text)


def _ordinal(match: re.Match[str]) -> str:
    tens, unit = match.group(1), _ORDINAL_OF[match.group(2).casefold()]
    if not tens and unit < 3:
        return match.group()
    number = _SMALL[tens.casefold()] + unit if tens else unit
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if not 10 < number < 20 else "th"
    return f"{number}{ending}"


def _cardinal(phrase: str) -> str:
    parts = [part for part in re.split(r"[\s-]+", phrase.casefold()) if part not in {"and", "a"}]
    if (parts[0] in _SCALES and not phrase.casefold().startswith("a ")) or parts == ["one"]:
        return phrase
    total, current = 0, int(parts[0] in _SCALES)
    for part in parts:
        if part == "hundred":
            current *= 100
        elif part in _SCALES:
            total, current = total + current * _SCALES[part], 0
        elif current % 100 and not (current % 100 >= 20 and current % 10 == 0 and _SMALL[part] < 10):
            return phrase  # "nineteen eighty-four", "two three": not one number
        else:
            current += _SMALL[part]
    return str(total + current)


def _chinese(signs: str) -> str:
    if not any(sign in _CHINESE_SCALES for sign in signs):
        return "".join(str(_CHINESE[sign]) for sign in signs)
    total, current = 0, 0
    for sign in signs:
        if sign in _CHINESE_SCALES:
            total, current = total + (current or 1) * _CHINESE_SCALES[sign], 0
        else:
            current = _CHINESE[sign]
    return str(total + current)
