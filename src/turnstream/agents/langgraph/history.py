"""From a thread's items to the messages of a graph."""

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from turnstream.agents.core.files import FileLimits, ModelFile, reading_files
from turnstream.agents.core.history import (
    AnsweredCall,
    AssistantText,
    HistoryConverter,
    HistoryEntry,
    Note,
    UserText,
)
from turnstream.attachments import HostedAttachmentStore
from turnstream.types import ThreadItem

__all__ = ["to_messages"]


async def to_messages(
    thread_items: Sequence[ThreadItem] | ThreadItem,
    *,
    converter: HistoryConverter | None = None,
    files: HostedAttachmentStore[Any] | None = None,
    limits: FileLimits | None = None,
) -> list[BaseMessage]:
    """Return items, oldest first, as messages for a graph without a checkpointer, which keeps its own.

    They have the files of the user's messages, from `files`, by default the server's attachment store.
    """
    items = thread_items if isinstance(thread_items, Sequence) else [thread_items]
    converter = converter or HistoryConverter()
    with reading_files(items, files=files, limits=limits):
        return [
            message for entry in converter.convert(items) for message in await _messages(entry, converter)
        ]


async def _messages(entry: HistoryEntry, converter: HistoryConverter) -> list[BaseMessage]:
    match entry:
        case UserText():
            content = await converter.user_content(entry)
            return [HumanMessage(content if isinstance(content, str) else await _blocks(content))]
        case Note(text):
            return [HumanMessage(text)]
        case AssistantText(text):
            return [AIMessage(text)]
        case AnsweredCall(call_id, name, arguments, answer):
            call = {"type": "tool_call", "id": call_id, "name": name, "args": arguments}
            return [
                AIMessage("", tool_calls=[call]),
                ToolMessage(answer, tool_call_id=call_id, name=name),
            ]


async def _blocks(content: list[ModelFile | str]) -> list[str | dict[Any, Any]]:
    """The content blocks that LangChain defines for all models."""
    return [
        {"type": "text", "text": part} if isinstance(part, str) else await _block(part) for part in content
    ]


async def _block(file: ModelFile) -> dict[str, Any]:
    block = {"mime_type": file.media_type, "base64": await file.base64()}
    if file.kind == "pdf":
        return {"type": "file", **block, "extras": {"filename": file.name}}
    return {"type": file.kind, **block}
