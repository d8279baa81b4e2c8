"""Tools of a model, declared once for every bridge.

    @function_tool
    async def find_seats(context: AgentContext, flight: str):
        \"""Return the free seats of a flight.\"""
        yield ProgressUpdateEvent(text=f"Looking at flight {flight}")
        yield "12A and 14C"

    @client_tool(timeout_s=60)
    async def pick_seat(seats: list[str]) -> str:
        \"""Let the user pick a seat on the map in the page.\"""

`chat_completions` runs them as they are; `tools()` of each other bridge makes them its framework's tools.
"""

from turnstream.agents.core.tools.base import DeclaredTool, declared_tool
from turnstream.agents.core.tools.client_tool import ClientTool, client_tool
from turnstream.agents.core.tools.contexts import ContextKind, ToolContext
from turnstream.agents.core.tools.function_tool import FunctionTool, function_tool
from turnstream.agents.core.tools.signature import ToolFunctionError
from turnstream.agents.core.tools.widget_tool import WidgetTool, widget_tool

__all__ = [
    "ClientTool",
    "ContextKind",
    "DeclaredTool",
    "FunctionTool",
    "ToolContext",
    "ToolFunctionError",
    "WidgetTool",
    "client_tool",
    "declared_tool",
    "function_tool",
    "widget_tool",
]
