"""From a thread's items to the messages of a run."""

from collections.abc import Sequence
from typing import Any

from pydantic_ai.messages import (
    BinaryContent,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserContent,
    UserPromptPart,
)

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

__all__ = ["to_message_history"]


async def to_message_history(
    thread_items: Sequence[ThreadItem] | ThreadItem,
    *,
    converter: HistoryConverter | None = None,
    files: HostedAttachmentStore[Any] | None = None,
    limits: FileLimits | None = None,
) -> list[ModelMessage]:
    """Return items, oldest first, as a run's `message_history`, with the files of the user's messages.

    If they end with the user's message or a client tool's answer, the run needs no other prompt. An agent
    that is given a history says no `system_prompt` again: use `instructions`.
    `files` is where they are stored, by default the server's attachment store.
    """
    items = thread_items if isinstance(thread_items, Sequence) else [thread_items]
    converter = converter or HistoryConverter()
    with reading_files(items, files=files, limits=limits):
        return [
            message for entry in converter.convert(items) for message in await _messages(entry, converter)
        ]


async def _messages(entry: HistoryEntry, converter: HistoryConverter) -> list[ModelMessage]:
    match entry:
        case UserText():
            return [ModelRequest(parts=[UserPromptPart(_prompt(await converter.user_content(entry)))])]
        case Note(text):
            return [ModelRequest(parts=[UserPromptPart(text)])]
        case AssistantText(text):
            return [ModelResponse(parts=[TextPart(text)])]
        case AnsweredCall(call_id, name, arguments, answer):
            return [
                ModelResponse(parts=[ToolCallPart(name, arguments, tool_call_id=call_id)]),
                ModelRequest(parts=[ToolReturnPart(name, answer, tool_call_id=call_id)]),
            ]


def _prompt(content: str | list[ModelFile | str]) -> str | list[UserContent]:
    if isinstance(content, str):
        return content
    return [each for part in content for each in ([part] if isinstance(part, str) else _file(part))]


def _file(file: ModelFile) -> list[UserContent]:
    """A file, with its name where the framework drops that and APIs have one."""
    name = [f"[Attached: {file.name}]"] if file.kind == "pdf" else []
    media_type = "audio/mpeg" if file.media_type == "audio/mp3" else file.media_type
    return [*name, BinaryContent(file.data, media_type=media_type)]
