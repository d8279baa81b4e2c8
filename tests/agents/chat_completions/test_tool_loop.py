"""Tools of a run: at the same time, with mistakes, and in the page."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import BaseModel

from tests.agents.chat_completions.running import HI, new_context, read, run, without_noise
from tests.agents.servers.scripted_server import Reply, ScriptedServer
from tests.server.app import user_input
from tests.server.durable import Server, fetch, memory_server, open_stream
from turnstream.agents import AgentContext
from turnstream.agents.chat_completions import (
    ChatModel,
    ChatTool,
    client_tool,
    function_tool,
    stream_chat_response,
    to_messages,
)
from turnstream.agents.core import ToolFunctionError
from turnstream.agents.core.model_errors import ModelError, ModelErrorCode
from turnstream.errors import CustomStreamError
from turnstream.types import ProgressUpdateEvent, ThreadMetadata, ThreadStreamEvent, UserMessageItem, Workflow


class MyContext(AgentContext[Any]):
    """An app's own."""


class Color(BaseModel):
    name: str


@function_tool
async def search(context: MyContext, query: str, limit: int = 3) -> AsyncIterator[Any]:
    """Search the manual."""
    yield ProgressUpdateEvent(text=f"Searching {query}")
    yield {"found": [query] * limit}


@function_tool
async def fail(context: AgentContext[Any]) -> str:
    """Fail."""
    raise ValueError("no luck")


@client_tool(timeout_s=300)
async def pick_color(shade: str) -> Color:
    """Let the user pick a color."""
    ...


@client_tool(reenter=True)
async def pick_color_later(shade: str) -> Color:
    """Let the user pick a color, in the next turn."""
    ...


def calling(*calls: tuple[str, str, str]) -> Reply:
    return Reply(calls=calls)


def results(request: dict[str, Any]) -> list[str]:
    return [message["content"] for message in request["messages"] if message["role"] == "tool"]


async def test_what_a_tool_yields_is_streamed_and_its_result_goes_to_the_model() -> None:
    replies = [calling(("a", "search", '{"query": "tea", "limit": 1}')), Reply(("Done",))]
    seen, requests, error = await run(replies, tools=[search])
    assert error is None
    assert without_noise(seen) == ["Searching tea", "text_delta Done"]
    assert json.loads(results(requests[1])[0]) == {"found": ["tea"]}
    definition = requests[0]["tools"][0]
    assert definition["function"]["description"] == "Search the manual."
    assert definition["function"]["parameters"]["required"] == ["query"]
    assert set(definition["function"]["parameters"]["properties"]) == {"query", "limit"}


async def test_tools_of_a_step_run_at_the_same_time() -> None:
    both = asyncio.Barrier(2)

    @function_tool
    async def meet(name: str) -> str:
        """Meet."""
        await both.wait()
        return name

    replies = [calling(("a", "meet", '{"name": "x"}'), ("b", "meet", '{"name": "y"}')), Reply(("Met",))]
    _, requests, error = await run(replies, tools=[meet])
    assert (error, results(requests[1])) == (None, ["x", "y"])


async def test_a_function_that_blocks_runs_beside_the_loop() -> None:
    @function_tool
    def slow(n: int) -> int:
        """Count."""
        return n + 1

    _, requests, _ = await run([calling(("a", "slow", '{"n": 1}')), Reply(("2",))], tools=[slow])
    assert results(requests[1]) == ["2"]


@function_tool
async def measure(length: float) -> str:
    """Measure."""
    return str(length)


def refuse(constant: str) -> None:
    raise ValueError(constant)


@pytest.mark.parametrize(
    ("name", "arguments", "summary"),
    [
        ("serch", "{}", "There is no tool 'serch'. The tools are: search, fail, measure."),
        (
            "search",
            '{"query": 1}',
            "The arguments of search are not what it takes (query: Input should be a valid string)",
        ),
        ("search", '{"query": "a", "how": 1}', "(how: Extra inputs are not permitted)"),
        ("search", '{"query": "a', "(they: Invalid JSON"),
        ("search", '["Rome"]', "(they: Input should be an object)"),
        ("search", '"x"', "(they: Input should be an object)"),
        ("search", "NaN", "(they: Input should be an object)"),
        ("search", "null", "(query: Field required)"),
        ("search", " ", "(query: Field required)"),
        ("measure", '{"length": NaN}', "The arguments of measure must be a JSON object"),
        ("fail", "", "The tool fail failed: ValueError: no luck"),
        ("fail", "null", "The tool fail failed: ValueError: no luck"),
        ("fail", "\n", "The tool fail failed: ValueError: no luck"),
    ],
)
async def test_a_mistake_is_told_to_the_model(name: str, arguments: str, summary: str) -> None:
    seen, requests, error = await run(
        [calling(("a", name, arguments)), Reply(("Oh",))], tools=[search, fail, measure]
    )
    assert error is None
    assert summary in results(requests[1])[0]
    assert without_noise(seen) == ["text_delta Oh"]
    sent = json.loads(
        requests[1]["messages"][1]["tool_calls"][0]["function"]["arguments"], parse_constant=refuse
    )
    assert isinstance(sent, dict)  # or servers refuse the history


async def test_a_mistake_of_the_app_ends_the_run_and_the_other_tools() -> None:
    ended = asyncio.Event()
    begun = asyncio.Event()

    @function_tool
    async def endless() -> str:
        """Never end."""
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return ""

    @function_tool
    async def twice() -> AsyncIterator[str]:
        """Break the rules."""
        await begun.wait()
        yield "one"
        yield "two"

    _, requests, error = await run(
        [calling(("a", "endless", "{}"), ("b", "twice", "{}"))], tools=[endless, twice]
    )
    assert isinstance(error, ToolFunctionError)
    assert ended.is_set()
    assert len(requests) == 1


async def test_a_tool_may_end_the_response_with_words_for_the_person() -> None:
    @function_tool
    async def close_shop() -> str:
        """Close."""
        raise CustomStreamError("The shop is closed.")

    _, _, error = await run([calling(("a", "close_shop", "{}"))], tools=[close_shop])
    assert isinstance(error, CustomStreamError)


async def test_a_model_that_never_stops_calling_is_stopped() -> None:
    replies = [calling(("a", "search", '{"query": "tea"}'))]
    _, requests, error = await run(replies, tools=[search], max_steps=3)
    assert isinstance(error, ModelError)
    assert error.cause is ModelErrorCode.STEP_LIMIT
    assert len(requests) == 3


async def test_a_call_cut_at_the_length_is_not_made() -> None:
    cut = Reply(calls=[("a", "search", '{"query": "te')], finish_reason="length")
    _, requests, error = await run([cut], tools=[search])
    assert isinstance(error, ModelError)
    assert error.cause is ModelErrorCode.OUTPUT_LIMIT
    assert len(requests) == 1


def serve(model: ChatModel, tools: list[ChatTool]) -> Server:
    async def respond(
        thread: ThreadMetadata, item: UserMessageItem | None, request_context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        context = MyContext(thread=thread, store=server.store, request_context=request_context)
        items = await server.store.load_thread_items(thread.id, None, 50, "asc", context=request_context)
        async for event in stream_chat_response(context, model, await to_messages(items.data), tools=tools):
            yield event

    server = memory_server(respond)
    return server


async def test_a_tool_of_the_page_is_answered_within_the_turn() -> None:
    replies = [calling(("a", "pick_color", '{"shade": "dark"}')), Reply(("Teal it is",))]
    async with ScriptedServer(replies) as scripted, ChatModel("m", base_url=scripted.base_url) as model:
        server = serve(model, [pick_color])
        reading = await open_stream(server, "threads.create", input=user_input("paint it"))
        await reading.until("turnstream.call_waiting")
        item = reading.events[-2]["item"]
        assert (item["name"], item["arguments"]) == ("pick_color", {"shade": "dark"})
        answer = {"call_id": item["call_id"], "result": {"name": "teal"}}
        await fetch(server, "threads.add_client_tool_output", thread_id=item["thread_id"], **answer)
        await reading.rest()
        assert reading.events[-1]["status"] == "completed"
        assert json.loads(results(scripted.requests[1])[0]) == {"name": "teal"}


async def test_a_tool_that_reenters_ends_the_run_and_its_answer_begins_the_next_turn() -> None:
    replies = [
        calling(
            ("call_x", "pick_color_later", '{"shade": "dark"}'), ("call_y", "search", '{"query": "tea"}')
        ),
        Reply(("Teal it is",)),
    ]
    async with ScriptedServer(replies) as scripted, ChatModel("m", base_url=scripted.base_url) as model:
        server = serve(model, [pick_color_later, search])
        reading = await open_stream(server, "threads.create", input=user_input("paint it"))
        events = await reading.rest()
        assert events[-1]["status"] == "completed"
        assert "Searching tea" in [event.get("text") for event in events]  # the others have run
        item = next(event["item"] for event in reversed(events) if event["type"] == "thread.item.done")
        assert (item["type"], item["status"], item["call_id"]) == ("client_tool_call", "pending", "call_x")

        answer = {"call_id": "call_x", "result": {"name": "teal"}}
        reading = await open_stream(
            server, "threads.add_client_tool_output", thread_id=item["thread_id"], **answer
        )
        assert (await reading.rest())[-1]["status"] == "completed"
        _, asked, answered = scripted.requests[1]["messages"]
        assert [call["id"] for call in asked["tool_calls"]] == ["call_x"]
        assert (answered["tool_call_id"], json.loads(answered["content"])) == ("call_x", {"name": "teal"})


async def test_two_calls_of_one_tool_that_reenters_keep_their_own_ids() -> None:
    context = await new_context()
    replies = [
        calling(
            ("x", "pick_color_later", '{"shade": "dark"}'), ("y", "pick_color_later", '{"shade": "light"}')
        )
    ]
    async with ScriptedServer(replies) as scripted, ChatModel("m", base_url=scripted.base_url) as model:
        events: list[Any] = [
            e async for e in stream_chat_response(context, model, HI, tools=[pick_color_later])
        ]
    assert [(e.item.call_id, e.item.arguments["shade"]) for e in events] == [("x", "dark"), ("y", "light")]


async def test_a_workflow_goes_on_behind_the_answer_of_the_page() -> None:
    @function_tool
    async def plan(context: AgentContext[Any]) -> str:
        """Plan."""
        await context.start_workflow(Workflow(type="reasoning", tasks=[]))
        return "ok"

    context = await new_context()
    replies = [calling(("a", "plan", "{}")), calling(("b", "pick_color_later", '{"shade": "dark"}'))]
    async with ScriptedServer(replies) as scripted, ChatModel("m", base_url=scripted.base_url) as model:
        events: list[Any] = [
            e async for e in stream_chat_response(context, model, HI, tools=[plan, pick_color_later])
        ]
    workflow, call = events[-2].item, events[-1].item
    assert (workflow.type, workflow.workflow.summary) == ("workflow", None)
    assert (call.type, call.call_id) == ("client_tool_call", "b")
    assert context.workflow_item is None


async def test_closing_the_run_ends_its_tools() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    @function_tool
    async def endless() -> AsyncIterator[Any]:
        """Never end."""
        try:
            yield ProgressUpdateEvent(text="on")
            begun.set()
            await asyncio.Event().wait()
        finally:
            ended.set()

    context = await new_context()
    async with (
        ScriptedServer([calling(("a", "endless", "{}"))]) as scripted,
        ChatModel("m", base_url=scripted.base_url) as model,
    ):
        events = stream_chat_response(context, model, HI, tools=[endless])
        first: Any = await anext(events)
        assert first.text == "on"
        await begun.wait()
        await events.aclose()
        assert ended.is_set()
    assert await read(events) == ([], None)
