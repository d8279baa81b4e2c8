"""Processes forked from one that has imported the app: its imports cost two seconds of processor time, a fork
a tenth.

Such a process is like any other: it has a session, an output, signals and an exit code of its own.
"""

import faulthandler
import multiprocessing
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = ["Fork"]

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.faults.preloaded"])

Main = Callable[[Sequence[str]], None]


class Fork:
    """What `subprocess.Popen` is to a program: `main` with `arguments`, in a process that runs already."""

    def __init__(self, main: Main, arguments: Sequence[str], log_path: Path) -> None:
        self._process = CONTEXT.Process(target=_run, args=(main, arguments, log_path), daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code, as soon as there is one.

        Raises:
            subprocess.TimeoutExpired: there was none within `timeout` seconds.
        """
        self._process.join(timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0.0)
        return code

    def kill(self) -> None:
        self._process.kill()


def _run(main: Main, arguments: Sequence[str], log_path: Path) -> None:
    os.setsid()  # Ctrl+C in the terminal is for pytest
    log = os.open(log_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    faulthandler.enable()
    main(arguments)
