"""Names that no one means when they add a folder or an archive."""

_LITTER = frozenset(("thumbs.db", "desktop.ini", "__macosx"))


def is_litter(name: str) -> bool:
    """Tell whether a name is hidden, an Office lock file or the litter of an operating system."""
    return name.startswith((".", "~$")) or name.lower() in _LITTER
