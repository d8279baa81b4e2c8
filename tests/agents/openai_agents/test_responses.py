"""What the Responses API streams, as thread events; beside what the official package makes of the same
run.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from agents import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrail,
    InputGuardrailTripwireTriggered,
    Model,
    ModelBehaviorError,
    OpenAIResponsesModel,
    OutputGuardrail,
    RunConfig,
    RunContextWrapper,
    Runner,
    StopAtTools,
)
from agents.tool_context import ToolContext
from openai import AsyncOpenAI
from pydantic import ConfigDict, TypeAdapter

from tests.agents.openai_agents.replayed import (
    HANG,
    ReplayedModel,
    ReplayedServer,
    call,
    image,
    message,
    reasoning,
    run_of,
)
from tests.agents.openai_agents.running import CREATED, THREAD, dump, final_items, stored_context
from tests.agents.reading import FAR_OFF_S
from tests.official import AGENTS, TYPES, OfficialStore
from tests.server.app import user_input
from tests.server.durable import fetch, memory_server, open_stream
from turnstream.agents import (
    AgentContext,
    ClientToolCall,
    ResponseStreamConverter,
    accumulate_text,
    function_tool,
    stream_agent_response,
)
from turnstream.agents.core.model_errors import ModelError, ModelErrorCode
from turnstream.errors import CustomStreamError
from turnstream.store import MemoryStore
from turnstream.types import (
    CustomTask,
    ProgressUpdateEvent,
    ThoughtTask,
    ThreadItem,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    Workflow,
    WorkflowItem,
)
from turnstream.widgets import Card, Text

ITEM: TypeAdapter[ThreadItem] = TypeAdapter(ThreadItem)
URL_CITATION = {
    "type": "url_citation",
    "url": "https://a.example",
    "title": "A",
    "start_index": 0,
    "end_index": 5,
}
FILE_CITATION = {"type": "file_citation", "file_id": "f", "filename": "terms.pdf", "index": 4}
NAMELESS = {"type": "file_citation", "file_id": "f", "filename": "", "index": 4}
CONTAINER = {
    "type": "container_file_citation",
    "container_id": "c",
    "file_id": "f",
    "filename": "plot.png",
    "start_index": 0,
    "end_index": 9,
}
PATH = {"type": "file_path", "file_id": "f", "index": 1}

CITATIONS = [URL_CITATION, FILE_CITATION, NAMELESS, CONTAINER, PATH]


@function_tool
async def look() -> str:
    """Look."""
    return "seen"


SCRIPTS: dict[str, Any] = {
    "text": [[message("Hello there")]],
    "two parts": [[message("One", "Two more")]],
    "two messages": [[message("First"), message("Second", item_id="msg_2")]],
    # The official package fails on citations that the SDK parsed while they streamed.
    "citations": [[message({"text": "As said here", "annotations": CITATIONS}, streams_annotations=False)]],
    "reasoning": [[reasoning("Compare both fares", "Then choose"), message("The first one")]],
    "reasoning around a tool": [
        [reasoning("I should look"), call("look")],
        [reasoning("I have seen", item_id="rs_2"), message("Seen")],
    ],
    "image": [[image("AAAA", "AA", "AAA"), message("Here it is")]],
}


@asynccontextmanager
async def model_in_process(*steps: Any) -> AsyncGenerator[Model]:
    yield ReplayedModel(*steps)


@asynccontextmanager
async def model_over_http(*steps: Any) -> AsyncGenerator[Model]:
    async with (
        ReplayedServer(*steps) as server,
        AsyncOpenAI(base_url=server.base_url, api_key="test", max_retries=0, timeout=FAR_OFF_S) as client,
    ):
        yield OpenAIResponsesModel("m", client)


@pytest.mark.parametrize("serve", [model_in_process, model_over_http])
@pytest.mark.parametrize("name", SCRIPTS)
async def test_the_final_items_are_those_of_the_official_package(name: str, serve: Any) -> None:
    of = await stored_context()
    async with serve(*SCRIPTS[name]) as model:
        ours, raised = await dump(stream_agent_response(of, run_of(of, model, tools=[look])))

    store = OfficialStore()
    thread = TYPES.ThreadMetadata(id="thr_1", created_at=CREATED)
    await store.save_thread(thread, None)
    theirs_of = AGENTS.AgentContext(thread=thread, store=store, request_context=None)
    async with serve(*SCRIPTS[name]) as model:
        run = run_of(theirs_of, model, tools=[look])
        theirs, theirs_raised = await dump(getattr(AGENTS, "stream_agent_response")(theirs_of, run))  # noqa: B009

    assert type(raised) is type(theirs_raised)
    assert final_items(ours) == final_items(theirs)
    assert len(final_items(ours)) >= 1


async def test_a_stopped_run_lets_go_of_the_model_at_once() -> None:
    of = await stored_context()
    half = [*message("Half an answer")[:4], HANG]
    async with (
        ReplayedServer([half]) as server,
        AsyncOpenAI(base_url=server.base_url, api_key="test", max_retries=0, timeout=FAR_OFF_S) as client,
    ):
        events = stream_agent_response(of, run_of(of, OpenAIResponsesModel("m", client)))
        while (await anext(events)).type != "thread.item.updated":
            pass
        await events.aclose()
        await server.left.wait()
    assert (of.usage.requests, of.usage.unreported_requests) == (1, 1)


async def test_an_answer_that_is_cut_is_told_as_such() -> None:
    of = await stored_context()

    class Cut(ReplayedServer):
        async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            hanging = asyncio.create_task(super()._answer(reader, writer))
            await said.wait()
            writer.transport.abort()
            await hanging

    said = asyncio.Event()
    async with (
        Cut([[*message("Half an answer")[:4], HANG]]) as server,
        AsyncOpenAI(base_url=server.base_url, api_key="test", max_retries=0, timeout=FAR_OFF_S) as client,
    ):
        events = stream_agent_response(of, run_of(of, OpenAIResponsesModel("m", client)))
        while (await anext(events)).type != "thread.item.updated":
            pass
        said.set()
        rest, raised = await dump(events)
    assert isinstance(raised, ModelError)
    assert isinstance(raised, ModelBehaviorError)  # the SDK's own, with words
    assert raised.cause is ModelErrorCode.CUT
    assert rest[-1]["item"]["content"][0]["text"] == "Half an"


async def test_citations_come_while_the_text_grows() -> None:
    of = await stored_context()
    script = [[message({"text": "As said here", "annotations": CITATIONS})]]
    events, raised = await dump(stream_agent_response(of, run_of(of, ReplayedModel(*script))))
    assert raised is None
    updates = [event["update"] for event in events if event["type"] == "thread.item.updated"]
    added = [update for update in updates if update["type"].endswith("annotation_added")]
    assert [(update["annotation_index"], update["annotation"]["source"]["title"]) for update in added] == [
        (0, "A"),
        (1, "terms.pdf"),
        (2, "plot.png"),
    ]
    assert [update["annotation"] for update in added] == final_items(events)[0]["content"][0]["annotations"]


async def test_every_thought_grows_while_it_is_thought() -> None:
    of = await stored_context()
    script = [[reasoning("First thought", "Second thought"), message("Done")]]
    events, _ = await dump(stream_agent_response(of, run_of(of, ReplayedModel(*script))))
    updates = [event["update"] for event in events if event["type"] == "thread.item.updated"]
    thoughts = [update for update in updates if update["type"].startswith("workflow.")]
    assert [(thought["type"], thought["task_index"]) for thought in thoughts] == [
        ("workflow.task.added", 0),
        ("workflow.task.updated", 0),
        ("workflow.task.added", 1),
        ("workflow.task.updated", 1),
    ]
    assert thoughts[2]["task"]["content"] == "Second "
    kinds = [event["item"]["type"] for event in events if event["type"] == "thread.item.done"]
    assert kinds == ["workflow", "assistant_message"]


async def test_thoughts_without_a_summary_are_shown_too() -> None:
    of = await stored_context()
    script = [[reasoning("Bare thought", kind="reasoning_text"), message("Done")]]
    events, _ = await dump(stream_agent_response(of, run_of(of, ReplayedModel(*script))))
    tasks = final_items(events)[0]["workflow"]["tasks"]
    assert [task["content"] for task in tasks] == ["Bare thought"]


async def test_an_image_grows_and_one_that_never_came_goes() -> None:
    of = await stored_context()
    script = [[image("AAAA", "AA"), image(None), image(None, "A"), message("Here")]]
    converter = ResponseStreamConverter(partial_images=2)
    events, _ = await dump(stream_agent_response(of, run_of(of, ReplayedModel(*script)), converter=converter))
    updates = [
        event["update"]
        for event in events
        if event.get("update", {}).get("type") == "generated_image.updated"
    ]
    assert [(update["image"]["url"][-2:], update["progress"]) for update in updates] == [
        ("AA", 0.0),
        (",A", 0.0),
    ]
    urls = [item["image"]["url"] for item in final_items(events) if item["type"] == "generated_image"]
    assert urls == ["data:image/png;base64,AAAA", "data:image/png;base64,A"]
    assert [event["type"] for event in events].count("thread.item.removed") == 1


async def test_a_tool_does_not_overtake_an_image_that_is_still_being_put_away() -> None:
    stored, looked = asyncio.Event(), asyncio.Event()

    class Slow(ResponseStreamConverter):
        async def base64_image_to_url(self, *args: Any, **kwargs: Any) -> str:
            await looked.wait()
            stored.set()
            return "https://files.example/1.png"

    @function_tool
    async def announce():
        """Announce."""
        looked.set()
        yield ProgressUpdateEvent(text="Looking")
        yield "done"

    of = await stored_context()
    script = [[image("AAAA"), call("announce")], [message("Done")]]
    run = run_of(of, ReplayedModel(*script), tools=[announce])
    events, raised = await dump(stream_agent_response(of, run, converter=Slow()))
    assert raised is None
    assert [event["type"] for event in events][:3] == [
        "thread.item.added",
        "thread.item.done",
        "progress_update",
    ]
    assert stored.is_set()


async def test_a_converter_may_stream_from_a_task_of_its_own() -> None:
    of = await stored_context()

    class Uploads(ResponseStreamConverter):
        async def base64_image_to_url(self, *args: Any, **kwargs: Any) -> str:
            await asyncio.gather(of.stream(ProgressUpdateEvent(text="Uploading")))
            return "https://files.example/1.png"

    run = run_of(of, ReplayedModel([image("AAAA"), message("Done")]))
    events, raised = await dump(stream_agent_response(of, run, converter=Uploads()))
    assert raised is None
    assert [event["type"] for event in events][:3] == [
        "thread.item.added",
        "progress_update",
        "thread.item.done",
    ]


async def trip(*_: Any) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(
        output_info={"reason": "We only speak of gardens."}, tripwire_triggered=True
    )


async def trip_late(context: Any, agent: Any, _: Any) -> GuardrailFunctionOutput:
    await SAID.wait()
    TRIPPED.set()
    return await trip()


SAID, TRIPPED = asyncio.Event(), asyncio.Event()


class Saying(ReplayedModel):
    """Waits in the middle of its answer for the guardrail."""

    async def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        async for event in super().stream_response(*args, **kwargs):
            yield event
            if event.type == "response.output_text.delta":
                SAID.set()
                await TRIPPED.wait()


async def test_a_guardrail_removes_what_was_said_and_gives_its_reason() -> None:
    SAID.clear()
    TRIPPED.clear()
    of = await stored_context()
    agent: dict[str, Any] = {"input_guardrails": [InputGuardrail(guardrail_function=trip_late)]}
    run = run_of(of, Saying([reasoning("Hm"), message("Half an answer")]), **agent)
    events, raised = await dump(stream_agent_response(of, run))
    shown = [event["item"]["id"] for event in events if event["type"] == "thread.item.added"]
    removed = [event["item_id"] for event in events if event["type"] == "thread.item.removed"]
    assert removed == shown
    assert len(removed) == 2
    assert isinstance(raised, InputGuardrailTripwireTriggered)
    assert isinstance(raised, CustomStreamError)
    assert raised.message == "We only speak of gardens."
    assert raised.guardrail_result.output.tripwire_triggered


async def test_a_guardrail_of_the_output_too_and_the_user_sees_why() -> None:
    async def respond(
        thread: ThreadMetadata, item: UserMessageItem | None, request_context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        of = AgentContext(thread=thread, store=server.store, request_context=request_context)
        guardrails = [OutputGuardrail(guardrail_function=trip)]
        run = run_of(of, ReplayedModel([message("Nothing of gardens")]), output_guardrails=guardrails)
        async for event in stream_agent_response(of, run):
            yield event

    server = memory_server(respond)
    reading = await open_stream(server, "threads.create", input=user_input("hi"))
    await reading.rest()
    assert reading.types[-4:] == [
        "thread.item.removed",
        "turnstream.answer_ended",
        "error",
        "turnstream.turn_ended",
    ]
    assert reading.events[-2]["message"] == "We only speak of gardens."
    thread = await fetch(server, "threads.get_by_id", thread_id=reading.events[0]["thread"]["id"])
    assert [item["type"] for item in thread["items"]["data"]] == ["user_message"]


async def test_a_guardrail_removes_what_was_streamed_before_the_run_was_read() -> None:
    of = await stored_context()
    await of.stream_widget(Card(children=[Text(value="Looking")]))
    run = run_of(
        of, ReplayedModel([message("No")]), output_guardrails=[OutputGuardrail(guardrail_function=trip)]
    )
    events, _ = await dump(stream_agent_response(of, run))
    assert final_items(events) == []


async def test_a_guardrail_leaves_the_workflow_of_an_earlier_turn() -> None:
    of = await stored_context()
    earlier = WorkflowItem(
        id="wf_1",
        thread_id=THREAD.id,
        created_at=CREATED,
        workflow=Workflow(type="reasoning", tasks=[ThoughtTask(content="Hm")]),
    )
    await of.store.add_thread_item(THREAD.id, earlier, context=None)
    run = run_of(
        of, ReplayedModel([message("No")]), output_guardrails=[OutputGuardrail(guardrail_function=trip)]
    )
    events, _ = await dump(stream_agent_response(of, run))
    (said,) = [event["item"]["id"] for event in events if event["type"] == "thread.item.added"]
    assert [event["item_id"] for event in events if event["type"] == "thread.item.removed"] == [said]
    assert [item["type"] for item in final_items(events)] == ["workflow"]


async def test_both_agents_of_a_handoff_are_heard() -> None:
    of = await stored_context()
    second = Agent[Any](name="Second", model=ReplayedModel([message("I take over")]))
    first = Agent[Any](
        name="First",
        model=ReplayedModel([message("Let me ask"), call("transfer_to_second")]),
        handoffs=[second],
    )
    run = Runner.run_streamed(first, "go", context=of, run_config=RunConfig(tracing_disabled=True))
    events, raised = await dump(stream_agent_response(of, run))
    assert raised is None
    assert [item["content"][0]["text"] for item in final_items(events)] == ["Let me ask", "I take over"]


async def test_a_failure_closes_what_is_open_before_it_is_raised() -> None:
    class BrokenOffError(Exception):
        pass

    of = await stored_context()
    half = message("Half an answer")[:4]
    script = [[reasoning("Hm"), half, BrokenOffError()]]
    events, raised = await dump(stream_agent_response(of, run_of(of, ReplayedModel(*script))))
    assert isinstance(raised, BrokenOffError)
    assert [item["type"] for item in final_items(events)] == ["workflow", "assistant_message"]
    assert final_items(events)[1]["content"][0]["text"] == "Half an"


@function_tool
async def steps(ctx: ToolContext[AgentContext[Any]]) -> str:
    """Show steps and a widget."""
    of = ctx.context
    await of.start_workflow(Workflow(type="custom", tasks=[]))
    await of.add_workflow_task(CustomTask(title="Counting", status_indicator="loading"))
    await of.update_workflow_task(CustomTask(title="Counted", status_indicator="complete"), 0)
    await of.stream_widget(Card(children=[Text(value="3")]))
    return "3"


async def test_a_tool_shows_its_steps_and_a_widget_ends_them() -> None:
    of = await stored_context()
    run = run_of(of, ReplayedModel([call("steps")], [message("Three")]), tools=[steps])
    events, _ = await dump(stream_agent_response(of, run))
    workflow, widget, said = final_items(events)
    assert [task["title"] for task in workflow["workflow"]["tasks"]] == ["Counted"]
    assert workflow["workflow"]["summary"] == {"duration": 0}
    assert widget["widget"]["children"][0]["value"] == "3"
    assert said["type"] == "assistant_message"
    added = next(event["item"] for event in events if event["type"] == "thread.item.added")
    assert added["workflow"]["tasks"][0]["title"] == "Counting"  # as it was then


@function_tool
async def ask_expert(ctx: ToolContext[AgentContext[Any]]) -> str:
    """Let another agent answer."""
    inner = await stored_context()
    model = ReplayedModel([reasoning("It depends"), message("12A")])
    async for event in stream_agent_response(inner, run_of(inner, model)):
        await ctx.context.stream(event)
    return "12A"


async def test_the_thoughts_of_an_agent_that_a_tool_asks_stay_as_that_agent_ended_them() -> None:
    of = await stored_context()
    run = run_of(of, ReplayedModel([call("ask_expert")], [message("Take it")]), tools=[ask_expert])
    events, _ = await dump(stream_agent_response(of, run))
    workflow, expert, said = final_items(events)
    assert [task["content"] for task in workflow["workflow"]["tasks"]] == ["It depends"]
    assert [item["content"][0]["text"] for item in (expert, said)] == ["12A", "Take it"]


async def test_an_update_without_a_workflow_or_a_task_is_refused() -> None:
    of = await stored_context()
    with pytest.raises(ValueError, match="call start_workflow"):
        await of.update_workflow_task(CustomTask(title="x"), 0)
    await of.start_workflow(Workflow(type="custom", tasks=[]))
    with pytest.raises(ValueError, match="0 tasks: there is none with index 0"):
        await of.update_workflow_task(CustomTask(title="x"), 0)


@function_tool
async def ask_page(ctx: RunContextWrapper[AgentContext[Any]]) -> str:
    """Ask the page."""
    ctx.context.client_tool_call = ClientToolCall(name="ask_page", arguments={})
    return "asked"


async def test_the_turn_after_a_client_tool_goes_on_with_the_workflow() -> None:
    of = await stored_context()
    asking: dict[str, Any] = {
        "tools": [ask_page],
        "tool_use_behavior": StopAtTools(stop_at_tool_names=["ask_page"]),
    }
    run = run_of(of, ReplayedModel([reasoning("I must ask"), call("ask_page", call_id="call_7")]), **asking)
    events, _ = await dump(stream_agent_response(of, run))
    workflow, asked = final_items(events)
    assert "summary" not in workflow["workflow"]
    assert (asked["name"], asked["call_id"], asked["status"]) == ("ask_page", "call_7", "pending")

    for event in events:
        if event["type"] == "thread.item.done":
            item = ITEM.validate_python(event["item"])
            await of.store.add_thread_item("thr_1", item, context=None)
    again = AgentContext(thread=THREAD, store=of.store, request_context=None)
    run = run_of(again, ReplayedModel([reasoning("It said yes"), message("Yes")]))
    events, _ = await dump(stream_agent_response(again, run))
    workflow, _ = final_items(events)
    assert [task["content"] for task in workflow["workflow"]["tasks"]] == ["I must ask", "It said yes"]
    assert "summary" in workflow["workflow"]


async def test_what_the_run_has_cost_is_counted_request_by_request() -> None:
    of = await stored_context()
    run = run_of(of, ReplayedModel([call("look")], [message("Seen")]), tools=[look])
    await dump(stream_agent_response(of, run))
    assert of.usage.model_dump() == {
        "requests": 2,
        "unreported_requests": 0,
        "input_tokens": 20,
        "output_tokens": 10,
    }


async def test_a_stopped_run_says_what_it_has_cost_so_far() -> None:
    SAID.clear()
    TRIPPED.clear()
    of = await stored_context()
    events = stream_agent_response(of, run_of(of, Saying([message("Half an answer")])))
    async for _ in events:
        if SAID.is_set():
            break
    await events.aclose()
    assert (of.usage.requests, of.usage.unreported_requests) == (1, 1)


async def test_text_is_gathered_in_a_widget() -> None:
    of = await stored_context()
    run = run_of(of, ReplayedModel([message("One two")]))
    states = [widget async for widget in accumulate_text(run.stream_events(), Text(value="", streaming=True))]
    assert [(state.value, state.streaming) for state in states] == [
        ("", True),
        ("One", True),
        ("One two", True),
        ("One two", False),
    ]


async def test_a_text_event_is_an_updated_event_to_an_app() -> None:
    of = await stored_context()
    events: list[ThreadStreamEvent] = [
        event async for event in stream_agent_response(of, run_of(of, ReplayedModel([message("Hi")])))
    ]
    texts = [
        event
        for event in events
        if isinstance(event, ThreadItemUpdatedEvent)
        and event.update.type == "assistant_message.content_part.text_delta"
    ]
    assert len(texts) == 1
    assert texts[0].model_dump()["update"]["delta"] == "Hi"


def test_the_context_is_subclassed_as_the_official_one_is() -> None:
    class Mine(AgentContext[str]):
        model_config = ConfigDict(arbitrary_types_allowed=True)

        store: MemoryStore[Any]  # pyright: ignore[reportIncompatibleVariableOverride]
        tries: int = 0

    of = Mine(thread=THREAD, store=MemoryStore[Any](), request_context="me")
    assert of.tries == 0
    assert of.thread is THREAD
    other = Mine(thread=THREAD, store=of.store, request_context="you")
    assert other.usage is not of.usage


def test_ours_has_every_field_and_method_of_the_official_context() -> None:
    official = AGENTS.AgentContext
    assert set(official.model_fields) - set(AgentContext.model_fields) == set()
    methods = {
        name for name in vars(official) if not name.startswith("_") and callable(getattr(official, name))
    }
    assert {name for name in methods if not hasattr(AgentContext, name)} == set()
    names = {
        "AgentContext",
        "ClientToolCall",
        "ResponseStreamConverter",
        "ThreadItemConverter",
        "accumulate_text",
    }
    ours = {name: getattr(__import__("turnstream.agents", fromlist=[name]), name) for name in names}
    for name, member in ours.items():
        theirs = {each for each in vars(getattr(AGENTS, name, object)) if not each.startswith("_")}
        assert {each for each in theirs if not hasattr(member, each)} - {"model_config"} == set(), name
