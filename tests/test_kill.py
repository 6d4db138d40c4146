"""Killed at any moment: each document is the old one or the new one, whole, and the doctor finds or makes all sound."""

import multiprocessing
import multiprocessing.synchronize
import os
import random
import signal
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from fakes import KeywordEmbeddings

from ingest import IngestSettings, Library, add_paths
from ingest.loading import load_document
from qa.doctor import examine_library

KILLS = int(os.environ.get("KILLS", "12"))
"""How many times; set the variable for a longer search."""
FILES = 12
SETTINGS = IngestSettings(chunk_tokens=25)


def opened(folder: Path) -> Library:
    return Library(folder, settings=SETTINGS, create=True, embedder=KeywordEmbeddings(slots=16))


def add(folder: Path, papers: Path, ready: multiprocessing.synchronize.Event) -> None:
    """Add all papers in small batches; say when it begins."""
    from ingest import pipeline

    pipeline.BATCH_CHARS = 4000
    library = opened(folder)
    ready.set()
    add_paths(library, [papers], prune=True)


def write_version(papers: Path, version: int, chance: random.Random) -> None:
    """Write every paper anew in another length; some are moved, some are gone."""
    for path in papers.iterdir():
        path.unlink()
    for number in range(FILES):
        if chance.random() < 0.8:
            name = f"paper-{number}.md" if chance.random() < 0.7 else f"moved-{number}-{version}.md"
            text = f"# Paper {number}\n\n" + f"Version {version} of paper {number} says so. " * chance.randint(1, 150)
            (papers / name).write_text(text if chance.random() < 0.7 else f"# Paper {number}\n\nAlways the same.\n")


def killed_after(process: BaseProcess, seconds: float) -> None:
    process.join(seconds)
    if process.is_alive():
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
    process.join()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nothing here can kill at once")
def test_an_ingestion_killed_at_any_moment_leaves_old_or_new_documents_whole(tmp_path: Path) -> None:
    chance = random.Random(20261122)
    papers, folder = tmp_path / "papers", tmp_path / "library"
    papers.mkdir()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["chromadb", "chromadb.api.rust", "ingest.pipeline", "ingest.keywords", "fakes"])
    started = time.monotonic()
    library = opened(folder)
    seconds = time.monotonic() - started
    for round_ in range(KILLS):
        before = {info.name: library.text(info.name) for info in library.documents()}
        write_version(papers, round_, chance)
        after = {path.name: load_document(path, path.name).text for path in papers.iterdir()}
        ready = context.Event()
        process = context.Process(target=add, args=(folder, papers, ready))
        process.start()
        assert ready.wait(120)
        killed_after(process, chance.uniform(0, max(1.0, 3 * seconds)))
        library = opened(folder)
        for info in library.documents():
            assert library.text(info.name) in (before.get(info.name), after.get(info.name)), (round_, info.name)
        findings = examine_library(library)
        assert all(finding.ok for finding in findings), (round_, findings)
        again = examine_library(library)
        assert "removed" not in again[0].detail
        assert sum(1 for _ in library.all_chunks()) == sum(info.chunks for info in library.documents())
    add_paths(library, [papers], prune=True)
    names = {info.name for info in library.documents()}
    copies = {Path(copy).name for info in library.documents() for copy in info.copies}
    assert names | copies == {path.name for path in papers.iterdir()}
    for name in names:
        assert library.text(name) == load_document(papers / name, name).text
