"""How long a deletion keeps others waiting: a thread of 100,000 items and its log, in SQLite and PostgreSQL.

    python -m bench.deletion [--rounds 1] [--quick]

`--quick` deletes 10,000. All figures are relative to the median of a single insert, measured in the same run.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from tests.services import MissingProgramError, Postgres
from turnstream.eventlog import SqlEventLog
from turnstream.eventlog.sql.entries import Entry, segments_of
from turnstream.store import SqlStore
from turnstream.store.documents import to_document
from turnstream.types import AssistantMessageContent, AssistantMessageItem, ThreadMetadata

OWNER = "ada"
INSERTS = 300
Operation = Callable[[SqlStore, SqlEventLog], Awaitable[object]]


class Transactions:
    """The longest time between a transaction's beginning and its commit, in seconds."""

    def __init__(self, store: SqlStore) -> None:
        self.longest_s = 0.0
        self._began = 0.0
        event.listen(store.database.engine.sync_engine, "begin", self._begin)
        event.listen(store.database.engine.sync_engine, "commit", self._commit)

    def _begin(self, _connection: Any) -> None:
        self._began = time.perf_counter()

    def _commit(self, connection: Any) -> None:
        # Committed here, so that its time counts; the commit that follows does nothing.
        connection.connection.dbapi_connection.commit()
        self.longest_s = max(self.longest_s, time.perf_counter() - self._began)


def item_of(item_id: str) -> AssistantMessageItem:
    content = [AssistantMessageContent(text="A sentence of the usual length, as models say it. " * 10)]
    return AssistantMessageItem(id=item_id, thread_id="thr_1", created_at=datetime.now(UTC), content=content)


async def fill(store: SqlStore, count: int) -> None:
    """A thread, and a log that ended."""
    await store.save_thread(ThreadMetadata(id="thr_1", created_at=datetime.now(UTC)), OWNER)
    document = to_document(item_of("msg"))
    [segment] = segments_of([Entry(1, b"data: " + b"x" * 500 + b"\n\n", None)])
    items = text(
        "INSERT INTO turnstream_items (thread_id, id, owner, document) VALUES ('thr_1', :id, 'ada', "
        ":document)"
    )
    segments = text(
        "INSERT INTO turnstream_segments (thread_id, last_seq, hour, first_seq, frames) "
        "VALUES ('thr_1', :seq, 0, :seq, :frames)"
    )
    async with store.database.engine.begin() as connection:
        await connection.execute(items, [{"id": f"msg_{n}", "document": document} for n in range(count)])
        rows = [{"seq": n, "frames": segment.frames} for n in range(1, count + 1)]
        await connection.execute(segments, rows)


async def insert(store: SqlStore, item_id: str) -> float:
    began = time.perf_counter()
    await store.add_thread_item("thr_other", item_of(item_id), OWNER)
    return time.perf_counter() - began


async def insert_meanwhile(store: SqlStore, is_over: asyncio.Event) -> float:
    """What another process waits for an insert, at most."""
    longest_s, number = 0.0, 0
    while not is_over.is_set():
        number += 1
        longest_s = max(longest_s, await insert(store, f"other_{time.perf_counter_ns()}"))
        await asyncio.sleep(0.01)
    return longest_s


async def at_once(store: SqlStore, _log: SqlEventLog) -> None:
    """All items in one statement, for comparison."""
    async with store.database.engine.begin() as connection:
        await connection.execute(text("DELETE FROM turnstream_items WHERE thread_id = 'thr_1'"))


OPERATIONS: dict[str, Operation] = {
    "one statement, for comparison": at_once,
    "`delete_thread_items_after`": lambda store, _: store.delete_thread_items_after("thr_1", "msg_0", OWNER),
    "`delete_thread`": lambda store, _: store.delete_thread("thr_1", OWNER),
    "`drop` of the log": lambda _, log: log.drop("thr_1"),
}


async def measure(url: str, count: int) -> dict[str, tuple[float, float, float]]:
    """By operation: seconds; longest transaction and another writer's longest wait, in medians of an
    insert.
    """
    store, other = SqlStore[Any](url), SqlStore[Any](url)
    log = SqlEventLog(store.database)
    await store.save_thread(ThreadMetadata(id="thr_other", created_at=datetime.now(UTC)), OWNER)
    insert_s = statistics.median([await insert(other, f"msg_{n}") for n in range(INSERTS)])
    found: dict[str, tuple[float, float, float]] = {}
    for name, operation in OPERATIONS.items():
        await fill(store, count)
        transactions, is_over = Transactions(store), asyncio.Event()
        pending = asyncio.create_task(insert_meanwhile(other, is_over))
        began = time.perf_counter()
        await operation(store, log)
        took_s = time.perf_counter() - began
        is_over.set()
        found[name] = took_s, transactions.longest_s / insert_s, await pending / insert_s
        await log.drop("thr_1")
        await store.delete_thread("thr_1", OWNER)
    for each in (store, other):
        await each.close()
    return found


def show(name: str, rounds: list[dict[str, tuple[float, float, float]]]) -> None:
    print(f"\n| {name} | seconds | longest transaction | longest wait of another writer |")
    print("|---|---|---|---|")
    for operation in OPERATIONS:
        took_s, longest, wait = (
            statistics.median(values) for values in zip(*(r[operation] for r in rounds), strict=True)
        )
        print(f"| {operation} | {took_s:.1f} | {longest:.0f}× | {wait:.0f}× |")


async def main(rounds: int, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        urls = [f"sqlite:///{folder}/{n}.sqlite" for n in range(rounds)]
        show("SQLite", [await measure(url, count) for url in urls])
        try:
            service = Postgres(Path(folder))
        except MissingProgramError as error:
            print(error)
            return
        try:
            service.start()
            names = [service.create_database(f"bench_{n}") for n in range(rounds)]
            show("PostgreSQL", [await measure(name, count) for name in names])
        finally:
            service.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    asyncio.run(main(options.rounds, 10_000 if options.quick else 100_000))
