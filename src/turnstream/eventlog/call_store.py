"""The calls that pages are to answer, who may run each, and its outcome: the contract, and one in memory."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

__all__ = ["CallRecord", "CallStatus", "CallStore", "MemoryCallStore"]

CallStatus = Literal["pending", "answered", "expired", "superseded"]
"""All but `pending` are final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One call of a tool that runs in the page."""

    thread_id: str
    item_id: str
    call_id: str
    turn_id: str
    """The turn that made the call."""
    owner: str
    is_inline: bool
    """Whether the turn waits for the answer; otherwise it ended, and the answer starts another."""
    status: CallStatus = "pending"
    answer: str | None = None
    """The JSON of `{"result": …}` or `{"error": …}`."""


class CallStore(ABC):
    """Every change is a compare-and-set on the stored record: the first wins, whatever process makes it."""

    @abstractmethod
    async def register(self, call: CallRecord, *, timeout_s: float) -> None:
        """Add a call; one that is pending is to be answered within `timeout_s` seconds.

        Adding it again does nothing.
        """

    @abstractmethod
    async def find(self, thread_id: str, call_id: str, item_id: str | None = None) -> CallRecord | None:
        """Return the thread's call of this id: that of the item, or without one of several a pending one."""

    @abstractmethod
    async def pending(self, thread_id: str) -> Sequence[CallRecord]:
        """Return the thread's calls that wait for an answer."""

    @abstractmethod
    async def claim(self, call: CallRecord, claim_id: str | None = None) -> bool:
        """Return True to one caller while the call is pending, and again to the same `claim_id`."""

    @abstractmethod
    async def resolve(self, call: CallRecord, status: CallStatus, answer: str | None = None) -> CallRecord:
        """Set what came of a pending call, and return what did come of it: that, or what was set before.

        An answer after the deadline makes the call `expired`; a call of a dropped thread is `superseded`.
        """

    @abstractmethod
    async def resolved(self, turn_ids: Collection[str]) -> Sequence[CallRecord]:
        """Return the calls of these turns that are no longer pending."""

    @abstractmethod
    async def expire(self) -> Sequence[CallRecord]:
        """Make the calls whose deadline is over `expired`, and return them."""

    @abstractmethod
    async def drop(self, thread_id: str) -> None:
        """Forget a thread's calls."""


class MemoryCallStore(CallStore):
    """Calls in the memory of one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._calls: dict[tuple[str, str], CallRecord] = {}
        self._deadlines: dict[tuple[str, str], float] = {}
        self._claims: dict[tuple[str, str], str | None] = {}

    async def register(self, call: CallRecord, *, timeout_s: float) -> None:
        key = call.thread_id, call.item_id
        if key not in self._calls:
            self._calls[key] = call
            self._deadlines[key] = self._clock() + timeout_s

    async def find(self, thread_id: str, call_id: str, item_id: str | None = None) -> CallRecord | None:
        calls = [
            call for call in self._calls.values() if call.thread_id == thread_id and call.call_id == call_id
        ]
        if item_id is not None:
            calls = [call for call in calls if call.item_id == item_id]
        return next((call for call in calls if call.status == "pending"), calls[-1] if calls else None)

    async def pending(self, thread_id: str) -> Sequence[CallRecord]:
        return [
            call for call in self._calls.values() if call.thread_id == thread_id and call.status == "pending"
        ]

    async def claim(self, call: CallRecord, claim_id: str | None = None) -> bool:
        key = call.thread_id, call.item_id
        stored_call = self._calls.get(key)
        if stored_call is None or stored_call.status != "pending" or self._is_late(key):
            return False
        if key in self._claims:
            return claim_id is not None and self._claims[key] == claim_id
        self._claims[key] = claim_id
        return True

    async def resolve(self, call: CallRecord, status: CallStatus, answer: str | None = None) -> CallRecord:
        key = call.thread_id, call.item_id
        stored_call = self._calls.get(key)
        if stored_call is None:
            return replace(call, status="superseded", answer=None)
        if stored_call.status == "pending":
            is_late = status == "answered" and self._is_late(key)
            stored_call = replace(
                stored_call, status="expired" if is_late else status, answer=None if is_late else answer
            )
            self._calls[key] = stored_call
        return stored_call

    async def resolved(self, turn_ids: Collection[str]) -> Sequence[CallRecord]:
        return [
            call for call in self._calls.values() if call.turn_id in turn_ids and call.status != "pending"
        ]

    async def expire(self) -> Sequence[CallRecord]:
        late = [call for key, call in self._calls.items() if call.status == "pending" and self._is_late(key)]
        return [await self.resolve(call, "expired") for call in late]

    async def drop(self, thread_id: str) -> None:
        for key in [key for key in self._calls if key[0] == thread_id]:
            del self._calls[key], self._deadlines[key]
            self._claims.pop(key, None)

    def threads_of(self, owner: str) -> set[str]:
        """Return the ids of threads in which `owner` has calls."""
        return {call.thread_id for call in self._calls.values() if call.owner == owner}

    def _is_late(self, key: tuple[str, str]) -> bool:
        return self._deadlines[key] <= self._clock()
