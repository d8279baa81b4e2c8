"""From a run of a LangGraph graph to thread events.

Errors: what a run raises comes out of `stream_graph` as it is; `ToolFunctionError` is a mistake in a tool.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextvars import ContextVar
from typing import Any, TypeAlias, cast

from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import merge_configs
from langgraph.pregel.protocol import PregelProtocol

from turnstream.agents.core.context import AgentContext, check_context
from turnstream.agents.core.run_scope import run_scope
from turnstream.agents.core.tools.signature import ToolFunctionError
from turnstream.agents.core.tools.streamed_values import stream_value
from turnstream.agents.langgraph.listener import ModelListener
from turnstream.agents.langgraph.message_queue import MessageQueue
from turnstream.agents.langgraph.steps import Place, StepWatch
from turnstream.turns.closing import closing
from turnstream.types import ThreadStreamEvent

__all__ = ["GraphRun", "current_run", "stream_graph"]

_Graph: TypeAlias = PregelProtocol[Any, Any, Any, Any]


async def stream_graph(
    context: AgentContext[Any],
    graph: _Graph,
    input: Any,  # noqa: A002  # as LangGraph calls it
    *,
    config: RunnableConfig | None = None,
    **options: Any,
) -> AsyncGenerator[ThreadStreamEvent]:
    """Run a graph on `input`, and yield the thread events of its models and tools.

        async for event in stream_graph(context, graph, {"messages": await to_messages(items)}):
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
    if _running.get(None) is not None:  # it gets this one's callbacks, too: all messages would be shown twice
        raise ToolFunctionError("stream_graph() already shows nested graphs: call this graph's `ainvoke`")
    run = GraphRun(context, config, options)
    check_context(context)
    events = context.read(lambda: run.convert(graph, input))
    async with closing(events):
        async for event in events:
            yield event


class GraphRun:
    """One run of a graph: converts its stream, and knows which tools run in it."""

    def __init__(
        self, context: AgentContext[Any], config: RunnableConfig | None, options: dict[str, Any]
    ) -> None:
        self.context = context
        self.failure: ToolFunctionError | None = None
        """A mistake in a tool, which a graph that handles its tools' errors would report to the model."""
        self.asked_at: list[Place] = []
        """The tasks whose tools have left a call that the page answers in the next turn."""
        self.tools: set[asyncio.Task[Any]] = set()
        self._task: asyncio.Task[Any] | None = None
        self._is_over = False
        self._config = config
        self._options = options

    async def convert(self, graph: _Graph, input: Any) -> None:  # noqa: A002
        """Run the graph, and send the events of its models and tools."""
        _running.set(self)
        self._task = task = asyncio.current_task()
        async with run_scope(self.context) as output:
            queue = MessageQueue(output)
            try:
                await self._listen(graph, input, ModelListener(queue, self.context))
            except asyncio.CancelledError:
                if not self._is_over or task is None or task.uncancel():
                    raise
            finally:
                queue.close()
                await self._end_tools()

    async def _listen(self, graph: _Graph, input: Any, listener: ModelListener) -> None:  # noqa: A002
        async with closing(self._parts(graph, input, listener)) as parts:
            async for _, mode, data in parts:
                await self.context.has_room()
                self._check()
                if mode == "messages":
                    listener.show_whole(data[0])
                else:
                    await stream_value(data, self.context)
        self._check()  # a node that caught it may have streamed nothing after it
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


_running: ContextVar[GraphRun] = ContextVar("turnstream.langgraph.running")


def current_run() -> GraphRun:
    run = _running.get(None)
    if run is None:
        raise ToolFunctionError("a streaming tool must run inside stream_graph(), which passes its context")
    return run
