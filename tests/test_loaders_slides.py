"""What stands on slides beside texts and tables: charts, diagrams, comments, described pictures, newer shapes."""

import io
from typing import Any

import pytest
from PIL import Image
from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls

from ingest.loaders.normalising import normalise_text
from ingest.loaders.slides import load_pptx

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PLACE = (0, 0, 999_999, 999_999)


@pytest.fixture
def slides() -> Any:
    return Presentation()


def new_slide(slides: Any) -> Any:
    return slides.slides.add_slide(slides.slide_layouts[6])


def read(slides: Any) -> str:
    buffer = io.BytesIO()
    slides.save(buffer)
    return normalise_text(load_pptx(buffer.getvalue()).parts[0])


def related(part: Any, kind: str, name: str, xml: str) -> str:
    """Put a part of XML beside another one, and return the id of the relation."""
    made = Part(PackURI(name), "application/xml", part.package, xml.encode())
    return str(part.relate_to(made, kind if "://" in kind else f"{OFFICE}/{kind}"))


def test_a_chart_is_a_table_under_its_title(slides: Any) -> None:
    data = CategoryChartData()
    data.categories = ["2023", "2024"]
    data.add_series("Income", (4.5, 5))
    data.add_series("Costs", (4, None))
    chart = new_slide(slides).shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *PLACE, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "The budget in millions"
    assert read(slides) == (
        "## Slide 1\n\nThe budget in millions\n\n|  | Income | Costs |\n| 2023 | 4.5 | 4 |\n| 2024 | 5 |  |"
    )


def test_points_are_a_table_too(slides: Any) -> None:
    data = XyChartData()
    series = data.add_series("Ferries")
    series.add_data_point(1, 10)
    series.add_data_point(2, 20)
    new_slide(slides).shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *PLACE, data)
    assert read(slides) == "## Slide 1\n\n|  | Ferries |\n| 1 | 10 |\n| 2 | 20 |"


def test_a_diagram_is_a_list(slides: Any) -> None:
    slide = new_slide(slides)
    points = "".join(
        f"<dgm:pt modelId='{name}'><dgm:t><a:bodyPr/><a:p><a:r><a:t>{name}</a:t></a:r></a:p></dgm:t></dgm:pt>"
        for name in ("Plan", "Build")
    )
    spaces = f"{nsdecls('a')} xmlns:dgm='http://schemas.openxmlformats.org/drawingml/2006/diagram'"
    xml = f"<dgm:dataModel {spaces}><dgm:ptLst>{points}</dgm:ptLst></dgm:dataModel>"
    key = related(slide.part, "diagramData", "/ppt/diagrams/data1.xml", xml)
    slide.shapes._spTree.append(
        parse_xml(
            f"<p:graphicFrame {nsdecls('p', 'r')} {spaces}><p:nvGraphicFramePr><p:cNvPr id='9' name='d'/>"
            "<p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>"
            "<p:xfrm><a:off x='0' y='0'/><a:ext cx='1' cy='1'/></p:xfrm>"
            "<a:graphic><a:graphicData uri='http://schemas.openxmlformats.org/drawingml/2006/diagram'>"
            f"<dgm:relIds r:dm='{key}'/></a:graphicData></a:graphic></p:graphicFrame>"
        )
    )
    assert read(slides) == "## Slide 1\n\n- Plan\n- Build"


def test_what_a_picture_is_said_to_show_is_read_and_its_file_name_is_not(slides: Any) -> None:
    picture = io.BytesIO()
    Image.new("L", (9, 9)).save(picture, "PNG")
    slide = new_slide(slides)
    for words in ("The harbour from above", "image1.png"):
        shape = slide.shapes.add_picture(io.BytesIO(picture.getvalue()), 0, 0)
        shape._element.nvPicPr.cNvPr.set("descr", words)
    assert read(slides) == "## Slide 1\n\nPicture: The harbour from above"


def test_shapes_with_a_second_version_for_old_programs_are_read_once(slides: Any) -> None:
    shape = (
        "<p:sp><p:nvSpPr><p:cNvPr id='{0}' name='x'/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/>"
        "<a:p><a:r><a:t>Energy: </a:t></a:r><m:oMath><m:r><m:t>E=mc2</m:t></m:r></m:oMath></a:p></p:txBody></p:sp>"
    )
    spaces = f"{nsdecls('p', 'a')} xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math'"
    new_slide(slides).shapes._spTree.append(
        parse_xml(
            f"<mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' {spaces}>"
            f"<mc:Choice Requires='a14'>{shape.format(8)}</mc:Choice><mc:Fallback>{shape.format(9)}</mc:Fallback>"
            "</mc:AlternateContent>"
        )
    )
    assert read(slides) == "## Slide 1\n\nEnergy: E=mc2"


def test_comments_of_either_kind_follow_with_their_authors(slides: Any) -> None:
    slide = new_slide(slides)
    authors = f"<p:cmAuthorLst {nsdecls('p')}><p:cmAuthor id='0' name='Ada'/></p:cmAuthorLst>"
    related(slides.part, "commentAuthors", "/ppt/commentAuthors.xml", authors)
    comments = f"<p:cmLst {nsdecls('p')}><p:cm authorId='0'><p:text>Is this so?</p:text></p:cm></p:cmLst>"
    related(slide.part, "comments", "/ppt/comments/comment1.xml", comments)
    newer = "http://schemas.microsoft.com/office/2018/10/relationships"
    space = f"{nsdecls('a')} xmlns:p188='http://schemas.microsoft.com/office/powerpoint/2018/8/main'"
    people = f"<p188:authorLst {space}><p188:author id='{{g}}' name='Grace'/></p188:authorLst>"
    related(slides.part, f"{newer}/authors", "/ppt/authors.xml", people)
    body = "<p188:txBody><a:bodyPr/><a:p><a:r><a:t>{}</a:t></a:r></a:p></p188:txBody>"
    thread = (
        f"<p188:cmLst {space}><p188:cm authorId='{{g}}'><p188:replyLst><p188:reply authorId='{{g}}'>"
        f"{body.format('Yes.')}</p188:reply></p188:replyLst>{body.format('See page 2.')}</p188:cm></p188:cmLst>"
    )
    related(slide.part, f"{newer}/comments", "/ppt/comments/modern.xml", thread)
    expected = "### Comments\n\n- Ada: Is this so?\n- Grace: See page 2.\n- Grace: Yes."
    slide.shapes.add_textbox(*PLACE).text_frame.text = "Words."
    assert read(slides) == f"## Slide 1\n\nWords.\n\n{expected}"


def test_a_text_in_groups_within_groups_is_read(slides: Any) -> None:
    group = new_slide(slides).shapes.add_group_shape().shapes.add_group_shape()
    group.shapes.add_textbox(*PLACE).text_frame.text = "Deep."
    assert read(slides) == "## Slide 1\n\nDeep."


def test_numbered_paragraphs_bear_the_numbers_that_are_shown(slides: Any) -> None:
    frame = new_slide(slides).shapes.add_textbox(*PLACE).text_frame
    kinds = (
        "arabicPeriod",
        "arabicPeriod",
        "alphaLcParenBoth",
        "alphaLcParenBoth",
        "arabicPeriod",
        "",
        "romanUcPeriod",
    )
    for kind, depth in zip(kinds, (0, 0, 1, 1, 0, 0, 0), strict=True):
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = "x", depth
        if kind:
            start = "startAt='4'" if kind == "romanUcPeriod" else ""
            paragraph._p.get_or_add_pPr().append(parse_xml(f"<a:buAutoNum {nsdecls('a')} type='{kind}' {start}/>"))
    assert read(slides) == "## Slide 1\n\n1. x\n2. x\n- (a) x\n- (b) x\n3. x\n\nx\n\n- IV. x"
