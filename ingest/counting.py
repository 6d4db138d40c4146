"""A number and what is counted in, both in words that agree out."""


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, as in "1 document" and "1,200 documents"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
