"""The contract of an event log."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

__all__ = ["EventLog", "LogReader"]


class LogReader(ABC):
    """One connection's place in a log. A slow reader waits for nobody and nobody waits for it."""

    @abstractmethod
    async def next(self) -> Sequence[bytes]:
        """Return all frames after the last ones returned, waiting for at least one.

        An empty sequence means that the turn has ended and everything was returned.
        """


class EventLog(ABC):
    """Frames of each thread, in the order of `append`, numbered from 1 without a gap.

    A frame is the bytes of one server-sent event, encoded once by the writer. A thread has one writer at a time,
    the running turn; `end` is its last entry. A reader sees a frame only after the log holds it.
    """

    @abstractmethod
    def append(self, thread_id: str, frame: bytes) -> int:
        """Add `frame` and return its sequence number. Does not wait for readers."""

    @abstractmethod
    def end(self, thread_id: str) -> None:
        """Mark the running turn as over: readers return what is left, then an empty sequence."""

    @abstractmethod
    def read(self, thread_id: str, *, after: int = 0) -> LogReader:
        """Return a reader of the frames whose sequence number is greater than `after`."""
