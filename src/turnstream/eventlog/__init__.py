"""The log of a thread's turns: frames in order, read from any place by any process."""

from turnstream.eventlog.base import EventLog, LogReader, Position, TurnRecord, TurnStatus, TurnWriter
from turnstream.eventlog.memory import MemoryEventLog
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
