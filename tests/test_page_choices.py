"""What a reader chooses: of which documents, how strictly and by which model a question is answered."""

from pathlib import Path

import pytest
from fakes import ScriptedChatModel
from page_tools import ATTACK, CRANES, HARBOUR, Parsed, answering, watched, write_files

from ingest import BadFilter, Library, add_paths
from qa.page import listing
from qa.page.choices import Choices, Chosen, Models, filter_words, languages, listed
from qa.page.conversation import Turn
from qa.page.preferences import Preferences

QUESTION = "How many cranes has the harbour?"


@pytest.fixture
def two(harbour: Library, tmp_path: Path) -> Library:
    """Return a library of which one document, with signs of patterns in its name, has no date."""
    add_paths(harbour, write_files(tmp_path / "more", {"[1] more*.txt": "The harbour has two cranes.\n"}))
    return harbour


def test_what_is_kept_makes_the_same_choices() -> None:
    choices = Choices(strictness="eager", quotes_only=True, documents=("a*", "b"), after="2024", language="fr")
    assert Choices.read(choices.keep()) == choices
    assert Choices().filters is None


@pytest.mark.parametrize(
    "kept", [None, 3, [], "x", {"strictness": "none"}, {"documents": "abc", "quotes_only": "yes", "after": None}]
)
def test_what_makes_no_sense_in_the_browser_is_left_out(kept: object) -> None:
    assert Choices.read(kept) == Choices()


def test_a_picked_document_is_asked_alone_whatever_signs_its_name_has(two: Library) -> None:
    (name,) = (value for label, value in listed(two.documents()) if "more" in label)
    models = Models(answering(two, ScriptedChatModel(["The harbour has two cranes."])))
    turn = Turn(question=QUESTION)
    watched(turn, Chosen(models, Choices(documents=(name,))))
    assert turn.answer is not None
    assert {passage.document for passage in turn.answer.passages} == {"[1] more*.txt"}


@pytest.mark.parametrize(
    ("choices", "problem"),
    [(Choices(after="yesterday"), "no date"), (Choices(after="2031"), "No document can be")],
)
def test_choices_that_leave_nothing_are_said_where_the_answer_would_stand(
    two: Library, choices: Choices, problem: str
) -> None:
    turn = Turn(question=QUESTION)
    watched(turn, Chosen(Models(answering(two, None)), choices))
    assert problem in (turn.problem or "")


def test_the_settings_say_how_many_documents_are_asked_and_what_is_wrong(two: Library) -> None:
    preferences = Preferences(Models(answering(two, None)))
    kept, below, above = preferences.choose([], "", "2024-05", "", "strict", False, "")
    assert kept["after"] == "2024-05"
    assert "1 of 2 documents is asked" in below
    assert "1 of 2 documents: published from May 2024 on · strict" in Parsed(above).text
    assert preferences.choose([], "", "", "", "balanced", False, "")[1:] == (listing.asked_html(2, 2), "")
    _, below, above = preferences.choose([ATTACK], "", "May", "", "eager", True, "")
    assert "no date" in below
    assert not {"img", "script"} & {tag for tag, _ in Parsed(above).elements}


def test_the_languages_of_the_library_are_offered_and_one_is_asked_alone(library: Library, tmp_path: Path) -> None:
    texts = {
        "en.txt": HARBOUR,
        "fr.txt": "Le port de la ville compte onze grues, et un phare se dresse là.\n",
    }
    add_paths(library, write_files(tmp_path / "files", texts))
    assert languages(library.documents(), "qq") == [("All", ""), ("English", "en"), ("French", "fr"), ("qq", "qq")]
    preferences = Preferences(Models(answering(library, None)))
    kept, below, above = preferences.choose([], "fr", "", "", "balanced", False, "")
    assert "1 of 2 documents is asked" in below
    assert "in French" in above
    turn = Turn(question="Where is the harbour and le port?")
    watched(turn, Chosen(preferences.models, Choices.read(kept)))
    assert turn.answer is not None
    assert {passage.document for passage in turn.answer.passages} == {"fr.txt"}


def test_another_model_answers_only_if_it_is_one_that_is_offered(two: Library) -> None:
    docs = answering(two, ScriptedChatModel([CRANES]))
    models = Models(docs)
    assert models.offered()[0] == ("As started: default", "")
    assert models.offered()[-1][1] == "none"
    assert models.docs_of("") is docs
    assert models.docs_of("/etc/passwd.gguf") is docs
    quotes = models.docs_of("none")
    assert quotes is models.docs_of("none")
    assert quotes.ask(QUESTION).model == {"name": "none"}


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (None, ""),
        ({"documents": ["minutes*"]}, "named minutes*"),
        ({"documents": ["a", "b"], "before": "2024"}, "among 2 names, published until 2024"),
        ({"language": "fr", "after": "2024"}, "in French, published from 2024 on"),
        ({"after": "2024-05", "before": "2025-01-31"}, "published from May 2024 to 31 January 2025"),
    ],
)
def test_filters_are_said_in_words(filters: dict[str, object] | None, words: str) -> None:
    assert filter_words(filters) == words


def test_a_filter_that_the_browser_kept_is_checked_before_it_is_used() -> None:
    with pytest.raises(BadFilter):
        _ = Choices.read({"after": "2024", "before": "1999"}).filters
