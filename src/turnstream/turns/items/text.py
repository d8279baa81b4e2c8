"""Stream text: the one kind of event that is nearly all the traffic."""

from collections.abc import AsyncIterable, AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from turnstream.store import StoreItemType, default_generate_id
from turnstream.turns.closing import closing
from turnstream.turns.items.item_state import OpenItem
from turnstream.types import (
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
)
from turnstream.wire.frames import TextDeltaEncoder

__all__ = ["TextPart", "shown", "stream_text", "text_delta"]


PIECES = "give it what an `async def` that yields str returns"


def shown(value: Any) -> str:
    """Return a value and its type as messages to developers show them."""
    text = repr(value)
    return f"{text if len(text) <= 60 else text[:60] + '…'} ({type(value).__name__})"


def text_delta(item_id: str, content_index: int, delta: str) -> ThreadItemUpdatedEvent:
    """Return the event that appends `delta` to a part of an assistant's message."""
    update = AssistantMessageContentPartTextDelta(content_index=content_index, delta=delta)
    return ThreadItemUpdatedEvent(item_id=item_id, update=update)


async def stream_text(
    thread: ThreadMetadata,
    tokens: AsyncIterator[str],
    *,
    generate_id: Callable[[StoreItemType], str] = default_generate_id,
) -> AsyncIterator[ThreadStreamEvent]:
    """Yield the events of one assistant message whose text is `tokens`, in pieces of any size.

    The cheapest way to stream, for any model: `async for event in stream_text(thread, tokens): yield event`.
    `tokens` is closed with this generator.

    Raises:
        TypeError: `tokens` is no async iterator, or gives something else than text; the message says the
            remedy.
    """
    if not isinstance(tokens, AsyncIterable):  # pyright: ignore[reportUnnecessaryIsInstance]  # apps err
        raise TypeError(f"stream_text() takes an async iterator of str, not {shown(tokens)}: {PIECES}")
    item_id = generate_id("message")
    item = AssistantMessageItem(id=item_id, thread_id=thread.id, created_at=datetime.now(UTC), content=[])
    yield ThreadItemAddedEvent(item=item)
    part = AssistantMessageContentPartAdded(content_index=0, content=AssistantMessageContent(text=""))
    yield ThreadItemUpdatedEvent(item_id=item_id, update=part)
    pieces: list[str] = []
    async with closing(tokens):
        async for token in tokens:
            if not isinstance(token, str):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise TypeError(f"stream_text() takes pieces of text, not {shown(token)}: yield str only")
            pieces.append(token)
            yield text_delta(item_id, 0, token)
    content = AssistantMessageContent(text="".join(pieces))
    done = AssistantMessageContentPartDone(content_index=0, content=content)
    yield ThreadItemUpdatedEvent(item_id=item_id, update=done)
    yield ThreadItemDoneEvent(item=item.model_copy(update={"content": [content]}))


class TextPart:
    """The text part that is being written: its unsent text, and where it goes."""

    __slots__ = ("_encoder", "_item", "content_index", "is_begun", "item_id", "unsent")

    def __init__(self, item: OpenItem, item_id: str, content_index: int) -> None:
        self.item_id = item_id
        self.content_index = content_index
        self.unsent: list[str] = []
        self.is_begun = False
        self._item = item
        self._encoder = TextDeltaEncoder(item_id, content_index)

    def flush(self) -> bytes:
        """Return the frame of all unsent text, as one delta, and apply it to the item."""
        text = "".join(self.unsent)
        self.unsent.clear()
        self._item.append_text(self.content_index, text)
        return self._encoder.frame(text)
