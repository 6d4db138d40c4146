"""Cells of an HTML table, as they come -> its rows; what spans several rows is repeated in each."""

_MOST_SPANNED = 1000


class TableRows:
    """Puts cells where they stand."""

    def __init__(self) -> None:
        self._row: dict[int, str] = {}
        self._held: dict[int, tuple[str, int]] = {}
        self._begun: dict[int, tuple[str, int]] = {}
        self._column = 0

    def add(self, text: str, rows: int, columns: int) -> None:
        """Add a cell to the row.

        Args:
            text: What stands in it.
            rows: How many rows it spans; 0 for all that follow.
            columns: How many columns it spans; it is said once.
        """
        while self._column in self._held:
            self._column += 1
        self._row[self._column] = text
        more = (rows or _MOST_SPANNED) - 1
        if more > 0 and text.strip():
            self._begun[self._column] = (text, min(more, _MOST_SPANNED))
        self._column += min(max(columns, 1), _MOST_SPANNED)

    def end_row(self) -> list[str]:
        """Return the cells of the row that ends, and begin the next; empty if it has none of its own."""
        if not self._row:
            return []
        row = {column: text for column, (text, _) in self._held.items()} | self._row
        self._held = {column: (text, n - 1) for column, (text, n) in self._held.items() if n > 1} | self._begun
        self._row, self._begun, self._column = {}, {}, 0
        return [row[column] for column in sorted(row)]
