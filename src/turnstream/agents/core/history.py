"""What a model is to know of a thread, in no framework's words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from turnstream.agents.core.answers import answer_for_model
from turnstream.types import (
    AssistantMessageItem,
    Attachment,
    ClientToolCallItem,
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

__all__ = ["AnsweredCall", "AssistantText", "HistoryConverter", "HistoryEntry", "Note", "UserText"]


@dataclass(frozen=True, slots=True)
class UserText:
    """What the person said."""

    text: str


@dataclass(frozen=True, slots=True)
class AssistantText:
    """What the model said."""

    text: str


@dataclass(frozen=True, slots=True)
class AnsweredCall:
    """A client tool that the model called, and what the page answered, as text."""

    call_id: str
    name: str
    arguments: dict[str, Any]
    answer: str


@dataclass(frozen=True, slots=True)
class Note:
    """What was shown, or left for the model alone; nobody said it. Models take it as a user's message."""

    text: str


HistoryEntry: TypeAlias = UserText | AssistantText | AnsweredCall | Note


class HistoryConverter:
    """Turns a thread's items into what a model is to know; override what an app tells differently.

    A method that returns None or the empty text leaves its part out. Left out are also pending client tool
    calls, thoughts and generated images.
    """

    def convert(self, items: Sequence[ThreadItem] | ThreadItem) -> list[HistoryEntry]:
        """Return the entries of items, oldest first."""
        items = items if isinstance(items, Sequence) else [items]
        return [entry for item in items for entry in self.convert_item(item)]

    def convert_item(self, item: ThreadItem) -> list[HistoryEntry]:
        """Return the entries of one item."""
        match item:
            case UserMessageItem():
                return [UserText(text)] if (text := self.user_text(item)) else []
            case AssistantMessageItem():
                return [AssistantText(text)] if (text := self.assistant_text(item)) else []
            case ClientToolCallItem():
                if item.status != "completed":
                    return []
                return [AnsweredCall(item.call_id, item.name, item.arguments, answer_for_model(item))]
            case _:
                return [Note(note)] if (note := self.note(item)) else []

    def user_text(self, item: UserMessageItem) -> str:
        """Return what the person said: the quoted text, the message, then its attachments."""
        parts = [self.tag_text(part) if part.type == "input_tag" else part.text for part in item.content]
        quoted = "\n".join(f"> {line}" for line in (item.quoted_text or "").splitlines())
        attachments = [self.attachment_text(attachment) or "" for attachment in item.attachments]
        return "\n\n".join(text for text in (quoted, "".join(parts), *attachments) if text)

    def tag_text(self, tag: UserMessageTagContent) -> str:
        """Return how a mention stands in the text."""
        return f"@{tag.text}"

    def attachment_text(self, attachment: Attachment) -> str | None:
        """Return what stands for an attachment, whose content the model does not get."""
        return f"[Attached: {attachment.name} ({attachment.mime_type})]"

    def assistant_text(self, item: AssistantMessageItem) -> str:
        """Return what the model said."""
        return "".join(part.text for part in item.content)

    def note(self, item: ThreadItem) -> str | None:
        """Return what the model is told of an item that nobody said."""
        match item:
            case HiddenContextItem() | SDKHiddenContextItem():
                return self.hidden_note(item)
            case WidgetItem():
                return self.widget_note(item)
            case WorkflowItem():
                return self.tasks_note(item.workflow.tasks)
            case TaskItem():
                return self.tasks_note([item.task])
            case StructuredInputItem():
                return self.answers_note(item)
            case _:
                return None

    def hidden_note(self, item: HiddenContextItem | SDKHiddenContextItem) -> str | None:
        """Return what was left for the model alone."""
        content = item.content if isinstance(item.content, str) else _json(item.content)
        note = f"Context that the user does not see:\n<HiddenContext>\n{content}\n</HiddenContext>"
        return note if content else None

    def widget_note(self, item: WidgetItem) -> str | None:
        """Return what the model is told of a widget."""
        widget = item.widget.model_dump_json(exclude_unset=True, exclude_none=True)
        return f"The user was shown this widget ({item.id}):\n{widget}"

    def tasks_note(self, tasks: Sequence[Task]) -> str | None:
        """Return what the model is told of steps that the user saw; only an app's own have a text."""
        texts = [
            ": ".join(part for part in (task.title, task.content) if part)
            for task in tasks
            if task.type == "custom"
        ]
        lines = [f"<Task>\n{text}\n</Task>" for text in texts if text]
        return "\n".join(["The user was shown these steps:", *lines]) if lines else None

    def answers_note(self, item: StructuredInputItem) -> str | None:
        """Return what the user answered to questions."""
        lines: list[str] = []
        for question in item.inputs:
            answer = question.answer
            said = (
                "unanswered" if answer is None else "skipped" if answer.skipped else ", ".join(answer.values)
            )
            lines.append(f"- {question.question}: {said}")
        return "\n".join(["The user was asked:", "<StructuredInput>", *lines, "</StructuredInput>"])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
