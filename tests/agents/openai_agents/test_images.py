"""Images that a model made: where they are stored, who sees them, and how the model gets them again."""

import base64
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.agents.openai_agents.replayed import ReplayedModel, image, message, run_of
from tests.attachments.conftest import files_in
from tests.http.serving import SECRET, serving
from tests.server.app import user_input
from turnstream.agents import AgentContext, simple_to_agent_input, stream_agent_response
from turnstream.agents.core import FileLimits
from turnstream.attachments import DiskAttachmentStore
from turnstream.http import create_app
from turnstream.server import ChatKitServer
from turnstream.store import MemoryStore, StorageFullError, Store
from turnstream.types import GeneratedImage, GeneratedImageItem

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 40
JPEG = b"\xff\xd8\xff\xe0" + bytes(100)


class SimpleStore(MemoryStore[Any]):
    """One of an app, which cannot list attachments."""

    load_attachments = Store.load_attachments
    load_unsent_attachments = Store.load_unsent_attachments


class Painter(ChatKitServer[Any]):
    def __init__(self, model: ReplayedModel, store: Store[Any] | None = None, **options: Any) -> None:
        super().__init__(store or MemoryStore(), **options)
        self.model = model

    async def respond(self, thread: Any, input_user_message: Any, context: Any) -> AsyncIterator[Any]:
        of = AgentContext(thread=thread, store=self.store, request_context=context)
        page = await self.store.load_thread_items(thread.id, None, 50, "asc", context=context)
        run = run_of(of, self.model, await simple_to_agent_input(page.data))
        async for event in stream_agent_response(of, run):
            yield event


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


@asynccontextmanager
async def visitor_of(server: Painter) -> AsyncGenerator[httpx.AsyncClient]:
    """Yield a browser that has the visitor's cookie."""
    async with serving(create_app(server, cookie_secret=SECRET)) as client:
        await client.post("/chatkit", json={"type": "threads.list", "params": {}})
        assert client.cookies
        yield client


async def say(client: httpx.AsyncClient, kind: str = "threads.create", **params: Any) -> list[dict[str, Any]]:
    if kind != "threads.retry_after_item":
        params["input"] = user_input("Paint an oak")
    answer = await client.post("/chatkit", json={"type": kind, "params": params})
    assert answer.status_code == 200, answer.text
    return [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]


def made(events: list[dict[str, Any]]) -> dict[str, Any]:
    """The item of the image."""
    (item,) = [
        event["item"]
        for event in events
        if event["type"] == "thread.item.done" and event["item"]["type"] == "generated_image"
    ]
    return item


def shown_to(model: ReplayedModel) -> list[str]:
    """The images that the model got with the last request."""
    parts = [
        part for each in model.heard[-1] if isinstance(each.get("content"), list) for part in each["content"]
    ]
    return [part["image_url"] for part in parts if part["type"] == "input_image"]


@pytest.mark.parametrize("data", [PNG, JPEG])
async def test_an_image_is_a_file_of_its_owner_and_goes_back_to_the_model(
    data: bytes, tmp_path: Path
) -> None:
    model = ReplayedModel([image(encoded(data), encoded(b"preview")), message("Here")], [message("Thanks")])
    server = Painter(model, attachment_store=DiskAttachmentStore(tmp_path))
    media_type = "image/png" if data == PNG else "image/jpeg"
    async with visitor_of(server) as client:
        events = await say(client)
        item = made(events)
        url = item["image"]["url"]
        assert url.startswith(f"{str(client.base_url).rstrip('/')}/chatkit/attachments/")
        got = await client.get(url)
        assert (got.content, got.headers["content-type"]) == (data, media_type)
        assert got.headers["content-disposition"].startswith("inline")
        async with httpx.AsyncClient() as stranger:
            assert (await stranger.get(url)).status_code == 404
        await server._retention.sweep(datetime.now(UTC) + timedelta(days=9))  # pyright: ignore[reportPrivateUsage]
        await say(client, "threads.add_user_message", thread_id=item["thread_id"])
        assert shown_to(model) == [f"data:{media_type};base64,{encoded(data)}"]
        delete = {"type": "threads.delete", "params": {"thread_id": item["thread_id"]}}
        assert (await client.post("/chatkit", json=delete)).status_code == 200
        assert (await client.get(url)).status_code == 404
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("store", [MemoryStore, SimpleStore])
async def test_a_retry_deletes_the_image_and_so_does_the_thread(store: type[Any], tmp_path: Path) -> None:
    model = ReplayedModel([image(encoded(PNG)), message("Here")], [image(encoded(JPEG)), message("Here")])
    server = Painter(model, store(), attachment_store=DiskAttachmentStore(tmp_path))
    async with visitor_of(server) as client:
        events = await say(client)
        thread_id = events[0]["thread"]["id"]
        (asked,) = [
            event["item"]
            for event in events
            if event["type"] == "thread.item.done" and event["item"]["type"] == "user_message"
        ]
        again = await say(client, "threads.retry_after_item", thread_id=thread_id, item_id=asked["id"])
        assert (await client.get(made(events)["image"]["url"])).status_code == 404
        assert (await client.get(made(again)["image"]["url"])).content == JPEG
        await client.post("/chatkit", json={"type": "threads.delete", "params": {"thread_id": thread_id}})
    assert files_in(tmp_path) == []


async def test_the_first_turn_of_a_visitor_stores_its_image_too(tmp_path: Path) -> None:
    model = ReplayedModel([image(encoded(PNG)), message("Here")])
    server = Painter(model, attachment_store=DiskAttachmentStore(tmp_path))
    async with serving(create_app(server, cookie_secret=SECRET)) as client:
        assert not client.cookies
        url = made(await say(client))["image"]["url"]
        assert (await client.get(url)).content == PNG


async def test_without_a_store_of_files_the_image_is_in_its_item() -> None:
    async with visitor_of(Painter(ReplayedModel([image(encoded(PNG)), message("Here")]))) as client:
        assert made(await say(client))["image"]["url"] == f"data:image/png;base64,{encoded(PNG)}"


@pytest.mark.parametrize("result", ["AAAA", "no base64!"])
async def test_what_is_no_image_is_not_stored(result: str, tmp_path: Path) -> None:
    server = Painter(
        ReplayedModel([image(result), message("Here")]), attachment_store=DiskAttachmentStore(tmp_path)
    )
    async with visitor_of(server) as client:
        assert made(await say(client))["image"]["url"] == f"data:image/png;base64,{result}"
    assert files_in(tmp_path) == []


async def test_a_full_disk_fails_no_turn(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Full(DiskAttachmentStore[Any]):
        async def write_file(self, attachment_id: str, chunks: AsyncIterator[bytes]) -> None:
            raise StorageFullError("no space is left for files")

    server = Painter(ReplayedModel([image(encoded(PNG)), message("Here")]), attachment_store=Full(tmp_path))
    async with visitor_of(server) as client:
        with caplog.at_level(logging.WARNING):
            item = made(await say(client))
        assert item["image"]["url"].startswith("data:")
        owner = await owner_of(server, item["thread_id"])
        assert (await server.store.load_attachments(10, None, owner)).data == []
    assert "no space is left" in caplog.text


async def owner_of(server: Painter, thread_id: str) -> Any:
    """A context of the thread's owner."""
    record = await server.turns.log.newest(thread_id)
    assert record is not None
    return server.restore_context(record.owner)


def item_of(url: str) -> GeneratedImageItem:
    return GeneratedImageItem(
        id="msg_1",
        thread_id="thr_1",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        image=GeneratedImage(id="ig_1", url=url),
    )


def content_of(inputs: list[Any]) -> list[Any]:
    return [part.get("image_url") or part["text"] for each in inputs for part in each["content"]]


async def test_an_image_of_another_server_is_its_url(tmp_path: Path) -> None:
    url = "https://files.example/attachments/atc_12345678"
    for files in (None, DiskAttachmentStore[Any](tmp_path)):
        shown = content_of(await simple_to_agent_input(item_of(url), files=files))
        assert shown == ["The user was shown this image, which you made.", url]


async def test_an_image_that_is_gone_is_no_url_that_nobody_can_load(tmp_path: Path) -> None:
    model = ReplayedModel([image(encoded(PNG)), message("Here")], [message("Sorry")])
    server = Painter(model, attachment_store=DiskAttachmentStore(tmp_path))
    async with visitor_of(server) as client:
        item = made(await say(client))
        params = {"attachment_id": item["image"]["url"].rpartition("/")[2]}
        await client.post("/chatkit", json={"type": "attachments.delete", "params": params})
        await say(client, "threads.add_user_message", thread_id=item["thread_id"])
    assert shown_to(model) == []
    assert "its content could not be read" in json.dumps(model.heard[-1])


async def test_the_newest_images_come_first(tmp_path: Path) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield PNG

    files = DiskAttachmentStore[Any](tmp_path)
    ids = ["atc_11111111", "atc_22222222"]
    for attachment_id in ids:
        await files.write_file(attachment_id, pieces())
    items = [item_of(f"https://chat.example/chatkit/attachments/{each}") for each in ids]
    limits = FileLimits(max_total_bytes=len(PNG))
    shown = content_of(await simple_to_agent_input(items, files=files, limits=limits))
    assert shown[3] == f"data:image/png;base64,{encoded(PNG)}"
    assert "left out to make room" in shown[1]
