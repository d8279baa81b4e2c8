"""What the programs of all requests share."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from turnstream.eventlog.base import RetainedEntry
from turnstream.server.checks import check_accepts_input
from turnstream.server.context import RequestScope
from turnstream.turns.items.answered import newest_message_id
from turnstream.turns.program import TurnProgram
from turnstream.types import (
    StreamOptionsEvent,
    ThreadItem,
    ThreadMetadata,
    ThreadStreamEvent,
)

__all__ = ["RequestProgram", "message_to_answer", "open_thread", "retained_entries"]


@dataclass(kw_only=True, eq=False)
class RequestProgram(TurnProgram):
    """Announces the turn with the options of its stream; asks the app for the response."""

    scope: RequestScope
    thread: ThreadMetadata
    message_id: str | None = None
    context: Any = field(init=False)

    def __post_init__(self) -> None:
        self.context = self.scope.context

    @property
    def shows_errors(self) -> bool:
        return self.scope.services.settings.shows_errors

    async def open(self) -> Sequence[BaseModel]:
        # First the options: if the app's method fails, nothing is stored.
        options = self.scope.hooks.get_stream_options(self.thread, self.context)
        return [*await self._begin(), StreamOptionsEvent(stream_options=options)]

    async def _begin(self) -> Sequence[BaseModel]:
        """Store what the turn starts from; return the events that say so."""
        return ()

    def respond(self) -> AsyncIterator[ThreadStreamEvent]:
        return self.scope.hooks.respond(self.thread, None, self.context)

    async def cancelled(self, pending: list[ThreadItem]) -> None:
        await self.scope.hooks.handle_stream_cancelled(self.thread, pending, self.context)


async def open_thread(scope: RequestScope, thread_id: str) -> ThreadMetadata:
    """Return a thread of the caller that accepts input.

    Raises:
        ConflictError: it is closed or locked.
    """
    thread = await scope.thread(thread_id)
    check_accepts_input(scope, thread)
    return thread


async def message_to_answer(scope: RequestScope, thread: ThreadMetadata) -> str | None:
    """Return the id of the newest user message, which a turn without a message of its own answers."""
    return await newest_message_id(scope.store, thread.id, scope.context)


async def retained_entries(scope: RequestScope, thread_id: str) -> list[RetainedEntry]:
    """Return the entries that the log keeps of the thread's former turns."""
    log = scope.services.log
    newest = await log.newest(thread_id)
    return [] if newest is None else list((await log.retained(thread_id, newest.last_seq)).values())
