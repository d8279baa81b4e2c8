"""From a thread's items to the input of an OpenAI Agents SDK run."""

import json
from collections.abc import Sequence

from agents import TResponseInputItem

from turnstream.types import (
    AssistantMessageItem,
    ClientToolCallItem,
    HiddenContextItem,
    SDKHiddenContextItem,
    ThreadItem,
    UserMessageItem,
)

__all__ = ["simple_to_agent_input"]


async def simple_to_agent_input(thread_items: Sequence[ThreadItem] | ThreadItem) -> list[TResponseInputItem]:
    """Return the model's view of items, oldest first.

    Messages, answered client tool calls and hidden context; items that only the person sees are left out.
    """
    items = thread_items if isinstance(thread_items, Sequence) else [thread_items]
    return [converted for item in items for converted in _convert(item)]


def _convert(item: ThreadItem) -> list[TResponseInputItem]:
    match item:
        case UserMessageItem():
            return [{"role": "user", "content": _user_text(item)}]
        case AssistantMessageItem():
            return [{"role": "assistant", "content": "".join(part.text for part in item.content)}]
        case ClientToolCallItem(status="completed"):
            return _tool_call(item)
        case HiddenContextItem() | SDKHiddenContextItem():
            return [{"role": "developer", "content": str(item.content)}]
        case _:
            return []


def _user_text(item: UserMessageItem) -> str:
    text = "".join(part.text for part in item.content)
    return f"> {item.quoted_text}\n\n{text}" if item.quoted_text else text


def _tool_call(item: ClientToolCallItem) -> list[TResponseInputItem]:
    return [
        {
            "type": "function_call",
            "call_id": item.call_id,
            "name": item.name,
            "arguments": json.dumps(item.arguments),
        },
        {"type": "function_call_output", "call_id": item.call_id, "output": json.dumps(item.output)},
    ]
