"""ZIP file -> Draft without text whose members are the files in it."""

import io
import stat
import zipfile
import zlib
from functools import partial

from ingest.loaders.draft import Draft, Refusal
from ingest.loaders.litter import is_litter
from ingest.loaders.member_names import meant_name
from ingest.loaders.members import members_of

_LOCKED = 0x1
_UTF_8 = 0x800


def load_zip(data: bytes) -> Draft:
    """Return the files in an archive, in their order; hidden ones and litter are passed over.

    Raises:
        Refusal: There is no file in it.
    """
    archive = zipfile.ZipFile(io.BytesIO(data))
    files = [
        (_name(info), partial(_read, archive, info))
        for info in archive.infolist()
        if not info.is_dir() and not any(is_litter(part) for part in _name(info).split("/") if part not in (".", ".."))
    ]
    if not files:
        raise Refusal("is a ZIP archive without a file in it; add one with files")
    return Draft(members=members_of(files))


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name, which many programs write in the encoding of their machine, without saying in which."""
    return info.filename if info.flag_bits & _UTF_8 else meant_name(info.filename.encode("cp437"))


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if stat.S_ISLNK(info.external_attr >> 16):
        raise Refusal("is a link to another file; add that file")
    if info.flag_bits & _LOCKED:
        raise Refusal("is locked with a password; unpack the archive and add the file")
    try:
        return archive.read(info)
    except NotImplementedError:
        raise Refusal("is packed in a way that can't be unpacked here; unpack the archive and add the file") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise Refusal("is damaged in its archive; copy or make the archive again") from error
