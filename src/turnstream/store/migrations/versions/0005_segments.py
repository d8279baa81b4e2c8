"""The table of segments: many entries of a turn in one row, in PostgreSQL a partition for each hour.

Leases lose their index: then PostgreSQL renews them within their pages, and touches no other index.

Entries that are there stay rows of their own until their turns are trimmed.
"""

from alembic.operations import Operations
from sqlalchemy import BigInteger, Column, LargeBinary, PrimaryKeyConstraint, Text

revision = "0005"
down_revision = "0004"


def upgrade(op: Operations) -> None:
    op.create_table(
        "turnstream_segments",
        Column("thread_id", Text, nullable=False),
        Column("last_seq", BigInteger, nullable=False),
        Column("hour", BigInteger, nullable=False),
        Column("first_seq", BigInteger, nullable=False),
        Column("frames", LargeBinary, nullable=False),
        PrimaryKeyConstraint("thread_id", "last_seq", "hour", name="pk_turnstream_segments"),
        postgresql_partition_by="LIST (hour)",
    )
    op.drop_index("ix_turnstream_turns_lease_until", "turnstream_turns")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE turnstream_turns SET (fillfactor = 70)")
        # The frames are compressed already.
        op.execute("ALTER TABLE turnstream_segments ALTER COLUMN frames SET STORAGE EXTERNAL")
        op.execute("CREATE TABLE turnstream_segments_default PARTITION OF turnstream_segments DEFAULT")
