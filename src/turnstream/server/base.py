"""The server that an app subclasses."""

import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Generic

from typing_extensions import TypeVar

from turnstream.actions import Action
from turnstream.errors import NotSupportedError, RequestError, RequestNotFoundError
from turnstream.eventlog import EventLog, MemoryEventLog
from turnstream.server.json_operations import answer
from turnstream.server.requests import parse_request
from turnstream.server.results import NonStreamingResult, StreamingResult
from turnstream.server.turn_plans import start_turn
from turnstream.store import AttachmentStore, NotFoundError, StorageError, StorageFullError, Store
from turnstream.turns import Turns
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
    is_streaming_req,
)

__all__ = ["ChatKitServer"]

logger = logging.getLogger("turnstream.server")

TContext = TypeVar("TContext", default=Any)

STOPPED_NOTE = "The user stopped this response. Do not continue it unless asked to."


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
    ) -> None:
        self.store = store
        self.attachment_store = attachment_store
        self.turns = Turns(store=store, log=log or MemoryEventLog())

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
        note = SDKHiddenContextItem(
            id=self.store.generate_item_id("sdk_hidden_context", thread, context),
            thread_id=thread.id,
            created_at=datetime.now(UTC),
            content=STOPPED_NOTE,
        )
        await self.store.add_thread_item(thread.id, note, context=context)

    async def process(
        self, request: str | bytes | bytearray, context: TContext
    ) -> StreamingResult | NonStreamingResult:
        """Answer one request.

        Everything that can be checked is checked before this returns: a `StreamingResult` is a turn that started.

        Raises:
            RequestError: the request is malformed, names what does not exist, or cannot be done now; its `status`,
                `code` and text are safe to send.
        """
        parsed = parse_request(request)
        try:
            if is_streaming_req(parsed):
                return StreamingResult(await start_turn(self, parsed, context))
            return NonStreamingResult(await answer(self, parsed, context))
        except NotFoundError as exc:
            raise RequestNotFoundError(str(exc)) from exc
        except StorageFullError as exc:
            logger.error("the storage is full: %s failed", parsed.type, exc_info=exc)
            raise RequestError("The server's storage is full.", code="storage_full", status=507) from exc
        except StorageError as exc:
            logger.error("the storage failed at %s", parsed.type, exc_info=exc)
            raise RequestError("The server cannot reach its storage.", code="storage_unavailable", status=503) from exc

    async def close(self) -> None:
        """Stop the running turns, return when what they streamed is stored, and close the store."""
        await self.turns.close()
        await self.store.close()


def _not_overridden(method: str, operation: str) -> NotSupportedError:
    return NotSupportedError(f"This server does not support {operation}: its {method}() is not overridden.")
