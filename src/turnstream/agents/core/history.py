"""A thread as a model reads it, in the words of no framework."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from pydantic import BaseModel

from turnstream.agents.core.answers import answer_for_model
from turnstream.agents.core.files import ModelFile, read_file
from turnstream.types import (
    AssistantMessageItem,
    Attachment,
    ClientToolCallItem,
    GeneratedImageItem,
    HiddenContextItem,
    SDKHiddenContextItem,
    StructuredInputAnswer,
    StructuredInputItem,
    Task,
    TaskItem,
    ThreadItem,
    UserMessageItem,
    UserMessageTagContent,
    WidgetItem,
    WorkflowItem,
)

__all__ = [
    "ANSWERS_TEXT",
    "HIDDEN_TEXT",
    "AnsweredCall",
    "AssistantText",
    "HistoryConverter",
    "HistoryEntry",
    "Note",
    "UserText",
    "answer_note",
    "answers_text",
    "widget_text",
]


FRAME_MARKUP = frozenset({"html", "csp", "permissions"})

HIDDEN_TEXT = "Context that the user does not see:\n<HiddenContext>\n{content}\n</HiddenContext>"
ANSWERS_TEXT = "The user was asked:\n<StructuredInput>\n{answers}\n</StructuredInput>"


@dataclass(frozen=True, slots=True)
class UserText:
    """The text of a message that the user wrote, and what is attached to it."""

    text: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class AssistantText:
    """The text of a message that the model wrote."""

    text: str


@dataclass(frozen=True, slots=True)
class AnsweredCall:
    """A client tool that the model called, and the page's answer as text."""

    call_id: str
    name: str
    arguments: dict[str, Any]
    answer: str


@dataclass(frozen=True, slots=True)
class Note:
    """A description of what was shown or hidden, in nobody's name. Models get it as a user's message."""

    text: str


HistoryEntry: TypeAlias = UserText | AssistantText | AnsweredCall | Note


class HistoryConverter:
    """Turns a thread's items into what a model reads; override a method to word its part otherwise.

    A method that returns None or the empty text leaves its part out. Pending client tool calls and thoughts
    are always left out. Every bridge maps these entries to its framework's messages.
    """

    def convert(self, items: Sequence[ThreadItem] | ThreadItem) -> list[HistoryEntry]:
        """Return the entries of items, oldest first."""
        items = items if isinstance(items, Sequence) else [items]
        return [entry for item in items for entry in self.convert_item(item)]

    def convert_item(self, item: ThreadItem) -> list[HistoryEntry]:
        """Return the entries of one item."""
        match item:
            case UserMessageItem():
                text, attachments = self.user_text(item), tuple(item.attachments)
                return [UserText(text, attachments)] if text or attachments else []
            case AssistantMessageItem():
                return [AssistantText(text)] if (text := self.assistant_text(item)) else []
            case ClientToolCallItem():
                if item.status != "completed":
                    return []
                return [AnsweredCall(item.call_id, item.name, item.arguments, answer_for_model(item))]
            case _:
                return [Note(note)] if (note := self.note(item)) else []

    def user_text(self, item: UserMessageItem) -> str:
        """Return a user's message: the quoted text, then the message."""
        parts = [self.tag_text(part) if part.type == "input_tag" else part.text for part in item.content]
        return "\n\n".join(text for text in (self.quotation(item), "".join(parts)) if text)

    async def user_content(self, entry: UserText) -> str | list[ModelFile | str]:
        """Return the text of a user's message, with its files if there are any that are no text."""
        attached = [await self.attachment_content(attachment) for attachment in entry.attachments]
        content = [_text_if_text(part) for part in (entry.text, *attached) if part]
        texts = [part for part in content if isinstance(part, str)]
        return "\n\n".join(texts) if len(texts) == len(content) else content

    async def attachment_content(self, attachment: Attachment) -> ModelFile | str | None:
        """Return what the model gets of an attachment: its file, or a text in place of it."""
        return await read_file(attachment)

    def quotation(self, item: UserMessageItem) -> str:
        """Return the text that a message quotes, as markdown."""
        return "\n".join(f"> {line}" for line in (item.quoted_text or "").splitlines())

    def tag_text(self, tag: UserMessageTagContent) -> str:
        """Return the text of a mention."""
        return f"@{tag.text}"

    def assistant_text(self, item: AssistantMessageItem) -> str:
        """Return the text of a message of the model."""
        return "".join(part.text for part in item.content)

    def note(self, item: ThreadItem) -> str | None:
        """Return the description of an item that is no message."""
        match item:
            case HiddenContextItem() | SDKHiddenContextItem():
                return self.hidden_note(item)
            case WidgetItem():
                return self.widget_note(item)
            case WorkflowItem():
                return None if item.workflow.type == "reasoning" else self.tasks_note(item.workflow.tasks)
            case TaskItem():
                return self.tasks_note([item.task])
            case GeneratedImageItem():
                return self.image_note(item)
            case StructuredInputItem():
                return self.answers_note(item)
            case _:
                return None

    def hidden_note(self, item: HiddenContextItem | SDKHiddenContextItem) -> str | None:
        """Return the description of context that only the model gets."""
        content = item.content if isinstance(item.content, str) else _json(item.content)
        return HIDDEN_TEXT.format(content=content) if content else None

    def widget_note(self, item: WidgetItem) -> str | None:
        """Return the description of a widget: its text for copying if it has one, or else its JSON."""
        note = f"{item.copy_text or widget_text(item)}{answer_note(item)}"
        return f"The user was shown this widget ({item.id}):\n<Widget>\n{note}\n</Widget>"

    def image_note(self, item: GeneratedImageItem) -> str | None:
        """Return the description of an image; a URL that contains the image itself is left out."""
        if item.image is None:
            return None
        url = "" if item.image.url.startswith("data:") else f": {item.image.url}"
        return f"The user was shown an image that you made{url}"

    def tasks_note(self, tasks: Sequence[Task]) -> str | None:
        """Return the description of steps that the user saw; a model's thoughts are no steps."""
        texts = [text for task in tasks if (text := self.task_text(task))]
        steps = "these steps" if len(tasks) > 1 else "this step"
        lines = [f"<Task>\n{text}\n</Task>" for text in texts]
        return "\n".join([f"The user was shown {steps}:", *lines]) if lines else None

    def task_text(self, task: Task) -> str:
        """Return the words of a step: its title, its content and its sources."""
        if task.type == "thought":
            return ""
        fields: dict[str, Any] = cast("BaseModel", task).model_dump(mode="json", exclude_none=True)
        words = [str(fields[name]) for name in ("title", "title_query", "content") if fields.get(name)]
        words += [str(source.get("url") or source.get("filename")) for source in fields.get("sources", [])]
        return ": ".join(words)

    def answers_note(self, item: StructuredInputItem) -> str | None:
        """Return the questions that the user was asked, with the answers so far."""
        return ANSWERS_TEXT.format(answers=answers_text(item))


def _text_if_text(part: ModelFile | str) -> ModelFile | str:
    return part.text if isinstance(part, ModelFile) and part.kind == "text" else part


def answers_text(item: StructuredInputItem) -> str:
    """Return the questions of an item with the answers so far, one a line."""
    return "\n".join(f"- {question.question}: {_answer(question.answer)}" for question in item.inputs)


def _answer(answer: StructuredInputAnswer | None) -> str:
    if answer is None:
        return "unanswered"
    return "skipped" if answer.skipped else ", ".join(answer.values)


def widget_text(item: WidgetItem) -> str:
    """Return a widget's JSON for a model; of a `Frame` it has the call and its result, not the HTML."""
    widget = _without_html(item.widget.model_dump(mode="json", exclude_unset=True, exclude_none=True))
    return json.dumps(widget, ensure_ascii=False, separators=(",", ":"))


def _without_html(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_html(each) for each in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    members = cast("dict[str, Any]", value)
    hidden = FRAME_MARKUP if members.get("type") == "Frame" else frozenset[str]()
    return {name: _without_html(each) for name, each in members.items() if name not in hidden}


def answer_note(item: WidgetItem) -> str:
    """Return what the user answered a widget with, to follow its description; empty without an answer."""
    if item.answer is None or item.answer.status != "answered":
        return ""
    return (
        f"\nThe user answered it with: {item.answer.model_dump_json(exclude={'status'}, exclude_none=True)}"
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
