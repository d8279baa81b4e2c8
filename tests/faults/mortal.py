"""Stores of a replica that kills itself at the point that a test names.

A kill from outside hits a moment of a millisecond by chance only.
"""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from tests.attachments.conftest import S3_SETTINGS
from turnstream.attachments import ObjectAttachmentStore
from turnstream.store import SqlStore
from turnstream.types import Attachment, ThreadItem

__all__ = ["POINTS", "SECOND_PART_BYTES", "Deaths", "MortalFiles", "MortalStore"]

POINTS = (
    "attachment announced",
    "first bytes",
    "second part",
    "file written",
    "record complete",
    "attachment with its thread",
    "message stored",
    "file deleted",
)
"""In the order in which a file, and the message that takes it, reach them; the last one is the sweep's."""
SECOND_PART_BYTES = 6 * 1024 * 1024
"""When so much has arrived, the first of several parts is in the bucket."""


class Deaths:
    """What is to kill a process: a test writes the name of a point into the file, and it dies there, once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def arm(self, point: str) -> None:
        """Let the process die when it reaches the point next.

        Raises:
            ValueError: no process reaches a point of this name.
        """
        if point not in POINTS:
            raise ValueError(f"{point!r} is none of {POINTS}")
        new = self._path.with_suffix(".new")
        new.write_text(point)
        new.replace(self._path)

    def reach(self, point: str) -> None:
        """Die, if this is the point: SIGKILL, so nothing is closed, written or said."""
        if self._path.exists() and self._path.read_text() == point:
            self._path.unlink()
            os.kill(os.getpid(), signal.SIGKILL)


class MortalFiles(ObjectAttachmentStore[Any]):
    """Attachments under a URL of the tests' S3 server, such as `http://127.0.0.1:5000/bucket/prefix`."""

    def __init__(self, url: str, deaths: Deaths) -> None:
        address, bucket, prefix = url.rsplit("/", 2)
        settings: Any = {**S3_SETTINGS, "endpoint": address}
        super().__init__(f"s3://{bucket}/{prefix}", **settings)
        self._deaths = deaths

    async def write_file(self, attachment_id: str, chunks: AsyncIterator[bytes]) -> None:
        await super().write_file(attachment_id, self._counted(chunks))
        self._deaths.reach("file written")

    async def delete_file(self, attachment_id: str) -> None:
        await super().delete_file(attachment_id)
        self._deaths.reach("file deleted")

    async def _counted(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        byte_count = 0
        async for chunk in chunks:
            yield chunk
            byte_count += len(chunk)
            self._deaths.reach("first bytes")
            if byte_count >= SECOND_PART_BYTES:
                self._deaths.reach("second part")


class MortalStore(SqlStore[Any]):
    """The threads, items and records of attachments."""

    deaths: Deaths | None = None

    async def save_attachment(self, attachment: Attachment, context: Any) -> None:
        await super().save_attachment(attachment, context)
        if self.deaths is None:
            return
        if attachment.thread_id is not None:
            self.deaths.reach("attachment with its thread")
        elif attachment.upload_descriptor is None:
            self.deaths.reach("record complete")
        else:
            self.deaths.reach("attachment announced")

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: Any) -> None:
        await super().add_thread_item(thread_id, item, context)
        if self.deaths is not None and item.type == "user_message":
            self.deaths.reach("message stored")
