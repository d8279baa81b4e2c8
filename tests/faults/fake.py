"""A durable server in one dictionary: enough of the wire to try the bench on, with bugs to order.

It keeps nothing and survives nothing. Its `bugs` are the mistakes that the bench is there to find.
"""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.faults.frames import parse_position
from tests.faults.model import ModelCall, Script, speak
from tests.faults.turns import fold_events

__all__ = ["Bug", "FakeServer"]

Bug = Literal[
    "skips after attach",
    "doubles after attach",
    "runs a key twice",
    "never ends",
    "stores less",
    "runs two turns",
    "grants twice",
    "leaks a token",
    "shows more than the log",
    "snapshot is late",
    "completes half",
]


@dataclass(slots=True)
class FakeThread:
    """One thread: its log is all there is of it."""

    id: str
    log: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    turn: "FakeTurn | None" = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    claimed: set[str] = field(default_factory=set[str])
    answers: dict[str, asyncio.Future[Any]] = field(default_factory=dict[str, asyncio.Future[Any]])

    def append(self, event: dict[str, Any]) -> None:
        self.log.append(event)
        self.wake()

    def wake(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()


@dataclass(slots=True)
class FakeTurn:
    """A turn; its entries are those behind `first`."""

    id: str
    first: int
    status: str = "running"
    task: asyncio.Task[None] | None = None


class FakeServer:
    """Answers the wire; `app` may be served on several ports at once, like replicas that share a database."""

    def __init__(self, *bugs: Bug) -> None:
        self.bugs = bugs
        self.calls: list[ModelCall] = []
        self.threads: dict[str, FakeThread] = {}
        self._keys: dict[str, tuple[FakeThread, FakeTurn]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.app = Starlette(routes=[Route("/chatkit", self._post, methods=["POST"])])

    async def _post(self, request: Request) -> Response:
        body = await request.json()
        params: dict[str, Any] = body["params"]
        key = request.headers.get("idempotency-key")
        thread = self.threads.get(params.get("thread_id", ""))
        match body["type"], thread:
            case "threads.create", _:
                return self._start(None, params, key)
            case "threads.add_user_message", FakeThread():
                return self._start(thread, params, key)
            case "turns.attach", FakeThread():
                return self._attach(thread, params["after"])
            case "threads.get_by_id", FakeThread():
                return JSONResponse(self._snapshot(thread))
            case "items.list", FakeThread():
                return JSONResponse({"data": self._stored(thread), "has_more": False})
            case "turns.cancel", FakeThread(turn=FakeTurn(id=turn_id) as turn) if (
                turn_id == params["turn_id"]
            ):
                return await self._cancel(turn)
            case "turns.claim_call", FakeThread():
                is_granted = params["call_id"] not in thread.claimed or "grants twice" in self.bugs
                thread.claimed.add(params["call_id"])
                return JSONResponse({"granted": is_granted, "status": "pending"})
            case "threads.add_client_tool_output", FakeThread():
                return self._answer(thread, params["call_id"], params["result"])
            case _:
                return JSONResponse({"error": {"code": "not_found", "message": "no"}}, 404)

    def _start(self, thread: FakeThread | None, params: dict[str, Any], key: str | None) -> Response:
        known = self._keys.get(key or "")
        if known is not None and "runs a key twice" not in self.bugs:
            return self._stream(known[0], known[1].first, known[1])
        if thread is None:
            thread = FakeThread(f"thr{uuid.uuid4().hex}")
            self.threads[thread.id] = thread
            opening: list[dict[str, Any]] = [{"type": "thread.created", "thread": {"id": thread.id}}]
        else:
            opening = []
        if thread.turn is not None and thread.turn.status == "running" and "runs two turns" not in self.bugs:
            return JSONResponse(
                {"error": {"code": "thread_busy", "message": "", "turn_id": thread.turn.id}}, 409
            )
        thread.turn = turn = FakeTurn(f"turn{uuid.uuid4().hex}", len(thread.log))
        self._keys[key or turn.id] = thread, turn
        text = params["input"]["content"][0]["text"]
        message = {"id": f"usr{turn.id}", "type": "user_message", "content": [{"text": text}]}
        options = {"type": "stream_options", "stream_options": {"allow_cancel": True}}
        for event in [*opening, {"type": "thread.item.done", "item": message}, options]:
            thread.append(event)
        turn.task = asyncio.create_task(self._run(thread, turn, Script.from_text(text)))
        self._tasks.add(turn.task)
        turn.task.add_done_callback(self._tasks.discard)
        return self._stream(thread, turn.first, turn)

    async def _run(self, thread: FakeThread, turn: FakeTurn, script: Script) -> None:
        try:
            await self._say(thread, turn, script, 0)
            if script.tool is not None:
                await self._ask(thread, turn, script)
                await self._say(thread, turn, script, 1)
            turn.status = "completed"
        except asyncio.CancelledError:
            turn.status = "cancelled"
        if "never ends" not in self.bugs:
            thread.append({"type": "turnstream.turn_ended", "turn_id": turn.id, "status": turn.status})
        thread.wake()

    async def _say(self, thread: FakeThread, turn: FakeTurn, script: Script, call_index: int) -> None:
        self.calls.append(ModelCall(script.marker, call_index, thread.id, 1, 0.0))
        item: dict[str, Any] = {"id": f"msg{call_index}{turn.id}", "type": "assistant_message", "content": []}
        thread.append({"type": "thread.item.added", "item": item})
        said = ""
        async for token in speak(script, call_index):
            if "completes half" in self.bugs and len(said) > len(script.text()) / 2:
                continue
            said += token
            update = {"type": "assistant_message.content_part.text_delta", "content_index": 0, "delta": token}
            for place in self._places(thread):
                place.append({"type": "thread.item.updated", "item_id": item["id"], "update": update})
        thread.append({"type": "thread.item.done", "item": {**item, "content": [{"text": said}]}})

    def _places(self, thread: FakeThread) -> list[FakeThread]:
        if "leaks a token" in self.bugs:
            return [thread, *(other for other in self.threads.values() if other is not thread)]
        return [thread]

    async def _ask(self, thread: FakeThread, turn: FakeTurn, script: Script) -> None:
        call_id = f"call{turn.id}"
        thread.answers[call_id] = asyncio.get_running_loop().create_future()
        call = {"id": f"ctc{turn.id}", "type": "client_tool_call", "status": "pending", "call_id": call_id}
        thread.append({"type": "thread.item.done", "item": {**call, "name": "ask", "arguments": {}}})
        await thread.answers[call_id]
        thread.append(
            {"type": "turnstream.call_ended", "item_id": call["id"], "call_id": call_id, "status": "answered"}
        )

    def _answer(self, thread: FakeThread, call_id: str, result: Any) -> Response:
        future = thread.answers[call_id]
        if not future.done():
            future.set_result(result)
        elif future.result() != result:
            return JSONResponse({"error": {"code": "already_answered", "message": ""}}, 409)
        return JSONResponse({"status": "accepted"})

    async def _cancel(self, turn: FakeTurn) -> Response:
        assert turn.task is not None
        if turn.status == "running":
            turn.task.cancel()
            await asyncio.wait([turn.task])
        return JSONResponse({"status": turn.status})

    def _snapshot(self, thread: FakeThread) -> dict[str, Any]:
        seq = len(thread.log)
        items = fold_events(thread.log[: seq - 3] if "snapshot is late" in self.bugs else thread.log)
        turn = thread.turn
        durable = {
            "position": f"e.{seq}",
            "turn": turn and {"id": turn.id, "status": turn.status},
            "items": items,
        }
        return {"id": thread.id, "items": {"data": items, "has_more": False}, "turnstream": durable}

    def _stored(self, thread: FakeThread) -> list[dict[str, Any]]:
        items = fold_events(thread.log)
        return items[:-1] if "stores less" in self.bugs else items

    def _attach(self, thread: FakeThread, after: str | None) -> Response:
        seq = parse_position(after).seq if after else 0
        if after and "skips after attach" in self.bugs:
            seq += 1
        if after and "doubles after attach" in self.bugs:
            seq -= 1
        return self._stream(thread, seq, thread.turn)

    def _stream(self, thread: FakeThread, seq: int, turn: FakeTurn | None) -> Response:
        headers = {"turnstream-turn": turn.id if turn is not None and turn.status == "running" else ""}
        return StreamingResponse(
            self._frames(thread, seq, turn), media_type="text/event-stream", headers=headers
        )

    async def _frames(self, thread: FakeThread, seq: int, turn: FakeTurn | None) -> AsyncIterator[bytes]:
        is_over: Callable[[], bool] = lambda: turn is None or turn.status != "running"  # noqa: E731
        while True:
            changed = thread.changed
            while seq < len(thread.log):
                event = thread.log[seq]
                seq += 1
                yield _frame(event, seq)
                if (
                    event["type"] == "turnstream.turn_ended"
                    and turn is not None
                    and event["turn_id"] == turn.id
                ):
                    if "shows more than the log" in self.bugs:
                        yield _frame({"type": "progress_update", "text": "more"}, seq + 1)
                    return
            if is_over():
                return
            await changed.wait()


def _frame(event: dict[str, Any], seq: int) -> bytes:
    data = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return f"id: e.{seq}\ndata: {data}\n\n".encode()
