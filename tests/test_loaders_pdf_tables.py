"""Tables on pages of a PDF, which says nothing of them but where the words stand."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from pdf_files import Words, lines, paragraph, pdf_bytes
from test_loaders_pdf import LONG, read

from ingest.loaders.pdf_picture import draw_page

TOWNS = [["Town", "People", "Area"], ["Halmere", "1,200", "34"], ["Port Ellis", "14,020", "120"], ["Wick", "87", "3"]]
TOWN_ROWS = "| Town | People | Area |\n| Halmere | 1,200 | 34 |\n| Port Ellis | 14,020 | 120 |\n| Wick | 87 | 3 |"
PLACES = (60, 200, 300, 400)


def grid(
    rows: Sequence[Sequence[str]], y: float = 700, x: Sequence[float] = PLACES, right: Sequence[int] = ()
) -> list[Words]:
    """The cells, one row under the other; those of the columns `right` end where the others begin."""
    return [
        Words(cell, left - (6 * len(cell) if column in right else 0), y - 12 * number)
        for number, row in enumerate(rows)
        for column, (cell, left) in enumerate(zip(row, x, strict=False))
        if cell
    ]


@pytest.mark.parametrize("right", [(), (1, 2)])
def test_cells_that_begin_or_end_at_the_same_places_are_rows_of_a_table(right: Sequence[int]) -> None:
    page = [*paragraph(LONG, 780), *grid(TOWNS, 700, (60, 240, 340), right), *paragraph(LONG, 640)]
    assert read(page) == [f"{LONG}\n\n{TOWN_ROWS}\n\n{LONG}"]


def test_two_tables_one_above_the_other_are_two() -> None:
    fees = [["Year", "Fee"], ["2020", "EUR 3"], ["2021", "EUR 4"], ["2022", "EUR 5"]]
    assert read([*grid(TOWNS), *grid(fees, 640)]) == [
        TOWN_ROWS + "\n\n| Year | Fee |\n| 2020 | EUR 3 |\n| 2021 | EUR 4 |\n| 2022 | EUR 5 |"
    ]


def test_an_empty_cell_keeps_its_place_and_so_does_a_dash() -> None:
    rows = [["", "Budget", "Actual"], ["Paper", "12", "-"], ["Ink", "", "4"], ["Total", "12", "4"]]
    assert read(grid(rows)) == ["|  | Budget | Actual |\n| Paper | 12 | - |\n| Ink |  | 4 |\n| Total | 12 | 4 |"]


def test_a_cell_may_go_over_several_lines_in_whatever_order_they_are_drawn() -> None:
    rows = [["Office", "Duty", "Since"], ["Archive", "keeps papers", "1950"], ["Quay", "lights", "1877"]]
    library = [
        [
            Words("Library", 60, 664),
            Words("lends books", 200, 664),
            Words("1901", 300, 664),
            Words("and films", 200, 652),
        ],
        [
            Words("Library", 60, 664),
            Words("lends books", 200, 664),
            Words("and films", 200, 652),
            Words("1901", 300, 664),
        ],
    ]
    for cells in library:
        assert read([*grid(rows), *cells])[0].split("\n")[-1] == "| Library | lends books and films | 1901 |"


def test_a_cell_of_the_first_column_that_goes_on_close_below_is_one() -> None:
    rows = [["Breach", "Fine"], ["Lamps", "EUR 35"], ["Boats", "EUR 7"]]
    spaced = [Words(word.text, word.x, 700 - 2 * (700 - word.y)) for word in grid(rows)]
    wrapped = [Words("Gulls of the", 60, 628), Words("harbour", 60, 616), Words("EUR 15", 200, 616)]
    assert read([*spaced, *wrapped])[0].endswith("| Boats | EUR 7 |\n| Gulls of the harbour | EUR 15 |")


def test_a_line_under_a_table_is_none_of_its_rows() -> None:
    assert read([*grid(TOWNS), Words("Source: the office", 60, 652)]) == [TOWN_ROWS + "\n\nSource: the office"]


def test_a_bar_in_a_cell_parts_nothing() -> None:
    rows = [["Key", "Count", "Sign"], ["one", "1", "a|b"], ["two", "2", "c"]]
    assert "| one | 1 | a\\|b |" in read(grid(rows))[0]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(grid([["Ada Berg", "Carl Dahl"], ["Quay 4", "Mill 12"], ["1 Wick", "2 Ellis"]]), id="addresses"),
        pytest.param(grid([["Ada", "Carl", "Eve"], ["Mayor", "Clerk", "Cook"], ["Wick", "Ellis", "Holm"]]), id="names"),
        pytest.param(grid([["Name:", "Ada", "Born:", "1980"], ["Street:", "Quay", "Post:", "12"]] * 2), id="form"),
        pytest.param(grid([["Customer", "Ada"], ["Bill", "47"], ["Due", "EUR 9"], ["On", "3 May"]]), id="labels"),
        pytest.param(grid([["1 Scope", "3"], ["2 Terms", "4"], ["3 Duties", "9"]]), id="contents"),
        pytest.param(grid([["a = b + c", "(1)"], ["d = e - f", "(2)"], ["x = y", "(3)"]]), id="formulas"),
        pytest.param(grid([["1.", "open the gate"], ["2.", "lock it"], ["10.", "tell nobody"]]), id="list"),
        pytest.param(grid([["2019-2021", "Clerk", "Wick"], ["2017-2019", "Porter", "Ellis"]] * 2), id="posts"),
        pytest.param(lines([f"Page {'. ' * 20} 1", f"Scope {'. ' * 20} 3", f"Fines {'. ' * 20} 4"], 700), id="leaders"),
        pytest.param(grid([["apple 3", "cat 5"], ["ant 7", "cow 15"], ["axe 9", "cup 1"]] * 2), id="index"),
        pytest.param(grid([["Seats", "Left"], ["twelve", "3"]]), id="two rows"),
    ],
)
def test_what_merely_stands_in_columns_is_no_table(page: list[Words]) -> None:
    assert "|" not in read(page)[0]


def test_prose_in_columns_is_no_table_though_it_is_drawn_line_by_line() -> None:
    left, right = paragraph(LONG, 700, 60, 36), paragraph(LONG, 700, 320, 36)
    page = [word for pair in zip(left, right, strict=True) for word in pair]
    assert "|" not in read(page)[0]


def test_a_row_is_marked_on_the_page_cell_by_cell(tmp_path: Path) -> None:
    path = tmp_path / "towns.pdf"
    path.write_bytes(data := pdf_bytes([grid(TOWNS)]))
    picture = draw_page(path, hashlib.sha256(data).hexdigest(), 1, "| Port Ellis | 14,020 | 120 |")
    assert picture
    assert picture.boxes
    assert all(abs(842 * (1 - top) - 676) < 20 for _, top, _, _ in picture.boxes)
