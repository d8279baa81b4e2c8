"""How one connection is looked after: kept awake, sent elsewhere, given up when it is stuck."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from anyio import wait_all_tasks_blocked
from starlette.types import Message

from tests.server.app import OWNER, added, delta, start, user_input
from tests.server.durable import Server, ask, memory_server
from tests.server.test_durable_turns import Steps
from turnstream.http.streams import (
    ANYBODY,
    COMMENT_EVERY_S,
    LIFETIME_S,
    RECHECK_EVERY_S,
    SEND_TIMEOUT_S,
    EventStreamResponse,
    OpenStreams,
    Reader,
)
from turnstream.server import StreamingResult
from turnstream.types import ProgressUpdateEvent, ThreadMetadata, ThreadStreamEvent, UserMessageItem
from turnstream.types.durable import RECONNECT, RECONNECT_LATER

Events = AsyncIterator[ThreadStreamEvent]

COMMENT = b": \n\n"


class Timed(OpenStreams):
    """Time passes when the test says so, whatever the machine is busy with."""

    def __init__(self, *, per_owner: int | None = None) -> None:
        super().__init__(lambda: self.clock, per_owner=per_owner)
        self.clock = 0.0


class Connection:
    """One response, whose client a test lets listen, hang, or leave."""

    def __init__(self, result: StreamingResult, streams: OpenStreams, reader: Reader = ANYBODY) -> None:
        self.sent: list[Message] = []
        self.may_send = asyncio.Event()
        self.may_send.set()
        self.is_left = asyncio.Event()
        self.response = EventStreamResponse(result, streams, reader)
        self.serving = asyncio.ensure_future(self.response({"type": "http"}, self._receive, self._send))

    @property
    def bodies(self) -> list[bytes]:
        return [message["body"] for message in self.sent if message["type"] == "http.response.body"]

    async def _receive(self) -> Message:
        await self.is_left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        await self.may_send.wait()
        self.sent.append(message)


async def connect(*, is_durable: bool = True) -> tuple[Server, Steps, Timed, Connection]:
    steps = Steps()
    server = memory_server(steps.respond)
    streams = Timed()
    if is_durable:
        result = await ask(server, "threads.create", input=user_input("hi"))
        assert isinstance(result, StreamingResult)
    else:
        result = await start(server, "threads.create", input=user_input("hi"))
    connection = Connection(result, streams)
    await wait_all_tasks_blocked()
    return server, steps, streams, connection


async def pass_time(streams: Timed, seconds: float) -> None:
    streams.clock += seconds
    streams.look_after()
    await wait_all_tasks_blocked()


async def test_a_silent_stream_is_kept_awake() -> None:
    server, _, streams, connection = await connect()
    before = len(connection.bodies)
    await pass_time(streams, COMMENT_EVERY_S - 1)
    assert len(connection.bodies) == before
    await pass_time(streams, 1)
    await pass_time(streams, COMMENT_EVERY_S)
    assert connection.bodies[before:] == [COMMENT, COMMENT]
    await server.close()
    await connection.serving


async def test_a_stream_that_speaks_needs_no_comment() -> None:
    server, steps, streams, connection = await connect()
    for _ in range(3):
        await pass_time(streams, COMMENT_EVERY_S - 1)
        steps.say("word ")
        await wait_all_tasks_blocked()
    assert COMMENT not in connection.bodies
    await server.close()
    await connection.serving


async def test_an_old_stream_is_asked_to_come_again() -> None:
    server, steps, streams, connection = await connect()
    await pass_time(streams, LIFETIME_S)
    await connection.serving
    assert connection.bodies[-2:] == [RECONNECT, b""]
    assert [turn.status for turn in server.turns._running.values()] == ["running"]  # pyright: ignore[reportPrivateUsage]
    steps.finish()
    await server.close()


async def test_all_streams_are_sent_away_at_once() -> None:
    server, _, streams, connection = await connect()
    streams.send_away()
    await connection.serving
    assert connection.bodies[-2:] == [RECONNECT, b""]
    await server.close()


async def test_a_stream_that_opens_after_the_others_were_sent_away_is_sent_after_them() -> None:
    server = memory_server(Steps().respond)
    result = await ask(server, "threads.create", input=user_input("hi"))
    assert isinstance(result, StreamingResult)
    streams = Timed()
    streams.send_away()
    connection = Connection(result, streams)
    await connection.serving
    assert connection.bodies[-2].endswith(RECONNECT)
    await server.close()


async def test_a_stream_that_ends_as_it_is_sent_away_says_only_its_end() -> None:
    _, steps, streams, connection = await connect()
    steps.finish()
    await wait_all_tasks_blocked()
    streams.send_away()
    await connection.serving
    assert RECONNECT not in b"".join(connection.bodies)


async def test_an_official_stream_gets_neither_comments_nor_requests() -> None:
    _, steps, streams, connection = await connect(is_durable=False)
    await pass_time(streams, LIFETIME_S)
    streams.send_away()
    await wait_all_tasks_blocked()
    assert not connection.serving.done()
    steps.finish()
    await connection.serving
    assert all(body.startswith(b"data: ") for body in connection.bodies[:-1])


@pytest.mark.parametrize("is_durable", [True, False])
async def test_a_client_that_takes_nothing_is_given_up(is_durable: bool) -> None:
    server, steps, streams, connection = await connect(is_durable=is_durable)
    connection.may_send.clear()
    steps.say("word")
    await wait_all_tasks_blocked()
    await pass_time(streams, SEND_TIMEOUT_S)
    assert not connection.serving.done()
    await pass_time(streams, 1)
    await connection.serving  # without an error
    turns = list(server.turns._running.values())  # pyright: ignore[reportPrivateUsage]
    assert [turn.is_ending for turn in turns] == ([False] if is_durable else [])
    await server.close()


async def test_being_cancelled_by_another_is_not_swallowed() -> None:
    server, _, _, connection = await connect()
    connection.serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connection.serving
    await server.close()


async def test_a_client_that_leaves_a_durable_stream_stops_nothing() -> None:
    server, steps, _, connection = await connect()
    connection.is_left.set()
    await connection.serving
    steps.say("unheard")
    steps.finish()
    [turn] = server.turns._running.values()  # pyright: ignore[reportPrivateUsage]
    await turn.wait()
    assert turn.status == "completed"


async def test_the_timer_runs_only_while_there_are_streams() -> None:
    _, steps, streams, connection = await connect()
    assert streams._task is not None  # pyright: ignore[reportPrivateUsage]
    steps.finish()
    await connection.serving
    assert streams._task is None  # pyright: ignore[reportPrivateUsage]


async def test_a_slow_client_gets_what_it_missed_in_large_writes() -> None:
    async def flood(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        for _ in range(400):
            yield delta("x" * 4096)
            yield ProgressUpdateEvent(text="more")  # so that the text is not merged

    server = memory_server(flood)
    result = await ask(server, "threads.create", input=user_input("hi"))
    assert isinstance(result, StreamingResult)
    connection = Connection(result, OpenStreams())
    connection.may_send.clear()
    thread_id = next(iter(server.turns._running))  # pyright: ignore[reportPrivateUsage]
    turn = server.turns.running(thread_id)
    assert turn is not None
    await turn.wait()
    connection.may_send.set()
    await connection.serving
    assert max(len(body) for body in connection.bodies if body.count(b"\n\n") > 1) < 512 * 1024
    assert (await server.store.load_thread_items(thread_id, None, 5, "asc", context=OWNER)).data


async def attach(server: Server, streams: Timed, reader: Reader, *, is_durable: bool = True) -> Connection:
    result = await (ask if is_durable else start)(server, "threads.create", input=user_input("hi"))
    assert isinstance(result, StreamingResult)
    connection = Connection(result, streams, reader)
    await wait_all_tasks_blocked()
    return connection


async def test_of_too_many_streams_of_one_owner_the_oldest_is_asked_to_come_back_later() -> None:
    server, streams = memory_server(Steps().respond), Timed(per_owner=2)
    ada, bob = Reader("ada"), Reader("bob")
    first, of_bob, second, third = [await attach(server, streams, reader) for reader in (ada, bob, ada, ada)]
    await first.serving
    assert first.bodies[-2:] == [RECONNECT_LATER, b""]
    assert [each.serving.done() for each in (second, third, of_bob)] == [False, False, False]
    fourth = await attach(server, streams, ada)
    await second.serving
    assert not fourth.serving.done()
    assert len(server.turns._running) == 5  # pyright: ignore[reportPrivateUsage]
    await server.close()


async def test_a_blocked_stream_that_is_sent_away_is_cut() -> None:
    server, streams = memory_server(Steps().respond), Timed(per_owner=1)
    blocked = Connection(await ask(server, "threads.create", input=user_input("hi")), streams, Reader("ada"))  # pyright: ignore
    blocked.may_send.clear()
    await wait_all_tasks_blocked()
    blocked.may_send.set()
    await wait_all_tasks_blocked()
    blocked.may_send.clear()
    streams.clock += COMMENT_EVERY_S
    streams.look_after()
    await wait_all_tasks_blocked()
    await attach(server, streams, Reader("ada"))
    await asyncio.wait([blocked.serving])
    assert blocked.serving.done()
    await server.close()


async def test_streams_without_an_owner_are_not_counted() -> None:
    server, streams = memory_server(Steps().respond), Timed(per_owner=1)
    connections = [await attach(server, streams, Reader()) for _ in range(3)]
    assert not any(connection.serving.done() for connection in connections)
    await server.close()


@pytest.mark.parametrize("is_durable", [True, False])
async def test_a_stream_ends_within_a_minute_when_its_reader_has_lost_the_right(is_durable: bool) -> None:
    is_allowed, asked = True, 0

    async def may_read() -> bool:
        nonlocal asked
        asked += 1
        return is_allowed

    server, streams = memory_server(Steps().respond), Timed()
    connection = await attach(server, streams, Reader("ada", may_read), is_durable=is_durable)
    for _ in range(4):
        await pass_time(streams, RECHECK_EVERY_S / 2)
    assert asked >= 2
    assert not connection.serving.done()
    is_allowed = False
    for _ in range(int(RECHECK_EVERY_S)):
        await pass_time(streams, 1)
    await connection.serving
    assert (RECONNECT in b"".join(connection.bodies)) == is_durable
    await server.close()


async def test_a_check_that_fails_ends_the_stream_and_one_that_hangs_is_asked_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked = 0

    async def hangs() -> bool:
        nonlocal asked
        asked += 1
        await asyncio.Event().wait()
        return True

    async def fails() -> bool:
        raise LookupError("no database")

    server, streams = memory_server(Steps().respond), Timed()
    hanging, failing = [await attach(server, streams, Reader("ada", check)) for check in (hangs, fails)]
    for _ in range(4):
        await pass_time(streams, RECHECK_EVERY_S)
    await failing.serving
    assert "authenticate failed for an open stream" in caplog.text
    assert asked == 1
    assert not hanging.serving.done()
    await server.close()


@pytest.mark.parametrize("is_durable", [True, False])
async def test_revoking_ends_the_streams_of_one_owner_at_once(is_durable: bool) -> None:
    server, streams = memory_server(Steps().respond), Timed()
    server.on_revoke(streams.revoke)
    of_ada, of_bob = [
        await attach(server, streams, Reader(name), is_durable=is_durable) for name in ("ada", "bob")
    ]
    server.revoke("ada")
    await of_ada.serving
    assert not of_bob.serving.done()
    await server.close()
