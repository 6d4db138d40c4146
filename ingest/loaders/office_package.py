"""DOCX, PPTX or XLSX file -> the same in the form that its library knows; the documents that are embedded in it."""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import partial

from ingest.loaders.office_parts import Part

_TYPES = "[Content_Types].xml"
_MAIN_TYPE = re.compile(rb"application/vnd\.[\w.-]*?(word|presentation|powerpoint)[\w.-]*\.main\+xml")
_STRICT = b"http://purl.oclc.org/ooxml/"
_STRICT_NAME = re.compile(_STRICT + rb"(\w+)/")


def usual_package(data: bytes) -> bytes:
    """Return an Office file as if it were no template and held no macros, with the usual names of elements.

    "Strict Open XML" has others, which the libraries don't know.

    Args:
        data: The file, a ZIP archive.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = dict.fromkeys(archive.namelist())
        types = archive.read(_TYPES) if _TYPES in names else b""
        usual_types = _MAIN_TYPE.sub(_usual_type, types)
        strict = any(_STRICT in archive.read(name) for name in names if name.endswith(".rels"))
        if usual_types == types and not strict:
            return data
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as usual:
            for name in names:
                part = usual_types if name == _TYPES else archive.read(name)
                if strict and name.endswith((".xml", ".rels")):
                    part = _STRICT_NAME.sub(rb"http://schemas.openxmlformats.org/\1/2006/", part)
                usual.writestr(name, part)
    return packed.getvalue()


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
