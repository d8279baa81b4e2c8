"""A small disk of its own, and how to fill it."""

import errno
import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

import pytest

__all__ = ["fill", "small_disk"]


@contextmanager
def small_disk(folder: Path, size: str = "12m") -> Generator[Path]:
    """A disk of its own, where the system lets us have one; elsewhere, the test is skipped."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    done = subprocess.run(mount, check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no disk can be mounted: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(file: Path, *, but_bytes: int = 0) -> None:
    """Take all the room that there is, to the last byte, and give `but_bytes` of it back."""
    with file.open("ab", buffering=0) as ballast:
        for size in (65_536, 512, 1):
            with pytest.raises(OSError, match=f"Errno {errno.ENOSPC}"):
                _write_on(ballast, b"x" * size)
    if but_bytes:
        os.truncate(file, file.stat().st_size - but_bytes)


def _write_on(ballast: FileIO, piece: bytes) -> None:
    while True:
        ballast.write(piece)
