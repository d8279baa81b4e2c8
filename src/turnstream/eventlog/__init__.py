"""The log of a thread's turns: frames in order, read from any place by any process."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from turnstream.eventlog.base import EventLog, LogReader, Position, TurnRecord, TurnStatus, TurnWriter
from turnstream.eventlog.memory import MemoryEventLog

if TYPE_CHECKING:
    from turnstream.eventlog.redis import RedisEventLog
    from turnstream.eventlog.sql import SqlEventLog

__all__ = [
    "EventLog",
    "LogReader",
    "MemoryEventLog",
    "Position",
    "RedisEventLog",
    "SqlEventLog",
    "TurnRecord",
    "TurnStatus",
    "TurnWriter",
]

_IN_A_DATABASE = {"RedisEventLog": "turnstream.eventlog.redis", "SqlEventLog": "turnstream.eventlog.sql"}


def __getattr__(name: str) -> Any:
    """Load what needs SQLAlchemy when an app first uses it: importing that takes a third of a second."""
    if name not in _IN_A_DATABASE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_IN_A_DATABASE[name]), name)
