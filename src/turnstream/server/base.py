"""The server that an app subclasses."""

import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Generic, cast

from typing_extensions import TypeVar

from turnstream.actions import Action
from turnstream.errors import NotSupportedError, RequestError, RequestNotFoundError
from turnstream.eventlog import EventLog, MemoryEventLog, SqlEventLog
from turnstream.server.dispatch import dispatch, request_key
from turnstream.server.requests import parse_request
from turnstream.server.results import NonStreamingResult, StreamingResult
from turnstream.store import AttachmentStore, NotFoundError, Principal, SqlStore, StorageError, StorageFullError, Store
from turnstream.turns import Turns
from turnstream.turns.client_calls import CALL_TIMEOUT_S, call_client
from turnstream.types import (
    AssistantMessageItem,
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
)

__all__ = ["ChatKitServer"]

logger = logging.getLogger("turnstream.server")

TContext = TypeVar("TContext", default=Any)

STOPPED_NOTE = "The user stopped this response. Do not continue it unless asked to."
UNDONE_NOTE = (
    "The user undid what your answer to {message!r} had changed in the app. Do not do it again unless asked to."
)
NOTED_CHARACTERS = 200
REDONE_NOTE = "The user had what your answer to {message!r} changed in the app done again."


class ChatKitServer(ABC, Generic[TContext]):
    """Answers the ChatKit wire with what `respond` yields. Subclass it and override `respond`.

    Mirrors `chatkit.server.ChatKitServer`; an app written for that one changes its imports.
    """

    def __init__(
        self,
        store: Store[TContext],
        attachment_store: AttachmentStore[TContext] | None = None,
        *,
        log: EventLog | None = None,
        client_tool_timeout_s: float = CALL_TIMEOUT_S,
    ) -> None:
        """Without a `log`, that of a `SqlStore` is in its database, and that of any other store in memory.

        `client_tool_timeout_s` is how long a page has to answer a client tool, where the call does not say.
        """
        self.store = store
        self.attachment_store = attachment_store
        self.client_tool_timeout_s = client_tool_timeout_s
        self.shows_errors = False
        """Whether the chat shows what exceptions of `respond` say: for development, see `create_app`."""
        self.turns = Turns(
            store=store,
            log=log or _log_beside(store),
            restore_context=self.restore_context,
            call_timeout_s=client_tool_timeout_s,
        )

    @abstractmethod
    def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: TContext
    ) -> AsyncIterator[ThreadStreamEvent]:
        """Yield the events of one response.

        Changes to `thread` (title, status, metadata) are saved and announced after the event that follows them.
        `input_user_message` is None when the turn continues after a client tool's answer or a structured input.
        An exception ends the turn with an `error` event; what was streamed before it is kept.
        """

    def action(
        self, thread: ThreadMetadata, action: Action[str, Any], sender: WidgetItem | None, context: TContext
    ) -> AsyncIterator[ThreadStreamEvent]:
        """Yield the events that answer a widget's or the page's action; `sender` is the widget it came from."""
        raise _not_overridden("action", "threads.custom_action")

    async def sync_action(
        self, thread: ThreadMetadata, action: Action[str, Any], sender: WidgetItem | None, context: TContext
    ) -> SyncCustomActionResponse:
        """Answer an action with at most one updated item, without a stream."""
        raise _not_overridden("sync_action", "threads.sync_custom_action")

    async def add_feedback(
        self, thread_id: str, item_ids: list[str], feedback: FeedbackKind, context: TContext
    ) -> None:
        """Take a user's opinion of items of a thread. By default it goes nowhere."""

    async def transcribe(self, audio_input: AudioInput, context: TContext) -> TranscriptionResult:
        """Return the words of a dictation."""
        raise _not_overridden("transcribe", "input.transcribe")

    async def make_title(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem, context: TContext
    ) -> str | None:
        """Return a title for a thread that has none, or None to leave it so (the default).

        Runs beside the first response. A failure is logged; the thread stays untitled and the response unharmed.
        """
        return None

    @property
    def makes_titles(self) -> bool:
        """Whether `make_title` is overridden."""
        return getattr(self.make_title, "__func__", None) is not ChatKitServer.make_title

    def get_stream_options(self, thread: ThreadMetadata, context: TContext) -> StreamOptions:
        """Return the options announced at the start of each turn. By default the user may stop it."""
        return StreamOptions(allow_cancel=True)

    async def handle_stream_cancelled(
        self, thread: ThreadMetadata, pending_items: list[ThreadItem], context: TContext
    ) -> None:
        """Clean up after a stop; `pending_items` are the unfinished items as they stood.

        By default assistant messages with text are stored, and a hidden note tells the model of the next turn
        that this response was stopped.
        """
        for item in pending_items:
            if isinstance(item, AssistantMessageItem) and any(part.text.strip() for part in item.content):
                await self.store.add_thread_item(thread.id, item, context=context)
        await self._tell_model(thread, STOPPED_NOTE, context)

    async def handle_undo(
        self, thread: ThreadMetadata, message: UserMessageItem, is_undone: bool, context: TContext
    ) -> None:
        """Take note that what the answer to `message` changed in the page is taken back; done again if not `is_undone`.

        Called before the page's effects are sent; an exception refuses the request. Override it to take back what the
        app's tools changed elsewhere. By default a hidden note tells the model of the next turn.
        """
        said = " ".join(part.text for part in message.content).strip()[:NOTED_CHARACTERS]
        await self._tell_model(thread, (UNDONE_NOTE if is_undone else REDONE_NOTE).format(message=said), context)

    async def _tell_model(self, thread: ThreadMetadata, note: str, context: TContext) -> None:
        item = SDKHiddenContextItem(
            id=self.store.generate_item_id("sdk_hidden_context", thread, context),
            thread_id=thread.id,
            created_at=datetime.now(UTC),
            content=note,
        )
        await self.store.add_thread_item(thread.id, item, context=context)

    def restore_context(self, owner: str) -> TContext:
        """Return a context for the store when nobody is connected: to keep what a turn said whose process died.

        By default a `Principal` with the owner's id. Override it if the store cannot tell the owner from that.
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
        """Inside `respond` or a tool: ask the page to run one of its tools, wait, and return its result.

        The turn waits, whatever happens to connections; the answer may come to any process. With `confirm` the page
        runs the tool only if the user agrees: to a question in its own words (True), or to this one.

        Raises:
            ClientToolError: the page has no result: it said why, or did not answer within `timeout_s` seconds
                (`client_tool_timeout_s` of the server if None), or the user declined or went on without it.
            RuntimeError: it is called outside of a turn.
        """
        return await call_client(name, arguments or {}, timeout_s=timeout_s, confirm=confirm)

    def owner_of(self, context: TContext) -> str | None:
        """Return the owner's id in a context, or None if the store cannot tell."""
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

        Everything that can be checked is checked before this returns: a `StreamingResult` is a turn that started.
        `is_durable` is for clients of durable turns: they see positions, and come back after a lost connection. A
        request with the `idempotency_key` of an earlier one of this owner is answered by that one's turn.

        Raises:
            RequestError: the request is malformed, names what does not exist, or cannot be done now; its `status`,
                `code` and text are safe to send. `ValueError`, `NotFoundError` and `RuntimeError` catch what they
                catch around the official server's `process`.
        """
        parsed = parse_request(request)
        key = request_key(self, request, context, idempotency_key)
        try:
            return await dispatch(self, parsed, context, is_durable=is_durable, key=key)
        except RequestError:
            raise
        except NotFoundError as exc:
            raise RequestNotFoundError(str(exc), kind=exc.kind, missing_id=exc.missing_id) from exc
        except StorageFullError as exc:
            logger.error("the storage is full: %s failed", parsed.type, exc_info=exc)
            raise RequestError("The server's storage is full.", code="storage_full", status=507) from exc
        except StorageError as exc:
            logger.error("the storage failed at %s", parsed.type, exc_info=exc)
            raise RequestError("The server cannot reach its storage.", code="storage_unavailable", status=503) from exc

    async def open(self) -> None:
        """Make ready before the first request: the turns of dead processes are ended from here on."""
        await self.turns.open()

    @property
    def is_open(self) -> bool:
        """Whether `open` was called, by the app or by its first turn."""
        return self.turns.is_open

    @property
    def is_closing(self) -> bool:
        """Whether no more turns are started."""
        return self.turns.is_closing

    async def drain(self, timeout_s: float) -> None:
        """Start no more turns; let those that run end for `timeout_s` seconds, then interrupt the rest.

        Returns when what they said is stored, and readers have it.
        """
        await self.turns.drain(timeout_s)

    async def close(self) -> None:
        """Interrupt the running turns, return when what they said is stored, and close the store."""
        await self.turns.close()
        await self.store.close()


def _log_beside(store: Store[Any]) -> EventLog:
    return SqlEventLog(store.database) if isinstance(store, SqlStore) else MemoryEventLog()


def _not_overridden(method: str, operation: str) -> NotSupportedError:
    return NotSupportedError(f"This server does not support {operation}: its {method}() is not overridden.")
