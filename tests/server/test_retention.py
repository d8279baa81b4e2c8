"""What is old goes by itself, and nothing that is in use."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.server.app import user_input
from tests.server.durable import Server, ask, memory_server, open_stream, running, sqlite_server
from tests.server.test_durable_turns import Steps, begin, hello
from turnstream.server import retention
from turnstream.store import AttachmentStore, MemoryStore, NotFoundError, StorageError, Store
from turnstream.types import AssistantMessageItem, FileAttachment, ThreadMetadata

NOW = datetime.now(UTC)
DAYS_90 = timedelta(days=90)


class Files(AttachmentStore[Any]):
    def __init__(self) -> None:
        self.deleted: list[str] = []

    async def delete_attachment(self, attachment_id: str, context: Any) -> None:
        self.deleted.append(attachment_id)


@pytest.fixture(params=["memory", "sqlite"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Server]:
    options: dict[str, Any] = {"retention": DAYS_90, "attachment_store": Files()}
    server = (
        memory_server(hello, **options)
        if request.param == "memory"
        else sqlite_server(tmp_path, hello, **options)
    )
    yield server
    await server.close()


async def add_thread(server: Server, thread_id: str, *, days_ago: float, owner: str = "ada") -> None:
    created_at = NOW - timedelta(days=days_ago)
    await server.store.save_thread(ThreadMetadata(id=thread_id, created_at=created_at), owner)
    item = AssistantMessageItem(id="msg_1", thread_id=thread_id, created_at=created_at, content=[])
    await server.store.add_thread_item(thread_id, item, owner)


async def sweep(server: Server, now: datetime = NOW) -> None:
    await server._retention.sweep(now)  # pyright: ignore[reportPrivateUsage]


async def threads_of(server: Server, owner: str = "ada") -> set[str]:
    return {thread.id for thread in (await server.store.load_threads(1000, None, "asc", owner)).data}


async def test_old_threads_go_whoever_owns_them_and_younger_ones_stay(server: Server) -> None:
    for number in range(150):
        await add_thread(server, f"old_{number}", days_ago=91, owner="ada" if number % 2 else "bob")
        await add_thread(server, f"new_{number}", days_ago=89, owner="bob")
    await sweep(server)
    assert await threads_of(server) == set()
    assert await threads_of(server, "bob") == {f"new_{number}" for number in range(150)}


async def test_a_new_item_keeps_an_old_thread(server: Server) -> None:
    await add_thread(server, "thr_1", days_ago=200)
    item = AssistantMessageItem(
        id="msg_2", thread_id="thr_1", created_at=NOW - timedelta(days=80), content=[]
    )
    await server.store.add_thread_item("thr_1", item, "ada")
    await sweep(server, NOW + timedelta(hours=1))  # a clock that is wrong by an hour
    assert await threads_of(server) == {"thr_1"}
    await sweep(server, NOW + timedelta(days=11))
    assert await threads_of(server) == set()


async def test_a_thread_whose_turn_runs_is_left_alone(tmp_path: Path) -> None:
    steps = Steps()
    server, other = (sqlite_server(tmp_path, steps.respond, retention=DAYS_90) for _ in range(2))
    async with running(server, other):
        thread_id, reading = await begin(server, steps, "hi")
        for each in (server, other):
            await sweep(each, NOW + timedelta(days=365))
        assert await threads_of(server) == {thread_id}
        steps.finish()
        await reading.rest()
        await sweep(other, NOW + timedelta(days=365))
        assert await threads_of(server) == set()


async def test_a_message_that_comes_behind_the_query_keeps_its_thread(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_thread(server, "thr_1", days_ago=91)
    load = server.store.load_idle_threads

    async def send_behind(before: datetime, limit: int, after: str | None) -> Any:
        page = await load(before, limit, after)
        await (
            await open_stream(server, "threads.add_user_message", thread_id="thr_1", input=user_input("hi"))
        ).rest()
        return page

    monkeypatch.setattr(server.store, "load_idle_threads", send_behind)
    await sweep(server)
    assert await threads_of(server) == {"thr_1"}


async def test_several_processes_may_sweep_at_once(tmp_path: Path) -> None:
    servers = [sqlite_server(tmp_path, hello, retention=DAYS_90) for _ in range(3)]
    for number in range(20):
        await add_thread(servers[0], f"old_{number}", days_ago=91)
    await add_thread(servers[0], "new", days_ago=1)
    await asyncio.gather(*map(sweep, servers))
    assert await threads_of(servers[0]) == {"new"}
    for server in servers:
        await server.close()


async def test_a_thread_that_cannot_be_deleted_does_not_keep_the_others(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        await add_thread(server, f"old_{number}", days_ago=91)
    drop = server.turns.log.drop

    async def fail(thread_id: str) -> None:
        if thread_id == "old_1":
            raise StorageError("not now")
        await drop(thread_id)

    monkeypatch.setattr(server.turns.log, "drop", fail)
    await sweep(server)
    assert await threads_of(server) == {"old_1"}
    assert "thread old_1 is old and could not be deleted" in caplog.text
    monkeypatch.undo()
    await sweep(server)
    assert await threads_of(server) == set()


async def test_attachments_that_were_never_sent_go_after_a_day(server: Server) -> None:
    for attachment_id, thread_id in (("unsent", None), ("sent", "thr_1")):
        attachment = FileAttachment(id=attachment_id, name="a", mime_type="text/plain", thread_id=thread_id)
        await server.store.save_attachment(attachment, "ada")
    await sweep(server, NOW + timedelta(hours=23))
    assert (await server.store.load_attachment("unsent", "ada")).id == "unsent"
    await sweep(server, NOW + timedelta(hours=25))
    with pytest.raises(NotFoundError):
        await server.store.load_attachment("unsent", "ada")
    assert isinstance(server.attachment_store, Files)
    assert server.attachment_store.deleted == ["unsent"]
    assert (await server.store.load_attachment("sent", "ada")).id == "sent"


async def test_an_attachment_that_was_sent_meanwhile_stays(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    attachment = FileAttachment(id="atc_1", name="a", mime_type="text/plain")
    await server.store.save_attachment(attachment, "ada")
    load = server.store.load_unsent_attachments

    async def send_behind(before: datetime, limit: int, after: str | None) -> Any:
        page = await load(before, limit, after)
        assert len(page.data) == 1
        await server.store.save_attachment(attachment.model_copy(update={"thread_id": "thr_1"}), "ada")
        return page

    monkeypatch.setattr(server.store, "load_unsent_attachments", send_behind)
    await sweep(server, NOW + timedelta(days=2))
    assert (await server.store.load_attachment("atc_1", "ada")).thread_id == "thr_1"


async def test_without_an_attachment_store_no_record_goes(server: Server) -> None:
    server.attachment_store = None
    await server.store.save_attachment(FileAttachment(id="atc_1", name="a", mime_type="text/plain"), "ada")
    await sweep(server, NOW + timedelta(days=365))
    assert (await server.store.load_attachment("atc_1", "ada")).id == "atc_1"


async def test_it_sweeps_by_itself_while_the_server_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "FIRST_SWEEP_S", 0)
    monkeypatch.setattr(retention, "SWEEP_EVERY_S", 0)
    server = memory_server(hello, retention=DAYS_90)
    await add_thread(server, "old", days_ago=91)
    deleted, delete = asyncio.Event(), server.store.delete_thread

    async def noted(thread_id: str, context: Any) -> None:
        await delete(thread_id, context)
        deleted.set()

    monkeypatch.setattr(server.store, "delete_thread", noted)
    for _ in range(2):
        await server.open()
    assert len(sweeping()) == 1
    await deleted.wait()
    deleted.clear()
    await add_thread(server, "another", days_ago=91)
    await deleted.wait()  # it goes on
    await server.close()
    assert sweeping() == []


async def test_a_sweep_that_fails_is_logged_and_the_next_one_comes(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(retention, "FIRST_SWEEP_S", 0)
    monkeypatch.setattr(retention, "SWEEP_EVERY_S", 0)
    server = memory_server(hello, retention=DAYS_90)
    load, asked = server.store.load_idle_threads, asyncio.Semaphore(0)

    async def fail_first(before: datetime, limit: int, after: str | None) -> Any:
        asked.release()
        if "failed" not in caplog.text:
            raise StorageError("not now")
        return await load(before, limit, after)

    monkeypatch.setattr(server.store, "load_idle_threads", fail_first)
    await server.open()
    for _ in range(2):
        await asked.acquire()
    await server.close()
    assert "deleting old threads failed; the next sweep tries again" in caplog.text


async def test_without_anything_to_delete_nothing_runs() -> None:
    server = memory_server(hello)
    await server.open()
    assert sweeping() == []
    await server.close()


def sweeping() -> list[str]:
    return [task.get_name() for task in asyncio.all_tasks() if task.get_name() == "turnstream retention"]


class SimpleStore(MemoryStore[Any]):
    """One of an app, with nothing but what it must have."""

    load_idle_threads = Store.load_idle_threads
    load_unsent_attachments = Store.load_unsent_attachments


async def test_a_store_that_cannot_find_old_threads_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match=r"retention needs SimpleStore\.load_idle_threads\(\)"):
        Server(SimpleStore(), hello, retention=DAYS_90)
    server = Server(SimpleStore(), hello, attachment_store=Files())  # what it cannot list, it keeps
    await server.store.save_attachment(FileAttachment(id="atc_1", name="a", mime_type="text/plain"), "ada")
    await sweep(server, NOW + timedelta(days=365))
    await server.open()
    assert sweeping() == []
    await server.close()


@pytest.mark.parametrize("age", [90, timedelta(0), timedelta(days=-1), "90d", True])
@pytest.mark.parametrize("name", ["retention", "unsent_retention"])
def test_an_age_is_a_positive_timedelta(name: str, age: object) -> None:
    with pytest.raises(
        TypeError, match=rf"{name} must be a positive timedelta, such as timedelta\(days=90\), or None"
    ):
        Server(MemoryStore(), hello, **{name: age})


async def test_who_deleted_it_first_is_no_error(
    server: Server, caplog: pytest.LogCaptureFixture, monkeypatch: Any
) -> None:
    await add_thread(server, "old", days_ago=91)
    load = server.store.load_idle_threads

    async def delete_behind(before: datetime, limit: int, after: str | None) -> Any:
        page = await load(before, limit, after)
        await ask(server, "threads.delete", thread_id="old")
        return page

    monkeypatch.setattr(server.store, "load_idle_threads", delete_behind)
    await sweep(server)
    assert caplog.text == ""
