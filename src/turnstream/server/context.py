"""What an operation works with: the services of the server, and the methods that the app overrides."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from turnstream.actions import Action
from turnstream.eventlog import EventLog
from turnstream.limits import Limits
from turnstream.store import AttachmentStore, Store
from turnstream.turns import Turns
from turnstream.types import (
    AudioInput,
    FeedbackKind,
    StreamOptions,
    SyncCustomActionResponse,
    ThreadItem,
    ThreadMetadata,
    ThreadStreamEvent,
    TranscriptionResult,
    UserMessageItem,
    WidgetItem,
)

__all__ = ["Hooks", "RequestScope", "Services", "Settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the app has set on its server; see `ChatKitServer`."""

    client_tool_timeout_s: float
    allowed_models: Sequence[str] | None
    allowed_tools: Sequence[str] | None
    page_actions: Sequence[str] | Literal["*"]
    shows_errors: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Where threads are stored, and where their turns run.

    Each request gets its own, so that what an app sets on its server counts from the next request on.
    """

    store: Store[Any]
    attachment_store: AttachmentStore[Any] | None
    log: EventLog
    turns: Turns
    limits: Limits
    settings: Settings


class Hooks(Protocol):
    """The methods that an app overrides; `ChatKitServer` documents them."""

    @property
    def makes_titles(self) -> bool: ...

    def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]: ...

    def action(
        self, thread: ThreadMetadata, action: Action[str, Any], sender: WidgetItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]: ...

    async def sync_action(
        self, thread: ThreadMetadata, action: Action[str, Any], sender: WidgetItem | None, context: Any
    ) -> SyncCustomActionResponse: ...

    async def add_feedback(
        self, thread_id: str, item_ids: list[str], feedback: FeedbackKind, context: Any
    ) -> None: ...

    async def transcribe(self, audio_input: AudioInput, context: Any) -> TranscriptionResult: ...

    async def make_title(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem, context: Any
    ) -> str | None: ...

    def accepts_input(self, thread: ThreadMetadata, context: Any) -> bool: ...

    def get_stream_options(self, thread: ThreadMetadata, context: Any) -> StreamOptions: ...

    async def handle_stream_cancelled(
        self, thread: ThreadMetadata, pending_items: list[ThreadItem], context: Any
    ) -> None: ...

    async def handle_undo(
        self, thread: ThreadMetadata, message: UserMessageItem, is_undone: bool, context: Any
    ) -> None: ...

    def restore_context(self, owner: str) -> Any: ...

    def owner_of(self, context: Any) -> str | None: ...


@dataclass(frozen=True, slots=True)
class RequestScope:
    """What one request is answered with: the services, the app's methods, and whose request it is."""

    services: Services
    hooks: Hooks
    context: Any

    @property
    def store(self) -> Store[Any]:
        return self.services.store

    @property
    def owner(self) -> str | None:
        """The id of the caller; None if the store cannot determine it."""
        return self.hooks.owner_of(self.context)

    async def thread(self, thread_id: str) -> ThreadMetadata:
        """Return a thread of the caller.

        Raises:
            NotFoundError: there is none with this id, or the caller does not own it.
        """
        return await self.store.load_thread(thread_id, context=self.context)
