"""Every table of a database: those of `SqlStore`, and behind them those of `SqlEventLog`.

The migrations create them; a test compares the two. Documents are JSON in a text column: PostgreSQL's own
JSON types refuse U+0000 and reorder members. `seq` rises with every thread and item, and is their order. All
times are in seconds since 1970; a thread or attachment that an older turnstream wrote has no `created_at`.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

__all__ = ["attachments", "calls", "entries", "items", "metadata", "segments", "threads", "turns"]

# SQLite numbers rows by itself only in a column of exactly this type.
_SEQUENCE = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

threads = Table(
    "turnstream_threads",
    metadata,
    Column("seq", _SEQUENCE, primary_key=True),
    Column("id", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("created_at", Double),
    UniqueConstraint("id"),
    Index(None, "owner", "seq"),
    Index(None, "created_at", "seq"),
    sqlite_autoincrement=True,
)

items = Table(
    "turnstream_items",
    metadata,
    Column("seq", _SEQUENCE, primary_key=True),
    Column("thread_id", Text, ForeignKey("turnstream_threads.id", ondelete="CASCADE"), nullable=False),
    Column("id", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("document", Text, nullable=False),
    UniqueConstraint("thread_id", "id"),
    Index(None, "thread_id", "seq"),
    sqlite_autoincrement=True,
)
"""The owner is the thread's, repeated here so that one table answers every query about items."""

attachments = Table(
    "turnstream_attachments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("thread_id", Text),
    Column("created_at", Double),
    Index(None, "owner", "id"),
    Index(None, "owner", "thread_id", "id"),
    Index(
        None,
        "created_at",
        "id",
        sqlite_where=text("thread_id IS NULL"),
        postgresql_where=text("thread_id IS NULL"),
    ),
)
"""The `thread_id` is the document's; `created_at` is when the attachment was first saved."""

turns = Table(
    "turnstream_turns",
    metadata,
    Column("n", _SEQUENCE, primary_key=True),
    Column("id", Text, nullable=False),
    Column("thread_id", Text, nullable=False),
    Column("worker", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("lease_until", Double, nullable=False),
    Column("ended_at", Double),
    Column("cancel_requested", Integer, nullable=False),
    Column("is_trimmed", Integer, nullable=False),
    Column("owner", Text, nullable=False),
    Column("request_key", Text),
    Column("body_hash", Text),
    Column("begun_at", Double),
    UniqueConstraint("id"),
    UniqueConstraint("owner", "request_key"),
    Index(None, "thread_id", "n"),
    Index(None, "owner", "begun_at"),
    Index(
        "uq_turnstream_turns_running",
        "thread_id",
        unique=True,
        sqlite_where=text("status = 'running'"),
        postgresql_where=text("status = 'running'"),
    ),
    Index(None, "ended_at", sqlite_where=text("is_trimmed = 0"), postgresql_where=text("is_trimmed = 0")),
    sqlite_autoincrement=True,
    postgresql_with={"fillfactor": 70},
)
"""`worker` holds the lease of a running turn until `lease_until`. No index has that column, and pages have
room to spare: PostgreSQL renews a lease within its page then, and touches no index.

The turn's entries are those of its thread after `first_seq`, up to `last_seq` once it ended. `begun_at` is
null in a turn that continues a response, which counts towards no limit. `is_trimmed` says that its entries
are deleted; the turn stays a while, so that a repeated request finds it.
`cancel_requested` has what other processes ask of the worker: bit 1 to stop the turn, bit 2 to look for its
resolved calls.
"""

entries = Table(
    "turnstream_entries",
    metadata,
    Column("thread_id", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("frame", LargeBinary, nullable=False),
    Column("kept", Text),
    Index(
        "ix_turnstream_entries_kept",
        "thread_id",
        "seq",
        sqlite_where=text("kept IS NOT NULL"),
        postgresql_where=text("kept IS NOT NULL"),
    ),
)
"""A frame under its number, of an entry that outlives its turn or that an older turnstream stored.

`kept` is the retention mark; null when the entry goes with its turn.
"""

segments = Table(
    "turnstream_segments",
    metadata,
    Column("thread_id", Text, primary_key=True),
    Column("last_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("hour", BigInteger, primary_key=True, autoincrement=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("frames", LargeBinary, nullable=False),
    postgresql_partition_by="LIST (hour)",
)
"""The frames of all other entries, from number to number; see `eventlog.sql.entries`.

`hour` is when it was stored, in hours since 1970. PostgreSQL has a partition for each, and one for those that
have none; an old one is dropped as a whole, which leaves nothing to vacuum.
"""

calls = Table(
    "turnstream_calls",
    metadata,
    Column("thread_id", Text, primary_key=True),
    Column("item_id", Text, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("turn_id", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("is_inline", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("claimed_by", Text),
    Column("deadline", Double, nullable=False),
    Column("answer", Text),
    Index(None, "turn_id"),
    Index(None, "owner"),
    Index(
        None,
        "deadline",
        sqlite_where=text("status = 'pending'"),
        postgresql_where=text("status = 'pending'"),
    ),
)
"""The client tool calls of a thread, its widgets that a turn waits for, and new states of its items.

`is_inline` says that the turn waits for the answer.
"""
