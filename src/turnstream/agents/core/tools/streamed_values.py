"""The values that a tool's async generator yields: what is shown, and the result."""

from collections.abc import AsyncGenerator
from typing import Any, cast, get_args

from pydantic import BaseModel

from turnstream.agents.core.context import AgentContext
from turnstream.agents.core.tools.signature import ToolFunctionError
from turnstream.contracts import Effect
from turnstream.turns.closing import closing
from turnstream.types import ThreadStreamEvent
from turnstream.widgets import BasicRoot, Card, DynamicWidgetRoot, ListView

__all__ = ["SHOWN", "result_of", "stream_value"]

EVENTS = cast("tuple[type[BaseModel], ...]", get_args(get_args(ThreadStreamEvent)[0]))

WIDGETS = (Card, ListView, BasicRoot, DynamicWidgetRoot)

SHOWN = (*EVENTS, *WIDGETS, Effect)
"""The classes of what a tool shows in the page; every other value is a result."""


async def result_of(values: AsyncGenerator[Any], context: AgentContext[Any], *, name: str) -> Any:
    """Stream the events that a tool yields, and return the one other value.

    Raises:
        ToolFunctionError: there is no such value, or a second one, or an event comes after it.
    """
    results: list[Any] = []
    async with closing(values):
        async for value in values:
            is_shown = await stream_value(value, context)
            if results:
                what = "an event" if is_shown else "a second result"
                raise ToolFunctionError(f"{name}() yields {what} after its result: yield the result last")
            if not is_shown:
                results.append(value)
    if not results:
        raise ToolFunctionError(
            f"{name}() yields no result: yield the model's result last; if the page gives the result, "
            "declare it with client_tool"
        )
    return results[0]


async def stream_value(value: Any, context: AgentContext[Any]) -> bool:
    """Stream an event, an effect or a widget; return False, with nothing done, for anything else."""
    if isinstance(value, Effect):
        value = value.event()
    if isinstance(value, EVENTS):
        await context.stream(cast("ThreadStreamEvent", value))
    elif isinstance(value, WIDGETS):
        await context.stream_widget(value)
    else:
        return False
    return True
