"""`turnstream serve --reload`: the new code is served although streams are open, and readers come back to
it.
"""

import asyncio
import signal
from pathlib import Path

import psutil

from tests.docs.protocol_client import ProtocolClient
from tests.http.served import Process, events_of, served
from tests.server.app import user_input

APP = """
import asyncio
from pathlib import Path

from turnstream.http import create_app
from turnstream.server import ChatKitServer, stream_text
from turnstream.store import SqlStore

VERSION = 1


async def words(what):
    yield f"version {VERSION}"
    if what == "hang":
        await asyncio.Event().wait()


class Server(ChatKitServer):
    async def respond(self, thread, item, context):
        async for event in stream_text(thread, words(item.content[0].text)):
            yield event


app = create_app(Server(SqlStore(f"sqlite:///{Path(__file__).parent / 'chat.sqlite'}")))
"""
SECOND = APP.replace("VERSION = 1", "VERSION = 2")


def write(server: Process, source: str) -> None:
    """As an editor does: by a new file in the place of the old one."""
    draft = server.folder / "draft"
    draft.write_text(source, "utf-8")
    draft.replace(server.folder / "main.py")


def last_answer(client: ProtocolClient) -> str:
    items = [entry["item"] for entry in client.entries if entry["type"] == "thread.item.done"]
    return items[-1]["content"][0]["text"]


async def test_open_streams_do_not_hold_it_up_and_their_readers_come_back(tmp_path: Path) -> None:
    async with served(tmp_path, "main:app", "--reload", source=APP) as server:
        page = ProtocolClient(f"{server.client.base_url}/chatkit", {})
        async with server.turn("hang") as events, server.turn("hang", headers={}) as official:
            sending = asyncio.create_task(page.send("hang"))
            while not page.entries:  # noqa: ASYNC110 - the other side of a socket
                await asyncio.sleep(0.02)
            write(server, SECOND)
            assert [event["type"] async for event in events] == ["turnstream.reconnect"]
            assert [event["type"] async for event in official][-1] == "error"
            assert await sending == "interrupted"
        # The same visitor finds the thread again, though there is no cookie_secret.
        assert await page.send("hi") == "completed"
        assert last_answer(page) == "version 2"
        await page.close()
        assert "main.py changed, so the app is loaded again" in server.said("stdout")


async def test_an_app_that_cannot_be_imported_is_told_and_imported_again_when_it_changes(
    tmp_path: Path,
) -> None:
    async with served(tmp_path, "main:app", "--reload", source=APP) as server:
        write(server, "import turnstream\nVERSION = nonsense\n")
        await server.hears("the app ended; it is started again when a Python file changes.")
        assert (
            "cannot import main:app: main.py, line 2: VERSION = nonsense\n  NameError: name 'nonsense'"
            in server.said()
        )
        assert "Traceback" not in server.said()
        write(server, SECOND)
        body = {"type": "threads.create", "params": {"input": user_input("hi")}}
        async with server.client.stream("POST", "/chatkit", json=body) as response:
            received = [event async for event in events_of(response)]
        assert received[-1]["item"]["content"][0]["text"] == "version 2"


async def test_ctrl_c_ends_the_process_and_the_one_that_it_started(tmp_path: Path) -> None:
    async with served(tmp_path, "main:app", "--reload", source=APP) as server:
        children = psutil.Process(server.process.pid).children(recursive=True)
        async with server.turn("hang") as events:
            for process in [server.process, *children]:  # a terminal sends it to all of them
                process.send_signal(signal.SIGINT)
            assert [event["type"] async for event in events] == ["turnstream.reconnect"]
        assert await server.process.wait() == 0
        await asyncio.to_thread(psutil.wait_procs, children)
