"""The bridge to Pydantic AI: needs `turnstream[pydantic-ai]`."""

try:
    from turnstream.agents.pydantic_ai.streaming import (
        ToolContext,
        client_tool,
        function_tool,
        stream_agent_response,
        to_message_history,
    )
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
]
