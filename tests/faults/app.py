"""The app under test, one process per replica.

    python -m tests.faults.app --port 8001 --database postgresql+psycopg://… --redis redis://… --calls
    calls.jsonl

Who asks says so in the header `X-User`. A message is the script of its answer.
"""

import argparse
import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.faults.model import ModelLog, Script, speak
from tests.faults.mortal import Deaths, MortalFiles, MortalStore
from turnstream.eventlog import EventLog, SqlEventLog
from turnstream.http import create_app
from turnstream.http.serve import listen, serve
from turnstream.server import ChatKitServer, ClientToolError, stream_text
from turnstream.store import Principal, SqlStore
from turnstream.types import (
    ClientEffectEvent,
    ClientToolCallItem,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    UserMessageTextContent,
)
from turnstream.widgets import ActionConfig, Button, Card

TOOL = "look"


class ScriptServer(ChatKitServer[Any]):
    """Answers each message with what the message says."""

    def __init__(self, store: SqlStore[Any], log: EventLog, calls: ModelLog) -> None:
        super().__init__(store, log=log)
        self._calls = calls

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        message, call_index = input_user_message, 0
        if message is None:
            message, call_index = await self._asked(thread, context)
        script = _script(message)
        async for event in self._say(thread, script, call_index):
            yield event
        if script.tool is None or call_index > 0:
            return
        if script.tool == "reenter":
            yield ThreadItemDoneEvent(item=self._call(thread, context))
            return
        with suppress(ClientToolError):  # the model goes on without the result
            if script.tool == "widget":
                await self.ask_widget(_question(), timeout_s=script.tool_timeout_s)
            else:
                await self.call_client(TOOL, {"marker": script.marker}, timeout_s=script.tool_timeout_s)
        async for event in self._say(thread, script, 1):
            yield event

    async def _say(
        self, thread: ThreadMetadata, script: Script, call_index: int
    ) -> AsyncIterator[ThreadStreamEvent]:
        self._calls.add(script.marker, call_index, thread.id)
        for k in range(script.effect_count):
            yield ClientEffectEvent(name="mark", data={"marker": script.marker, "hop": call_index, "k": k})
        async for event in stream_text(thread, speak(script, call_index)):
            yield event

    def _call(self, thread: ThreadMetadata, context: Any) -> ClientToolCallItem:
        item_id = self.store.generate_item_id("tool_call", thread, context)
        now = datetime.now(UTC)
        return ClientToolCallItem(
            id=item_id, thread_id=thread.id, created_at=now, call_id=item_id, name=TOOL, arguments={}
        )

    async def _asked(self, thread: ThreadMetadata, context: Any) -> tuple[UserMessageItem, int]:
        """Return the newest message, and how many client tools were asked since."""
        page = await self.store.load_thread_items(thread.id, None, 50, "desc", context)
        call_index = 0
        for item in page.data:
            if isinstance(item, UserMessageItem):
                return item, call_index
            call_index += isinstance(item, ClientToolCallItem)
        raise LookupError(f"thread {thread.id} has no message among its newest items")


def _question() -> Card:
    picks = [ActionConfig(type="pick", payload={"seat": seat}) for seat in (1, 2)]
    return Card(children=[Button(label="Pick", onClickAction=pick) for pick in picks])


def _script(message: ThreadItem) -> Script:
    assert isinstance(message, UserMessageItem)
    content = message.content[0]
    assert isinstance(content, UserMessageTextContent)
    return Script.from_text(content.text)


def _principal(request: Request) -> Principal | None:
    user = request.headers.get("x-user")
    return Principal(id=user) if user else None


def create(
    *, database: str, redis: str | None, calls: Path, files: str | None = None, deaths: Path | None = None
) -> Starlette:
    """Return the app, with its log in Redis if there is one, and with attachments if it has `files`."""
    store = MortalStore(database)
    server = ScriptServer(store, _log(store, redis), ModelLog(calls))
    if files is not None and deaths is not None:
        store.deaths = Deaths(deaths)
        server.attachment_store = MortalFiles(files, store.deaths)
    app = create_app(server, authenticate=_principal)
    app.routes.insert(0, Route("/tasks", _tasks))
    app.routes.insert(0, Route("/sweep", _sweep_of(server), methods=["POST"]))
    return app


def _sweep_of(server: ScriptServer) -> Callable[[Request], Awaitable[JSONResponse]]:
    async def sweep(request: Request) -> JSONResponse:
        """Delete what is old in so many `days`: the server's own sweep, which it makes once an hour."""
        now = datetime.now(UTC) + timedelta(days=int(request.query_params["days"]))
        await server._retention.sweep(now)  # pyright: ignore[reportPrivateUsage]
        return JSONResponse({})

    return sweep


async def _tasks(request: Request) -> JSONResponse:
    """What this process holds: for a run that looks for what grows."""
    gc.collect()
    return JSONResponse({"tasks": len(asyncio.all_tasks()), "objects": len(gc.get_objects())})


def _log(store: SqlStore[Any], redis: str | None) -> EventLog:
    if redis is None:
        return SqlEventLog(store.database)
    from turnstream.eventlog import RedisEventLog  # only here: its driver is an extra

    return RedisEventLog(redis, store.database)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.app")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--redis")
    parser.add_argument("--calls", type=Path, required=True)
    parser.add_argument("--files", help="where attachments are stored; none by default")
    parser.add_argument("--deaths", type=Path, help="the file that names the point at which to die")
    given = vars(parser.parse_args(arguments))
    listener = listen("127.0.0.1", given.pop("port"))
    serve(create(**given), listener)


if __name__ == "__main__":
    main()
