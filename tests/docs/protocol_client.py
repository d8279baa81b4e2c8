"""A client of the wire protocol, written from docs/contributing/protocol.md alone: it imports nothing of
turnstream.
"""

import asyncio
import json
import random
import uuid
from collections.abc import AsyncGenerator, Callable
from typing import Any

import httpx

__all__ = ["ProtocolClient", "RefusedError"]

Event = dict[str, Any]

SILENCE_S = 45.0
TEMPORARY = {408, 425, 429}


class RefusedError(Exception):
    """The server refused a request for good; `error` is what it said."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.error = error


class LostError(Exception):
    """What follows the position is not to be had: the thread is loaded again."""


class ProtocolClient:
    """Follows one thread over as many connections as that takes; `entries` has each event once, in order."""

    def __init__(self, url: str, tools: dict[str, Callable[..., Any]]) -> None:
        headers = {"Content-Type": "application/json", "Turnstream-Client": "1"}
        self._http = httpx.AsyncClient(timeout=httpx.Timeout(10, read=SILENCE_S), headers=headers)
        self._url = url
        self._tools = tools
        self._epoch: str = ""
        self._seq: int = 0
        self._calls: dict[str, Event] = {}
        self.thread_id = ""
        self.turn_id = ""
        self.streams = 0
        self.entries: list[Event] = []

    async def close(self) -> None:
        await self._http.aclose()

    async def send(self, text: str) -> str:
        """Send a message and follow the response to its end; return the status of its last turn."""
        message: Event = {
            "content": [{"type": "input_text", "text": text}],
            "attachments": [],
            "inference_options": {},
        }
        if self.thread_id:
            return await self._follow("threads.add_user_message", thread_id=self.thread_id, input=message)
        return await self._follow("threads.create", input=message)

    async def open(self, thread_id: str) -> dict[str, Any]:
        """Show a thread as a page that is loaded now; return its snapshot."""
        self.thread_id = thread_id
        thread = await self.call("threads.get_by_id", thread_id=thread_id)
        state = thread["turnstream"]
        self._epoch, self._seq = _position(state["position"]) if "position" in state else ("", 0)
        self.turn_id = state["turn"]["id"] if "turn" in state else ""
        return thread

    async def watch(self) -> str:
        """Follow the turn that runs in an opened thread."""
        return await self._follow(None)

    async def stop(self) -> str:
        return (await self.call("turns.cancel", thread_id=self.thread_id, turn_id=self.turn_id))["status"]

    async def call(self, operation: str, **params: Any) -> Any:
        response = await self._http.post(self._url, content=json.dumps({"type": operation, "params": params}))
        await _check(response)
        return response.json()

    async def _follow(self, operation: str | None, **params: Any) -> str:
        """Read a turn to its end. The request is repeated, under one key, until its first entry was read."""
        request, key = json.dumps({"type": operation, "params": params}), str(uuid.uuid4())
        failures, is_unread = 0, operation is not None
        while True:
            before = self._seq
            body = request if is_unread else self._attaching()
            try:
                status = await self._read(body, key if is_unread else str(uuid.uuid4()))
            except LostError:
                state = (await self.open(self.thread_id))["turnstream"]
                status = None if state["turn"]["status"] == "running" else state["turn"]["status"]
                is_unread = False
            except httpx.TransportError:
                status = None
            if status is not None:
                return status
            is_unread = is_unread and self._seq == before
            failures = failures + 1 if self._seq == before else 0
            await asyncio.sleep(random.random() * min(15.0, 0.25 * 2**failures))

    def _attaching(self) -> str:
        after = f"{self._epoch}.{self._seq}" if self._epoch else None
        return json.dumps({"type": "turns.attach", "params": {"thread_id": self.thread_id, "after": after}})

    async def _read(self, body: str, key: str) -> str | None:
        """Read one stream; return how the turn ended, or None if another connection is needed."""
        async with self._http.stream(
            "POST", self._url, content=body, headers={"Idempotency-Key": key}
        ) as response:
            await _check(response)
            if response.headers["Content-Type"] == "application/json":
                return "accepted"  # the turn goes on where it is read
            self.streams += 1
            self.turn_id = response.headers["Turnstream-Turn"] or self.turn_id
            async for position, event in _frames(response):
                match event["type"]:
                    case "turnstream.live":
                        continue
                    case "turnstream.reset":
                        raise LostError
                    case "turnstream.reconnect":
                        await asyncio.sleep(event.get("after_s", 0))
                        return None
                    case _ if (status := await self._consume(*_position(position), event)) is not None:
                        return status
                    case _:
                        pass
            if not response.headers["Turnstream-Turn"]:
                raise LostError  # nothing runs
        return None

    async def _consume(self, epoch: str, seq: int, event: Event) -> str | None:
        if self._epoch and (epoch != self._epoch or seq > self._seq + 1):
            raise LostError
        if self._epoch and seq <= self._seq:
            return None  # applied before
        self._epoch, self._seq = epoch, seq
        self.entries.append(event)
        match event:
            case {"type": "thread.created", "thread": {"id": thread_id}}:
                self.thread_id = thread_id
            case {
                "type": "thread.item.done",
                "item": {"type": "client_tool_call", "status": "pending"} as item,
            }:
                self._calls[item["id"]] = item
            case {"type": "turnstream.call_waiting", "item_id": item_id} if item_id in self._calls:
                await self._answer(self._calls.pop(item_id))
            case {"type": "turnstream.call_ended", "item_id": item_id}:
                self._calls.pop(item_id, None)
            case {"type": "turnstream.turn_ended", "turn_id": self.turn_id, "status": status}:
                return await self._end(status)
            case _:
                pass
        return None

    async def _end(self, status: str) -> str:
        """Answer the calls that the turn ended with: the last answer begins the turn that continues the
        response.
        """
        calls, self._calls = self._calls, {}
        for item in calls.values() if status == "completed" else ():
            continued = await self._answer(item)
            status = status if continued == "accepted" else continued
        return status

    async def _answer(self, item: Event) -> str:
        ids = {"thread_id": item["thread_id"], "call_id": item["call_id"], "item_id": item["id"]}
        if not (await self.call("turns.claim_call", **ids, claim_id=str(uuid.uuid4())))["granted"]:
            return "accepted"
        try:
            output = {"result": self._tools[item["name"]](**item["arguments"])}
        except Exception as exc:  # noqa: BLE001 - the model is told, whatever it is
            output = {"error": {"code": "client_tool_error", "message": str(exc)}}
        return await self._follow("threads.add_client_tool_output", **ids, **output)


async def _frames(response: httpx.Response) -> AsyncGenerator[tuple[str, Event]]:
    """The id and the event of each frame. Comments are no frames; a frame that was cut is none either."""
    buffer = b""
    async for chunk in response.aiter_raw():
        *frames, buffer = (buffer + chunk).split(b"\n\n")
        for frame in frames:
            lines = dict(line.split(b": ", 1) for line in frame.split(b"\n") if not line.startswith(b":"))
            if b"data" in lines:
                yield lines.get(b"id", b"").decode(), json.loads(lines[b"data"])


async def _check(response: httpx.Response) -> None:
    if response.status_code >= 500 or response.status_code in TEMPORARY:
        raise httpx.TransportError(f"the server answered {response.status_code}")
    if response.status_code >= 400:
        await response.aread()
        raise RefusedError(response.json()["error"])


def _position(text: str) -> tuple[str, int]:
    epoch, _, seq = text.rpartition(".")
    return epoch, int(seq)
