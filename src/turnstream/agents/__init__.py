"""Bridges from a model's stream to thread events.

These names mirror `chatkit.agents`: they bridge to the OpenAI Agents SDK, by `openai_agents`. The packages
`pydantic_ai`, `langgraph` and `chat_completions` bridge to other frameworks, or to none, and load only what
they need. `core` has what all bridges share. As in `chatkit.agents`, the types of `turnstream.types` are here
under their names, too.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from turnstream.agents.core import (
    AgentContext,
    ClientToolCall,
    ModelError,
    ModelErrorCode,
    TitleAgent,
    ToolFunctionError,
    Usage,
)
from turnstream.agents.core.context import TContext as TContext
from turnstream.store import Store as Store
from turnstream.store import StoreItemType as StoreItemType
from turnstream.turns.items.widget_stream import stream_widget as stream_widget
from turnstream.types import *  # noqa: F403
from turnstream.widgets import Markdown as Markdown
from turnstream.widgets import Text as Text

if TYPE_CHECKING:
    from turnstream.agents.openai_agents import (
        PromptTexts,
        ResponseStreamConverter,
        StreamingThoughtTracker,
        ThreadItemConverter,
        ToolContext,
        accumulate_text,
        client_tool,
        function_tool,
        simple_to_agent_input,
        stream_agent_response,
        tools,
    )

__all__ = [
    "AgentContext",
    "ClientToolCall",
    "ModelError",
    "ModelErrorCode",
    "PromptTexts",
    "ResponseStreamConverter",
    "StreamingThoughtTracker",
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
    "tools",
]

_OF_THE_SDK = frozenset(__all__) - frozenset(globals())


def __getattr__(name: str) -> Any:
    """Load what needs the Agents SDK when an app first uses it: importing the SDK costs a second."""
    if name not in _OF_THE_SDK:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("turnstream.agents.openai_agents"), name)
