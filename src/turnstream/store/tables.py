"""The tables of `SqlStore`, as its queries see them; the migrations are what creates them, and those of the
event log.

Documents are JSON in a text column: PostgreSQL's own JSON types refuse U+0000 and reorder members. `seq`
rises with every row, and is the order of threads and items. `created_at` is in seconds since 1970; rows that
an older turnstream wrote have none.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

__all__ = ["attachments", "items", "metadata", "threads"]

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
