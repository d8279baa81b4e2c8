"""What a request may be: its type, its size, its pace and where it comes from."""

import asyncio
from collections.abc import Collection
from typing import Any, cast

from pydantic_core import from_json
from starlette.requests import ClientDisconnect, Request

from turnstream.errors import RequestError
from turnstream.limits import Limits

__all__ = ["check_content_type", "check_origin", "is_same_origin", "read_body"]


def check_content_type(request: Request) -> None:
    """A page of another site can post a form or plain text without asking; it cannot post JSON.

    Raises:
        RequestError: 415, the body is not declared as JSON.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        given = media_type or "nothing"
        raise RequestError(
            f"Content-Type must be application/json, not {given[:100]}.",
            code="unsupported_media_type",
            status=415,
        )


def check_origin(request: Request, allowed_origins: Collection[str]) -> None:
    """Let a browser's request through only from the page's own origin or a listed one.

    Programs send no `Origin` and pass; a browser that leaves it out still says by `Sec-Fetch-Site` where it
    comes from.

    Raises:
        RequestError: 403, the request comes from another site.
    """
    origin = request.headers.get("origin")
    if origin in allowed_origins or is_same_origin(request):
        return
    if origin == "null":
        remedy = "the page is a local file or in a sandboxed frame; add allow-same-origin to the sandbox"
    else:
        remedy = "add it to allowed_origins, and make sure that proxies keep the Host and Origin headers"
    raise RequestError(
        f"Requests from the origin {(origin or 'of another site')[:200]} are refused: {remedy}.",
        code="forbidden_origin",
        status=403,
    )


def is_same_origin(request: Request) -> bool:
    """Whether the request is from a page of this server's origin, or a program that sends no origin."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if origin is None:
        return site in {None, "same-origin", "none"}
    return _is_same_origin(origin, site, request.headers.get("host"))


DICTATION = "input.transcribe"
BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="


async def read_body(request: Request, limits: Limits) -> bytes:
    """Return the body, counted while it arrives. Dictated audio may be larger than any other request.

    Raises:
        RequestError: 413, it is longer than `max_body_bytes`, or audio than `max_audio_bytes`; 408, it took
            more than `body_timeout_s`, or audio than `upload_timeout_s`.
    """
    body, begun = bytearray(), asyncio.get_running_loop().time()
    max_bytes, timeout_s = limits.max_body_bytes, limits.body_timeout_s
    try:
        async with asyncio.timeout(timeout_s) as timeout:
            async for chunk in request.stream():
                body += chunk
                if len(body) > max_bytes == limits.max_body_bytes and _may_be_dictation(body):
                    max_bytes += -(-limits.max_audio_bytes // 3) * 4
                    timeout_s = max(timeout_s, limits.upload_timeout_s)
                    timeout.reschedule(begun + timeout_s)
                if len(body) > max_bytes:
                    break
    except TimeoutError:
        raise RequestError(
            f"The body did not arrive within {timeout_s:g} s.", code="timeout", status=408
        ) from None
    except ClientDisconnect:
        raise RequestError("The client disconnected.", code="disconnected", status=400) from None
    if len(body) > limits.max_body_bytes:
        _check_dictation(body, max_bytes, limits)
    return bytes(body)


def _may_be_dictation(body: bytearray) -> bool:
    return f'"{DICTATION}"'.encode() in body or b'"audio_base64"' in body


def _check_dictation(body: bytearray, max_bytes: int, limits: Limits) -> None:
    """Let a body that is larger than others pass, if all of that is audio.

    What is not base64 is no larger than another body, so its JSON is read as fast as that of one.
    """
    if len(body) > max_bytes > limits.max_body_bytes:
        raise _too_large("audio", limits.max_audio_bytes)
    is_small = len(body.translate(None, BASE64)) <= limits.max_body_bytes
    if len(body) > max_bytes or not is_small or not _is_dictation(body):
        raise _too_large("body", limits.max_body_bytes)


def _too_large(what: str, max_bytes: int) -> RequestError:
    return RequestError(f"The {what} is over {max_bytes} bytes.", code="too_large", status=413)


def _is_dictation(body: bytearray) -> bool:
    try:
        request = from_json(body)
    except ValueError:
        return False
    return isinstance(request, dict) and cast("dict[str, Any]", request).get("type") == DICTATION


def _is_same_origin(origin: str, site: str | None, host: str | None) -> bool:
    """What the browser says counts, as a proxy may change `Host`; over plain http it says nothing."""
    if site is not None:
        return site == "same-origin"
    return bool(host) and origin in {f"http://{host}", f"https://{host}"}
