"""Tools that run in the page, by contract."""

import asyncio
import gc
import json
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from datetime import datetime
from functools import partial
from typing import Any, Literal
from weakref import WeakSet

import pytest
from agents import StopAtTools
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from tests.agents.openai_agents.replayed import ReplayedModel, call, message, run_of
from tests.server.app import user_input
from tests.server.durable import Reading, fetch, memory_server, open_stream
from turnstream.agents import (
    AgentContext,
    ToolContext,
    ToolFunctionError,
    client_tool,
    simple_to_agent_input,
    stream_agent_response,
)
from turnstream.agents.core.answers import MAX_ADAPTERS, read_answer
from turnstream.contracts import ClientToolContract, find_client_tool
from turnstream.server import ChatKitServer
from turnstream.types import ProgressUpdateEvent, ThreadMetadata, ThreadStreamEvent, UserMessageItem


class Selection(BaseModel):
    label: str
    count: int


@client_tool(timeout_s=300)
async def get_selection(kind: Literal["tree", "bird"], limit: int = 3) -> Selection:
    """Return what the user has selected."""
    ...


@client_tool
async def get_color(ctx: ToolContext, of: str) -> AsyncIterator[ProgressUpdateEvent | str]:
    """Ask the page for a color."""
    yield ProgressUpdateEvent(text=f"Looking at {of} for {ctx.tool_name}")


class Place(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    row_number: int


@client_tool
async def show_place(place: Place, other: Place | None = None) -> Place:
    """Show a place."""
    ...


@client_tool(timeout_s=0.05)
async def get_late() -> int:
    """Ask for what comes too late."""
    ...


@client_tool(confirm="May I print?", name="print_page", description="Print the page.")
def print_it(copies: int) -> None: ...


@client_tool(reenter=True)
async def select_later(n: int) -> Selection:
    """Ask, and end the turn."""
    ...


TOOLS = [get_selection, get_color, get_late, print_it, select_later, show_place]


def serve(model: ReplayedModel) -> ChatKitServer[Any]:
    async def respond(
        thread: ThreadMetadata, item: UserMessageItem | None, request_context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        of = AgentContext(thread=thread, store=server.store, request_context=request_context)
        page = await server.store.load_thread_items(thread.id, None, 20, "asc", context=request_context)
        stop = StopAtTools(stop_at_tool_names=["select_later"])
        run = run_of(of, model, await simple_to_agent_input(page.data), tools=TOOLS, tool_use_behavior=stop)
        async for event in stream_agent_response(of, run):
            yield event

    server = memory_server(respond)
    return server


def pending(reading: Reading, name: str) -> dict[str, Any]:
    return next(
        event["item"]
        for event in reading.events
        if event["type"] == "thread.item.done" and event["item"].get("name") == name
    )


async def answer(server: ChatKitServer[Any], item: dict[str, Any], **said: Any) -> None:
    await fetch(
        server, "threads.add_client_tool_output", thread_id=item["thread_id"], call_id=item["call_id"], **said
    )


async def summary(model: ReplayedModel, reading: Reading) -> list[str]:
    """What the model was told of the calls of its first step."""
    await reading.rest()
    assert reading.events[-1]["status"] == "completed"
    return [entry["output"] for entry in model.heard[1] if entry.get("type") == "function_call_output"]


async def ask(
    name: str, arguments: str = "{}"
) -> tuple[ChatKitServer[Any], ReplayedModel, Reading, dict[str, Any]]:
    model = ReplayedModel([call(name, arguments)], [message("Done")])
    server = serve(model)
    reading = await open_stream(server, "threads.create", input=user_input("hi"))
    await reading.until("turnstream.call_waiting")
    return server, model, reading, pending(reading, name)


async def test_the_signature_is_what_the_page_is_asked() -> None:
    server, model, reading, item = await ask("get_selection", '{"kind": "tree"}')
    assert item["arguments"] == {"kind": "tree", "limit": 3}
    await answer(server, item, result={"label": "oak", "count": "2"})
    assert await summary(model, reading) == ['{"label": "oak", "count": 2}']


async def test_aliases_are_the_names_on_both_ways() -> None:
    server, model, reading, item = await ask("show_place", '{"place": {"rowNumber": 3}}')
    assert item["arguments"] == {"place": {"rowNumber": 3}, "other": None}
    await answer(server, item, result={"rowNumber": 4})
    assert await summary(model, reading) == ['{"rowNumber": 4}']


async def test_a_wrong_answer_is_a_sentence_for_the_model() -> None:
    server, model, reading, item = await ask("get_selection", '{"kind": "tree"}')
    await answer(server, item, result={"label": 7})
    assert await summary(model, reading) == [
        "The page's answer to get_selection is not what was asked for "
        "(label: Input should be a valid string; count: Field required)."
    ]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            {"error": {"code": "declined", "message": "The user declined."}},
            "The page gave no result for get_selection (declined): The user declined.",
        ),
        ({"result": None}, "it: Input should be an object"),
    ],
)
async def test_why_there_is_no_answer_is_told_to_the_model(said: dict[str, Any], words: str) -> None:
    server, model, reading, item = await ask("get_selection", '{"kind": "tree"}')
    await answer(server, item, **said)
    assert words in (await summary(model, reading))[0]


async def test_progress_comes_before_the_call_and_text_is_told_as_it_is() -> None:
    server, model, reading, item = await ask("get_color", '{"of": "the oak"}')
    kinds = [kind for kind in reading.types if kind in ("progress_update", "turnstream.call_waiting")]
    assert kinds == ["progress_update", "turnstream.call_waiting"]
    assert "Looking at the oak for get_color" in [event.get("text") for event in reading.events]
    await answer(server, item, result="green")
    assert await summary(model, reading) == ["green"]


async def test_a_page_that_does_not_answer_is_told_to_the_model() -> None:
    _, model, reading, _ = await ask("get_late")
    assert await summary(model, reading) == [
        "The page gave no result for get_late (expired): The page did not answer in time."
    ]


async def test_calls_of_one_step_are_asked_at_once() -> None:
    script = [call("get_selection", '{"kind": "bird"}'), call("get_color", '{"of": "sky"}')]
    model = ReplayedModel(script, [message("Done")])
    server = serve(model)
    reading = await open_stream(server, "threads.create", input=user_input("hi"))
    await reading.until("turnstream.call_waiting")
    await reading.until("turnstream.call_waiting")
    await answer(server, pending(reading, "get_color"), result="blue")
    await answer(server, pending(reading, "get_selection"), result={"label": "wren", "count": 1})
    assert await summary(model, reading) == ['{"label": "wren", "count": 1}', "blue"]


@pytest.mark.parametrize("nothing", [None, {}])
async def test_a_call_that_needs_the_users_word_says_so(nothing: Any) -> None:
    server, model, reading, item = await ask("print_page", '{"copies": 2}')
    assert (item["confirm"], item["arguments"]) == ("May I print?", {"copies": 2})
    await answer(server, item, result=nothing)
    assert await summary(model, reading) == ["null"]


async def test_a_call_may_end_the_turn_and_its_answer_begins_the_next() -> None:
    model = ReplayedModel([call("select_later", '{"n": 1}')], [message("Thanks")])
    server = serve(model)
    reading = await open_stream(server, "threads.create", input=user_input("hi"))
    await reading.rest()
    item = pending(reading, "select_later")
    assert (item["call_id"], item["status"], item["arguments"]) == ("call_select_later", "pending", {"n": 1})
    output = {"thread_id": item["thread_id"], "call_id": item["call_id"], "result": {"label": "oak"}}
    again = await open_stream(server, "threads.add_client_tool_output", **output)
    assert await summary(model, again) == [
        "The page's answer to select_later is not what was asked for (count: Field required)."
    ]


async def test_calls_of_one_step_may_all_end_the_turn() -> None:
    script = [call("select_later", '{"n": 1}'), call("select_later", '{"n": 2}', call_id="call_2")]
    model = ReplayedModel(script, [message("Thanks")])
    server = serve(model)
    reading = await open_stream(server, "threads.create", input=user_input("hi"))
    await reading.rest()
    items = [
        event["item"] for event in reading.events if event.get("item", {}).get("type") == "client_tool_call"
    ]
    assert [item["call_id"] for item in items] == ["call_select_later", "call_2"]


def test_what_a_tool_is_declared_as_is_its_contract() -> None:
    contract = find_client_tool("print_page")
    assert contract is not None
    assert (contract.description, contract.confirm, contract.result) == (
        "Print the page.",
        "May I print?",
        None,
    )
    assert contract.parameters.model_json_schema()["required"] == ["copies"]
    colors = find_client_tool("get_color")
    assert colors is not None
    assert colors.result is str


@client_tool
async def get_iterable() -> AsyncIterable[ProgressUpdateEvent | int]:
    """Ask."""
    yield ProgressUpdateEvent(text="Looking")


@client_tool
async def get_nothing() -> AsyncIterator[ProgressUpdateEvent | None]:
    """Tell, and wait until it is done."""
    yield ProgressUpdateEvent(text="Looking")


@pytest.mark.parametrize(("name", "said", "words"), [("get_iterable", "3", "3"), ("get_nothing", {}, "null")])
def test_what_a_generator_may_be_annotated_with(name: str, said: Any, words: str) -> None:
    contract = find_client_tool(name)
    assert contract is not None
    assert read_answer(contract, said) == words


def test_tools_that_are_written_anew_for_each_turn_are_let_go() -> None:
    seats: WeakSet[type[BaseModel]] = WeakSet()

    def one_turn() -> None:
        class Seat(BaseModel):
            row: int

        contract = ClientToolContract(name="pick_seat", description="", parameters=BaseModel, result=Seat)
        assert read_answer(contract, {"row": 3}) == '{"row": 3}'
        seats.add(Seat)

    for _ in range(MAX_ADAPTERS + 20):
        one_turn()
    gc.collect()
    assert len(seats) <= MAX_ADAPTERS


def test_the_model_sees_the_signature() -> None:
    assert get_selection.name == "get_selection"
    assert get_selection.description == "Return what the user has selected."
    assert list(get_selection.params_json_schema["properties"]) == ["kind", "limit"]


def plain_generator() -> Iterator[str]:
    yield "from here"


def names_nothing(at: str) -> None: ...


names_nothing.__annotations__["at"] = (
    "Somewhere"  # as `from __future__ import annotations` leaves a local name
)


class NoJson: ...


def without_json(at: NoJson) -> None: ...


def answers_no_json() -> NoJson | None: ...


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (plain_generator, r"plain_generator\(\) is a plain generator: make it `async def`"),
        (names_nothing, r"names_nothing\(\) cannot be resolved: name 'Somewhere' is not defined"),
        (without_json, r"without_json\(\) has a parameter that JSON cannot represent"),
        (answers_no_json, r"answers_no_json\(\) has a result type that JSON cannot represent"),
        (partial(names_nothing, "here"), r"is not a function: wrap it in one"),
        (lambda unnamed: None, "has no type annotation for unnamed"),  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
        (lambda *rest: None, "name every argument"),  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    ],
)
def test_a_signature_that_is_no_contract_is_refused(function: Any, says: str) -> None:
    with pytest.raises(ToolFunctionError, match=says):
        client_tool(name="wrong")(function)


async def test_a_body_that_gives_a_result_ends_the_run() -> None:
    @client_tool
    async def wrong() -> str:
        return "from here"

    of = AgentContext(thread=THREAD, store=memory_server(no_response).store, request_context=None)
    run = run_of(of, ReplayedModel([call("wrong")], [message("Done")]), tools=[wrong])
    with pytest.raises(
        Exception, match=r"wrong\(\) returns a result, but the page returns the result"
    ) as raised:
        async for _ in stream_agent_response(of, run):
            pass
    assert isinstance(raised.value, ToolFunctionError) or isinstance(
        raised.value.__cause__, ToolFunctionError
    )


THREAD = ThreadMetadata.model_validate({"id": "thr_1", "created_at": "2026-01-01T00:00:00Z"})


async def no_response(*_: Any) -> AsyncIterator[ThreadStreamEvent]:
    await asyncio.sleep(0)
    for event in list[ThreadStreamEvent]():
        yield event


async def test_a_strict_model_takes_what_json_can_say() -> None:
    class Booking(BaseModel):
        model_config = ConfigDict(strict=True)

        at: datetime
        seats: tuple[str, int]

    contract = ClientToolContract(name="book_strictly", description="", parameters=Selection, result=Booking)
    answer = {"at": "2026-01-02T03:04:05Z", "seats": ["12A", 2]}
    assert json.loads(read_answer(contract, answer)) == answer
    assert "seats.1: Input should be a valid integer" in read_answer(
        contract, {**answer, "seats": ["12A", "2"]}
    )
