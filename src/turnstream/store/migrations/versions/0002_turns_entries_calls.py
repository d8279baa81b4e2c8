"""The tables of turns, of the entries of their log, and of the calls that pages are to answer."""

from alembic.operations import Operations
from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)

revision = "0002"
down_revision = "0001"


def upgrade(op: Operations) -> None:
    sequence = BigInteger().with_variant(Integer, "sqlite")
    op.create_table(
        "turnstream_turns",
        Column("n", sequence, nullable=False),
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
        PrimaryKeyConstraint("n", name="pk_turnstream_turns"),
        UniqueConstraint("id", name="uq_turnstream_turns_id"),
        UniqueConstraint("owner", "request_key", name="uq_turnstream_turns_owner_request_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_turnstream_turns_thread_id_n", "turnstream_turns", ["thread_id", "n"])
    running = text("status = 'running'")
    op.create_index(
        "uq_turnstream_turns_running",
        "turnstream_turns",
        ["thread_id"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )
    op.create_index(
        "ix_turnstream_turns_lease_until",
        "turnstream_turns",
        ["lease_until"],
        sqlite_where=running,
        postgresql_where=running,
    )
    held = text("is_trimmed = 0")
    op.create_index(
        "ix_turnstream_turns_ended_at",
        "turnstream_turns",
        ["ended_at"],
        sqlite_where=held,
        postgresql_where=held,
    )
    op.create_table(
        "turnstream_entries",
        Column("thread_id", Text, nullable=False),
        Column("seq", BigInteger, nullable=False),
        Column("frame", LargeBinary, nullable=False),
        Column("kept", Text),
        PrimaryKeyConstraint("thread_id", "seq", name="pk_turnstream_entries"),
    )
    kept = text("kept IS NOT NULL")
    op.create_index(
        "ix_turnstream_entries_kept",
        "turnstream_entries",
        ["thread_id", "seq"],
        sqlite_where=kept,
        postgresql_where=kept,
    )
    op.create_table(
        "turnstream_calls",
        Column("thread_id", Text, nullable=False),
        Column("item_id", Text, nullable=False),
        Column("call_id", Text, nullable=False),
        Column("turn_id", Text, nullable=False),
        Column("owner", Text, nullable=False),
        Column("is_inline", Integer, nullable=False),
        Column("status", Text, nullable=False),
        Column("claimed_by", Text),
        Column("deadline", Double, nullable=False),
        Column("answer", Text),
        PrimaryKeyConstraint("thread_id", "item_id", name="pk_turnstream_calls"),
    )
    pending = text("status = 'pending'")
    op.create_index(
        "ix_turnstream_calls_deadline",
        "turnstream_calls",
        ["deadline"],
        sqlite_where=pending,
        postgresql_where=pending,
    )
    op.create_index("ix_turnstream_calls_turn_id", "turnstream_calls", ["turn_id"])
