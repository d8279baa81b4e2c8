"""From an HTTP response to the chunks of one answer."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast

from pydantic_core import from_json

from turnstream.agents.chat_completions import pace
from turnstream.agents.chat_completions.sse import EventTooLargeError, SseReader
from turnstream.agents.core.model_errors import (
    ModelError,
    ModelErrorCode,
    finish_error,
    model_error_from_response,
)
from turnstream.turns.flush_timer import FlushTimer

if TYPE_CHECKING:
    import aiohttp

__all__ = [
    "Chunk",
    "events_of",
    "failure_of",
    "first_choice",
    "has_content",
    "is_last",
    "parse_chunk",
    "read_answer",
    "read_refusal",
    "release",
]

Chunk = dict[str, Any]
"""A `chat.completion.chunk` as it came."""

MAX_REFUSAL_BYTES = 64 * 1024
MAX_ANSWER_BYTES = 8 * 1024 * 1024
OTHER_PARTS = ("index", "finish_reason", "logprobs", "error")
"""What a choice may have besides its text."""
GRACE_S = 0.05
"""How long the end of a body may take after the last event, so that its connection can be used again."""


async def read_answer(
    response: "aiohttp.ClientResponse", first: bytes, *, idle_timeout_s: float
) -> AsyncGenerator[Chunk]:
    """Yield the chunks of a response whose first bytes were read.

    Raises:
        ModelError: the answer is incomplete or is not a completion.
    """
    begin = first.lstrip()[:1]
    if response.content_type == "text/html" or begin == b"<":  # a login page, or an error page of a proxy
        raise ModelError(ModelErrorCode.BAD_STREAM, f"a page instead of a stream: {first[:200]!r}")
    if (
        response.content_type == "application/json" or begin == b"{"
    ):  # a server, or a proxy, that does not stream
        with closing(_Stream(response, idle_timeout_s)) as stream:
            body = await _read_at_most(stream.read, first, MAX_ANSWER_BYTES)
        chunk, failure = _whole(body)
        yield chunk
        if failure is not None:
            raise failure
        return
    reader = SseReader()
    is_finished = has_begun = False
    data = first
    with closing(_Stream(response, idle_timeout_s)) as stream:
        while data:
            for chunk in _joined(events_of(reader, data)):
                if chunk is None:
                    return
                failure = failure_of(chunk)
                is_content = has_content(chunk)
                if failure is None or is_content:
                    yield chunk
                if failure is not None:
                    raise failure
                is_finished = is_finished or is_last(chunk)
                has_begun = has_begun or is_content
            data = await stream.read(is_paced=has_begun)
    for event in reader.end():
        if event[:6] == b"[DONE]":
            return
        try:
            chunk = parse_chunk(event)
        except ModelError:
            break  # half an event
        if (failure := failure_of(chunk)) is not None:
            raise failure
        is_finished = is_finished or is_last(chunk)
        yield chunk
    if not is_finished:
        raise ModelError(ModelErrorCode.CUT, "the stream ended without a finish_reason")


def _joined(events: list[bytes]) -> Generator[Chunk | None]:
    """Yield the chunks of events, those of text in a row as one; None at the end of the answer.

    Raises:
        ModelError: an event is no chunk; those before it were yielded.
    """
    text: Chunk | None = None
    for event in events:
        try:
            chunk = None if event[:6] == b"[DONE]" else parse_chunk(event)
        except ModelError:
            if text is not None:
                yield text
            raise
        added = "" if chunk is None else _text_of(chunk)
        if text is not None:
            if added:
                text["choices"][0]["delta"]["content"] += added
                continue
            yield text
            text = None
        if added:
            text = chunk
        else:
            yield chunk
        if chunk is None:
            return
    if text is not None:
        yield text


def _text_of(chunk: Chunk) -> str:
    """Return the text of a chunk that says nothing else; otherwise, an empty text."""
    choices = chunk.get("choices")
    if not choices or len(choices) > 1 or chunk.get("usage") or chunk.get("error"):
        return ""
    choice: dict[str, Any] = choices[0]
    delta: dict[str, Any] = choice.get("delta") or {}
    content = delta.get("content")
    if not isinstance(content, str) or any(map(choice.get, OTHER_PARTS)):
        return ""
    # Some servers repeat the role, or name what a delta does not have.
    has_more = len(delta) > 1 and any(delta[name] for name in delta if name not in {"content", "role"})
    return "" if has_more else content


class _Stream:
    """A body that is read at the pace of the turns, and is ended if nothing comes of it for too long;
    whatever comes is life, comments too.

    One timer looks when it may be time: a timeout around each read costs 20 µs.
    """

    def __init__(self, response: "aiohttp.ClientResponse", idle_timeout_s: float) -> None:
        self._response = response
        self._content = response.content
        self._idle_timeout_s = idle_timeout_s
        self._loop = asyncio.get_running_loop()
        self._waits_since: float | None = None
        self._timer = self._loop.call_later(idle_timeout_s, self._look)
        self._flush_timer = FlushTimer.here()

    async def read(self, *, is_paced: bool = False) -> bytes:
        """Return what has come, or comes next; empty at the end.

        `is_paced` lets what comes next wait for the next tick, under load.
        """
        self._waits_since = self._loop.time()
        if is_paced:
            pace.rest(self._flush_timer, self._response)
        data = await self._content.readany()
        self._waits_since = None
        return data

    def close(self) -> None:
        """Look no more, and let the connection go on: another request may get it."""
        self._timer.cancel()
        pace.resume(self._response)

    def _look(self) -> None:
        now = self._loop.time()
        since = now if self._waits_since is None else self._waits_since
        left_s = since + self._idle_timeout_s - now
        if left_s > 0:
            self._timer = self._loop.call_later(left_s, self._look)
        else:
            self._content.set_exception(
                ModelError(ModelErrorCode.STALLED, f"no byte for {self._idle_timeout_s} s")
            )


async def read_refusal(response: "aiohttp.ClientResponse") -> ModelError:
    """Return the error that a response with an error status reports."""
    body = await _read_at_most(response.content.readany, b"", MAX_REFUSAL_BYTES)
    try:
        said: Any = from_json(body)
    except ValueError:
        said = body.decode(errors="replace")
    return model_error_from_response(response.status, said, headers=response.headers)


async def release(response: "aiohttp.ClientResponse") -> None:
    """Return the connection of an answer to the pool, if its body ends at once."""
    try:
        async with asyncio.timeout(GRACE_S):
            await response.content.readany()
    except (TimeoutError, OSError):
        pass
    finally:
        response.release()


def has_content(chunk: Chunk) -> bool:
    """Whether a chunk has more than a role, so that its request must not be retried."""
    choice = first_choice(chunk)
    if choice is None:
        return False
    delta: dict[str, Any] = choice.get("delta") or {}
    is_end = bool(choice.get("finish_reason")) and finish_error(choice["finish_reason"]) is None
    return is_end or any(value for name, value in delta.items() if name != "role")


def first_choice(chunk: Chunk) -> dict[str, Any] | None:
    """Return the choice whose index is 0 or missing; the request asks for no others."""
    for choice in chunk.get("choices") or ():
        if not choice.get("index"):
            return choice
    return None


def parse_chunk(data: bytes) -> Chunk:
    """Return the chunk in an event's data.

    Raises:
        ModelError: it is none, or says that the model failed.
    """
    try:
        chunk = from_json(data)
    except ValueError:
        chunk = _parse_leniently(data)
    if not _is_chunk(chunk):
        raise ModelError(ModelErrorCode.BAD_STREAM, f"not a chunk: {data[:200]!r}")
    return chunk


def _is_chunk(chunk: Any) -> bool:
    """Whether `chunk` has the structure that `Step` relies on."""
    if chunk.__class__ is not dict or not _are_objects(chunk.get("choices")):
        return False
    for choice in chunk.get("choices") or ():
        delta = choice.get("delta", choice.get("message"))
        if delta is not None and not (delta.__class__ is dict and _is_delta(delta)):
            return False
    return isinstance(chunk.get("usage"), dict | None)


def _is_delta(delta: dict[str, Any]) -> bool:
    content, calls = delta.get("content"), delta.get("tool_calls")
    return (
        (content.__class__ is str or _are_objects(content))
        and (
            not calls
            or (_are_objects(calls) and all(isinstance(call.get("function"), dict | None) for call in calls))
        )
        and _are_objects(delta.get("annotations"))
    )


def _are_objects(values: Any) -> bool:
    """Whether `values` is a list of objects, or None."""
    return values is None or (values.__class__ is list and all(value.__class__ is dict for value in values))


def _parse_leniently(data: bytes) -> Any:
    """Accept lone surrogates, which the fast parser refuses: some servers cut an emoji in two."""
    try:
        return json.loads(data)
    except ValueError as exc:
        raise ModelError(ModelErrorCode.BAD_STREAM, f"not JSON: {data[:200]!r}") from exc


def failure_of(chunk: Chunk) -> ModelError | None:
    """Return the error that a chunk reports, at its top level or in its choice; None if it reports none."""
    if chunk.get("error") or chunk.get("object") == "error":
        return model_error_from_response(0, chunk)
    choice = first_choice(chunk)
    if choice is None:
        return None
    if choice.get("error"):
        return model_error_from_response(0, choice)
    return finish_error(choice.get("finish_reason"))


def is_last(chunk: Chunk) -> bool:
    """Whether a chunk has the finish reason of the answer."""
    choice = first_choice(chunk)
    return choice is not None and bool(choice.get("finish_reason"))


def events_of(reader: SseReader, data: bytes) -> list[bytes]:
    """Return the data of each event that `data` completes.

    Raises:
        ModelError: an event is too large.
    """
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


def _whole(body: bytes) -> tuple[Chunk, ModelError | None]:
    completion = parse_chunk(body)
    failure = failure_of(completion)
    choices = cast("list[dict[str, Any]]", completion.get("choices") or [])
    if not choices:
        raise failure or ModelError(ModelErrorCode.BAD_STREAM, f"not a completion: {body[:200]!r}")
    return {
        **completion,
        "choices": [{"delta": choice.get("message"), **choice} for choice in choices],
    }, failure
