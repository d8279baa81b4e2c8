"""Tools of LangGraph's models."""

import asyncio
import inspect
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import wraps
from typing import Annotated, Any, overload

from langchain_core.tools import BaseTool, InjectedToolCallId, StructuredTool
from langgraph.config import get_config

from turnstream.agents.core.tools.base import DeclaredTool, declared_tool
from turnstream.agents.core.tools.client_tool import ClientTool
from turnstream.agents.core.tools.contexts import ContextKind, ToolContext
from turnstream.agents.core.tools.function_tool import FunctionTool
from turnstream.agents.core.tools.signature import ToolFunctionError
from turnstream.agents.langgraph.steps import Place
from turnstream.agents.langgraph.streaming import current_run

__all__ = ["ToolContext", "client_tool", "function_tool", "tools"]

_KIND = ContextKind(
    framework="LangGraph",
    annotation=ToolContext,
    is_own=lambda annotation: False,  # what LangGraph injects follows the context, as an argument
    agent_context=lambda passed: passed.context,
)


@overload
def function_tool(function: Callable[..., Any], /) -> BaseTool: ...
@overload
def function_tool(**options: Any) -> Callable[[Callable[..., Any]], BaseTool]: ...
def function_tool(
    function: Callable[..., Any] | None = None, /, **options: Any
) -> BaseTool | Callable[[Callable[..., Any]], BaseTool]:
    """Make a function a tool, with the options of `StructuredTool.from_function`.

    An async generator reports what it does: the events (progress, effect, notice …), effects and widgets that
    it yields are streamed at once; its last, and only other, value is the result. Its first parameter may be
    the run's `AgentContext`, or a `ToolContext` around it; those that LangGraph injects may follow, as a
    `ToolRuntime`.

    Raises:
        ToolFunctionError: the function is a plain generator. While the tool runs: no `stream_graph` runs
            here, or it yields no result, two, or an event behind its result; this ends the run, since the
            model could do nothing about it.
    """

    def decorate(function: Callable[..., Any]) -> BaseTool:
        name, description = options.get("name"), options.get("description")
        return _framework_tool(FunctionTool(function, name=name, description=description), options)

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
    what is wrong. An async generator may yield events first; what it is annotated to yield other than events
    is the answer. With `confirm`, the page asks the user first, in the words given or its own. Calls of one
    step run at the same time.

    With `reenter` the call ends the run, once the other tools of its step have ended, and the answer begins
    the next turn, whose `to_messages` has both; a graph with a checkpointer keeps an empty answer. `options`
    are for `StructuredTool.from_function`.

    Raises:
        ToolFunctionError: the signature cannot be a contract. While the tool runs: the function gives a
            result.
    """

    def decorate(function: Callable[..., Any]) -> BaseTool:
        tool = ClientTool(
            function,
            name=name,
            description=description,
            timeout_s=timeout_s,
            confirm=confirm,
            reenter=reenter,
        )
        return _framework_tool(tool, options)

    return decorate if function is None else decorate(function)


def tools(given: Iterable[Any]) -> list[Any]:
    """Return tools for a model and a `ToolNode`: LangChain's own as they are, those of `core` as LangChain's.

        own = tools([find_seats, pick_seat])
        model, node = ChatOpenAI(model="my-model").bind_tools(own), ToolNode(own)

    What the decorators of another bridge made is converted, too.

    Raises:
        ToolFunctionError: a tool's function declares the context of another framework.
    """
    return [_converted(tool) for tool in given]


def _converted(tool: Any) -> Any:
    declared = None if isinstance(tool, BaseTool) else declared_tool(tool)
    if declared is None:
        return tool
    return _framework_tool(declared, {"description": declared.description or declared.name})


def _framework_tool(tool: DeclaredTool, options: dict[str, Any]) -> BaseTool:
    """Return the framework's tool for a declared one, with options of `StructuredTool.from_function`."""
    call = tool.coroutine(_KIND)
    asks_later = isinstance(tool, ClientTool) and tool.reenter
    coroutine = _asking_later(call) if asks_later else _without_context(call)
    given: dict[str, Any] = {"name": tool.name, "description": tool.own_description, **options}
    return StructuredTool.from_function(coroutine=coroutine, **given)


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
        current_run().asked_at.append(Place.of(get_config().get("metadata", {})))
        return await _call(call, tool_call_id, arguments)

    return _dressed(tool, call, [injected])


async def _call(
    call: Callable[..., Coroutine[Any, Any, Any]], call_id: str | None, arguments: dict[str, Any]
) -> Any:
    run, task = current_run(), asyncio.current_task()
    assert task is not None
    run.tools.add(task)
    try:
        return await call(ToolContext(run.context, call_id), **arguments)
    except ToolFunctionError as error:
        run.failure = error
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
