"""From a thread's items to the messages of a chat completion."""

import json
from collections.abc import Sequence
from typing import Any, TypeAlias, cast

from pydantic import BaseModel

from turnstream.agents.core.answers import answer_for_model
from turnstream.types import (
    AssistantMessageItem,
    Attachment,
    ClientToolCallItem,
    GeneratedImageItem,
    HiddenContextItem,
    SDKHiddenContextItem,
    StructuredInputItem,
    Task,
    TaskItem,
    ThreadItem,
    UserMessageItem,
    UserMessageTagContent,
    WidgetItem,
    WorkflowItem,
)

__all__ = ["ChatMessage", "ThreadMessageConverter", "to_messages"]

ChatMessage: TypeAlias = dict[str, Any]
"""{"role": "user", "content": "Hi"}"""


async def to_messages(thread_items: Sequence[ThreadItem] | ThreadItem) -> list[ChatMessage]:
    """Return the model's view of items, oldest first, as a plain `ThreadMessageConverter` sees them."""
    return await ThreadMessageConverter().to_messages(thread_items)


class ThreadMessageConverter:
    """Says what the model is told of each item. Override a method to tell it otherwise; None tells it
    nothing.

    Messages of the same role that follow each other become one, because some models insist on turns.
    """

    async def to_messages(self, thread_items: Sequence[ThreadItem] | ThreadItem) -> list[ChatMessage]:
        """Return the messages of items, oldest first."""
        items = thread_items if isinstance(thread_items, Sequence) else [thread_items]
        messages: list[ChatMessage] = []
        for item in items:
            for message in await self._convert(item):
                _append(messages, message)
        return messages

    async def user_message(self, item: UserMessageItem) -> ChatMessage | None:
        """What a person said: tags as @text, the quoted text first, attachments last."""
        said = [
            await self.tag(part) if isinstance(part, UserMessageTagContent) else part.text
            for part in item.content
        ]
        text = "".join(said)
        if item.quoted_text:
            text = "\n".join(f"> {line}" for line in item.quoted_text.splitlines()) + f"\n\n{text}"
        parts = [await self.attachment(attachment) for attachment in item.attachments]
        if not parts:
            return {"role": "user", "content": text}
        return {"role": "user", "content": [*([{"type": "text", "text": text}] if text else []), *parts]}

    async def tag(self, tag: UserMessageTagContent) -> str:
        """What stands for an entity that a person mentioned."""
        return f"@{tag.text}"

    async def attachment(self, attachment: Attachment) -> dict[str, Any]:
        """Return a content part for a file or a picture.

        {"type": "image_url", "image_url": {"url": "data:image/png;base64,…"}}

        Raises:
            NotImplementedError: only the app knows where its files are.
        """
        raise NotImplementedError(
            f"a message has the attachment {attachment.name!r}: override ThreadMessageConverter.attachment() "
            "to say how the model gets it"
        )

    async def assistant_message(self, item: AssistantMessageItem) -> ChatMessage | None:
        """What the assistant said."""
        text = "".join(part.text for part in item.content)
        return {"role": "assistant", "content": text} if text else None

    async def client_tool_call(self, item: ClientToolCallItem) -> list[ChatMessage] | None:
        """A call that the page has answered, and its answer. One that is pending is left out."""
        if item.status != "completed":
            return None
        function = {"name": item.name, "arguments": json.dumps(item.arguments, ensure_ascii=False)}
        return [
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": item.call_id, "type": "function", "function": function}],
            },
            {"role": "tool", "tool_call_id": item.call_id, "content": answer_for_model(item)},
        ]

    async def hidden_context(self, item: HiddenContextItem | SDKHiddenContextItem) -> ChatMessage | None:
        """A note that only the model sees."""
        content = item.content if isinstance(item.content, str) else json.dumps(item.content, default=str)
        return _note(f"Context that the user does not see:\n<HiddenContext>\n{content}\n</HiddenContext>")

    async def task(self, item: TaskItem) -> ChatMessage | None:
        """A step that was shown."""
        return _note(f"The user was shown this step:\n{_task_note(item.task)}")

    async def workflow(self, item: WorkflowItem) -> ChatMessage | None:
        """Steps that were shown. What the model thought is its own, and past."""
        if item.workflow.type == "reasoning" or not item.workflow.tasks:
            return None
        steps = "\n".join(_task_note(task) for task in item.workflow.tasks)
        return _note(f"The user was shown these steps:\n{steps}")

    async def widget(self, item: WidgetItem) -> ChatMessage | None:
        """A widget that was shown."""
        shown = item.copy_text or item.widget.model_dump_json(exclude_none=True)
        return _note(f"[The user was shown this widget, {item.id}: {shown}]")

    async def generated_image(self, item: GeneratedImageItem) -> ChatMessage | None:
        """An image that a model made."""
        return _note(f"[The user was shown an image: {item.image.url}]") if item.image is not None else None

    async def structured_input(self, item: StructuredInputItem) -> ChatMessage | None:
        """Questions that were put to the person, and the answers."""
        if item.status == "pending":
            return None
        said = "\n".join(_question_text(question) for question in item.inputs)
        return _note(f"The user was asked:\n<StructuredInput>\n{said}\n</StructuredInput>")

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


def _note(text: str) -> ChatMessage:
    return {"role": "user", "content": text}


def _append(messages: list[ChatMessage], message: ChatMessage) -> None:
    """Append a message, or add it to the last one, if that is of the same role and its words do not stand
    alone.
    """
    last = messages[-1] if messages else None
    if last is None or last["role"] != message["role"] or message["role"] == "tool" or "tool_calls" in last:
        messages.append(message)
        return
    messages[-1] = {**last, **message, "content": _joined(last["content"], message["content"])}


def _joined(first: Any, second: Any) -> Any:
    if first is None or second is None:
        return second if first is None else first
    if isinstance(first, str) and isinstance(second, str):
        return f"{first}\n\n{second}"
    return [*_parts(first), *_parts(second)]


def _parts(content: Any) -> list[Any]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else cast("list[Any]", content)


def _task_note(task: Task) -> str:
    return f"<Task>\n{_task_text(task)}\n</Task>"


def _task_text(task: Task) -> str:
    said: dict[str, Any] = cast("BaseModel", task).model_dump(mode="json", exclude_none=True)
    words = [str(said[name]) for name in ("title", "title_query", "content") if said.get(name)]
    words += [str(source.get("url") or source.get("filename")) for source in said.get("sources", [])]
    return ": ".join(words) or said["type"]


def _question_text(question: Any) -> str:
    answer = question.answer
    said = "skipped" if answer is None or answer.skipped else ", ".join(answer.values)
    return f"- {question.question}: {said}"
