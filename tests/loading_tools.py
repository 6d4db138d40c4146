"""What tests of loading share: writing a file, what a folder holds, why a file is refused, small archives."""

import io
import re
import zipfile
from pathlib import Path

import pytest

from ingest.errors import UnreadableFile
from ingest.loading import find_files, load_document


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def names(folder: Path) -> list[str]:
    return [name for _, name in find_files(folder)]


def refusal(path: Path, name: str = "the file") -> str:
    with pytest.raises(UnreadableFile) as caught:
        load_document(path, name)
    message = str(caught.value)
    assert "\n" not in message
    assert repr(name) in message
    return message


def zip_bytes(members: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def changed(data: bytes, changes: dict[str, tuple[str, str]], **more: str) -> bytes:
    """Return an archive with patterns replaced in members, and with more members ("/" written "__")."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    for name, (pattern, new) in changes.items():
        members[name] = re.sub(pattern, new, members[name].decode())  # type: ignore[union-attr]
    return zip_bytes(members | {name.replace("__", "/") + ".xml": text for name, text in more.items()})
