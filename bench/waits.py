"""How long one person's request keeps another's stream waiting: every operation on a thread of 100,000 items.

    python -m bench.waits [--items 100000] [--store sqlite|memory] [--port …]

One client reads a stream of 100 tokens a second and notes the longest gap between two of its writes.
Meanwhile another person sends each operation to a thread of many items. The gap is given beside the longest
gap of a quiet second of the same run, since the machine is shared. A gap of 100 ms is the bound.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from turnstream.limits import Limits
from turnstream.server import ChatKitServer, NonStreamingResult, StreamingResult, stream_text
from turnstream.store import AttachmentStore, SqlStore
from turnstream.store.documents import to_document
from turnstream.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    ClientEffectEvent,
    FileAttachment,
    HiddenContextItem,
    SyncCustomActionResponse,
    ThreadMetadata,
    UserMessageItem,
)

BOUND_S = 0.1
TOKENS_PER_S = 100


class Files(AttachmentStore[Any]):
    async def create_attachment(self, input: Any, context: Any) -> FileAttachment:  # noqa: A002
        return FileAttachment(
            id=self.generate_attachment_id("", context), name=input.name, mime_type=input.mime_type
        )

    async def delete_attachment(self, attachment_id: str, context: Any) -> None: ...


class Server(ChatKitServer[Any]):
    """Tells Bob a long story; gives everybody else an effect."""

    async def respond(
        self, thread: ThreadMetadata, input_user_message: Any, context: Any
    ) -> AsyncIterator[Any]:
        if context == "bob":
            async for event in stream_text(thread, story()):
                yield event
        else:
            yield ClientEffectEvent(name="pin", replay="latest")

    async def action(self, thread: Any, action: Any, sender: Any, context: Any) -> AsyncIterator[Any]:
        yield ClientEffectEvent(name="pin", replay="latest")

    async def sync_action(
        self, thread: Any, action: Any, sender: Any, context: Any
    ) -> SyncCustomActionResponse:
        return SyncCustomActionResponse()

    async def transcribe(self, audio_input: Any, context: Any) -> Any:
        from turnstream.types import TranscriptionResult

        return TranscriptionResult(text="said")


async def story() -> AsyncIterator[str]:
    while True:
        yield "word "
        await asyncio.sleep(1 / TOKENS_PER_S)


async def fill(store: SqlStore, thread_id: str, count: int, kind: str) -> None:
    """Make a thread of Ada's: one message of hers, then `count` items, of which `hidden` ones are not
    shown.
    """
    now = datetime.now(UTC)
    await store.save_thread(ThreadMetadata(id=thread_id, created_at=now), "ada")
    message = UserMessageItem.model_validate(
        {"id": "msg_user", "thread_id": thread_id, "created_at": now, "content": [], "inference_options": {}}
    )
    await store.add_thread_item(thread_id, message, "ada")
    common: Any = {"id": "x", "thread_id": thread_id, "created_at": now}
    words = "A sentence of the usual length, as models say it. " * 10
    item = (
        HiddenContextItem(content=words, **common)
        if kind == "hidden"
        else AssistantMessageItem(content=[AssistantMessageContent(text=words)], **common)
    )
    document = to_document(item)
    insert = text(
        "INSERT INTO turnstream_items (thread_id, id, owner, document) VALUES (:thread, :id, 'ada', "
        ":document)"
    )
    async with store.database.engine.begin() as connection:
        for first in range(0, count, 10_000):
            rows = [
                {"thread": thread_id, "id": f"msg_{n}", "document": document.replace('"x"', f'"msg_{n}"', 1)}
                for n in range(first, min(first + 10_000, count))
            ]
            await connection.execute(insert, rows)


class Listener:
    """Reads Bob's stream and notes the longest time between two writes."""

    def __init__(self, result: StreamingResult) -> None:
        self._result = result
        self._last = time.perf_counter()
        self.longest_s = 0.0

    async def listen(self) -> None:
        while await self._result.next_batch() != b"":
            now = time.perf_counter()
            self.longest_s = max(self.longest_s, now - self._last)
            self._last = now

    def restart(self) -> None:
        self.longest_s, self._last = 0.0, time.perf_counter()


async def ask(server: Server, owner: str, operation: str, params: Any, *, is_durable: bool = True) -> Any:
    request = json.dumps({"type": operation, "params": params})
    result = await server.process(request, owner, is_durable=is_durable)
    if isinstance(result, NonStreamingResult):
        return json.loads(result.json)
    return [frame async for frame in result]


Params = Callable[[str], dict[str, Any]]
MESSAGE: dict[str, Any] = {
    "content": [{"type": "input_text", "text": "hi"}],
    "attachments": [],
    "inference_options": {},
}
EFFECTS = [{"name": "pin", "replay": "all", "data": {"n": n}} for n in range(1000)]


def undone(thread_id: str) -> dict[str, Any]:
    return {"thread_id": thread_id, "item_id": "msg_user", "is_undone": True, "effects": EFFECTS}


def undone_again(thread_id: str) -> dict[str, Any]:
    return {**undone(thread_id), "is_again": True}


OPERATIONS: list[tuple[str, Params]] = [
    ("threads.get_by_id", lambda t: {"thread_id": t}),
    ("threads.list", lambda t: {"limit": 100}),
    ("items.list", lambda t: {"thread_id": t, "limit": 100}),
    ("items.list", lambda t: {"thread_id": t, "limit": 100, "order": "asc"}),
    ("threads.update", lambda t: {"thread_id": t, "title": "x" * 1000}),
    (
        "items.feedback",
        lambda t: {"thread_id": t, "item_ids": [f"msg_{n}" for n in range(100)], "kind": "positive"},
    ),
    ("turns.claim_call", lambda t: {"thread_id": t, "call_id": "unknown"}),
    ("threads.add_client_tool_output", lambda t: {"thread_id": t, "call_id": "unknown", "result": 1}),
    ("threads.add_client_tool_output", lambda t: {"thread_id": t, "result": 1}),
    ("threads.custom_action", lambda t: {"thread_id": t, "action": {"type": "x"}}),
    ("threads.sync_custom_action", lambda t: {"thread_id": t, "action": {"type": "x"}}),
    ("attachments.create", lambda t: {"name": "a.txt", "size": 1, "mime_type": "text/plain"}),
    ("attachments.delete", lambda t: {"attachment_id": "unknown"}),
    ("input.transcribe", lambda t: {"audio_base64": "A" * 200_000, "mime_type": "audio/webm"}),
    (
        "threads.add_structured_input",
        lambda t: {"thread_id": t, "item_id": "msg_1", "input": {"status": "skipped"}},
    ),
    ("turns.attach", lambda t: {"thread_id": t}),
    ("turns.cancel", lambda t: {"thread_id": t, "turn_id": "unknown"}),
    ("threads.add_user_message", lambda t: {"thread_id": t, "input": MESSAGE}),
    ("threads.retry_after_item", lambda t: {"thread_id": t, "item_id": "msg_user"}),
    ("turns.undo", undone),
    *[("turns.undo", undone_again)] * 20,
    ("threads.get_by_id", lambda t: {"thread_id": t}),
    ("threads.delete", lambda t: {"thread_id": t}),
]


async def measure(count: int, folder: Path) -> list[tuple[str, str, float, float, str]]:
    store = SqlStore(f"sqlite:///{folder / 'chat.sqlite'}")
    server = Server(
        store,
        Files(),
        limits=Limits(messages_per_minute=None, turn_timeout_s=None, max_answer_bytes=None),
        page_actions=["x"],
    )
    await server.open()
    for kind in ("shown", "hidden"):
        await fill(store, f"thr_{kind}", count, kind)
    result = await server.process(
        json.dumps({"type": "threads.create", "params": {"input": MESSAGE}}), "bob", is_durable=True
    )
    assert isinstance(result, StreamingResult)
    listener = Listener(result)
    listening = asyncio.create_task(listener.listen())
    await asyncio.sleep(1)
    listener.restart()
    await asyncio.sleep(2)
    rows = [("nothing", "", 2.0, listener.longest_s, "")]
    for kind in ("shown", "hidden"):
        for operation, params in OPERATIONS:
            listener.restart()
            began = time.perf_counter()
            try:
                await ask(server, "ada", operation, params(f"thr_{kind}"))
                outcome = "ok"
            except Exception as exc:  # noqa: BLE001 - a refusal is an outcome
                outcome = getattr(exc, "code", type(exc).__name__)
            took_s = time.perf_counter() - began
            await asyncio.sleep(0.05)
            rows.append((operation, kind, took_s, listener.longest_s, outcome))
    result.cancel()
    await listening
    await server.close()
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--items", type=int, default=100_000)
    count = parser.parse_args().items
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(measure(count, Path(folder)))
    quiet_s = rows[0][3]
    print(f"{count} items; the longest gap of a quiet stream: {quiet_s * 1000:.0f} ms\n")
    print(
        "| operation | items | took ms | longest gap ms | of a quiet one | outcome "
        "|\n|---|---|---|---|---|---|"
    )
    for operation, kind, took_s, gap_s, outcome in rows:
        over = " **over**" if gap_s > BOUND_S else ""
        print(
            f"| {operation} | {kind} | {took_s * 1000:.0f} | {gap_s * 1000:.0f}{over} | "
            f"{gap_s / quiet_s:.1f}× | {outcome} |"
        )


if __name__ == "__main__":
    main()
