"""Workbooks: what stands beside the cells, formulas that no one calculated, numbers with their units."""

import io
from datetime import datetime, time

import pytest
from loading_tools import changed
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.series import SeriesLabel
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula

from ingest.loaders.draft import Refusal
from ingest.loaders.normalising import normalise_text
from ingest.loaders.sheets import load_csv, load_xlsx


def saved(made: Workbook) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def table(*rows: list[object]) -> Workbook:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    return made


def read(data: bytes) -> str:
    """Return the text without the heading of the first sheet."""
    return normalise_text(load_xlsx(data).parts[0]).removeprefix("## Sheet\n\n")


def test_comments_on_cells_follow_the_sheet() -> None:
    made = table(["Town", "Sum"], ["Halmere", 5])
    made.active["B2"].comment = Comment("Ada:\nIs this so?", "Ada")
    made.active["A2"].comment = Comment("On the coast.", "")
    made.create_sheet("More").append(["x"])
    assert read(saved(made)) == (
        "| Town | Sum |\n| Halmere | 5 |\n\n- Note on A2: On the coast.\n- Note on B2 by Ada: Is this so?\n\n"
        "## More\n\n| x |"
    )


def test_threads_of_comments_are_read_once() -> None:
    made = table(["Sum"])
    made.active["A1"].comment = Comment("[Threaded comment]\n\nYour version of Excel ...", "tc={1}")
    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    relation = (
        '<Relationship Id="t" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"'
        ' Target="/xl/threadedComments/one.xml"/></Relationships>'
    )
    said = "".join(f'<threadedComment ref="A1" personId="{{p}}"><text>{text}</text></threadedComment>' for text in "ab")
    data = changed(
        saved(made),
        {"xl/worksheets/_rels/sheet1.xml.rels": ("</Relationships>", relation)},
        xl__threadedComments__one=f'<ThreadedComments xmlns="{space}">{said}</ThreadedComments>',
        xl__persons__person=f'<personList xmlns="{space}"><person displayName="Ada" id="{{p}}"/></personList>',
    )
    assert read(data) == "| Sum |\n\n- Note on A1 by Ada: a\n- Note on A1 by Ada: b"


def test_words_in_shapes_and_titles_of_charts_are_read() -> None:
    made = table(["Year", "Sum"], [2024, 5])
    chart = BarChart()
    chart.title = "Growth of the budget"
    chart.add_data(Reference(made.active, min_col=2, min_row=1, max_row=2), titles_from_data=True)
    made.active.add_chart(chart)
    shape = (
        '<xdr:sp xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:xdr="x"><a:p><a:r><a:t>Not '
        r"</a:t></a:r><a:r><a:t>audited.</a:t></a:r></a:p></xdr:sp>\g<0>"
    )
    data = changed(saved(made), {"xl/drawings/drawing1.xml": ("</wsDr>|</xdr:wsDr>", shape)})
    assert read(data) == "| Year | Sum |\n| 2024 | 5 |\n\n- Not audited.\n- Growth of the budget"


def test_formulas_that_no_one_calculated_are_shown_themselves() -> None:
    made = table(["a", 2], ["b", 3], ["Sum", "=SUM(B1:B2)"])
    made.active["C1"] = ArrayFormula("C1:C2", "=B1:B2*2")
    assert read(saved(made)) == "| a | 2 | =B1:B2*2 |\n| b | 3 |  |\n| Sum | =SUM(B1:B2) |  |"


@pytest.mark.parametrize(
    ("cell", "loads", "shown"),
    [
        ("<f>1+1</f><v>2</v>", "1", "2"),
        ("<f>1+1</f><v>0</v>", "1", "=1+1"),  # as programs write that don't calculate
        ("<f>1-1</f><v>0</v>", "0", "0"),
        ("<f>1+1</f>", "0", "=1+1"),
    ],
)
def test_a_value_that_was_calculated_is_shown(cell: str, loads: str, shown: str) -> None:
    data = changed(
        saved(table(["=X"])),
        {
            "xl/worksheets/sheet1.xml": (r"<f>X</f><v ?/?>(</v>)?", cell),
            "xl/workbook.xml": ('fullCalcOnLoad="1"', f'fullCalcOnLoad="{loads}"'),
        },
    )
    assert read(data) == f"| {shown} |"


def test_a_formula_that_gives_an_empty_text_is_an_empty_cell() -> None:
    plain = changed(saved(table(["=X", "x"])), {"xl/workbook.xml": (' fullCalcOnLoad="1"', "")})
    data = changed(
        plain, {"xl/worksheets/sheet1.xml": (r'<c r="A1"[^>]*>.*?</c>', '<c r="A1" t="str"><f>X</f><v></v></c>')}
    )
    assert read(data) == "|  | x |"


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ('#,##0.00 "EUR"', "1500000.5 EUR"),
        ("[$€-407]#,##0.00", "€1500000.5"),
        ('_-* #,##0\\ [$kr-41D]_-;-* "x"', "1500000.5 kr"),
        ('0.0,,"M"', "1500000.5"),
        ("0.00E+00", "1500000.5"),
        ("[Red]General", "1500000.5"),
        ("0%", "150000050%"),
    ],
)
def test_numbers_keep_the_unit_that_is_shown(form: str, shown: str) -> None:
    made = table([1_500_000.5])
    made.active["A1"].number_format = form
    assert read(saved(made)) == f"| {shown} |"


def test_hidden_sheets_rows_and_columns_are_read_and_merged_cells_once() -> None:
    made = table(["a", "b"], ["c", "d"])
    made.active.row_dimensions[2].hidden = made.active.column_dimensions["B"].hidden = True
    made.active.merge_cells("A1:A2")
    second = made.create_sheet("Second")
    second.sheet_state = "veryHidden"
    second.append(["e"])
    assert read(saved(made)) == "| a | b |\n|  | d |\n\n## Second\n\n| e |"


def test_dates_are_right_in_either_calendar() -> None:
    for epoch in (None, CALENDAR_MAC_1904):
        made = Workbook()
        if epoch:
            made.epoch = epoch
        made.active.append([datetime(2024, 5, 8), time(10, 30)])
        assert read(saved(made)) == "| 2024-05-08 | 10:30:00 |"


def test_text_within_cells_is_read() -> None:
    cell = '<c r="A1" t="inlineStr"><is><r><t>In </t></r><r><t>line.</t></r></is></c>'
    assert (
        read(changed(saved(table(["x"])), {"xl/worksheets/sheet1.xml": ('<c r="A1".*?</c>', cell)})) == "| In line. |"
    )


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"])
def test_a_damaged_or_missing_sheet_is_named_and_the_others_are_read(part: str) -> None:
    made = table(["Town"], ["Halmere"])
    made.create_sheet("More").append(["x"])
    damage = ("</row>", "<row>") if "sheet1" in part else ("/xl/worksheets/sheet1.xml", "/xl/worksheets/gone.xml")
    draft = load_xlsx(changed(saved(made), {part: damage}))
    assert normalise_text(draft.parts[0]).removeprefix("## Sheet\n\n") == "## More\n\n| x |"
    (damaged,) = draft.members
    assert damaged.name == "sheet Sheet"
    with pytest.raises(Refusal, match="is missing or damaged in its file"):
        damaged.read()


def test_a_workbook_of_damaged_sheets_is_refused() -> None:
    with pytest.raises(Refusal, match="of which no sheet can be read"):
        load_xlsx(changed(saved(table(["Town"])), {"xl/worksheets/sheet1.xml": ("</row>", "<row>")}))


def test_a_quotation_mark_that_is_never_closed_hides_no_row() -> None:
    rows = "".join(f"{number},x\n" for number in range(150_000))
    text = load_csv(f'a,b\n"open,1\n{rows}'.encode()).parts[0]
    assert text.startswith('| a | b |\n| "open | 1 |\n| 0 | x |')
    assert text.endswith("| 149999 | x |")


def test_a_sheet_that_is_a_chart_is_the_table_of_its_data() -> None:
    made = table(["Year", "Sum"], ["2023", 4], ["2024", 5])
    chart = BarChart()
    chart.title = "Growth of the budget"
    chart.y_axis.title = "Millions"
    chart.add_data(Reference(made.active, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    made.create_chartsheet("Growth").add_chart(chart)
    made.create_sheet("Last").append(["x"])
    shown = '<c:tx xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:v>Income, estimated</c:v></c:tx>'
    value = '<c:pt xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" idx="0"><c:v>4</c:v></c:pt>'
    data = changed(
        saved(made),
        {"xl/charts/chart1.xml": ("(?s)<tx><strRef>.*?</tx>(.*?</f>)", rf"{shown}\1<numCache>{value}</numCache>")},
    )
    growth = "## Growth\n\nGrowth of the budget\n\nMillions\n\n|  | Income, estimated |\n|  | 4 |"
    assert f"{growth}\n\n## Last\n\n| x |" in read(data)
    alone = changed(data, {"xl/worksheets/sheet1.xml": ("(?s)<sheetData>.*</sheetData>", "<sheetData/>")})
    assert growth in read(alone)


def test_a_name_that_a_chart_alone_has_is_read() -> None:
    made = table(["Year", "Sum"], ["2024", 5])
    chart = BarChart()
    chart.add_data(Reference(made.active, min_col=2, min_row=2, max_row=2))
    chart.series[0].tx = SeriesLabel(v="Income, estimated")
    made.active.add_chart(chart)
    assert read(saved(made)) == "| Year | Sum |\n| 2024 | 5 |\n\n- Income, estimated"
