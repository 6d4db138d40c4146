"""Rows of a table in, what their cells are under the names of the columns out."""


def is_row(text: str) -> bool:
    """Return whether a line is a row of a table, "| Total | EUR 190,000 |"."""
    return text.startswith("|") and text.count("|") > 2


def cells(row: str) -> list[str]:
    """Return a row's cells, without the white space around them."""
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def labelled(columns: str, row: str) -> str:
    """Return a row with each cell behind its column's name: "Item: Total; Budget: EUR 190,000".

    Args:
        columns: The first row of the table.
        row: Another one.

    Returns:
        The cells that aren't empty; the row's cells alone where the rows aren't of the same length.
    """
    names, values = cells(columns), cells(row)
    if len(names) != len(values):
        return " | ".join(values)
    return "; ".join(f"{name}: {value}" if name else value for name, value in zip(names, values, strict=True) if value)
