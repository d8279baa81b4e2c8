"""The server that an app subclasses."""

import sys
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Literal, cast

from typing_extensions import TypeVar

from turnstream.actions import Action
from turnstream.errors import NotSupportedError
from turnstream.eventlog import EventLog, MemoryEventLog
from turnstream.limits import Limits
from turnstream.redaction import redacted
from turnstream.request_info import during, request_info
from turnstream.server.context import RequestScope, Services, Settings
from turnstream.server.erasure import DeletedData, delete_owner
from turnstream.server.export import export_owner
from turnstream.server.operations.uploads import StoredFile, open_file, receive, receive_directly
from turnstream.server.refusals import check_owner, refusing
from turnstream.server.requests import parse_request
from turnstream.server.results import NonStreamingResult, StreamingResult
from turnstream.server.retention import RetentionSweep
from turnstream.server.routing import request_key, route
from turnstream.store import AttachmentStore, Principal, Store
from turnstream.turns import Turns
from turnstream.turns.client_calls import CALL_TIMEOUT_S, ask_widget, call_client
from turnstream.types import (
    ActiveStatus,
    AssistantMessageItem,
    AttachmentCreateParams,
    AudioInput,
    FeedbackKind,
    SDKHiddenContextItem,
    StreamOptions,
    SyncCustomActionResponse,
    ThreadItem,
    ThreadMetadata,
    ThreadStreamEvent,
    TranscriptionResult,
    UserMessageItem,
    WidgetItem,
    WidgetRoot,
)

__all__ = ["ChatKitServer"]

TContext = TypeVar("TContext", default=Any)

STOPPED_NOTE = "The user stopped this response. Do not continue it unless asked to."
UNDONE_NOTE = (
    "The user undid what your answer to {message!r} had changed in the app. Do not do it again unless "
    "asked to."
)
NOTED_CHARACTERS = 200
REDONE_NOTE = "The user had what your answer to {message!r} changed in the app done again."


class ChatKitServer(ABC, Generic[TContext]):
    """Serves the ChatKit protocol from the events that `respond` yields. Subclass it and override `respond`.

    Mirrors `chatkit.server.ChatKitServer`: to port an app, change its imports.
    """

    def __init__(
        self,
        store: Store[TContext],
        attachment_store: AttachmentStore[TContext] | None = None,
        *,
        log: EventLog | None = None,
        client_tool_timeout_s: float = CALL_TIMEOUT_S,
        limits: Limits | None = None,
        allowed_models: Sequence[str] | None = None,
        allowed_tools: Sequence[str] | None = None,
        page_actions: Collection[str] = (),
        retention: timedelta | None = None,
        unsent_retention: timedelta | None = timedelta(days=1),
    ) -> None:
        """Create a server for `store`. By default, the log of a `SqlStore` is in its database, all others in
        memory.

        `client_tool_timeout_s` limits how long a page can take to answer a client tool, unless the call sets
        a limit. `allowed_models` and `allowed_tools` are the ids that a message can choose in its
        `inference_options`; other ids are refused with 400. By default, the server does not check them.
        `page_actions` are the types of actions that the page makes itself; all others must be declared by the
        widget that they come from, with their payload. `"*"` accepts every action unchecked, as the official
        server does. While the server is open, it deletes threads whose newest item is older than `retention`
        (by default none), and attachments that were uploaded and not sent within `unsent_retention`; None
        keeps them for ever.

        Raises:
            TypeError: `store` is a class or text, not a store; a retention is not a positive timedelta;
                `store` does not override what `retention` needs; a list of ids or types is none.
        """
        if isinstance(store, str | type):
            example = "MemoryStore() or SqlStore('sqlite:///chat.sqlite')"
            raise TypeError(f"the store must be a Store, such as {example}, not {redacted(repr(store))}")
        self.store = store
        self.attachment_store = attachment_store
        self.client_tool_timeout_s = client_tool_timeout_s
        self.allowed_models = _ids("allowed_models", allowed_models)
        self.allowed_tools = _ids("allowed_tools", allowed_tools)
        self.page_actions = page_actions
        self.shows_errors = False
        """Whether the chat shows the exceptions that `respond` raises, for development; see `create_app`."""
        self._on_revoke: list[Callable[[str], None]] = []
        self.turns = Turns(
            store=store,
            log=log or _default_log(store),
            restore_context=self.restore_context,
            call_timeout_s=client_tool_timeout_s,
            limits=limits,
        )
        self._retention = RetentionSweep(self._services, self, threads=retention, unsent=unsent_retention)

    def _services(self) -> Services:
        return Services(
            store=self.store,
            attachment_store=self.attachment_store,
            log=self.turns.log,
            turns=self.turns,
            limits=self.limits,
            settings=Settings(
                client_tool_timeout_s=self.client_tool_timeout_s,
                allowed_models=self.allowed_models,
                allowed_tools=self.allowed_tools,
                page_actions=self.page_actions,
                shows_errors=self.shows_errors,
            ),
        )

    @property
    def page_actions(self) -> tuple[str, ...] | Literal["*"]:
        """The types of actions that the page can make itself; `"*"` accepts every action unchecked."""
        return self._page_actions

    @page_actions.setter
    def page_actions(self, types: Collection[str]) -> None:
        self._page_actions: tuple[str, ...] | Literal["*"] = _action_types(types)

    @property
    def limits(self) -> Limits:
        """What one person, one turn and one connection may use."""
        return self.turns.limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self.turns.limits = limits

    @abstractmethod
    def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: TContext
    ) -> AsyncIterator[ThreadStreamEvent]:
        """Yield the events of one response.

        The server saves and announces changes to `thread` (title, status, metadata) after the next event.
        `input_user_message` is None when the turn continues after a client tool's answer or a structured
        input. An exception ends the turn with an `error` event; the items streamed before it are kept.
        """

    def action(
        self, thread: ThreadMetadata, action: Action[str, Any], sender: WidgetItem | None, context: TContext
    ) -> AsyncIterator[ThreadStreamEvent]:
        """Yield the events that answer an action of a widget or the page; `sender` is the widget, if any.

        The widget declares the action, with this payload but for the values of its form's fields, unless its
        `handler` is the page; without a sender, the action is one of `page_actions`.
        """
        raise _not_overridden("action", "threads.custom_action")

    async def sync_action(
        self, thread: ThreadMetadata, action: Action[str, Any], sender: WidgetItem | None, context: TContext
    ) -> SyncCustomActionResponse:
        """Answer an action with at most one updated item, without a stream.

        The item is stored and sent to every reader. It must be the sender with another widget in it, or
        without a sender an item that the thread has with this type; else the request fails with `TypeError`.
        """
        raise _not_overridden("sync_action", "threads.sync_custom_action")

    async def add_feedback(
        self, thread_id: str, item_ids: list[str], feedback: FeedbackKind, context: TContext
    ) -> None:
        """Receive a user's feedback on items of a thread. By default, it is discarded."""

    async def transcribe(self, audio_input: AudioInput, context: TContext) -> TranscriptionResult:
        """Return the transcript of dictated audio."""
        raise _not_overridden("transcribe", "input.transcribe")

    async def make_title(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem, context: TContext
    ) -> str | None:
        """Return a title for an untitled thread, or None to leave it untitled (the default).

        Runs in parallel with the first response. A failure is logged and does not affect the response.
        """
        return None

    @property
    def makes_titles(self) -> bool:
        """Whether `make_title` is overridden."""
        return getattr(self.make_title, "__func__", None) is not ChatKitServer.make_title

    def accepts_input(self, thread: ThreadMetadata, context: TContext) -> bool:
        """Return whether the thread takes messages, retries, actions and structured inputs.

        By default, an active thread does; the others refuse them with 409 `thread_closed` or `thread_locked`.
        Override it to accept more, such as actions of a widget that reopens the thread.
        """
        return isinstance(thread.status, ActiveStatus)

    def get_stream_options(self, thread: ThreadMetadata, context: TContext) -> StreamOptions:
        """Return the options announced at the start of each turn. By default, the user can stop the turn."""
        return StreamOptions(allow_cancel=True)

    async def handle_stream_cancelled(
        self, thread: ThreadMetadata, pending_items: list[ThreadItem], context: TContext
    ) -> None:
        """Clean up after a stop; `pending_items` are the unfinished items in their last state.

        By default, this stores assistant messages that have text, and a hidden note that tells the model in
        the next turn that this response was stopped.
        """
        for item in pending_items:
            if isinstance(item, AssistantMessageItem) and any(part.text.strip() for part in item.content):
                await self.store.add_thread_item(thread.id, item, context=context)
        await self._tell_model(thread, STOPPED_NOTE, context)

    async def handle_undo(
        self, thread: ThreadMetadata, message: UserMessageItem, is_undone: bool, context: TContext
    ) -> None:
        """Handle the undo of the page changes made by the answer to `message`, or their redo if not
        `is_undone`.

        Runs before the effects are sent to the page; an exception rejects the request. Override it to undo
        what the app's tools changed elsewhere. By default, this stores a hidden note for the model in the
        next turn.
        """
        said = " ".join(part.text for part in message.content).strip()[:NOTED_CHARACTERS]
        await self._tell_model(
            thread, (UNDONE_NOTE if is_undone else REDONE_NOTE).format(message=said), context
        )

    async def _tell_model(self, thread: ThreadMetadata, note: str, context: TContext) -> None:
        item = SDKHiddenContextItem(
            id=self.store.generate_item_id("sdk_hidden_context", thread, context),
            thread_id=thread.id,
            created_at=datetime.now(UTC),
            content=note,
        )
        await self.store.add_thread_item(thread.id, item, context=context)

    def restore_context(self, owner: str) -> TContext:
        """Return a context for the store without a client, to save the turn of a process that died.

        By default, this is a `Principal` with the owner's id. Override it if the store needs another context.
        """
        return cast("TContext", Principal(owner))

    async def call_client(
        self,
        name: str,
        arguments: dict[str, Any] | None = None,
        *,
        timeout_s: float | None = None,
        confirm: bool | str | None = None,
    ) -> Any:
        """Call a client tool in the page from `respond` or a tool, wait for it, and return its result.

        The turn waits even if connections drop, and any process can receive the result. With `confirm`, the
        page asks the user first: a default question (True), or this one.

        Raises:
            ClientToolError: the tool failed, the page did not answer within `timeout_s` seconds (by default
                the server's `client_tool_timeout_s`), or the user declined or continued without it.
            RuntimeError: the call is outside a turn.
        """
        return await call_client(name, arguments or {}, timeout_s=timeout_s, confirm=confirm)

    async def ask_widget(
        self, widget: WidgetRoot, *, timeout_s: float | None = None, copy_text: str | None = None
    ) -> Action[str, Any]:
        """Put a widget into the thread from `respond` or a tool, wait, and return the action that answers it.

        The turn waits even if connections drop, and any process can receive the answer: one streaming action
        that the widget declares, with the values of its form. It is accepted once, calls no `action`, and
        stays visible in the item's `answer`; the widget then takes no action any longer. A message in place
        of an answer stops the turn, as the user's stop does.

        Raises:
            ClientToolError: nobody answered within `timeout_s` seconds (by default the server's
                `client_tool_timeout_s`).
            ValueError: the widget declares no such action.
            RuntimeError: the call is outside a turn.
        """
        return await ask_widget(widget, timeout_s=timeout_s, copy_text=copy_text)

    def owner_of(self, context: TContext) -> str | None:
        """Return the owner's id from a context, or None if the store cannot determine it."""
        try:
            return self.store.owner_of(context)
        except TypeError:
            return None

    async def process(
        self,
        request: str | bytes | bytearray,
        context: TContext,
        *,
        is_durable: bool = False,
        idempotency_key: str | None = None,
    ) -> StreamingResult | NonStreamingResult:
        """Answer one request.

        The request is fully checked before this returns: a `StreamingResult` is a turn that has started. Set
        `is_durable` for clients of durable turns, which get positions and can reattach after a lost
        connection. If this owner has sent the `idempotency_key` before, the result is that request's turn.

        Raises:
            RequestError: the request is malformed, refers to something that does not exist, or cannot be
                handled now; or the context's owner is empty, as `Principal("")` is. Its `status`, `code` and
                text are safe to send. `ValueError`, `NotFoundError` and `RuntimeError` catch the same errors
                as around the official server's `process`.
        """
        check_owner(self.owner_of, context)
        parsed = parse_request(request)
        scope = RequestScope(self._services(), self, context)
        key = request_key(scope, request, idempotency_key)
        with refusing(parsed.type), during(replace(request_info(), metadata=parsed.metadata)):
            return await route(scope, parsed, is_durable=is_durable, key=key)

    async def receive_upload(
        self, attachment_id: str, query: str, content_type: str, chunks: AsyncIterator[bytes]
    ) -> None:
        """Store a file that was announced by `attachments.create`. `query` is that of its upload URL.

        `create_app` calls this, for an attachment store that is a `HostedAttachmentStore`. The URL shows
        whose the file is.

        Raises:
            RequestError: nothing waits for this file, or it is not the one that was announced.
        """
        with refusing("an upload"):
            await receive(self._services(), self, attachment_id, query, content_type, chunks)

    async def receive_file(
        self, params: AttachmentCreateParams, chunks: AsyncIterator[bytes], context: TContext
    ) -> bytes:
        """Store a file that was not announced, as an attachment of the caller; return its JSON.

        `params.size` is what the file may have at most: the size of one that still arrives may be unknown.
        `create_app` calls this, for an attachment store that is a `HostedAttachmentStore`.

        Raises:
            RequestError: the file is refused.
        """
        check_owner(self.owner_of, context)
        with refusing("an upload"):
            return await receive_directly(RequestScope(self._services(), self, context), params, chunks)

    async def open_file(self, attachment_id: str, context: TContext) -> StoredFile:
        """Return a complete file of the caller, for an attachment store that is a `HostedAttachmentStore`.

        Raises:
            RequestError: there is no such file.
        """
        check_owner(self.owner_of, context)
        with refusing("a download"):
            return await open_file(RequestScope(self._services(), self, context), attachment_id)

    def revoke(self, owner: str) -> None:
        """End the open streams of `owner` in this process at once: their clients have to authenticate again.

        Other processes notice within a minute, when they ask `authenticate` again. Running turns go on.
        """
        for end_streams in self._on_revoke:
            end_streams(owner)

    def on_revoke(self, end_streams: Callable[[str], None]) -> None:
        """Call `end_streams` with the owner's id when rights are revoked. `create_app` does this."""
        self._on_revoke.append(end_streams)

    async def delete_owner(self, owner: str) -> DeletedData:
        """Delete everything of an owner: threads, items, turns, their logs and request keys, calls and
        attachments.

        Running turns are stopped, in whichever process they run. What the owner stores meanwhile is deleted
        too: revoke their access first, or this may not end. It is done in short steps and can be repeated:
        after an error or a crash, the next call deletes the rest. The store acts in the context that
        `restore_context` returns.

        Raises:
            StorageError: some of it could not be deleted, and is in the log; everything else was deleted.
            ValueError: `restore_context` returned a context of another owner.
            TypeError: `owner` is not text.
        """
        return await delete_owner(self._services(), self, owner)

    def export_owner(self, owner: str) -> AsyncIterator[dict[str, Any]]:
        """Yield everything of an owner that this person may see, ready for `json.dumps`, page by page.

        Each thread is followed by its items, oldest first; the attachments come last:

            {"type": "thread", "thread": {"id": "thr_1", "title": "Refund", "created_at": "…", "status": {…}}}
            {"type": "item", "item": {"id": "msg_1", "thread_id": "thr_1", "type": "user_message", …}}
            {"type": "attachment", "attachment": {"id": "atc_1", "name": "a.csv", "mime_type": "text/csv", …}}

        Hidden items and the app's `metadata` stay on the server, as in every operation. The bytes of
        attachments, and the text of a running turn that is not stored yet, are not included.

        Raises:
            NotFoundError: something was deleted meanwhile: export again.
            ValueError: `restore_context` returned a context of another owner.
            TypeError: `owner` is not text.
        """
        return export_owner(self.store, self, owner)

    async def open(self) -> None:
        """Prepare for the first request; start to end dead processes' turns and to delete what is old."""
        await self.turns.open()
        self._retention.open()

    @property
    def is_open(self) -> bool:
        """Whether `open` was called, by the app or by its first turn."""
        return self.turns.is_open

    @property
    def is_closing(self) -> bool:
        """Whether the server refuses new turns."""
        return self.turns.is_closing

    async def drain(self, timeout_s: float) -> None:
        """Refuse new turns, give running turns `timeout_s` seconds to end, then interrupt the rest.

        Returns when their output is stored and delivered to readers.
        """
        await self.turns.drain(timeout_s)

    async def close(self) -> None:
        """Interrupt the running turns, wait until their output is stored, and close the store."""
        await self._retention.close()
        await self.turns.close()
        await self.store.close()


def _ids(name: str, ids: Sequence[str] | None) -> tuple[str, ...] | None:
    if isinstance(ids, str):
        raise TypeError(f"{name} takes a list, such as [{ids!r}], not a str")
    return None if ids is None else tuple(ids)


def _action_types(types: Collection[str] | None) -> tuple[str, ...] | Literal["*"]:
    if types == "*":
        return "*"
    if types is None or isinstance(types, str):
        raise TypeError(
            f"page_actions takes a list of types, such as ['list.refresh'], or '*' for all, not {types!r}"
        )
    return tuple(types)


def _default_log(store: Store[Any]) -> EventLog:
    # While this module is not loaded, no store is a `SqlStore`, and SQLAlchemy need not be loaded, either.
    if "turnstream.store.sql" in sys.modules:
        from turnstream.eventlog import SqlEventLog
        from turnstream.store import SqlStore

        if isinstance(store, SqlStore):
            return SqlEventLog(store.database)
    return MemoryEventLog()


def _not_overridden(method: str, operation: str) -> NotSupportedError:
    return NotSupportedError(f"This server does not support {operation}: its {method}() is not overridden.")
