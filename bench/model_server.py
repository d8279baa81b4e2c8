"""A model that speaks the Responses and the Chat Completions API, cheaply enough to feed the servers that are
measured.

    python -m bench.model_server PORT

The model's name says what it does: `paced:SECONDS` streams 50 tokens a second, `burst:TOKENS` as fast as it
can be read, fifty tokens at a time.
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from typing import Any, cast

import uvloop

from bench.emit_server import PERIOD_S, TOKEN

BURST = 50
ITEM: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "status": "in_progress",
    "content": [],
}
RESPONSE: dict[str, Any] = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1,
    "model": "bench",
    "output": [],
    "parallel_tool_calls": True,
    "tool_choice": "auto",
    "tools": [],
}


def _chunk(*events: dict[str, Any] | str, is_named: bool) -> bytes:
    """One HTTP chunk for each event, as real servers send them."""
    frames: list[bytes] = []
    for event in events:
        name = f"event: {event['type']}\n" if is_named and isinstance(event, dict) else ""
        data = event if isinstance(event, str) else json.dumps(event, separators=(",", ":"))
        frame = f"{name}data: {data}\n\n".encode()
        frames.append(b"%x\r\n%s\r\n" % (len(frame), frame))
    return b"".join(frames)


def _completion(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "bench",
        "choices": [choice],
    }


def _place(kind: str, **fields: Any) -> dict[str, Any]:
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0, "sequence_number": 4}
    return {"type": f"response.{kind}", **place, **fields}


PART: dict[str, Any] = {"type": "output_text", "text": "", "annotations": []}
SCRIPTS = {
    b"/v1/chat/completions": (
        _chunk(_completion({"role": "assistant", "content": ""}), is_named=False),
        _chunk(_completion({"content": TOKEN}), is_named=False),
        _chunk(_completion({}, "stop"), "[DONE]", is_named=False),
    ),
    b"/v1/responses": (
        _chunk(
            {"type": "response.created", "response": RESPONSE, "sequence_number": 0},
            {"type": "response.output_item.added", "item": ITEM, "output_index": 0, "sequence_number": 1},
            _place("content_part.added", part=PART),
            is_named=True,
        ),
        _chunk(_place("output_text.delta", delta=TOKEN, logprobs=[]), is_named=True),
        _chunk(
            _place("output_text.done", text="", logprobs=[]),
            _place("content_part.done", part=PART),
            {
                "type": "response.output_item.done",
                "item": {**ITEM, "status": "completed", "content": [PART]},
                "output_index": 0,
                "sequence_number": 5,
            },
            {"type": "response.completed", "response": RESPONSE, "sequence_number": 6},
            is_named=True,
        ),
    ),
}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"


class Paced:
    """Writes a token 50 times a second to each of many connections, in ten phases.

    A task for each would cost as much as the servers that are measured.
    """

    def __init__(self) -> None:
        self._phases: list[dict[asyncio.Transport, Writing]] = [{} for _ in range(10)]
        self._joined = 0
        self._ticks = 0

    async def write(self, transport: asyncio.Transport, token: bytes, count: int) -> None:
        """Return when `count` tokens were written."""
        loop = asyncio.get_running_loop()
        if not self._joined:
            self._start = loop.time()
            self._tick(loop)
        self._joined += 1
        phase = self._phases[self._joined % 10]
        writing = phase[transport] = Writing(token, count, loop.create_future())
        try:
            await writing.end
        finally:
            phase.pop(transport, None)

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        for transport, writing in self._phases[self._ticks % 10].items():
            if transport.is_closing():
                continue
            if writing.left > 0:
                transport.write(writing.token)
                writing.left -= 1
            elif not writing.end.done():
                writing.end.set_result(None)
        self._ticks += 1
        loop.call_at(self._start + self._ticks * PERIOD_S / 10, self._tick, loop)


@dataclass(slots=True)
class Writing:
    """What is left to write to one connection."""

    token: bytes
    left: int
    end: asyncio.Future[None]


PACED = Paced()


class Connection(asyncio.Protocol):
    """One client, which may ask again when it has been answered."""

    def __init__(self) -> None:
        self._data = b""
        self._answer: asyncio.Task[None] | None = None
        self._may_write = asyncio.Event()
        self._may_write.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._data += data
        head, _, body = self._data.partition(b"\r\n\r\n")
        length = next(
            (line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0"
        )
        if len(body) >= int(length.partition(b":")[2]) and body:
            self._data = b""
            what, _, number = json.loads(body)["model"].partition(":")
            path = head.split(b" ", 2)[1]
            self._answer = asyncio.create_task(self._stream(path, what, float(number)))

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None:
            self._answer.cancel()

    async def _stream(self, path: bytes, what: str, number: float) -> None:
        begin, token, end = SCRIPTS[path]
        self._transport.write(HEAD + begin)
        if what == "paced":
            await PACED.write(self._transport, token, int(number / PERIOD_S))
        else:
            for _ in range(int(number / BURST)):
                await self._may_write.wait()
                self._transport.write(token * BURST)
                await asyncio.sleep(0)
        self._transport.write(end + END)


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
