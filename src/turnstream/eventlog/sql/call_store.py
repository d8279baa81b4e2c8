"""Calls in the database of a `SqlEventLog`. Deadlines are by the database's clock."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import Text, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from turnstream.eventlog.call_store import CallRecord, CallStatus, CallStore
from turnstream.eventlog.sql.statements import now_of
from turnstream.store.database import Database

__all__ = ["SqlCallStore"]

_COLUMNS = "thread_id, item_id, call_id, turn_id, owner, is_inline, status, answer"
_CALL = "thread_id = :thread_id AND item_id = :item_id"


class SqlCallStore(CallStore):
    """Every change is one statement that names the state it starts from."""

    def __init__(self, database: Database) -> None:
        now = now_of(database.dialect)
        self.database = database
        self._register = text(f"""
            INSERT INTO turnstream_calls ({_COLUMNS}, claimed_by, deadline)
            VALUES (:thread_id, :item_id, :call_id, :turn_id, :owner, :is_inline,
                :status, :answer, NULL, {now} + :timeout_s)
            ON CONFLICT (thread_id, item_id) DO NOTHING""")
        self._find = text(f"""
            SELECT {_COLUMNS} FROM turnstream_calls WHERE thread_id = :thread_id AND call_id = :call_id
            AND (CAST(:item_id AS TEXT) IS NULL OR item_id = CAST(:item_id AS TEXT))
            ORDER BY CASE WHEN status = 'pending' THEN 0 ELSE 1 END, deadline DESC LIMIT 1""")
        self._get = text(f"SELECT {_COLUMNS} FROM turnstream_calls WHERE {_CALL}")
        self._pending = text(f"""
            SELECT {_COLUMNS} FROM turnstream_calls WHERE thread_id = :thread_id AND status = 'pending'
            ORDER BY deadline""")
        self._claim = text(f"""
            UPDATE turnstream_calls SET claimed_by = CAST(:claim_id AS TEXT)
            WHERE {_CALL} AND status = 'pending' AND deadline > {now}
            AND (claimed_by IS NULL OR claimed_by = CAST(:claim_id AS TEXT))""")
        self._resolve = text(f"""
            UPDATE turnstream_calls SET status = :status, answer = :answer
            WHERE {_CALL} AND status = 'pending' AND (:may_be_late = 1 OR deadline > {now})""")
        self._resolved = text(f"""
            SELECT {_COLUMNS} FROM turnstream_calls WHERE turn_id IN :turn_ids AND status <> 'pending'
            """).bindparams(bindparam("turn_ids", expanding=True, type_=Text))
        self._expire = text(f"""
            UPDATE turnstream_calls SET status = 'expired' WHERE status = 'pending' AND deadline <= {now}
            RETURNING {_COLUMNS}""")
        self._late = text(
            f"SELECT 1 FROM turnstream_calls WHERE status = 'pending' AND deadline <= {now} LIMIT 1"
        )
        self._drop = text("DELETE FROM turnstream_calls WHERE thread_id = :thread_id")

    async def register(self, call: CallRecord, *, timeout_s: float) -> None:
        values = {
            "thread_id": call.thread_id,
            "item_id": call.item_id,
            "call_id": call.call_id,
            "turn_id": call.turn_id,
            "owner": call.owner,
            "is_inline": int(call.is_inline),
            "status": call.status,
            "answer": call.answer,
            "timeout_s": timeout_s,
        }
        await self._write(self._register, values)

    async def find(self, thread_id: str, call_id: str, item_id: str | None = None) -> CallRecord | None:
        calls = await self._read(self._find, {"thread_id": thread_id, "call_id": call_id, "item_id": item_id})
        return calls[0] if calls else None

    async def pending(self, thread_id: str) -> Sequence[CallRecord]:
        return await self._read(self._pending, {"thread_id": thread_id})

    async def claim(self, call: CallRecord, claim_id: str | None = None) -> bool:
        values = {**_key(call), "claim_id": claim_id or secrets.token_hex(16)}
        return await self._write(self._claim, values) == 1

    async def resolve(self, call: CallRecord, status: CallStatus, answer: str | None = None) -> CallRecord:
        may_be_late = int(status != "answered")
        values = {**_key(call), "status": status, "answer": answer, "may_be_late": may_be_late}
        if not await self._write(self._resolve, values) and not may_be_late:
            await self._write(
                self._resolve, {**values, "status": "expired", "answer": None, "may_be_late": 1}
            )
        stored_call = await self._read(self._get, _key(call))
        return stored_call[0] if stored_call else replace(call, status="superseded", answer=None)

    async def resolved(self, turn_ids: Collection[str]) -> Sequence[CallRecord]:
        return await self._read(self._resolved, {"turn_ids": list(turn_ids)})

    async def expire(self) -> Sequence[CallRecord]:
        async def find(connection: AsyncConnection) -> bool:
            return (await connection.execute(self._late)).first() is not None

        async def expire(connection: AsyncConnection) -> Sequence[CallRecord]:
            return [_record(row) for row in await connection.execute(self._expire)]

        return await self.database.write(expire) if await self.database.read(find) else []

    async def drop(self, thread_id: str) -> None:
        await self._write(self._drop, {"thread_id": thread_id})

    async def _read(self, statement: TextClause, values: Mapping[str, Any]) -> list[CallRecord]:
        async def work(connection: AsyncConnection) -> list[CallRecord]:
            return [_record(row) for row in await connection.execute(statement, values)]

        return await self.database.read(work)

    async def _write(self, statement: TextClause, values: Mapping[str, Any]) -> int:
        async def work(connection: AsyncConnection) -> int:
            return (await connection.execute(statement, values)).rowcount

        return await self.database.write(work)


def _key(call: CallRecord) -> dict[str, str]:
    return {"thread_id": call.thread_id, "item_id": call.item_id}


def _record(row: Sequence[Any]) -> CallRecord:
    thread_id, item_id, call_id, turn_id, owner, is_inline, status, answer = row
    return CallRecord(
        thread_id=thread_id,
        item_id=item_id,
        call_id=call_id,
        turn_id=turn_id,
        owner=owner,
        is_inline=bool(is_inline),
        status=cast("CallStatus", status),
        answer=answer,
    )
