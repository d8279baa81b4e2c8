"""A run of the Agents SDK as thread events, with a model that follows a script."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from agents import (
    Agent,
    ModelRefusalError,
    RunConfig,
    RunContextWrapper,
    Runner,
    RunResultStreaming,
    StopAtTools,
    function_tool,
)
from agents.items import TResponseStreamEvent
from anyio import wait_all_tasks_blocked
from openai.types.responses import (
    ResponseContentPartAddedEvent,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputRefusal,
    ResponseRefusalDeltaEvent,
    ResponseRefusalDoneEvent,
)

from tests.agents.openai_agents.scripted_model import ScriptedModel, ScriptedModelError
from tests.agents.reading import read
from tests.server.app import user_input
from tests.server.durable import fetch, memory_server, open_stream
from turnstream.agents import AgentContext, ClientToolCall, stream_agent_response
from turnstream.agents import function_tool as our_function_tool
from turnstream.demos.scripted import Call, Decide, Heard, Say
from turnstream.server import ClientToolError
from turnstream.store import MemoryStore
from turnstream.types import ProgressUpdateEvent, ThreadMetadata, ThreadStreamEvent, UserMessageItem

Events = AsyncIterator[ThreadStreamEvent]

THREAD = ThreadMetadata(id="thr_1", created_at=datetime(2026, 1, 1, tzinfo=UTC))
Context = RunContextWrapper[AgentContext[Any]]


@function_tool
async def look(ctx: Context, what: str) -> str:
    """Look at something."""
    await ctx.context.stream(ProgressUpdateEvent(text=f"Looking at {what}"))
    return f"saw {what}"


@function_tool
async def ask_page(ctx: Context) -> str:
    """Ask the page."""
    ctx.context.client_tool_call = ClientToolCall(name="ask_page", arguments={"deep": True})
    return "asked"


@function_tool
async def ask_and_wait(ctx: Context) -> str:
    """Ask the page, and wait."""
    await ctx.context.stream(ProgressUpdateEvent(text="Asking"))
    try:
        return str(await ctx.context.call_client("get_selection", {"deep": True}, timeout_s=300))
    except ClientToolError as error:
        return f"{error.code}: {error}"


def context() -> AgentContext[Any]:
    return AgentContext(thread=THREAD, store=MemoryStore[Any](), request_context=None)


def run(of: AgentContext[Any], model: ScriptedModel, text: str = "go") -> RunResultStreaming:
    agent = Agent[AgentContext[Any]](
        name="a",
        model=model,
        tools=[look, ask_page, ask_and_wait],
        tool_use_behavior=StopAtTools(stop_at_tool_names=["ask_page"]),
    )
    return Runner.run_streamed(agent, text, context=of, run_config=RunConfig(tracing_disabled=True))


def says(text: str) -> Decide:
    def decide(heard: Heard) -> Say:
        return Say(text)

    return decide


def looks_then_says(heard: Heard) -> Say | Call:
    return Say(f"I {heard.results['look']}") if "look" in heard.results else Call("look", {"what": "trees"})


def brief(events: Sequence[Any]) -> list[str]:
    return [brief_of(event.model_dump()) for event in events]


def brief_of(event: dict[str, Any]) -> str:
    match event["type"]:
        case "progress_update":
            return event["text"]
        case "thread.item.updated":
            update = event["update"]
            return f"{update['type'].rpartition('.')[2]} {update.get('delta', '')}".rstrip()
        case kind:
            return f"{kind} {event['item']['type']}"


async def test_text_is_one_message_with_an_id_of_our_own() -> None:
    of = context()
    events = [event async for event in stream_agent_response(of, run(of, model(says("Hello there"))))]
    assert brief(events) == [
        "thread.item.added assistant_message",
        "added",
        "text_delta Hello",
        "text_delta  there",
        "done",
        "thread.item.done assistant_message",
    ]
    done: Any = events[-1]
    assert done.item.content[0].text == "Hello there"
    assert done.item.id.startswith("msg_")
    added: Any = events[0]
    assert done.item.id == added.item.id


def model(decide: Decide) -> ScriptedModel:
    return ScriptedModel(decide, token_delay_s=0)


async def test_what_a_tool_streams_stands_where_it_happened() -> None:
    of = context()
    events = [event async for event in stream_agent_response(of, run(of, model(looks_then_says)))]
    assert brief(events)[:2] == ["Looking at trees", "thread.item.added assistant_message"]
    assert brief(events)[-1] == "thread.item.done assistant_message"


async def test_a_refusal_is_a_message_before_the_run_fails() -> None:
    class Refusing(ScriptedModel):
        async def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[TResponseStreamEvent]:
            part = ResponseOutputRefusal(type="refusal", refusal="I cannot")
            message = ResponseOutputMessage(
                id="__fake_id__", content=[part], role="assistant", status="completed", type="message"
            )
            place: dict[str, Any] = {"item_id": "__fake_id__", "output_index": 0, "content_index": 0}
            yield ResponseOutputItemAddedEvent(
                type="response.output_item.added", item=message, output_index=0, sequence_number=1
            )
            yield ResponseContentPartAddedEvent(
                type="response.content_part.added", part=part, sequence_number=2, **place
            )
            yield ResponseRefusalDeltaEvent(
                type="response.refusal.delta", delta="I cannot", sequence_number=3, **place
            )
            yield ResponseRefusalDoneEvent(
                type="response.refusal.done", refusal="I cannot", sequence_number=4, **place
            )
            yield ResponseOutputItemDoneEvent(
                type="response.output_item.done", item=message, output_index=0, sequence_number=5
            )
            async for event in super().stream_response(*args, **kwargs):
                if event.type == "response.completed":
                    event.response.output[:] = [message]
                    yield event

    of = context()
    refusing = Refusing(says(""), token_delay_s=0)
    events, raised = await read(stream_agent_response(of, run(of, refusing)))
    assert isinstance(raised, ModelRefusalError)  # the SDK fails such a run; its words come first
    done: Any = events[-1]
    assert done.item.content[0].text == "I cannot"
    assert done.item.id != "__fake_id__"
    assert "text_delta I cannot" in brief(events)


async def test_a_run_that_fails_raises_after_what_its_tools_streamed() -> None:
    def decide(heard: Heard) -> Say | Call:
        return Say("Half an", then_fail=True) if heard.results else Call("look", {"what": "trees"})

    of = context()
    seen, raised = await read(stream_agent_response(of, run(of, model(decide))))
    assert isinstance(raised, ScriptedModelError)
    assert brief(seen)[0] == "Looking at trees"
    assert brief(seen)[-3:] == ["text_delta  an", "done", "thread.item.done assistant_message"]
    assert seen[-1].item.content[0].text == "Half an"


async def test_a_client_tool_call_comes_last_with_its_own_call_id() -> None:
    made: dict[str, str] = {}

    def decide(heard: Heard) -> list[Call]:
        return [Call("ask_page", {}), Call("look", {"what": "trees"})]

    of = context()
    result = run(of, model(decide))
    events: list[Any] = [event async for event in stream_agent_response(of, result)]
    for item in result.new_items:
        if item.type == "tool_call_item":
            raw: Any = item.raw_item
            made[raw.name] = raw.call_id
    call = events[-1].item
    assert (call.type, call.status, call.name, call.arguments) == (
        "client_tool_call",
        "pending",
        "ask_page",
        {"deep": True},
    )
    assert call.call_id == made["ask_page"] != made["look"]


async def test_a_second_run_does_not_make_the_call_of_the_first_again() -> None:
    of = context()
    first: list[Any] = [
        e async for e in stream_agent_response(of, run(of, model(lambda _: Call("ask_page", {}))))
    ]
    assert first[-1].item.type == "client_tool_call"
    second: list[Any] = [e async for e in stream_agent_response(of, run(of, model(says("Thanks"))))]
    assert brief(second)[-1] == "thread.item.done assistant_message"
    assert of.client_tool_call is not None


async def test_closing_cancels_the_run_and_leaves_nothing_for_the_next() -> None:
    closed = asyncio.Event()

    class Endless(ScriptedModel):
        async def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[TResponseStreamEvent]:
            try:
                async for event in super().stream_response(*args, **kwargs):
                    yield event
                    if event.type == "response.output_text.delta":
                        await asyncio.Event().wait()
            finally:
                closed.set()

    of = context()
    events = stream_agent_response(of, run(of, Endless(says("Once upon"), token_delay_s=0)))
    assert brief([await anext(events)]) == ["thread.item.added assistant_message"]
    await wait_all_tasks_blocked()
    await events.aclose()
    await closed.wait()
    again = [event async for event in stream_agent_response(of, run(of, model(says("Hello"))))]
    assert brief(again)[-2:] == ["done", "thread.item.done assistant_message"]


async def test_a_context_serves_two_runs() -> None:
    of = context()
    for text in ("One", "Two"):
        events: list[Any] = [
            event async for event in stream_agent_response(of, run(of, model(lambda _, t=text: Say(t))))
        ]
        assert events[-1].item.content[0].text == text


async def test_a_second_run_at_the_same_time_is_an_error() -> None:
    of = context()
    first = stream_agent_response(of, run(of, model(says("One"))))
    begun = [await anext(first)]
    result = run(of, model(says("Two")))
    with pytest.raises(RuntimeError, match="one run at a time"):
        await anext(stream_agent_response(of, result))
    assert result.is_complete
    rest = [event async for event in first]
    assert brief([*begun, *rest])[-1] == "thread.item.done assistant_message"


async def test_a_tool_that_streams_a_run_on_its_own_context_does_not_go_round() -> None:
    @our_function_tool
    async def delegate(ctx: Context):
        """Let another agent answer."""
        async for event in stream_agent_response(ctx.context, run(ctx.context, model(says("inner")))):
            yield event
        yield "done"

    of = context()
    outer = model(lambda heard: Say("outer") if "delegate" in heard.results else Call("delegate", {}))
    agent = Agent[AgentContext[Any]](name="a", model=outer, tools=[delegate])
    result = Runner.run_streamed(agent, "go", context=of, run_config=RunConfig(tracing_disabled=True))
    events: list[Any] = [event async for event in stream_agent_response(of, result)]
    assert events[-1].item.content[0].text == "outer"


def asks_then_says(heard: Heard) -> Say | Call:
    return Say(heard.results["ask_and_wait"]) if "ask_and_wait" in heard.results else Call("ask_and_wait", {})


async def asking_run(thread: ThreadMetadata, item: UserMessageItem | None, request_context: Any) -> Events:
    of = AgentContext(thread=thread, store=MemoryStore[Any](), request_context=request_context)
    async for event in stream_agent_response(of, run(of, model(asks_then_says))):
        yield event


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"result": "the oak"}, "the oak"),
        ({"error": {"code": "denied", "message": "Not now."}}, "denied: Not now."),
    ],
)
async def test_a_tool_asks_the_page_and_goes_on_with_its_answer(answer: dict[str, Any], said: str) -> None:
    server = memory_server(asking_run)
    reading = await open_stream(server, "threads.create", input=user_input("hi"))
    await reading.until("turnstream.call_waiting")
    assert reading.types[-3:] == ["progress_update", "thread.item.done", "turnstream.call_waiting"]
    item = reading.events[-2]["item"]
    await fetch(
        server,
        "threads.add_client_tool_output",
        thread_id=item["thread_id"],
        call_id=item["call_id"],
        **answer,
    )
    await reading.rest()
    assert reading.events[-1]["status"] == "completed"
    assert reading.events[-2]["item"]["content"][0]["text"] == said


async def unread_run(thread: ThreadMetadata, item: UserMessageItem | None, request_context: Any) -> Events:
    of = AgentContext(thread=thread, store=MemoryStore[Any](), request_context=request_context)
    await of.stream(ProgressUpdateEvent(text="Asking"))
    result = await of.call_client("get_selection", timeout_s=300)
    yield ProgressUpdateEvent(text=result)


async def test_a_run_that_nobody_reads_may_ask_the_page() -> None:
    server = memory_server(unread_run)
    reading = await open_stream(server, "threads.create", input=user_input("hi"))
    await reading.until("turnstream.call_waiting")
    item = reading.events[-2]["item"]
    await fetch(
        server,
        "threads.add_client_tool_output",
        thread_id=item["thread_id"],
        call_id=item["call_id"],
        result="the oak",
    )
    await reading.rest()
    assert "the oak" in [event.get("text") for event in reading.events]


async def test_asking_the_page_outside_of_a_turn_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="works only inside respond"):
        await context().call_client("get_selection")
