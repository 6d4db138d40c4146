"""A library in, what is wrong with it out, and what mends it: do the catalogue and the chunks agree?"""

import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.folder import locked
from ingest.library import Library
from ingest.pipeline import add_paths
from ingest.store import StoredChunk

WAIT_SECONDS = 120
"""How long the check waits for whoever is writing."""
# The same modules as in this process, wherever it has them from.
_TRY_INDEX = (
    "import sys; sys.path[:] = sys.argv[2:]; from pathlib import Path; from ingest.store import ChunkStore;"
    "ChunkStore(Path(sys.argv[1])).try_index()"
)


@dataclass(frozen=True, kw_only=True)
class Health:
    """What was found in a library."""

    documents: int
    """How many documents the catalogue lists."""
    torn: tuple[str, ...]
    """Names of documents whose text isn't whole, sorted."""
    stray: tuple[str, ...]
    """Identifiers of chunks that belong to no document, left by an ingestion that was broken off; sorted."""


def drop_broken_index(folder: Path) -> bool:
    """Remove the index of a library's vectors if it can't be used; `Library.embed_again` then makes it anew.

    It is tried in another process, because Chroma ends the process that reads some broken ones.

    Args:
        folder: The library's folder; nothing happens if there is no library in it.

    Returns:
        Whether it was removed.
    """
    store = folder / "chroma"
    if not store.is_dir():
        return False
    with locked(folder, seconds=WAIT_SECONDS):
        command = [sys.executable, "-P", "-c", _TRY_INDEX, str(store), *sys.path]
        if subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0:
            return False
        for index in [path for path in store.iterdir() if path.is_dir()]:
            shutil.rmtree(index)
    return True


def check_library(library: Library) -> Health:
    """Compare the catalogue and the chunks; nothing is changed.

    The keyword index needs no check: it is made from the chunks whenever the library has changed.

    Raises:
        IngestError: The catalogue or the store can't be read.
    """
    with locked(library.folder, seconds=WAIT_SECONDS):  # what is being written at this moment would look torn
        infos = {info.name: info for info in library.documents()}
        chunks: dict[str, list[StoredChunk]] = {name: [] for name in infos}
        stray = []
        for stored in library.stored_chunks():
            info = infos.get(stored.chunk.document)
            if info and info.sha256 == stored.sha256:
                chunks[info.name].append(stored)
            else:
                stray.append(stored.identifier)
        torn = [name for name, info in infos.items() if not _is_whole(chunks[name], info.chunks, info.characters)]
        return Health(documents=len(infos), torn=tuple(sorted(torn)), stray=tuple(sorted(stray)))


def mend_library(library: Library, health: Health) -> tuple[str, ...]:
    """Remove stray chunks, and read torn documents again from their files; return the names of those still torn.

    Lost vectors are no part of this: see `Library.embed_again`.

    Raises:
        IngestError: The library can't be written.
    """
    library.delete_chunks(health.stray)
    if not health.torn:
        return ()
    paths = {library.info(name).path for name in health.torn}
    # A file of another content than is noted is read again, under the name that it has.
    noted = [replace(file, sha256="") for file in library.catalogue.files() if file.path in paths]
    library.catalogue.put(files=noted)
    for path in sorted(path for path in paths if Path(path).is_file()):
        add_paths(library, [Path(path)])
    return check_library(library).torn


def _is_whole(stored: list[StoredChunk], chunks: int, characters: int) -> bool:
    """Tell whether chunks follow each other without a gap from the first character to the last."""
    found = sorted((one.chunk for one in stored), key=lambda chunk: chunk.index)
    ends = [0, *(chunk.end for chunk in found)]
    starts = [*(chunk.start for chunk in found), characters]
    return len(found) == chunks and starts == ends and all(c.end - c.start == len(c.text) for c in found)
