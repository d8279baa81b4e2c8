"""A log in a SQL database."""

from turnstream.eventlog.sql.live import LiveTransport
from turnstream.eventlog.sql.log import HOUR_S, LEASE_S, SqlEventLog
from turnstream.eventlog.sql.writer import PATIENCE_S

__all__ = ["HOUR_S", "LEASE_S", "PATIENCE_S", "LiveTransport", "SqlEventLog"]
