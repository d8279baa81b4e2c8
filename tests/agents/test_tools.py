"""A tool that is declared once works on every bridge, and so does one of another bridge's decorators."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from agents import RunContextWrapper, WebSearchTool
from langchain_core.tools import tool as langchain_tool
from langgraph.prebuilt import ToolRuntime
from pydantic_ai import RunContext, Tool

from tests.agents.bridge_conformance import user_message
from tests.agents.bridges import OF_CHAT_COMPLETIONS, serve
from tests.agents.conversation import Call, Step, get_selection, summary
from tests.agents.reading import FAR_OFF_S, THREAD, answer, context, pending_calls, read
from tests.agents.servers.conversation_server import ModelServer
from tests.server.app import user_input
from tests.server.durable import open_stream
from turnstream.agents import AgentContext, chat_completions, core, langgraph, openai_agents, pydantic_ai
from turnstream.agents.core import ToolContext, ToolFunctionError, client_tool, function_tool
from turnstream.types import ClientEffectEvent, ProgressUpdateEvent, ThreadStreamEvent
from turnstream.widgets import Card, Text

FUNCTION_TOOLS: dict[str, Callable[..., Any]] = {
    "core": core.function_tool,
    "agents": openai_agents.function_tool,
    "pydantic_ai": pydantic_ai.function_tool,
    "langgraph": langgraph.function_tool,
    "chat_completions": chat_completions.function_tool,
}
CLIENT_TOOLS: dict[str, Callable[..., Any]] = {
    "core": core.client_tool,
    "agents": openai_agents.client_tool,
    "pydantic_ai": pydantic_ai.client_tool,
    "langgraph": langgraph.client_tool,
    "chat_completions": chat_completions.client_tool,
}
CONTEXTS: dict[str, tuple[Any, Callable[[Any], AgentContext[Any]]]] = {
    "agents": (RunContextWrapper[AgentContext[Any]], lambda passed: passed.context),
    "pydantic_ai": (RunContext[AgentContext[Any]], lambda passed: passed.deps),
    "langgraph": (langgraph.ToolContext, lambda passed: passed.context),
    "chat_completions": (AgentContext[Any], lambda passed: passed),
}
"""The framework's own context of a tool, and where ours is in it."""

every_bridge = pytest.mark.parametrize("bridge", OF_CHAT_COMPLETIONS)
every_decorator = pytest.mark.parametrize("made_by", FUNCTION_TOOLS)

Lines = list[str]


async def run(bridge: str, call: Call, *tools: Any) -> tuple[Lines, dict[str, Any], Exception | None]:
    """What a run shows whose model makes one call, the second request to the model, and what ended it."""
    async with ModelServer([Step(calls=(call,)), Step(text="Done.")]).running() as model:
        respond = OF_CHAT_COMPLETIONS[bridge](model.base_url, FAR_OFF_S, tools)
        events, raised = await read(respond(await context(user_message("go"))))
    return summary(events), model.requests[-1], raised


def result_of(request: dict[str, Any]) -> str:
    return request["messages"][-1]["content"]


@every_bridge
@every_decorator
async def test_a_function_returns_its_result(bridge: str, made_by: str) -> None:
    @FUNCTION_TOOLS[made_by]
    async def look(place: str, count: int = 2) -> str:
        """Look around in a place."""
        return f"{count} birches in the {place}"

    lines, request, raised = await run(bridge, Call("call_1", "look", {"place": "park"}), look)
    assert raised is None
    assert lines == ["message", "Done.", "message done"]
    assert result_of(request) == "2 birches in the park"
    (offered,) = [tool["function"] for tool in request["tools"]]
    assert (offered["name"], offered["description"]) == ("look", "Look around in a place.")
    assert list(offered["parameters"]["properties"]) == ["place", "count"]


@every_bridge
@every_decorator
async def test_a_generator_streams_what_it_yields_before_its_result(bridge: str, made_by: str) -> None:
    @FUNCTION_TOOLS[made_by]
    async def survey(area: str) -> AsyncIterator[ThreadStreamEvent | Card | str]:
        """Survey an area."""
        yield ProgressUpdateEvent(text=f"Walking through the {area}")
        yield Card(children=[Text(value="Oak, 30 m")])
        yield ClientEffectEvent(name="show_area", data={"area": area})
        yield f"an oak in the {area}"

    lines, request, raised = await run(bridge, Call("call_1", "survey", {"area": "park"}), survey)
    assert raised is None
    assert lines[:3] == ["Walking through the park", "widget", "effect show_area"]
    assert result_of(request) == "an oak in the park"


@every_bridge
@every_decorator
@pytest.mark.parametrize(
    "annotation",
    [AgentContext, AgentContext[Any], ToolContext],
    ids=["AgentContext", "AgentContext[Any]", "ToolContext"],
)
async def test_the_first_parameter_may_be_our_context(bridge: str, made_by: str, annotation: Any) -> None:
    async def greet(ctx: Any, place: str) -> AsyncIterator[ThreadStreamEvent | str]:
        """Greet."""
        of = ctx if annotation is not ToolContext else ctx.context
        yield ProgressUpdateEvent(text=of.thread.id)
        yield f"greeted in the {place}"

    greet.__annotations__["ctx"] = annotation
    tool = FUNCTION_TOOLS[made_by](greet)
    lines, request, raised = await run(bridge, Call("call_1", "greet", {"place": "park"}), tool)
    assert raised is None
    assert lines[0] == THREAD.id
    assert result_of(request) == "greeted in the park"


@every_bridge
@pytest.mark.parametrize("is_neutral", [True, False])
async def test_the_first_parameter_may_be_the_framework_s_own_context(bridge: str, is_neutral: bool) -> None:
    annotation, context_in = CONTEXTS[bridge]

    async def greet(ctx: Any, place: str) -> str:
        """Greet."""
        await context_in(ctx).stream(ProgressUpdateEvent(text=place))
        return "greeted"

    greet.__annotations__["ctx"] = annotation
    tool = FUNCTION_TOOLS["core" if is_neutral else bridge](greet)
    lines, request, raised = await run(bridge, Call("call_1", "greet", {"place": "park"}), tool)
    assert raised is None
    assert (lines[0], result_of(request)) == ("park", "greeted")


async def test_langgraph_s_own_runtime_may_be_the_first_parameter() -> None:
    @langgraph.function_tool
    async def which(runtime: ToolRuntime[Any, Any], place: str) -> str:
        """Return the id of the call."""
        return f"{runtime.tool_call_id} in the {place}"

    _, request, raised = await run("langgraph", Call("call_1", "which", {"place": "park"}), which)
    assert raised is None
    assert result_of(request) == "call_1 in the park"


@every_bridge
@pytest.mark.parametrize("made_by", CLIENT_TOOLS)
async def test_the_page_answers_a_client_tool(bridge: str, made_by: str) -> None:
    steps = [Step(calls=(Call("call_1", "get_selection", {"kind": "tree"}),)), Step(text="An oak.")]
    tools = [CLIENT_TOOLS[made_by](timeout_s=FAR_OFF_S)(get_selection)]
    async with ModelServer(steps).running() as model:
        server = serve(OF_CHAT_COMPLETIONS[bridge](model.base_url, FAR_OFF_S, tools))
        reading = await open_stream(server, "threads.create", input=user_input("Which?"))
        (call,) = await pending_calls(reading)
        assert (call["name"], call["arguments"]) == ("get_selection", {"kind": "tree"})
        await answer(server, call, result="the oak")
        await reading.rest()
    assert summary(reading.events) == ["user", "call get_selection", "message", "An oak.", "message done"]
    assert result_of(model.requests[1]) == "the oak"


@every_bridge
async def test_a_call_that_reenters_ends_the_run_and_its_answer_begins_the_next_turn(bridge: str) -> None:
    @client_tool(reenter=True)
    async def pick(kind: str) -> str:  # pyright: ignore[reportReturnType]
        """Let the user pick."""

    @function_tool
    async def look() -> str:
        """Look around."""
        return "an oak"

    calls = (Call("call_1", "pick", {"kind": "tree"}), Call("call_2", "look", {}))
    async with ModelServer([Step(text="Pick.", calls=calls), Step(text="Good.")]).running() as model:
        make, url = OF_CHAT_COMPLETIONS[bridge], model.base_url
        server = serve(lambda of: make(url, FAR_OFF_S, [pick, look])(of))  # a client closes with its run
        reading = await open_stream(server, "threads.create", input=user_input("Which?"))
        await reading.rest()
        assert summary(reading.events)[-1] == "call pick"
        assert len(model.requests) == 1
        thread_id = reading.events[0]["thread"]["id"]
        again = await open_stream(
            server, "threads.add_client_tool_output", thread_id=thread_id, result="the birch"
        )
        await again.rest()
    assert summary(again.events) == ["message", "Good.", "message done"]
    assert result_of(model.requests[1]) == "the birch"


@function_tool
async def find_seats(context: AgentContext, flight: str):
    """Return the free seats of a flight."""
    yield ProgressUpdateEvent(text=f"Looking at flight {flight} for {context.thread.id}")
    yield {"free": ["12A", "14C"]}


@client_tool(name="pick", description="Let the user pick.")
async def pick_seat(seats: list[str]) -> str:  # pyright: ignore[reportReturnType]
    """Not for the model."""


@every_bridge
async def test_the_same_tools_serve_every_bridge(bridge: str) -> None:
    steps = [
        Step(calls=(Call("call_1", "find_seats", {"flight": "LH 1"}),)),
        Step(calls=(Call("call_2", "pick", {"seats": ["12A", "14C"]}),)),
        Step(text="You sit at 14C."),
    ]
    async with ModelServer(steps).running() as model:
        server = serve(OF_CHAT_COMPLETIONS[bridge](model.base_url, FAR_OFF_S, [find_seats, pick_seat]))
        reading = await open_stream(server, "threads.create", input=user_input("Where do I sit?"))
        (call,) = await pending_calls(reading)
        await answer(server, call, result="14C")
        await reading.rest()
    thread_id = reading.events[0]["thread"]["id"]
    progress = f"Looking at flight LH 1 for {thread_id}"
    assert summary(reading.events)[1:3] == [progress, "call pick"]
    offered = {
        tool["function"]["name"]: tool["function"]["description"] for tool in model.requests[0]["tools"]
    }
    assert offered == {"find_seats": "Return the free seats of a flight.", "pick": "Let the user pick."}


@every_bridge
async def test_neither_a_strict_schema_nor_a_docstring_is_needed(
    bridge: str,
) -> None:
    @function_tool
    async def count(prices: dict[str, int]) -> int:
        return sum(prices.values())

    _, request, raised = await run(bridge, Call("call_1", "count", {"prices": {"a": 2, "b": 3}}), count)
    assert raised is None
    assert result_of(request) == "5"


@every_bridge
async def test_a_tool_without_a_result_is_told_of_client_tools(bridge: str) -> None:
    @function_tool
    async def silent() -> AsyncIterator[ThreadStreamEvent]:
        """Say nothing."""
        yield ProgressUpdateEvent(text="Hm")

    _, _, raised = await run(bridge, Call("call_1", "silent", {}), silent)
    assert isinstance(raised, ToolFunctionError)
    assert "yields no result" in str(raised)
    assert "client_tool" in str(raised)


def test_a_framework_s_own_tools_pass_through() -> None:
    search = WebSearchTool()
    own = openai_agents.function_tool(failure_error_function=None)(get_selection)
    assert openai_agents.tools([search, own]) == [search, own]

    @langchain_tool
    def look(place: str) -> str:
        """Look."""
        return place

    assert langgraph.tools([look]) == [look]
    pydantic_tool: Any = Tool(get_selection)
    assert pydantic_ai.tools([pydantic_tool, get_selection]) == [pydantic_tool, get_selection]
    assert chat_completions.tools([find_seats]) == [find_seats]


def test_a_tool_with_another_framework_s_context_is_refused() -> None:
    async def greet(ctx: RunContextWrapper[Any]) -> str:
        """Greet."""
        return "hello"

    tool = openai_agents.function_tool(greet)
    for bridge in (pydantic_ai, langgraph, chat_completions):
        with pytest.raises(ToolFunctionError, match=r"greet\(\) takes a RunContextWrapper, which"):
            bridge.tools([tool])


def test_a_plain_function_is_no_tool_without_a_framework() -> None:
    with pytest.raises(ToolFunctionError, match="get_selection, which is no tool of this bridge"):
        chat_completions.tools([get_selection])
