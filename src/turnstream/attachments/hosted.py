"""Attachment stores whose files the server itself receives and sends."""

import re
from abc import abstractmethod
from collections.abc import AsyncIterator, Collection

from turnstream.attachments.content import DEFAULT_TYPES, checked_types
from turnstream.store import AttachmentStore, TContext

__all__ = ["HostedAttachmentStore", "checked_id"]

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,127}")


class HostedAttachmentStore(AttachmentStore[TContext]):
    """An attachment store for which `create_app` receives and sends the files, under the URL of the chat.

    Subclasses store bytes under ids. `allowed_types` are the types of files that the store accepts, by their
    content and not by their names.
    """

    def __init__(self, *, allowed_types: Collection[str] = DEFAULT_TYPES) -> None:
        """Accept files of `allowed_types`, each in full, such as `image/png`.

        Raises:
            TypeError: `allowed_types` is one text.
            ValueError: one of them is not `type/subtype`.
        """
        self.allowed_types = checked_types(allowed_types)

    @abstractmethod
    async def write_file(self, attachment_id: str, chunks: AsyncIterator[bytes]) -> None:
        """Store a file, all of it or, if `chunks` or this raises, nothing.

        Raises:
            FileExistsError: there is a file with this id, which stays as it is.
            StorageFullError: there is no space left.
            StorageError: the file cannot be stored now.
        """

    @abstractmethod
    def read_file(self, attachment_id: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Return the bytes of a file from `start` to before `end`, in pieces.

        Raises:
            NotFoundError: there is no such file.
            StorageError: the file cannot be read now.
        """

    @abstractmethod
    async def size_of(self, attachment_id: str) -> int:
        """Return the number of bytes of a file.

        Raises:
            NotFoundError: there is no such file.
            StorageError: the file cannot be read now.
        """

    @abstractmethod
    async def delete_file(self, attachment_id: str) -> None:
        """Delete a file, if it exists.

        Raises:
            StorageError: the file cannot be deleted now.
        """

    async def read(self, attachment_id: str) -> bytes:
        """Return a file as a whole, such as to show it to a model. Check first whose it is.

        Raises:
            NotFoundError: there is no such file.
            StorageError: the file cannot be read now.
        """
        return b"".join([chunk async for chunk in self.read_file(attachment_id)])

    async def delete_attachment(self, attachment_id: str, context: TContext) -> None:
        """Delete the file of an attachment, if there is one."""
        await self.delete_file(attachment_id)


def checked_id(attachment_id: str) -> str:
    """Return the id of an attachment, which may be the name of a file.

    Raises:
        ValueError: it is not made of 8 to 128 letters, digits, hyphens and underscores.
    """
    if ID.fullmatch(attachment_id) is None:
        raise ValueError(
            f"the attachment id {attachment_id[:100]!r} must have 8 to 128 letters, digits, hyphens and "
            "underscores: change generate_attachment_id()"
        )
    return attachment_id
