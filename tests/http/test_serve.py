"""`turnstream serve` in a process of its own: what a restart does to readers, turns and the exit code."""

import asyncio
import re
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from socket import socket

import pytest
import uvicorn

from tests.http.served import served
from tests.server.app import user_input
from turnstream.http.serve import listen, serve

APP = """
import asyncio
import time
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from socket import socket

from fastapi import FastAPI

from turnstream.http import create_app
from turnstream.server import ChatKitServer, stream_text
from turnstream.store import SqlStore

FOLDER = Path(__file__).parent


async def words(what):
    yield "one "
    while what == "wait" and not (FOLDER / "go-on").exists():
        await asyncio.sleep(0.02)
    if what == "hang":
        await asyncio.Event().wait()
    if what == "block":
        await asyncio.to_thread(time.sleep, 3600)
    while what == "ignore":
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(30)
    yield "two"


class Server(ChatKitServer):
    async def respond(self, thread, item, context):
        async for event in stream_text(thread, words(item.content[0].text)):
            yield event


server = Server(SqlStore(f"sqlite:///{FOLDER / 'chat.sqlite'}"))
app = create_app(server, authenticate=lambda request: "ada")


@asynccontextmanager
async def lifespan(app):
    await server.open()
    yield
    await server.close()


host = FastAPI(lifespan=lifespan)
host.mount("/", app)
"""


@pytest.mark.parametrize("app", ["main:app", "main:host"])
async def test_a_running_turn_ends_and_its_readers_are_sent_elsewhere(tmp_path: Path, app: str) -> None:
    async with served(tmp_path, app, source=APP) as server:
        async with server.turn("wait") as events, server.turn("wait", headers={}) as official:
            server.process.send_signal(signal.SIGTERM)
            assert [event["type"] async for event in events] == ["turnstream.reconnect"]
            assert await server.health() == 503
            refused = await server.client.post(
                "/chatkit", json={"type": "threads.create", "params": {"input": user_input("hi")}}
            )
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
            assert refused.json()["error"]["code"] == "shutting_down"
            server.go_on()
            received = [event["type"] async for event in official]
            assert received[-1] == "thread.item.done"
        assert await server.process.wait() == 0
        assert server.statuses() == ["completed", "completed"]


async def test_a_turn_that_does_not_end_is_interrupted_and_the_exit_is_clean(tmp_path: Path) -> None:
    async with served(tmp_path, "main:app", "--drain", "0.2", source=APP) as server:
        async with server.turn("hang", headers={}) as official:
            server.process.send_signal(signal.SIGTERM)
            received = [event async for event in official]
        assert received[-1] == {"type": "error", "code": "stream.error", "allow_retry": True}
        assert await server.process.wait() == 0
        assert server.statuses() == ["interrupted"]


@pytest.mark.parametrize("what", ["block", "ignore"])
async def test_a_response_that_will_not_end_does_not_hold_up_the_exit(tmp_path: Path, what: str) -> None:
    async with served(tmp_path, "main:app", "--drain", "0.2", source=APP) as server:
        async with server.turn(what) as events:
            server.process.send_signal(signal.SIGTERM)
            assert [event["type"] async for event in events] == ["turnstream.reconnect"]
        assert await server.process.wait() == 0
        assert server.statuses() == ["interrupted"]


async def test_a_second_signal_ends_the_wait(tmp_path: Path) -> None:
    async with served(tmp_path, "main:app", source=APP) as server, server.turn("hang") as events:
        server.process.send_signal(signal.SIGTERM)
        assert [event["type"] async for event in events] == ["turnstream.reconnect"]
        server.process.send_signal(signal.SIGTERM)
        assert await server.process.wait() == 0
        assert server.statuses() == ["interrupted"]


async def test_a_factory_is_called(tmp_path: Path) -> None:
    (tmp_path / "made.py").write_text("from main import app\n\n\ndef create():\n    return app\n")
    async with served(tmp_path, "made:create", "--factory", source=APP) as server:
        assert await server.health() == 200
        server.process.send_signal(signal.SIGINT)
        assert await server.process.wait() == 0


@pytest.mark.parametrize("options", [(), ("--access-log",)], ids=["by default", "with the switch"])
async def test_requests_are_logged_with_the_switch_alone(options: tuple[str, ...], tmp_path: Path) -> None:
    async with served(tmp_path, "main:app", *options, source=APP) as server:
        refused = await server.client.post("/chatkit", json={"type": "nothing"})
        assert refused.status_code == 400
        server.process.send_signal(signal.SIGTERM)
        assert await server.process.wait() == 0
        lines = [
            line for line in server.said("stdout").splitlines() if '"POST /chatkit HTTP/1.1" 400' in line
        ]
        assert len(lines) == len(options)
        assert "Started server process" not in server.said()


async def test_an_app_whose_lifespan_fails_ends_with_an_exit_code(tmp_path: Path) -> None:
    source = APP.replace("    await server.open()", "    raise RuntimeError('no database')")
    (tmp_path / "main.py").write_text(source, "utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "turnstream", "serve", "main:host", "--port", "0", cwd=tmp_path, stderr=PIPE
    )
    _, said = await process.communicate()
    assert process.returncode not in {0, None}
    assert b"no database" in said


def test_an_idle_connection_is_kept_longer_than_by_nginx(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(server: uvicorn.Server, sockets: list[socket] | None = None) -> None:
        keep_alive_s.append(server.config.timeout_keep_alive)

    keep_alive_s: list[int] = []
    monkeypatch.setattr(uvicorn.Server, "run", run)
    with listen("127.0.0.1", 0) as listener:
        serve("main:app", listener)
    nginx = (Path(__file__).parents[2] / "deploy" / "nginx.conf").read_text()
    upstream = re.search(r"keepalive 64;\s+keepalive_timeout (\d+)s;", nginx)
    assert upstream is not None
    assert keep_alive_s[0] > int(upstream[1])
