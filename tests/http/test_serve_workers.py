"""`turnstream serve --workers`: what one worker begins, another one reads, stops, answers and repeats."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.http.served import DURABLE, Process, events_of, served
from tests.server.app import user_input

APP = """
import asyncio
import os
from pathlib import Path

from starlette.responses import PlainTextResponse
from starlette.routing import Route

from turnstream.http import create_app
from turnstream.server import ChatKitServer, stream_text
from turnstream.store import MemoryStore, SqlStore

FOLDER = Path(__file__).parent


async def words(what):
    yield "one "
    while what == "wait" and not (FOLDER / "go-on").exists():
        await asyncio.sleep(0.02)
    if what == "hang":
        await asyncio.Event().wait()
    yield "two"


class Server(ChatKitServer):
    async def respond(self, thread, item, context):
        what = item.content[0].text
        if what == "ask":
            what = await self.call_client("get_selection")
        async for event in stream_text(thread, words(what)):
            yield event


store = SqlStore(f"sqlite:///{FOLDER / 'chat.sqlite'}")
app = create_app(Server(store))
app.router.routes.append(Route("/pid", lambda request: PlainTextResponse(str(os.getpid()))))
"""


def workers_of(server: Process) -> list[psutil.Process]:
    children = psutil.Process(server.process.pid).children()
    return [child for child in children if "resource_tracker" not in " ".join(child.cmdline())]


async def has_workers(server: Process, count: int) -> None:
    while len(workers_of(server)) < count:  # noqa: ASYNC110 - another process starts them
        await asyncio.sleep(0.02)


class Connection:
    """One connection, and so one worker: whoever has accepted it answers all of its requests."""

    def __init__(self, url: str, cookies: httpx.Cookies) -> None:
        limits = httpx.Limits(max_connections=1, keepalive_expiry=None)
        self._http = httpx.AsyncClient(
            base_url=url, limits=limits, timeout=300, headers=DURABLE, cookies=cookies
        )

    @property
    def cookies(self) -> httpx.Cookies:
        return self._http.cookies

    async def pid(self) -> int:
        return int((await self._http.get("/pid")).text)

    async def post(self, operation: str, **params: Any) -> httpx.Response:
        return await self._http.post("/chatkit", json={"type": operation, "params": params})

    @asynccontextmanager
    async def stream(self, operation: str, *, key: str | None = None, **params: Any) -> AsyncGenerator[Any]:
        headers = {} if key is None else {"idempotency-key": key}
        body = {"type": operation, "params": params}
        async with self._http.stream("POST", "/chatkit", json=body, headers=headers) as response:
            assert response.status_code == 200, await response.aread()
            yield response, events_of(response)

    async def close(self) -> None:
        await self._http.aclose()


class Pair:
    """Two connections to each of two workers, of one visitor."""

    def __init__(self, server: Process, stack: AsyncExitStack) -> None:
        self._server = server
        self._stack = stack
        self.pid_of_one = 0
        self.one: list[Connection] = []
        self.other: list[Connection] = []

    async def open(self) -> None:
        one, other = workers_of(self._server)
        self.pid_of_one = one.pid
        first = Connection(str(self._server.client.base_url), httpx.Cookies())
        self._stack.push_async_callback(first.close)
        await first.post("threads.list")  # brings the visitor's cookie
        for connections, accepting, stopped in ((self.one, one, other), (self.other, other, one)):
            stopped.suspend()
            for _ in range(2):
                connection = Connection(str(self._server.client.base_url), first.cookies)
                self._stack.push_async_callback(connection.close)
                assert await connection.pid() == accepting.pid
                connections.append(connection)
            stopped.resume()


@asynccontextmanager
async def two_workers(folder: Path) -> AsyncGenerator[tuple[Process, Pair]]:
    async with served(folder, "main:app", "--workers", "2", source=APP) as server, AsyncExitStack() as stack:
        await has_workers(server, 2)
        pair = Pair(server, stack)
        await pair.open()
        yield server, pair


async def until_text(events: Any) -> list[dict[str, Any]]:
    received: list[dict[str, Any]] = []
    async for event in events:
        received.append(event)
        if event.get("update", {}).get("delta"):
            return received
    raise AssertionError(received)


async def rest(events: Any) -> list[dict[str, Any]]:
    return [event async for event in events if event["type"] != "turnstream.live"]


async def test_what_one_worker_begins_another_reads_repeats_stops_and_answers(tmp_path: Path) -> None:
    async with two_workers(tmp_path) as (server, pair):
        await _read_and_repeated(server, pair)
        await _stopped(pair)
        await _claimed_and_answered(pair)
        assert server.statuses() == ["completed", "cancelled", "completed"]


async def _read_and_repeated(server: Process, pair: Pair) -> None:
    message = user_input("wait")
    async with pair.one[0].stream("threads.create", key="a key", input=message) as (response, events):
        turn_id = response.headers["turnstream-turn"]
        received = await until_text(events)
        thread_id = received[0]["thread"]["id"]
        busy = await pair.other[0].post(
            "threads.add_user_message", thread_id=thread_id, input=user_input("hi")
        )
        assert (busy.status_code, busy.json()["error"]["turn_id"]) == (409, turn_id)
        async with (
            pair.other[0].stream("turns.attach", thread_id=thread_id) as (_, attached),
            pair.other[1].stream("threads.create", key="a key", input=message) as (repeated, again),
        ):
            assert repeated.headers["turnstream-turn"] == turn_id
            seen = await until_text(attached)
            server.go_on()
            whole = received + await rest(events)
            assert seen + await rest(attached) == whole
            assert await rest(again) == whole
    assert whole[-1] == {"type": "turnstream.turn_ended", "turn_id": turn_id, "status": "completed"}


async def _stopped(pair: Pair) -> None:
    async with pair.one[0].stream("threads.create", input=user_input("hang")) as (response, events):
        received = await until_text(events)
        thread_id = received[0]["thread"]["id"]
        turn_id = response.headers["turnstream-turn"]
        cancelled = await pair.other[0].post("turns.cancel", thread_id=thread_id, turn_id=turn_id)
        assert cancelled.json() == {"status": "cancelled"}
        assert (await rest(events))[-1]["status"] == "cancelled"
    snapshot = (await pair.other[1].post("threads.get_by_id", thread_id=thread_id)).json()["turnstream"]
    assert snapshot["turn"] == {"id": turn_id, "status": "cancelled"}


async def _claimed_and_answered(pair: Pair) -> None:
    async with pair.one[0].stream("threads.create", input=user_input("ask")) as (_, events):
        call: dict[str, Any] = {}
        async for event in events:
            if event["type"] == "thread.item.done" and event["item"]["type"] == "client_tool_call":
                call = event["item"]
            if event["type"] == "turnstream.call_waiting":
                break
        ids = {"thread_id": call["thread_id"], "call_id": call["call_id"], "item_id": call["id"]}
        asking = (*pair.other, pair.one[1])
        claims = [
            await each.post("turns.claim_call", **ids, claim_id=f"{number}")
            for number, each in enumerate(asking)
        ]
        assert [claim.json()["granted"] for claim in claims] == [True, False, False]
        answer = await pair.other[1].post("threads.add_client_tool_output", **ids, result="an answer")
        assert answer.json() == {"status": "accepted"}
        assert (await rest(events))[-1]["status"] == "completed"


async def test_a_worker_that_is_killed_is_replaced_and_its_turn_ends(tmp_path: Path) -> None:
    async with two_workers(tmp_path) as (server, pair):
        async with pair.one[0].stream("threads.create", input=user_input("hang")) as (_, events):
            received = await until_text(events)
            before = workers_of(server)
            os.kill(pair.pid_of_one, signal.SIGKILL)
            with pytest.raises(httpx.TransportError):
                await rest(events)
        async with pair.other[0].stream("turns.attach", thread_id=received[0]["thread"]["id"]) as (
            _,
            attached,
        ):
            assert (await rest(attached))[-1]["reason"] == "server_lost"
        await server.hears("a worker ended with the exit code -9; starting another one.")
        await has_workers(server, 2)
        assert len(set(workers_of(server)) - set(before)) == 1


@pytest.mark.parametrize("is_ctrl_c", [False, True], ids=["SIGTERM", "Ctrl+C"])
async def test_a_signal_ends_all_of_them_and_what_they_run_is_kept(is_ctrl_c: bool, tmp_path: Path) -> None:
    async with two_workers(tmp_path) as (server, pair):
        workers = workers_of(server)
        async with (
            pair.one[0].stream("threads.create", input=user_input("wait")) as (_, one),
            pair.other[0].stream("threads.create", input=user_input("wait")) as (_, other),
        ):
            await until_text(one)
            await until_text(other)
            if is_ctrl_c:  # a terminal sends it to all of them
                for process in [server.process, *workers]:
                    process.send_signal(signal.SIGINT)
            else:
                server.process.send_signal(signal.SIGTERM)
            assert [event["type"] for event in await rest(one) + await rest(other)] == [
                "turnstream.reconnect"
            ] * 2
            server.go_on()
        assert await server.process.wait() == 0
        await asyncio.to_thread(psutil.wait_procs, workers)
        assert server.statuses() == ["completed", "completed"]


async def test_workers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    async with two_workers(tmp_path) as (server, _):
        workers = workers_of(server)
        server.process.kill()
        await asyncio.to_thread(psutil.wait_procs, workers)


async def test_an_app_that_cannot_start_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("raise RuntimeError('no database')\n", "utf-8")
    command = ("turnstream", "serve", "main:app", "--workers", "3", "--port", "0")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *command, cwd=tmp_path, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    assert process.returncode == 1
    assert said.decode().splitlines()[:2] == [
        "turnstream: cannot import main:app: main.py, line 1: raise RuntimeError('no database')",
        "  RuntimeError: no database",
    ]
    assert said.count(b"\n") == 3


async def test_workers_with_threads_in_memory_say_that_they_do_not_share_them(tmp_path: Path) -> None:
    source = APP.replace("store = SqlStore(f\"sqlite:///{FOLDER / 'chat.sqlite'}\")", "store = MemoryStore()")
    async with served(tmp_path, "main:app", "--workers", "2", source=source) as server:
        await server.hears("the app keeps its threads in memory, so its workers do not share them")
