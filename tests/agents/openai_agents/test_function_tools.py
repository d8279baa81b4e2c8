"""Tools that say on the way what they do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import wraps
from typing import Annotated, Any

import pytest
from agents import FunctionTool, RunContextWrapper, UserError
from agents import function_tool as sdk_function_tool

from tests.agents.openai_agents.replayed import ReplayedModel, call, message, run_of
from tests.agents.openai_agents.running import dump, final_items, stored_context
from turnstream.agents import ToolContext, ToolFunctionError, function_tool, stream_agent_response
from turnstream.contracts import Effect
from turnstream.types import ClientEffectEvent, NoticeEvent, ProgressUpdateEvent, ThreadItemDoneEvent
from turnstream.widgets import BasicRoot, Card, DynamicWidgetRoot, ListView, ListViewItem, Text, WidgetRoot


class SetMood(Effect):
    """How the page looks."""

    mood: str


async def run_tool(tool: FunctionTool, arguments: str = "{}") -> tuple[list[Any], Any, Exception | None]:
    """The events of a run that calls `tool` once, what the model was told, and what ended the run."""
    of = await stored_context()
    model = ReplayedModel([call(tool.name, arguments)], [message("Done")])
    events, raised = await dump(stream_agent_response(of, run_of(of, model, tools=[tool])))
    summary = model.heard[1][-1]["output"] if len(model.heard) > 1 else None
    return events, summary, raised


async def test_what_it_yields_streams_at_once_and_the_last_value_is_the_result() -> None:
    may_go_on = asyncio.Event()

    @function_tool
    async def search(ctx: ToolContext, query: str):
        """Search for articles matching the query."""
        yield ProgressUpdateEvent(text="Searching...")
        await may_go_on.wait()
        yield ClientEffectEvent(name="flash")
        yield SetMood(mood="bright")
        yield NoticeEvent(level="info", message="Slow today")
        yield Card(children=[Text(value=query)])
        yield [f"about {query}", ctx.tool_name]

    of = await stored_context()
    model = ReplayedModel([call("search", '{"query": "oaks"}')], [message("Done")])
    seen: list[Any] = []
    async for event in stream_agent_response(of, run_of(of, model, tools=[search])):
        seen.append(event)
        may_go_on.set()
    kinds = [event.type for event in seen][:6]
    assert kinds == [
        "progress_update",
        "client_effect",
        "client_effect",
        "notice",
        "thread.item.done",
        "thread.item.added",
    ]
    assert (seen[2].name, seen[2].data) == ("set_mood", {"mood": "bright"})
    assert isinstance(seen[4], ThreadItemDoneEvent)
    assert seen[4].item.type == "widget"
    assert model.heard[1][-1]["output"] == "['about oaks', 'search']"


@pytest.mark.parametrize(
    "widget",
    [
        Card(children=[Text(value="12A")]),
        ListView(children=[ListViewItem(children=[Text(value="12A")])]),
        BasicRoot.model_validate({"type": "Basic", "children": [{"type": "Text", "value": "12A"}]}),
        DynamicWidgetRoot.model_validate({"type": "Card", "children": [{"type": "Text", "value": "12A"}]}),
    ],
    ids=lambda widget: type(widget).__name__,
)
async def test_a_widget_of_every_kind_is_streamed(widget: WidgetRoot) -> None:
    @function_tool
    async def show():
        """Show it."""
        yield widget
        yield "shown"

    events, summary, raised = await run_tool(show)
    assert (events[0]["item"]["type"], summary, raised) == ("widget", "shown", None)


def no_result():
    async def tool() -> AsyncIterator[Any]:
        yield ProgressUpdateEvent(text="x")

    return tool


def two_results():
    async def tool() -> AsyncIterator[Any]:
        yield 1
        yield 2

    return tool


def event_after_the_result():
    async def tool() -> AsyncIterator[Any]:
        yield 1
        yield ProgressUpdateEvent(text="too late")

    return tool


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (no_result, r"tool\(\) yields no result: yield the model's result last"),
        (two_results, r"tool\(\) yields a second result after its result: yield the result last"),
        (event_after_the_result, r"tool\(\) yields an event after its result"),
    ],
)
async def test_each_wrong_use_ends_the_run_with_a_clear_error(make: Callable[[], Any], says: str) -> None:
    _, summary, raised = await run_tool(function_tool(make()))
    assert summary is None
    with pytest.raises(ToolFunctionError, match=says):
        raise _cause(raised)


def _cause(error: BaseException | None) -> BaseException:
    """The SDK wraps what a tool raises."""
    while error is not None and not isinstance(error, ToolFunctionError):
        error = error.__cause__
    assert error is not None
    return error


async def test_nothing_may_be_a_result_but_it_must_be_said() -> None:
    @function_tool
    async def tool():
        yield None

    _, summary, raised = await run_tool(tool)
    assert (summary, raised) == ("None", None)


def test_a_plain_generator_is_refused_where_it_is_written() -> None:
    def tool():
        yield 1

    with pytest.raises(ToolFunctionError, match=r"tool\(\) is a plain generator: make it `async def`"):
        function_tool(tool)


async def test_that_a_tool_failed_is_told_to_the_model() -> None:
    @function_tool
    async def tool():
        yield ProgressUpdateEvent(text="x")
        raise LookupError("the shelf is empty")

    events, summary, raised = await run_tool(tool)
    assert raised is None
    assert summary.startswith(
        "An error occurred while running the tool"
    )  # the SDK's own words, without details
    assert events[0]["text"] == "x"


def logged(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def inner(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return inner


async def test_a_plain_decorator_around_a_function_changes_nothing() -> None:
    @function_tool
    @logged
    async def awaited(query: str) -> str:
        return f"about {query}"

    @function_tool
    @logged
    async def streamed(query: str):
        yield ProgressUpdateEvent(text="Searching...")
        yield f"about {query}"

    _, summary, _ = await run_tool(awaited, '{"query": "oaks"}')
    assert summary == "about oaks"
    events, summary, _ = await run_tool(streamed, '{"query": "oaks"}')
    assert (events[0]["type"], summary) == ("progress_update", "about oaks")


async def test_functions_that_return_are_tools_as_they_are() -> None:
    @function_tool
    async def later(n: int) -> int:
        return n + 1

    @function_tool
    def now(n: int) -> int:
        return n + 2

    assert (await run_tool(later, '{"n": 1}'))[1] == "2"
    assert (await run_tool(now, '{"n": 1}'))[1] == "3"


async def plain(ctx: RunContextWrapper[Any], query: Annotated[str, "What to find"], limit: int = 3) -> str:
    """Find things.

    Args:
        query: What to look for.
        limit: How many, at most.
    """
    return query * limit


async def generating(query: Annotated[str, "What to find"], limit: int = 3):
    """Find things.

    Args:
        query: What to look for.
        limit: How many, at most.
    """
    yield query * limit


@pytest.mark.parametrize(
    "options", [{}, {"strict_mode": False}, {"name_override": "find", "description_override": "d"}]
)
def test_the_model_sees_what_it_would_see_of_the_sdks_own(options: dict[str, Any]) -> None:
    make: Any = sdk_function_tool
    theirs: FunctionTool = make(**options)(plain)
    for function in (plain, generating):
        ours = function_tool(**options)(function)
        schema = {**ours.params_json_schema, "title": ""}
        assert schema == {**theirs.params_json_schema, "title": ""}
        assert ours.description == theirs.description
        assert ours.strict_json_schema == theirs.strict_json_schema
        if options:
            assert ours.name == options.get("name_override", function.__name__)


async def test_options_of_the_sdk_are_kept() -> None:
    def fail(ctx: RunContextWrapper[Any], error: Exception) -> str:
        return f"no: {error}"

    @function_tool(failure_error_function=fail)
    async def tool():
        yield ProgressUpdateEvent(text="x")
        raise LookupError("empty")

    assert (await run_tool(tool))[1] == "no: empty"

    @function_tool(failure_error_function=None)
    async def strict():
        yield ProgressUpdateEvent(text="x")
        raise LookupError("empty")

    events, summary, raised = await run_tool(strict)
    assert summary is None
    assert raised is not None
    assert events[0]["text"] == "x"


async def test_tools_of_one_step_stream_side_by_side() -> None:
    both_began = asyncio.Barrier(2)

    async def work(name: str):
        yield ProgressUpdateEvent(text=f"{name} begins")
        await both_began.wait()
        yield name

    @function_tool
    async def left():
        async for value in work("left"):
            yield value

    @function_tool
    async def right():
        async for value in work("right"):
            yield value

    of = await stored_context()
    model = ReplayedModel([call("left"), call("right")], [message("Done")])
    events, raised = await dump(stream_agent_response(of, run_of(of, model, tools=[left, right])))
    assert raised is None
    assert [event["text"] for event in events[:2]] == ["left begins", "right begins"]
    assert [entry["output"] for entry in model.heard[1][-2:]] == ["left", "right"]


async def test_a_context_of_another_kind_is_told_at_the_first_event() -> None:
    @function_tool
    async def tool():
        yield ProgressUpdateEvent(text="x")
        yield 1

    run = run_of("not ours", ReplayedModel([call("tool")], [message("Done")]), tools=[tool])
    with pytest.raises(UserError) as raised:
        [event async for event in run.stream_events()]
    assert "needs the run's context to be an AgentContext, not str" in str(_cause(raised.value))


async def test_a_stopped_run_stops_its_tools() -> None:
    closed = asyncio.Event()

    @function_tool
    async def tool():
        try:
            yield ProgressUpdateEvent(text="x")
            await asyncio.Event().wait()
            yield 1
        finally:
            closed.set()

    of = await stored_context()
    events = stream_agent_response(of, run_of(of, ReplayedModel([call("tool")]), tools=[tool]))
    assert (await anext(events)).type == "progress_update"
    await events.aclose()
    await closed.wait()


async def test_items_of_a_failed_run_are_all_there() -> None:
    @function_tool(failure_error_function=None)
    async def tool():
        yield Card(children=[Text(value="kept")])
        raise LookupError("then it broke")

    events, _, raised = await run_tool(tool)
    assert raised is not None
    assert [item["type"] for item in final_items(events)] == ["widget"]
