"""One PostgreSQL and one Redis for all suites: real, empty, on free ports of 127.0.0.1, ended with the session."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import redis.asyncio  # noqa: F401  # pyright: ignore[reportUnusedImport]  # a log imports it when made: that blocks

__all__ = ["PostgresServer", "RedisServer", "running_redis"]

START_S = 30.0
TABLES = "threads", "items", "attachments", "turns", "entries", "calls"


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A server that forgets at a crash, for speed."""

    port: int

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def empty(self) -> None:
        """Delete every row of turnstream's tables, if there are any."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            if connection.execute("SELECT to_regclass('turnstream_calls')").fetchone() == (None,):
                return
            for table in TABLES:
                connection.execute(f"DELETE FROM turnstream_{table}".encode())


@dataclass(frozen=True, slots=True)
class RedisServer:
    """A server that keeps nothing on disk."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def say(self, *words: str) -> str:
        """Send one command over a connection of its own, and return the first line of the answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=START_S) as connection:
            connection.sendall(b"*%d\r\n" % len(words) + b"".join(map(_bulk, words)))
            return connection.makefile("rb").readline().decode().strip()


def _bulk(word: str) -> bytes:
    return b"$%d\r\n%s\r\n" % (len(word.encode()), word.encode())


@pytest.fixture(scope="session")
def postgres_server() -> Generator[PostgresServer]:
    with _folder("postgres") as folder:
        _run_as_nobody([_postgres("initdb"), "-N", "-A", "trust", "-U", "postgres", "-E", "UTF8", "-D", str(folder)])
        server = PostgresServer(_free_port())
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": server.port,
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with _running(_as_nobody([_postgres("postgres"), "-D", str(folder), *options]), folder) as process:
            _wait_until(lambda: _answers_sql(server.url), process, folder)
            yield server


@pytest.fixture
def postgres(postgres_server: PostgresServer) -> PostgresServer:
    """The server, with nothing in its tables."""
    postgres_server.empty()
    return postgres_server


@pytest.fixture(scope="session")
def redis_server() -> Generator[RedisServer]:
    with running_redis() as server:
        yield server


@pytest.fixture
def empty_redis(redis_server: RedisServer) -> RedisServer:
    """The server, with nothing in it."""
    assert redis_server.say("FLUSHALL") == "+OK"
    return redis_server


@contextmanager
def running_redis(port: int | None = None) -> Generator[RedisServer]:
    """A server of one's own, to stop and to fill."""
    port = port or _free_port()
    executable = shutil.which("redis-server") or pytest.fail(
        "redis-server is not installed: install the package redis-server"
    )
    with _folder("redis") as folder:
        words = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
        with _running([executable, *words], folder) as process:
            server = RedisServer(port, process)
            _wait_until(lambda: server.say("PING") == "+PONG", process, folder)
            yield server


def _postgres(program: str) -> str:
    """Debian keeps the server's programs out of the path, one folder for each version."""
    found = shutil.which(program) or max(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{program}")), default=None)
    return found or pytest.fail(f"PostgreSQL's {program} is not installed: install the package postgresql")


@contextmanager
def _folder(name: str) -> Generator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"turnstream-{name}-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_nobody(command: Sequence[str]) -> list[str]:
    """PostgreSQL does not run as root."""
    if os.geteuid() != 0:
        return [*command]
    nobody = pwd.getpwnam("nobody")
    return [
        "setpriv",
        "--pdeathsig=INT",
        f"--reuid={nobody.pw_uid}",
        f"--regid={nobody.pw_gid}",
        "--clear-groups",
        *command,
    ]


def _run_as_nobody(command: Sequence[str]) -> None:
    done = subprocess.run(_as_nobody(command), capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        pytest.fail(f"{command[0]} failed: {done.stderr}")


@contextmanager
def _running(command: Sequence[str], folder: Path) -> Generator["subprocess.Popen[bytes]"]:
    with (
        (folder / "server.log").open("wb") as log,
        subprocess.Popen(_with_us(command), stdout=log, stderr=log, cwd="/") as process,
    ):
        try:
            yield process
        finally:
            process.send_signal(2)  # PostgreSQL: end now, and orderly
            process.send_signal(18)  # should a test have stopped it
            try:
                process.wait(START_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _with_us(command: Sequence[str]) -> list[str]:
    """Ends with this process, should that be killed before it can end it, where the system can do so."""
    setpriv = shutil.which("setpriv")
    return [*command] if setpriv is None else [setpriv, "--pdeathsig=INT", *command]


def _wait_until(is_ready: Callable[[], bool], process: "subprocess.Popen[bytes]", folder: Path) -> None:
    give_up_at = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < give_up_at:
        try:
            if is_ready():
                return
        except OSError:
            pass  # not yet
        time.sleep(0.05)
    pytest.fail(f"a test server did not start: {(folder / 'server.log').read_text()[-2000:]}")


def _answers_sql(url: str) -> bool:
    try:
        with psycopg.connect(url):
            return True
    except psycopg.OperationalError:
        return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
