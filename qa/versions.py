"""The versions of what answers depend on, for receipts and evaluations."""

import platform
from importlib.metadata import PackageNotFoundError, version

_PACKAGES = (
    "footnote-qa", "chromadb", "bm25s", "langchain-core", "onnxruntime", "sentence-transformers", "torch", "xllamacpp"
)  # fmt: skip


def package_versions() -> dict[str, str]:
    """Return the versions of Python and of those packages that are installed, by name."""
    versions = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions
