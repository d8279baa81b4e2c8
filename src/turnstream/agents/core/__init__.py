"""What every bridge shares, free of any framework: the context of a run, history, tools, errors, titles."""

from turnstream.agents.core.context import AgentContext, ClientToolCall
from turnstream.agents.core.files import FileKind, FileLimits, ModelFile, read_file
from turnstream.agents.core.history import (
    AnsweredCall,
    AssistantText,
    HistoryConverter,
    HistoryEntry,
    Note,
    UserText,
)
from turnstream.agents.core.model_errors import ModelError, ModelErrorCode
from turnstream.agents.core.titles import TitleAgent
from turnstream.agents.core.tools import (
    ClientTool,
    FunctionTool,
    ToolContext,
    ToolFunctionError,
    WidgetTool,
    client_tool,
    function_tool,
    widget_tool,
)
from turnstream.agents.core.usage import Usage

__all__ = [
    "AgentContext",
    "AnsweredCall",
    "AssistantText",
    "ClientTool",
    "ClientToolCall",
    "FileKind",
    "FileLimits",
    "FunctionTool",
    "HistoryConverter",
    "HistoryEntry",
    "ModelError",
    "ModelErrorCode",
    "ModelFile",
    "Note",
    "TitleAgent",
    "ToolContext",
    "ToolFunctionError",
    "Usage",
    "UserText",
    "WidgetTool",
    "client_tool",
    "function_tool",
    "read_file",
    "widget_tool",
]
