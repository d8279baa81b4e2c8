"""How an item changes while it streams."""

from typing import Literal

from pydantic import BaseModel

from turnstream.types.items.messages import Annotation, AssistantMessageContent
from turnstream.types.items.tasks import Task
from turnstream.types.items.thread_items import GeneratedImage
from turnstream.widgets import WidgetComponent, WidgetRoot


class AssistantMessageContentPartAdded(BaseModel):
    """A part of an assistant's message begins.

    {"type": "assistant_message.content_part.added", "content_index": 0,
    "content": {"annotations": [], "text": "", "type": "output_text"}}
    """

    type: Literal["assistant_message.content_part.added"] = "assistant_message.content_part.added"
    content_index: int
    content: AssistantMessageContent


class AssistantMessageContentPartTextDelta(BaseModel):
    """A part of an assistant's message grows by `delta`.

    {"type": "assistant_message.content_part.text_delta", "content_index": 0, "delta": "Hel"}
    """

    type: Literal["assistant_message.content_part.text_delta"] = "assistant_message.content_part.text_delta"
    content_index: int
    delta: str


class AssistantMessageContentPartAnnotationAdded(BaseModel):
    """An annotation is inserted at `annotation_index` among those of its part.

    {"type": "assistant_message.content_part.annotation_added", "content_index": 0, "annotation_index": 0,
    "annotation": {"type": "annotation", "source": {"type": "file", "title": "Terms", "filename":
    "terms.pdf"}}}
    """

    type: Literal["assistant_message.content_part.annotation_added"] = (
        "assistant_message.content_part.annotation_added"
    )
    content_index: int
    annotation_index: int
    annotation: Annotation


class AssistantMessageContentPartDone(BaseModel):
    """A part of an assistant's message is complete, and is `content` from here on.

    {"type": "assistant_message.content_part.done", "content_index": 0,
    "content": {"annotations": [], "text": "Hello.", "type": "output_text"}}
    """

    type: Literal["assistant_message.content_part.done"] = "assistant_message.content_part.done"
    content_index: int
    content: AssistantMessageContent


class WidgetStreamingTextValueDelta(BaseModel):
    """The value of a widget's text component grows by `delta`.

    {"type": "widget.streaming_text.value_delta", "component_id": "body", "delta": "Hel", "done": false}
    """

    type: Literal["widget.streaming_text.value_delta"] = "widget.streaming_text.value_delta"
    component_id: str
    delta: str
    done: bool


class WidgetRootUpdated(BaseModel):
    """The whole widget is replaced.

    {"type": "widget.root.updated", "widget": {"type": "Card", "children": []}}
    """

    type: Literal["widget.root.updated"] = "widget.root.updated"
    widget: WidgetRoot


class WidgetComponentUpdated(BaseModel):
    """One component of a widget is replaced.

    {"type": "widget.component.updated", "component_id": "seat", "component": {"type": "Text",
      "value": "12A"}}
    """

    type: Literal["widget.component.updated"] = "widget.component.updated"
    component_id: str
    component: WidgetComponent


class WorkflowTaskAdded(BaseModel):
    """A workflow gets one more task.

    {"type": "workflow.task.added", "task_index": 0, "task": {"type": "thought", "content": "Compare"}}
    """

    type: Literal["workflow.task.added"] = "workflow.task.added"
    task_index: int
    task: Task


class WorkflowTaskUpdated(BaseModel):
    """A workflow's task is replaced.

    {"type": "workflow.task.updated", "task_index": 0, "task": {"type": "thought",
      "content": "Compare fares"}}
    """

    type: Literal["workflow.task.updated"] = "workflow.task.updated"
    task_index: int
    task: Task


class GeneratedImageUpdated(BaseModel):
    """An image is replaced by a better one; `progress` runs from 0 to 1.

    {"type": "generated_image.updated", "image": {"id": "img_1", "url": "https://files.example/1.png"},
      "progress": 0.5}
    """

    type: Literal["generated_image.updated"] = "generated_image.updated"
    image: GeneratedImage
    progress: float | None = None


ThreadItemUpdate = (
    AssistantMessageContentPartAdded
    | AssistantMessageContentPartTextDelta
    | AssistantMessageContentPartAnnotationAdded
    | AssistantMessageContentPartDone
    | WidgetStreamingTextValueDelta
    | WidgetComponentUpdated
    | WidgetRootUpdated
    | WorkflowTaskAdded
    | WorkflowTaskUpdated
    | GeneratedImageUpdated
)
"""Any change of an item."""
