"""A library in, what is wrong with it out, and what mends it: do the catalogue and the chunks agree?"""

from dataclasses import dataclass
from pathlib import Path

from ingest.folder import locked
from ingest.library import Library
from ingest.pipeline import add_paths
from ingest.store import StoredChunk

WAIT_SECONDS = 120
"""How long the check waits for whoever is writing."""


@dataclass(frozen=True, kw_only=True)
class Health:
    """What was found in a library."""

    documents: int
    """How many documents the catalogue lists."""
    torn: tuple[str, ...]
    """Names of documents whose text isn't whole, sorted."""
    stray: tuple[str, ...]
    """Identifiers of chunks that belong to no document, left by an ingestion that was broken off; sorted."""


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
    infos = [library.info(name) for name in health.torn]
    # A file that isn't known is read again, whatever its content.
    library.catalogue.forget_files([info.path for info in infos])
    for path in dict.fromkeys(info.path for info in infos if Path(info.path).is_file()):
        add_paths(library, [Path(path)])
    return check_library(library).torn if infos else ()


def _is_whole(stored: list[StoredChunk], chunks: int, characters: int) -> bool:
    """Tell whether chunks follow each other without a gap from the first character to the last."""
    found = sorted((one.chunk for one in stored), key=lambda chunk: chunk.index)
    ends = [0, *(chunk.end for chunk in found)]
    starts = [*(chunk.start for chunk in found), characters]
    return len(found) == chunks and starts == ends and all(c.end - c.start == len(c.text) for c in found)
