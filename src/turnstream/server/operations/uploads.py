"""What a person uploads: attachments, their files, and dictated audio.

A file that the server stores itself is announced, received, and sent. The stored attachment says what it
waits for, so another process than the one that announced a file can receive it.
"""

import asyncio
import base64
import binascii
import hmac
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from pydantic import AnyUrl, ValidationError

from turnstream.attachments import HostedAttachmentStore
from turnstream.attachments.content import ContentCheck, check_type, media_type_of
from turnstream.attachments.urls import FOLDER, SIZE, file_url
from turnstream.errors import ConflictError, InvalidRequestError, NotSupportedError, RequestError
from turnstream.redaction import logger_of
from turnstream.request_info import request_info
from turnstream.server.checks import check_attachment, check_attachment_count, size_of
from turnstream.server.context import Hooks, RequestScope, Services
from turnstream.server.erasure import context_of, delete_attachments
from turnstream.server.refusals import refusing
from turnstream.store import AttachmentStore, NotFoundError, StorageError, Store
from turnstream.turns import to_json
from turnstream.types import (
    Attachment,
    AttachmentCreateParams,
    AttachmentsCreateReq,
    AttachmentsDeleteReq,
    AttachmentUploadDescriptor,
    AudioInput,
    FileAttachment,
    ImageAttachment,
    InputTranscribeReq,
)

__all__ = [
    "FOLDER",
    "StoredFile",
    "check_complete",
    "create_attachment",
    "delete_attachment",
    "hosted_store",
    "open_file",
    "receive",
    "receive_directly",
    "transcribe",
]

logger = logger_of("turnstream.server")

SLICE_CHARACTERS = 4 * 128 * 1024
"""Decoding so much takes 1.5 ms."""

UPLOAD_S = 300
"""Seconds within which an upload must begin."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A complete file: its attachment, its size in bytes, and the store that reads it."""

    attachment: Attachment
    size: int
    store: HostedAttachmentStore[Any]

    async def read(self, start: int, end: int) -> AsyncGenerator[bytes]:
        """Return the bytes from `start` to before `end`, in pieces, once the first one is read.

        Raises:
            RequestError: the file was deleted meanwhile, or the storage failed.
        """
        pieces = self.store.read_file(self.attachment.id, start, end)
        with refusing("a download"):
            first = await anext(pieces, b"")
        return _all_of(first, pieces)


async def _all_of(first: bytes, rest: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    yield first
    async for piece in rest:
        yield piece


async def create_attachment(scope: RequestScope, request: AttachmentsCreateReq) -> bytes:
    """Return the JSON of a new attachment, which says where the client uploads the file.

    Raises:
        NotSupportedError: the server has no attachment store that creates attachments.
        InvalidRequestError: the file's size or name is refused.
        TooManyRequestsError: the caller has as many attachments as the limits allow.
    """
    attachments = _attachment_store(scope)
    is_hosted = isinstance(attachments, HostedAttachmentStore)
    if not is_hosted and type(attachments).create_attachment is AttachmentStore.create_attachment:
        raise NotSupportedError(
            f"This server takes no uploads: {type(attachments).__name__} does not create attachments."
        )
    limits = scope.services.limits
    check_attachment(limits, request.params)
    await check_attachment_count(scope.store, limits, scope.context, size=request.params.size)
    if is_hosted:
        attachment = _announced(scope, request.params)
    else:
        attachment = await attachments.create_attachment(request.params, scope.context)
    await scope.store.save_attachment(attachment, context=scope.context)
    return to_json(attachment)


async def delete_attachment(scope: RequestScope, request: AttachmentsDeleteReq) -> None:
    """Delete an attachment of the caller. Another owner's is left alone, as if it did not exist."""
    attachments, attachment_id = _attachment_store(scope), request.params.attachment_id
    if await scope.store.is_attachment_of_another(attachment_id, context=scope.context):
        return
    await attachments.delete_attachment(attachment_id, context=scope.context)
    await scope.store.delete_attachment(attachment_id, context=scope.context)


async def transcribe(scope: RequestScope, request: InputTranscribeReq) -> bytes:
    """Return the JSON of the transcript that the app makes of the audio.

    Raises:
        RequestError: 413, the audio is larger than the limit.
        InvalidRequestError: the audio is not base64.
    """
    params, max_bytes = request.params, scope.services.limits.max_audio_bytes
    if len(params.audio_base64) // 4 * 3 - params.audio_base64[-2:].count("=") > max_bytes:
        raise RequestError(f"The audio is over {max_bytes} bytes.", code="too_large", status=413)
    try:
        data = await _audio_of(params.audio_base64)
    except ValueError as exc:  # binascii.Error is one; text that is not ASCII is another
        raise InvalidRequestError(f"audio_base64 is not base64: {exc}.", field="params.audio_base64") from exc
    audio = AudioInput(data=data, mime_type=params.mime_type)
    return to_json(await scope.hooks.transcribe(audio, scope.context))


async def _audio_of(text: str) -> bytes:
    """Return the bytes of a text in base64. Other tasks run between its slices: decoding has the GIL."""
    slices: list[bytes] = []
    for start in range(0, len(text) or 1, SLICE_CHARACTERS):
        if start:
            await asyncio.sleep(0)
        end = start + SLICE_CHARACTERS
        if end < len(text) and "=" in text[end - 2 : end]:
            raise ValueError("the padding is not at the end")
        slices.append(base64.b64decode(text[start:end], validate=True))
    return b"".join(slices)


async def receive(
    services: Services,
    hooks: Hooks,
    attachment_id: str,
    query: str,
    content_type: str,
    chunks: AsyncIterator[bytes],
) -> None:
    """Store the file of an announced attachment. `query` is that of the URL that `create_attachment` made.

    Raises:
        RequestError: 410, nothing waits for this file; 413 and 400, it has another size than announced; 415,
            it has another type.
    """
    attachment, context = await _awaited(services, hooks, attachment_id, query)
    if media_type_of(content_type) != attachment.mime_type:
        raise RequestError(
            f"Content-Type must be {attachment.mime_type}, as announced, not {content_type[:100]}.",
            code="attachment_type",
            status=415,
        )
    await _store(services, attachment, _of_size(chunks, size_of(attachment)), context)


async def receive_directly(
    scope: RequestScope, params: AttachmentCreateParams, chunks: AsyncIterator[bytes]
) -> bytes:
    """Store a file that was not announced; return the JSON of its attachment.

    `params.size` is what it may have at most. Of a file that is refused, or cannot be stored, nothing is
    left: no client knows its id.

    Raises:
        NotSupportedError: the server has no attachment store that receives files.
        InvalidRequestError: the size or the name is refused.
        TooManyRequestsError: the caller has as many attachments as the limits allow.
        RequestError: 415, the store accepts no such files.
    """
    limits = scope.services.limits
    attachment = _announced(scope, params)
    check_attachment(limits, params)
    await check_attachment_count(scope.store, limits, scope.context, size=params.size)
    await scope.store.save_attachment(attachment, context=scope.context)
    try:
        arriving = _up_to_size(chunks, params.size)
        return to_json(await _store(scope.services, attachment, arriving, scope.context))
    except Exception:
        with suppress(StorageError):  # it is in the log; the sweep tries again
            await delete_attachments(scope.services, [attachment.id], scope.context)
        raise


async def open_file(scope: RequestScope, attachment_id: str) -> StoredFile:
    """Return a file of the caller.

    Raises:
        NotFoundError: there is no such attachment, or its file is not complete.
    """
    attachment = await scope.store.load_attachment(attachment_id, context=scope.context)
    files = scope.services.attachment_store
    if attachment.upload_descriptor is not None or not isinstance(files, HostedAttachmentStore):
        raise NotFoundError.of("attachment", attachment_id)
    return StoredFile(attachment, await files.size_of(attachment_id), files)


def hosted_store(attachment_store: AttachmentStore[Any] | None) -> HostedAttachmentStore[Any]:
    """Return the store whose files this server receives and sends.

    Raises:
        NotSupportedError: the server has another one, or none.
    """
    if not isinstance(attachment_store, HostedAttachmentStore):
        raise NotSupportedError("This server receives no files: it has no attachment store that stores them.")
    return attachment_store


def check_complete(services: Services, attachments: Iterable[Attachment]) -> None:
    """Return if the files of a message's attachments have arrived, where the server receives them itself.

    Raises:
        InvalidRequestError: one has not.
    """
    if not isinstance(services.attachment_store, HostedAttachmentStore):
        return
    for attachment in attachments:
        if attachment.upload_descriptor is not None:
            raise InvalidRequestError(
                f"The file {attachment.name!r} has not arrived yet: send the message when its upload is "
                "complete.",
                field="params.input.attachments",
            )


def _announced(scope: RequestScope, params: AttachmentCreateParams) -> Attachment:
    """Return an attachment whose file is then sent with PUT to a URL below that of the chat.

    The URL shows that its owner may send one file of this size and type, once, if that begins within five
    minutes. The stored attachment has it until the file is complete, so any process can receive the file.

    Raises:
        NotSupportedError: nothing would receive the file: this is no request to `create_app`.
        RequestError: 415, the store accepts no files of this type.
    """
    files = hosted_store(scope.services.attachment_store)
    media_type = media_type_of(params.mime_type)
    check_type(media_type, files.allowed_types)
    base_url, owner = request_info().base_url, scope.owner
    if base_url is None or owner is None:
        raise NotSupportedError(
            f"{type(files).__name__} receives files below the URL of the chat, of owners that the store can "
            "tell: serve it with create_app()."
        )
    attachment_id = files.generate_attachment_id(media_type, scope.context)
    url = _below(base_url, attachment_id)
    fields: dict[str, Any] = {
        "id": attachment_id,
        "name": params.name,
        "mime_type": media_type,
        "metadata": {SIZE: params.size},
        "upload_descriptor": AttachmentUploadDescriptor(
            url=AnyUrl(f"{url}?{_query_for(owner)}"), method="PUT", headers={"Content-Type": media_type}
        ),
    }
    if media_type.startswith("image/"):
        return ImageAttachment(**fields, preview_url=AnyUrl(url))
    return FileAttachment(**fields)


async def _store(
    services: Services, attachment: Attachment, chunks: AsyncIterator[bytes], context: Any
) -> Attachment:
    """The file comes first, and then the record says so: a record never has half a file.

    What a process leaves that dies in between, or what is refused, is an attachment that no message has: it
    is swept with its file.
    """
    files, store = hosted_store(services.attachment_store), services.store
    check = ContentCheck(attachment.mime_type, files.allowed_types)
    arriving = check.passed(chunks)
    try:
        await files.write_file(attachment.id, _while_awaited(store, attachment.id, arriving, context))
    except FileExistsError as exc:
        raise _already_uploaded() from exc
    # Again, since it may be deleted while the last part is stored. If another upload was complete before, a
    # message may have the file by now: then this raises, and the record and the file stay.
    if not await _is_awaited(store, attachment.id, context):
        await files.delete_file(attachment.id)
        raise _unexpected()
    metadata = {**(attachment.metadata or {}), SIZE: check.size}
    complete = attachment.model_copy(
        update={"upload_descriptor": None, "mime_type": check.media_type, "metadata": metadata}
    )
    # If this fails, it may be stored all the same, so the file stays, and is swept unless a message has it.
    await store.save_attachment(complete, context=context)
    return complete


async def _while_awaited(
    store: Store[Any], attachment_id: str, chunks: AsyncIterator[bytes], context: Any
) -> AsyncIterator[bytes]:
    """Yield `chunks`; raise before their end, so that nothing is stored, if nothing awaits them any more.

    A file that came to be after its record was deleted would be found by nobody if this process died.
    """
    async for chunk in chunks:
        yield chunk
    if not await _is_awaited(store, attachment_id, context):
        raise _unexpected()


async def _is_awaited(store: Store[Any], attachment_id: str, context: Any) -> bool:
    """Return whether the record is there; False if it was deleted while the file arrived.

    Raises:
        ConflictError: another upload of the file is complete.
    """
    try:
        attachment = await store.load_attachment(attachment_id, context=context)
    except NotFoundError:
        return False
    if attachment.upload_descriptor is None:
        raise _already_uploaded()
    return True


def _already_uploaded() -> ConflictError:
    return ConflictError("This file was already sent.", code="already_uploaded")


async def _awaited(
    services: Services, hooks: Hooks, attachment_id: str, query: str
) -> tuple[Attachment, Any]:
    """Return the attachment that the upload URL is of, and the context of its owner.

    Until the whole query is that of the stored URL, its owner is only what the client says.
    """
    values = {name: each[0] for name, each in parse_qs(query).items()}
    try:
        context = context_of(hooks, _decoded(values.get("owner", "")))
        attachment = await services.store.load_attachment(attachment_id, context=context)
    except NotFoundError:
        raise _unexpected() from None
    except (TypeError, ValueError, LookupError) as exc:  # no store has such an owner, or the app knows none
        logger.warning("an upload URL was refused, since its owner has no context: %s", exc)
        raise _unexpected() from None
    descriptor = attachment.upload_descriptor
    if descriptor is None or not hmac.compare_digest((descriptor.url.query or "").encode(), query.encode()):
        raise _unexpected()
    if int(values["expires"]) < time.time():
        raise _unexpected()
    return attachment, context


def _unexpected() -> RequestError:
    return RequestError(
        "This upload URL has expired or was used: announce the file again.", code="upload_expired", status=410
    )


def _below(base_url: str, attachment_id: str) -> str:
    """Return the URL of a file below that of the chat, whose host may be whatever a program has sent."""
    try:
        return str(AnyUrl(file_url(base_url, attachment_id)))
    except ValidationError as exc:
        raise InvalidRequestError(f"The host of this request makes no URL: {base_url[:200]!r}.") from exc


def _query_for(owner: str) -> str:
    encoded = base64.urlsafe_b64encode(owner.encode()).decode().rstrip("=")
    expires = int(time.time()) + UPLOAD_S
    return urlencode({"owner": encoded, "expires": expires, "key": secrets.token_urlsafe(24)})


def _decoded(owner: str) -> str:
    try:
        return base64.urlsafe_b64decode(owner + "=" * (-len(owner) % 4)).decode()
    except (binascii.Error, ValueError):
        raise _unexpected() from None


async def _of_size(chunks: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """Yield `chunks`, which must have `size` bytes together."""
    seen = 0
    async for chunk in chunks:
        seen += len(chunk)
        if seen > size:
            raise RequestError(
                f"The file has more than the {size} bytes that were announced.", code="too_large", status=413
            )
        yield chunk
    if seen < size:
        raise InvalidRequestError(f"The file has {seen} bytes, and {size} were announced.")


async def _up_to_size(chunks: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """Yield `chunks`, which may have `size` bytes together."""
    seen = 0
    async for chunk in chunks:
        seen += len(chunk)
        if seen > size:
            raise RequestError(f"The file may have up to {size} bytes.", code="too_large", status=413)
        yield chunk


def _attachment_store(scope: RequestScope) -> AttachmentStore[Any]:
    attachments = scope.services.attachment_store
    if attachments is None:
        raise NotSupportedError("This server does not accept attachments: it has no attachment_store.")
    return attachments
