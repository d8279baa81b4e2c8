"""What a tool's function may have as its first parameter, and how each framework provides it."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, get_origin

from typing_extensions import TypeVar

from turnstream.agents.core.context import AgentContext

__all__ = [
    "NEUTRAL",
    "ContextKind",
    "ToolContext",
    "is_agent_context",
    "is_framework_context",
    "is_tool_context",
]

TAgentContext = TypeVar("TAgentContext", bound=AgentContext[Any], default=AgentContext[Any])


@dataclass(frozen=True, slots=True)
class ToolContext(Generic[TAgentContext]):
    """The context of the run and, where the framework reports it, the model's own id of the call."""

    context: TAgentContext
    tool_call_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextKind:
    """The object that a framework passes to each tool."""

    framework: str
    annotation: Any
    """The annotation by which the framework recognises the parameter."""
    is_own: Callable[[Any], bool]
    """Whether an annotation is the object's class, so that a function gets the object itself."""
    agent_context: Callable[[Any], AgentContext[Any]]
    """Returns our context from the object."""
    call_id: Callable[[Any], str | None] = lambda passed: getattr(passed, "tool_call_id", None)
    """Returns the model's own id of the call from the object."""

    def tool_context(self, passed: Any) -> ToolContext[Any]:
        """Return the neutral context of a call from the framework's object."""
        return ToolContext(self.agent_context(passed), self.call_id(passed))


def is_agent_context(annotation: Any) -> bool:
    """Whether an annotation is `AgentContext` or a subclass, with or without its parameter."""
    kind = get_origin(annotation) or annotation
    return isinstance(kind, type) and issubclass(kind, AgentContext)


def is_tool_context(annotation: Any) -> bool:
    """Whether an annotation is the neutral `ToolContext`, with or without its parameter."""
    return (get_origin(annotation) or annotation) is ToolContext


_FRAMEWORK_CONTEXTS = (("agents", "RunContextWrapper"), ("pydantic_ai", "RunContext"))
"""The module and the name of each framework's context; an annotation with one means that it is loaded."""


def is_framework_context(annotation: Any) -> bool:
    """Whether an annotation is the context of an agent framework, or a subclass of it."""
    kind = get_origin(annotation) or annotation
    known = [getattr(sys.modules.get(module), name, None) for module, name in _FRAMEWORK_CONTEXTS]
    return isinstance(kind, type) and issubclass(
        kind, tuple(each for each in known if isinstance(each, type))
    )


NEUTRAL = ContextKind(
    framework="this bridge",
    annotation=ToolContext,
    is_own=lambda annotation: False,
    agent_context=lambda passed: passed.context,
)
"""That of a bridge without a framework."""
