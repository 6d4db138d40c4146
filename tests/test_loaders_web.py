import time

import pytest

from ingest.loaders.draft import Draft, Refusal
from ingest.loaders.normalising import normalise_text
from ingest.loaders.web import load_html


def read(markup: str) -> str:
    return normalise_text(load_html(markup.encode()).parts[0])


def about(head: str, body: str = "<p>Text.</p>") -> Draft:
    return load_html(f"<html><head>{head}</head><body>{body}</body></html>".encode())


def test_a_page_becomes_markdown() -> None:
    markup = """<!DOCTYPE html><html><head><title>T</title><style>p {}</style></head><body>
        <h1>The  <em>rules</em></h1>
        <p>First   line,
           same paragraph &amp; all.</p><p>Second.</p>
        <h2>Lists</h2><ul><li>one</li><li>two <b>bold</b></li></ul><ol><li>first</li></ol>
        <table><caption>Fees</caption><tr><th>Kind</th><th>Fee</th></tr><tr><td>Copy</td><td>2&nbsp;EUR</td></tr></table>
        <blockquote>Quoted.</blockquote></body></html>"""
    assert read(markup) == (
        "# The rules\n\nFirst line, same paragraph & all.\n\nSecond.\n\n"
        "## Lists\n\n- one\n- two bold\n\n1. first\n\nFees\n\n| Kind | Fee |\n| Copy | 2 EUR |\n\nQuoted."
    )


@pytest.mark.parametrize(
    "unseen",
    [
        "<script>unseen()</script>",
        "<style>.unseen {}</style>",
        "<template><p>unseen</p></template>",
        "<noscript>unseen</noscript>",
        "<nav><ul><li>unseen</li></ul></nav>",
        "<header><a href=/>unseen</a></header>",
        "<footer>unseen</footer>",
        "<aside><a href=/>unseen</a></aside>",
        "<div role=navigation>unseen</div>",
        "<p hidden>unseen</p>",
        "<p hidden=hidden>unseen</p>",
        "<p style='color: red; DISPLAY : none'>unseen</p>",
        "<p style='visibility:hidden'>unseen</p>",
        "<p aria-hidden=true>unseen</p>",
        "<div hidden><div><p>unseen</p></div></div>",
        "<!-- unseen -->",
        "<button>unseen</button><select><option>unseen</option><option selected></select>",
        "<svg><title>unseen</title><defs><text>unseen</text></defs></svg>",
        "<dialog>unseen</dialog>",
        "<input type=hidden value=unseen><input type=submit value=unseen><input type=checkbox value=unseen>",
    ],
)
def test_what_a_reader_does_not_see_is_left_out(unseen: str) -> None:
    assert read(f"<body><p>Before.</p>{unseen}<p>After.</p></body>") == "Before.\n\nAfter."


def test_a_header_with_the_title_and_what_belongs_to_an_article_are_kept() -> None:
    markup = """<body><main><header><h1>Title</h1><nav>menu</nav></header>
        <article><header>By Ada</header><p>Long text of the article.</p><aside>A side remark.</aside>
        <footer><a href=1>share</a> <a href=2>tweet</a></footer></article></main></body>"""
    assert read(markup) == "# Title\n\nBy Ada\n\nLong text of the article.\n\nA side remark."


def test_the_main_element_is_the_text_if_it_holds_most_of_it() -> None:
    assert read("<body><div>menu</div><main><p>All the text that there is.</p></main></body>").startswith("All")
    most_elsewhere = "<body><main>Tiny.</main><div>All the text that there is, and it is long.</div></body>"
    assert "Tiny." in read(most_elsewhere)
    assert "All the text" in read(most_elsewhere)


def test_an_article_is_the_text_if_it_holds_most_of_it_and_several_are_all_kept() -> None:
    assert read("<body><div>menu</div><article>All the text that there is.</article></body>").startswith("All")
    several = "".join(f"<article><p>Article number {number}.</p></article>" for number in range(4))
    assert read(f"<body>{several}</body>").count("Article number") == 4


def test_a_hidden_main_element_is_not_the_text() -> None:
    assert (
        read("<body><div hidden><main>A long hidden text, longer than all.</main></div><p>Seen.</p></body>") == "Seen."
    )


def test_a_table_that_lays_out_the_page_is_read_as_text() -> None:
    markup = """<table><tr><td>menu</td><td><h1>Title</h1><p>One.</p><p>Two.</p>
        <table><tr><td>a</td><td>b</td></tr></table></td></tr></table>"""
    assert read(markup) == "menu\n\n# Title\n\nOne.\n\nTwo.\n\n| a | b |"


def test_unclosed_cells_rows_items_and_paragraphs_are_told_apart() -> None:
    assert read("<table><tr><td>a<td>b<tr><td>c<td>d</table><p>after") == "| a | b |\n| c | d |\n\nafter"
    assert read("<ul><li>one<li>two</ul><p>x<p>y") == "- one\n- two\n\nx\n\ny"


def test_an_unclosed_heading_does_not_swallow_the_page() -> None:
    assert read("<h2>Title<p>Text.<p>More.") == "## Title\n\nText.\n\nMore."


def test_line_breaks_and_preformatted_lines_are_kept() -> None:
    assert read("<p>one<br>two<br/> three</p><pre>a\n  b</pre><p>c</p>") == "one\ntwo\nthree\n\na\n  b\n\nc"


def test_a_second_paragraph_of_an_item_follows_it() -> None:
    assert read("<ul><li><p>one</p><p>more</p></li><li>two</li></ul>") == "- one\n\nmore\n\n- two"


def test_cells_of_several_blocks_stay_on_one_row() -> None:
    markup = "<table><tr><td><p>a</p><p>b</p></td><td>x<br>y | z</td></tr></table>"
    assert read(markup) == "| a b | x y \\| z |"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<ol start=4><li>a<li value=9>b<li>c</ol>", "4. a\n9. b\n10. c"),
        ("<ol type=a><li>x<ol type=i><li>y<li>z</ol><li>w</ol>", "- a. x\n- i. y\n- ii. z\n\n- b. w"),
        ("<ol reversed><li>x<li>y</ol>", "2. x\n1. y"),
        ("<ol style='list-style-type: upper-roman'><li>x<li>y</ol>", "- I. x\n- II. y"),
        ("<ol style='list-style:none'><li>x</ol><ul><li>y</ul>", "- x\n\n- y"),
        ("<p>Name: <input value='Ada L.'> <input type=checkbox checked> of age</p>", "Name: Ada L. [x] of age"),
        ("<textarea>Two\nwords</textarea><select><option>a<option selected>b</select>", "Two\nwords b"),
        (
            "<p>See</p><img src=x alt='The old mill in May'><p>there.</p>",
            "See\n\nPicture: The old mill in May\n\nthere.",
        ),
        ("<p>Here <img alt='E = m'> holds.</p>", "Here E = m holds."),
        ("<figure><img alt='The mill'><figcaption>The mill in May</figcaption></figure>", "The mill in May"),
        ("<img alt='mill.jpg'><img alt=''><img>Text", "Text"),
        (
            "<details><summary>More</summary>Folded.</details><dl><dt>Fee<dd>2 EUR</dl>",
            "More\n\nFolded.\n\nFee\n\n2 EUR",
        ),
        ("<iframe srcdoc='<p>Framed &amp;amp; shown.</p>'>Old browser.</iframe>", "Framed & shown."),
        ("<noscript><p>Turn scripts off.</p></noscript>", "Turn scripts off."),
        ("<dialog open>Asked.</dialog>", "Asked."),
        ("<svg><title>Menu</title><text>Harbour</text><text>Mill</text></svg>", "Harbour\n\nMill"),
    ],
)
def test_what_a_page_shows_besides_its_text_is_read(markup: str, text: str) -> None:
    assert read(f"<body>{markup}</body>") == text


def test_a_cell_that_spans_rows_is_repeated_and_one_that_spans_columns_said_once() -> None:
    markup = """<table><tr><th rowspan=2>Town<th colspan=2>Fees<tr><th>2023<th>2024
        <tr><td rowspan=0>Ostby<td>1<td>2<tr><td>3<td rowspan=9999>4<tr><td>5</table>
        <table><tr><td>a<td>b</table>"""
    assert read(markup) == (
        "| Town | Fees |\n| Town | 2023 | 2024 |\n| Ostby | 1 | 2 |\n| Ostby | 3 | 4 |\n| Ostby | 5 | 4 |\n\n| a | b |"
    )


def test_notes_and_long_texts_outside_the_article_are_not_lost() -> None:
    article = f"<article><p>{'The council met and decided. ' * 30}</p></article>"
    after = "After the article it says at length what else was decided on that day, who was against it and why. " * 2
    markup = (
        f"<body><div>menu</div>{article}<h2>Later</h2><p>{after}</p><div>share</div>"
        f"<table><tr><td>a<td>b</table><aside role=doc-footnote>A note.</aside><footer>{after * 2}</footer></body>"
    )
    _, *rest = read(markup).split("\n\n")
    assert rest == ["## Later", after.strip(), "| a | b |", (after * 2).strip()]
    assert read("<p>Text.</p><aside epub:type='footnote'>A note.</aside>") == "Text.\n\nA note."


def test_the_markup_states_title_author_and_date() -> None:
    draft = about(
        "<title>Rules - The Daily</title><meta property='og:title' content='Rules &amp; more'>"
        "<meta name=Author content='Ada Lovelace'><meta property=og:site_name content='The Daily'>"
        "<meta property='article:published_time' content='2024-05-08T10:00:00Z'>"
    )
    assert (draft.title, draft.author, draft.published) == (
        "Rules & more",
        "Ada Lovelace",
        "2024-05-08T10:00:00Z",
    )


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Rules | The Daily</title>", "<h1>Rules</h1>", "Rules"),
        ("<title>The whole title</title>", "<h1>Welcome</h1>", "The whole title"),
        ("", "<h1>Only <i>this</i></h1>", "Only this"),
        ("", "<p>Text</p>", None),
    ],
)
def test_the_title_is_the_pages_without_the_outlet(head: str, body: str, title: str | None) -> None:
    assert about(head, body).title == title


@pytest.mark.parametrize(
    ("head", "body", "published"),
    [
        ("<meta name=date content=2024-05-08>", "", "2024-05-08"),
        ("<meta name='DC.date.issued' content=2024-05-08>", "<time datetime=2020-01-01>", "2024-05-08"),
        ("<meta itemprop=datePublished content=2024-05-08>", "", "2024-05-08"),
        ("", "<p>On <time datetime='2024-05-08T10:00'>Wednesday</time></p>", "2024-05-08T10:00"),
        ("", "<time>8 May</time>", None),
    ],
)
def test_the_date_is_stated_in_several_ways(head: str, body: str, published: str | None) -> None:
    assert about(head, body).published == published


def test_an_author_that_is_an_address_gives_way_to_the_outlet() -> None:
    address = "<meta property='article:author' content='https://x.example/ada'>"
    head = address + "<meta property=og:site_name content=Daily>"
    assert about(head).author == "Daily"


def test_a_declared_encoding_is_obeyed_and_a_wrong_one_is_not() -> None:
    markup = "<html><head><meta charset='{}'></head><body><p>Zażółć gęślą jaźń</p></body></html>"
    assert load_html(markup.format("iso-8859-2").encode("iso8859-2")).parts == ("Zażółć gęślą jaźń",)
    assert load_html(markup.format("iso-8859-2").encode()).parts == ("Zażółć gęślą jaźń",)


def test_a_few_words_without_markup_are_a_page_too() -> None:
    assert read("just.words") == "just.words"
    assert read("<?xml version='1.0'?><html><body>Words.</body></html>") == "Words."


def test_comments_and_sections_are_left_out_and_unclosed_ones_are_harmless() -> None:
    assert read("a<!-- b -->c<!-- <p> d --> e") == "ac e"
    assert read("a <!-- b <p>c") == "a b\n\nc"
    assert read("<![if !x]>a<![endif]> b") == "a b"


@pytest.mark.parametrize("tags", ["<div>", "<table><tr><td>", "<ul><li>", "<p><b>", "<aside>", "<article>", "<h1>"])
def test_ten_thousand_levels_of_nesting_do_no_harm(tags: str) -> None:
    assert "deep text" in read("<main>" + tags * 10_000 + "deep text")


@pytest.mark.parametrize("piece", ["<!--", "<a ", "</", "<?", "<![", '<a x="', "<!", "&#x", "<", "<p hidden>"])
def test_a_page_of_broken_markup_is_read_in_seconds(piece: str) -> None:
    start = time.perf_counter()
    load_html((piece * (200_000 // len(piece))).encode())
    load_html((piece * (200_000 // len(piece)) + ">").encode())
    assert time.perf_counter() - start < 60


def test_a_page_too_large_for_the_parser_is_refused() -> None:
    with pytest.raises(Refusal, match="more than 20 MB"):
        load_html(b"<p>" + b"x" * (20 * 1024 * 1024))
