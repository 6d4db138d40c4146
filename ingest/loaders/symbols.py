"""Characters of symbol fonts, which mean what such a font draws in their place -> the same in Unicode.

A font such as Wingdings draws a tick where others have "ü". Files hold that letter, or U+F0FC: the same number in a
range that Unicode leaves to the makers of fonts.
"""

_WINGDINGS = (
    " ✏✂✁👓🔔📖🕯☎✆✉✉📪📫📬📭📁📂📄🗏🗐🗄⌛⌨🖰🖲🖳🖴💾💾✇✍"
    "✍✌👌👍👎☜☞☝☟✋☺😐☹💣☠⚐⚐✈☼💧❄✝✞✟✠✡☪☯ॐ☸♈♉"
    "♊♋♌♍♎♏♐♑♒♓&&●○■□□❑❒⬧⧫◆❖◆⌧⮹⌘❀✿❝❞▯"
    "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿❧❧❧❧❧❧❧❧·•"
    "▪○○○◉◎○▪◻▲◆★✶✴✹✵⯐⌖⟡⌑⯑✪✰🕐🕑🕒🕓🕔🕕🕖🕗🕘"
    "🕙🕚🕛↲↳↰↱↵↴↶↷❧❧❧❧❧❧❧❧❧❧⌫⌦◀➢▲▼⇐⇒⇑⇓←"
    "→↑↓↖↗↙↘←→↑↓↖↗↙↘⇦⇨⇧⇩⬄⇳↖↗↙↘▭▫✗✓☒☑⊞"
)
"""What it draws for the numbers 32 to 255, or what comes near it."""
_SYMBOL = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
    + " " * 33
    + "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪"
    + " ⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭ "
)
_FEW = {
    "wingdings2": {
        "O": "✗", "P": "✓", "Q": "☒", "R": "☑", "S": "☒", "T": "☒", "U": "⊗", "£": "□", "¢": "■", "\x97": "●",
    },
    "wingdings3": {
        "!": "←", '"': "→", "#": "↑", "$": "↓", "%": "↖", "&": "↗", "'": "↙", "(": "↘", "p": "▲", "q": "▼", "r": "△",
        "s": "▽", "t": "◀", "u": "▶", "v": "◁", "w": "▷", "x": "◣", "y": "◢", "z": "◤", "{": "◥", "|": "◀", "}": "▶",
        "~": "▲",
    },
    "webdings": {
        "3": "◀", "4": "▶", "5": "▲", "6": "▼", "<": "■", "=": "▲", "a": "✔", "c": "□", "g": "■", "i": "ℹ", "n": "●",
        "r": "✖", "s": "❓", "Y": "♥", "\x98": "📁", "È": "📞", "É": "📞",
    },
}  # fmt: skip
_FIRST = 0x20
_TABLES = {"wingdings": dict(enumerate(_WINGDINGS, _FIRST)), "symbol": dict(enumerate(_SYMBOL, _FIRST))} | {
    font: {ord(letter): sign for letter, sign in signs.items()} for font, signs in _FEW.items()
}
_UNKNOWN = "\ufffd"
_PRIVATE = 0xF000
_USUAL = {_PRIVATE + number: sign for number, sign in _TABLES["wingdings"].items()} | {0xF0B7: "•", 0xF02D: "-"}
"""What is meant where the font isn't known: it is Wingdings, but for two bullets of Symbol's."""


def is_symbol_font(font: str | None) -> bool:
    """Tell whether a font is one of those that draw signs in place of letters, by its name in any spelling."""
    return _table(font) is not None


def in_unicode(text: str, font: str | None) -> str:
    r"""Return the signs that a font draws for a text; of any other font than a symbol font, the text itself.

    Args:
        text: Letters, or characters from U+F020 to U+F0FF.
        font: The font's name, such as "Wingdings 2", "ABCDEF+SymbolMT"; None if it isn't known.

    Example:
        >>> in_unicode("ü\uf0e0", "Wingdings"), in_unicode("a £ b", "Symbol"), in_unicode("ü", "Arial")
        ('✓→', 'α ≤ β', 'ü')
    """
    table = _table(font)
    if table is None:
        return usual_signs(text)
    return "".join(sign if (sign := _sign(ord(letter), table)) else letter for letter in text)


def usual_signs(text: str) -> str:
    """Return a text with what the characters of symbol fonts in it usually are."""
    return text.translate(_USUAL)


def _sign(code: int, table: dict[int, str]) -> str | None:
    number = code - _PRIVATE if _PRIVATE + _FIRST <= code <= _PRIVATE + 0xFF else code
    return table.get(number, _UNKNOWN) if _FIRST < number <= 0xFF else " " if number == _FIRST else None


def _table(font: str | None) -> dict[int, str] | None:
    name = (font or "").rpartition("+")[2].lower().replace(" ", "").replace("-", "")
    name = name.removesuffix("regular").removesuffix("mt").removesuffix("ps")
    return _TABLES.get(name)
