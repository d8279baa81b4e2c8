"""From a run of a LangGraph graph to thread events, and tools for its models.

Errors: what a run raises comes out of `stream_graph` as it is; `ToolFunctionError` is a mistake in a tool.
"""

import asyncio
import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, Generic, TypeAlias, cast, get_origin, overload

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import merge_configs
from langchain_core.tools import BaseTool, InjectedToolCallId, StructuredTool
from langgraph.config import get_config
from langgraph.pregel.protocol import PregelProtocol
from typing_extensions import TypeVar

from turnstream.agents.core.context import AgentContext, check_context
from turnstream.agents.core.history import (
    AnsweredCall,
    AssistantText,
    HistoryConverter,
    HistoryEntry,
    Note,
    UserText,
)
from turnstream.agents.core.run_scope import run_scope
from turnstream.agents.core.tools.signature import AskClient, ToolFunctionError, as_coroutine, stream_value
from turnstream.agents.langgraph.messages import Floor, ModelListener
from turnstream.agents.langgraph.steps import Place, StepWatch
from turnstream.turns.closing import closing
from turnstream.types import ThreadItem, ThreadStreamEvent

__all__ = ["ToolContext", "client_tool", "function_tool", "stream_graph", "to_messages"]

TAgentContext = TypeVar("TAgentContext", bound=AgentContext[Any], default=AgentContext[Any])

_Graph: TypeAlias = PregelProtocol[Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class ToolContext(Generic[TAgentContext]):
    """What a tool may take first: its `context` is that of the run."""

    context: TAgentContext
    tool_call_id: str | None = None


async def stream_graph(
    context: AgentContext[Any],
    graph: _Graph,
    input: Any,  # noqa: A002  # as LangGraph calls it
    *,
    config: RunnableConfig | None = None,
    **options: Any,
) -> AsyncGenerator[ThreadStreamEvent]:
    """Run a graph on `input`, and yield the thread events of its models and tools.

        async for event in stream_graph(context, graph, {"messages": to_messages(items)}):
            yield event

    Shown are the messages of all models in it, those in subgraphs too, one at a time: what another node says
    meanwhile comes behind. A node may also hand an event, effect or widget to `get_stream_writer()`. A model
    with the tag `nostream` is not shown. `options` are for `graph.astream`, such as `context`.

    Closing the generator cancels the run. If a tool of `client_tool(reenter=True)` was called, the step's
    other tools end first, then the run does, and the last events are those calls.

    Raises:
        ToolFunctionError: this is inside another `stream_graph`, which shows the graphs that run in it.
        Exception: whatever the run raised, after the events that came before it.
    """
    if (
        _running.get(None) is not None
    ):  # it hears this one's models by LangChain's callbacks: all would be shown twice
        raise ToolFunctionError("stream_graph() already shows nested graphs: call this graph's `ainvoke`")
    run = _Run(context, config, options)
    check_context(context)
    events = context.read(lambda: run.speak(graph, input))
    async with closing(events):
        async for event in events:
            yield event


class _Run:
    """Follows one run of a graph."""

    def __init__(
        self, context: AgentContext[Any], config: RunnableConfig | None, options: dict[str, Any]
    ) -> None:
        self.context = context
        self.failure: ToolFunctionError | None = None
        """A mistake in a tool, which a graph that handles its tools' errors would tell the model."""
        self.asked_at: list[Place] = []
        """The tasks whose tools have asked what the page answers in the next turn."""
        self.tools: set[asyncio.Task[Any]] = set()
        self._task: asyncio.Task[Any] | None = None
        self._is_over = False
        self._config = config
        self._options = options

    async def speak(self, graph: _Graph, input: Any) -> None:  # noqa: A002
        _running.set(self)
        self._task = task = asyncio.current_task()
        async with run_scope(self.context) as speaker:
            floor = Floor(speaker)
            try:
                await self._listen(graph, input, ModelListener(floor, self.context))
            except asyncio.CancelledError:
                if not self._is_over or task is None or task.uncancel():
                    raise
            finally:
                floor.close()
                await self._end_tools()

    async def _listen(self, graph: _Graph, input: Any, listener: ModelListener) -> None:  # noqa: A002
        async with closing(self._parts(graph, input, listener)) as parts:
            async for _, mode, data in parts:
                await self.context.has_room()
                self._check()
                if mode == "messages":
                    listener.take_whole(data[0])
                else:
                    await stream_value(data, self.context)
        self._check()  # a node that caught it may have said nothing more
        listener.check()

    def _check(self) -> None:
        if self.failure is not None:
            raise self.failure

    def _parts(self, graph: _Graph, input: Any, listener: ModelListener) -> AsyncIterator[Any]:  # noqa: A002
        config = merge_configs(self._config, {"callbacks": [listener, StepWatch(self.asked_at, self.stop)]})
        stream = cast("Callable[..., AsyncIterator[Any]]", graph.astream)  # pyright: ignore[reportUnknownMemberType]
        return stream(input, config, stream_mode=["messages", "custom"], subgraphs=True, **self._options)

    def stop(self) -> None:
        """End the run, and the task that is to begin: the page has been asked."""
        if self._task is not None and not self._is_over:
            self._is_over = True
            self._task.cancel()
        raise asyncio.CancelledError

    async def _end_tools(self) -> None:
        """End the tools that a failed one left running: LangGraph does not."""
        for task in self.tools:
            task.cancel()
        if self.tools:
            await asyncio.wait(self.tools)


_running: ContextVar[_Run] = ContextVar("turnstream.langgraph.running")


@overload
def function_tool(function: Callable[..., Any], /) -> BaseTool: ...
@overload
def function_tool(**options: Any) -> Callable[[Callable[..., Any]], BaseTool]: ...
def function_tool(
    function: Callable[..., Any] | None = None, /, **options: Any
) -> BaseTool | Callable[[Callable[..., Any]], BaseTool]:
    """Make a function a tool. Takes everything that `StructuredTool.from_function` takes.

    An async generator says on the way what it does: the events (progress, effect, notice …), effects and
    widgets that it yields are streamed at once; its last, and only other, value is the result. Its first
    parameter may be the run's `AgentContext`, or a `ToolContext` around it; those that LangGraph injects may
    follow, as a `ToolRuntime`.

    Raises:
        ToolFunctionError: the function is a plain generator. While the tool runs: no `stream_graph` runs
            here, or it yields no result, two, or an event behind its result; this ends the run, since the
            model could do nothing about it.
    """

    def decorate(function: Callable[..., Any]) -> BaseTool:
        call = as_coroutine(
            function, is_context=_is_context, context_of=_context_of, context_type=ToolContext
        )
        return StructuredTool.from_function(coroutine=_without_context(call), **options)

    return decorate if function is None else decorate(function)


@overload
def client_tool(function: Callable[..., Any], /) -> BaseTool: ...
@overload
def client_tool(
    *,
    name: str | None = None,
    description: str | None = None,
    timeout_s: float | None = None,
    confirm: bool | str = False,
    reenter: bool = False,
    **options: Any,
) -> Callable[[Callable[..., Any]], BaseTool]: ...
def client_tool(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    timeout_s: float | None = None,
    confirm: bool | str = False,
    reenter: bool = False,
    **options: Any,
) -> BaseTool | Callable[[Callable[..., Any]], BaseTool]:
    """Make a function a tool that runs in the page: its signature is the contract, its body is empty.

        @client_tool(timeout_s=30, confirm=True)
        async def get_selection(kind: str) -> Selection:
            \"""Return what the user has selected.\"""
            ...

    The model gets the page's answer if it is what the return annotation says, or else a sentence that says
    what is wrong. An async generator may yield events first; what it is annotated to yield beside them is the
    answer. With `confirm`, the page asks the user first, in the words given or its own. Calls of one step run
    at the same time.

    With `reenter` the call ends the run, once the other tools of its step have ended, and the answer begins
    the next turn, whose `to_messages` has both; a graph with a checkpointer keeps an empty answer. `options`
    are for `StructuredTool.from_function`.

    Raises:
        ToolFunctionError: the signature cannot be a contract. While the tool runs: the function gives a
            result.
    """

    def decorate(function: Callable[..., Any]) -> BaseTool:
        asking = AskClient(
            function,
            is_context=_is_context,
            context_of=_context_of,
            name=name,
            description=description,
            timeout_s=timeout_s,
            confirm=confirm,
            reenter=reenter,
        )
        call = asking.as_coroutine(ToolContext)
        tool = _asking_later(call) if reenter else _without_context(call)
        return StructuredTool.from_function(
            coroutine=tool, name=asking.contract.name, description=description, **options
        )

    return decorate if function is None else decorate(function)


def _without_context(
    call: Callable[..., Coroutine[Any, Any, Any]],
) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Return what LangChain can call: the context, which comes first, is that of the run around it."""

    async def tool(**arguments: Any) -> Any:
        return await _call(call, None, arguments)

    return _dressed(tool, call, [])


def _asking_later(call: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Return what LangChain can call with the id of the model's call."""
    injected = inspect.Parameter(
        "tool_call_id", inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[str, InjectedToolCallId]
    )

    async def tool(**arguments: Any) -> Any:
        tool_call_id = arguments.pop(injected.name)
        _run().asked_at.append(Place.of(get_config().get("metadata", {})))
        return await _call(call, tool_call_id, arguments)

    return _dressed(tool, call, [injected])


async def _call(
    call: Callable[..., Coroutine[Any, Any, Any]], call_id: str | None, arguments: dict[str, Any]
) -> Any:
    run, task = _run(), asyncio.current_task()
    assert task is not None
    run.tools.add(task)
    try:
        return await call(ToolContext(run.context, call_id), **arguments)
    except ToolFunctionError as mistake:
        run.failure = mistake
        raise
    finally:
        run.tools.discard(task)


def _dressed(
    tool: Callable[..., Coroutine[Any, Any, Any]],
    call: Callable[..., Coroutine[Any, Any, Any]],
    more: Sequence[inspect.Parameter],
) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Give `tool` the signature of `call` but for the context, and with `more`."""
    signature = inspect.signature(call)
    parameters = [*list(signature.parameters.values())[1:], *more]
    dressed = wraps(call)(tool)
    dressed.__signature__ = signature.replace(parameters=parameters)  # pyright: ignore[reportAttributeAccessIssue]
    dressed.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    del dressed.__wrapped__  # pyright: ignore[reportAttributeAccessIssue]  # or its signature is read instead
    return dressed


def _run() -> _Run:
    run = _running.get(None)
    if run is None:
        raise ToolFunctionError("a streaming tool must run inside stream_graph(), which passes its context")
    return run


def _is_context(annotation: Any) -> bool:
    return (get_origin(annotation) or annotation) is ToolContext


def _context_of(context: ToolContext[Any]) -> AgentContext[Any]:
    return cast("AgentContext[Any]", context.context)


def to_messages(
    thread_items: Sequence[ThreadItem] | ThreadItem, *, converter: HistoryConverter | None = None
) -> list[BaseMessage]:
    """Return items, oldest first, as messages for a graph without a checkpointer, which keeps its own."""
    return [
        message
        for entry in (converter or HistoryConverter()).convert(thread_items)
        for message in _messages(entry)
    ]


def _messages(entry: HistoryEntry) -> list[BaseMessage]:
    match entry:
        case UserText(text) | Note(text):
            return [HumanMessage(text)]
        case AssistantText(text):
            return [AIMessage(text)]
        case AnsweredCall(call_id, name, arguments, answer):
            call = {"type": "tool_call", "id": call_id, "name": name, "args": arguments}
            return [
                AIMessage("", tool_calls=[call]),
                ToolMessage(answer, tool_call_id=call_id, name=name),
            ]
