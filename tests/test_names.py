"""Names of questions, and the sentences and documents that can be about them."""

import pytest
from texts import make_document

from ingest import Library
from qa.checks.reply import lacks_money, lacks_name
from qa.names import names_of, new_names, of_documents_named
from qa.records import Passage
from qa.retrieval import HybridRetriever


def passages(*documents: str) -> list[Passage]:
    return [
        Passage(document=document, start=0, end=4, text="text", score=1 - n / 10, index=0, heading="")
        for n, document in enumerate(documents)
    ]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What budget did China set aside for the WAIC?", {"China", "WAIC"}),
        ("Who signed it?", set()),
        ("WAIC stands for what?", {"WAIC"}),
        ("Halmere elected whom?", set()),
    ],
)
def test_the_names_of_a_question_are_its_capitalised_words(question: str, names: set[str]) -> None:
    assert names_of(question) == names


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The opening was planned for 14 September 2024, and the Mayor had accepted.", "Who is the mayor of Halmere?"),
        ("Quay House was given a new roof in spring.", "Which firm put the new roof on Quay House?"),
        ("Providers can be invited to take part, and industry may help.", "Which companies helped the AI Office?"),
        ("The Research Section chose Brightmere Analytics.", "Which two firms competed with Brightmere Analytics?"),
    ],
)
def test_a_sentence_without_a_new_name_does_not_tell_who(sentence: str, question: str) -> None:
    assert lacks_name(sentence, question)


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Suggestions for purchases go to the librarian, Tobias Hale.", "Who runs the library at Quay House?"),
        ("Tobias Hale runs it.", "Who runs the library?"),
        ("WAIC hosts it.", "Who hosts the summit?"),
        ("Whoever signs a text answers for every word of it.", "Who answers for a text?"),
        ("The roof leaked.", "What did the roof do?"),
        ("China and France join forces.", "Which two nations teamed up?"),
        ("Macron and Xi Jinping met in Paris.", "Which two presidents met?"),
        ("The offers came from Nordlys Systems and Ostrava Data.", "Which two firms competed for the contract?"),
    ],
)
def test_a_new_name_or_another_kind_of_question_is_no_lack(sentence: str, question: str) -> None:
    assert not lacks_name(sentence, question)


def test_a_month_at_the_beginning_is_no_name() -> None:
    assert new_names("In May 2024 the summit was held on a Monday.", "Who held the summit?") == ()


@pytest.mark.parametrize(
    ("sentence", "lacks"),
    [
        ("Sections that need more than ten licences contribute one third of the price.", True),
        ("It cost EUR 520 per licence.", False),
        ("It cost $5.", False),
        ("It cost twelve cents per head.", False),
        ("It was free.", False),
    ],
)
def test_a_price_is_asked_for_and_told_in_money(sentence: str, lacks: bool) -> None:
    assert lacks_money(sentence, "What did the trial with ten licences cost?") is lacks


def test_passages_of_documents_without_any_name_of_the_question_are_passed_over() -> None:
    texts = {"budget": "The budget is EUR 6 million.", "summit": "The WAIC is held in Shanghai."}
    found = passages("budget", "summit")
    assert of_documents_named("What is the budget of the WAIC?", found, texts.__getitem__) == (found[1],)


@pytest.mark.parametrize("question", ["What is the budget?", "What is the budget of Ruritania?"])
def test_all_passages_stay_where_no_document_holds_a_name(question: str) -> None:
    found = passages("budget", "summit")
    assert of_documents_named(question, found, {"budget": "The budget.", "summit": "Shanghai."}.__getitem__) == tuple(
        found
    )


def test_a_name_is_found_in_another_form() -> None:
    found = passages("india", "norway")
    texts = {"india": "Private schools in India are many.", "norway": "Norwegian schools are public."}
    assert of_documents_named("What do Indian schools cost?", found, texts.__getitem__) == (found[0],)


def test_the_retriever_passes_over_documents_that_name_nothing_asked_about(library: Library) -> None:
    texts = {
        "institute.txt": "The budget of the institute is six million, the budget of a big house.",
        "summit.txt": "The WAIC is held in Shanghai every summer.",
    }
    library.replace_many([make_document(text, name) for name, text in texts.items()])
    found = HybridRetriever(library=library).passages("What is the budget of the WAIC?")
    assert {passage.document for passage in found} == {"summit.txt"}
