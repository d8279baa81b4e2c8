"""What each kind of request makes a turn do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from turnstream.eventlog.base import LeaseLostError
from turnstream.redaction import logger_of
from turnstream.server.client_tool_outputs import supersede_calls
from turnstream.server.erasure import delete_items_after
from turnstream.titles import clean_title
from turnstream.turns import thread_response
from turnstream.turns.closing import closing
from turnstream.turns.program import TurnProgram
from turnstream.turns.yielded import events_of
from turnstream.types import (
    Attachment,
    StreamOptionsEvent,
    StructuredInputItem,
    ThreadCreatedEvent,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)
from turnstream.types.durable import CallEndedEvent, TurnUndoneEvent, UndoingEffectEvent

if TYPE_CHECKING:
    from turnstream.server.base import ChatKitServer

__all__ = ["Act", "AddMessage", "AnswerQuestion", "Continue", "CreateThread", "RetryAnswer", "UndoChanges"]

logger = logger_of("turnstream.server")


@dataclass(kw_only=True, eq=False)
class _ServerProgram(TurnProgram):
    """Announces the turn with the options of its stream; asks the server for the response."""

    server: ChatKitServer[Any]
    thread: ThreadMetadata
    context: Any
    message_id: str | None = None
    announce: Sequence[CallEndedEvent] = ()
    """The calls that the request answered or passed over."""

    @property
    def shows_errors(self) -> bool:
        return self.server.shows_errors

    async def open(self) -> Sequence[BaseModel]:
        options = self.server.get_stream_options(
            self.thread, self.context
        )  # first: if it fails, nothing is stored
        return [*self.announce, *await self._begin(), StreamOptionsEvent(stream_options=options)]

    async def _begin(self) -> Sequence[BaseModel]:
        """Store what the turn starts from; return the events that say so."""
        return ()

    def respond(self) -> AsyncIterator[ThreadStreamEvent]:
        return self.server.respond(self.thread, None, self.context)

    async def cancelled(self, pending: list[ThreadItem]) -> None:
        await self.server.handle_stream_cancelled(self.thread, pending, self.context)


@dataclass(kw_only=True, eq=False)
class Continue(_ServerProgram):
    """Goes on with a response after the answer of a client tool, which is stored by now."""


@dataclass(kw_only=True, eq=False)
class _MessageProgram(_ServerProgram):
    """Answers a user message, and makes the thread's title beside it."""

    message: UserMessageItem

    def __post_init__(self) -> None:
        self.message_id = self.message.id
        self._makes_title = self.thread.title is None and self.server.makes_titles

    def respond(self) -> AsyncIterator[ThreadStreamEvent]:
        return self.server.respond(self.thread, self.message, self.context)

    def side_task(self) -> Coroutine[Any, Any, None] | None:
        return self._make_title() if self._makes_title else None

    async def _make_title(self) -> None:
        title = await self.server.make_title(self.thread, self.message, self.context)
        if title is not None and self.thread.title is None:
            self.thread.title = clean_title(title)


@dataclass(kw_only=True, eq=False)
class _NewMessageProgram(_MessageProgram):
    """Stores the message first."""

    attachments: Sequence[Attachment]

    async def _store_message(self) -> None:
        for attachment in self.attachments:
            await self.server.store.save_attachment(attachment, context=self.context)
        await self.server.store.add_thread_item(self.thread.id, self.message, context=self.context)


@dataclass(kw_only=True, eq=False)
class CreateThread(_NewMessageProgram):
    """Begins a thread with its first message."""

    async def _begin(self) -> Sequence[BaseModel]:
        await self.server.store.save_thread(self.thread, context=self.context)
        try:
            await self._store_message()
        except LeaseLostError:  # the process that took the turn over has looked after the thread
            raise
        except Exception:
            await self._drop_thread()
            raise
        return [
            ThreadCreatedEvent(thread=thread_response(self.thread)),
            ThreadItemDoneEvent(item=self.message),
        ]

    async def _drop_thread(self) -> None:
        """Take back a thread whose first message could not be stored: the history would show it empty."""
        try:
            await self.server.store.delete_thread(self.thread.id, context=self.context)
        except Exception:
            logger.exception("thread %s stays in the history without a message", self.thread.id)


@dataclass(kw_only=True, eq=False)
class AddMessage(_NewMessageProgram):
    """Adds a message to a thread; its pending client tool calls are over."""

    async def _begin(self) -> Sequence[BaseModel]:
        superseded = await supersede_calls(self.server, self.thread.id, self.context)
        try:
            await self._store_message()
        except LeaseLostError:  # then it was not stored
            raise
        except Exception:
            await self._take_back_message()
            raise
        return [*superseded, ThreadItemDoneEvent(item=self.message)]

    async def _take_back_message(self) -> None:
        """Delete a message that may have been stored all the same: who sends it again must not have it
        twice.
        """
        message = self.message
        try:
            await self.server.store.delete_thread_item(message.thread_id, message.id, context=self.context)
        except Exception:
            logger.exception(
                "message %s of thread %s may have been stored without a turn", message.id, message.thread_id
            )


@dataclass(kw_only=True, eq=False)
class RetryAnswer(_MessageProgram):
    """Answers a message again: deletes what came after it."""

    forgotten: Sequence[BaseModel]
    """The events that say that the former answer's state, such as undone, is no longer true."""

    async def _begin(self) -> Sequence[BaseModel]:
        superseded = await supersede_calls(self.server, self.thread.id, self.context)
        await delete_items_after(self.server, self.message, self.context)
        return [*superseded, *self.forgotten]


@dataclass(kw_only=True, eq=False)
class AnswerQuestion(_ServerProgram):
    """Stores the person's answer to a structured input, as the first event of the response."""

    answered: StructuredInputItem

    async def respond(self) -> AsyncIterator[ThreadStreamEvent]:
        yield ThreadItemReplacedEvent(item=self.answered)
        async with closing(events_of(super().respond(), "respond")) as events:
            async for event in events:
                yield event


@dataclass(kw_only=True, eq=False)
class Act(_ServerProgram):
    """Streams what the app's `action` does."""

    method = "action"

    events: AsyncIterator[ThreadStreamEvent]

    def respond(self) -> AsyncIterator[ThreadStreamEvent]:
        return self.events


@dataclass(kw_only=True, eq=False)
class UndoChanges(_ServerProgram):
    """Takes back, or makes again, what the answer to a message changed in the page.

    The turn appends all its events when it opens, so no reader sees a partial undo. The mark is the first of
    them: it says what the effects are.
    """

    message: UserMessageItem
    effects: Sequence[UndoingEffectEvent]
    is_undone: bool

    async def open(self) -> Sequence[BaseModel]:
        mark = TurnUndoneEvent(item_id=self.message.id, is_undone=self.is_undone)
        return [*await super().open(), mark, *self.effects]

    async def _begin(self) -> Sequence[BaseModel]:
        await self.server.handle_undo(self.thread, self.message, self.is_undone, self.context)
        return ()

    async def respond(self) -> AsyncIterator[ThreadStreamEvent]:
        for event in ():
            yield event
