"""The bridge to Pydantic AI: needs `turnstream[pydantic-ai]`."""

try:
    from turnstream.agents.pydantic_ai.framework_tools import ToolContext, client_tool, function_tool, tools
    from turnstream.agents.pydantic_ai.history import to_message_history
    from turnstream.agents.pydantic_ai.streaming import stream_agent_response
except ModuleNotFoundError as error:
    raise ImportError(
        f"this bridge requires the package {error.name}: install turnstream[pydantic-ai]"
    ) from error

__all__ = [
    "ToolContext",
    "client_tool",
    "function_tool",
    "stream_agent_response",
    "to_message_history",
    "tools",
]
