"""The library beside a plain dictionary: whatever is done to both, they hold the same."""

import shutil
import tempfile
from pathlib import Path

from fakes import KeywordEmbeddings
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from texts import any_text, make_document

from ingest import IngestSettings, Library
from ingest.health import check_library

NAMES = st.sampled_from(["a.txt", "b/a.txt", "ü (2).md"])
TEXTS = any_text(min_size=1)
SETTINGS = IngestSettings(chunk_tokens=25)


class LibraryMachine(RuleBasedStateMachine):
    """Adds, changes, removes and reopens; the model is a dictionary from names to texts."""

    @initialize()
    def make(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.model: dict[str, str] = {}
        self.library = self.opened()

    def opened(self) -> Library:
        return Library(self.folder / "library", settings=SETTINGS, create=True, embedder=KeywordEmbeddings())

    @rule(name=NAMES, text=TEXTS)
    def write(self, name: str, text: str) -> None:
        self.library.replace(make_document(text, name))
        self.model[name] = text

    @rule(texts=st.dictionaries(NAMES, TEXTS, min_size=1))
    def write_several(self, texts: dict[str, str]) -> None:
        self.library.replace_many([make_document(text, name) for name, text in texts.items()])
        self.model.update(texts)

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        if self.model:
            name = data.draw(st.sampled_from(sorted(self.model)))
            self.library.remove(name)
            del self.model[name]

    @rule()
    def reopen(self) -> None:
        self.library = self.opened()

    @rule(name=NAMES, text=TEXTS)
    def another_writes(self, name: str, text: str) -> None:
        self.opened().replace(make_document(text, name))
        self.model[name] = text

    @invariant()
    def both_hold_the_same(self) -> None:
        documents = self.library.documents()
        assert [info.name for info in documents] == sorted(self.model)
        assert {name: self.library.text(name) for name in self.model} == self.model
        assert [info.characters for info in documents] == [len(self.model[info.name]) for info in documents]
        chunks = list(self.library.all_chunks())
        assert len(chunks) == sum(info.chunks for info in documents)
        assert all(self.model[chunk.document][chunk.start : chunk.end] == chunk.text for chunk in chunks)
        assert check_library(self.library).stray == ()

    @invariant()
    def every_chunk_can_be_found(self) -> None:
        everything = self.library.search(self.library.embedder.embed_query("word"), 1000)
        found = sorted((hit.chunk.document, hit.chunk.index) for hit in everything)
        assert found == [(chunk.document, chunk.index) for chunk in self.library.all_chunks()]

    def teardown(self) -> None:
        shutil.rmtree(self.folder)


TestLibraryMachine = LibraryMachine.TestCase
TestLibraryMachine.settings = settings(
    max_examples=10, stateful_step_count=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
