"""When a turn began, to count an owner's turns."""

from alembic.operations import Operations
from sqlalchemy import Column, Double

revision = "0003"
down_revision = "0002"


def upgrade(op: Operations) -> None:
    op.add_column("turnstream_turns", Column("begun_at", Double))
    op.create_index("ix_turnstream_turns_owner_begun_at", "turnstream_turns", ["owner", "begun_at"])
