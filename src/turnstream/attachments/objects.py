"""Attachments in an object storage: S3 and what speaks its protocol, Google Cloud Storage, Azure."""

from collections.abc import AsyncIterator, Collection
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from turnstream.attachments.content import DEFAULT_TYPES
from turnstream.attachments.hosted import HostedAttachmentStore, checked_id
from turnstream.store import NotFoundError, StorageError, TContext

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["ObjectAttachmentStore"]

PART_BYTES = 5 * 1024 * 1024
"""The smallest part that S3 accepts. A file is sent part by part, and one part is in memory."""

PIECE_BYTES = 256 * 1024


class ObjectAttachmentStore(HostedAttachmentStore[TContext]):
    """Stores attachments as objects of a bucket, which any number of processes may share.

    Needs `turnstream[object-store]`. Files go through this server, so the bucket can stay private.
    """

    def __init__(self, url: str, *, allowed_types: Collection[str] = DEFAULT_TYPES, **settings: Any) -> None:
        """Store files under `url`, such as `s3://bucket/prefix`, `gs://bucket` or `az://container`.

        `settings` are those of obstore's `from_url`, such as `region`, `endpoint`, `access_key_id` or
        `client_options`; what they leave out comes from the usual environment variables.

        Raises:
            ImportError: `turnstream[object-store]` is not installed.
            TypeError: `url` is no text, or `allowed_types` is one.
            ValueError: `url` names no storage that obstore knows, or one of `allowed_types` is not
                `type/subtype`.
        """
        super().__init__(allowed_types=allowed_types)
        try:
            import obstore
            from obstore import exceptions
            from obstore.store import from_url
        except ImportError as exc:
            raise ImportError(
                "ObjectAttachmentStore needs obstore: pip install 'turnstream[object-store]'"
            ) from exc
        if not isinstance(url, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # apps err
            raise TypeError(f"url must be text, such as 's3://bucket/prefix', not {url!r}")
        self._library = obstore
        self._errors = (exceptions.BaseError, OSError)
        try:
            self._bucket: Any = from_url(url, **settings)
        except exceptions.BaseError as exc:
            raise ValueError(f"{url!r} with these settings is no object storage: {exc}") from exc

    async def write_file(self, attachment_id: str, chunks: AsyncIterator[bytes]) -> None:
        """See `HostedAttachmentStore.write_file`.

        If two writers begin at the same moment, the later one replaces the file of the earlier.
        """
        path = checked_id(attachment_id)
        if await self._exists(path):
            raise FileExistsError(f"there is a file {path}")
        try:
            with self._translated():
                await self._library.put_async(
                    self._bucket, path, chunks, chunk_size=PART_BYTES, max_concurrency=1
                )
        except NotFoundError as exc:
            raise StorageError(f"the object storage failed: {exc.__cause__}") from exc

    async def read_file(
        self, attachment_id: str, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """See `HostedAttachmentStore.read_file`."""
        if end is not None and end <= start:
            return
        wanted: Any = {"range": {"offset": start} if end is None else (start, end)}
        with self._translated():
            answer = await self._library.get_async(
                self._bucket, checked_id(attachment_id), options=wanted if start or end is not None else None
            )
            async for piece in answer.stream(min_chunk_size=PIECE_BYTES):
                yield bytes(piece)

    async def size_of(self, attachment_id: str) -> int:
        """See `HostedAttachmentStore.size_of`."""
        with self._translated():
            return (await self._library.head_async(self._bucket, checked_id(attachment_id)))["size"]

    async def delete_file(self, attachment_id: str) -> None:
        """See `HostedAttachmentStore.delete_file`."""
        try:
            with self._translated():
                await self._library.delete_async(self._bucket, checked_id(attachment_id))
        except NotFoundError:
            pass

    async def _exists(self, path: str) -> bool:
        try:
            await self.size_of(path)
        except NotFoundError:
            return False
        return True

    @contextmanager
    def _translated(self) -> "Generator[None]":
        try:
            yield
        except FileNotFoundError as exc:
            raise NotFoundError("the file was not found", kind="attachment") from exc
        except self._errors as exc:
            raise StorageError(f"the object storage failed: {exc}") from exc
