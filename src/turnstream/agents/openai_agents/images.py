"""Images that a model made: stored with the files of their thread, and read for the model again."""

import asyncio
import base64
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from pydantic import AnyUrl, ValidationError

from turnstream.agents.core.context import AgentContext
from turnstream.agents.core.files import ModelFile, attachments_of, can_read_files, read_file, unreadable
from turnstream.attachments import HostedAttachmentStore
from turnstream.attachments.current import current_files
from turnstream.attachments.urls import SIZE, attachment_id_in, file_url
from turnstream.redaction import logger_of
from turnstream.request_info import request_info
from turnstream.types import Attachment, FileAttachment, GeneratedImageItem, ImageAttachment, ThreadItem

__all__ = ["images_and_attachments_of", "read_image", "store_image", "storing_images_of"]

logger = logger_of("turnstream.agents")

SLICE_CHARACTERS = 4 * 128 * 1024
"""Decoding so much takes 1 ms; it has the GIL, so a thread would not free the event loop."""

_run: ContextVar[AgentContext[Any] | None] = ContextVar("turnstream.run", default=None)


@contextmanager
def storing_images_of(context: AgentContext[Any]) -> Generator[None]:
    """Let `store_image` store images for the thread of a run in the block."""
    token = _run.set(context)
    try:
        yield
    finally:
        _run.reset(token)


async def store_image(base64_image: str) -> str | None:
    """Store an image as an attachment of the run's thread; return its URL below that of the chat.

    None if the server does not store files itself or does not know its URL, as in a turn that another
    process has taken over; and if storing it fails, which is logged.
    """
    context, files, request = _run.get(), current_files(), request_info()
    if context is None or files is None or request.base_url is None:
        return None
    try:
        data = await _decoded(base64_image)
        return await _store(data, context, files, request.base_url)
    except Exception:
        logger.warning("an image could not be stored as a file, so it is in its item", exc_info=True)
        return None


def images_and_attachments_of(item: ThreadItem) -> Sequence[Attachment]:
    """Return the attachments of an item, and the image that a model made as one."""
    image = _attachment(item) if isinstance(item, GeneratedImageItem) else None
    return attachments_of(item) if image is None else [image]


async def read_image(item: GeneratedImageItem) -> ModelFile | str | None:
    """Return an image that the server stores, or a note in place of it; None if its URL is elsewhere."""
    image, base_url = _attachment(item), request_info().base_url
    if image is None or item.image is None or not can_read_files():
        return None
    file = await read_file(image)
    if isinstance(file, ModelFile):
        return replace(file, media_type=_media_type(file.data) or file.media_type)
    is_here = base_url is not None and item.image.url == file_url(base_url, image.id)
    return file if is_here or file != unreadable(image) else None


async def _store(
    data: bytes, context: AgentContext[Any], files: HostedAttachmentStore[Any], base_url: str
) -> str | None:
    media_type, owner = _media_type(data), context.request_context
    if media_type is None:
        return None
    attachment_id = files.generate_attachment_id(media_type, owner)
    url = file_url(base_url, attachment_id)
    try:
        preview_url = AnyUrl(url)
    except ValidationError:  # the host may be whatever a program has sent
        return None
    record = ImageAttachment(
        id=attachment_id,
        name=f"image.{media_type.removeprefix('image/')}",
        mime_type=media_type,
        preview_url=preview_url,
        thread_id=context.thread.id,
        metadata={SIZE: len(data)},
    )
    # The record first: it is what finds the file when the thread is deleted, also after a crash between.
    await context.store.save_attachment(record, context=owner)
    try:
        await files.write_file(attachment_id, _pieces(data))
    except Exception:
        await context.store.delete_attachment(attachment_id, context=owner)
        raise
    return url


async def _decoded(base64_image: str) -> bytes:
    slices: list[bytes] = []
    for start in range(0, len(base64_image), SLICE_CHARACTERS):
        slices.append(base64.b64decode(base64_image[start : start + SLICE_CHARACTERS], validate=True))
        await asyncio.sleep(0)
    return b"".join(slices)


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _attachment(item: GeneratedImageItem) -> Attachment | None:
    """An attachment with the id in the image's URL, if that may be one of this server."""
    attachment_id = None if item.image is None else attachment_id_in(item.image.url)
    if attachment_id is None:
        return None
    return FileAttachment(id=attachment_id, name="image", mime_type="image/png", thread_id=item.thread_id)


def _media_type(data: bytes) -> str | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None
