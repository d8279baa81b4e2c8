"""What a turn does, one class per kind of request: the contract."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Any

from pydantic import BaseModel

from turnstream.types import ThreadItem, ThreadMetadata, ThreadStreamEvent

__all__ = ["TurnProgram"]


class TurnProgram(ABC):
    """First `open` runs, before anyone sees the turn; then `respond`, with `side_task` beside it.

    The thread is the program's own: no other turn changes it while this one runs.
    """

    thread: ThreadMetadata
    context: Any
    message_id: str | None = None
    """The user message that the turn answers; None where a stop or a failure leaves no answer behind."""
    method: str = "respond"
    """The app's method that makes the events, for the messages about its mistakes."""
    side_task_grace_s: float = 3.0
    """How long an answered turn waits for `side_task` before it ends without it."""

    @property
    def shows_errors(self) -> bool:
        """Whether the client gets the text of the app's exceptions, as in development."""
        return False

    @abstractmethod
    async def open(self) -> Sequence[BaseModel]:
        """Store what the turn starts from, and return the events that announce it."""

    @abstractmethod
    def respond(self) -> AsyncIterator[ThreadStreamEvent]:
        """Yield the events of the response."""

    @abstractmethod
    async def cancelled(self, pending: list[ThreadItem]) -> None:
        """Keep what a stopped response had begun: the items that it did not finish."""

    def side_task(self) -> Coroutine[Any, Any, None] | None:
        """Return what runs beside the response, if anything does, and may change the thread.

        Its failure is logged and harms nothing.
        """
        return None
