"""From a thread's items to the messages of a graph."""

from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from turnstream.agents.core.history import (
    AnsweredCall,
    AssistantText,
    HistoryConverter,
    HistoryEntry,
    Note,
    UserText,
)
from turnstream.types import ThreadItem

__all__ = ["to_messages"]


def to_messages(
    thread_items: Sequence[ThreadItem] | ThreadItem, *, converter: HistoryConverter | None = None
) -> list[BaseMessage]:
    """Return items, oldest first, as messages for a graph without a checkpointer, which keeps its own."""
    return [
        message
        for entry in (converter or HistoryConverter()).convert(thread_items)
        for message in _messages(entry)
    ]


def _messages(entry: HistoryEntry) -> list[BaseMessage]:
    match entry:
        case UserText(text) | Note(text):
            return [HumanMessage(text)]
        case AssistantText(text):
            return [AIMessage(text)]
        case AnsweredCall(call_id, name, arguments, answer):
            call = {"type": "tool_call", "id": call_id, "name": name, "args": arguments}
            return [
                AIMessage("", tool_calls=[call]),
                ToolMessage(answer, tool_call_id=call_id, name=name),
            ]
