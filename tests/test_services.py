"""Services start, are hurt and end as the scenarios need it."""

import contextlib
import signal
import socket
import sys
from pathlib import Path

import psycopg
import pytest

from tests import services
from tests.services import MissingProgramError, Nginx, Postgres, Process, Redis, ServiceError, free_port


def test_a_missing_program_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(services, "EXTRA_PATHS", ())
    with pytest.raises(
        MissingProgramError, match="PostgreSQL is not installed: install the package postgresql"
    ):
        services.find_program("initdb")


def test_a_program_that_ends_instead_of_starting_shows_its_log(tmp_path: Path) -> None:
    process = Process("broken", tmp_path / "log")
    process.start([sys.executable, "-c", "raise SystemExit('no such disk')"])
    with pytest.raises(ServiceError, match="no such disk"):
        process.wait_ready(lambda: False)


def test_a_program_that_never_gets_ready_is_given_up(tmp_path: Path) -> None:
    process = Process("slow", tmp_path / "log")
    process.start([sys.executable, "-c", "import time; time.sleep(60)"])
    with pytest.raises(ServiceError, match="not ready within"):
        process.wait_ready(lambda: False, timeout_s=0.1)
    process.kill()
    assert not process.is_running


def test_signals_reach_the_process_and_no_other(tmp_path: Path) -> None:
    process = Process("target", tmp_path / "log")
    process.start(["sleep", "60"])
    process.pause()
    process.wait_ready(lambda: _state(process.pid) == "T")
    process.resume()
    process.wait_ready(lambda: _state(process.pid) == "S")
    assert process.terminate() == -signal.SIGTERM
    process.kill()  # of a process that ended: nothing happens


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]


@pytest.mark.needs("initdb")
def test_postgres_keeps_what_was_committed_through_a_kill(tmp_path: Path) -> None:
    with contextlib.closing(Postgres(tmp_path)) as postgres:
        postgres.start()
        url = postgres.create_database("kept")
        assert url.endswith(f"@127.0.0.1:{postgres.port}/kept")
        postgres.query("CREATE TABLE t AS SELECT 41 + 1 AS answer", database="kept")
        postgres.kill()
        postgres.start()
        assert postgres.query("SELECT answer FROM t", database="kept") == [(42,)]
        postgres.stop_now()
        postgres.start()
        assert postgres.query("SELECT answer, 1 FROM t", database="kept") == [(42, 1)]
        with pytest.raises(psycopg.errors.SyntaxError):
            postgres.query("SELEKT", database="kept")
        assert postgres.home.exists()
    assert not postgres.home.exists()


@pytest.mark.needs("redis-server")
def test_redis_starts_empty_with_its_policy(tmp_path: Path) -> None:
    with contextlib.closing(Redis(tmp_path)) as redis:
        redis.start(policy="allkeys-lru", max_memory="4mb")
        assert redis.say("GET", "k") == "$-1"
        assert redis.say("SET", "k", "v") == "+OK"
        redis.process.kill()
        redis.start()
        assert redis.say("GET", "k") == "$-1"
        redis.process.pause()
        with socket.create_connection(("127.0.0.1", redis.port), timeout=0.2) as stuck:
            stuck.sendall(b"PING\r\n")
            with pytest.raises(TimeoutError):
                stuck.recv(1)


@pytest.mark.needs("nginx")
def test_nginx_accepts_the_deployed_configuration(tmp_path: Path) -> None:
    nginx = Nginx(tmp_path, (free_port(), free_port()))
    assert "test is successful" in nginx.check()
    assert "turnstream-1" not in nginx.configuration()


@pytest.mark.needs("nginx")
def test_a_configuration_that_lost_its_upstreams_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.conf"
    broken.write_text(services.NGINX_CONF.read_text().replace("turnstream-2:8000", "elsewhere:1"))
    monkeypatch.setattr(services, "NGINX_CONF", broken)
    with pytest.raises(ServiceError, match="turnstream-2"):
        Nginx(tmp_path, (1, 2)).configuration()


def test_ports_are_free() -> None:
    assert not services.accepts(free_port())
