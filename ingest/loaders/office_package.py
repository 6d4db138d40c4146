"""DOCX, PPTX or XLSX file -> the same in the form that its library knows; the documents that are embedded in it."""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Collection, Iterator
from functools import partial
from urllib.parse import unquote

from ingest.loaders.damage import damaged_parts
from ingest.loaders.office_parts import Part, parsed_part

_TYPES = "[Content_Types].xml"
_MAIN_TYPE = re.compile(rb"application/vnd\.[\w.-]*?(word|presentation|powerpoint)[\w.-]*\.main\+xml")
_NEEDED = re.compile(r"^(?:\[Content_Types\]|word/document\d*|ppt/presentation|xl/workbook|xl/worksheets/[^/]*)\.xml$")
"""Parts without which there is no document, and sheets, whose reader takes what it can."""
_DOCUMENT = re.compile(r"word/document\d*\.xml")
_COUNTED = re.compile(r"^xl/(?:work|chart)sheets/[^/]*$|^ppt/slides/[^/]*$")
"""Parts that their reader names by their place."""
_STRICT = b"http://purl.oclc.org/ooxml/"
_STRICT_NAME = re.compile(_STRICT + rb"(\w+)/")


def usual_package(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return an Office file as if it were no template and held no macros, with the usual names of elements.

    "Strict Open XML" has others, which the libraries don't know. Nor do they open a file any part of which is damaged
    or missing: such parts are left out, with all that refers to them.

    Args:
        data: The file, a ZIP archive.

    Returns:
        The file, and the names of its damaged and missing parts, those of sheets and slides apart.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        damaged = frozenset(damaged_parts(archive, _NEEDED))
        sound = [name for name in dict.fromkeys(archive.namelist()) if name not in damaged]
        types = archive.read(_TYPES) if _TYPES in sound else b""
        changed = {_TYPES: _MAIN_TYPE.sub(_usual_type, types)}
        missing = set(_lost_relations(sound))
        for name in (name for name in sound if name.endswith(".rels")):
            changed[name] = _without_dangling(archive.read(name), name, frozenset(sound), missing)
        if any(_STRICT in archive.read(name) for name in sound if name.endswith(".rels")):
            for name in (name for name in sound if name.endswith((".xml", ".rels"))):
                part = changed.get(name) or archive.read(name)
                changed[name] = _STRICT_NAME.sub(rb"http://schemas.openxmlformats.org/\1/2006/", part)
        lost = tuple(name for name in sorted(damaged | missing) if not _COUNTED.search(name))
        if not damaged and all(archive.read(name) == part for name, part in changed.items() if name in sound):
            return data, lost
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as usual:
            for name in sound:
                usual.writestr(name, changed.get(name) or archive.read(name))
    return packed.getvalue(), lost


def _lost_relations(names: Collection[str]) -> Iterator[str]:
    """Yield the list of relations that a text document lacks, though it has parts that only such a list leads to."""
    for name in filter(_DOCUMENT.fullmatch, names):
        relations = f"word/_rels/{posixpath.basename(name)}.rels"
        if relations not in names and any(other.startswith("word/") and other != name for other in names):
            yield relations


def _without_dangling(relations: bytes, name: str, sound: Collection[str], missing: set[str]) -> bytes:
    """Return a list of relations without those to parts that aren't there, whose names are added to `missing`."""
    from lxml import etree

    root = parsed_part(relations)
    folder = posixpath.dirname(posixpath.dirname(name))
    dangling = []
    for relation in root.iterchildren("{*}Relationship"):
        target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
        if relation.get("TargetMode") != "External" and target not in sound and unquote(target) not in sound:
            dangling += [relation] * (not target.startswith("xl/"))  # openpyxl looks itself whether a part is there
            missing.update([target] if posixpath.splitext(target)[1] else [])  # not "NULL", as programs put there
    for relation in dangling:
        root.remove(relation)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) if dangling else relations


def embedded_files(part: Part, place: str = "") -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield the name of each document that is embedded in a part, and what reads it.

    Args:
        part: A document or slide, of python-docx or python-pptx.
        place: What its name begins with, such as "Slide 3 ".
    """
    for relation in part.rels.values():
        if not relation.is_external and relation.reltype.endswith(("/package", "/aFChunk")):
            target = relation.target_part
            yield place + posixpath.basename(str(target.partname)), partial(getattr, target, "blob")


def _usual_type(found: re.Match[bytes]) -> bytes:
    kind = b"wordprocessingml.document" if found[1] == b"word" else b"presentationml.presentation"
    return b"application/vnd.openxmlformats-officedocument." + kind + b".main+xml"
