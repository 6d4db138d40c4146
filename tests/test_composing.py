"""From a draft to checked sentences with footnotes: nothing dangles, whatever the model wrote."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import any_text

from ingest import DocumentInfo, sentence_spans
from qa.assembly import INCOMPLETE, NOT_IN_DOCUMENTS, Composition
from qa.checks.reply import declines, lacks_number
from qa.composing import compose, extract, mend
from qa.records import Evidence

TEXT = (
    "The harbour has eleven cranes. The oldest crane was built in 1911. The lighthouse stands on the northern pier. "
    "Owen Carradine keeps the lighthouse."
)
MARKER = re.compile(r"\[(\d+)\]")


def info(name: str, text: str) -> DocumentInfo:
    return DocumentInfo(
        name=name, path=f"/{name}", sha256="0" * 64, title="Harbour report", date="2024-05-14", author=None,
        pages=(0, 31), characters=len(text), chunks=1, added="2024-05-14T00:00:00+00:00",
    )  # fmt: skip


def evidence_of(text: str, name: str = "harbour.txt") -> list[Evidence]:
    return [
        Evidence(document=name, start=start, end=end, text=text[start:end], score=1 - n / 1000, heading="Cranes")
        for n, (start, end) in enumerate(sentence_spans(text))
    ]


QUESTION = "What is there at the harbour, who keeps it, and since when?"
EVIDENCE = evidence_of(TEXT)
INFOS = {"harbour.txt": info("harbour.txt", TEXT)}


def composed(draft: str, *, withhold: bool = True) -> Composition:
    return compose(QUESTION, draft, EVIDENCE, INFOS, withhold=withhold)


def assert_lawful(composition: Composition, texts: dict[str, str]) -> None:
    """Check what holds for every answer: quotes, offsets and numbers are what they say."""
    for citation in composition.citations:
        assert texts[citation.document][citation.start : citation.end] == citation.quote != ""
    for sentence in composition.sentences:
        assert composition.text[sentence.start : sentence.end] == sentence.text
    mentioned = list(dict.fromkeys(number for sentence in composition.sentences for number in sentence.citations))
    assert mentioned == [citation.number for citation in composition.citations] == list(range(1, len(mentioned) + 1))
    assert [int(number) for number in dict.fromkeys(MARKER.findall(composition.text))] == mentioned
    if composition.outcome == "not_in_documents":
        assert composition.sentences == composition.citations == ()
    else:
        assert composition.sentences


def drafts() -> st.SearchStrategy[str]:
    """Return replies of a model: true sentences, false ones, markers, refusals and rubbish, in any mixture."""
    pieces = st.one_of(
        st.sampled_from([item.text + " " for item in EVIDENCE]),
        st.sampled_from(["[1]", "[2][7]", " [1, 2]", "[1[2]]", "[[3]]", "[^1]", "[1-3]", "[１]", "[", "]", "\\", '"']),
        st.sampled_from(
            ["The documents don't say. ", "Nobody knows. ", "The gulls number 40. ", "起重机有十一台。", "<b>"]
        ),
        any_text(),
    )
    return st.lists(pieces, max_size=8).map("".join)


@settings(deadline=None)
@given(draft=drafts(), withhold=st.booleans())
def test_whatever_the_draft_is_quotes_offsets_and_numbers_hold(draft: str, withhold: bool) -> None:
    assert_lawful(composed(draft, withhold=withhold), {"harbour.txt": TEXT})


@settings(deadline=None)
@given(text=any_text(min_size=1), draft=any_text(), again=st.booleans())
def test_whatever_the_document_is_quotes_offsets_and_numbers_hold(text: str, draft: str, again: bool) -> None:
    evidence = evidence_of(text)
    infos = {"harbour.txt": info("harbour.txt", text)}
    said = text + draft if again else draft
    assert_lawful(compose(draft, said, evidence, infos), {"harbour.txt": text})
    assert_lawful(compose(draft, said, evidence, infos, withhold=False), {"harbour.txt": text})
    assert_lawful(extract(text, evidence, infos), {"harbour.txt": text})


@settings(deadline=None)
@given(draft=drafts())
def test_no_unsupported_sentence_is_shown_unless_that_is_wanted(draft: str) -> None:
    assert all(sentence.verdict != "unsupported" for sentence in composed(draft).sentences)


def test_a_sentence_in_the_words_of_the_evidence_is_verbatim_and_cites_it() -> None:
    composition = composed("The oldest crane was built in 1911.")
    (sentence,), (citation,) = composition.sentences, composition.citations
    assert composition.outcome == "answered"
    assert sentence.verdict == "verbatim"
    assert composition.text == "The oldest crane was built in 1911 [1]."
    assert (citation.quote, citation.title, citation.date) == (EVIDENCE[1].text, "Harbour report", "2024-05-14")
    assert (citation.page, citation.heading, citation.sha256) == (2, "Cranes", "0" * 64)


def test_one_quote_for_two_sentences_is_one_footnote() -> None:
    question = "When was the oldest crane built?"
    draft = "The oldest crane was built in 1911. The crane was built in 1911."
    composition = compose(question, draft, EVIDENCE, INFOS)
    assert [sentence.citations for sentence in composition.sentences] == [(1,), (1,)]
    assert len(composition.citations) == 1


def test_footnotes_are_numbered_as_they_are_mentioned_not_as_the_evidence_stands() -> None:
    composition = composed("Owen Carradine keeps the lighthouse. The harbour has eleven cranes.")
    assert [citation.quote for citation in composition.citations] == [EVIDENCE[3].text, EVIDENCE[0].text]


def test_a_sentence_without_support_is_left_out_and_the_answer_says_so() -> None:
    composition = composed("The harbour has eleven cranes. Pirates sank 40 ships there in 1822.")
    assert composition.outcome == "partial"
    assert "Pirates" not in composition.text
    assert composition.text.endswith(INCOMPLETE)
    assert composition.sentences[0].text == "The harbour has eleven cranes [1]."


def test_without_withholding_an_unsupported_sentence_is_shown_as_such() -> None:
    composition = composed("The harbour has eleven cranes. Pirates sank 40 ships there in 1822.", withhold=False)
    assert [sentence.verdict for sentence in composition.sentences] == ["verbatim", "unsupported"]


@pytest.mark.parametrize("draft", ["Pirates sank 40 ships there in 1822.", "The harbour has twelve cranes.", "?!"])
def test_a_draft_of_which_nothing_stands_is_not_taken_for_an_answer(draft: str) -> None:
    composition = composed(draft)
    assert composition.outcome != "answered"
    assert not any(word in composition.text for word in ("Pirates", "twelve"))
    assert all(sentence.verdict == "verbatim" for sentence in composition.sentences)


@pytest.mark.parametrize("draft", ["", "   \n", "[1]", "[2][7]"])
def test_an_empty_draft_is_no_answer(draft: str) -> None:
    composition = composed(draft)
    assert (composition.outcome, composition.text) == ("not_in_documents", NOT_IN_DOCUMENTS)
    assert composition.sentences == composition.citations == ()


@pytest.mark.parametrize(
    "draft",
    [
        "The excerpts do not mention who painted the harbour.",
        "The excerpts don't say how many cranes the harbour has.",
        "The text does not specify when the oldest crane was built.",
        "There is no information about the lighthouse in the documents.",
        "Not stated.",
    ],
)
def test_a_draft_that_only_declines_is_no_answer(draft: str) -> None:
    assert composed(draft).outcome == "not_in_documents"


@pytest.mark.parametrize(
    "sentence",
    [
        "The regulation does not give the office any new powers over ports.",
        "The minister did not mention the cranes in her speech of May.",
        "The harbour has eleven cranes.",
    ],
)
def test_a_denial_that_is_itself_an_answer_is_not_taken_for_declining(sentence: str) -> None:
    assert not declines(sentence)


@pytest.mark.parametrize("marker", ["[7]", " [7]", "[1, 2]", "[1][9]", "[1-3]", "[^2]", "[1[2]]"])
def test_markers_that_the_model_invents_are_removed(marker: str) -> None:
    composition = composed(f"The harbour has eleven cranes{marker}.")
    assert composition.text == "The harbour has eleven cranes [1]."


def test_the_marker_stands_before_the_closing_sign_and_after_a_sentence_without_one() -> None:
    question = "How many cranes has the harbour?"
    quoted = compose(question, '"The harbour has eleven cranes."', EVIDENCE, INFOS)
    assert quoted.text == '"The harbour has eleven cranes [1]."'
    bare = compose(question, "The harbour has eleven cranes", EVIDENCE, INFOS)
    assert bare.text.startswith("The harbour has eleven cranes [1]")


def test_a_yes_to_a_question_that_asks_who_is_no_answer() -> None:
    evidence = evidence_of("Halmere and Corvane have signed the charter.")
    question = "Which towns have signed the charter?"
    assert compose(question, "Yes, they have signed the charter.", evidence, INFOS).sentences == ()
    answer = "Yes, Halmere and Corvane have signed the charter."
    assert compose("Have they signed the charter?", answer, evidence, INFOS).sentences


@pytest.mark.parametrize("draft", ["Yes.", "no"])
def test_a_bare_yes_or_no_gives_way_to_the_best_quote(draft: str) -> None:
    composition = compose("Has the harbour eleven cranes?", draft, EVIDENCE, INFOS)
    assert [citation.quote for citation in composition.citations] == [EVIDENCE[0].text]


@pytest.mark.parametrize("draft", ["The oldest crane of the harbour.", "It is."])
def test_a_draft_that_says_nothing_of_its_own_is_not_shown(draft: str) -> None:
    composition = compose("What is the oldest crane of the harbour?", draft, EVIDENCE, INFOS)
    assert not any(sentence.text.startswith(draft[:-1]) for sentence in composition.sentences)


@pytest.mark.parametrize("draft", ["Yes.", "Pirates sank 40 ships.", "The harbour.", ""])
@pytest.mark.parametrize("withhold", [True, False])
def test_without_evidence_nothing_is_quoted(draft: str, withhold: bool) -> None:
    composition = compose("What is in the harbour?", draft, [], {}, withhold=withhold)
    assert composition.citations == ()
    assert (composition.outcome == "not_in_documents") == (not composition.sentences)
    assert not (withhold and composition.sentences)


@pytest.mark.parametrize(
    ("draft", "quote"),
    [
        ("Owen Carradine painted the lighthouse in 1822.", EVIDENCE[3].text),
        ("1911", EVIDENCE[1].text),
        ("Pirates!", EVIDENCE[0].text),
    ],
)
def test_a_draft_of_which_nothing_stands_gives_way_to_the_one_quote_nearest_to_it(draft: str, quote: str) -> None:
    composition = mend("What is there at the harbour?", draft, EVIDENCE, INFOS)
    assert [citation.quote for citation in composition.citations] == [quote]
    assert [sentence.verdict for sentence in composition.sentences] == ["verbatim"]
    assert_lawful(composition, {"harbour.txt": TEXT})


def test_what_a_draft_adds_to_the_question_tells_which_quote_is_nearest() -> None:
    question = "What did Owen Carradine and the harbour office show in their lighthouse?"
    composition = mend(question, "Owen Carradine and the harbour office showed a crane.", EVIDENCE, INFOS)
    assert [citation.quote for citation in composition.citations] == [EVIDENCE[0].text]


@pytest.mark.parametrize(
    ("draft", "quoted"),
    [
        ("In 1911", False),
        ("It dates from the year 1911, the year of the crane.", True),
        ("It was built in 1911.", True),
    ],
)
def test_a_bare_number_of_a_sentence_about_something_else_brings_no_quote(draft: str, quoted: bool) -> None:
    question = "When was the lighthouse of Ninian built?"
    first, *others = evidence_of("The lighthouse was built long before the harbour. The oldest crane is from 1911.")
    far = [replace(item, score=first.score - 0.5) for item in others]
    assert bool(mend(question, draft, [first, *far], INFOS).sentences) is quoted
    assert mend(question, draft, [first, *others], INFOS).sentences
    assert mend("When was the lighthouse built?", draft, [first, *far], INFOS).sentences


@pytest.mark.parametrize("draft", ["The NHO keeps the lighthouse.", "The NHO"])
def test_what_initials_stand_for_is_told_by_words_that_begin_with_them(draft: str) -> None:
    text = "The NHO keeps the lighthouse. The crane belongs to the Northern Harbour Office (NHO)."
    infos = {"harbour.txt": info("harbour.txt", text)}
    for question in ("What does NHO stand for?", "What is NHO short for?", "What is the full name of the N.H.O.?"):
        both, first = evidence_of(text), evidence_of(text)[:1]
        assert compose(question, draft, both, infos).outcome == "not_in_documents"
        assert mend(question, draft, first, infos).outcome == "not_in_documents"
        assert [citation.quote for citation in mend(question, draft, both, infos).citations] == [both[1].text]


@pytest.mark.parametrize(
    ("question", "draft"),
    [
        ("How long is the northern pier?", "Owen Carradine keeps the lighthouse."),
        ("When was the lighthouse built?", "The lighthouse stands on the northern pier."),
        ("What is there?", "The excerpts don't say what is there."),
        ("What is there?", " [1]"),
    ],
)
def test_no_quote_takes_the_place_of_a_draft_that_declines_or_if_the_number_asked_for_is_not_in_it(
    question: str, draft: str
) -> None:
    assert mend(question, draft, EVIDENCE, INFOS).outcome == "not_in_documents"


@pytest.mark.parametrize(
    ("question", "answer", "stands"),
    [
        ("How soon must a leak be reported?", "Within two hours.", True),
        ("How soon must a leak be reported?", "Without delay.", True),
        ("How often is the pier painted?", "Every spring.", True),
        ("How long is the pier?", "The pier is made of oak.", False),
        ("How quickly must a leak be reported?", "To the harbour master.", False),
        ("How long did the visit last?", "During the visit the pier was shown.", False),
        ("How long may a boat stay?", "Until the next tide.", True),
        ("When was the regatta founded?", "The regatta is held annually in the harbour.", False),
        ("When is the regatta held?", "The regatta is held annually.", True),
        ("When was the pier lost?", "At the end of the great storm.", True),
        ("When a boat is late, what is paid?", "A fee is paid.", True),
        ("From when is the harbour open?", "The harbour is open to sailing boats.", False),
        ("In what year was the first regatta?", "The regatta is held annually in May.", False),
        ("In what year was the first regatta?", "The same year as the pier.", True),
        ("In which year was the first regatta?", "In 1911.", True),
    ],
)
def test_what_asks_for_a_measure_is_answered_by_a_number_or_a_word_of_time(
    question: str, answer: str, stands: bool
) -> None:
    assert lacks_number(answer, question) is not stands


@pytest.mark.parametrize(
    ("question", "draft", "shown"),
    [
        ("When was the oldest crane built?", "1911", "1911 [1]."),
        ("Since when has the harbour had lifting gear?", "1911", "The oldest crane was built in 1911 [1]."),
        ("What can lift heavy cargo onto ships?", "Eleven cranes", "The harbour has eleven cranes [1]."),
    ],
)
def test_where_the_quote_lacks_much_of_the_question_it_is_shown_itself(question: str, draft: str, shown: str) -> None:
    assert compose(question, draft, EVIDENCE, INFOS).text == shown
    assert compose(question, draft, EVIDENCE, INFOS, withhold=False).text == f"{draft} [1]."


def test_a_number_that_counts_another_thing_is_shown_with_all_that_is_told() -> None:
    evidence = evidence_of("The wood of Halmere has 900 trees of 16 species.")
    for draft in ("900", "900 trees"):
        answer = compose("How many species of trees has the wood of Halmere?", draft, evidence, INFOS)
        assert answer.text == "The wood of Halmere has 900 trees of 16 species [1]."
    for draft in ("900", "900 trees of 16 species"):
        assert compose("How many trees has the wood of Halmere?", draft, evidence, INFOS).text == f"{draft} [1]."


def test_a_row_of_a_table_and_an_item_of_a_list_are_quoted_without_their_marks() -> None:
    evidence = evidence_of("| Cranes | 11 | 1911 |\n- The bell dates from 1822.")
    assert compose("How old is it all?", "11", evidence[:1], INFOS).text == "Cranes | 11 | 1911 [1]."
    assert compose("How old is it all?", "1822", evidence[1:], INFOS).text == "The bell dates from 1822 [1]."


@pytest.mark.parametrize(
    ("question", "draft", "shown"),
    [
        ("How many volumes does the library keep?", "8,000 volumes.", "some 8,000 volumes [1]."),
        ("For how long are they lent?", "5 years", "They are lent for up to 5 years [1]."),
        ("What does damage cost?", "EUR 400", "EUR 400 or more [1]."),
        ("How many keepers are there?", "12 keepers", "12 keepers [1]."),
    ],
)
def test_an_amount_is_not_cut_off_from_its_bound(question: str, draft: str, shown: str) -> None:
    text = (
        "The library keeps some 8,000 volumes. They are lent for up to 5 years. Damage costs EUR 400 or more. "
        "There are 12 keepers."
    )
    evidence = [replace(item, score=1.0) for item in evidence_of(text)]
    assert compose(question, draft, evidence, INFOS).text == shown


@pytest.mark.parametrize(
    ("draft", "shown"),
    [
        ("November 2023", "1 November 2023 [1]."),
        ("1 November", "1 November 2023 [1]."),
        ("2023", "2023 [1]."),
        ("The charter was signed in Halmere.", "The charter was signed in Halmere [1]."),
    ],
)
def test_a_date_is_not_cut_short(draft: str, shown: str) -> None:
    evidence = evidence_of("The charter was signed in Halmere on 1 November 2023.")
    assert (
        compose("When was the charter signed?" if "signed" not in draft else "Where?", draft, evidence, INFOS).text
        == shown
    )


def test_without_a_model_the_best_quotes_are_the_answer() -> None:
    composition = extract("When was the oldest crane built?", EVIDENCE, INFOS)
    assert composition.outcome == "answered"
    assert all(sentence.verdict == "verbatim" for sentence in composition.sentences)
    assert {citation.quote for citation in composition.citations} <= {item.text for item in EVIDENCE}


def test_without_a_model_quotes_that_lack_the_questions_words_are_no_answer() -> None:
    assert extract("Who painted the cathedral of Lisbon?", EVIDENCE, INFOS).outcome == "not_in_documents"
    assert extract("Who is he?", EVIDENCE, INFOS).outcome == "not_in_documents"
    assert extract("When was the oldest crane built?", [], INFOS).outcome == "not_in_documents"


def test_a_bracketed_number_in_a_quote_is_not_taken_for_a_footnote() -> None:
    text = "The oldest crane was built in 1911 [4]."
    composition = extract(
        "When was the oldest crane built?", evidence_of(text), {"harbour.txt": info("harbour.txt", text)}
    )
    assert composition.text == "The oldest crane was built in 1911 [1]."
    assert composition.citations[0].quote == text
