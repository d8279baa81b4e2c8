"""What a thread consists of."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from turnstream.types.items.attachments import Attachment
from turnstream.types.items.messages import AssistantMessageContent, InferenceOptions, UserMessageContent
from turnstream.types.items.structured_inputs import StructuredInput
from turnstream.types.items.tasks import Task
from turnstream.types.items.workflows import Workflow
from turnstream.types.times import UtcDatetime
from turnstream.widgets import WidgetRoot


class ThreadItemBase(BaseModel):
    """What every item has; `created_at` is for showing, the order of items is the store's."""

    id: str
    thread_id: str
    created_at: UtcDatetime


class UserMessageItem(ThreadItemBase):
    """A person's message.

    {"id": "msg_1", "thread_id": "thr_1", "created_at": "2026-11-22T09:30:00Z", "type": "user_message",
    "content": [{"type": "input_text", "text": "Hi"}], "attachments": [], "inference_options": {}}
    """

    type: Literal["user_message"] = "user_message"
    content: list[UserMessageContent]
    attachments: list[Attachment] = Field(default_factory=list)
    quoted_text: str | None = None
    inference_options: InferenceOptions


class AssistantMessageItem(ThreadItemBase):
    """A message of the assistant.

    {"id": "msg_2", "thread_id": "thr_1", "created_at": "2026-11-22T09:30:02Z", "type": "assistant_message",
    "content": [{"annotations": [], "text": "Hello.", "type": "output_text"}]}
    """

    type: Literal["assistant_message"] = "assistant_message"
    content: list[AssistantMessageContent]


class ClientToolCallItem(ThreadItemBase):
    """A call of a tool that runs in the page; pending until the page has answered.

    With `confirm` the page asks the person first, in its own words (true) or these, and runs it if they
    agree.

    {"id": "tc_1", "thread_id": "thr_1", "created_at": "2026-11-22T09:30:03Z", "type": "client_tool_call",
    "status": "pending", "call_id": "call_1", "name": "read_form", "arguments": {}}
    """

    type: Literal["client_tool_call"] = "client_tool_call"
    status: Literal["pending", "completed"] = "pending"
    call_id: str
    name: str
    arguments: dict[str, Any]
    output: Any | None = None
    confirm: bool | str | None = None


class WidgetAnswer(BaseModel):
    """What came of a widget that a turn waits for; `type` and `payload` are those of the answering action.

    {"status": "answered", "type": "seat.pick", "payload": {"seat": "12A"}}
    """

    status: Literal["pending", "answered", "expired", "superseded"] = "pending"
    type: str | None = None
    payload: Any | None = None


class WidgetItem(ThreadItemBase):
    """A widget; `copy_text` is what the copy button gives for it.

    With `answer` the turn waits for one action of the widget, or has waited: once that is no longer pending,
    the widget takes no action.

    {"id": "msg_3", "thread_id": "thr_1", "created_at": "2026-11-22T09:30:04Z", "type": "widget",
    "widget": {"type": "Card", "children": [{"type": "Text", "value": "Seat 12A"}]}}
    """

    type: Literal["widget"] = "widget"
    widget: WidgetRoot
    copy_text: str | None = None
    answer: WidgetAnswer | None = None


class GeneratedImage(BaseModel):
    """An image that a model made, at a URL that the client may load."""

    id: str
    url: str


class GeneratedImageItem(ThreadItemBase):
    """An image that a model makes; without an image it is still being made.

    {"id": "msg_4", "thread_id": "thr_1", "created_at": "2026-11-22T09:30:05Z", "type": "generated_image",
    "image": {"id": "img_1", "url": "https://files.example/1.png"}}
    """

    type: Literal["generated_image"] = "generated_image"
    image: GeneratedImage | None = None


class StructuredInputItem(ThreadItemBase):
    """Questions to the person; while pending, they take the composer's place.

    {"id": "msg_5", "thread_id": "thr_1", "created_at": "2026-11-22T09:30:06Z", "type": "structured_input",
    "status": "pending", "inputs": [{"id": "q1", "question": "When?", "type": "freeform"}]}
    """

    type: Literal["structured_input"] = "structured_input"
    status: Literal["pending", "answered", "skipped"] = "pending"
    inputs: list[StructuredInput]


class TaskItem(ThreadItemBase):
    """A task that stands alone.

    {"id": "tsk_1", "thread_id": "thr_1", "created_at": "2026-11-22T09:30:07Z", "type": "task",
    "task": {"status_indicator": "none", "type": "custom", "title": "Saved"}}
    """

    type: Literal["task"] = "task"
    task: Task


class WorkflowItem(ThreadItemBase):
    """A workflow.

    {"id": "wf_1", "thread_id": "thr_1", "created_at": "2026-11-22T09:30:08Z", "type": "workflow",
    "workflow": {"type": "custom", "tasks": [], "expanded": false}}
    """

    type: Literal["workflow"] = "workflow"
    workflow: Workflow


class EndOfTurnItem(ThreadItemBase):
    """Says that the assistant's turn is over and the person may answer."""

    type: Literal["end_of_turn"] = "end_of_turn"


class HiddenContextItem(ThreadItemBase):
    """A note at its place in the thread for the model alone: it never reaches a client."""

    type: Literal["hidden_context_item"] = "hidden_context_item"
    content: Any


class SDKHiddenContextItem(ThreadItemBase):
    """A hidden note that turnstream itself leaves for the model, such as that the person pressed stop."""

    type: Literal["sdk_hidden_context"] = "sdk_hidden_context"
    content: str


ThreadItem = Annotated[
    UserMessageItem
    | AssistantMessageItem
    | ClientToolCallItem
    | WidgetItem
    | GeneratedImageItem
    | StructuredInputItem
    | WorkflowItem
    | TaskItem
    | HiddenContextItem
    | SDKHiddenContextItem
    | EndOfTurnItem,
    Field(discriminator="type"),
]
"""Any item, told apart by its type."""
