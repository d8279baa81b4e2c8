"""A model's server that does exactly what a test says: answers in pieces, and faults at the byte.

It speaks Chat Completions (`/v1/chat/completions`) and the Responses API (`/v1/responses`) over real sockets,
so that every bridge can be run against it. Each request takes the next `Reply` of the script; the last one is
given again.

    async with ScriptedServer([Reply(status=429, headers={"retry-after": "0"}), Reply(["Hel", "lo"])]) as
    server:
        model = ChatModel("m", base_url=server.base_url)
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal

__all__ = ["Fault", "Reply", "ScriptedServer"]

Fault = Literal["none", "stall", "cut", "end", "garbage", "silence"]
"""What follows the tokens: a proper end, silence, a reset, an end without a finish, nonsense; or nothing ever
comes.
"""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one request gets."""

    tokens: Sequence[str] = ()
    fault: Fault = "none"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    error: dict[str, Any] = field(default_factory=dict[str, Any])
    """The body's `error` for a status that is not 200."""
    calls: Sequence[tuple[str, str, str]] = ()
    """Tool calls behind the tokens: id, name, arguments."""
    citations: Sequence[tuple[str, str, int]] = ()
    """Pages that the tokens cite: URL, title, and the index of the character behind which the mark stands."""
    finish_reason: str = ""
    chunks: Sequence[dict[str, Any]] = ()
    """Chunks of Chat Completions as they are, in place of tokens and calls."""
    raw: bytes = b""
    """The whole body as it is."""
    pieces: Sequence[bytes] = ()
    """The same in pieces, with a pause before each."""
    pause_s: float = 0.0


class ScriptedServer:
    """Serves a script on a free port of 127.0.0.1."""

    def __init__(self, replies: Sequence[Reply]) -> None:
        self.replies = list(replies)
        self.requests: list[dict[str, Any]] = []
        """The bodies that came."""
        self.headers: list[dict[str, str]] = []
        self.connections = 0
        self.asked = asyncio.Event()
        """Set when a request has come."""
        self.hung_up = asyncio.Event()
        """Set when a client leaves before its answer's end."""
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def base_url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def __aenter__(self) -> "ScriptedServer":
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        task.add_done_callback(self._tasks.discard)
        try:
            while await self._serve(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            self.hung_up.set()
        except asyncio.CancelledError:
            pass  # a handler of asyncio.start_server that ends as cancelled is reported as an error
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; return whether the connection can take another."""
        head = await reader.readuntil(b"\r\n\r\n")
        line, *fields = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (f.partition(":") for f in fields if f)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.headers.append(headers)
        self.requests.append(json.loads(body))
        self.asked.set()
        reply = self.replies[min(len(self.requests), len(self.replies)) - 1]
        speak = _responses if line.split(" ")[1].endswith("/responses") else _chat
        if reply.fault == "silence":
            return await self._hang(reader)
        if reply.status != 200:
            _refuse(writer, reply)
            return True
        fields = {"content-type": "text/event-stream", "transfer-encoding": "chunked", **reply.headers}
        writer.write(_head(200, fields))
        if reply.raw or reply.pieces:
            for piece in reply.pieces or [reply.raw]:
                await asyncio.sleep(reply.pause_s)
                writer.write(_chunk(piece))
            writer.write(b"0\r\n\r\n")
            return True
        for event in speak(reply):
            writer.write(_chunk(event))
            await writer.drain()
            await asyncio.sleep(0)
        return await self._end(reply.fault, reader, writer, done=_done(speak is _chat))

    async def _end(
        self, fault: Fault, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, done: bytes
    ) -> bool:
        match fault:
            case "stall":
                return await self._hang(reader)
            case "cut":
                for _ in range(50):  # rounds of the client's own loop, in which it reads what was written
                    await asyncio.sleep(0.001)
                writer.transport.abort()
                return False
            case "end":
                writer.write(b"0\r\n\r\n")
            case "garbage":
                writer.write(_chunk(b"data: <html>Bad gateway</html>\n\n"))
                return await self._hang(reader)
            case _:
                writer.write(_chunk(done) + b"0\r\n\r\n")
        await writer.drain()
        return True

    async def _hang(self, reader: asyncio.StreamReader) -> bool:
        """Say nothing until the client leaves."""
        await reader.read(1)
        self.hung_up.set()
        return False


def _refuse(writer: asyncio.StreamWriter, reply: Reply) -> None:
    body = json.dumps({"error": {"message": "no", "type": "error", **reply.error}}).encode()
    fields = {"content-type": "application/json", "content-length": str(len(body)), **reply.headers}
    writer.write(_head(reply.status, fields) + body)


def _head(status: int, fields: dict[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} -\r\n{lines}\r\n".encode()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _event(data: dict[str, Any], name: str = "") -> bytes:
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def _done(is_chat: bool) -> bytes:
    return b"data: [DONE]\n\n" if is_chat else b": end\n\n"


def _chat(reply: Reply) -> list[bytes]:
    if reply.chunks:
        return [_event(chunk) for chunk in reply.chunks]
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": token} for token in reply.tokens]
    deltas += [
        {"annotations": [{"type": "url_citation", "url_citation": citation}]}
        for citation in _citations(reply)
    ]
    deltas += [
        {
            "tool_calls": [
                {"index": n, "id": i, "type": "function", "function": {"name": name, "arguments": arguments}}
            ]
        }
        for n, (i, name, arguments) in enumerate(reply.calls)
    ]
    events = [_event(_chat_chunk(delta)) for delta in deltas]
    if reply.fault == "none":
        reason = reply.finish_reason or ("tool_calls" if reply.calls else "stop")
        events.append(_event(_chat_chunk({}, reason)))
        usage = {
            "prompt_tokens": 7,
            "completion_tokens": len(reply.tokens),
            "total_tokens": 7 + len(reply.tokens),
        }
        events.append(_event({**_chat_chunk({}), "choices": [], "usage": usage}))
    return events


def _citations(reply: Reply) -> list[dict[str, Any]]:
    return [
        {"url": url, "title": title, "start_index": 0, "end_index": end}
        for url, title, end in reply.citations
    ]


def _chat_chunk(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def _responses(reply: Reply) -> list[bytes]:
    return [
        _event({**event, "sequence_number": number}, event["type"])
        for number, event in enumerate(_response_events(reply))
    ]


def _response_events(reply: Reply) -> list[dict[str, Any]]:
    text = "".join(reply.tokens)
    place: dict[str, Any] = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    annotations = [{"type": "url_citation", **citation} for citation in _citations(reply)]
    part: dict[str, Any] = {"type": "output_text", "text": text, "annotations": annotations}
    message: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [part],
    }
    calls: list[dict[str, Any]] = [
        {
            "id": f"fc_{i}",
            "type": "function_call",
            "call_id": i,
            "name": n,
            "arguments": a,
            "status": "completed",
        }
        for i, n, a in reply.calls
    ]
    events: list[dict[str, Any]] = [{"type": "response.created", "response": _response("in_progress", [])}]
    if reply.tokens:
        empty: dict[str, Any] = {**message, "status": "in_progress", "content": []}
        events.append({"type": "response.output_item.added", "output_index": 0, "item": empty})
        events.append(
            {"type": "response.content_part.added", **place, "part": {**part, "text": "", "annotations": []}}
        )
        events += [
            {"type": "response.output_text.delta", **place, "delta": token, "logprobs": []}
            for token in reply.tokens
        ]
        events += [
            {
                "type": "response.output_text.annotation.added",
                **place,
                "annotation_index": n,
                "annotation": annotation,
            }
            for n, annotation in enumerate(annotations)
        ]
    if reply.fault != "none":
        return events
    if reply.tokens:
        events.append({"type": "response.output_text.done", **place, "text": text, "logprobs": []})
        events.append({"type": "response.content_part.done", **place, "part": part})
        events.append({"type": "response.output_item.done", "output_index": 0, "item": message})
    for index, call in enumerate(calls, bool(reply.tokens)):
        begun = {**call, "arguments": "", "status": "in_progress"}
        events.append({"type": "response.output_item.added", "output_index": index, "item": begun})
        events.append({"type": "response.output_item.done", "output_index": index, "item": call})
    output = ([message] if reply.tokens else []) + calls
    early = {"length": "max_output_tokens", "content_filter": "content_filter"}.get(reply.finish_reason)
    if early is None:
        events.append({"type": "response.completed", "response": _response("completed", output)})
    else:
        response = {**_response("incomplete", output), "incomplete_details": {"reason": early}}
        events.append({"type": "response.incomplete", "response": response})
    return events


def _response(status: str, output: list[Any]) -> dict[str, Any]:
    usage = {
        "input_tokens": 7,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 2,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 9,
    }
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "model": "m",
        "status": status,
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": usage if status != "in_progress" else None,
    }
