"""A log in a SQL database whose live tail is in Redis."""

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from turnstream.eventlog.redis.transport import RedisTransport
from turnstream.eventlog.sql import HOUR_S, LEASE_S, PATIENCE_S, SqlEventLog
from turnstream.store.database import Database

__all__ = ["RedisEventLog"]


class RedisEventLog(SqlEventLog):
    """`SqlEventLog(database, live=RedisTransport(redis_url))`: one Redis may serve several apps by their
    `prefix`.

    `RedisEventLog("redis://127.0.0.1/0", store.database)` needs `turnstream[redis]`, and Redis 6.2 or newer.
    """

    def __init__(
        self,
        redis_url: str,
        database: Database | str | URL | AsyncEngine,
        *,
        retention_s: float = HOUR_S,
        lease_s: float = LEASE_S,
        patience_s: float = PATIENCE_S,
        prefix: str = "turnstream",
    ) -> None:
        live = RedisTransport(redis_url, prefix=prefix)
        super().__init__(database, live=live, retention_s=retention_s, lease_s=lease_s, patience_s=patience_s)
