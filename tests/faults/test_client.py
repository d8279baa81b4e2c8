"""The page of the bench against a server that keeps the rules, and against servers that break each of
them.
"""

import asyncio
import contextlib
import random
import uuid
from typing import Any

import pytest

from tests.faults.client import Network, Page, RefusedError, collect
from tests.faults.fake import Bug, FakeServer
from tests.faults.frames import Frame, FrameReader, MalformedFrameError, Position
from tests.faults.history import assert_holds, check
from tests.faults.http1 import BrokenAnswerError, post
from tests.faults.model import Script
from tests.faults.proxy import Plan, proxied, random_cuts
from tests.faults.record import History
from tests.faults.turns import delta_text
from tests.http.serving import listening


def network(port: int, seed: int = 0) -> Network:
    return Network(ports=[port], rng=random.Random(seed), base_delay_s=0.005, quiet_s=0.5, head_s=2.0)


def script(**options: Any) -> Script:
    return Script(marker=uuid.uuid4().hex[:8], token_count=25, delay_s=0.002, **options)


async def finish(history: History, port: int, server: FakeServer) -> None:
    """Collect what is stored of every thread that a page knows."""
    users = {reader.thread_id: reader.user for reader in history.readers if reader.thread_id}
    history.stored = [await collect(network(port), user, thread_id) for thread_id, user in users.items()]
    history.model_calls = server.calls


async def converse(server: FakeServer, *, seed: int = 1) -> History:
    """Two people with two turns each, all connections cut several times, a second tab, and a tool."""
    history = History()
    rng = random.Random(seed)

    async def handler(item: dict[str, Any]) -> Any:
        return {"ok": True}

    async def person(name: str, port: int) -> None:
        plans = [Plan(cut_at=60), Plan(cut_at=250, cut="fin"), *random_cuts(rng, count=12, below_byte=2500)]
        async with proxied(port, plans) as proxy:
            page = Page(network(proxy.port), name, history, handler=handler)
            await page.send(script())
            second = Page(network(port), name, history, handler=handler)
            page.entry_seen.clear()
            sending = asyncio.create_task(page.send(script(tool="inline")))
            await page.entry_seen.wait()
            await second.load(page.thread_id)
            await asyncio.gather(sending, second.follow())

    async with listening(server.app) as url:
        port = int(url.rpartition(":")[2])
        await asyncio.gather(person("ann", port), person("bob", port))
        await finish(history, port, server)
    return history


async def test_a_server_that_keeps_the_rules_passes() -> None:
    history = await converse(FakeServer())
    assert_holds(history)
    assert [submit.status for submit in history.submits] == ["completed"] * 4
    assert sum(connection.end == "cut" for reader in history.readers for connection in reader.connections) > 4
    assert len(history.tool_runs) == 2


@pytest.mark.parametrize(
    ("bug", "invariant"),
    [
        ("skips after attach", "I1"),
        ("doubles after attach", "I1"),
        ("runs a key twice", "I6"),
        ("stores less", "I7"),
        ("grants twice", "I9"),
        ("leaks a token", "I8"),
        ("shows more than the log", "I4"),
        ("snapshot is late", "I7"),
        ("completes half", "I7"),
    ],
)
async def test_a_server_with_a_bug_does_not(bug: Bug, invariant: str) -> None:
    history = await converse(FakeServer(bug))
    assert invariant in {violation.invariant for violation in check(history)}


async def test_a_turn_that_never_ends_is_found() -> None:
    server = FakeServer("never ends")
    history = History()
    async with listening(server.app) as url:
        port = int(url.rpartition(":")[2])
        page = Page(network(port), "ann", history)
        asked = script()
        sending = asyncio.create_task(page.send(asked))
        while delta_text(entry for one in page.reader.connections for entry in one.entries) != asked.text():
            page.entry_seen.clear()
            await page.entry_seen.wait()
        sending.cancel()  # all that it was to say was said, and no end came with it
        await finish(history, port, server)
    assert "I2" in {violation.invariant for violation in check(history)}


async def test_two_turns_at_once_are_found() -> None:
    history = await race(FakeServer("runs two turns"))
    assert "I5" in {violation.invariant for violation in check(history)}


async def test_a_second_message_is_refused_as_busy() -> None:
    history = await race(FakeServer())
    assert_holds(history)
    assert sorted(str(submit.status) for submit in history.submits) == ["busy", "completed", "completed"]


async def race(server: FakeServer) -> History:
    """Two tabs send at the same moment."""
    history = History()
    async with listening(server.app) as url:
        port = int(url.rpartition(":")[2])
        first = Page(network(port), "ann", history)
        await first.send(script())
        second = Page(network(port), "ann", history)
        await second.load(first.thread_id)
        await asyncio.gather(first.send(script()), second.send(script()))
        await finish(history, port, server)
    return history


async def test_a_stop_gives_the_true_status_each_time() -> None:
    history, server = History(), FakeServer()
    async with listening(server.app) as url:
        port = int(url.rpartition(":")[2])
        page = Page(network(port), "ann", history)
        sending = asyncio.create_task(page.send(script(fault="stall", fault_at=5)))
        await page.entry_seen.wait()
        assert [await page.cancel() for _ in range(2)] == ["cancelled", "cancelled"]
        assert (await sending).status == "cancelled"
        with pytest.raises(RefusedError, match="404"):
            await page.cancel("turn_unknown")
        await finish(history, port, server)
    assert_holds(history)


async def test_a_silent_connection_is_left_for_another() -> None:
    history, server = History(), FakeServer()
    async with listening(server.app) as url:
        port = int(url.rpartition(":")[2])
        async with proxied(port, [Plan(hole_at=600)]) as proxy:
            page = Page(network(proxy.port), "ann", history)
            assert (await page.send(script())).status == "completed"
            assert [link.struck.is_set() for link in proxy.links] == [True, False]
        await finish(history, port, server)
    assert_holds(history)


async def test_a_page_without_a_server_keeps_trying() -> None:
    page = Page(network(1), "ann", History())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await page.send(script())


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_frames_are_read_wherever_the_chunks_are_split(size: int) -> None:
    stream = (
        ': \n\nid: e1.7\ndata: {"type":"a","t":"日\u2028本"}\n\ndata: {"type":"turnstream.live"}\n\nid: e1.8'
    ).encode()
    reader = FrameReader()
    chunks = [stream[at : at + size] for at in range(0, len(stream), size)]
    frames = [frame for chunk in chunks for frame in reader.feed(chunk, at_s=1.0)]
    assert frames == [
        Frame('{"type":"a","t":"日\u2028本"}'.encode(), 1.0, Position("e1", 7)),
        Frame(b'{"type":"turnstream.live"}', 1.0),
    ]
    assert reader.comment_count == 1


@pytest.mark.parametrize(
    "block", [b"id: e1.1", b"data: {", b"event: x\ndata: {}", b"id: 7\ndata: {}", b"data: {}\ndata: {}", b""]
)
def test_what_is_no_frame_of_the_wire_is_an_error(block: bytes) -> None:
    with pytest.raises(MalformedFrameError):
        FrameReader().feed(block + b"\n\n")


async def test_an_answer_that_ends_inside_its_body_is_broken() -> None:
    async with contextlib.AsyncExitStack() as stack:
        url = await stack.enter_async_context(listening(FakeServer().app))
        port = int(url.rpartition(":")[2])
        request: dict[str, Any] = {"type": "x", "params": {}}
        whole = await stack.enter_async_context(proxied(port))
        async with post(whole.port, "/chatkit", request, {}) as answer:
            assert answer.status == 404
            await answer.body()
        plan = Plan(cut_at=whole.links[0].bytes_down - 3, cut="fin")
        proxy = await stack.enter_async_context(proxied(port, [plan]))
        answer = await stack.enter_async_context(post(proxy.port, "/chatkit", request, {}))
        with pytest.raises(BrokenAnswerError, match="cut inside the body"):
            await answer.json()
