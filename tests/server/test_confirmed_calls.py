"""Tools of the page that ask the person first: the wish travels with the call, in every form and to every
reader.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from tests.official import TYPES
from tests.server.app import OWNER, call, create, done, stream, user_input
from tests.server.durable import MakeServer, Server, fetch, memory_server, open_stream, running, sqlite_server
from turnstream.contracts import ClientToolContract, declare
from turnstream.server import ClientToolError
from turnstream.types import (
    ClientToolCallItem,
    ThreadItemDoneEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)

Events = AsyncIterator[ThreadStreamEvent]

OUTPUT = "threads.add_client_tool_output"
DECLINED = {"code": "declined", "message": "The user declined."}
OFFICIAL_EVENT: TypeAdapter[Any] = TypeAdapter(TYPES.ThreadStreamEvent)


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> MakeServer:
    return memory_server if request.param == "memory" else partial(sqlite_server, tmp_path)


def asking(make: MakeServer, confirm: bool | str | None, name: str = "delete_undeclared_row") -> Server:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        try:
            said = str(await server.call_client(name, {"row": 3}, confirm=confirm))
        except ClientToolError as error:
            said = f"{error.code}: {error}"
        yield done(thread, said)

    server = make(respond)
    return server


def calls_in(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event["item"] for event in events if event.get("item", {}).get("type") == "client_tool_call"]


async def test_the_wish_is_in_the_stream_in_the_snapshot_and_in_the_store(make: MakeServer) -> None:
    server = asking(make, "Delete row 3?")
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        await reading.until("turnstream.call_waiting")
        [item] = calls_in(reading.events)
        assert item["confirm"] == "Delete row 3?"
        place = {"thread_id": item["thread_id"], "call_id": item["call_id"]}
        state = (await fetch(server, "threads.get_by_id", thread_id=item["thread_id"]))["turnstream"]
        assert [known["confirm"] for known in state["items"] if "call_id" in known] == ["Delete row 3?"]
        await fetch(server, OUTPUT, **place, error=DECLINED)
        await reading.rest()
        [_, stored, answer] = (
            await server.store.load_thread_items(item["thread_id"], None, 9, "asc", OWNER)
        ).data
        assert isinstance(stored, ClientToolCallItem)
        assert (stored.status, stored.confirm, stored.output) == (
            "completed",
            "Delete row 3?",
            {"error": DECLINED},
        )
        assert answer.model_dump()["content"][0]["text"] == "declined: The user declined."


@pytest.mark.parametrize(("confirm", "sent"), [(True, {"confirm": True}), (False, {}), (None, {})])
async def test_a_call_that_asks_nobody_says_nothing_of_it(confirm: bool | None, sent: dict[str, Any]) -> None:
    server = asking(memory_server, confirm)
    _, events = await create(server)
    [item] = calls_in(events)
    assert {name: value for name, value in item.items() if name == "confirm"} == sent
    await server.close()


async def test_an_official_client_reads_such_a_call_and_answers_it(make: MakeServer) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield done(thread, "Thank you") if item is None else ThreadItemDoneEvent(item=wanted(thread))

    server = make(respond)
    async with running(server):
        thread_id, events = await create(server)
        for event in events:
            OFFICIAL_EVENT.validate_python(event)
        TypeAdapter(TYPES.Thread).validate_python(
            await call(server, "threads.get_by_id", thread_id=thread_id)
        )
        assert calls_in(events)[0]["confirm"] is True
        answered = await stream(server, OUTPUT, thread_id=thread_id, result={})
        assert answered[-1]["item"]["content"][0]["text"] == "Thank you"


def wanted(thread: ThreadMetadata) -> ClientToolCallItem:
    return ClientToolCallItem(
        id="tc_1", thread_id=thread.id, created_at=datetime.now(UTC), call_id="call_1", name="delete_row",
        arguments={"row": 3}, confirm=True,
    )  # fmt: skip


class Row(BaseModel):
    row: int


DECLARED = ClientToolContract(
    name="delete_declared_row",
    description="Deletes a row.",
    parameters=Row,
    result=None,
    confirm="Delete this row?",
)
declare(DECLARED)


@pytest.mark.parametrize(("given", "asked"), [(None, "Delete this row?"), ("Sure?", "Sure?"), (False, None)])
async def test_a_call_asks_as_the_contract_says_unless_it_says_otherwise(
    make: MakeServer, given: bool | str | None, asked: str | None
) -> None:
    server = asking(make, given, DECLARED.name)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        await reading.until("turnstream.call_waiting")
        [item] = calls_in(reading.events)
        assert item.get("confirm") == asked
        await fetch(server, OUTPUT, thread_id=item["thread_id"], call_id=item["call_id"], result={})
        await reading.rest()
