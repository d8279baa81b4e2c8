"""Room that is set aside on a disk, so that what was begun can be brought to an end when the disk is full."""

import os
from pathlib import Path

from anyio import to_thread

__all__ = ["Reserve"]

SIZE_BYTES = 1024 * 1024


def _open_privately(path: str, flags: int) -> int:
    """A new file is its user's alone; one that exists keeps its mode."""
    return os.open(path, flags, 0o600)


class Reserve:
    """A file beside a database, of bytes that nobody reads. Any number of processes may share it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def make(self) -> bool:
        """Set the room aside, unless it is; return whether it is now."""
        return await to_thread.run_sync(self._make)

    async def free(self) -> None:
        """Give the room up."""
        await to_thread.run_sync(lambda: self._path.unlink(missing_ok=True))

    def _make(self) -> bool:
        try:
            if self._path.is_file() and self._path.stat().st_size == SIZE_BYTES:
                return True
            with open(self._path, "wb", opener=_open_privately) as file:
                file.write(os.urandom(SIZE_BYTES))  # zeros may take no room
        except OSError:
            if self._path.is_file():
                self._path.unlink(missing_ok=True)
            return False
        return True
