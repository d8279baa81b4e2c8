"""A run of Pydantic AI as thread events: its own test model, and a real client over a socket."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from pydantic_ai import (
    Agent,
    AgentRunResultEvent,
    ModelRetry,
    PartDeltaEvent,
    PartEndEvent,
    PartStartEvent,
    RunContext,
    Tool,
)
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ThinkingPartDelta,
)
from pydantic_ai.models import Model
from pydantic_ai.models.function import AgentInfo, DeltaThinkingPart, DeltaToolCall, FunctionModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from tests.agents.bridge_conformance import (
    THINKS_BETWEEN_TURNS,
    BridgeConformance,
    converse,
    serving,
    think_between_turns,
    user_message,
)
from tests.agents.conversation import (
    STEPS,
    Call,
    Step,
    get_selection,
    look,
    pieces,
    summary,
    survey,
)
from tests.agents.reading import context, read, texts
from tests.server.durable import Server
from turnstream.agents import AgentContext
from turnstream.agents.core import ToolFunctionError
from turnstream.agents.pydantic_ai import (
    ToolContext,
    client_tool,
    function_tool,
    stream_agent_response,
    to_message_history,
)
from turnstream.turns.closing import closing
from turnstream.types import ProgressUpdateEvent, ThreadItem, ThreadStreamEvent

Events = AsyncIterator[ThreadStreamEvent]


def scripted(*steps: Step) -> FunctionModel:
    """A model that says one step after the other, by how often it has answered since the user spoke."""

    async def say(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[Any]:
        step = steps[sum(isinstance(message, ModelResponse) for message in messages)]
        for piece in pieces(step.thought):
            yield {0: DeltaThinkingPart(content=piece)}
        for piece in pieces(step.text):
            yield piece
        for index, call in enumerate(step.calls, start=2):
            yield {index: DeltaToolCall(call.name, json.dumps(call.arguments), tool_call_id=call.id)}

    return FunctionModel(stream_function=say)


def agent(model: Model, *tools: Tool[AgentContext[Any]]) -> Agent[AgentContext[Any], str]:
    return Agent[AgentContext[Any], str](model, deps_type=AgentContext[Any], tools=tools)


def run(of: AgentContext[Any], model: Model, *tools: Any, prompt: str = "go") -> Any:
    return stream_agent_response(of, agent(model, *tools).run_stream_events(prompt, deps=of))


async def test_text_is_one_message_with_an_id_of_our_own() -> None:
    events, raised = await read(run(await context(), scripted(Step(text="Hello there"))))
    assert raised is None
    assert summary(events) == ["message", "Hello there", "message done"]
    assert texts(events) == ["Hello there"]
    assert events[-1].item.id.startswith("msg_")
    assert events[0].item.id == events[-1].item.id


async def test_the_conversation_of_all_bridges() -> None:
    tools = [function_tool(survey), function_tool(look), client_tool(get_selection)]
    await converse(conversing(agent(scripted(*STEPS), *tools)))


def conversing(agent: Agent[AgentContext[Any], str]) -> Server:
    async def speak(of: AgentContext[Any], items: Sequence[ThreadItem]) -> AsyncIterator[ThreadStreamEvent]:
        history = await to_message_history(items)
        run = agent.run_stream_events(message_history=history, deps=of)
        async with closing(stream_agent_response(of, run)) as events:
            async for event in events:
                yield event

    return serving(speak)


async def test_a_workflow_goes_on_behind_a_call_that_ended_the_run() -> None:
    model = scripted(*THINKS_BETWEEN_TURNS)
    await think_between_turns(conversing(agent(model, client_tool(reenter=True)(get_selection))))


async def test_a_message_ends_with_its_part() -> None:
    of = await context()

    async def events() -> AsyncIterator[Any]:
        yield PartStartEvent(index=0, part=TextPart("One"))
        yield PartEndEvent(index=0, part=TextPart("One"))
        of.send(ProgressUpdateEvent(text="Behind"))

    seen, _ = await read(stream_agent_response(of, events()))
    assert summary(seen) == ["message", "One", "message done", "Behind"]


class TestBridge(BridgeConformance):
    module = "turnstream.agents.pydantic_ai"
    package = "pydantic_ai"
    extra = "pydantic-ai"
    ToolContext = ToolContext
    function_tool = function_tool
    client_tool = client_tool

    async def speak(
        self, of: AgentContext[Any], base_url: str, *tools: Any, items: Sequence[ThreadItem]
    ) -> Any:
        model = OpenAIChatModel("a-model", provider=OpenAIProvider(base_url=base_url, api_key="none"))
        history = await to_message_history(items)
        run = agent(model, *tools).run_stream_events(message_history=history, deps=of)
        async with closing(stream_agent_response(of, run)) as events:
            async for event in events:
                yield event

    def context_in(self, context: Any) -> AgentContext[Any]:
        return context.deps


async def test_each_text_part_is_a_message_and_each_thinking_part_a_thought() -> None:
    async def events() -> AsyncIterator[Any]:
        yield PartStartEvent(index=0, part=ThinkingPart("First "))
        yield PartDeltaEvent(index=0, delta=ThinkingPartDelta(content_delta="this"))
        yield PartDeltaEvent(index=0, delta=ThinkingPartDelta(signature_delta="signed"))
        yield PartStartEvent(index=1, part=ThinkingPart("Then that"))
        yield PartEndEvent(index=1, part=ThinkingPart("Then that"))
        yield PartStartEvent(index=2, part=TextPart("One"))
        yield PartStartEvent(index=3, part=TextPart("Two"))
        yield PartDeltaEvent(index=3, delta=TextPartDelta("!"))

    seen, raised = await read(stream_agent_response(await context(), events()))
    assert raised is None
    assert texts(seen) == ["One", "Two!"]
    (workflow,) = [
        event.item for event in seen if event.type == "thread.item.done" and event.item.type == "workflow"
    ]
    assert [task.content for task in workflow.workflow.tasks] == ["First this", "Then that"]


async def test_a_plain_iterator_tells_its_usage_at_its_end() -> None:
    of = await context()
    result = await agent(scripted_at_once("Hello")).run("go", deps=of)

    async def events() -> AsyncIterator[Any]:
        yield AgentRunResultEvent(result)

    await read(stream_agent_response(of, events()))
    assert (of.usage.requests, of.usage.unreported_requests) == (1, 0)
    assert of.usage.output_tokens == result.usage.output_tokens > 0


def scripted_at_once(text: str) -> FunctionModel:
    return FunctionModel(lambda messages, info: ModelResponse(parts=[TextPart(text)]))


async def test_an_output_tool_is_no_further_request() -> None:
    of = await context()
    step = Step(calls=(Call("call_1", "final_result", {"response": 3}),))
    counting = Agent[AgentContext[Any], int](scripted(step), deps_type=AgentContext[Any], output_type=int)
    events, raised = await read(stream_agent_response(of, counting.run_stream_events("go", deps=of)))
    assert raised is None
    assert summary(events) == []
    assert (of.usage.requests, of.usage.unreported_requests) == (1, 0)


async def test_the_framework_s_own_tools_and_retries_still_work() -> None:
    async def own(context: RunContext[AgentContext[Any]], place: str) -> str:
        """Look."""
        await context.deps.stream(ProgressUpdateEvent(text=place))
        return "an oak"

    tries: list[int] = []

    async def careful(count: int) -> str:
        """Count."""
        tries.append(count)
        if len(tries) == 1:
            raise ModelRetry("Count again")
        return str(count)

    calls = (Call("call_1", "own", {"place": "park"}), Call("call_2", "counting", {"count": 1}))
    steps = [Step(calls=calls), Step(calls=(Call("call_3", "counting", {"count": 2}),)), Step(text="Done.")]
    tools = [Tool(own), function_tool(name="counting", max_retries=2)(careful)]
    events, raised = await read(run(await context(), scripted(*steps), *tools))
    assert raised is None
    assert summary(events)[0] == "park"
    assert texts(events) == ["Done."]
    assert tries == [1, 2]


def test_options_reach_the_framework_s_tool() -> None:
    assert client_tool(max_retries=3, strict=True)(get_selection).max_retries == 3
    assert (
        client_tool(name="pick", description="Pick one.")(get_selection).tool_def.description == "Pick one."
    )


async def test_a_tool_that_streams_needs_the_context_as_deps() -> None:
    model = scripted(Step(calls=(Call("call_1", "survey", {"area": "park"}),)))
    other = Agent[Any, str](model, tools=[function_tool(survey)])
    _, raised = await read(stream_agent_response(await context(), other.run_stream_events("go", deps=1)))
    assert isinstance(raised, ToolFunctionError)
    assert "deps=AgentContext" in str(raised)


async def test_a_subclass_of_the_context_is_a_context() -> None:
    class Garden(AgentContext[Any]):
        tree: str = "birch"

    async def tree(context: RunContext[Garden]) -> AsyncIterator[ThreadStreamEvent | str]:
        """Say which tree."""
        yield ProgressUpdateEvent(text=context.deps.tree)
        yield context.deps.tree

    of = await context()
    garden = Garden(thread=of.thread, store=of.store, request_context=None)
    steps = Step(calls=(Call("call_1", "tree", {}),)), Step(text="Done.")
    events, raised = await read(run(garden, scripted(*steps), function_tool(tree)))
    assert raised is None
    assert summary(events)[0] == "birch"


async def test_a_model_that_fails_in_mid_text_leaves_what_it_said() -> None:
    async def say(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[str]:
        yield "Once upon"
        raise ConnectionError("gone")

    events, raised = await read(run(await context(), FunctionModel(stream_function=say)))
    assert isinstance(raised, ConnectionError)
    assert summary(events) == ["message", "Once upon", "message done"]


async def test_a_history_ends_with_its_prompt() -> None:
    messages = await to_message_history([user_message("Hello")])
    assert [type(message) for message in messages] == [ModelRequest]
    events, raised = await read(
        stream_agent_response(
            of := await context(),
            agent(scripted(Step(text="Hi"))).run_stream_events(message_history=messages, deps=of),
        )
    )
    assert raised is None
    assert texts(events) == ["Hi"]
