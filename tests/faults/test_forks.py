"""Forked processes do what those of `subprocess` do, and have imported the app when they begin."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.faults.forks import Fork

ROOT = Path(__file__).parents[2]


def ends(arguments: Sequence[str]) -> None:
    print("on stdout", flush=True)
    print("on stderr", file=sys.stderr)
    sys.exit(int(arguments[0]))


def fails(arguments: Sequence[str]) -> None:
    raise ValueError(arguments[0])


def lasts(_arguments: Sequence[str]) -> None:
    while True:
        time.sleep(3600)


def leads_a_session(_arguments: Sequence[str]) -> None:
    sys.exit(os.getsid(0) != os.getpid())


def has_imported(arguments: Sequence[str]) -> None:
    sys.exit(arguments[0] not in sys.modules)


def test_a_fork_writes_to_its_log_and_ends_with_its_code(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("of the process before\n")
    assert Fork(ends, ["3"], log).wait() == 3
    assert log.read_text().splitlines() == ["of the process before", "on stdout", "on stderr"]


def test_an_error_is_in_the_log(tmp_path: Path) -> None:
    assert Fork(fails, ["no such database"], tmp_path / "log").wait() == 1
    assert "ValueError: no such database" in (tmp_path / "log").read_text()


def test_a_fork_has_a_session_of_its_own(tmp_path: Path) -> None:
    assert Fork(leads_a_session, [], tmp_path / "log").wait() == 0


def test_a_fork_is_hurt_by_signals(tmp_path: Path) -> None:
    fork = Fork(lasts, [], tmp_path / "log")
    with pytest.raises(subprocess.TimeoutExpired):
        fork.wait(0)
    assert fork.poll() is None
    fork.kill()
    assert fork.wait() == fork.poll() == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        os.kill(fork.pid, 0)


@pytest.mark.skipif(
    Path.cwd() != ROOT, reason="elsewhere the fork server of Python 3.11 finds no tests to import"
)
def test_what_is_preloaded_is_imported_when_a_fork_begins(tmp_path: Path) -> None:
    assert Fork(has_imported, ["tests.faults.preloaded"], tmp_path / "log").wait() == 0
