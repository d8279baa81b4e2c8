"""What of a thread a client may see. Everything that a turn appends to its log passes `visible_event`."""

from pydantic import BaseModel

from turnstream.types import (
    HiddenContextItem,
    Page,
    SDKHiddenContextItem,
    Thread,
    ThreadCreatedEvent,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadMetadata,
    ThreadUpdatedEvent,
)

__all__ = ["FIRST_WORDS", "is_hidden", "thread_response", "visible_event"]

FIRST_WORDS = "turnstream.first_words"
"""The key in a thread's metadata of the words that name it while it has no title."""


def is_hidden(item: ThreadItem) -> bool:
    """Items that never leave the server."""
    return isinstance(item, (HiddenContextItem, SDKHiddenContextItem))


def thread_response(thread: ThreadMetadata, items: Page[ThreadItem] | None = None) -> Thread:
    """Return `thread` as the client may see it: without the app's metadata, with `items`, hidden ones left
    out.

    A thread without a title is named by the first words of its first message.
    """
    page = items or Page[ThreadItem]()
    visible = [item for item in page.data if not is_hidden(item)]
    return Thread(
        id=thread.id,
        title=thread.title or thread.metadata.get(FIRST_WORDS),
        created_at=thread.created_at,
        status=thread.status,
        allowed_image_domains=thread.allowed_image_domains,
        items=Page[ThreadItem](data=visible, has_more=page.has_more, after=page.after),
    )


def visible_event(event: BaseModel) -> BaseModel | None:
    """Return `event` as the client may see it, or None if it is about a hidden item."""
    match event:
        case ThreadItemAddedEvent() | ThreadItemDoneEvent() | ThreadItemReplacedEvent():
            return None if is_hidden(event.item) else event
        case ThreadCreatedEvent() | ThreadUpdatedEvent():
            return event.model_copy(update={"thread": thread_response(event.thread, event.thread.items)})
        case _:
            return event
