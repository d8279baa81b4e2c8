"""Attachments as files in a folder."""

import asyncio
import errno
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable, Collection
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from turnstream.attachments.content import DEFAULT_TYPES
from turnstream.attachments.hosted import HostedAttachmentStore, checked_id
from turnstream.redaction import logger_of
from turnstream.store import NotFoundError, StorageError, StorageFullError, TContext

__all__ = ["NO_SPACE", "DiskAttachmentStore"]

logger = logger_of("turnstream.attachments")

PIECE_BYTES = 256 * 1024
UNFINISHED = "unfinished"
UNFINISHED_S = 24 * 3600
"""Files that a process left unfinished when it died are deleted after this time."""
NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The error numbers by which a system says that a disk has no room, or none for this user or file."""
Result = TypeVar("Result")


THREADS = 2
"""Threads that read and write files. They compete with the event loop and the threads of SQLite for the
interpreter: beside 20 uploads, the p99 of the gaps of streams was 112 to 166 ms with 2 of them, and 160 to
232 with 40.
"""

FLUSH_BYTES = 1024 * 1024
"""What of a file goes to the disk at once. A commit of SQLite on the same disk waits for it: beside 20
threads that write files of 10 MB, for 27 ms (p99), and for 131 if each file is flushed as a whole.
"""

_threads = RunVar[CapacityLimiter]("turnstream.attachments.threads")


class _DuplicateError(Exception):
    """There is a file with this id."""


class DiskAttachmentStore(HostedAttachmentStore[TContext]):
    """Stores attachments as files in a folder, which several processes of one machine may share.

    A file gets its name when it is complete and on the disk. Names of people's files are not used. Only the
    user of the process can read the files.
    """

    def __init__(
        self, folder: str | os.PathLike[str], *, allowed_types: Collection[str] = DEFAULT_TYPES
    ) -> None:
        """Store files in `folder`, which is made with the first file.

        Raises:
            TypeError: `folder` is no path; `allowed_types` is one text.
            ValueError: one of `allowed_types` is not `type/subtype`.
        """
        super().__init__(allowed_types=allowed_types)
        self._folder = Path(folder)
        self._is_tidied = False

    async def write_file(self, attachment_id: str, chunks: AsyncIterator[bytes]) -> None:
        """See `HostedAttachmentStore.write_file`."""
        path = self._path(attachment_id)
        unfinished = self._folder / UNFINISHED / f"{attachment_id}-{secrets.token_hex(4)}"
        try:
            await self._write(path, unfinished, chunks)
        except _DuplicateError:
            raise FileExistsError(errno.EEXIST, "there is a file with this id", attachment_id) from None

    async def _write(self, path: Path, unfinished: Path, chunks: AsyncIterator[bytes]) -> None:
        file = await _on_disk(self._create, path, unfinished)
        try:
            unflushed = 0
            async for chunk in chunks:
                unflushed += len(chunk)
                await _on_disk(file.write, chunk)
                if unflushed >= FLUSH_BYTES:
                    unflushed = 0
                    await _on_disk(_flush, file)
            await _on_disk(_finish, file, unfinished, path)
        finally:
            # Even if this task is cancelled, the thread goes on to the end.
            await asyncio.shield(to_thread.run_sync(_discard, file, unfinished, limiter=_limiter()))

    async def read_file(
        self, attachment_id: str, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """See `HostedAttachmentStore.read_file`."""
        path = self._path(attachment_id)
        file = await _on_disk(lambda: path.open("rb"))
        try:
            await _on_disk(file.seek, start)
            while end is None or start < end:
                size = PIECE_BYTES if end is None else min(PIECE_BYTES, end - start)
                piece = await _on_disk(file.read, size)
                if not piece:
                    return
                start += len(piece)
                yield piece
        finally:
            file.close()

    async def size_of(self, attachment_id: str) -> int:
        """See `HostedAttachmentStore.size_of`."""
        return (await _on_disk(self._path(attachment_id).stat)).st_size

    async def delete_file(self, attachment_id: str) -> None:
        """See `HostedAttachmentStore.delete_file`."""
        path = self._path(attachment_id)
        await _on_disk(lambda: path.unlink(missing_ok=True))

    def _path(self, attachment_id: str) -> Path:
        """Two letters of the id's end are a folder: a folder with very many files is slow."""
        return self._folder / checked_id(attachment_id)[-2:].lower() / attachment_id

    def _create(self, path: Path, unfinished: Path) -> BinaryIO:
        if path.exists():
            raise _DuplicateError
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished.parent.mkdir(mode=0o700, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not self._is_tidied:
            self._is_tidied = True
            _delete_old(unfinished.parent)
        return os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _finish(file: BinaryIO, unfinished: Path, path: Path) -> None:
    """Give a complete file its name, unless another one has it."""
    _flush(file)
    try:
        os.link(unfinished, path)
    except FileExistsError:
        raise _DuplicateError from None
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _discard(file: BinaryIO, unfinished: Path) -> None:
    """Close the file, and remove the name that it had while it was written."""
    try:
        file.close()
    except OSError:
        logger.warning("what was left of a file could not be written", exc_info=True)
    unfinished.unlink(missing_ok=True)


def _delete_old(folder: Path) -> None:
    before = time.time() - UNFINISHED_S
    for path in folder.iterdir():
        try:
            if path.stat().st_mtime < before:
                path.unlink()
        except FileNotFoundError:
            pass  # another process was faster


def _limiter() -> CapacityLimiter:
    """Return the limiter of this event loop, which all stores share: they have the same processors."""
    try:
        return _threads.get()
    except LookupError:
        _threads.set(limiter := CapacityLimiter(THREADS))
        return limiter


async def _on_disk(function: Callable[..., Result], *args: Any) -> Result:
    """Call a function that waits for the disk in a thread, of which there are few."""
    try:
        return await to_thread.run_sync(lambda: function(*args), limiter=_limiter())
    except FileNotFoundError as exc:
        raise NotFoundError("the file was not found", kind="attachment") from exc
    except OSError as exc:
        if exc.errno in NO_SPACE:
            raise StorageFullError(f"no space is left for files: {exc}") from exc
        raise StorageError(f"files cannot be stored or read: {exc}") from exc
