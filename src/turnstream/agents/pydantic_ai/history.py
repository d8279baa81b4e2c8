"""From a thread's items to the messages of a run."""

from collections.abc import Sequence

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

from turnstream.agents.core.history import (
    AnsweredCall,
    AssistantText,
    HistoryConverter,
    HistoryEntry,
    Note,
    UserText,
)
from turnstream.types import ThreadItem

__all__ = ["to_message_history"]


def to_message_history(
    thread_items: Sequence[ThreadItem] | ThreadItem, *, converter: HistoryConverter | None = None
) -> list[ModelMessage]:
    """Return items, oldest first, as a run's `message_history`.

    If they end with the user's message or a client tool's answer, the run needs no other prompt. An agent
    that is given a history says no `system_prompt` again: use `instructions`.
    """
    return [
        message
        for entry in (converter or HistoryConverter()).convert(thread_items)
        for message in _messages(entry)
    ]


def _messages(entry: HistoryEntry) -> list[ModelMessage]:
    match entry:
        case UserText(text) | Note(text):
            return [ModelRequest(parts=[UserPromptPart(text)])]
        case AssistantText(text):
            return [ModelResponse(parts=[TextPart(text)])]
        case AnsweredCall(call_id, name, arguments, answer):
            return [
                ModelResponse(parts=[ToolCallPart(name, arguments, tool_call_id=call_id)]),
                ModelRequest(parts=[ToolReturnPart(name, answer, tool_call_id=call_id)]),
            ]
