"""Rows of tables: the model reads what their columns are, and so do people."""

from fakes import KeywordEmbeddings
from test_composing import INFOS, evidence_of

from qa.composing import compose, mend
from qa.evidence import choose_evidence
from qa.records import Evidence, Passage
from qa.rows import is_row, labelled

COSTS = """The costs were lower than planned.

| Item | Budget | Actual |
| Catering | EUR 32 | EUR 34 |
| Total | EUR 190 | EUR 176 |"""


def with_columns() -> list[Evidence]:
    passage = Passage(document="harbour.txt", start=0, end=len(COSTS), text=COSTS, score=1.0)
    return list(choose_evidence("What was the total?", [passage], KeywordEmbeddings(), max_chars=30))


def test_a_row_has_at_least_two_cells() -> None:
    assert is_row("| Total | EUR 190 |")
    assert not is_row("| Total |")
    assert not is_row("Total | EUR 190 | EUR 176")


def test_cells_are_told_behind_the_names_of_their_columns() -> None:
    assert labelled("| Item | Budget | |", "| Total | EUR 190 | late |") == "Item: Total; Budget: EUR 190; late"


def test_an_empty_cell_is_left_out() -> None:
    assert labelled("| Item | Budget |", "| Total | |") == "Item: Total"


def test_rows_of_another_length_stand_alone() -> None:
    assert labelled("| Costs in euros |", "| Total | EUR 190 |") == "Total | EUR 190"


def test_with_a_row_comes_the_first_row_of_its_table() -> None:
    chosen = with_columns()
    assert [item.text for item in chosen] == ["| Item | Budget | Actual |", "| Total | EUR 190 | EUR 176 |"]
    assert [COSTS[item.start : item.end] for item in chosen] == [item.text for item in chosen]


def test_the_first_row_of_another_table_is_not_taken() -> None:
    text = f"| Name | Office |\n| Hale | Librarian |\n\nThe costs.\n\n{COSTS}"
    passage = Passage(document="a", start=0, end=len(text), text=text, score=1.0)
    chosen = choose_evidence("What was the total?", [passage], KeywordEmbeddings(), max_chars=30)
    assert "| Name | Office |" not in [item.text for item in chosen]


def test_an_amount_of_a_row_is_shown_with_the_whole_row_and_both_rows_are_cited() -> None:
    answer = compose("What was the total actually?", "EUR 190", with_columns(), INFOS)
    assert answer.text == "Item: Total; Budget: EUR 190; Actual: EUR 176 [1][2]."
    assert [citation.quote for citation in answer.citations] == [
        "| Total | EUR 190 | EUR 176 |",
        "| Item | Budget | Actual |",
    ]


def test_a_row_that_mends_a_draft_is_told_with_its_columns_too() -> None:
    answer = mend("What was the total?", "The total was EUR 999.", with_columns(), INFOS)
    assert answer.text == "Item: Total; Budget: EUR 190; Actual: EUR 176 [1][2]."


def test_a_row_whose_columns_are_not_there_is_shown_as_it_is() -> None:
    evidence = evidence_of("| Cranes | 11 | 1911 |")
    assert compose("How many cranes?", "11", evidence, INFOS).text == "Cranes | 11 | 1911 [1]."
