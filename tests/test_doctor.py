"""What is looked at, what is found wrong, and what is mended on the way."""

import random
import shutil
from pathlib import Path

import pytest
from fakes import KeywordEmbeddings
from loading_tools import zip_bytes
from texts import make_document

from ingest import IngestError, IngestSettings, Library, add_paths
from ingest.health import check_library
from qa.doctor import examine
from qa.findings import Finding

TEXT = "The harbour of Halmere has eleven cranes. The oldest crane was built in 1911."


@pytest.fixture(autouse=True)
def _embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.library.open_embedder", lambda _: KeywordEmbeddings())


def found(folder: Path | None) -> dict[str, Finding]:
    return {finding.what: finding for finding in examine(folder)}


def test_a_whole_library_is_found_whole(library: Library) -> None:
    library.replace(make_document(TEXT))
    finding = found(library.folder)["library"]
    assert finding.ok
    assert str(library.folder) in finding.detail
    assert "1 document" in finding.detail


def test_chunks_of_an_ingestion_that_was_broken_off_are_removed(library: Library) -> None:
    library.replace(make_document(TEXT))
    library.replace(make_document("The ferry sails at noon.", "lost.txt"))
    library.catalogue.delete("lost.txt")
    assert len(check_library(library).stray) == 1
    finding = found(library.folder)["library"]
    assert finding.ok
    assert "1 leftover" in finding.detail
    assert check_library(library).stray == ()
    assert library.text("a.txt") == TEXT
    assert "leftover" not in found(library.folder)["library"].detail


def test_a_document_whose_chunks_are_missing_is_named_with_the_remedy_and_the_rest_is_mended(library: Library) -> None:
    library.replace_many([make_document(TEXT, name) for name in ("whole.txt", "torn.txt", "lost.txt", "rent.txt")])
    library.delete_chunks([f"{name}#{library.info(name).sha256[:16]}#0" for name in ("torn.txt", "rent.txt")])
    library.catalogue.delete("lost.txt")
    findings = found(library.folder)
    assert findings["library"].ok
    assert check_library(library).stray == ()
    bad = [finding for finding in findings.values() if not finding.ok and "model" not in finding.what]
    assert [finding.what for finding in bad] == ["document rent.txt", "document torn.txt"]
    assert all("add it again" in finding.detail for finding in bad)


def test_a_document_whose_chunks_are_missing_is_read_again_from_its_file(library: Library, tmp_path: Path) -> None:
    (tmp_path / "torn.md").write_text("# Harbour\n\n" + TEXT * 40)
    add_paths(library, [tmp_path / "torn.md"])
    text, info = library.text("torn.md"), library.info("torn.md")
    library.delete_chunks([f"torn.md#{info.sha256[:16]}#1"])
    findings = found(library.folder)
    assert "read again: torn.md" in findings["library"].detail
    assert "document torn.md" not in findings
    assert library.text("torn.md") == text


def test_a_torn_document_in_an_archive_keeps_its_name_when_it_is_read_again(library: Library, tmp_path: Path) -> None:
    (tmp_path / "post").mkdir()
    (tmp_path / "post" / "may.zip").write_bytes(zip_bytes({"torn.md": "# Harbour\n\n" + TEXT * 40, "whole.md": TEXT}))
    add_paths(library, [tmp_path])
    name = "post/may.zip/torn.md"
    library.delete_chunks([f"{name}#{library.info(name).sha256[:16]}#1"])
    assert f"read again: {name}" in found(library.folder)["library"].detail
    assert [info.name for info in library.documents()] == [name, "post/may.zip/whole.md"]
    assert {document.status for document in add_paths(library, [tmp_path]).documents} == {"unchanged"}


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library with so many texts that Chroma writes the index of their vectors to the disk."""
    chance = random.Random(5)
    folder = tmp_path_factory.mktemp("indexed") / "library"
    texts = [" ".join(f"word{chance.randrange(5000)}" for _ in range(30)) for _ in range(1100)]
    library = Library(folder, create=True, embedder=KeywordEmbeddings())
    library.replace_many([make_document(text, f"{n}.txt") for n, text in enumerate(texts)])
    return folder


@pytest.mark.parametrize("damage", ["gone", "header", "vectors"])
def test_a_broken_index_is_said_in_one_line_and_made_anew(indexed: Path, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "library"
    shutil.copytree(indexed, folder)
    (index,) = [path for path in (folder / "chroma").iterdir() if path.is_dir()]
    if damage == "gone":
        shutil.rmtree(index)
    elif damage == "vectors":  # Chroma may end the process that reads them
        vectors = index / "data_level0.bin"
        vectors.write_bytes(random.Random(7).randbytes(vectors.stat().st_size))
    else:
        (index / "header.bin").write_bytes(b"")
        library = Library(folder, embedder=KeywordEmbeddings())
        with pytest.raises(IngestError, match="mend it with: footnote doctor"):
            library.search(library.embedder.embed_query("word1"), 1)
    assert "chunks were embedded again because vectors were lost" in found(folder)["library"].detail
    assert "again" not in found(folder)["library"].detail
    library = Library(folder, embedder=KeywordEmbeddings())
    for info in library.documents()[::100]:
        asked = library.embedder.embed_query(library.text(info.name))
        assert library.search(asked, 1)[0].chunk.document == info.name


def test_a_library_made_with_other_settings_is_found_with_what_to_run(tmp_path: Path) -> None:
    made = Library(
        tmp_path / "other", settings=IngestSettings(chunk_tokens=200), create=True, embedder=KeywordEmbeddings()
    )
    made.replace(make_document(TEXT))
    finding = found(tmp_path / "other")["library"]
    assert not finding.ok
    assert all(words in finding.detail for words in ("chunk_tokens", "footnote add FOLDER --library", "from /papers"))


def test_a_library_that_is_not_there_is_found_and_not_made(tmp_path: Path) -> None:
    finding = found(tmp_path / "nowhere")["library"]
    assert not finding.ok
    assert "footnote add" in finding.detail
    assert not (tmp_path / "nowhere").exists()


def test_the_users_own_library_is_looked_at_by_default(tmp_path: Path) -> None:
    assert str(tmp_path / "home" / "library") in found(None)["library"].detail


def test_models_that_are_needed_and_not_there_are_found_with_the_command_that_fetches_them(tmp_path: Path) -> None:
    findings = found(tmp_path)
    for name in ("default", "embedder"):
        assert not findings[f"model {name}"].ok
        assert f"footnote models fetch {name}" in findings[f"model {name}"].detail
    assert "model small" not in findings


def test_models_that_are_there_are_found_with_their_place(models: Path, tmp_path: Path) -> None:
    finding = found(tmp_path)["model embedder"]
    assert finding.ok
    assert str(models) in finding.detail


def test_an_altered_model_is_found(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "models"
    place = Path(found(tmp_path)["model embedder"].detail)
    shutil.copytree(place, own / place.name)
    shutil.copy(place.with_name(f"{place.name}.json"), own)
    (own / place.name / "config.json").write_text("{}")
    monkeypatch.setenv("FOOTNOTE_MODELS", str(own))
    finding = found(tmp_path)["model embedder"]
    assert not finding.ok
    assert "footnote models fetch embedder" in finding.detail


def test_room_on_the_disk_and_the_version_of_python_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    findings = found(tmp_path)
    assert findings["python"].ok
    assert "GB free" in findings["disk"].detail
    full = shutil.disk_usage(tmp_path)._replace(free=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    disk = found(tmp_path)["disk"]
    assert not disk.ok
    assert "FOOTNOTE_MODELS" in disk.detail
