"""From a thread's items to the messages of a chat completion."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

from turnstream.agents.core.files import FileLimits, ModelFile, reading_files, safe_name
from turnstream.agents.core.history import (
    AnsweredCall,
    AssistantText,
    HistoryConverter,
    HistoryEntry,
    Note,
    UserText,
)
from turnstream.attachments import HostedAttachmentStore
from turnstream.types import (
    AssistantMessageItem,
    Attachment,
    ClientToolCallItem,
    GeneratedImageItem,
    HiddenContextItem,
    SDKHiddenContextItem,
    StructuredInputItem,
    TaskItem,
    ThreadItem,
    UserMessageItem,
    UserMessageTagContent,
    WidgetItem,
    WorkflowItem,
)

__all__ = ["ChatMessage", "ThreadMessageConverter", "to_messages", "without_files"]

ChatMessage: TypeAlias = dict[str, Any]
"""{"role": "user", "content": "Hi"}"""


async def to_messages(
    thread_items: Sequence[ThreadItem] | ThreadItem,
    *,
    files: HostedAttachmentStore[Any] | None = None,
    limits: FileLimits | None = None,
) -> list[ChatMessage]:
    """Return the messages of items, oldest first, as a plain `ThreadMessageConverter` makes them."""
    return await ThreadMessageConverter().to_messages(thread_items, files=files, limits=limits)


class ThreadMessageConverter:
    """Makes messages from items. Override a method to change its messages; None leaves the item out.

    Messages of the same role that follow each other become one, because some models expect the roles to
    alternate.
    """

    history = HistoryConverter()
    """The words of everything that is text; replace it to change them for all bridges alike."""

    async def to_messages(
        self,
        thread_items: Sequence[ThreadItem] | ThreadItem,
        *,
        files: HostedAttachmentStore[Any] | None = None,
        limits: FileLimits | None = None,
    ) -> list[ChatMessage]:
        """Return the messages of items, oldest first, with the files of the user's messages.

        `files` is where they are stored, by default the server's attachment store.
        """
        items = thread_items if isinstance(thread_items, Sequence) else [thread_items]
        messages: list[ChatMessage] = []
        with reading_files(items, files=files, limits=limits):
            for item in items:
                for message in await self._convert(item):
                    _append(messages, message)
        return messages

    async def user_message(self, item: UserMessageItem) -> ChatMessage | None:
        """Return a user's message: the quoted text first, attachments last."""
        parts = [
            await self.tag(part) if isinstance(part, UserMessageTagContent) else part.text
            for part in item.content
        ]
        quotation = self.history.quotation(item)
        text = f"{quotation}\n\n{''.join(parts)}" if quotation else "".join(parts)
        attached = [await self.attachment(attachment) for attachment in item.attachments]
        content: Any = text
        for part in attached:
            content = _joined(content, [part] if isinstance(part, dict) else part)
        return {"role": "user", "content": content}

    async def tag(self, tag: UserMessageTagContent) -> str:
        """Return the text for an entity that the user mentioned."""
        return self.history.tag_text(tag)

    async def attachment(self, attachment: Attachment) -> dict[str, Any] | str | None:
        """Return a content part for a file or a picture, a text in place of it, or None for nothing.

        {"type": "image_url", "image_url": {"url": "data:image/png;base64,…"}}
        """
        content = await self.history.attachment_content(attachment)
        return await _part(content) if isinstance(content, ModelFile) else content

    async def assistant_message(self, item: AssistantMessageItem) -> ChatMessage | None:
        """Return a message of the assistant."""
        return self._message(item)

    async def client_tool_call(self, item: ClientToolCallItem) -> list[ChatMessage] | None:
        """Return a call that the page has answered, and its answer; a pending one is left out."""
        return self._messages(item)

    async def hidden_context(self, item: HiddenContextItem | SDKHiddenContextItem) -> ChatMessage | None:
        """Return a note that only the model sees."""
        return self._message(item)

    async def task(self, item: TaskItem) -> ChatMessage | None:
        """Return a note on a step that was shown."""
        return self._message(item)

    async def workflow(self, item: WorkflowItem) -> ChatMessage | None:
        """Return a note on steps that were shown; the model's own reasoning is left out."""
        return self._message(item)

    async def widget(self, item: WidgetItem) -> ChatMessage | None:
        """Return a note on a widget that was shown."""
        return self._message(item)

    async def generated_image(self, item: GeneratedImageItem) -> ChatMessage | None:
        """Return a note on an image that a model made."""
        return self._message(item)

    async def structured_input(self, item: StructuredInputItem) -> ChatMessage | None:
        """Return a note on questions that the user was asked, and the answers so far."""
        return self._message(item)

    def _messages(self, item: ThreadItem) -> list[ChatMessage]:
        return [message for entry in self.history.convert_item(item) for message in _messages_of(entry)]

    def _message(self, item: ThreadItem) -> ChatMessage | None:
        messages = self._messages(item)
        return messages[0] if messages else None

    async def _convert(self, item: ThreadItem) -> list[ChatMessage]:
        message: ChatMessage | list[ChatMessage] | None
        match item:
            case UserMessageItem():
                message = await self.user_message(item)
            case AssistantMessageItem():
                message = await self.assistant_message(item)
            case ClientToolCallItem():
                message = await self.client_tool_call(item)
            case HiddenContextItem() | SDKHiddenContextItem():
                message = await self.hidden_context(item)
            case TaskItem():
                message = await self.task(item)
            case WorkflowItem():
                message = await self.workflow(item)
            case WidgetItem():
                message = await self.widget(item)
            case GeneratedImageItem():
                message = await self.generated_image(item)
            case StructuredInputItem():
                message = await self.structured_input(item)
            case _:
                message = None
        if message is None:
            return []
        return message if isinstance(message, list) else [message]


def without_files(messages: Sequence[Mapping[str, Any]]) -> list[ChatMessage] | None:
    """Return messages with a note in place of each file; None if they have no file.

    Their content is one text again, since a model that reads no files may accept no parts.
    """
    changed = [_without_files(message) for message in messages]
    return None if changed == list(messages) else changed


def _without_files(message: Mapping[str, Any]) -> ChatMessage:
    content: Any = message.get("content")
    if not isinstance(content, list):
        return {**message}
    parts = cast("list[Any]", content)
    if all(_is_text(part) for part in parts):
        return {**message}
    texts = [part["text"] if _is_text(part) else _refused(part) for part in parts]
    return {**message, "content": "\n\n".join(texts)}


def _is_text(part: Any) -> bool:
    return isinstance(part, dict) and isinstance(cast("dict[str, Any]", part).get("text"), str)


def _refused(part: Any) -> str:
    """Return the note on a file that the model's server did not accept."""
    match part:
        case {"type": "file", "file": {"filename": str(name)}}:
            label = safe_name(name)
        case {"type": "image_url"}:
            label = "a picture"
        case {"type": "input_audio"}:
            label = "a recording"
        case _:
            label = "a file"
    return f"[Attached: {label}; its content cannot be shown to you, since it was refused]"


def _messages_of(entry: HistoryEntry) -> list[ChatMessage]:
    match entry:
        case UserText(text) | Note(text):  # attachments are the converter's
            return [{"role": "user", "content": text}]
        case AssistantText(text):
            return [{"role": "assistant", "content": text}]
        case AnsweredCall(call_id, name, arguments, answer):
            function = {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)}
            calls = [{"id": call_id, "type": "function", "function": function}]
            return [
                {"role": "assistant", "content": None, "tool_calls": calls},
                {"role": "tool", "tool_call_id": call_id, "content": answer},
            ]


def _append(messages: list[ChatMessage], message: ChatMessage) -> None:
    """Append a message, or add its content to the last one if that has the same role and is no call."""
    last = messages[-1] if messages else None
    if last is None or last["role"] != message["role"] or message["role"] == "tool" or "tool_calls" in last:
        messages.append(message)
        return
    messages[-1] = {**last, **message, "content": _joined(last["content"], message["content"])}


async def _part(file: ModelFile) -> dict[str, Any] | str:
    match file.kind:
        case "text":
            return file.text
        case "image":
            return {"type": "image_url", "image_url": {"url": await file.data_url()}}
        case "pdf":
            return {"type": "file", "file": {"filename": file.name, "file_data": await file.data_url()}}
        case "audio":
            audio = {"data": await file.base64(), "format": file.media_type.removeprefix("audio/")}
            return {"type": "input_audio", "input_audio": audio}


def _joined(first: Any, second: Any) -> Any:
    """Join contents; texts stay a text, since some servers accept no parts."""
    if not first or not second:
        return first or second
    if isinstance(first, str) and isinstance(second, str):
        return f"{first}\n\n{second}"
    return [*_parts(first), *_parts(second)]


def _parts(content: Any) -> list[Any]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return cast("list[Any]", content)
