"""A SQL database: its connections, its tables brought up to date, its errors translated.

SQLite and PostgreSQL are served alike; what differs between them is in this module and in the migrations.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from anyio import CancelScope, to_thread
from anyio.lowlevel import checkpoint_if_cancelled
from sqlalchemy import URL, Executable, event, exc, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from turnstream.store.base import StorageError, StorageFullError
from turnstream.store.migrations import migrate
from turnstream.store.reserve import Reserve

__all__ = ["BATCH_ROWS", "Database", "Work"]

# How long a statement waits while another process writes.
_BUSY_TIMEOUT_MS = 10_000

# A PostgreSQL that says nothing, since its machine is off or the network is cut, is away after some ten
# seconds. Without these the system waits for a quarter of an hour, and everything that is tried again waits
# with it.
_PATIENCE = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}

# A PostgreSQL whose processes are stopped keeps its connections, and the settings above notice nothing: an
# operation that has no answer after this time has failed. None takes that long, since long deletions go in
# steps.
_ANSWER_S = 10.0

# A process that was stopped within a transaction keeps its locks, and nobody could end the turns it ran.
# Longer than a lease, since a transaction that fails is only written again.
_IDLE_IN_TRANSACTION_MS = 10_000

# How long the write-ahead log grows: moving it into the file takes as much room again, on a full disk of the
# reserve.
_LOG_PAGES = 128

# Connections to a file of SQLite. They are opened when needed and then kept: each has a thread, and the event
# loop waits for its start. The one used last is used first, so that few have a full cache.
_CONNECTIONS = 15


EXAMPLES = "write sqlite:///chat.sqlite, or postgresql://user:password@host/name"

BATCH_ROWS = 500
"""The rows of one step of a long deletion."""

LONGEST_REST_S = 1.0

T = TypeVar("T")

Work: TypeAlias = Callable[[AsyncConnection], Awaitable[T]]
"""What to do with a connection."""


class Database:
    """The database at a URL, or behind an engine of the app, which is then used as it is and never disposed
    of.

    Opens itself at the first use. A write that finds the disk of SQLite full frees a reserve of 1 MiB, a file
    beside the database, for those that follow. Files of SQLite that are made here are readable and writable
    by their user alone, whatever the umask; those that exist keep their mode. SQLite is set to write-ahead
    logging, so that readers never wait; its writers take turns in this process by locks, which are fair, and
    between processes by waiting.
    """

    def __init__(self, url_or_engine: str | URL | AsyncEngine) -> None:
        self._is_ours = not isinstance(url_or_engine, AsyncEngine)
        self.engine = (
            url_or_engine
            if isinstance(url_or_engine, AsyncEngine)
            else _create_engine(_parsed(url_or_engine))
        )
        self._is_open = False
        self._opening = asyncio.Lock()
        self._fences: dict[asyncio.Task[Any] | None, Work[None]] = {}
        self._turn = asyncio.Lock() if self.dialect == "sqlite" else nullcontext()
        # Only the first of the ordinary writers waits at `_turn`, so one that is ahead waits for one of them.
        self._queue = asyncio.Lock() if self.dialect == "sqlite" else nullcontext()
        self._reserve = _reserve_of(self.engine.url) if self._is_ours else None

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    async def open(self) -> None:
        """Brings the tables up to date, once; later calls return at once.

        Raises:
            StorageError: the database cannot be reached, or was made by a newer turnstream.
        """
        await checkpoint_if_cancelled()  # the operations themselves do not notice a cancelled scope
        if not self._is_open:
            async with self._opening:
                if not self._is_open:
                    preparing = self._prepare()  # migrations may take longer than other operations
                    await (_to_its_end(preparing) if self.dialect == "sqlite" else preparing)
                    self._is_open = True

    async def close(self) -> None:
        """Closes the connections that were opened here; using the database again opens it again."""
        async with self._opening:
            self._is_open = False
            if self._is_ours:
                await self._uncut(self.engine.dispose())

    async def read(self, work: Work[T]) -> T:
        """What `work` returns, which changes nothing.

        Raises:
            StorageError: the database cannot be used.
        """
        await self.open()
        return await self._uncut(self._read(work))

    async def write(self, work: Work[T], *, is_ahead: bool = False) -> T:
        """What `work` returns, whose statements take effect together, when it returns without an error.

        Where one process writes at a time, `is_ahead` passes those that wait without it: streams wait for
        what their log writes. Between two that are ahead, one of the others has its turn.

        Raises:
            StorageError: the database cannot be used.
            StorageFullError: it has no room left.
        """
        await self.open()
        fence = self._fences.get(asyncio.current_task())
        async with nullcontext() if is_ahead else self._queue, self._turn:
            try:
                return await self._uncut(self._write(work, fence))
            except StorageFullError:
                if self._reserve is not None:
                    await self._reserve.free()
                raise

    @contextmanager
    def fenced(self, fence: Work[None]) -> Generator[None]:
        """Run `fence` first in each transaction that this task's calls of `write` begin within the context.

        What `fence` raises rolls the transaction back. Other tasks are not concerned, also those that this
        one starts: they may outlive the context.
        """
        task = asyncio.current_task()
        self._fences[task] = fence
        try:
            yield
        finally:
            del self._fences[task]

    async def delete_in_steps(self, statement: Executable, values: Mapping[str, Any]) -> int:
        """Repeat a statement that deletes at most `BATCH_ROWS` rows until it finds fewer; return how many
        went.

        Each time is a transaction of its own, and a rest as long follows it: another process has no fair lock
        to wait at, it only looks from time to time whether nobody writes. What an error or a crash leaves,
        the next call deletes.

        Raises:
            StorageError: the database cannot be used.
        """

        async def step(connection: AsyncConnection) -> int:
            return (await connection.execute(statement, values)).rowcount

        loop = asyncio.get_running_loop()
        total = 0
        while True:
            began = loop.time()
            count = await self.write(step)
            total += count
            if count < BATCH_ROWS:
                return total
            await asyncio.sleep(min(loop.time() - began, LONGEST_REST_S))

    async def expect_room(self) -> None:
        """Return if what is begun now can be brought to an end: the room that SQLite's last words need is set
        aside.

        Raises:
            StorageFullError: it is not, and there is none.
        """
        if self._reserve is not None and not await self._reserve.make():
            raise StorageFullError("the database's disk is full")

    async def _prepare(self) -> None:
        with _translated():
            if self._is_ours and self.dialect == "sqlite":
                await to_thread.run_sync(_make_private_file, self.engine.url.database)
                await _use_wal(self.engine)
            await migrate(self.engine)

    async def _read(self, work: Work[T]) -> T:
        with _translated():
            async with self.engine.connect() as connection:
                return await work(connection)

    async def _write(self, work: Work[T], fence: Work[None] | None) -> T:
        with _translated():
            async with self.engine.begin() as connection:
                if fence is not None:
                    await fence(connection)
                return await work(connection)

    async def _uncut(self, operation: Coroutine[Any, Any, T]) -> T:
        """Awaits an operation; on SQLite to its end, even when the caller is cancelled meanwhile.

        A cancelled aiosqlite call goes on in its thread, and the thread and the write lock are lost with it.
        PostgreSQL has a time to answer.
        """
        return await (_to_its_end(operation) if self.dialect == "sqlite" else _in_time(operation))


async def _in_time(operation: Coroutine[Any, Any, T]) -> T:
    """Awaits the operation for `_ANSWER_S` seconds at most.

    Then the operation is cancelled, and its caller waits no longer: the driver asks the server to cancel, and
    closes the connection if the server does not answer that either. The operation may still take effect.
    """
    task = asyncio.create_task(operation)
    task.add_done_callback(_look_at_outcome)
    try:
        await asyncio.wait([task], timeout=_ANSWER_S)
    except asyncio.CancelledError:
        task.cancel()
        with CancelScope(shield=True):
            await asyncio.wait([task], timeout=_ANSWER_S)
        raise
    if task.done():
        return task.result()
    task.cancel()
    raise StorageError(f"the database cannot be used: it has not answered for {_ANSWER_S:g} s")


def _look_at_outcome(task: asyncio.Task[Any]) -> None:
    """Read the exception of a task that nobody waits for any longer, or asyncio would log it."""
    if not task.cancelled():
        task.exception()


async def _to_its_end(operation: Coroutine[Any, Any, T]) -> T:
    """Awaits the operation; a cancellation that comes meanwhile takes effect when it is over."""
    task = asyncio.create_task(operation)
    cancelled = None
    with CancelScope(shield=True):  # or else its cancellation would come again at every step of the loop
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError as error:
                cancelled = error
    if cancelled is None:
        return task.result()
    task.exception()  # it has nobody else to be told to
    raise cancelled


def _make_private_file(path: str | None) -> None:
    """Make an empty database that its user alone may read; SQLite gives its mode to the files beside it.

    One that exists is not even opened: closing it again would drop the locks that this process has on it. A
    path that cannot be made is left to SQLite, which says why.
    """
    if path in (None, "", ":memory:") or path.startswith("file:"):
        return
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))


def _reserve_of(url: URL) -> Reserve | None:
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Reserve(Path(f"{url.database}-reserve"))


def _parsed(url: str | URL) -> URL:
    try:
        return make_url(url)
    except (exc.ArgumentError, ValueError):  # ValueError: the port is no number
        # It may quote a password.
        raise StorageError(f"this is not the URL of a database: {EXAMPLES}") from None


def _create_engine(url: URL) -> AsyncEngine:
    match url.get_backend_name():
        case "sqlite":
            return _create_sqlite_engine(url.set(drivername="sqlite+aiosqlite"))
        case "postgresql":
            return _create_postgresql_engine(url.set(drivername="postgresql+psycopg"))
        case other:
            raise StorageError(f"the database must be SQLite or PostgreSQL, not {other}: {EXAMPLES}")


def _create_sqlite_engine(url: URL) -> AsyncEngine:
    if url.database in (None, "", ":memory:"):
        # A database in memory belongs to its one connection.
        engine = create_async_engine(
            url, poolclass=AsyncAdaptedQueuePool, pool_size=1, max_overflow=0, hide_parameters=True
        )
    else:
        # hide_parameters: they are what people wrote.
        engine = create_async_engine(
            url, pool_size=_CONNECTIONS, max_overflow=0, pool_use_lifo=True, hide_parameters=True
        )
    event.listen(engine.sync_engine, "connect", _set_pragmas)
    return engine


def _create_postgresql_engine(url: URL) -> AsyncEngine:
    try:
        patience = {name: value for name, value in _PATIENCE.items() if name not in url.query}
        engine = create_async_engine(url, pool_pre_ping=True, connect_args=patience, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise StorageError(f"PostgreSQL needs {error.name}: install turnstream[postgres]") from error
    event.listen(engine.sync_engine, "connect", _limit_transactions)
    return engine


def _limit_transactions(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = {_IDLE_IN_TRANSACTION_MS}")
    cursor.close()
    connection.commit()


def _set_pragmas(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")
    cursor.execute(f"PRAGMA wal_autocheckpoint={_LOG_PAGES}")
    cursor.execute("PRAGMA foreign_keys=ON")
    # Or what was deleted stays in the file until its pages are used again.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


async def _use_wal(engine: AsyncEngine) -> None:
    """The setting is kept in the file.

    Two processes that switch it at once do not wait but fail: hence the tries.
    """
    for tries_left in reversed(range(20)):
        async with engine.connect() as connection:
            try:
                await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            except exc.OperationalError:
                if not tries_left:
                    raise
            else:
                return
        await asyncio.sleep(0.05)


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except exc.DBAPIError as error:
        if _is_full(error):
            raise StorageFullError("the database is full") from error
        if isinstance(error, (exc.OperationalError, exc.InterfaceError)):
            raise StorageError(f"the database cannot be used: {error.orig}") from error
        raise
    except exc.TimeoutError as error:
        raise StorageError("no database connection became available") from error


def _is_full(error: exc.DBAPIError) -> bool:
    """By the code of SQLite, or of PostgreSQL's disk_full."""
    return (
        getattr(error.orig, "sqlite_errorname", "") == "SQLITE_FULL"
        or getattr(error.orig, "sqlstate", "") == "53100"
    )
