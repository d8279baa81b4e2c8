"""A run of a LangGraph graph as thread events: models of our own, and a real client over a socket."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from typing import Annotated, Any

import httpx2
import pytest
from langchain_core.callbacks import (
    AsyncCallbackManagerForLLMRun,
    BaseCallbackHandler,
    CallbackManagerForLLMRun,
)
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    ToolCallChunk,
    ToolMessage,
)
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.config import get_stream_writer
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import InjectedState, ToolNode, tools_condition
from langgraph.types import Send
from pydantic import SecretStr

from tests.agents.bridge_conformance import (
    THINKS_BETWEEN_TURNS,
    BridgeConformance,
    converse,
    serving,
    think_between_turns,
)
from tests.agents.conversation import STEPS, Call, Step, get_selection, look, pieces, summary, survey
from tests.agents.reading import FAR_OFF_S, context, read, texts
from turnstream.agents import AgentContext
from turnstream.agents.core import ToolFunctionError
from turnstream.agents.core.model_output import ModelOutput
from turnstream.agents.langgraph import ToolContext, client_tool, function_tool, stream_graph, to_messages
from turnstream.agents.langgraph.message_queue import MessageQueue
from turnstream.agents.langgraph.steps import Place
from turnstream.turns.closing import closing
from turnstream.types import ProgressUpdateEvent, ThreadItem, ThreadStreamEvent
from turnstream.widgets import Card


class Scripted(BaseChatModel):
    """Says one step after the other, by how often it has answered."""

    steps: tuple[Step, ...]

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        return self

    def _step(self, messages: list[BaseMessage]) -> Step:

        return self.steps[sum(isinstance(message, AIMessage) for message in messages)]

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        step = self._step(messages)
        message = AIMessage(
            step.text,
            additional_kwargs={"reasoning_content": step.thought},
            tool_calls=[{"id": call.id, "name": call.name, "args": call.arguments} for call in step.calls],
            usage_metadata=_usage(step),
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in _chunks(self._step(messages)):
            await asyncio.sleep(0)
            yield ChatGenerationChunk(message=chunk)


def _usage(step: Step) -> Any:
    total = step.input_tokens + step.output_tokens
    return {"input_tokens": step.input_tokens, "output_tokens": step.output_tokens, "total_tokens": total}


def _chunks(step: Step) -> Iterator[AIMessageChunk]:
    for piece in pieces(step.thought):
        yield AIMessageChunk(content="", additional_kwargs={"reasoning_content": piece})
    for piece in pieces(step.text):
        yield AIMessageChunk(content=piece)
    for index, call in enumerate(step.calls):
        arguments = str(call.arguments).replace("'", '"')
        yield AIMessageChunk(
            content="",
            tool_call_chunks=[ToolCallChunk(name=call.name, args=arguments, id=call.id, index=index)],
        )
    yield AIMessageChunk(content="", usage_metadata=_usage(step))


def send_each(state: MessagesState) -> Any:
    """Let each call be a task of its own, as LangChain's agents do."""
    last: Any = state["messages"][-1]
    return [Send("tools", [call]) for call in last.tool_calls]


def graph(model: BaseChatModel, *tools: Any, next_node: Any = tools_condition, **tool_node: Any) -> Any:
    """A model that calls tools until it has an answer."""
    bound = model.bind_tools(tools) if tools else model

    async def think(state: MessagesState) -> Any:
        return {"messages": [await bound.ainvoke(state["messages"])]}

    built: Any = StateGraph(MessagesState)
    built.add_node("model", think)
    built.add_node("tools", ToolNode(tools, **tool_node))
    built.add_edge(START, "model")
    built.add_conditional_edges("model", next_node)
    built.add_edge("tools", "model")
    return built.compile()


def asking(text: str = "go") -> Any:
    return {"messages": [HumanMessage(text)]}


async def test_text_is_one_message_with_an_id_of_our_own() -> None:
    events, raised = await read(
        stream_graph(await context(), graph(Scripted(steps=(Step(text="Hello there"),))), asking())
    )
    assert raised is None
    assert summary(events) == ["message", "Hello there", "message done"]
    assert texts(events) == ["Hello there"]
    assert events[-1].item.id.startswith("msg_")
    assert events[0].item.id == events[-1].item.id


def answering(model: Any) -> Any:
    """Return a `respond` for a graph that gets the thread as messages."""

    async def respond(of: AgentContext[Any], items: Sequence[ThreadItem]) -> Any:
        async for event in stream_graph(of, model, {"messages": await to_messages(items)}):
            yield event

    return respond


@pytest.mark.parametrize("streams", [True, False])
async def test_the_conversation_of_all_bridges(streams: bool) -> None:
    tools = [function_tool(survey), function_tool(look), client_tool(get_selection)]
    model = graph(Scripted(steps=STEPS, disable_streaming=not streams), *tools)
    await converse(serving(answering(model)))


async def test_a_workflow_goes_on_behind_a_call_that_ended_the_run() -> None:
    model = graph(Scripted(steps=THINKS_BETWEEN_TURNS), client_tool(reenter=True)(get_selection))
    await think_between_turns(serving(answering(model)))


class TestBridge(BridgeConformance):
    module = "turnstream.agents.langgraph"
    package = "langgraph"
    extra = "langgraph"
    ToolContext = ToolContext
    function_tool = function_tool
    client_tool = client_tool

    async def speak(
        self, of: AgentContext[Any], base_url: str, *tools: Any, items: Sequence[ThreadItem]
    ) -> Any:
        # A client of its own: the one that LangChain shares has connections of the event loops of former
        # tests.
        async with httpx2.AsyncClient(timeout=FAR_OFF_S) as client:
            model = ChatOpenAI(
                model="a-model",
                base_url=base_url,
                api_key=SecretStr("none"),
                stream_usage=True,
                timeout=FAR_OFF_S,
                http_async_client=client,
            )
            messages = await to_messages(items)
            async with closing(stream_graph(of, graph(model, *tools), {"messages": messages})) as events:
                async for event in events:
                    yield event

    @pytest.mark.skip("LangChain does not call a tool for them: the run ends with model_no_answer")
    async def test_arguments_that_are_no_object_are_told(self, arguments: str) -> None: ...

    @pytest.mark.parametrize("arguments", [""])  # and not for these
    async def test_arguments_may_be_left_out(self, arguments: str) -> None:
        await super().test_arguments_may_be_left_out(arguments)


@pytest.mark.parametrize("streams", [True, False])
async def test_the_model_s_thoughts_are_shown_before_its_text(streams: bool) -> None:
    model = Scripted(steps=(Step(thought="Both have trees.", text="An oak."),), disable_streaming=not streams)
    events, raised = await read(stream_graph(await context(), graph(model), asking()))
    assert raised is None
    assert summary(events) == ["reasoning", "thought Both have trees.", "message", "An oak.", "message done"]


async def test_blocks_of_content_are_text_thoughts_and_annotations() -> None:
    citation = {
        "type": "url_citation",
        "url": "https://oak.example/",
        "title": "Oak",
        "start_index": 0,
        "end_index": 3,
    }
    content: list[Any] = [
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Trees. "}]},
        {"type": "reasoning", "reasoning": "Many. "},
        {"type": "thinking", "thinking": "Tall.", "signature": "s"},
        {"type": "text", "text": "An oak", "annotations": [citation, {"type": "unknown"}]},
        "!",
        {"type": "image", "url": "https://oak.example/oak.png"},
    ]
    events, raised = await read(stream_graph(await context(), saying(AIMessage(content)), asking()))
    assert raised is None
    assert summary(events)[1:] == ["thought Trees. Many. Tall.", "message", "An oak!", "message done"]
    (annotation,) = events[-1].item.content[0].annotations
    assert (annotation.source.url, annotation.source.title, annotation.index) == (
        "https://oak.example/",
        "Oak",
        3,
    )


def saying(*messages: BaseMessage) -> Any:
    """A graph of one node that makes messages without a model."""
    built: Any = StateGraph(MessagesState)
    built.add_node("node", lambda state: {"messages": list(messages)})  # pyright: ignore[reportUnknownLambdaType]
    built.add_edge(START, "node")
    return built.compile()


async def test_only_what_the_model_says_is_shown() -> None:
    messages = saying(HumanMessage("I?"), ToolMessage("{}", tool_call_id="call_1"), AIMessage("You."))
    events, _ = await read(stream_graph(await context(), messages, asking()))
    assert texts(events) == ["You."]


class Paused(Scripted):
    """Waits before its second word, once it has said that it spoke."""

    spoke: Any
    goes_on: Any

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            yield chunk
            self.spoke.set()
            await self.goes_on.wait()


async def test_models_that_speak_at_once_are_heard_one_after_the_other() -> None:
    spoke, goes_on = asyncio.Event(), asyncio.Event()
    slow = Paused(steps=(Step(text="a one two"),), spoke=spoke, goes_on=goes_on)
    quick = Scripted(steps=(Step(text="b one two"),))

    async def first(state: MessagesState) -> Any:
        return {"messages": [await slow.ainvoke(state["messages"])]}

    async def second(state: MessagesState) -> Any:
        await spoke.wait()
        message = await quick.ainvoke(state["messages"])
        goes_on.set()
        return {"messages": [message]}

    built: Any = StateGraph(MessagesState)
    for node in (first, second):
        built.add_node(node.__name__, node)
        built.add_edge(START, node.__name__)
    events, raised = await read(stream_graph(await context(), built.compile(), asking()))
    assert raised is None
    both = [["message", f"{name} one two", "message done"] for name in "ab"]
    assert summary(events) == [*both[0], *both[1]]
    open_ids = [event.item.id for event in events if event.type == "thread.item.added"]
    assert len(set(open_ids)) == 2


async def test_a_subgraph_s_text_and_tools_are_in_order() -> None:
    steps = Step(text="I look.", calls=(Call("call_1", "survey", {"area": "park"}),)), Step(text="An oak.")
    inner = graph(Scripted(steps=steps), function_tool(survey))
    built: Any = StateGraph(MessagesState)
    built.add_node("inner", inner)
    built.add_edge(START, "inner")
    events, raised = await read(stream_graph(await context(), built.compile(), asking()))
    assert raised is None
    around = [["message", text, "message done"] for text in ("I look.", "An oak.")]
    assert summary(events) == [
        *around[0],
        "Walking through the park",
        "widget",
        "effect show_area",
        *around[1],
    ]


async def test_a_subgraph_s_call_that_ends_the_run_ends_all_of_it() -> None:
    steps = Step(calls=(Call("call_1", "get_selection", {"kind": "tree"}),)), Step(text="No.")
    model = Scripted(steps=steps)
    inner = graph(model, client_tool(reenter=True)(get_selection))
    built: Any = StateGraph(MessagesState)
    built.add_node("inner", inner)
    built.add_edge(START, "inner")
    of = await context()
    events, raised = await read(stream_graph(of, built.compile(), asking()))
    assert raised is None
    assert summary(events) == ["call get_selection"]
    assert events[-1].item.call_id == "call_1"
    assert of.usage.requests == 1


async def test_a_model_that_is_not_to_be_streamed_is_not_shown() -> None:
    hidden, shown = [Scripted(steps=(Step(text=text),)) for text in ("Route 1", "Hello")]
    silent = hidden.with_config(tags=["nostream"])

    async def node(state: MessagesState) -> Any:
        await silent.ainvoke(state["messages"])
        return {"messages": [await shown.ainvoke(state["messages"])]}

    built: Any = StateGraph(MessagesState)
    built.add_node("node", node)
    built.add_edge(START, "node")
    of = await context()
    events, _ = await read(stream_graph(of, built.compile(), asking()))
    assert texts(events) == ["Hello"]
    assert (of.usage.requests, of.usage.unreported_requests, of.usage.output_tokens) == (2, 0, 10)


async def test_a_node_that_blocks_is_shown_too(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[int] = set()
    add = MessageQueue.add

    def note(queue: MessageQueue, *args: Any) -> None:
        threads.add(threading.get_ident())
        add(queue, *args)

    monkeypatch.setattr(MessageQueue, "add", note)
    model = Scripted(steps=(Step(text="Hello"),))

    def node(state: MessagesState) -> Any:
        get_stream_writer()(ProgressUpdateEvent(text="In a thread"))
        return {"messages": [model.invoke(state["messages"])]}

    built: Any = StateGraph(MessagesState)
    built.add_node("node", node)
    built.add_edge(START, "node")
    of = await context()
    events, raised = await read(stream_graph(of, built.compile(), asking()))
    assert raised is None
    assert sorted(summary(events)) == sorted(["In a thread", "message", "Hello", "message done"])
    assert threads == {threading.get_ident()}
    assert of.usage.requests == 1


async def test_a_node_streams_through_the_writer() -> None:
    model = Scripted(steps=(Step(text="Hello"),))

    async def node(state: MessagesState) -> Any:
        write = get_stream_writer()
        write(ProgressUpdateEvent(text="Before"))
        write({"not": "ours"})
        await asyncio.sleep(0.01)
        message = await model.ainvoke(state["messages"])
        write(Card(children=[]))
        return {"messages": [message]}

    built: Any = StateGraph(MessagesState)
    built.add_node("node", node)
    built.add_edge(START, "node")
    events, raised = await read(stream_graph(await context(), built.compile(), asking()))
    assert raised is None
    assert summary(events) == ["Before", "message", "Hello", "message done", "widget"]


async def test_the_framework_s_own_tools_and_arguments_still_work() -> None:
    @tool
    async def own(place: str) -> str:
        """Look."""
        return f"an oak in the {place}"

    async def ours(context: ToolContext, count: int, state: Annotated[dict[str, Any], InjectedState]) -> str:
        """Count."""
        await context.context.stream(ProgressUpdateEvent(text=f"{len(state['messages'])} messages"))
        return str(count)

    calls = (Call("call_1", "own", {"place": "park"}), Call("call_2", "counting", {"count": 1}))
    counting = function_tool(name="counting", description="Count things.")(ours)
    assert (counting.name, counting.description) == ("counting", "Count things.")
    schema: Any = counting.tool_call_schema
    assert list(schema.model_json_schema()["properties"]) == ["count"]
    model = graph(Scripted(steps=(Step(calls=calls), Step(text="Done."))), own, counting)
    events, raised = await read(stream_graph(await context(), model, asking()))
    assert raised is None
    assert summary(events) == ["2 messages", "message", "Done.", "message done"]


async def test_a_mistake_in_a_tool_ends_a_run_that_handles_its_tools_errors() -> None:
    async def silent() -> AsyncIterator[ThreadStreamEvent | str]:
        """Say nothing."""
        yield ProgressUpdateEvent(text="Hm")

    steps = Step(calls=(Call("call_1", "silent", {}),)), Step(text="I am sorry.")
    model = graph(Scripted(steps=steps), function_tool(silent), handle_tool_errors=True)
    events, raised = await read(stream_graph(await context(), model, asking()))
    assert isinstance(raised, ToolFunctionError)
    assert texts(events) == []


async def test_a_tool_outside_of_a_run_says_what_it_needs() -> None:
    with pytest.raises(ToolFunctionError, match="stream_graph"):
        await function_tool(look).ainvoke({"place": "park"})


class Failing(Scripted):
    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            yield chunk
            if chunk.text == " upon":
                raise ConnectionError("gone")


async def test_a_model_that_takes_over_is_heard_at_once() -> None:
    of = await context()
    model = Failing(steps=(Step(text="Once upon a"),)).with_fallbacks([Scripted(steps=(Step(text="Hello"),))])

    async def node(state: MessagesState) -> Any:
        message = await model.ainvoke(state["messages"])
        of.send(ProgressUpdateEvent(text="Behind"))
        return {"messages": [message]}

    built: Any = StateGraph(MessagesState)
    built.add_node("node", node)
    built.add_edge(START, "node")
    events, raised = await read(stream_graph(of, built.compile(), asking()))
    assert raised is None
    around = [["message", text, "message done"] for text in ("Once upon", "Hello")]
    assert summary(events) == [*around[0], *around[1], "Behind"]


async def test_what_waits_for_its_turn_is_heard_at_the_end() -> None:
    of = await context()
    queue = MessageQueue(ModelOutput(of))
    queue.add("a", AIMessage("One"))
    queue.add("b", AIMessage("Two"))
    queue.close()

    async def nothing() -> None: ...

    assert texts([event async for event in of.read(nothing)]) == ["One", "Two"]


async def test_a_model_that_fails_in_mid_text_leaves_what_it_said() -> None:
    events, raised = await read(
        stream_graph(await context(), graph(Failing(steps=(Step(text="Once upon a"),))), asking())
    )
    assert isinstance(raised, ConnectionError)
    assert summary(events) == ["message", "Once upon", "message done"]


async def test_the_app_s_own_callbacks_and_configuration_are_kept() -> None:
    class Count(BaseCallbackHandler):
        ended = 0

        def on_llm_end(self, *args: Any, **kwargs: Any) -> None:
            self.ended += 1

    count = Count()
    config: RunnableConfig = {"callbacks": [count], "configurable": {"tree": "oak"}}

    async def node(state: MessagesState, config: RunnableConfig) -> Any:
        step = Step(text=config.get("configurable", {})["tree"])
        return {"messages": [await Scripted(steps=(step,)).ainvoke(state["messages"])]}

    built: Any = StateGraph(MessagesState)
    built.add_node("node", node)
    built.add_edge(START, "node")
    events, raised = await read(stream_graph(await context(), built.compile(), asking(), config=config))
    assert raised is None
    assert texts(events) == ["oak"]
    assert count.ended == 1


async def test_tools_that_are_tasks_of_their_own_end_before_the_run_does() -> None:
    released = asyncio.Event()

    async def late() -> AsyncIterator[ThreadStreamEvent | str]:
        """Take a while."""
        await released.wait()
        yield ProgressUpdateEvent(text="Late")
        yield "an oak"

    async def prompt() -> AsyncIterator[ThreadStreamEvent | str]:
        """Take no time."""
        yield ProgressUpdateEvent(text="Prompt")
        asyncio.get_running_loop().call_later(0.02, released.set)
        yield "a birch"

    calls = (
        Call("call_1", "get_selection", {"kind": "tree"}),
        Call("call_2", "prompt", {}),
        Call("call_3", "late", {}),
    )
    model = Scripted(steps=(Step(calls=calls), Step(text="Too much.")))
    tools = [client_tool(reenter=True)(get_selection), function_tool(prompt), function_tool(late)]
    each_alone = graph(model, *tools, next_node=send_each)
    of = await context()
    events, raised = await read(stream_graph(of, each_alone, asking()))
    assert raised is None
    assert summary(events) == ["Prompt", "Late", "call get_selection"]
    assert of.usage.requests == 1


def nested(model: BaseChatModel, *tools: Any) -> Any:
    """A graph of one step: a model, then its tools."""
    inner: Any = StateGraph(MessagesState)
    inner.add_node("model", graph(model).nodes["model"].bound)
    inner.add_node("tools", ToolNode(tools))
    inner.add_edge(START, "model")
    inner.add_edge("model", "tools")
    return inner.compile()


async def test_a_call_that_ends_the_run_ends_the_graphs_around_it() -> None:
    model = Scripted(steps=(Step(calls=(Call("call_1", "get_selection", {"kind": "tree"}),)),))
    built: Any = StateGraph(MessagesState)
    built.add_node("inner", nested(model, client_tool(reenter=True)(get_selection)))
    built.add_node("behind", saying(AIMessage("Too much.")))
    built.add_edge(START, "inner")
    built.add_edge("inner", "behind")
    events, raised = await read(stream_graph(await context(), built.compile(), asking()))
    assert raised is None
    assert summary(events) == ["call get_selection"]


async def test_what_another_branch_begins_does_not_end_the_step_of_a_call() -> None:
    asked, released = asyncio.Event(), asyncio.Event()

    async def late() -> AsyncIterator[ThreadStreamEvent | str]:
        """Take a while."""
        asked.set()
        await released.wait()
        yield ProgressUpdateEvent(text="Late")
        yield "an oak"

    async def wait(state: MessagesState) -> Any:
        await asked.wait()
        return {"messages": []}

    async def release(state: MessagesState) -> Any:
        released.set()
        return {"messages": []}

    other: Any = StateGraph(MessagesState)
    other.add_node(wait)
    other.add_node(release)
    other.add_edge(START, "wait")
    other.add_edge("wait", "release")
    calls = (Call("call_1", "get_selection", {"kind": "tree"}), Call("call_2", "late", {}))
    steps = Step(calls=calls), Step(text="Too much.")
    built: Any = StateGraph(MessagesState)
    tools = [client_tool(reenter=True)(get_selection), function_tool(late)]
    built.add_node("asking", graph(Scripted(steps=steps), *tools))
    built.add_node("other", other.compile())
    built.add_edge(START, "asking")
    built.add_edge(START, "other")
    events, raised = await read(stream_graph(await context(), built.compile(), asking()))
    assert raised is None
    assert summary(events) == ["Late", "call get_selection"]


def test_options_reach_the_framework_s_tool() -> None:
    assert client_tool(tags=["seats"])(get_selection).tags == ["seats"]
    assert client_tool(name="pick", description="Pick one.")(get_selection).description == "Pick one."


async def test_chunks_that_a_node_has_joined_are_not_shown_again() -> None:
    shown, silent = Scripted(steps=(Step(text="Hello"),)), Scripted(steps=(Step(text="Behind"),))

    async def node(state: MessagesState) -> Any:
        joined = [
            sum_of([chunk async for chunk in model.astream(state["messages"])])
            for model in (shown, silent.with_config(tags=["nostream"]))
        ]
        return {"messages": joined}

    def sum_of(chunks: list[Any]) -> Any:
        whole = chunks[0]
        for chunk in chunks[1:]:
            whole += chunk
        return whole

    built: Any = StateGraph(MessagesState)
    built.add_node("node", node)
    built.add_edge(START, "node")
    events, raised = await read(stream_graph(await context(), built.compile(), asking()))
    assert raised is None
    assert texts(events) == ["Hello", "Behind"]


@pytest.mark.parametrize(
    ("path", "step", "comes_after"),
    [
        ("inner:1|model:3", 3, True),
        ("inner:1|tools:2", 2, False),  # the task itself
        ("inner:1|tools:4", 2, False),  # another of its step
        ("inner:1|tools:2|model:5", 1, False),  # a graph that it runs
        ("inner:1|tools:4|model:5", 3, False),  # a graph that another of its step runs
        ("behind:6", 2, True),
        ("inner:1", 1, False),  # the task around it
        ("other:7|model:8", 9, False),  # another branch
    ],
)
def test_where_a_task_stands_behind_one_that_asked(path: str, step: int, comes_after: bool) -> None:
    asked = Place(("inner:1", "tools:2"), 2)
    metadata = {"langgraph_checkpoint_ns": path, "langgraph_step": step}
    assert Place.of(metadata).comes_after(asked) is comes_after


async def test_a_mistake_that_a_node_catches_ends_the_run_all_the_same() -> None:
    @function_tool
    async def twice(n: int):
        """Say two results."""
        yield n
        yield n

    async def node(state: MessagesState) -> dict[str, Any]:
        with suppress(ToolFunctionError):
            await twice.ainvoke({"n": 1})
        return {}

    graph = StateGraph(MessagesState)
    graph.add_node("node", node)  # pyright: ignore[reportUnknownMemberType]
    graph.add_edge(START, "node")
    _, raised = await read(stream_graph(await context(), graph.compile(), asking()))  # pyright: ignore[reportUnknownMemberType]
    assert isinstance(raised, ToolFunctionError)


async def test_a_graph_inside_a_tool_is_shown_once() -> None:
    inner = graph(Scripted(steps=(Step(text="Inner words."),)))

    @function_tool
    async def delegate(ctx: ToolContext):
        """Let another graph answer."""
        await inner.ainvoke(asking())
        yield "done"

    @function_tool
    async def stream_again(ctx: ToolContext):
        """Let it answer twice."""
        async for event in stream_graph(await context(), inner, asking()):
            yield event
        yield "done"

    steps = Step(calls=(Call("call_1", "delegate", {}),)), Step(text="Done.")
    events, raised = await read(
        stream_graph(await context(), graph(Scripted(steps=steps), delegate), asking())
    )
    assert (texts(events), raised) == (["Inner words.", "Done."], None)
    steps = Step(calls=(Call("call_1", "stream_again", {}),)), Step(text="Done.")
    events, raised = await read(
        stream_graph(await context(), graph(Scripted(steps=steps), stream_again), asking())
    )
    assert isinstance(raised, ToolFunctionError)
    assert "ainvoke" in str(raised)
    assert texts(events) == []
