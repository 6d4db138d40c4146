"""Megabytes of made-up text in, seconds and memory of ingestion out: `python tests/measure_ingestion.py 1 10 100`.

Each size is ingested in a process of its own, from files of about 50,000 characters; its peak memory is that process's
own (resident, in MB), that of the process which reads the files apart. `--words` leaves the embedder out (vectors of
two numbers), so that 100 MB take minutes instead of an hour and a half: what is measured then is all the rest.
"""

import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fakes import KeywordEmbeddings

from ingest import Library, add_paths

FILE_CHARS = 50_000


def write_files(folder: Path, megabytes: int) -> None:
    """Write files of sentences of made-up words, under headings, of so many megabytes together."""
    chance = random.Random(megabytes)
    vocabulary = ["".join(chance.choices("abdeiklmnorstu", k=chance.randint(2, 9))) for _ in range(20_000)]
    for number in range(megabytes * 1_000_000 // FILE_CHARS):
        text = ""
        while len(text) < FILE_CHARS:
            sentences = (" ".join(chance.choices(vocabulary, k=chance.randint(5, 25))).capitalize() for _ in range(30))
            text += f"## Part {len(text)}\n\n{'. '.join(sentences)}.\n\n"
        (folder / f"{number:05}.md").write_text(text[:FILE_CHARS], encoding="utf-8")


def measure(megabytes: int, *, words: bool) -> None:
    """Ingest so many megabytes and print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder, "files")
        files.mkdir()
        write_files(files, megabytes)
        embedder = KeywordEmbeddings(slots=2) if words else None
        library = Library(Path(folder, "library"), create=True, embedder=embedder)
        library.embedder.embed_query("warm up")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        started = time.monotonic()
        report = add_paths(library, [files])
        seconds = time.monotonic() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert not report.failed
    sys.stdout.write(
        f"{megabytes} MB: {seconds:.0f} s, {megabytes * 1_000_000 / seconds:,.0f} characters a second, "
        f"peak {peak:.0f} MB ({before:.0f} MB before)\n"
    )


def main(arguments: list[str]) -> None:
    """Measure each size in a process of its own."""
    options = [argument for argument in arguments if argument.startswith("-")]
    sizes = [argument for argument in arguments if argument.isdigit()]
    if len(sizes) == 1:
        measure(int(sizes[0]), words="--words" in options)
    for size in sizes if len(sizes) > 1 else []:
        subprocess.run([sys.executable, __file__, size, *options], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
