"""The tables of threads, items and attachments."""

from alembic.operations import Operations
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None


def upgrade(op: Operations) -> None:
    sequence = BigInteger().with_variant(Integer, "sqlite")
    op.create_table(
        "turnstream_threads",
        Column("seq", sequence, nullable=False),
        Column("id", Text, nullable=False),
        Column("owner", Text, nullable=False),
        Column("document", Text, nullable=False),
        PrimaryKeyConstraint("seq", name="pk_turnstream_threads"),
        UniqueConstraint("id", name="uq_turnstream_threads_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_turnstream_threads_owner_seq", "turnstream_threads", ["owner", "seq"])
    op.create_table(
        "turnstream_items",
        Column("seq", sequence, nullable=False),
        Column("thread_id", Text, nullable=False),
        Column("id", Text, nullable=False),
        Column("owner", Text, nullable=False),
        Column("document", Text, nullable=False),
        PrimaryKeyConstraint("seq", name="pk_turnstream_items"),
        UniqueConstraint("thread_id", "id", name="uq_turnstream_items_thread_id_id"),
        ForeignKeyConstraint(
            ["thread_id"], ["turnstream_threads.id"], name="fk_turnstream_items_thread_id", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_turnstream_items_thread_id_seq", "turnstream_items", ["thread_id", "seq"])
    op.create_table(
        "turnstream_attachments",
        Column("id", Text, nullable=False),
        Column("owner", Text, nullable=False),
        Column("document", Text, nullable=False),
        PrimaryKeyConstraint("id", name="pk_turnstream_attachments"),
    )
