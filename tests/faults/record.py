"""What happened in one run, written down by all who took part; `history.check` judges it."""

from dataclasses import dataclass, field
from typing import Any, Literal

from tests.faults.frames import Frame, Position
from tests.faults.model import ModelCall, Script

__all__ = ["Connection", "EffectRun", "History", "Reader", "Snapshot", "Stored", "Submit", "ToolRun"]

End = Literal["open", "ended", "cut", "reset", "reconnect", "live"]


@dataclass(slots=True)
class Connection:
    """One answer that was a stream: what was asked for, every frame that came, and how it ended."""

    kind: Literal["start", "attach", "answer"]
    after: Position | None
    """Of an attach: the position that it asked to go on from; None is the log's start."""
    turn_id: str | None = None
    began_s: float = 0.0
    frames: list[Frame] = field(default_factory=list[Frame])
    end: End = "open"

    @property
    def entries(self) -> list[Frame]:
        """The frames that are entries of the log."""
        return [frame for frame in self.frames if frame.position is not None]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The items that a page got, and the position that they stand for."""

    position: Position | None
    items: list[dict[str, Any]]


@dataclass(slots=True)
class Reader:
    """One page of one person on one thread, through all its connections."""

    name: str
    user: str
    thread_id: str = ""
    connections: list[Connection] = field(default_factory=list[Connection])
    snapshots: list[Snapshot] = field(default_factory=list[Snapshot])


@dataclass(slots=True)
class Submit:
    """One message that a person sent once, however often it travelled."""

    key: str
    user: str
    script: Script
    thread_id: str = ""
    turn_ids: set[str] = field(default_factory=set[str])
    status: str | None = None
    """How the turn ended for the sender; `busy` or `refused` when there was none."""
    reason: str | None = None
    sent_s: float = 0.0
    first_entry_s: float = 0.0
    ended_s: float = 0.0
    http_statuses: list[int] = field(default_factory=list[int])


@dataclass(frozen=True, slots=True)
class ToolRun:
    """A page ran the handler of a client tool."""

    thread_id: str
    call_id: str
    page: str


@dataclass(frozen=True, slots=True)
class EffectRun:
    """A page ran a client effect."""

    thread_id: str
    position: Position
    tab: str
    replay: str


@dataclass(slots=True)
class Stored:
    """A thread at the end: its items, oldest first, and its log from the start."""

    thread_id: str
    items: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    log: list[Frame] = field(default_factory=list[Frame])


@dataclass(slots=True)
class History:
    """A whole run."""

    readers: list[Reader] = field(default_factory=list[Reader])
    submits: list[Submit] = field(default_factory=list[Submit])
    stored: list[Stored] = field(default_factory=list[Stored])
    model_calls: list[ModelCall] = field(default_factory=list[ModelCall])
    tool_runs: list[ToolRun] = field(default_factory=list[ToolRun])
    effect_runs: list[EffectRun] = field(default_factory=list[EffectRun])
