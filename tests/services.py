"""Real PostgreSQL, Redis and nginx, each in a folder and on a port of its own, started and ended by process
id.

A program that is not installed raises `MissingProgramError` with its name and the remedy. What a service
wrote to its log is in the error when it does not start.
"""

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import psycopg

__all__ = [
    "Clock",
    "MissingProgramError",
    "Nginx",
    "Postgres",
    "Process",
    "Redis",
    "RunningProcess",
    "ServiceError",
    "find_program",
    "free_port",
]

START_S = 240.0
"""Far off: only what never starts takes so long."""
POLL_S = 0.02
PORTS = random.SystemRandom()
NGINX_CONF = Path(__file__).parents[1] / "deploy" / "nginx.conf"
EXTRA_PATHS = (
    "/usr/sbin",
    "/usr/local/sbin",
    *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True),
)
PACKAGES = {
    "initdb": ("PostgreSQL", "postgresql"),
    "redis-server": ("Redis", "redis-server"),
    "nginx": ("nginx", "nginx"),
    "faketime": ("faketime", "faketime"),
    "firefox-esr": ("Firefox", "firefox-esr"),
    "WebKitWebDriver": ("WebKitGTK", "webkit2gtk-driver"),
    "Xvfb": ("Xvfb", "xvfb"),
}


class MissingProgramError(Exception):
    """A program that the tests drive is not installed."""

    def __init__(self, program: str) -> None:
        self.name, self.package = PACKAGES.get(program, (program, program))
        super().__init__(
            f"{self.name} is not installed: install the package {self.package}, or run scripts/install --test"
        )


class Clock:
    """What a program takes for the time of day: ours, moved by some seconds. Durations are not touched."""

    def __init__(self, path: Path) -> None:
        find_program("faketime")
        self._path = path
        self._library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        self.set(0)

    def set(self, by_s: int) -> None:
        """Move it, also for a program that runs."""
        new = self._path.with_suffix(".new")
        new.write_text(f"{by_s:+d}s\n")
        new.replace(self._path)

    @property
    def prefix(self) -> list[str]:
        """What to put before a command."""
        return [
            "env",
            f"LD_PRELOAD={self._library}",
            f"FAKETIME_TIMESTAMP_FILE={self._path}",
            "FAKETIME_NO_CACHE=1",
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
            # What mends waits in C libraries before 2.24 turns each wait for Python's lock into a busy one
            # elsewhere.
            "FAKETIME_FORCE_MONOTONIC_FIX=0",
        ]


class ServiceError(Exception):
    """A service did not start or end as it should; carries the end of its log."""


def find_program(program: str) -> Path:
    """Return the path of a program, also where Debian hides it from users.

    Raises:
        MissingProgramError: it is nowhere.
    """
    path = shutil.which(program, path=os.pathsep.join((os.environ.get("PATH", ""), *EXTRA_PATHS)))
    if path is None:
        raise MissingProgramError(program)
    return Path(path)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now.

    It is none of those that the system gives to outgoing connections: a browser of another suite could have
    it before the service does.
    """
    while True:
        port = PORTS.randrange(10_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class RunningProcess(Protocol):
    """What of `subprocess.Popen` a `Process` needs."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def kill(self) -> None: ...


class Process:
    """One program that a test started, with the signals to hurt it. Its output goes to `log_path`."""

    def __init__(self, name: str, log_path: Path) -> None:
        self.name = name
        self.log_path = log_path
        self._process: RunningProcess | None = None

    def start(
        self, arguments: Sequence[str | Path], *, user: str | None = None, cwd: Path | None = None
    ) -> None:
        """Run `arguments`, as another user if this process is root."""
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen[bytes](
                [str(argument) for argument in arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl+C in the terminal is for pytest
                cwd=cwd,
                **_as_user(user),
            )

    def adopt(self, process: RunningProcess) -> None:
        """Take a process that was started in another way; its output goes to `log_path` already."""
        self._process = process

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.name} was not started"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def send_signal(self, number: signal.Signals) -> None:
        if self.is_running:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL, and wait: afterwards nothing of it runs."""
        self.send_signal(signal.SIGCONT)
        self.send_signal(signal.SIGKILL)
        self.wait()

    def pause(self) -> None:
        self.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.send_signal(signal.SIGCONT)

    def terminate(self, *, number: signal.Signals = signal.SIGTERM, timeout_s: float = START_S) -> int:
        """Ask it to end and return its exit code.

        Raises:
            ServiceError: it still ran after `timeout_s`; it was killed then.
        """
        self.send_signal(number)
        return self.wait(timeout_s)

    def wait(self, timeout_s: float = START_S) -> int:
        if self._process is None:
            return 0
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired as exc:
            self._process.kill()
            self._process.wait()
            raise ServiceError(f"{self.name} did not end within {timeout_s:g} s\n{self.log_tail()}") from exc

    def wait_ready(self, is_ready: Callable[[], bool], *, timeout_s: float = START_S) -> None:
        """Return once `is_ready` says so.

        Raises:
            ServiceError: the process ended, or it took longer than `timeout_s`.
        """
        deadline = time.monotonic() + timeout_s
        while not is_ready():
            if not self.is_running:
                raise ServiceError(
                    f"{self.name} ended with {self.wait()} instead of starting\n{self.log_tail()}"
                )
            if time.monotonic() > deadline:
                raise ServiceError(f"{self.name} was not ready within {timeout_s:g} s\n{self.log_tail()}")
            time.sleep(POLL_S)

    def log_tail(self, line_count: int = 40) -> str:
        if not self.log_path.exists():
            return ""
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-line_count:])


def _as_user(user: str | None) -> dict[str, Any]:
    if user is None:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": list[int]()}


def accepts(port: int) -> bool:
    """Whether somebody listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Postgres:
    """A PostgreSQL cluster.

    It refuses root, so root runs it as `postgres`, or as `nobody` where that is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._bin = find_program("initdb").resolve().parent  # beside what a link on PATH points to
        self._user = _unprivileged_user()
        self.port = free_port()
        # Not in `folder`: pytest's own is closed to other users, and socket paths must be short.
        self.home = Path(tempfile.mkdtemp(prefix="turnstream-pg-", dir="/tmp"))
        self.process = Process("PostgreSQL", folder / "postgres.log")
        if self._user is not None:
            shutil.chown(self.home, self._user)

    def start(self) -> None:
        """Start it, on its old data if it has some, and return when it takes connections."""
        data = self.home / "data"
        if not data.exists():
            self._make(data)
        # No test cuts the machine's power, and a process that dies leaves what it wrote to the system:
        # without fsync a recovery takes moments even where the disk is busy, and minutes with it.
        options = ["-h", "127.0.0.1", "-p", str(self.port), "-k", str(self.home)]
        settings = ["-c", "max_connections=200", "-c", "fsync=off"]
        self.process.start([self._bin / "postgres", "-D", data, *options, *settings], user=self._user)
        self.process.wait_ready(self._is_ready)

    def stop_now(self) -> None:
        """`pg_ctl stop -m immediate`: no checkpoint, as after a power cut."""
        self.process.terminate(number=signal.SIGQUIT)

    def kill(self) -> None:
        """SIGKILL of the first process; its children notice by themselves, and are waited for."""
        children = _children(self.process.pid)
        self.process.kill()
        _wait_gone(children)

    def pause(self) -> None:
        """Let it hang: connections stay, also new ones are accepted, and nothing answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def create_database(self, name: str) -> str:
        """Create a database and return its URL."""
        self.query(f'CREATE DATABASE "{name}"')
        return f"postgresql+psycopg://{self._address(name)}"

    def query(self, statement: str, *, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement and return its rows, if it has any."""
        with psycopg.connect(f"postgresql://{self._address(database)}", autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        """End it and remove its data; the log stays."""
        if self.process.is_running:
            children = _children(self.process.pid)
            self.resume()
            self.stop_now()
            _wait_gone(children)
        shutil.rmtree(self.home)

    def _signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)  # first: it makes no children then
        for child in _children(self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(child, number)

    def _address(self, database: str) -> str:
        return f"turnstream@127.0.0.1:{self.port}/{database}"

    def _is_ready(self) -> bool:
        program = [str(self._bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(program, check=False).returncode == 0

    def _make(self, data: Path) -> None:
        options = ["--username=turnstream", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
        done = subprocess.run(
            [str(self._bin / "initdb"), "--pgdata", str(data), *options],
            check=False,
            capture_output=True,
            text=True,
            timeout=START_S,
            cwd="/",
            **_as_user(self._user),
        )
        if done.returncode != 0:
            raise ServiceError(f"initdb ended with {done.returncode}\n{done.stderr}")


class Redis:
    """A Redis server that keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self._program = find_program("redis-server")
        self._folder = folder
        self.port = free_port()
        self.process = Process("Redis", folder / "redis.log")

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self, *, policy: str = "noeviction", max_memory: str = "0") -> None:
        """Start it, empty."""
        options = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "save": "",
            "appendonly": "no",
            "dir": str(self._folder),
            "maxmemory": max_memory,
            "maxmemory-policy": policy,
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        self.process.start([self._program, *arguments])
        self.process.wait_ready(lambda: self.process.is_running and self._says_pong())

    def say(self, *words: str) -> str:
        """Send a command over a connection of its own, and return the first line of the answer."""
        encoded = b"".join(b"$%d\r\n%s\r\n" % (len(word.encode()), word.encode()) for word in words)
        with socket.create_connection(("127.0.0.1", self.port), timeout=START_S) as connection:
            connection.sendall(b"*%d\r\n%s" % (len(words), encoded))
            return connection.makefile("rb").readline().decode().strip()

    def close(self) -> None:
        self.process.kill()

    def _says_pong(self) -> bool:
        try:
            return self.say("PING") == "+PONG"
        except OSError:
            return False


class Nginx:
    """nginx with the repository's own `deploy/nginx.conf`: only addresses and folders are other ones."""

    def __init__(
        self,
        folder: Path,
        upstream_ports: tuple[int, int],
        *,
        is_limited: bool = False,
        max_body: str = "1m",
    ) -> None:
        """One address may do what it likes, since all clients of a test have the same.

        With `is_limited`, none may make more requests than the burst, however long they take. `max_body` is
        what a request may have, as nginx says it.
        """
        self._program = find_program("nginx")
        self._is_limited = is_limited
        self._max_body = max_body
        self._folder = folder
        self._upstream_ports = upstream_ports
        self.port = free_port()
        self.process = Process("nginx", folder / "nginx.log")

    def configuration(self) -> str:
        """The text of the file, moved to this machine's ports.

        Raises:
            ServiceError: a line that has to be moved is not in the file.
        """
        text = NGINX_CONF.read_text()
        first, second = self._upstream_ports
        for old, new in {
            "rate=30r/s": f"rate={'1r/m' if self._is_limited else '30000r/s'}",
            "limit_conn connections 300": "limit_conn connections 30000",
            "client_max_body_size 1m;": f"client_max_body_size {self._max_body};",
            "server turnstream-1:8000 ": f"server 127.0.0.1:{first} ",
            "server turnstream-2:8000 ": f"server 127.0.0.1:{second} ",
            "listen 8080 ": f"listen 127.0.0.1:{self.port} ",
            "/tmp/nginx-": f"{self._folder}/nginx-",
        }.items():
            if old not in text:
                raise ServiceError(f"deploy/nginx.conf has no {old!r}")
            text = text.replace(old, new)
        return text

    def check(self) -> str:
        """Return what `nginx -t` says.

        Raises:
            ServiceError: it refuses the file.
        """
        done = subprocess.run(
            [*self._command(), "-t"], check=False, capture_output=True, text=True, timeout=START_S
        )
        if done.returncode != 0 or "[warn]" in done.stderr:
            raise ServiceError(done.stderr)
        return done.stderr

    def start(self) -> None:
        self.process.start(self._command())
        self.process.wait_ready(lambda: accepts(self.port))

    def close(self) -> None:
        self.process.terminate()

    def _command(self) -> list[str]:
        path = self._folder / "nginx.conf"
        path.write_text(self.configuration())
        options = f"daemon off; pid {self._folder}/nginx.pid; error_log {self._folder}/nginx.log info;"
        if os.geteuid() == 0:
            options += " user root;"  # the test's folder is closed to others
        return [
            str(self._program),
            "-p",
            str(self._folder),
            "-c",
            str(path),
            "-g",
            options,
            "-e",
            f"{self._folder}/nginx.log",
        ]


def _unprivileged_user() -> str | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()] if path.exists() else []


def _wait_gone(pids: Sequence[int]) -> None:
    deadline = time.monotonic() + START_S
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(POLL_S)
