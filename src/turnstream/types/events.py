"""What a response streams to its readers. On the wire each event is one frame, without its nulls."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, overload

from pydantic import AliasChoices, BaseModel, Field

from turnstream.errors import ErrorCode
from turnstream.icons import IconName
from turnstream.types.items.thread_items import ThreadItem
from turnstream.types.threads import Thread
from turnstream.types.updates import ThreadItemUpdate


class ThreadCreatedEvent(BaseModel):
    """The thread exists now; its items follow as events of their own.

    {"type": "thread.created", "thread": {"id": "thr_1", "created_at": "2026-11-22T09:30:00Z",
    "status": {"type": "active"}, "items": {"data": [], "has_more": false}}}
    """

    type: Literal["thread.created"] = "thread.created"
    thread: Thread


class ThreadUpdatedEvent(BaseModel):
    """The thread's title, status or image domains changed; it carries no items, and means none are gone.

    {"type": "thread.updated", "thread": {"id": "thr_1", "title": "Refund",
      "created_at": "2026-11-22T09:30:00Z",
    "status": {"type": "active"}, "items": {"data": [], "has_more": false}}}
    """

    type: Literal["thread.updated"] = "thread.updated"
    thread: Thread


class ThreadItemAddedEvent(BaseModel):
    """An item begins; it is stored when it is done.

    {"type": "thread.item.added", "item": {"id": "msg_2", "thread_id": "thr_1",
    "created_at": "2026-11-22T09:30:02Z", "type": "assistant_message", "content": []}}
    """

    type: Literal["thread.item.added"] = "thread.item.added"
    item: ThreadItem


class ThreadItemUpdatedEvent(BaseModel):
    """An item changes.

    {"type": "thread.item.updated", "item_id": "msg_2",
    "update": {"type": "assistant_message.content_part.text_delta", "content_index": 0, "delta": "Hel"}}
    """

    type: Literal["thread.item.updated"] = "thread.item.updated"
    item_id: str
    update: ThreadItemUpdate


ThreadItemUpdated = ThreadItemUpdatedEvent
"""The same event under its older name."""


class ThreadItemDoneEvent(BaseModel):
    """An item is complete and stored; one with a known id takes that one's place.

    {"type": "thread.item.done", "item": {"id": "msg_2", "thread_id": "thr_1",
    "created_at": "2026-11-22T09:30:02Z", "type": "assistant_message",
    "content": [{"annotations": [], "text": "Hello.", "type": "output_text"}]}}
    """

    type: Literal["thread.item.done"] = "thread.item.done"
    item: ThreadItem


class ThreadItemRemovedEvent(BaseModel):
    """An item is deleted.

    {"type": "thread.item.removed", "item_id": "msg_2"}
    """

    type: Literal["thread.item.removed"] = "thread.item.removed"
    item_id: str


class ThreadItemReplacedEvent(BaseModel):
    """A stored item is another one from here on, at the same place.

    {"type": "thread.item.replaced", "item": {"id": "msg_2", "thread_id": "thr_1",
    "created_at": "2026-11-22T09:30:02Z", "type": "assistant_message", "content": []}}
    """

    type: Literal["thread.item.replaced"] = "thread.item.replaced"
    item: ThreadItem


class StreamOptions(BaseModel):
    """What the client may do while the response streams; `allow_cancel` shows the stop button."""

    allow_cancel: bool


class StreamOptionsEvent(BaseModel):
    """Sets the options of this stream.

    {"type": "stream_options", "stream_options": {"allow_cancel": true}}
    """

    type: Literal["stream_options"] = "stream_options"
    stream_options: StreamOptions


class ProgressUpdateEvent(BaseModel):
    """One passing line of progress, replaced by the next and never stored.

    Its text may be given as `text` or as `message`; `text` wins, and is what is sent.

    {"type": "progress_update", "icon": "search", "text": "Searching 12 airlines"}
    """

    type: Literal["progress_update"] = "progress_update"
    icon: IconName | None = None
    text: str = Field(validation_alias=AliasChoices("text", "message"))

    if TYPE_CHECKING:

        @overload
        def __init__(
            self, *, text: str, icon: IconName | None = None, type: Literal["progress_update"] = ...
        ) -> None: ...
        @overload
        def __init__(
            self, *, message: str, icon: IconName | None = None, type: Literal["progress_update"] = ...
        ) -> None: ...
        def __init__(self, **data: Any) -> None: ...


class ClientEffectEvent(BaseModel):
    """Tells the page to do something once, such as to switch its theme; nothing is answered.

    A page that is loaded later runs it again according to `replay`: not at all ("skip", the default), only
    the newest of its name and `key` ("latest"), or in its place among all others ("all").

    {"type": "client_effect", "name": "update_status", "data": {"state": {"energy": 80}}, "replay": "latest"}
    """

    type: Literal["client_effect"] = "client_effect"
    name: str
    data: dict[str, Any] = Field(default_factory=dict)
    replay: Literal["skip", "latest", "all"] | None = None
    key: str | None = None


class LockEvent(BaseModel):
    """Sets which regions of the page this response locks from here on, by the names in the page's option
    `locks`.

    A turn begins with all of them locked: `[]` releases the page before the turn is over, None locks all
    again. Pages with the official element do not get it.

    {"type": "turnstream.lock", "regions": ["map"]}
    """

    type: Literal["turnstream.lock"] = "turnstream.lock"
    regions: list[str] | None = None


class ErrorEvent(BaseModel):
    """The response failed. With a `message` that is shown, without one the client's own words for the code.

    The codes are not a closed list. Official clients get one that they do not know as `custom`.

    {"type": "error", "code": "stream.error", "allow_retry": true}
    """

    type: Literal["error"] = "error"
    code: ErrorCode | Literal["custom"] | str = Field(default="custom")
    message: str | None = None
    allow_retry: bool = Field(default=False)


class NoticeEvent(BaseModel):
    """Something the person should know, in markdown.

    {"type": "notice", "level": "warning", "message": "Two questions are left today. [More](https://example.com)"}
    """

    type: Literal["notice"] = "notice"
    level: Literal["info", "warning", "danger"]
    message: str
    title: str | None = None


ThreadStreamEvent = Annotated[
    ThreadCreatedEvent
    | ThreadUpdatedEvent
    | ThreadItemDoneEvent
    | ThreadItemAddedEvent
    | ThreadItemUpdatedEvent
    | ThreadItemRemovedEvent
    | ThreadItemReplacedEvent
    | StreamOptionsEvent
    | ProgressUpdateEvent
    | ClientEffectEvent
    | LockEvent
    | ErrorEvent
    | NoticeEvent,
    Field(discriminator="type"),
]
"""Any event of a stream, told apart by its type."""
