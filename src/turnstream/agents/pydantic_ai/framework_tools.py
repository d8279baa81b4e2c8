"""Tools of Pydantic AI's agents."""

from collections.abc import Callable, Coroutine, Iterable
from functools import wraps
from typing import Any, TypeAlias, cast, get_origin, overload

from pydantic_ai import (
    CallDeferred,
    RunContext,
    Tool,
)

from turnstream.agents.core.context import AgentContext
from turnstream.agents.core.tools.base import DeclaredTool, declared_tool
from turnstream.agents.core.tools.client_tool import ClientTool
from turnstream.agents.core.tools.contexts import ContextKind
from turnstream.agents.core.tools.function_tool import FunctionTool
from turnstream.agents.core.tools.signature import ToolFunctionError

__all__ = ["ToolContext", "client_tool", "function_tool", "tools"]

ToolContext: TypeAlias = RunContext[AgentContext[Any]]
"""The framework's context of a tool; its `deps` are the run's `AgentContext`."""


def _is_context(annotation: Any) -> bool:
    kind = get_origin(annotation) or annotation
    return isinstance(kind, type) and issubclass(kind, RunContext)


def _agent_context(context: RunContext[Any]) -> AgentContext[Any]:
    if not isinstance(context.deps, AgentContext):
        raise ToolFunctionError(
            "a tool that streams needs the run's deps to be an AgentContext, not "
            f"{type(context.deps).__name__}: pass deps=AgentContext(…) to run_stream_events()"
        )
    return cast("AgentContext[Any]", context.deps)


_KIND = ContextKind(
    framework="Pydantic AI",
    annotation=ToolContext,
    is_own=_is_context,
    agent_context=_agent_context,
)


@overload
def function_tool(function: Callable[..., Any], /) -> Tool[AgentContext[Any]]: ...
@overload
def function_tool(**options: Any) -> Callable[[Callable[..., Any]], Tool[AgentContext[Any]]]: ...
def function_tool(
    function: Callable[..., Any] | None = None, /, **options: Any
) -> Tool[AgentContext[Any]] | Callable[[Callable[..., Any]], Tool[AgentContext[Any]]]:
    """Make a function a tool, with the options of `pydantic_ai.Tool`.

    An async generator reports what it does: the events (progress, effect, notice …), effects and widgets that
    it yields are streamed at once; its last, and only other, value is the result. Its first parameter may be
    the run's `AgentContext`, or the framework's `RunContext` around it.

    Raises:
        ToolFunctionError: the function is a plain generator. While the tool runs: it yields no result, two,
            or an event after its result; this ends the run, since the model could do nothing about it.
    """

    def decorate(function: Callable[..., Any]) -> Tool[AgentContext[Any]]:
        name, description = options.get("name"), options.get("description")
        return _framework_tool(FunctionTool(function, name=name, description=description), options)

    return decorate if function is None else decorate(function)


@overload
def client_tool(function: Callable[..., Any], /) -> Tool[AgentContext[Any]]: ...
@overload
def client_tool(
    *,
    name: str | None = None,
    description: str | None = None,
    timeout_s: float | None = None,
    confirm: bool | str = False,
    reenter: bool = False,
    **options: Any,
) -> Callable[[Callable[..., Any]], Tool[AgentContext[Any]]]: ...
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
) -> Tool[AgentContext[Any]] | Callable[[Callable[..., Any]], Tool[AgentContext[Any]]]:
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
    the next turn, whose `to_message_history` has both. `options` are for `pydantic_ai.Tool`.

    Raises:
        ToolFunctionError: the signature cannot be a contract. While the tool runs: the function gives a
            result.
    """

    def decorate(function: Callable[..., Any]) -> Tool[AgentContext[Any]]:
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
    """Return tools for an `Agent`: the framework's own as they are, and those of `core` as the framework's.

        agent = Agent(model, deps_type=AgentContext, tools=tools([find_seats, pick_seat]))

    What the decorators of another bridge made is converted, too.

    Raises:
        ToolFunctionError: a tool's function declares the context of another framework.
    """
    return [_converted(tool) for tool in given]


def _converted(tool: Any) -> Any:
    declared = None if _is_framework_tool(tool) else declared_tool(tool)
    return tool if declared is None else _framework_tool(declared, {})


def _is_framework_tool(tool: object) -> bool:
    return isinstance(tool, Tool)


def _framework_tool(tool: DeclaredTool, options: dict[str, Any]) -> Tool[AgentContext[Any]]:
    """Return the framework's tool for a declared one, with options of `pydantic_ai.Tool`."""
    call = tool.coroutine(_KIND)
    if isinstance(tool, ClientTool) and tool.reenter:
        call = _deferring(call)
    given: dict[str, Any] = {"name": tool.name, "description": tool.own_description, **options}
    return Tool[AgentContext[Any]](call, takes_ctx=True, **given)


def _deferring(ask: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Make a call defer its result, which ends the run."""

    @wraps(ask)
    async def call(*args: Any, **kwargs: Any) -> Any:
        await ask(*args, **kwargs)
        raise CallDeferred

    del call.__wrapped__  # or its signature is read instead
    return call
