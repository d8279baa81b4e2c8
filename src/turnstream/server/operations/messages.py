"""A user message: the first of a thread, the next one, or one to answer again."""

from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from turnstream.attachments.urls import MESSAGE
from turnstream.errors import InvalidRequestError, NotFoundError
from turnstream.eventlog.base import LeaseLostError
from turnstream.redaction import logger_of
from turnstream.server.checks import check_inference_options
from turnstream.server.context import RequestScope
from turnstream.server.erasure import delete_items_after
from turnstream.server.operations.client_tool_output import supersede_calls
from turnstream.server.operations.program import RequestProgram, open_thread, retained_entries
from turnstream.server.operations.uploads import check_complete
from turnstream.titles import clean_title, first_words
from turnstream.turns import TurnProgram, thread_response
from turnstream.turns.items.visibility import FIRST_WORDS
from turnstream.turns.snapshot import undone_of, unfinished_of
from turnstream.types import (
    Attachment,
    ThreadCreatedEvent,
    ThreadItemDoneEvent,
    ThreadMetadata,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsRetryAfterItemReq,
    ThreadStreamEvent,
    UserMessageInput,
    UserMessageItem,
)
from turnstream.types.durable import AnswerEndedEvent, TurnUndoneEvent

__all__ = ["plan_message", "plan_retry", "plan_thread", "stored_message"]

logger = logger_of("turnstream.server")


async def plan_thread(scope: RequestScope, request: ThreadsCreateReq, thread_id: str) -> TurnProgram:
    """Return the program that begins a thread with its first message."""
    thread = ThreadMetadata(id=thread_id, created_at=datetime.now(UTC))
    message, attachments = await _new_message(scope, thread, request.params.input)
    if not scope.hooks.makes_titles:
        _name(thread, message)
    return _CreateThread(scope=scope, thread=thread, message=message, attachments=attachments)


async def plan_message(scope: RequestScope, request: ThreadsAddUserMessageReq) -> TurnProgram:
    """Return the program that adds a message to a thread and answers it."""
    thread = await open_thread(scope, request.params.thread_id)
    message, attachments = await _new_message(scope, thread, request.params.input)
    return _AddMessage(scope=scope, thread=thread, message=message, attachments=attachments)


async def plan_retry(scope: RequestScope, request: ThreadsRetryAfterItemReq) -> TurnProgram:
    """Return the program that answers a message again."""
    thread = await open_thread(scope, request.params.thread_id)
    message = await stored_message(scope, thread, request.params.item_id)
    former = await _end_of_former_answer(scope, message)
    return _RetryAnswer(scope=scope, thread=thread, message=message, former=former)


async def stored_message(scope: RequestScope, thread: ThreadMetadata, item_id: str) -> UserMessageItem:
    """Return a user message of the thread.

    Raises:
        InvalidRequestError: the item is something else.
    """
    message = await scope.store.load_item(thread.id, item_id, context=scope.context)
    if not isinstance(message, UserMessageItem):
        raise InvalidRequestError(
            f"Item {message.id} is not a user message but {message.type}.", field="params.item_id"
        )
    return message


@dataclass(kw_only=True, eq=False)
class _AnswerMessage(RequestProgram):
    """Answers a user message, and makes the thread's title in a side task."""

    message: UserMessageItem

    def __post_init__(self) -> None:
        super().__post_init__()
        self.message_id = self.message.id
        self._makes_title = self.thread.title is None and self.scope.hooks.makes_titles

    def respond(self) -> AsyncIterator[ThreadStreamEvent]:
        return self.scope.hooks.respond(self.thread, self.message, self.context)

    def side_task(self) -> Coroutine[Any, Any, None] | None:
        return self._make_title() if self._makes_title else None

    async def _make_title(self) -> None:
        title = await self.scope.hooks.make_title(self.thread, self.message, self.context)
        if title is not None and self.thread.title is None:
            self.thread.title = clean_title(title)


@dataclass(kw_only=True, eq=False)
class _AnswerNewMessage(_AnswerMessage):
    """Stores the message first. `attachments` are those of the message, as they were before it."""

    attachments: Sequence[Attachment]

    async def _store_message(self) -> None:
        store = self.scope.store
        for attachment in self.attachments:
            await store.save_attachment(_attached(attachment, self.message), context=self.context)
        await store.add_thread_item(self.thread.id, self.message, context=self.context)

    async def _release_attachments(self) -> None:
        """Store the attachments as they were: another message may have them, or the sweep deletes them."""
        for attachment in self.attachments:
            await self.scope.store.save_attachment(attachment, context=self.context)


@dataclass(kw_only=True, eq=False)
class _CreateThread(_AnswerNewMessage):
    async def _begin(self) -> Sequence[BaseModel]:
        await self.scope.store.save_thread(self.thread, context=self.context)
        try:
            await self._store_message()
        except LeaseLostError:  # the process that took the turn over has looked after the thread
            raise
        except Exception:
            await self._delete_thread()
            raise
        return [
            ThreadCreatedEvent(thread=thread_response(self.thread)),
            ThreadItemDoneEvent(item=self.message),
        ]

    async def _delete_thread(self) -> None:
        """Delete a thread whose first message could not be stored: the history would show it empty."""
        try:
            await self.scope.store.delete_thread(self.thread.id, context=self.context)
            await self._release_attachments()
        except Exception:
            logger.exception("thread %s stays in the history without a message", self.thread.id)


@dataclass(kw_only=True, eq=False)
class _AddMessage(_AnswerNewMessage):
    """Ends the thread's pending client tool calls, since the user went on without them."""

    async def _begin(self) -> Sequence[BaseModel]:
        superseded = await supersede_calls(self.scope, self.thread.id)
        try:
            await self._store_message()
        except LeaseLostError:  # then it was not stored
            raise
        except Exception:
            await self._delete_message()
            raise
        return [*superseded, ThreadItemDoneEvent(item=self.message)]

    async def _delete_message(self) -> None:
        """Delete a message that may be stored despite the error, so that sending it again stores it once."""
        message = self.message
        try:
            await self.scope.store.delete_thread_item(message.thread_id, message.id, context=self.context)
            await self._release_attachments()
        except Exception:
            logger.exception(
                "message %s of thread %s may have been stored without a turn", message.id, message.thread_id
            )


@dataclass(kw_only=True, eq=False)
class _RetryAnswer(_AnswerMessage):
    """Deletes what follows the message."""

    former: Sequence[BaseModel]
    """The events that end the state of the former answer, such as that it is undone."""

    async def _begin(self) -> Sequence[BaseModel]:
        superseded = await supersede_calls(self.scope, self.thread.id)
        await delete_items_after(self.scope.services, self.message, self.context)
        return [*superseded, *self.former]


async def _new_message(
    scope: RequestScope, thread: ThreadMetadata, message: UserMessageInput
) -> tuple[UserMessageItem, list[Attachment]]:
    """Return the message to store, and its attachments as they are stored now."""
    check_inference_options(scope.services.settings, message.inference_options)
    attachments = [await _load_attachment(scope, attachment_id) for attachment_id in message.attachments]
    check_complete(scope.services, attachments)
    item = UserMessageItem(
        id=scope.store.generate_item_id("message", thread, scope.context),
        thread_id=thread.id,
        created_at=datetime.now(UTC),
        content=message.content,
        attachments=[each.model_copy(update={"thread_id": thread.id}) for each in attachments],
        quoted_text=message.quoted_text,
        inference_options=message.inference_options,
    )
    return item, attachments


def _attached(attachment: Attachment, message: UserMessageItem) -> Attachment:
    """Return the attachment as one of the message's thread, with the message's id if it is the first."""
    metadata = {key: value for key, value in (attachment.metadata or {}).items() if key != MESSAGE}
    if attachment.thread_id is None:
        metadata[MESSAGE] = message.id
    return attachment.model_copy(update={"thread_id": message.thread_id, "metadata": metadata or None})


def _name(thread: ThreadMetadata, message: UserMessageItem) -> None:
    """Name the thread by the first words of its message, until it has a title."""
    texts = (f"@{part.text}" if part.type == "input_tag" else part.text for part in message.content)
    words = first_words("".join(texts))
    if words is not None:
        thread.metadata = {FIRST_WORDS: words}


async def _end_of_former_answer(scope: RequestScope, message: UserMessageItem) -> list[BaseModel]:
    """Return the events that end an undone or failed state: it was that of the former answer."""
    retained = await retained_entries(scope, message.thread_id)
    events: list[BaseModel] = []
    if message.id in undone_of(retained):
        events.append(TurnUndoneEvent(item_id=message.id, is_undone=False, is_forgotten=True))
    if any(answer.item_id == message.id for answer in unfinished_of(retained)):
        events.append(AnswerEndedEvent(item_id=message.id, status="retried"))
    return events


async def _load_attachment(scope: RequestScope, attachment_id: str) -> Attachment:
    """Return an attachment of the caller.

    Raises:
        InvalidRequestError: there is none, as when it was swept while the message was a draft. It is no 404,
            which says that the thread is gone.
    """
    try:
        return await scope.store.load_attachment(attachment_id, context=scope.context)
    except NotFoundError as exc:
        raise InvalidRequestError(
            "A file of this message is no longer on the server: remove it, and add it again.",
            field="params.input.attachments",
        ) from exc
