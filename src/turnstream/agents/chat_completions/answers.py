"""From an HTTP response to the chunks of one answer."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast

from pydantic_core import from_json

from turnstream.agents.chat_completions.sse import EventTooLargeError, SseReader
from turnstream.agents.model_errors import ModelError, ModelErrorCode, model_error_from_response

if TYPE_CHECKING:
    import aiohttp

__all__ = ["Chunk", "read_answer", "read_refusal", "release", "says_something"]

Chunk = dict[str, Any]
"""A `chat.completion.chunk` as it came."""

MAX_REFUSAL_BYTES = 64 * 1024
MAX_ANSWER_BYTES = 8 * 1024 * 1024
GRACE_S = 0.05
"""How long the end of a body may take after the last event, so that its connection can be used again."""


async def read_answer(
    response: "aiohttp.ClientResponse", first: bytes, *, idle_timeout_s: float
) -> AsyncGenerator[Chunk]:
    """Yield the chunks of a response whose first bytes were read.

    Raises:
        ModelError: the answer is not whole, or is none.
    """
    if response.content_type == "application/json":  # from a server, or a proxy before it, that does not stream
        with closing(_Watchdog(response.content, idle_timeout_s)) as watchdog:
            body = await _read_at_most(watchdog.read, first, MAX_ANSWER_BYTES)
        yield _whole(body)
        return
    reader = SseReader()
    is_finished = False
    data = first
    with closing(_Watchdog(response.content, idle_timeout_s)) as watchdog:
        while data:
            for event in _events(reader, data):
                if event[:6] == b"[DONE]":
                    return
                chunk = parse_chunk(event)
                is_finished = is_finished or _is_last(chunk)
                yield chunk
            data = await watchdog.read()
    for event in reader.end():
        if event[:6] == b"[DONE]":
            return
        try:
            chunk = parse_chunk(event)
        except ModelError:
            break  # half an event
        is_finished = is_finished or _is_last(chunk)
        yield chunk
    if not is_finished:
        raise ModelError(ModelErrorCode.CUT, "the stream ended without a finish_reason")


class _Watchdog:
    """Ends a read that waits too long; whatever comes is life, comments too.

    One timer looks when it may be time: a timeout around each read costs 20 µs, and there is a read for every event.
    """

    def __init__(self, content: "aiohttp.StreamReader", idle_timeout_s: float) -> None:
        self._content = content
        self._idle_timeout_s = idle_timeout_s
        self._loop = asyncio.get_running_loop()
        self._waits_since: float | None = None
        self._timer = self._loop.call_later(idle_timeout_s, self._look)

    async def read(self) -> bytes:
        """Return what has come, or comes next; empty at the end."""
        self._waits_since = self._loop.time()
        data = await self._content.readany()
        self._waits_since = None
        return data

    def close(self) -> None:
        """Look no more."""
        self._timer.cancel()

    def _look(self) -> None:
        now = self._loop.time()
        since = now if self._waits_since is None else self._waits_since
        left_s = since + self._idle_timeout_s - now
        if left_s > 0:
            self._timer = self._loop.call_later(left_s, self._look)
        else:
            self._content.set_exception(ModelError(ModelErrorCode.STALLED, f"no byte for {self._idle_timeout_s} s"))


async def read_refusal(response: "aiohttp.ClientResponse") -> ModelError:
    """Return what a response with an error status says."""
    body = await _read_at_most(response.content.readany, b"", MAX_REFUSAL_BYTES)
    try:
        said: Any = from_json(body)
    except ValueError:
        said = body.decode(errors="replace")
    return model_error_from_response(response.status, said, headers=response.headers)


async def release(response: "aiohttp.ClientResponse") -> None:
    """Let the connection of an answer that was read be used again, if its body ends at once."""
    try:
        async with asyncio.timeout(GRACE_S):
            await response.content.readany()
    except (TimeoutError, OSError):
        pass
    finally:
        response.release()


def says_something(chunk: Chunk) -> bool:
    """Whether a chunk has more than a role: behind it, a request is not made again."""
    for choice in chunk.get("choices") or ():
        delta: dict[str, Any] = choice.get("delta") or {}
        if choice.get("finish_reason") or any(value for name, value in delta.items() if name != "role"):
            return True
    return False


def parse_chunk(data: bytes) -> Chunk:
    """Return the chunk in an event's data.

    Raises:
        ModelError: it is none, or says that the model failed.
    """
    try:
        chunk = from_json(data)
    except ValueError:
        chunk = _parse_leniently(data)
    if chunk.__class__ is not dict:
        raise ModelError(ModelErrorCode.BAD_STREAM, f"not a chunk: {data[:200]!r}")
    if "choices" not in chunk:
        _check_failure(chunk)
    return chunk


def _parse_leniently(data: bytes) -> Any:
    """Take lone surrogates, which the fast parser refuses: some servers cut an emoji in two."""
    try:
        return json.loads(data)
    except ValueError as exc:
        raise ModelError(ModelErrorCode.BAD_STREAM, f"not JSON: {data[:200]!r}") from exc


def _check_failure(chunk: Chunk) -> None:
    if chunk.get("error") or chunk.get("object") == "error":
        raise model_error_from_response(0, chunk)


def _is_last(chunk: Chunk) -> bool:
    choices = chunk.get("choices")
    return bool(choices) and choices[0].get("finish_reason") is not None


def _events(reader: SseReader, data: bytes) -> list[bytes]:
    try:
        return reader.feed(data)
    except EventTooLargeError as exc:
        raise ModelError(ModelErrorCode.BAD_STREAM, str(exc)) from exc


async def _read_at_most(read: Callable[[], Awaitable[bytes]], first: bytes, limit: int) -> bytes:
    parts = [first]
    size = len(first)
    while size < limit and (part := await read()):
        parts.append(part)
        size += len(part)
    return b"".join(parts)[:limit]


def _whole(body: bytes) -> Chunk:
    completion = parse_chunk(body)
    choices = cast("list[dict[str, Any]]", completion.get("choices") or [])
    if not choices:
        raise ModelError(ModelErrorCode.BAD_STREAM, f"not a completion: {body[:200]!r}")
    return {**completion, "choices": [{"delta": choice.get("message"), **choice} for choice in choices]}
