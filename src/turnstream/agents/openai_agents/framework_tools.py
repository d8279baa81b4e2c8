"""Tools of the OpenAI Agents SDK that report what they do, and tools that run in the page."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, cast, get_origin, overload

from agents import FunctionTool, RunContextWrapper, Tool, UserError
from agents import function_tool as sdk_function_tool
from agents.tool import default_tool_error_function
from agents.tool_context import ToolContext as SdkToolContext

from turnstream.agents.core.context import AgentContext
from turnstream.agents.core.tools.arguments import NOT_AN_OBJECT, arguments_of, is_object
from turnstream.agents.core.tools.base import DeclaredTool, declared_tool
from turnstream.agents.core.tools.client_tool import ClientTool
from turnstream.agents.core.tools.contexts import ContextKind
from turnstream.agents.core.tools.function_tool import FunctionTool as NeutralFunctionTool
from turnstream.agents.core.tools.signature import ToolFunctionError
from turnstream.errors import BaseStreamError

__all__ = ["ToolContext", "client_tool", "function_tool", "tools"]

ToolContext: TypeAlias = SdkToolContext[AgentContext[Any]]
"""The SDK's context of a tool; its `context` is the run's `AgentContext`."""


def _is_context(annotation: Any) -> bool:
    kind = get_origin(annotation) or annotation
    return isinstance(kind, type) and issubclass(kind, RunContextWrapper)


def _agent_context(context: RunContextWrapper[Any]) -> AgentContext[Any]:
    if not isinstance(context.context, AgentContext):
        raise ToolFunctionError(
            "a tool that streams needs the run's context to be an AgentContext, not "
            f"{type(context.context).__name__}: pass context=AgentContext(…) to Runner.run_streamed()"
        )
    return cast("AgentContext[Any]", context.context)


_KIND = ContextKind(
    framework="the OpenAI Agents SDK",
    annotation=ToolContext,
    is_own=_is_context,
    agent_context=_agent_context,
)


@overload
def function_tool(function: Callable[..., Any], /) -> FunctionTool: ...
@overload
def function_tool(**options: Any) -> Callable[[Callable[..., Any]], FunctionTool]: ...
def function_tool(
    function: Callable[..., Any] | None = None, /, **options: Any
) -> FunctionTool | Callable[[Callable[..., Any]], FunctionTool]:
    """Make a function a tool, with the options of `agents.function_tool`.

    An async generator reports what it does: the events (progress, effect, notice …), effects and widgets that
    it yields are streamed at once; its last, and only other, value is the result. Its first parameter may be
    the run's `AgentContext`, or the framework's `RunContextWrapper` around it.

    Raises:
        ToolFunctionError: the function is a plain generator. While the tool runs: it yields no result, two,
            or an event after its result; this ends the run, since the model could do nothing about it.
    """

    def decorate(function: Callable[..., Any]) -> FunctionTool:
        name, description = options.get("name_override"), options.get("description_override")
        tool = NeutralFunctionTool(function, name=name, description=description)
        return _sdk_tool(tool, options)

    return decorate if function is None else decorate(function)


@overload
def client_tool(function: Callable[..., Any], /) -> FunctionTool: ...
@overload
def client_tool(
    *,
    name: str | None = None,
    description: str | None = None,
    timeout_s: float | None = None,
    confirm: bool | str = False,
    reenter: bool = False,
    **options: Any,
) -> Callable[[Callable[..., Any]], FunctionTool]: ...
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
) -> FunctionTool | Callable[[Callable[..., Any]], FunctionTool]:
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
    the next turn. `options` are for `agents.function_tool`.

    Raises:
        ToolFunctionError: the signature cannot be a contract. While the tool runs: the function gives a
            result.
    """

    def decorate(function: Callable[..., Any]) -> FunctionTool:
        tool = ClientTool(
            function,
            name=name,
            description=description,
            timeout_s=timeout_s,
            confirm=confirm,
            reenter=reenter,
        )
        return _sdk_tool(tool, options)

    return decorate if function is None else decorate(function)


def tools(given: Iterable[Any]) -> list[Tool]:
    """Return tools for an `Agent`: the SDK's own as they are, and those of `core` as the SDK's.

        agent = Agent(name="Seats", tools=tools([find_seats, pick_seat, WebSearchTool()]))

    What the decorators of another bridge made is converted, too.

    Raises:
        ToolFunctionError: a tool's function declares the context of another framework.
    """
    return [_converted(tool) for tool in given]


def _converted(tool: Any) -> Tool:
    declared = None if isinstance(tool, FunctionTool) else declared_tool(tool)
    if declared is None:
        return cast("Tool", tool)
    try:
        return _sdk_tool(declared, {})
    except UserError:  # a parameter, such as a dict of any keys, has no strict schema
        return _sdk_tool(declared, {"strict_mode": False})


_DEFAULT = object()


def _sdk_tool(tool: DeclaredTool, options: dict[str, Any]) -> FunctionTool:
    """Return the SDK's tool for a declared one, with options of `agents.function_tool`."""
    given: dict[str, Any] = {
        "name_override": tool.name,
        "description_override": tool.own_description,
        **options,
    }
    given["failure_error_function"] = _failure_function(options.get("failure_error_function", _DEFAULT))
    return _reading_arguments(sdk_function_tool(tool.coroutine(_KIND), **given), tool)


def _reading_arguments(tool: FunctionTool, declared: DeclaredTool) -> FunctionTool:
    """Make `tool` accept blank and `null` arguments, and report to the model those that are no object.

    In the history, arguments that are not an object become `{}`, because servers reject them.
    """
    invoke = tool.on_invoke_tool

    async def invoke_with_object(context: SdkToolContext[Any], arguments: str) -> Any:
        if is_object(arguments):
            return await invoke(context, arguments)
        if context.tool_call is not None:
            context.tool_call.arguments = "{}"
        if arguments_of(arguments) is None:
            return NOT_AN_OBJECT.format(name=tool.name)
        return await invoke(context, "{}")

    tool.on_invoke_tool = declared.mark(invoke_with_object)
    return tool


_FailureFunction = Callable[[RunContextWrapper[Any], Exception], Any]


def _failure_function(given: Any) -> _FailureFunction | None:
    """Return a function that raises mistakes of the app and errors for the user, and reports the rest."""
    if given is None:
        return None
    tell = cast("_FailureFunction", default_tool_error_function if given is _DEFAULT else given)

    def fail(context: RunContextWrapper[Any], error: Exception) -> Any:
        if isinstance(error, (ToolFunctionError, BaseStreamError)):
            raise error
        return tell(context, error)

    return fail
