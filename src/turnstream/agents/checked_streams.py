"""Check streams of chat completions for frameworks that don't report how an answer ended."""

from collections.abc import AsyncIterator

import httpx2 as httpx
from pydantic_core import to_json

from turnstream.agents.chat_completions.chunks import (
    events_of,
    failure_of,
    first_choice,
    has_content,
    is_last,
    parse_chunk,
)
from turnstream.agents.chat_completions.sse import SseReader
from turnstream.agents.core.model_errors import ModelError, ModelErrorCode

__all__ = ["CheckedStreams"]

DONE = b"[DONE]"


class CheckedStreams(httpx.AsyncBaseTransport):
    """A transport that raises `ModelError` for an answer that failed or was cut, for clients that use httpx2.

    client = AsyncOpenAI(http_client=httpx2.AsyncClient(transport=CheckedStreams()))

    It reads streamed chat completions and passes everything else on. `inner` sends the requests.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport | None = None) -> None:
        self._inner = inner or httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`; the stream of its answer raises `ModelError` where a check fails."""
        if not request.url.path.endswith("/chat/completions"):
            return await self._inner.handle_async_request(request)
        request.headers["accept-encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        if response.headers.get("content-type", "").startswith("text/event-stream"):
            assert isinstance(response.stream, httpx.AsyncByteStream)
            response.stream = _Checked(response.stream)
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


class _Checked(httpx.AsyncByteStream):
    """The events of a stream up to the one that reports a failure."""

    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream
        self._reader = SseReader()
        self._is_finished = False
        self._failure: ModelError | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for data in self._stream:
            if whole := self._checked(events_of(self._reader, data)):
                yield whole
            if self._failure is not None:
                raise self._failure
        if whole := self._checked(self._reader.end()):
            yield whole
        if self._failure is not None:
            raise self._failure
        if not self._is_finished:
            raise ModelError(ModelErrorCode.CUT, "the stream ended without a finish_reason")

    async def aclose(self) -> None:
        await self._stream.aclose()

    def _checked(self, events: list[bytes]) -> bytes:
        whole: list[bytes] = []
        for event in events:
            whole += (b"data: " + line + b"\n" for line in self._readable(event).splitlines())
            whole.append(b"\n")
            if self._failure is not None:
                break
        return b"".join(whole)

    def _readable(self, event: bytes) -> bytes:
        """Return the part of an event for the client: of one that reports a failure, the text before it."""
        if event[:6] == DONE:
            self._is_finished = True
            return event
        try:
            chunk = parse_chunk(event)
        except ModelError as error:
            self._failure = error
            return b""
        self._failure = failure_of(chunk)
        self._is_finished = self._is_finished or is_last(chunk)
        if self._failure is None:
            return event
        choice = first_choice(chunk)
        if choice is None or not has_content(chunk):
            return b""
        text = {"index": 0, "delta": choice.get("delta"), "finish_reason": None}
        return to_json({**chunk, "error": None, "choices": [text]})
