"""A tool declared once, for every bridge."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from turnstream.agents.core.tools.contexts import ContextKind
from turnstream.agents.core.tools.signature import ToolSignature

__all__ = ["DeclaredTool", "declared_tool"]

_FUNCTION_ATTRIBUTES = ("on_invoke_tool", "function", "coroutine")
"""Where a tool of the Agents SDK, of Pydantic AI and of LangChain has the function that it calls."""

_MARK = "__turnstream_tool__"


class DeclaredTool(ABC):
    """A tool in the words of no framework: what the model reads of it, and how a bridge calls it."""

    def __init__(self, signature: ToolSignature, *, name: str | None, description: str | None) -> None:
        self.signature = signature
        self.name = name or signature.name
        self.own_description = description
        """The description that was given; None for a tool that is described by its docstring alone."""
        self.description = description or signature.description

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    @cached_property
    def arguments(self) -> type[BaseModel]:
        """The arguments that the model gives; some frameworks make a model of their own.

        Raises:
            ToolFunctionError: the signature cannot be offered to a model.
        """
        return self.signature.model()

    @abstractmethod
    async def call(self, kind: ContextKind, passed: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call the tool with the framework's object `passed`, and return the result for the model."""

    def coroutine(self, kind: ContextKind) -> Callable[..., Coroutine[Any, Any, Any]]:
        """Return the coroutine function that a framework calls as a tool, its context first.

        Raises:
            ToolFunctionError: the function declares the context of another framework.
        """
        self.signature.check_kind(kind)

        async def call(passed: Any, /, *args: Any, **kwargs: Any) -> Any:
            return await self.call(kind, passed, *args, **kwargs)

        return self.mark(self.signature.dress(call, kind))

    def mark(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Note in a framework's function which tool it calls, for `declared_tool`."""
        function.__dict__[_MARK] = self
        return function


def declared_tool(tool: object) -> DeclaredTool | None:
    """Return the declared tool that `tool` is, or that a bridge made it from; None for any other tool."""
    if isinstance(tool, DeclaredTool):
        return tool
    functions = [getattr(tool, name, None) for name in _FUNCTION_ATTRIBUTES]
    marked = [declared for function in functions if (declared := getattr(function, _MARK, None)) is not None]
    return marked[0] if marked else None
