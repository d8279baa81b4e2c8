"""Bridges from a model's stream to thread events.

This package speaks with the OpenAI Agents SDK and mirrors `chatkit.agents`. Its modules `pydantic_ai`,
`langgraph` and `chat_completions` speak with other frameworks, or with none, and load only what they need.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from turnstream.agents.context import AgentContext, ClientToolCall
from turnstream.agents.model_errors import ModelError, ModelErrorCode
from turnstream.agents.usage import Usage

if TYPE_CHECKING:
    from turnstream.agents.function_tools import ToolContext, client_tool, function_tool
    from turnstream.agents.input import ThreadItemConverter, simple_to_agent_input
    from turnstream.agents.streaming import ResponseStreamConverter, accumulate_text, stream_agent_response
    from turnstream.agents.titles import TitleAgent
    from turnstream.agents.tools import ToolFunctionError

__all__ = [
    "AgentContext",
    "ClientToolCall",
    "ModelError",
    "ModelErrorCode",
    "ResponseStreamConverter",
    "ThreadItemConverter",
    "TitleAgent",
    "ToolContext",
    "ToolFunctionError",
    "Usage",
    "accumulate_text",
    "client_tool",
    "function_tool",
    "simple_to_agent_input",
    "stream_agent_response",
]

_MODULES = {
    "ResponseStreamConverter": "streaming",
    "ThreadItemConverter": "input",
    "TitleAgent": "titles",
    "ToolContext": "function_tools",
    "ToolFunctionError": "tools",
    "accumulate_text": "streaming",
    "client_tool": "function_tools",
    "function_tool": "function_tools",
    "simple_to_agent_input": "input",
    "stream_agent_response": "streaming",
}


def __getattr__(name: str) -> Any:
    """Load what needs the Agents SDK when it is asked for: the SDK takes a second."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"turnstream.agents.{_MODULES[name]}"), name)
    except ModuleNotFoundError as exc:
        if exc.name != "agents":
            raise
        raise ImportError(f"{name} needs the OpenAI Agents SDK: install turnstream[agents]") from exc
