"""What finds all that is to be deleted: a thread's attachments, an owner's, and what is old.

Rows that an older turnstream writes while this one runs have no `created_at`: they are not taken for old.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from time import time
from typing import Any

from alembic.operations import Operations
from sqlalchemy import Column, Double, Text, text

revision = "0004"
down_revision = "0003"

BATCH_ROWS = 1000


def upgrade(op: Operations) -> None:
    op.add_column("turnstream_threads", Column("created_at", Double))
    op.add_column("turnstream_attachments", Column("thread_id", Text))
    op.add_column("turnstream_attachments", Column("created_at", Double))
    _fill(op, "turnstream_threads", "seq", ["created_at"], _thread_values)
    _fill(op, "turnstream_attachments", "id", ["thread_id", "created_at"], _attachment_values)
    op.create_index("ix_turnstream_threads_created_at_seq", "turnstream_threads", ["created_at", "seq"])
    op.create_index("ix_turnstream_attachments_owner_id", "turnstream_attachments", ["owner", "id"])
    op.create_index(
        "ix_turnstream_attachments_owner_thread_id_id", "turnstream_attachments", ["owner", "thread_id", "id"]
    )
    unsent = text("thread_id IS NULL")
    op.create_index(
        "ix_turnstream_attachments_created_at_id",
        "turnstream_attachments",
        ["created_at", "id"],
        sqlite_where=unsent,
        postgresql_where=unsent,
    )
    op.create_index("ix_turnstream_calls_owner", "turnstream_calls", ["owner"])


def _fill(
    op: Operations, table: str, key: str, columns: Sequence[str], values_of: Callable[[str], dict[str, Any]]
) -> None:
    """Set new columns of every row by its document, which is read here: PostgreSQL's JSON refuses U+0000."""
    connection = op.get_bind()
    first = text(f"SELECT {key}, document FROM {table} ORDER BY {key} LIMIT {BATCH_ROWS}")
    following = text(
        f"SELECT {key}, document FROM {table} WHERE {key} > :last ORDER BY {key} LIMIT {BATCH_ROWS}"
    )
    settings = ", ".join(f"{column} = :{column}" for column in columns)
    update = text(f"UPDATE {table} SET {settings} WHERE {key} = :key")
    rows = connection.execute(first).all()
    while rows:
        connection.execute(update, [{"key": row_key, **values_of(document)} for row_key, document in rows])
        rows = connection.execute(following, {"last": rows[-1][0]}).all()


def _thread_values(document: str) -> dict[str, Any]:
    return {"created_at": datetime.fromisoformat(json.loads(document)["created_at"]).timestamp()}


def _attachment_values(document: str) -> dict[str, Any]:
    """When it was uploaded is not known: now, so that one which nobody sent has a day to be sent."""
    thread_id = json.loads(document).get("thread_id")
    return {"thread_id": thread_id if _is_key(thread_id) else None, "created_at": time()}


def _is_key(thread_id: str | None) -> bool:
    """Whether a thread can have this id."""
    if thread_id is None or "\0" in thread_id:
        return False
    try:
        thread_id.encode()
    except UnicodeEncodeError:
        return False
    return True
