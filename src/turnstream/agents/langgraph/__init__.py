"""The bridge to LangGraph: needs `turnstream[langgraph]`."""

try:
    from turnstream.agents.langgraph.framework_tools import ToolContext, client_tool, function_tool, tools
    from turnstream.agents.langgraph.history import to_messages
    from turnstream.agents.langgraph.streaming import stream_graph
except ModuleNotFoundError as error:
    raise ImportError(
        f"this bridge requires the package {error.name}: install turnstream[langgraph]"
    ) from error

__all__ = [
    "ToolContext",
    "client_tool",
    "function_tool",
    "stream_graph",
    "to_messages",
    "tools",
]
