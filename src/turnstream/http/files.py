"""Receives and sends the files of an attachment store that leaves this to the server."""

import asyncio
import re
from collections.abc import AsyncGenerator
from time import monotonic
from typing import Any
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from turnstream.attachments.content import INLINE_TYPES, served_type
from turnstream.attachments.forms import read_form
from turnstream.errors import RequestError
from turnstream.limits import Limits
from turnstream.server import ChatKitServer
from turnstream.server.operations.uploads import StoredFile
from turnstream.types import AttachmentCreateParams

__all__ = ["receive_form", "receive_put", "send_file"]

FORM_BYTES = 64 * 1024
"""What a form may have besides its file."""

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")

HEADERS = {
    "accept-ranges": "bytes",
    "cache-control": "private, max-age=3600",
    # If a file is opened by itself, nothing in it runs.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "vary": "Cookie, Authorization",
    "x-content-type-options": "nosniff",
}


async def receive_put(server: ChatKitServer[Any], request: Request, attachment_id: str) -> None:
    """Store the body as the file of an announced attachment.

    Raises:
        RequestError: the file is refused, or does not arrive in time.
    """
    limits = server.limits
    body = _arriving(request, limits, limits.max_attachment_bytes)
    content_type = request.headers.get("content-type", "")
    query = request.scope["query_string"].decode("latin-1")  # it may be any bytes
    await server.receive_upload(attachment_id, query, content_type, body)


async def receive_form(server: ChatKitServer[Any], request: Request, context: Any) -> bytes:
    """Store the file of a form, its field `file`; return the JSON of the attachment.

    Raises:
        RequestError: there is no such file, it is refused, or it does not arrive in time.
    """
    limits = server.limits
    body = _arriving(request, limits, limits.max_attachment_bytes + FORM_BYTES)
    file = await read_form(request.headers.get("content-type"), body)
    # Until the file is complete, it counts as much as its form, or as the largest file.
    of_form = request.headers.get("content-length", "")
    most = min(
        int(of_form) if of_form.isdecimal() else limits.max_attachment_bytes, limits.max_attachment_bytes
    )
    params = AttachmentCreateParams(name=file.name, size=most, mime_type=file.content_type)
    return await server.receive_file(params, file.chunks(), context)


async def send_file(request: Request, file: StoredFile, *, is_shared: bool) -> Response:
    """Return the answer to GET and HEAD: the file, a range of it, or that the browser has it already.

    `is_shared` says that pages of other origins may show it.

    Raises:
        RequestError: the file was deleted meanwhile, or the storage failed.
    """
    attachment = file.attachment
    tag = f'"{attachment.id}"'
    disposition = "inline" if attachment.mime_type in INLINE_TYPES else "attachment"
    headers = {
        **HEADERS,
        "content-disposition": f"{disposition}; filename*=UTF-8''{quote(attachment.name, safe='')}",
        "cross-origin-resource-policy": "cross-origin" if is_shared else "same-origin",
        "etag": tag,
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    wanted = request.headers.get("range") if request.headers.get("if-range", tag) == tag else None
    found = _range(wanted, file.size)
    if found is None:
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{file.size}"})
    start, end = found
    status = 200
    if wanted is not None and found != (0, file.size):
        status = 206
        headers["content-range"] = f"bytes {start}-{end - 1}/{file.size}"
    headers["content-length"] = str(end - start)
    media_type = served_type(attachment.mime_type)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=media_type)
    # Its first piece is read before the answer begins: whoever deletes the file meanwhile makes it a 404.
    return StreamingResponse(await file.read(start, end), status, headers, media_type)


def _range(wanted: str | None, size: int) -> tuple[int, int] | None:
    """Return the start and the end of the bytes to send; None if no byte of the file is wanted.

    Several ranges, and what is no range, are answered with the whole file.
    """
    found = None if wanted is None else RANGE.fullmatch(wanted.strip())
    if found is None or not (found[1] or found[2]):
        return 0, size
    if not found[1]:
        last = int(found[2])
        return (max(0, size - last), size) if last and size else None
    start = int(found[1])
    end = min(size, int(found[2]) + 1) if found[2] else size
    if found[2] and int(found[2]) < start:
        return 0, size
    return (start, end) if start < size else None


async def _arriving(request: Request, limits: Limits, most_bytes: int) -> AsyncGenerator[bytes]:
    """Yield the pieces of a body, which may have `most_bytes`, as they arrive."""
    deadline = monotonic() + limits.upload_timeout_s
    seen = 0
    pieces = request.stream()
    try:
        while True:
            # Not one timeout around the loop: it would end whatever runs between two pieces.
            async with asyncio.timeout(min(limits.body_timeout_s, deadline - monotonic())):
                piece = await anext(pieces, None)
            if piece is None:
                return
            seen += len(piece)
            if seen > most_bytes:
                raise RequestError(
                    f"A file may have up to {limits.max_attachment_bytes} bytes.",
                    code="too_large",
                    status=413,
                )
            yield piece
    except TimeoutError:
        raise RequestError("The file did not arrive in time.", code="timeout", status=408) from None
    except ClientDisconnect:
        raise RequestError("The client disconnected.", code="disconnected", status=400) from None
