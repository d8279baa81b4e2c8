"""Which Python files of a folder have changed, found out by looking at them."""

import os
from pathlib import Path

__all__ = ["changes", "python_files"]

NOT_ENTERED = {"node_modules", "__pycache__", "site-packages"}


def python_files(folder: Path) -> dict[Path, int]:
    """Return the time of the last change, in nanoseconds, of each Python file of the folder and the folders
    in it.

    Hidden folders, virtual environments and `node_modules` are left out: they may hold 50,000 files.
    """
    found: dict[Path, int] = {}
    for place, names, files in os.walk(folder):
        if "pyvenv.cfg" in files:
            names.clear()
            continue
        names[:] = [name for name in names if not name.startswith(".") and name not in NOT_ENTERED]
        for name in files:
            if name.endswith(".py"):
                path = Path(place, name)
                try:
                    found[path] = path.stat().st_mtime_ns
                except FileNotFoundError:
                    continue  # an editor replaces a file by another one between the two calls
    return found


def changes(before: dict[Path, int], after: dict[Path, int]) -> list[Path]:
    """Return the files that were changed, added or removed, in the order of their names."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
