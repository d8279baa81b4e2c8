"""The log of a thread's running turn: frames in order, read from any place."""

from turnstream.eventlog.base import EventLog, LogReader
from turnstream.eventlog.memory import MemoryEventLog

__all__ = ["EventLog", "LogReader", "MemoryEventLog"]
