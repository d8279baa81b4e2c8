"""Who of the same machine still lives."""

import os
import socket
import subprocess
import sys

import pytest

from turnstream.eventlog.sql.workers import is_dead, new_worker

HOST = socket.gethostname()


def test_each_worker_has_its_own_name() -> None:
    assert new_worker() != new_worker()


def test_those_of_this_process_live() -> None:
    assert not is_dead(new_worker())


def test_one_whose_process_is_gone_is_dead() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        worker = f"w_1.{process.pid}@{HOST}"
        assert not is_dead(worker)
        process.communicate(b"\n")
    assert is_dead(worker)


def test_an_earlier_process_of_the_same_number_is_dead() -> None:
    assert is_dead(f"w_1.{os.getpid()}@{HOST}")


@pytest.mark.parametrize(
    "worker",
    [f"w_1.{os.getpid()}@elsewhere", "w_1", "", f"w_1.x@{HOST}"],
    ids=["of another machine", "without a process", "without a name", "without a number"],
)
def test_of_others_nothing_is_known(worker: str) -> None:
    assert not is_dead(worker)
