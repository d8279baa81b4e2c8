"""The client that was written from the page of the protocol, over sockets, against a real server."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.docs.protocol_client import ProtocolClient, RefusedError
from tests.faults.proxy import Plan, proxied
from tests.http.serving import listening
from tests.server.app import client_call, done
from turnstream.http import create_app
from turnstream.server import ChatKitServer, stream_text
from turnstream.store import SqlStore
from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem

WORDS = [f"word {number} é🙂\n\n" for number in range(40)]


async def pieces() -> AsyncIterator[str]:
    for word in WORDS:
        yield word
        await asyncio.sleep(0)  # as a model, which lets others run between its words


class Shop(ChatKitServer[Any]):
    """Does what the message says."""

    def __init__(self, folder: Path) -> None:
        super().__init__(SqlStore(f"sqlite:///{folder / 'chat.sqlite'}"))
        self.hanging: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        match input_user_message.content[0].text if input_user_message else "go on":
            case "count":
                async for event in stream_text(thread, pieces()):
                    yield event
            case "ask":
                yield done(thread, f"The page has {await self.call_client('get_selection', {'limit': 7})}.")
            case "end with a call":
                yield client_call(thread)
            case "hang":
                self.hanging.set_result(thread.id)
                await asyncio.Event().wait()
            case said:
                yield done(thread, f"I {said}.")


def get_selection(limit: int = 0) -> dict[str, int]:
    return {"limit": limit}


@asynccontextmanager
async def shop(folder: Path) -> AsyncGenerator[tuple[Shop, str]]:
    server = Shop(folder)
    async with listening(create_app(server, authenticate=lambda request: "ada")) as url:
        yield server, f"{url}/chatkit"


@asynccontextmanager
async def client_of(url: str) -> AsyncGenerator[ProtocolClient]:
    client = ProtocolClient(url, {"get_selection": get_selection})
    try:
        yield client
    finally:
        await client.close()


async def log_of(url: str, thread_id: str) -> list[dict[str, Any]]:
    """Every entry of the thread, over one connection that nobody cuts."""
    async with client_of(url) as reader:
        reader.thread_id = thread_id
        await reader.watch()
        return reader.entries


def answers(entries: list[dict[str, Any]]) -> list[str]:
    items = [entry["item"] for entry in entries if entry["type"] == "thread.item.done"]
    return [item["content"][0]["text"] for item in items if item["type"] == "assistant_message"]


HEAD = 330
"""Bytes of a response before its first event, more or less."""


@pytest.mark.parametrize("how", ["rst", "fin"])
async def test_a_turn_whose_connections_are_cut_is_read_whole(how: Any, tmp_path: Path) -> None:
    cuts = [0, HEAD // 2, HEAD + 60, HEAD + 700, *(HEAD + size for size in range(180, 1000, 90))]
    plans = [Plan(cut_at=cut, cut=how) for cut in cuts]
    async with shop(tmp_path) as (_, url):
        port = int(re.findall(r":(\d+)", url)[0])
        async with (
            proxied(port, plans) as proxy,
            client_of(f"http://127.0.0.1:{proxy.port}/chatkit") as client,
        ):
            assert await client.send("count") == "completed"
            struck = [link.struck.is_set() for link in proxy.links[: len(cuts)]]
        assert client.entries == await log_of(url, client.thread_id)
    assert answers(client.entries) == ["".join(WORDS)]
    assert sum(struck) >= 4
    assert client.streams > 2


async def test_a_client_tool_is_answered_within_its_turn(tmp_path: Path) -> None:
    async with shop(tmp_path) as (_, url), client_of(url) as client:
        assert await client.send("ask") == "completed"
        assert client.streams == 1
    assert answers(client.entries) == ["The page has {'limit': 7}."]


async def test_the_answer_to_a_call_that_ended_a_turn_begins_the_next_one(tmp_path: Path) -> None:
    async with shop(tmp_path) as (_, url), client_of(url) as client:
        assert await client.send("end with a call") == "completed"
        assert client.streams == 2
        assert answers(client.entries) == ["I go on."]
        assert client.entries == await log_of(url, client.thread_id)


async def test_a_turn_is_stopped_from_another_page_and_both_read_how_it_ended(tmp_path: Path) -> None:
    async with shop(tmp_path) as (server, url), client_of(url) as sender, client_of(url) as other:
        sending = asyncio.create_task(sender.send("hang"))
        thread = await other.open(await server.hanging)
        assert thread["turnstream"]["turn"]["status"] == "running"
        watching = asyncio.create_task(other.watch())
        with pytest.raises(RefusedError) as refused:
            await other.send("me too")
        assert refused.value.error["code"] == "thread_busy"
        assert refused.value.error["turn_id"] == other.turn_id
        assert await other.stop() == "cancelled"
        assert (await sending, await watching) == ("cancelled", "cancelled")
        assert await other.stop() == "cancelled"  # the same answer again
        assert await sender.send("go on") == "completed"
        reopened = await other.open(sender.thread_id)
        assert reopened["turnstream"]["unfinished"][0]["status"] == "cancelled"
