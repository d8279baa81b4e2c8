"""What is deleted is gone everywhere: in every table, in Redis, in the attachment store; and of nobody
else.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import pytest
from sqlalchemy import text

from tests.eventlog.processes import redis_of
from tests.server.app import added, delta, done, hidden, user_input
from tests.server.durable import Reading, Server, ask, fetch, open_stream
from tests.services import Redis
from turnstream.eventlog import MemoryEventLog, RedisEventLog
from turnstream.limits import Limits
from turnstream.server import DeletedData, NonStreamingResult, StreamingResult
from turnstream.store import AttachmentStore, MemoryStore, NotFoundError, SqlStore, StorageError, Store
from turnstream.types import (
    Attachment,
    ClientToolCallItem,
    FileAttachment,
    ThreadItemDoneEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)

UNLIMITED = Limits(messages_per_minute=None)
ADA, BOB = "owner-ada", "owner-bob"
CANARIES = {ADA: "canary-of-ada", BOB: "canary-of-bob"}
TABLES = ["threads", "items", "attachments", "turns", "entries", "calls"]

Events = AsyncIterator[ThreadStreamEvent]
MakeServer = Callable[[], Server]


class Files(AttachmentStore[Any]):
    """Bytes by id, and how often deleting fails."""

    def __init__(self) -> None:
        self.bytes: dict[str, bytes] = {}
        self.failures = 0

    async def delete_attachment(self, attachment_id: str, context: Any) -> None:
        if self.failures > 0:
            self.failures -= 1
            raise OSError("the bucket is away")
        self.bytes.pop(attachment_id, None)


class SimpleStore(MemoryStore[Any]):
    """One of an app, with nothing but what it must have."""

    load_attachments = Store.load_attachments
    delete_thread_items_after = Store.delete_thread_items_after


async def respond(thread: ThreadMetadata, message: UserMessageItem | None, context: Any) -> Events:
    canary = CANARIES[context] if isinstance(context, str) else "restored"
    yield hidden(thread, f"hidden_{thread.id}")
    yield added(thread)
    yield delta(canary)
    yield done(thread, canary)
    if message is not None and "call" in message.content[0].text:
        yield ThreadItemDoneEvent(item=call_of(thread, canary))


def call_of(thread: ThreadMetadata, canary: str) -> ClientToolCallItem:
    return ClientToolCallItem(
        id=f"tc_{thread.id}",
        thread_id=thread.id,
        created_at=thread.created_at,
        call_id=f"call_{thread.id}",
        name="look",
        arguments={"at": canary},
    )


async def respond_for_ever(thread: ThreadMetadata, message: UserMessageItem | None, context: Any) -> Events:
    yield added(thread)
    yield delta(CANARIES[context])
    await asyncio.Event().wait()


class Deployment:
    """Servers that share their data, as processes do, and what is to be found of a text in all of it."""

    def __init__(self, store: Callable[[], Store[Any]], log: Callable[[Store[Any]], Any]) -> None:
        self.files = Files()
        self.servers: list[Server] = []
        self._store = store
        self._log = log

    def server(self, script: Any = respond) -> Server:
        store = self._store()
        server = Server(store, script, log=self._log(store), attachment_store=self.files, limits=UNLIMITED)
        self.servers.append(server)
        return server

    async def find(self, words: str) -> list[str]:
        """Where the text is."""
        server = self.servers[0]
        found = [
            f"file {attachment_id}"
            for attachment_id, data in self.files.bytes.items()
            if words in data.decode()
        ]
        if isinstance(server.store, SqlStore):
            found += await find_in_tables(server.store, words)
        else:
            found += [
                name for name in ("_threads", "_attachments") if words in repr(vars(server.store)[name])
            ]
        log = server.turns.log
        if isinstance(log, MemoryEventLog):
            found += find_in_memory(log, words)
        if isinstance(log, RedisEventLog):
            found += await find_in_redis(log, words)
        return found


def find_in_memory(log: MemoryEventLog, words: str) -> list[str]:
    own: dict[str, Any] = vars(log)
    turns = [turn for thread in own["_threads"].values() for turn in (*thread.turns, thread.newest)]
    turns += [turn for _, turn in own["_ended"]]
    places: dict[str, object] = {
        "turns": [(turn.owner, turn.tail.frames) for turn in turns if turn is not None],
        "requests": list(own["_requests"]),
        "calls": vars(own["_calls"]),
    }
    return [name for name, place in places.items() if words in repr(place)]


async def find_in_tables(store: SqlStore, words: str) -> list[str]:
    async with store.database.engine.connect() as connection:
        tables = {
            name: (await connection.execute(text(f"SELECT * FROM turnstream_{name}"))).all()
            for name in TABLES
        }
    return [
        name for name, rows in tables.items() for row in rows if any(words in readable(cell) for cell in row)
    ]


def readable(cell: Any) -> str:
    return cell.decode() if isinstance(cell, bytes) else str(cell)


async def find_in_redis(log: RedisEventLog, words: str) -> list[str]:
    await redis_of(log).publisher.close()
    client: Any = redis_of(log).streams._client  # pyright: ignore[reportPrivateUsage]
    found: list[str] = []
    async for key in client.scan_iter():
        content = await client.xrange(key) if await client.type(key) == b"stream" else await client.get(key)
        if words in f"{key} {content}":
            found.append(key.decode())
    return found


BACKENDS = [
    "memory",
    "simple",
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.needs("initdb")),
    pytest.param("redis on sqlite", marks=pytest.mark.needs("redis-server")),
    pytest.param("redis on postgresql", marks=pytest.mark.needs("redis-server", "initdb")),
]
SHARED = BACKENDS[2:]


def deployment_of(backend: str, request: pytest.FixtureRequest, folder: Path) -> Deployment:
    if "sql" not in backend:
        store, log = MemoryStore[Any]() if backend == "memory" else SimpleStore(), MemoryEventLog()
        return Deployment(lambda: store, lambda _store: log)
    is_postgresql = "postgresql" in backend
    url = request.getfixturevalue("postgres_url") if is_postgresql else f"sqlite:///{folder / 'chat.sqlite'}"
    server: Redis | None = request.getfixturevalue("empty_redis") if "redis" in backend else None

    def new_log(store: Store[Any]) -> RedisEventLog | None:
        assert isinstance(store, SqlStore)
        return None if server is None else RedisEventLog(server.url, store.database)

    return Deployment(lambda: SqlStore(url), new_log)


@pytest.fixture(params=BACKENDS)
async def deployment(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Deployment]:
    deployment = deployment_of(request.param, request, tmp_path)
    yield deployment
    for each in deployment.servers:
        await each.close()


async def upload(deployment: Deployment, owner: str, attachment_id: str) -> str:
    attachment = FileAttachment(id=attachment_id, name=f"{CANARIES[owner]}.txt", mime_type="text/plain")
    await deployment.servers[0].store.save_attachment(attachment, owner)
    deployment.files.bytes[attachment_id] = CANARIES[owner].encode()
    return attachment_id


async def say(
    server: Server, owner: str, words: str, *, thread_id: str | None = None, **more: Any
) -> list[dict[str, Any]]:
    message = {**user_input(f"{words} {CANARIES[owner]}"), **more}
    operation = "threads.create" if thread_id is None else "threads.add_user_message"
    params = {"input": message} if thread_id is None else {"input": message, "thread_id": thread_id}
    result = await ask(server, operation, owner=owner, key=f"{CANARIES[owner]}-{words}-{thread_id}", **params)
    assert isinstance(result, StreamingResult)
    return await Reading(result).rest()


async def fill(deployment: Deployment, owner: str) -> str:
    """Two threads with attachments, a call that waits, and an upload that was never sent.

    Returns the first thread.
    """
    server = deployment.servers[0]
    events = await say(
        server, owner, "first", attachments=[await upload(deployment, owner, f"atc_1_{owner}")]
    )
    thread_id = events[0]["thread"]["id"]
    await say(
        server,
        owner,
        "again",
        thread_id=thread_id,
        attachments=[await upload(deployment, owner, f"atc_2_{owner}")],
    )
    await say(server, owner, "call")
    if not isinstance(server.store, SimpleStore):
        await upload(deployment, owner, f"atc_3_{owner}")
    return thread_id


async def test_nothing_of_an_owner_is_left_and_all_of_the_others(deployment: Deployment) -> None:
    server = deployment.server()
    for owner in (ADA, BOB):
        await fill(deployment, owner)
    of_bob = [await deployment.find(BOB), await deployment.find(CANARIES[BOB])]
    assert len(await deployment.find(CANARIES[ADA])) > 5
    deleted = await server.delete_owner(ADA)
    assert deleted == DeletedData(threads=2, attachments=2 if isinstance(server.store, SimpleStore) else 3)
    assert await deployment.find(ADA) == []
    assert await deployment.find(CANARIES[ADA]) == []
    assert [await deployment.find(BOB), await deployment.find(CANARIES[BOB])] == of_bob
    assert await server.delete_owner(ADA) == DeletedData(threads=0, attachments=0)


async def test_deleting_a_thread_deletes_all_of_it(deployment: Deployment) -> None:
    server = deployment.server()
    thread_id = await fill(deployment, ADA)
    await ask(server, "threads.delete", owner=ADA, thread_id=thread_id)
    assert await deployment.find(thread_id) == []
    assert sorted(deployment.files.bytes) == (
        [] if isinstance(server.store, SimpleStore) else [f"atc_3_{ADA}"]
    )
    left = await fetch(server, "threads.list", owner=ADA)
    assert len(left["data"]) == 1


@pytest.mark.parametrize("deployment", SHARED, indirect=True)
async def test_turns_that_run_elsewhere_are_stopped(deployment: Deployment) -> None:
    here, there = deployment.server(), deployment.server(respond_for_ever)
    await there.open()
    reading = await open_stream(there, "threads.create", owner=ADA, input=user_input(CANARIES[ADA]))
    await reading.until("thread.item.updated")
    assert (await here.delete_owner(ADA)).threads == 1
    assert await deployment.find(CANARIES[ADA]) == []
    assert await deployment.find(ADA) == []
    await reading.rest()


@pytest.mark.parametrize("deployment", SHARED, indirect=True)
async def test_what_is_said_meanwhile_in_another_process_goes_too(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = deployment.server(), deployment.server()
    thread_id = await fill(deployment, ADA)
    drop, said = here.turns.log.drop, list[str]()

    async def say_before(dropped: str) -> None:
        if not said:
            said.append(dropped)
            await say(there, ADA, "meanwhile", thread_id=dropped)
            await say(there, ADA, "a new thread")
        await drop(dropped)

    monkeypatch.setattr(here.turns.log, "drop", say_before)
    assert (await here.delete_owner(ADA)).threads == 3
    assert said
    assert thread_id
    assert await deployment.find(ADA) == []
    assert await deployment.find(CANARIES[ADA]) == []


async def test_a_turn_that_stores_its_thread_again_is_found(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It read the thread before the deletion, and saves the new title behind it."""
    server = deployment.server()
    thread_id = await fill(deployment, ADA)
    thread = await server.store.load_thread(thread_id, ADA)
    delete_thread, saved = server.store.delete_thread, list[str]()

    async def save_behind(thread_id: str, context: Any) -> None:
        await delete_thread(thread_id, context)
        if not saved:
            saved.append(thread_id)
            await server.store.save_thread(thread, ADA)

    monkeypatch.setattr(server.store, "delete_thread", save_behind)
    await ask(server, "threads.delete", owner=ADA, thread_id=thread_id)
    assert saved == [thread_id]
    assert await deployment.find(thread_id) == []


async def test_an_attachment_store_that_fails_is_logged_and_the_deletion_repeated(
    deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    server = deployment.server()
    thread_id = await fill(deployment, ADA)
    deployment.files.failures = 1
    with pytest.raises(StorageError, match="1 threads or attachments"):
        await server.delete_owner(ADA)
    assert "could not be deleted" in caplog.text
    assert "the bucket is away" in caplog.text
    assert len((await server.store.load_threads(10, None, "asc", ADA)).data) <= 1  # the others went
    await server.delete_owner(ADA)
    assert await deployment.find(ADA) == []
    assert await deployment.find(CANARIES[ADA]) == []
    assert thread_id


async def test_a_store_that_deletes_nothing_does_not_go_on_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore[Any]()
    deployment = Deployment(lambda: store, lambda _store: MemoryEventLog())
    server = deployment.server()
    await upload(deployment, ADA, "atc_1")

    async def nothing(attachment_id: str, context: Any) -> None: ...

    monkeypatch.setattr(store, "delete_attachment", nothing)
    with pytest.raises(StorageError, match="1 threads or attachments"):
        await server.delete_owner(ADA)


async def test_a_retry_deletes_attachments_that_only_later_messages_name(deployment: Deployment) -> None:
    server = deployment.server()
    await upload(deployment, ADA, "shared")
    own = await upload(deployment, ADA, "own")
    events = await say(server, ADA, "first", attachments=["shared", own])
    thread_id, message_id = events[0]["thread"]["id"], events[1]["item"]["id"]
    later = await upload(deployment, ADA, "later")
    await say(server, ADA, "second", thread_id=thread_id, attachments=["shared", later])
    retried = await open_stream(
        server, "threads.retry_after_item", owner=ADA, thread_id=thread_id, item_id=message_id
    )
    await retried.rest()
    assert sorted(deployment.files.bytes) == ["own", "shared"]
    with pytest.raises(NotFoundError):
        await server.store.load_attachment("later", ADA)
    items = (await fetch(server, "items.list", owner=ADA, thread_id=thread_id, order="asc"))["data"]
    assert [item["type"] for item in items] == ["user_message", "assistant_message"]


async def test_an_attachment_that_was_sent_to_another_thread_since_stays(deployment: Deployment) -> None:
    server = deployment.server()
    await upload(deployment, ADA, "moved")
    first = await say(server, ADA, "first", attachments=["moved"])
    await say(server, ADA, "second", attachments=["moved"])
    await ask(server, "threads.delete", owner=ADA, thread_id=first[0]["thread"]["id"])
    assert list(deployment.files.bytes) == ["moved"]
    assert (await server.store.load_attachment("moved", ADA)).id == "moved"


async def test_who_deletes_must_name_one_owner(deployment: Deployment) -> None:
    server = deployment.server()
    with pytest.raises(TypeError, match=r"owner must be an owner's id, such as Principal\.id, not None"):
        await server.delete_owner(None)  # pyright: ignore[reportArgumentType]
    server.restore_context = lambda owner: BOB
    with pytest.raises(
        ValueError, match="restore_context\\('owner-ada'\\) returned a context of 'owner-bob'"
    ):
        await server.delete_owner(ADA)
    server.restore_context = lambda owner: {}
    with pytest.raises(ValueError, match="nobody that the store can tell"):
        await server.delete_owner(ADA)


class Crash(BaseException):
    """The process died here."""


class Crashing:
    """Lets the call of that number, to store, log or attachment store, fail. Counts them all."""

    STEPS: ClassVar = {
        "store": [
            *("load_thread", "load_threads", "load_attachments", "load_attachment", "load_thread_items"),
            *("delete_attachment", "delete_thread"),
        ],
        "attachment_store": ["delete_attachment"],
        "turns.log": ["newest", "drop", "threads_of"],
    }

    def __init__(self, server: Server, patch: pytest.MonkeyPatch, number: int) -> None:
        self.calls = 0
        self._number = number
        for path, methods in self.STEPS.items():
            part: Any = server
            for name in path.split("."):
                part = getattr(part, name)
            for method in methods:
                patch.setattr(part, method, self._counted(getattr(part, method)))
        if isinstance(server.store, SqlStore):
            database = server.store.database
            patch.setattr(database, "write", self._counted(database.write))

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        async def counted(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            if self.calls == self._number:
                raise Crash
            return await call(*args, **kwargs)

        return counted


async def delete_thread(server: Server, thread_id: str) -> None:
    with suppress(NotFoundError):  # it was done but for the answer
        await ask(server, "threads.delete", owner=ADA, thread_id=thread_id)


@pytest.mark.parametrize("deployment", ["memory", "simple", "sqlite"], indirect=True)
@pytest.mark.parametrize("what", ["thread", "owner"])
async def test_a_crash_between_any_two_steps_leaves_what_repeating_finishes(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    server = deployment.server()
    for number in range(1, 200):
        thread_id = await fill(deployment, ADA)

        async def delete(thread_id: str = thread_id) -> None:
            await (server.delete_owner(ADA) if what == "owner" else delete_thread(server, thread_id))

        with monkeypatch.context() as patch:
            crashing = Crashing(server, patch, number)
            with suppress(Crash):
                await delete()
        await delete()
        assert await deployment.find(ADA if what == "owner" else thread_id) == []
        await server.delete_owner(ADA)
        assert deployment.files.bytes == {}
        if crashing.calls < number:
            assert number > 10
            return
    raise AssertionError("it takes more than 200 steps")


async def exported(server: Server, owner: str) -> list[dict[str, Any]]:
    rows = [row async for row in server.export_owner(owner)]
    return json.loads(json.dumps(rows))


async def test_an_export_has_what_was_stored_but_for_hidden_items(deployment: Deployment) -> None:
    server = deployment.server()
    for owner in (ADA, BOB):
        await fill(deployment, owner)
    rows = await exported(server, ADA)
    threads = await fetch(server, "threads.list", owner=ADA, order="asc")
    expected: list[dict[str, Any]] = []
    for thread in threads["data"]:
        items = await fetch(server, "items.list", owner=ADA, thread_id=thread["id"], order="asc", limit=100)
        del thread["items"], thread["metadata"]
        expected += [
            {"type": "thread", "thread": thread},
            *({"type": "item", "item": item} for item in items["data"]),
        ]
    if not isinstance(server.store, SimpleStore):
        expected += [
            {"type": "attachment", "attachment": await attachment_of(server, f"atc_{n}_{ADA}")}
            for n in (1, 2, 3)
        ]
    assert rows == expected
    assert "secret" not in str(rows)  # the text of hidden items
    assert BOB not in str(rows)
    assert CANARIES[BOB] not in str(rows)


async def attachment_of(server: Server, attachment_id: str) -> dict[str, Any]:
    attachment: Attachment = await server.store.load_attachment(attachment_id, ADA)
    return attachment.model_dump(mode="json", exclude_none=True, exclude={"metadata"})


async def test_an_export_keeps_what_is_the_apps(deployment: Deployment) -> None:
    server = deployment.server()
    thread_id = await fill(deployment, ADA)
    thread = await server.store.load_thread(thread_id, ADA)
    thread.metadata = {"inner": "private"}
    await server.store.save_thread(thread, ADA)
    attachment = FileAttachment.model_validate(
        {
            "id": "atc_9",
            "name": "a",
            "mime_type": "text/plain",
            "metadata": {"bucket": "private"},
            "upload_descriptor": {"url": "https://files.test/private", "method": "PUT"},
        }
    )
    await server.store.save_attachment(attachment, ADA)
    assert "private" not in str(await exported(server, ADA))


async def test_an_export_holds_one_page_at_a_time(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = deployment.server()
    thread_id = await fill(deployment, ADA)
    for number in range(250):
        item = done(await server.store.load_thread(thread_id, ADA), str(number), f"msg_{number}").item
        await server.store.add_thread_item(thread_id, item, ADA)
    load, limits = server.store.load_thread_items, list[int]()

    async def noted(thread_id: str, after: str | None, limit: int, order: str, context: Any) -> Any:
        limits.append(limit)
        return await load(thread_id, after, limit, order, context)

    monkeypatch.setattr(server.store, "load_thread_items", noted)
    rows = server.export_owner(ADA)
    await anext(rows)
    assert limits == []
    assert len([row async for row in rows]) > 250
    assert set(limits) == {100}


async def test_an_answer_to_a_deletion_is_empty(deployment: Deployment) -> None:
    server = deployment.server()
    thread_id = await fill(deployment, ADA)
    result = await ask(server, "threads.delete", owner=ADA, thread_id=thread_id)
    assert isinstance(result, NonStreamingResult)
    assert result.json == b"{}"
