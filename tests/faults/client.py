"""A page without a browser: it does what the wire demands of the element, and writes down everything it
sees.
"""

import asyncio
import random
import time
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from tests.faults.frames import Frame, FrameReader, Position, parse_position
from tests.faults.http1 import Answer, BrokenAnswerError, post
from tests.faults.model import Script
from tests.faults.record import Connection, EffectRun, History, Reader, Snapshot, Stored, Submit, ToolRun

__all__ = ["Handler", "Network", "Page", "RefusedError", "collect", "official_send"]

PATH = "/chatkit"
END_S = 5.0
"""How long a stream may stay open after its last entry."""
RETRYABLE = {502, 503, 504}

Handler = Callable[[dict[str, Any]], Awaitable[Any]]
"""The app's `onClientTool`: gets the item of the call, returns the result.

Of a widget that a turn waits for, it gets the item and answers it by itself.
"""


class RefusedError(Exception):
    """The server answered with an error that asking again does not change."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status}: {body}")
        error = cast("dict[str, str]", body["error"]) if isinstance(body, dict) and "error" in body else {}
        self.status = status
        self.code = error.get("code", "")
        self.turn_id = error.get("turn_id", "")


@dataclass(slots=True, kw_only=True)
class Network:
    """Where the servers are and how patient a page is.

    The address after the one that failed is tried next.
    """

    ports: list[int]
    rng: random.Random = field(default_factory=lambda: random.Random(0))
    head_s: float = 10.0
    quiet_s: float = 45.0
    base_delay_s: float = 0.25
    max_delay_s: float = 15.0
    answers: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    """Every operation that was answered, with the HTTP status."""
    _next: int = 0

    def port(self) -> int:
        return self.ports[self._next % len(self.ports)]

    def turn_away(self) -> None:
        self._next += 1

    async def back_off(self, attempt: int) -> None:
        await asyncio.sleep(self.rng.random() * min(self.max_delay_s, self.base_delay_s * 2**attempt))


MOST_ATTEMPTS = 200
"""Of attaching after one position: more are no outage but a server that answers each of them with a reset."""


class Page:
    """One page on one thread.

    It sends with a key that it keeps over retries, takes each entry once and in order, attaches again after
    whatever ended a stream too early, and loads the snapshot after a reset.
    """

    def __init__(
        self, network: Network, user: str, history: History, *, name: str = "", handler: Handler | None = None
    ) -> None:
        self.network = network
        self.history = history
        self.reader = Reader(name or f"{user}-{uuid.uuid4().hex[:6]}", user)
        self.position: Position | None = None
        self.status: str | None = None
        """How the turn that it followed last ended."""
        self.reason: str | None = None
        self.turn_id: str | None = None
        self.entry_seen = asyncio.Event()
        """Set by the next entry; cleared by who waits for it."""
        self._handler = handler
        self._is_idle = asyncio.Event()
        self._tools: dict[str, asyncio.Task[None]] = {}
        history.readers.append(self.reader)

    @property
    def thread_id(self) -> str:
        return self.reader.thread_id

    @property
    def user(self) -> str:
        return self.reader.user

    async def send(
        self,
        script: Script,
        *,
        key: str | None = None,
        attachments: Sequence[str] = (),
        waits_for_tools: bool = True,
    ) -> Submit:
        """Send a message, to a new thread if the page has none, and follow its turn, and its handlers, to the
        end. `attachments` are the ids of its uploaded files.

        A message that the server refuses returns with status `busy` or `refused`.
        """
        submit = Submit(key or str(uuid.uuid4()), self.user, script, self.thread_id, sent_s=time.time())
        self.history.submits.append(submit)
        body = self._message_body(script, attachments)
        self._is_idle.clear()
        try:
            await self._start(body, submit)
            await self._attach_until_over()
            self._is_idle.set()
            if waits_for_tools:
                await self._finish_tools()
        except RefusedError as exc:
            submit.status, submit.reason = "busy" if exc.code == "thread_busy" else "refused", exc.code
            self.turn_id = exc.turn_id or self.turn_id
            return submit
        finally:
            submit.thread_id = self.thread_id
        submit.status, submit.reason = self.status, self.reason
        submit.ended_s = time.time()
        return submit

    async def load(self, thread_id: str | None = None) -> dict[str, Any]:
        """Load the thread's snapshot and go on from its position, as a page does that opens or reloads."""
        self.reader.thread_id = thread_id or self.thread_id
        thread = await self.call("threads.get_by_id", thread_id=self.thread_id)
        durable: dict[str, Any] = thread.get("turnstream") or {}
        position = durable.get("position")
        self.position = parse_position(position) if position else None
        items = self._snapshot_items(thread, durable)
        self.reader.snapshots.append(Snapshot(self.position, items))
        turn = durable.get("turn")
        if turn is not None:
            self.turn_id = turn["id"]
            self.status = None if turn["status"] == "running" else turn["status"]
        for item in items:
            self._consider_tool(item)
        return thread

    async def follow(self) -> str | None:
        """Load the snapshot, then follow the running turn, if there is one, to its end; returns how it
        ended.
        """
        self._is_idle.clear()
        await self.load()
        if self.turn_id is not None and self.status is None:
            await self._attach_until_over()
        self._is_idle.set()
        await self._finish_tools()
        return self.status

    async def cancel(self, turn_id: str | None = None) -> str:
        """Stop the turn; returns its true final status."""
        answer = await self.call("turns.cancel", thread_id=self.thread_id, turn_id=turn_id or self.turn_id)
        return answer["status"]

    async def call(self, operation: str, /, *, key: str | None = None, **params: Any) -> Any:
        """Ask for JSON, as often as it takes.

        Raises:
            RefusedError: the server's answer is an error that does not pass.
        """
        attempt = 0
        while True:
            try:
                async with self._ask(operation, params, key) as answer:
                    return await self._checked(answer)
            except BrokenAnswerError:
                self.network.turn_away()
            except _TryLaterError:
                pass
            await self.network.back_off(attempt)
            attempt += 1

    async def read_log(self) -> list[Frame]:
        """Return the log's entries from the start, until the server has no more or the running turn is over.

        Raises:
            RefusedError: the log does not begin at its start any more.
        """
        attempt = 0
        while True:
            connection = Connection("attach", None, began_s=time.time())
            try:
                async with self._ask(
                    "turns.attach", {"thread_id": self.thread_id, "after": None}, str(uuid.uuid4())
                ) as answer:
                    if not answer.is_stream:
                        await self._checked(answer)
                    await self._gather(answer, connection)
            except (BrokenAnswerError, _TryLaterError):
                self.network.turn_away()
                await self.network.back_off(attempt)
                attempt += 1
                continue
            if any(frame.type == "turnstream.reset" for frame in connection.frames):
                raise RefusedError(200, {"error": {"code": "reset"}})
            return connection.entries

    async def _gather(self, answer: Answer, connection: Connection) -> None:
        frames = FrameReader()
        async for chunk in answer.chunks():
            connection.frames += frames.feed(chunk, at_s=time.time())

    # The turn

    def _message_body(self, script: Script, attachments: Sequence[str]) -> tuple[str, dict[str, Any]]:
        content = [{"type": "input_text", "text": script.to_text()}]
        message: dict[str, Any] = {
            "content": content,
            "attachments": list(attachments),
            "inference_options": {},
        }
        if self.thread_id:
            return "threads.add_user_message", {"thread_id": self.thread_id, "input": message}
        return "threads.create", {"input": message}

    async def _start(self, body: tuple[str, dict[str, Any]], submit: Submit) -> None:
        """Post the message until one entry of its turn has come; what follows is attached to."""
        operation, params = body
        self.status = None
        attempt = 0
        while True:
            seen = self.position
            connection = Connection("start", None, began_s=time.time())
            try:
                async with self._ask(operation, params, submit.key) as answer:
                    submit.http_statuses.append(answer.status)
                    if not answer.is_stream:
                        await self._checked(answer)
                        raise RefusedError(answer.status, {"error": {"code": "no_stream"}})
                    self._note_turn(answer, connection, submit)
                    await self._read(answer, connection)
            except BrokenAnswerError:
                connection.end = "cut"
                self.network.turn_away()
            except _TryLaterError:
                pass
            if self.position != seen or connection.end == "reset":
                submit.first_entry_s = next((frame.at_s for frame in connection.entries), 0.0)
                return
            await self.network.back_off(attempt)
            attempt += 1

    async def _attach_until_over(self) -> None:
        """Attach after the last entry seen, again and again, until the turn is over."""
        attempt = 0
        while self.status is None:
            seen = self.position
            connection = Connection("attach", self.position, began_s=time.time())
            try:
                params = {"thread_id": self.thread_id, "after": str(self.position) if self.position else None}
                async with self._ask("turns.attach", params, str(uuid.uuid4())) as answer:
                    if not answer.is_stream:
                        await self._checked(answer)
                    self._note_turn(answer, connection, None)
                    await self._read(answer, connection)
            except BrokenAnswerError:
                connection.end = "cut"
                self.network.turn_away()
            except _TryLaterError:
                pass
            attempt = 0 if self.position != seen else attempt + 1
            if attempt > MOST_ATTEMPTS:
                raise AssertionError(
                    f"{self.user}: {attempt} times attached after {seen}, nothing came: {connection}"
                )
            # Nothing runs, and the end of the turn was read by another connection: the snapshot says how it
            # ended.
            is_over = connection.end == "live" and connection.turn_id is None
            if connection.end == "reset" or is_over:
                await self.load()
            elif self.status is None:
                await self.network.back_off(attempt)

    def _note_turn(self, answer: Answer, connection: Connection, submit: Submit | None) -> None:
        connection.turn_id = answer.headers.get("turnstream-turn") or None
        if connection.turn_id is not None:
            self.turn_id = connection.turn_id
            if submit is not None:
                submit.turn_ids.add(connection.turn_id)
        self.reader.connections.append(connection)

    async def _read(self, answer: Answer, connection: Connection) -> None:
        frames = FrameReader()
        try:
            async for chunk in answer.chunks():
                for frame in frames.feed(chunk, at_s=time.time()):
                    connection.frames.append(frame)
                    self._consume(frame, connection)
                if connection.end == "ended":
                    answer.quiet_s = min(answer.quiet_s, END_S)
        except BrokenAnswerError:
            if connection.end != "ended":
                raise
        if connection.end == "open":
            connection.end = "live"

    def _consume(self, frame: Frame, connection: Connection) -> None:
        match frame.type:
            case "turnstream.reset":
                connection.end = "reset"
            case "turnstream.reconnect":
                connection.end = "reconnect"
                self.network.turn_away()
            case (
                "turnstream.turn_ended"
            ):  # also one that was seen: another connection may have read on into this turn
                connection.end = "ended"
                self.status, self.reason = frame.event["status"], frame.event.get("reason")
            case _:
                pass
        if frame.position is None or not self._is_new(frame.position):
            return
        self.position = frame.position
        self.entry_seen.set()
        self._apply(frame, connection)

    def _is_new(self, position: Position) -> bool:
        return (
            self.position is None or self.position.epoch != position.epoch or position.seq > self.position.seq
        )

    def _apply(self, frame: Frame, connection: Connection) -> None:
        event = frame.event
        match frame.type:
            case "thread.created":
                self.reader.thread_id = event["thread"]["id"]
            case "thread.item.done":
                self._consider_tool(event["item"])
            case "client_effect":
                assert frame.position is not None
                run = EffectRun(self.thread_id, frame.position, self.reader.name, event.get("replay", "skip"))
                self.history.effect_runs.append(run)
            case _:
                pass

    # Client tools

    def _snapshot_items(self, thread: dict[str, Any], durable: dict[str, Any]) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = thread["items"]["data"]
        running: list[dict[str, Any]] = durable.get("items") or []
        items = {item["id"]: item for item in [*listed, *running]}
        return list(items.values())

    def _consider_tool(self, item: dict[str, Any]) -> None:
        is_pending = item["type"] == "client_tool_call" and item["status"] == "pending"
        if is_pending and self._handler is not None and item["call_id"] not in self._tools:
            self._tools[item["call_id"]] = asyncio.create_task(self._run_tool(item, self._handler))
        is_asked = item["type"] == "widget" and item.get("answer", {}).get("status") == "pending"
        if is_asked and self._handler is not None and item["id"] not in self._tools:
            self._tools[item["id"]] = asyncio.create_task(_show(item, self._handler))

    async def _run_tool(self, item: dict[str, Any], handler: Handler) -> None:
        call_id = item["call_id"]
        claim = await self.call("turns.claim_call", thread_id=self.thread_id, call_id=call_id)
        if not claim["granted"]:
            return
        self.history.tool_runs.append(ToolRun(self.thread_id, call_id, self.reader.name))
        result = await handler(item)
        await self.answer(call_id, result)

    async def answer(self, call_id: str, result: Any) -> str:
        """Post a client tool's result and follow the turn that this starts; returns `accepted` or why not."""
        params = {"thread_id": self.thread_id, "call_id": call_id, "result": result}
        attempt, key = 0, str(uuid.uuid4())
        while True:
            connection = Connection("answer", None, began_s=time.time())
            try:
                async with self._ask("threads.add_client_tool_output", params, key) as answer:
                    if not answer.is_stream:
                        await self._checked(answer)
                        return "accepted"
                    # One stream after the other: their entries must be taken in order.
                    await self._is_idle.wait()
                    self.status = None
                    self._note_turn(answer, connection, None)
                    await self._read(answer, connection)
            except BrokenAnswerError:
                connection.end = "cut"
                self.network.turn_away()
            except _TryLaterError:
                pass
            except RefusedError as exc:
                if exc.code != "thread_busy":  # the turn that asked may still be ending
                    return exc.code
            if connection.entries:
                await self._attach_until_over()
                return "accepted"
            await self.network.back_off(attempt)
            attempt += 1

    async def _finish_tools(self) -> None:
        """Wait for the handlers that run, and for those of the turns that their results start."""
        while unfinished := [task for task in self._tools.values() if not task.done()]:
            await asyncio.gather(*unfinished)
        for task in self._tools.values():
            task.result()

    async def leave(self) -> None:
        """Close the page: its handlers are gone, whatever they were doing."""
        for task in self._tools.values():
            task.cancel()
        await asyncio.gather(*self._tools.values(), return_exceptions=True)

    # HTTP

    @asynccontextmanager
    async def _ask(self, operation: str, params: dict[str, Any], key: str | None) -> AsyncGenerator[Answer]:
        headers = {"x-user": self.user, "turnstream-client": "1"}
        if key is not None:
            headers["idempotency-key"] = key
        network = self.network
        body = {"type": operation, "params": params}
        asked = post(network.port(), PATH, body, headers, head_s=network.head_s, quiet_s=network.quiet_s)
        async with asked as answer:
            network.answers.append((operation, answer.status))
            yield answer

    async def _checked(self, answer: Answer) -> Any:
        if answer.status in RETRYABLE:
            self.network.turn_away()
            raise _TryLaterError
        if answer.status >= 500 and not answer.headers.get("content-type", "").startswith("application/json"):
            raise RefusedError(answer.status, (await answer.body()).decode(errors="replace"))
        body = await answer.json()
        if answer.status != 200:
            raise RefusedError(answer.status, body)
        return body


class _TryLaterError(Exception):
    """A 5xx that says nothing was done."""


async def collect(network: Network, user: str, thread_id: str) -> Stored:
    """Return a thread as it is stored: all its items, oldest first, and its log from the start."""
    page = Page(network, user, History(), name="collector")
    page.reader.thread_id = thread_id
    stored = Stored(thread_id)
    after: str | None = None
    while True:
        params: dict[str, Any] = {"thread_id": thread_id, "order": "asc", "limit": 100}
        listed = await page.call("items.list", **params, **({"after": after} if after else {}))
        stored.items += listed["data"]
        if not listed["has_more"]:
            break
        after = listed["after"]
    stored.log = await page.read_log()
    return stored


async def official_send(port: int, user: str, script: Script, received: list[Frame]) -> None:
    """Send a message as the official client does, without the extension; what comes is added to `received`.

    Raises:
        BrokenAnswerError: the stream was cut.
    """
    content = [{"type": "input_text", "text": script.to_text()}]
    message: dict[str, Any] = {"content": content, "attachments": [], "inference_options": {}}
    body = {"type": "threads.create", "params": {"input": message}}
    frames = FrameReader()
    async with post(port, PATH, body, {"x-user": user}) as answer:
        if not answer.is_stream:
            raise RefusedError(answer.status, await answer.json())
        async for chunk in answer.chunks():
            received += frames.feed(chunk, at_s=time.time())


async def _show(item: dict[str, Any], handler: Handler) -> None:
    await handler(item)
