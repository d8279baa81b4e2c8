"""Serve an app from processes of its own: several at once, or one that is replaced when the code changes.

The parent opens the socket and keeps it open, so while a worker is replaced, connections wait and none is
refused. Only the workers import the app.
"""

import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import FrameType
from typing import Any, Self

from turnstream.cli.app_import import AppImportError, import_app
from turnstream.cli.output import complain, say
from turnstream.cli.watching import changes, python_files
from turnstream.http.app import keeps_threads_in_memory
from turnstream.http.serve import EXIT_S, serve
from turnstream.http.visitors import new_secret, share_process_secret

__all__ = ["Served", "serve_and_reload", "serve_by_workers"]

CONTEXT = multiprocessing.get_context("spawn")
"""A fork would copy the threads' locks without the threads."""

LOOK_EVERY_S = 0.3
"""How often files are looked at; a folder of a thousand of them takes 9 ms."""

RESTART_AFTER_S = 1.0
"""Seconds before the parent replaces a worker that ended; one that cannot start would keep a core busy."""

MARGIN_S = 3.0
"""How long after its own limit a worker that has to end is killed."""

SIGNALS = (signal.SIGINT, signal.SIGTERM)

IN_MEMORY = (
    "the app keeps its threads in memory, so its workers do not share them: a conversation is found by one "
    "request and not by the next. Use SqlStore, or one worker."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What each worker serves, and how. It is pickled for each of them."""

    app: str
    is_factory: bool
    drain_s: float
    has_access_log: bool = False
    workers: int = 1
    process_secret: bytes = field(default_factory=new_secret, repr=False)
    """Without a `cookie_secret`, all workers must accept the visitors of the others, also after a reload."""


def serve_by_workers(served: Served, listener: socket.socket) -> int:
    """Serve from `served.workers` processes until SIGTERM or SIGINT; return the exit code.

    A worker that ends is replaced. If the first one cannot start, none is started and the code is 1.
    """
    with _StopSignals() as signals:
        workers = [_Worker(served, listener)]
        if not workers[0].wait_ready(signals):
            _stop(workers, served, signals)
            return 0 if signals.count else 1
        workers += [_Worker(served, listener) for _ in range(served.workers - 1)]
        while not signals.count:
            wait([signals.reader, *(worker.sentinel for worker in workers)])
            workers = _replaced(workers, served, listener, signals)
        _stop(workers, served, signals)
    return 0


def _replaced(
    workers: Sequence["_Worker"], served: Served, listener: socket.socket, signals: "_StopSignals"
) -> list["_Worker"]:
    living: list[_Worker] = []
    ended: list[_Worker] = []
    for worker in workers:  # asked once: one that ends between two questions would be in both lists
        (living if worker.is_alive else ended).append(worker)
    for worker in ended:
        if not signals.wait(RESTART_AFTER_S):
            complain(f"a worker ended with the exit code {worker.exit_code}; starting another one.")
            living.append(_Worker(served, listener))
        worker.close()
    return living


def serve_and_reload(served: Served, listener: socket.socket, folder: Path) -> int:
    """Serve from one process, which is replaced when a Python file in `folder` changes; return the exit code.

    Readers are asked to reconnect, and their connections wait for the next process. A turn that does not end
    within `served.drain_s` is stored and interrupted. An app that cannot be imported is imported again after
    the next change.
    """
    with _StopSignals() as signals:
        seen = python_files(folder)
        worker: _Worker | None = _Worker(served, listener)
        while not signals.wait(LOOK_EVERY_S):
            if worker is not None and not worker.is_alive:
                worker.close()
                worker = None
                complain("the app ended; it is started again when a Python file changes.")
            now = python_files(folder)
            changed = changes(seen, now)
            if not changed:
                continue
            seen = now
            say(f"turnstream serve: {_listed(changed, folder)} changed, so the app is loaded again")
            if worker is not None:
                _stop([worker], served, signals)
            worker = None if signals.count else _Worker(served, listener)
        if worker is not None:
            _stop([worker], served, signals)
    return 0


def _listed(changed: Sequence[Path], folder: Path) -> str:
    more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
    return f"{changed[0].relative_to(folder)}{more}"


def _stop(workers: Sequence["_Worker"], served: Served, signals: "_StopSignals") -> None:
    """End the workers with SIGTERM; another signal in the meantime ends their grace time at once."""
    for worker in workers:
        worker.terminate()
    gives_up_at = time.monotonic() + served.drain_s + EXIT_S + MARGIN_S
    passed_on = signals.count
    while living := [worker for worker in workers if worker.is_alive]:
        left_s = max(0.0, gives_up_at - time.monotonic())
        wait([signals.reader, *(worker.sentinel for worker in living)], timeout=left_s)
        signals.forget()
        if signals.count > max(passed_on, 1):
            passed_on = signals.count
            for worker in living:
                worker.terminate()
        if time.monotonic() >= gives_up_at:
            for worker in living:
                worker.kill()
    for worker in workers:
        worker.close()


class _Worker:
    """One process that serves."""

    def __init__(self, served: Served, listener: socket.socket) -> None:
        self._ready, sender = CONTEXT.Pipe(duplex=False)
        self._process = CONTEXT.Process(
            target=_run, args=(served, listener, sender), name="turnstream worker"
        )
        self._process.start()
        sender.close()  # so that the end of the process is the end of the pipe

    @property
    def sentinel(self) -> int:
        return self._process.sentinel

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    @property
    def exit_code(self) -> int | None:
        return self._process.exitcode

    def wait_ready(self, signals: "_StopSignals") -> bool:
        """Return whether the app has started; False if it ended before, or a signal came."""
        wait([self._ready, signals.reader])
        if signals.count:
            return False
        try:
            return bool(self._ready.recv())
        except EOFError:
            return False

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        """Let go of a process that has ended."""
        self._ready.close()
        self._process.close()


class _StopSignals:
    """Counts SIGINT and SIGTERM in this process while it is open, and ends a `wait` that it is given to."""

    def __init__(self) -> None:
        self.count = 0
        self.reader, self._writer = socket.socketpair()
        self._before: dict[signal.Signals, Any] = {}
        self._fd_before = -1

    def __enter__(self) -> Self:
        self.reader.setblocking(False)
        self._writer.setblocking(False)
        self._before = {number: signal.signal(number, self._note) for number in SIGNALS}
        self._fd_before = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(self._fd_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self.reader.close()
        self._writer.close()

    def wait(self, timeout_s: float) -> bool:
        """Return at a signal, or after the time; whether there was one."""
        wait([self.reader], timeout=timeout_s)
        return self.count > 0

    def forget(self) -> None:
        """Let the next `wait` wait for the next signal."""
        with suppress(BlockingIOError):
            self.reader.recv(64)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.count += 1


def _run(served: Served, listener: socket.socket, ready: Connection) -> None:
    """Serve, as the whole of a worker's process."""
    # A terminal sends it to all; the parent passes it on as SIGTERM.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True, name="turnstream parent").start()
    share_process_secret(served.process_secret)

    def say_ready() -> None:
        if served.workers > 1 and keeps_threads_in_memory():
            complain(IN_MEMORY)
        ready.send(True)

    try:
        app = import_app(served.app, is_factory=served.is_factory)
        has_started = serve(
            app,
            listener,
            drain_s=served.drain_s,
            factory=served.is_factory,
            has_access_log=served.has_access_log,
            on_started=say_ready,
            is_supervised=True,
        )
    except AppImportError as exc:
        complain(str(exc))
        has_started = False
    sys.exit(0 if has_started else 1)


def _end_with_parent() -> None:
    """End as by SIGTERM when the parent is gone: nobody else would end this process."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
