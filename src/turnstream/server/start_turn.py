"""The operations that start a turn: what each checks, and the program that it starts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, assert_never

from pydantic import BaseModel

from turnstream.errors import ConflictError, InvalidRequestError
from turnstream.eventlog.base import RequestKey, RetainedEntry
from turnstream.server.checks import check_accepts_input, check_inference_options
from turnstream.server.json_operations import sender_of
from turnstream.server.programs import (
    Act,
    AddMessage,
    AnswerQuestion,
    Continue,
    CreateThread,
    RetryAnswer,
    UndoChanges,
)
from turnstream.server.structured_input import answered
from turnstream.titles import first_words
from turnstream.turns import Turn, TurnProgram
from turnstream.turns.answered import newest_message_id
from turnstream.turns.snapshot import effect_names_of, undone_of, unfinished_of
from turnstream.turns.visibility import FIRST_WORDS
from turnstream.types import (
    Attachment,
    StreamingReq,
    StructuredInputItem,
    ThreadMetadata,
    ThreadsAddClientToolOutputReq,
    ThreadsAddStructuredInputReq,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsCustomActionReq,
    ThreadsRetryAfterItemReq,
    UserMessageInput,
    UserMessageItem,
)
from turnstream.types.durable import (
    AnswerEndedEvent,
    CallEndedEvent,
    TurnsUndoReq,
    TurnUndoneEvent,
    UndoingEffectEvent,
)

if TYPE_CHECKING:
    from turnstream.server.base import ChatKitServer

__all__ = ["start_turn"]

_ThreadReq = (
    ThreadsAddUserMessageReq
    | ThreadsAddClientToolOutputReq
    | ThreadsAddStructuredInputReq
    | ThreadsRetryAfterItemReq
    | ThreadsCustomActionReq
    | TurnsUndoReq
)


async def start_turn(
    server: ChatKitServer[Any],
    request: StreamingReq | TurnsUndoReq,
    context: Any,
    *,
    key: RequestKey | None = None,
    announce: Sequence[CallEndedEvent] = (),
) -> Turn:
    """Check `request` and start its turn. No other turn of the thread can begin or end between the two.

    Raises:
        ThreadBusyError: a turn of this thread is running.
        KnownRequestError: this request started a turn before.
    """
    planner = _Planner(server, context, announce)
    owner = server.owner_of(context) or ""
    if isinstance(request, ThreadsCreateReq):
        thread_id = server.store.generate_thread_id(context)
        return await server.turns.start(
            thread_id, lambda: planner.create_thread(request, thread_id), owner=owner, request=key
        )
    thread_id = request.params.thread_id
    await server.store.load_thread(thread_id, context=context)  # whose it is
    async with server.turns.lock(thread_id):
        return await server.turns.start(
            thread_id,
            lambda: planner.plan(request),
            owner=owner,
            request=key,
            is_continuation=isinstance(request, ThreadsAddClientToolOutputReq),
        )


class _Planner:
    """Checks a request against its thread, and makes the program. It writes nothing."""

    def __init__(self, server: ChatKitServer[Any], context: Any, announce: Sequence[CallEndedEvent]) -> None:
        self._server = server
        self._store = server.store
        self._context = context
        self._announce = announce

    async def plan(self, request: _ThreadReq) -> TurnProgram:
        match request:
            case ThreadsAddUserMessageReq():
                return await self.add_user_message(request)
            case ThreadsAddClientToolOutputReq():
                return await self.continue_response(request)
            case ThreadsAddStructuredInputReq():
                return await self.add_structured_input(request)
            case ThreadsRetryAfterItemReq():
                return await self.retry_after_item(request)
            case ThreadsCustomActionReq():
                return await self.custom_action(request)
            case TurnsUndoReq():
                return await self.undo(request)
            case _:
                assert_never(request)

    async def create_thread(self, request: ThreadsCreateReq, thread_id: str) -> TurnProgram:
        thread = ThreadMetadata(id=thread_id, created_at=datetime.now(UTC))
        message, attachments = await self._user_message(thread, request.params.input)
        if not self._server.makes_titles:
            _name(thread, message)
        return CreateThread(**self._of(thread), message=message, attachments=attachments)

    async def add_user_message(self, request: ThreadsAddUserMessageReq) -> TurnProgram:
        thread = await self._open_thread(request.params.thread_id)
        message, attachments = await self._user_message(thread, request.params.input)
        return AddMessage(**self._of(thread), message=message, attachments=attachments)

    async def continue_response(self, request: ThreadsAddClientToolOutputReq) -> TurnProgram:
        thread = await self._thread(request.params.thread_id)
        message_id = await self._newest_message(thread)
        return Continue(**self._of(thread), message_id=message_id)

    async def add_structured_input(self, request: ThreadsAddStructuredInputReq) -> TurnProgram:
        params = request.params
        thread = await self._open_thread(params.thread_id)
        item = await self._store.load_item(thread.id, params.item_id, context=self._context)
        if not isinstance(item, StructuredInputItem):
            raise InvalidRequestError(
                f"Item {item.id} is not a structured input but {item.type}.", field="params.item_id"
            )
        message_id = await self._newest_message(thread)
        return AnswerQuestion(
            **self._of(thread), message_id=message_id, answered=answered(item, params.input)
        )

    async def retry_after_item(self, request: ThreadsRetryAfterItemReq) -> TurnProgram:
        params = request.params
        thread = await self._open_thread(params.thread_id)
        message = await self._stored_message(thread, params.item_id)
        return RetryAnswer(
            **self._of(thread), message=message, forgotten=await self._forgotten_answer(message)
        )

    async def custom_action(self, request: ThreadsCustomActionReq) -> TurnProgram:
        params = request.params
        thread = await self._open_thread(params.thread_id)
        sender = await sender_of(self._server, params, self._context)
        # Called here, not in the turn: a server without action() refuses the request instead of starting a
        # turn.
        events = self._server.action(thread, params.action, sender, self._context)
        return Act(**self._of(thread), message_id=await self._newest_message(thread), events=events)

    async def undo(self, request: TurnsUndoReq) -> TurnProgram:
        """Plan an undo, or a redo.

        Raises:
            ConflictError: the changes are undone already, or are to be done again and are not undone; or an
                effect has, or is the inverse of one with, a name that no answer of the thread has made.
        """
        params = request.params
        thread = await self._thread(params.thread_id)
        message = await self._stored_message(thread, params.item_id)
        effects = [
            UndoingEffectEvent(
                name=effect.name,
                data=effect.data,
                replay=effect.replay,
                key=effect.key,
                of=effect.of or effect.name,
            )
            for effect in params.effects
        ]
        retained = await self._retained(thread.id)
        unknown = {effect.of or effect.name for effect in params.effects} - effect_names_of(retained)
        if unknown:
            raise ConflictError(
                f"No answer of this thread has made the effect {min(unknown)[:100]!r}, so it cannot be "
                "undone.",
                code="not_undoable",
            )
        is_undone = message.id in undone_of(retained)
        if is_undone and params.is_undone and not params.is_again:
            raise ConflictError("These changes are already undone.")
        if not is_undone and not params.is_undone:
            raise ConflictError("These changes are not undone.")
        return UndoChanges(**self._of(thread), message=message, effects=effects, is_undone=params.is_undone)

    def _of(self, thread: ThreadMetadata) -> dict[str, Any]:
        """Return the arguments that every program takes."""
        return {
            "server": self._server,
            "thread": thread,
            "context": self._context,
            "announce": self._announce,
        }

    async def _forgotten_answer(self, message: UserMessageItem) -> list[BaseModel]:
        """What was undone, or failed, is the former answer; the next one begins anew."""
        retained = await self._retained(message.thread_id)
        forgotten: list[BaseModel] = []
        if message.id in undone_of(retained):
            forgotten.append(TurnUndoneEvent(item_id=message.id, is_undone=False, is_forgotten=True))
        if any(answer.item_id == message.id for answer in unfinished_of(retained)):
            forgotten.append(AnswerEndedEvent(item_id=message.id, status="retried"))
        return forgotten

    async def _retained(self, thread_id: str) -> list[RetainedEntry]:
        log = self._server.turns.log
        newest = await log.newest(thread_id)
        return [] if newest is None else list((await log.retained(thread_id, newest.last_seq)).values())

    async def _newest_message(self, thread: ThreadMetadata) -> str | None:
        return await newest_message_id(self._store, thread.id, self._context)

    async def _thread(self, thread_id: str) -> ThreadMetadata:
        """The thread, as nobody but this turn may change it now."""
        return await self._store.load_thread(thread_id, context=self._context)

    async def _open_thread(self, thread_id: str) -> ThreadMetadata:
        """Return the thread if it accepts input.

        Raises:
            ConflictError: it is closed or locked.
        """
        thread = await self._thread(thread_id)
        check_accepts_input(self._server, thread, self._context)
        return thread

    async def _stored_message(self, thread: ThreadMetadata, item_id: str) -> UserMessageItem:
        message = await self._store.load_item(thread.id, item_id, context=self._context)
        if not isinstance(message, UserMessageItem):
            raise InvalidRequestError(
                f"Item {message.id} is not a user message but {message.type}.", field="params.item_id"
            )
        return message

    async def _user_message(
        self, thread: ThreadMetadata, message: UserMessageInput
    ) -> tuple[UserMessageItem, list[Attachment]]:
        check_inference_options(self._server, message.inference_options)
        attachments = [
            (await self._store.load_attachment(attachment_id, context=self._context)).model_copy(
                update={"thread_id": thread.id}
            )
            for attachment_id in message.attachments
        ]
        item = UserMessageItem(
            id=self._store.generate_item_id("message", thread, self._context),
            thread_id=thread.id,
            created_at=datetime.now(UTC),
            content=message.content,
            attachments=attachments,
            quoted_text=message.quoted_text,
            inference_options=message.inference_options,
        )
        return item, attachments


def _name(thread: ThreadMetadata, message: UserMessageItem) -> None:
    words = first_words(
        "".join(f"@{part.text}" if part.type == "input_tag" else part.text for part in message.content)
    )
    if words is not None:
        thread.metadata = {FIRST_WORDS: words}
