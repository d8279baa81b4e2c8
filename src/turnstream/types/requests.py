"""What a client asks for: `{"type", "params", "metadata"?}`."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter
from typing_extensions import TypeIs

from turnstream.actions import Action
from turnstream.types.items.messages import UserMessageInput
from turnstream.types.items.structured_inputs import StructuredInputSubmission
from turnstream.types.items.thread_items import ThreadItem

FeedbackKind = Literal["positive", "negative"]
"""A thumb up or down."""


class BaseReq(BaseModel):
    """What every request has; `metadata` is whatever the page adds."""

    metadata: dict[str, Any] = Field(default_factory=dict)


class ThreadGetByIdParams(BaseModel):
    """Which thread to fetch."""

    thread_id: str


class ThreadsGetByIdReq(BaseReq):
    """Asks for a thread and its first items.

    {"type": "threads.get_by_id", "params": {"thread_id": "thr_1"}}
    """

    type: Literal["threads.get_by_id"] = "threads.get_by_id"
    params: ThreadGetByIdParams


class ThreadCreateParams(BaseModel):
    """The message that opens a thread."""

    input: UserMessageInput


class ThreadsCreateReq(BaseReq):
    """Opens a thread with a message and streams the response.

    {"type": "threads.create", "params": {"input": {"content": [{"type": "input_text", "text": "Hi"}],
    "attachments": [], "inference_options": {}}}}
    """

    type: Literal["threads.create"] = "threads.create"
    params: ThreadCreateParams


class ThreadListParams(BaseModel):
    """Which page of the threads."""

    limit: int | None = None
    order: Literal["asc", "desc"] = "desc"
    after: str | None = None


class ThreadsListReq(BaseReq):
    """Asks for a page of the person's threads.

    {"type": "threads.list", "params": {"limit": 20, "order": "desc", "after": "thr_1"}}
    """

    type: Literal["threads.list"] = "threads.list"
    params: ThreadListParams


class ThreadAddUserMessageParams(BaseModel):
    """A message and the thread it is for."""

    input: UserMessageInput
    thread_id: str


class ThreadsAddUserMessageReq(BaseReq):
    """Adds a message to a thread and streams the response.

    {"type": "threads.add_user_message", "params": {"thread_id": "thr_1", "input": {
    "content": [{"type": "input_text", "text": "Hi"}], "attachments": [], "inference_options": {}}}}
    """

    type: Literal["threads.add_user_message"] = "threads.add_user_message"
    params: ThreadAddUserMessageParams


class ThreadAddClientToolOutputParams(BaseModel):
    """What a client tool returned."""

    thread_id: str
    result: Any


class ThreadsAddClientToolOutputReq(BaseReq):
    """Answers the pending client tool call and streams how the response goes on.

    {"type": "threads.add_client_tool_output", "params": {"thread_id": "thr_1", "result": {"ok": true}}}
    """

    type: Literal["threads.add_client_tool_output"] = "threads.add_client_tool_output"
    params: ThreadAddClientToolOutputParams


class ThreadAddStructuredInputParams(BaseModel):
    """The answers to the questions of one item."""

    thread_id: str
    item_id: str
    input: StructuredInputSubmission


class ThreadsAddStructuredInputReq(BaseReq):
    """Answers or skips pending questions and streams the response.

    {"type": "threads.add_structured_input", "params": {"thread_id": "thr_1", "item_id": "msg_5",
    "input": {"status": "answered", "answers": {"q1": {"values": ["Aisle"]}}}}}
    """

    type: Literal["threads.add_structured_input"] = "threads.add_structured_input"
    params: ThreadAddStructuredInputParams


class ThreadCustomActionParams(BaseModel):
    """An action, and the widget it comes from where it comes from one."""

    thread_id: str
    item_id: str | None = None
    action: Action[str, Any]


class ThreadsCustomActionReq(BaseReq):
    """Runs an action and streams what it does.

    {"type": "threads.custom_action", "params": {"thread_id": "thr_1", "item_id": "msg_3",
    "action": {"type": "order.cancel", "payload": {"id": 7}}}}
    """

    type: Literal["threads.custom_action"] = "threads.custom_action"
    params: ThreadCustomActionParams


class ThreadsSyncCustomActionReq(BaseReq):
    """Runs an action and answers at once with the item it changed.

    {"type": "threads.sync_custom_action", "params": {"thread_id": "thr_1", "item_id": "msg_3",
    "action": {"type": "seat.pick", "payload": "12A"}}}
    """

    type: Literal["threads.sync_custom_action"] = "threads.sync_custom_action"
    params: ThreadCustomActionParams


class SyncCustomActionResponse(BaseModel):
    """The answer to a synchronous action: the item as it is now, if it changed."""

    updated_item: ThreadItem | None = None


class ThreadRetryAfterItemParams(BaseModel):
    """The message to answer again."""

    thread_id: str
    item_id: str


class ThreadsRetryAfterItemReq(BaseReq):
    """Deletes what follows a message and streams a new response to it.

    {"type": "threads.retry_after_item", "params": {"thread_id": "thr_1", "item_id": "msg_1"}}
    """

    type: Literal["threads.retry_after_item"] = "threads.retry_after_item"
    params: ThreadRetryAfterItemParams


class ItemFeedbackParams(BaseModel):
    """Which items, and the thumb's direction."""

    thread_id: str
    item_ids: list[str]
    kind: FeedbackKind


class ItemsFeedbackReq(BaseReq):
    """Rates items.

    {"type": "items.feedback", "params": {"thread_id": "thr_1", "item_ids": ["msg_2"], "kind": "positive"}}
    """

    type: Literal["items.feedback"] = "items.feedback"
    params: ItemFeedbackParams


class AttachmentDeleteParams(BaseModel):
    """Which attachment to delete."""

    attachment_id: str


class AttachmentsDeleteReq(BaseReq):
    """Deletes an attachment.

    {"type": "attachments.delete", "params": {"attachment_id": "atc_1"}}
    """

    type: Literal["attachments.delete"] = "attachments.delete"
    params: AttachmentDeleteParams


class AttachmentCreateParams(BaseModel):
    """What is about to be uploaded; `size` is in bytes."""

    name: str
    size: int
    mime_type: str


class AttachmentsCreateReq(BaseReq):
    """Announces a file and asks where to upload it.

    {"type": "attachments.create", "params": {"name": "a.csv", "size": 12, "mime_type": "text/csv"}}
    """

    type: Literal["attachments.create"] = "attachments.create"
    params: AttachmentCreateParams


class InputTranscribeParams(BaseModel):
    """Recorded speech; `mime_type` may carry parameters: `audio/webm;codecs=opus`."""

    audio_base64: str
    mime_type: str


class InputTranscribeReq(BaseReq):
    """Asks what was said.

    {"type": "input.transcribe", "params": {"audio_base64": "AAAA", "mime_type": "audio/webm;codecs=opus"}}
    """

    type: Literal["input.transcribe"] = "input.transcribe"
    params: InputTranscribeParams


class ItemsListParams(BaseModel):
    """Which page of a thread's items."""

    thread_id: str
    limit: int | None = None
    order: Literal["asc", "desc"] = "desc"
    after: str | None = None


class ItemsListReq(BaseReq):
    """Asks for a page of a thread's items.

    {"type": "items.list", "params": {"thread_id": "thr_1", "limit": 20, "order": "desc", "after": "msg_1"}}
    """

    type: Literal["items.list"] = "items.list"
    params: ItemsListParams


class ThreadUpdateParams(BaseModel):
    """A thread's new title."""

    thread_id: str
    title: str


class ThreadsUpdateReq(BaseReq):
    """Renames a thread.

    {"type": "threads.update", "params": {"thread_id": "thr_1", "title": "Refund"}}
    """

    type: Literal["threads.update"] = "threads.update"
    params: ThreadUpdateParams


class ThreadDeleteParams(BaseModel):
    """Which thread to delete."""

    thread_id: str


class ThreadsDeleteReq(BaseReq):
    """Deletes a thread and its items.

    {"type": "threads.delete", "params": {"thread_id": "thr_1"}}
    """

    type: Literal["threads.delete"] = "threads.delete"
    params: ThreadDeleteParams


StreamingReq = (
    ThreadsCreateReq
    | ThreadsAddUserMessageReq
    | ThreadsAddClientToolOutputReq
    | ThreadsAddStructuredInputReq
    | ThreadsRetryAfterItemReq
    | ThreadsCustomActionReq
)
"""A request that is answered by a stream."""

NonStreamingReq = (
    ThreadsGetByIdReq
    | ThreadsListReq
    | ItemsListReq
    | ItemsFeedbackReq
    | AttachmentsCreateReq
    | AttachmentsDeleteReq
    | ThreadsUpdateReq
    | ThreadsDeleteReq
    | InputTranscribeReq
    | ThreadsSyncCustomActionReq
)
"""A request that is answered by one JSON document."""

ChatKitReq = Annotated[StreamingReq | NonStreamingReq, Field(discriminator="type")]
"""Any request, told apart by its type."""

CHATKIT_REQUEST: TypeAdapter[StreamingReq | NonStreamingReq] = TypeAdapter(ChatKitReq)
"""Parses any request; made once, because making one takes milliseconds."""


def is_streaming_req(request: StreamingReq | NonStreamingReq) -> TypeIs[StreamingReq]:
    """Whether the answer to `request` is a stream."""
    return isinstance(request, StreamingReq)
