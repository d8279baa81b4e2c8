"""How entries reach other processes before the database has them: the contract, and plain polling."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from turnstream.eventlog.sql.entries import Entry
from turnstream.eventlog.sql.writer import Channel, DatabaseChannel

if TYPE_CHECKING:
    from turnstream.eventlog.sql.group_commit import GroupCommit
    from turnstream.eventlog.sql.remote_tails import Listener
    from turnstream.eventlog.sql.writer import SqlWriter

__all__ = ["Fenced", "LiveTransport", "Polling"]


class Fenced(NamedTuple):
    """What a transport had of a turn that was taken over."""

    entries: Sequence[Entry]
    """Entries that readers may have, and the database does not."""
    is_whole: bool
    """Whether that is certainly all that readers may have."""


class LiveTransport(ABC):
    """Carries the entries of running turns between processes. The database has them all a little later."""

    lag_s: float
    """How long the database may be behind what readers have. What is missing is waited for so long."""

    @abstractmethod
    def use(self, commits: "GroupCommit") -> None:
        """Learn who writes to the database. Called once, before anything else."""

    @abstractmethod
    async def open(self) -> None:
        """Return if the transport may be used, also if it is away at the moment.

        Raises:
            TurnstreamError: it would lose entries of running turns.
        """

    @abstractmethod
    async def close(self) -> None:
        """Return when nothing is under way. The database may be asked to save something yet."""

    @abstractmethod
    async def disconnect(self) -> None:
        """Release what is held, after the last commit."""

    @abstractmethod
    def channel(self, writer: "SqlWriter") -> Channel:
        """Return what carries the entries of one turn of this process."""

    @abstractmethod
    def listener(self) -> "Listener | None":
        """Return what hears of the entries of other processes; None if only the database tells of them."""

    @abstractmethod
    async def unsaved(self, turn_id: str, after: int) -> Sequence[Entry]:
        """Return what readers may have of another process's turn behind `after`; nothing while it is away."""

    @abstractmethod
    def allows_takeover(self) -> bool:
        """Return whether a dead process's turn may be ended: not while what it showed may still turn up."""

    @abstractmethod
    async def fence(self, turn_id: str, after: int) -> Fenced:
        """Let the former writer of a turn show nothing more; return what it showed behind `after`."""

    @abstractmethod
    async def forget(self, ended: Sequence[str], *, running: Sequence[str] = ()) -> None:
        """Delete what is held of these turns. Those that run can add no more to it.

        Raises:
            StorageError: it cannot be deleted now.
        """


class Polling(LiveTransport):
    """Readers in other processes ask the database, several times a second."""

    lag_s = 0.0

    def use(self, commits: "GroupCommit") -> None:
        """Readers find there what is written."""

    async def open(self) -> None:
        """Nothing is used."""

    async def close(self) -> None:
        """Nothing is under way."""

    async def disconnect(self) -> None:
        """Nothing is held."""

    def channel(self, writer: "SqlWriter") -> Channel:
        return DatabaseChannel(writer)

    def listener(self) -> None:
        return None

    async def unsaved(self, turn_id: str, after: int) -> Sequence[Entry]:
        return ()

    def allows_takeover(self) -> bool:
        return True

    async def fence(self, turn_id: str, after: int) -> Fenced:
        return Fenced((), is_whole=True)

    async def forget(self, ended: Sequence[str], *, running: Sequence[str] = ()) -> None:
        """Nothing is held."""
