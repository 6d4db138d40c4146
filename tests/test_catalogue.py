"""The list of documents: what is put in is what comes out, and every change counts."""

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.errors import IngestError, LibraryMismatch
from ingest.records import DocumentInfo

MAY = DocumentInfo(
    name="may's “report”; DROP TABLE.txt", path="/papers/may.txt", sha256="ab" * 32, title="May", date="2024-05",
    author=None, pages=(0, 12), characters=30, chunks=2, added="2024-06-01T10:00:00+00:00",
)  # fmt: skip
JUNE = replace(MAY, name="june.txt", date=None, author="Ito", pages=())


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path / "catalogue.sqlite")


def test_documents_come_back_as_they_were_put_in_by_name(catalogue: Catalogue) -> None:
    catalogue.put(MAY, JUNE)
    assert catalogue.documents() == [JUNE, MAY]
    assert catalogue.find(MAY.name) == MAY
    assert catalogue.versions() == {MAY.name: MAY.sha256, JUNE.name: JUNE.sha256}


def test_a_document_takes_the_place_of_the_one_of_its_name(catalogue: Catalogue) -> None:
    catalogue.put(MAY)
    catalogue.put(replace(MAY, title="May, corrected"))
    assert [info.title for info in catalogue.documents()] == ["May, corrected"]


def test_a_deleted_document_is_gone_and_the_others_stay(catalogue: Catalogue) -> None:
    catalogue.put(MAY, JUNE)
    catalogue.delete(MAY.name)
    assert catalogue.find(MAY.name) is None
    assert catalogue.documents() == [JUNE]


def test_the_revision_grows_with_every_change_and_with_no_question(catalogue: Catalogue) -> None:
    seen = [catalogue.revision]
    catalogue.put(MAY)
    seen.append(catalogue.revision)
    catalogue.delete(MAY.name)
    seen.append(catalogue.revision)
    seen.append(catalogue.next_revision())
    assert seen == sorted(set(seen))
    catalogue.documents()
    assert catalogue.revision == seen[-1]


def test_if_one_of_several_documents_cannot_be_entered_none_is(catalogue: Catalogue) -> None:
    revision = catalogue.revision
    with pytest.raises(IngestError):
        catalogue.put(MAY, replace(JUNE, title=None))  # type: ignore[arg-type]
    assert catalogue.documents() == []
    assert catalogue.revision == revision


def test_what_is_written_is_there_for_whoever_opens_the_file_next(catalogue: Catalogue) -> None:
    catalogue.put(MAY)
    again = Catalogue(catalogue.path)
    assert again.documents() == [MAY]
    assert again.revision == catalogue.revision


def test_the_first_settings_are_kept_and_others_refused_by_name(catalogue: Catalogue) -> None:
    catalogue.agree_on({"embedder": "abc", "chunk_tokens": "800"})
    catalogue.agree_on({"embedder": "abc", "chunk_tokens": "800"})
    with pytest.raises(LibraryMismatch, match=r"another chunk_tokens \(800, not 900\)"):
        catalogue.agree_on({"embedder": "abc", "chunk_tokens": "900"})
    assert catalogue.facts()["chunk_tokens"] == "800"


def test_a_library_that_states_a_setting_of_another_version_is_refused(catalogue: Catalogue) -> None:
    catalogue.agree_on({"chunk_chars": "800", "embedder": "a"})
    with pytest.raises(LibraryMismatch, match=r"another version of Footnote \(chunk_chars\)"):
        catalogue.agree_on({"chunk_tokens": "192", "embedder": "a"})


def test_a_damaged_file_is_named_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(IngestError, match=r"catalogue\.sqlite can't be used \(file is not a database\)"):
        Catalogue(path)
