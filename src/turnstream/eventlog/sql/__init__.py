"""A log in a SQL database."""

from turnstream.eventlog.sql.group_commit import PATIENCE_S
from turnstream.eventlog.sql.live import LiveTransport
from turnstream.eventlog.sql.log import HOUR_S, LEASE_S, SqlEventLog

__all__ = ["HOUR_S", "LEASE_S", "PATIENCE_S", "LiveTransport", "SqlEventLog"]
