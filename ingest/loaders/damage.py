"""Packed Office file -> the parts in it that can't be read; what becomes of them."""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator

from ingest.loaders.draft import Refusal
from ingest.loaders.office_parts import parsed_part

_WORDLESS = re.compile(
    r"(?:^|/)(?:theme|media|fonts?|printerSettings|customXml|activeX|ctrlProps|Pictures|Thumbnails|Configurations2"
    r"|slideMasters|slideLayouts|notesSlides/_rels|notesMasters|handoutMasters|_xmlsignatures)/"
    r"|(?:^|/)(?:\[trash\].*|fontTable|settings|webSettings|presProps|viewProps|tableStyles|app|custom|calcChain|metadata"
    r"|stylesWithEffects|thumbnail|manifest|vba\w*|people|\w*Ids|\w*Extensible|\w*Extended)\.\w+(?:\.rels)?$"
)
"""Parts that say nothing that is read from a document."""


def damaged_parts(archive: zipfile.ZipFile, needed: re.Pattern[str]) -> Iterator[str]:
    """Yield the names of those parts that can't be unpacked, or aren't the XML that they are called.

    Args:
        archive: The file.
        needed: The names of parts that are only unpacked, for what they are is found when they are read.
    """
    from lxml import etree

    for name in dict.fromkeys(archive.namelist()):
        try:
            part = archive.read(name)
            if name.endswith((".xml", ".rels")) and not needed.search(name):
                parsed_part(part)
        except (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
            yield name


def missed_parts(names: Iterable[str]) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield what a document is said to lack without these parts, as files of which reading gives the reason.

    Args:
        names: The names of its damaged parts.
    """
    return ((posixpath.basename(name), missed_part) for name in names if not _WORDLESS.search(name))


def missed_part() -> bytes:
    """Say why a part of a document gives no text.

    Raises:
        Refusal: Always.
    """
    raise Refusal("is missing or damaged in its file; open that in its program, save it again and add that")
