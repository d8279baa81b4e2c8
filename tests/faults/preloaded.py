"""Imports what a replica has imported once it serves, whatever it serves from: in the process that is forked
only.
"""

import gc
from importlib import import_module

for module in (
    "tests.faults.app",
    "aiosqlite",
    "alembic.migration",
    "alembic.operations",
    "alembic.runtime",
    "alembic.script",
    "psycopg",
    "redis.asyncio",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "uvicorn.lifespan.on",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.websockets.auto",
):
    import_module(module)

gc.freeze()  # the collector of a fork leaves these objects alone, and with them the memory that it shares
