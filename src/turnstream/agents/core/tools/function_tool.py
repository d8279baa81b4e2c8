"""A function of the app that a model can call."""

import inspect
from collections.abc import AsyncGenerator, Callable
from typing import Any, cast, overload

from anyio import to_thread

from turnstream.agents.core.tools.base import DeclaredTool
from turnstream.agents.core.tools.contexts import ContextKind
from turnstream.agents.core.tools.signature import ToolSignature
from turnstream.agents.core.tools.streamed_values import result_of

__all__ = ["FunctionTool", "function_tool"]


class FunctionTool(DeclaredTool):
    """A function that returns a result, or an async generator that reports progress and yields it last."""

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        name: str | None = None,
        description: str | None = None,
    ) -> None:
        """`name` and `description` replace those of the function.

        Raises:
            ToolFunctionError: the function is a plain generator or has no name, or an annotation cannot be
                read.
        """
        super().__init__(ToolSignature(function), name=name, description=description)

    async def call(self, kind: ContextKind, passed: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call the function; what blocks runs in a thread.

        An async generator streams the events and widgets that it yields at once; its last, and only other,
        value is the result.

        Raises:
            ToolFunctionError: a generator yields no result, two, or an event after it.
        """
        returned = await self._start(*self.signature.contexts_for(kind, passed), *args, **kwargs)
        if isinstance(returned, AsyncGenerator):  # from a plain decorator around one, too
            values, name = cast("AsyncGenerator[Any]", returned), self.signature.name
            return await result_of(values, kind.agent_context(passed), name=name)
        return await returned if inspect.isawaitable(returned) else returned

    async def _start(self, *args: Any, **kwargs: Any) -> Any:
        function = self.signature.function
        if inspect.isasyncgenfunction(function) or inspect.iscoroutinefunction(function):
            return function(*args, **kwargs)
        return await to_thread.run_sync(lambda: function(*args, **kwargs))


@overload
def function_tool(function: Callable[..., Any], /) -> FunctionTool: ...
@overload
def function_tool(
    *, name: str | None = None, description: str | None = None
) -> Callable[[Callable[..., Any]], FunctionTool]: ...
def function_tool(
    function: Callable[..., Any] | None = None, /, *, name: str | None = None, description: str | None = None
) -> FunctionTool | Callable[[Callable[..., Any]], FunctionTool]:
    """Make a function a tool: its signature is what the model is asked for, its docstring says what it does.

    A first parameter annotated with `AgentContext`, or a subclass, gets the context of the run; one annotated
    with the context of a framework binds the tool to that framework. An async
    generator reports what it does: the events, effects and widgets that it yields are streamed at
    once; its last, and only other, value is the result. Every bridge accepts the tool.

    Raises:
        ToolFunctionError: the signature cannot be offered to a model.
    """

    def decorate(function: Callable[..., Any]) -> FunctionTool:
        tool = FunctionTool(function, name=name, description=description)
        _ = tool.arguments  # so that a signature without JSON fails here
        return tool

    return decorate if function is None else decorate(function)
