"""The logs that `bench.durable` compares, and what the services beside a server cost."""

import os
import secrets
import tempfile
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import psutil

from tests.services import Postgres, Redis
from turnstream.eventlog import EventLog, RedisEventLog, SqlEventLog

__all__ = ["DATABASE", "KINDS", "Services", "log_of"]

KINDS = {
    "memory": "memory",
    "sqlite": "SQLite",
    "postgresql": "PostgreSQL",
    "redis": "PostgreSQL + Redis",
}

DATABASE, REDIS = "BENCH_DATABASE", "BENCH_REDIS"
"""The variables that tell the servers of a run the URLs of what they share."""

STORED = "SELECT (SELECT count(*) FROM turnstream_segments) + (SELECT count(*) FROM turnstream_entries)"


def log_of(kind: str) -> EventLog | None:
    """Return the log of a server that was started within `Services.of`; None for the one in memory."""
    match kind:
        case "memory":
            return None
        case "redis":
            return RedisEventLog(os.environ[REDIS], os.environ[DATABASE])
        case _:
            return SqlEventLog(os.environ[DATABASE])


class Services:
    """A PostgreSQL and a Redis, and for each run a database of its own."""

    def __init__(self, postgres: Postgres, redis: Redis) -> None:
        self._postgres = postgres
        self._redis = redis
        self._database = ""

    @classmethod
    @contextmanager
    def started(cls) -> Generator["Services"]:
        with (
            tempfile.TemporaryDirectory() as folder,
            closing(Postgres(Path(folder))) as postgres,
            closing(Redis(Path(folder))) as redis,
        ):
            postgres.start()
            redis.start()
            yield cls(postgres, redis)

    @contextmanager
    def of(self, kind: str) -> Generator[Callable[[], Mapping[str, float]]]:
        """Let servers of this kind share a new database; yield what measures the services of it."""
        self._database = f"bench_{secrets.token_hex(4)}"
        with tempfile.TemporaryDirectory() as folder:
            match kind:
                case "postgresql" | "redis":
                    os.environ[DATABASE] = self._postgres.create_database(self._database)
                case _:
                    os.environ[DATABASE] = f"sqlite:///{folder}/log.sqlite"
            os.environ[REDIS] = self._redis.url
            yield self._usage if kind in {"postgresql", "redis"} else dict

    def _usage(self) -> Mapping[str, float]:
        """Return what was spent until now: seconds of CPU, rows, bytes."""
        [(rows,)] = self._postgres.query(STORED, database=self._database)
        [(wal,)] = self._postgres.query("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')")
        return {
            "postgresql": _cpu_s(self._postgres.process.pid),
            "redis": _cpu_s(self._redis.process.pid),
            "rows": float(rows),
            "wal": float(wal),
        }


def _cpu_s(pid: int) -> float:
    process = psutil.Process(pid)
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return sum(each.user + each.system for each in times)
