"""A small server that speaks chat completions: what a real client is tested against, and its connections
watched.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from tests.agents.conversation import Step, pieces


class ModelServer:
    """Answers the requests one step after the other. Behind the text of one it may hang, or cut the
    connection.
    """

    def __init__(
        self, steps: Sequence[Step], *, hang_at: int | None = None, cut_at: int | None = None
    ) -> None:
        self.requests: list[dict[str, Any]] = []
        self.waits = asyncio.Event()
        """Set when a response hangs."""
        self.left = asyncio.Event()
        """Set when the client has left a response that hangs."""
        self._steps = steps
        self._hang_at = hang_at
        self._cut_at = cut_at
        self._connections: set[asyncio.Task[None]] = set()
        self.base_url = ""

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["ModelServer"]:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        try:
            yield self
        finally:
            server.close()
            for connection in self._connections:
                connection.cancel()
            if self._connections:
                await asyncio.wait(self._connections)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.requests.append(json.loads(await reader.readexactly(_length(head))))
            writer.write(_RESPONSE)
            await self._answer(len(self.requests) - 1, reader, writer)
        except asyncio.IncompleteReadError:
            pass  # a run that was stopped had connected, and asks for nothing
        finally:
            writer.close()

    async def _answer(self, index: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hangs, is_cut = index == self._hang_at, index == self._cut_at
        for chunk in _chunks(self._steps[index], is_whole=not hangs and not is_cut):
            writer.write(_http_chunk(f"data: {chunk}\n\n".encode()))
            await writer.drain()
        if hangs:
            self.waits.set()
            assert await reader.read(1) == b""  # until the client is gone
            self.left.set()
        elif not is_cut:
            writer.write(_http_chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")
            await writer.drain()


_RESPONSE = b"\r\n".join(
    [
        b"HTTP/1.1 200 OK",
        b"Content-Type: text/event-stream",
        b"Transfer-Encoding: chunked",
        b"Connection: close",  # so that no client keeps a socket behind the test
        b"",
        b"",
    ]
)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def _http_chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _chunks(step: Step, *, is_whole: bool) -> Iterator[str]:
    yield from (
        _chunk({"role": "assistant", "reasoning_content": piece}) for piece in pieces(step.thought) if piece
    )
    yield from (_chunk({"role": "assistant", "content": piece}) for piece in pieces(step.text) if piece)
    if not is_whole:
        return
    for index, call in enumerate(step.calls):
        arguments = json.dumps(call.arguments)
        for part in (arguments[:5], arguments[5:]):
            function = (
                {"name": call.name, "arguments": part} if part == arguments[:5] else {"arguments": part}
            )
            head = (
                {"index": index, "id": call.id, "type": "function"}
                if "name" in function
                else {"index": index}
            )
            yield _chunk({"tool_calls": [{**head, "function": function}]})
    yield _chunk({}, finish_reason="tool_calls" if step.calls else "stop")
    total = step.input_tokens + step.output_tokens
    usage = {
        "prompt_tokens": step.input_tokens,
        "completion_tokens": step.output_tokens,
        "total_tokens": total,
    }
    yield json.dumps({**_HEAD, "choices": [], "usage": usage})


_HEAD = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "a-model"}


def _chunk(delta: dict[str, Any], finish_reason: str | None = None) -> str:
    return json.dumps({**_HEAD, "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]})
