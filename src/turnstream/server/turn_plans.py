"""The operations that start a turn: what each checks, stores first and announces."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, assert_never

from pydantic import BaseModel

from turnstream.errors import ConflictError, InvalidRequestError
from turnstream.eventlog.base import LeaseLostError, RequestKey, RetainedEntry
from turnstream.redaction import logger_of
from turnstream.server.checks import check_accepts_input, check_inference_options
from turnstream.server.client_tool_outputs import supersede_calls
from turnstream.server.erasure import delete_items_after
from turnstream.server.json_operations import sender_of
from turnstream.server.structured_input import answered
from turnstream.store.database import unfenced
from turnstream.titles import clean_title, first_words
from turnstream.turns import Turn, TurnPlan, thread_response
from turnstream.turns.answered import newest_message_id
from turnstream.turns.closing import closing
from turnstream.turns.snapshot import effect_names_of, undone_of, unfinished_of
from turnstream.turns.visibility import FIRST_WORDS
from turnstream.turns.yielded import events_of
from turnstream.types import (
    Attachment,
    StreamingReq,
    StreamOptionsEvent,
    StructuredInputItem,
    ThreadCreatedEvent,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadMetadata,
    ThreadsAddClientToolOutputReq,
    ThreadsAddStructuredInputReq,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsCustomActionReq,
    ThreadsRetryAfterItemReq,
    ThreadStreamEvent,
    UserMessageInput,
    UserMessageItem,
)
from turnstream.types.durable import AnswerEndedEvent, CallEndedEvent, TurnsUndoReq, TurnUndoneEvent, UndoingEffectEvent

if TYPE_CHECKING:
    from turnstream.server.base import ChatKitServer

__all__ = ["start_turn"]

logger = logger_of("turnstream.server")

Open = Callable[[], Awaitable[Sequence[BaseModel]]]
Respond = Callable[[], AsyncIterator[ThreadStreamEvent]]
_ThreadReq = (
    ThreadsAddUserMessageReq
    | ThreadsAddClientToolOutputReq
    | ThreadsAddStructuredInputReq
    | ThreadsRetryAfterItemReq
    | ThreadsCustomActionReq
    | TurnsUndoReq
)
Beside = Callable[[], Coroutine[Any, Any, None]]


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
    def __init__(self, server: ChatKitServer[Any], context: Any, announce: Sequence[CallEndedEvent]) -> None:
        self._server = server
        self._store = server.store
        self._context = context
        self._announce = announce

    async def plan(self, request: _ThreadReq) -> TurnPlan:
        """Check a request against its thread. Nothing is written yet."""
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

    async def create_thread(self, request: ThreadsCreateReq, thread_id: str) -> TurnPlan:
        thread = ThreadMetadata(id=thread_id, created_at=datetime.now(UTC))
        message, attachments = await self._user_message(thread, request.params.input)
        if not self._server.makes_titles:
            _name(thread, message)

        async def open_turn() -> list[BaseModel]:
            await self._store.save_thread(thread, context=self._context)
            try:
                await self._add_message(message, attachments)
            except LeaseLostError:  # the process that took the turn over has looked after the thread
                raise
            except Exception:
                await self._drop(thread)
                raise
            return [ThreadCreatedEvent(thread=thread_response(thread)), ThreadItemDoneEvent(item=message)]

        return self._message_plan(thread, message, open_turn)

    async def add_user_message(self, request: ThreadsAddUserMessageReq) -> TurnPlan:
        thread = await self._open_thread(request.params.thread_id)
        message, attachments = await self._user_message(thread, request.params.input)

        async def open_turn() -> list[BaseModel]:
            superseded = await supersede_calls(self._server, thread.id, self._context)
            try:
                await self._add_message(message, attachments)
            except LeaseLostError:  # then it was not stored
                raise
            except Exception:
                await self._take_back(message)
                raise
            return [*superseded, ThreadItemDoneEvent(item=message)]

        return self._message_plan(thread, message, open_turn)

    async def continue_response(self, request: ThreadsAddClientToolOutputReq) -> TurnPlan:
        """The answer itself is stored by now."""
        thread = await self._thread(request.params.thread_id)
        message_id = await self._newest_message(thread)
        return self._plan(
            thread, _nothing, lambda: self._server.respond(thread, None, self._context), message_id=message_id
        )

    async def add_structured_input(self, request: ThreadsAddStructuredInputReq) -> TurnPlan:
        params = request.params
        thread = await self._open_thread(params.thread_id)
        item = await self._store.load_item(thread.id, params.item_id, context=self._context)
        if not isinstance(item, StructuredInputItem):
            raise InvalidRequestError(
                f"Item {item.id} is not a structured input but {item.type}.", field="params.item_id"
            )
        replaced = answered(item, params.input)

        async def respond() -> AsyncIterator[ThreadStreamEvent]:
            yield ThreadItemReplacedEvent(item=replaced)
            async with closing(events_of(self._server.respond(thread, None, self._context), "respond")) as events:
                async for event in events:
                    yield event

        return self._plan(thread, _nothing, respond, message_id=await self._newest_message(thread))

    async def retry_after_item(self, request: ThreadsRetryAfterItemReq) -> TurnPlan:
        params = request.params
        thread = await self._open_thread(params.thread_id)
        message = await self._stored_message(thread, params.item_id)

        async def open_turn() -> list[BaseModel]:
            superseded = await supersede_calls(self._server, thread.id, self._context)
            await delete_items_after(self._server, message, self._context)
            return [*superseded, *await self._forgotten_answer(message)]

        return self._message_plan(thread, message, open_turn)

    async def custom_action(self, request: ThreadsCustomActionReq) -> TurnPlan:
        params = request.params
        thread = await self._open_thread(params.thread_id)
        sender = await sender_of(self._server, params, self._context)
        # Called here, not in the turn: a server without action() refuses the request instead of starting a turn.
        events = self._server.action(thread, params.action, sender, self._context)
        message_id = await self._newest_message(thread)
        return self._plan(thread, _nothing, lambda: events, message_id=message_id, method="action")

    async def undo(self, request: TurnsUndoReq) -> TurnPlan:
        """All of it is said when the turn opens: nobody sees a half. The mark is first: it tells what the effects are.

        Raises:
            ConflictError: the changes are undone already, or are to be done again and are not undone; or an effect has,
                or is the inverse of one with, a name that no answer of the thread has made.
        """
        params = request.params
        thread = await self._thread(params.thread_id)
        message = await self._stored_message(thread, params.item_id)
        effects = [
            UndoingEffectEvent(
                name=effect.name, data=effect.data, replay=effect.replay, key=effect.key, of=effect.of or effect.name
            )
            for effect in params.effects
        ]
        retained = await self._retained(thread.id)
        unknown = {effect.of or effect.name for effect in params.effects} - effect_names_of(retained)
        if unknown:
            raise ConflictError(
                f"No answer of this thread has made the effect {min(unknown)[:100]!r}, so it cannot be undone.",
                code="not_undoable",
            )
        is_undone = message.id in undone_of(retained)
        if is_undone and params.is_undone and not params.is_again:
            raise ConflictError("These changes are already undone.")
        if not is_undone and not params.is_undone:
            raise ConflictError("These changes are not undone.")

        async def open_turn() -> list[BaseModel]:
            with unfenced():
                await self._server.handle_undo(thread, message, params.is_undone, self._context)
            return []

        mark = TurnUndoneEvent(item_id=message.id, is_undone=params.is_undone)
        return self._plan(thread, open_turn, _no_events, follows=[mark, *effects])

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

    def _message_plan(self, thread: ThreadMetadata, message: UserMessageItem, open_turn: Open) -> TurnPlan:
        async def title_thread() -> None:
            answer = await self._server.make_title(thread, message, self._context)
            if answer is not None and thread.title is None:
                thread.title = clean_title(answer)

        return self._plan(
            thread,
            open_turn,
            lambda: self._server.respond(thread, message, self._context),
            message_id=message.id,
            beside=title_thread if thread.title is None and self._server.makes_titles else None,
        )

    def _plan(
        self,
        thread: ThreadMetadata,
        open_turn: Open,
        respond: Respond,
        *,
        message_id: str | None = None,
        follows: Sequence[BaseModel] = (),
        method: str = "respond",
        beside: Beside | None = None,
    ) -> TurnPlan:
        async def open_with_options() -> list[BaseModel]:
            options = self._server.get_stream_options(thread, self._context)  # first: if it fails, nothing is stored
            return [*self._announce, *await open_turn(), StreamOptionsEvent(stream_options=options), *follows]

        async def on_cancelled(pending: list[ThreadItem]) -> None:
            await self._server.handle_stream_cancelled(thread, pending, self._context)

        return TurnPlan(
            thread=thread,
            context=self._context,
            open=open_with_options,
            respond=respond,
            on_cancelled=on_cancelled,
            message_id=message_id,
            method=method,
            shows_errors=self._server.shows_errors,
            beside=beside,
        )

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

    async def _add_message(self, message: UserMessageItem, attachments: list[Attachment]) -> None:
        for attachment in attachments:
            await self._store.save_attachment(attachment, context=self._context)
        await self._store.add_thread_item(message.thread_id, message, context=self._context)

    async def _drop(self, thread: ThreadMetadata) -> None:
        """Take back a thread whose first message could not be stored: the history would show it empty."""
        try:
            await self._store.delete_thread(thread.id, context=self._context)
        except Exception:
            logger.exception("thread %s stays in the history without a message", thread.id)

    async def _take_back(self, message: UserMessageItem) -> None:
        """Delete a message that may have been stored all the same: who sends it again must not have it twice."""
        try:
            await self._store.delete_thread_item(message.thread_id, message.id, context=self._context)
        except Exception:
            logger.exception(
                "message %s of thread %s may have been stored without a turn", message.id, message.thread_id
            )


def _name(thread: ThreadMetadata, message: UserMessageItem) -> None:
    words = first_words("".join(f"@{part.text}" if part.type == "input_tag" else part.text for part in message.content))
    if words is not None:
        thread.metadata = {FIRST_WORDS: words}


async def _nothing() -> list[BaseModel]:
    return []


async def _no_events() -> AsyncIterator[ThreadStreamEvent]:
    for event in ():
        yield event
