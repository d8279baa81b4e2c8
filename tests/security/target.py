"""A chat with something of every kind in it, to be asked anything, and a log that must stay quiet."""

import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from random import Random
from typing import Any

from starlette.types import Message

from tests.server.app import OWNER
from turnstream.errors import RequestError
from turnstream.http import create_app
from turnstream.limits import Limits
from turnstream.server import ChatKitServer, StreamingResult, stream_text
from turnstream.store import AttachmentStore, MemoryStore, Store
from turnstream.types import (
    ActiveStatus,
    AssistantMessageContent,
    AssistantMessageItem,
    Attachment,
    ClientToolCallItem,
    ClosedStatus,
    FileAttachment,
    HiddenContextItem,
    InferenceOptions,
    StructuredInputItem,
    SyncCustomActionResponse,
    ThreadItem,
    ThreadMetadata,
    ThreadStatus,
    ThreadStreamEvent,
    TranscriptionResult,
    UserMessageItem,
    UserMessageTextContent,
    WidgetItem,
)
from turnstream.types.items.structured_inputs import StructuredInputFreeform
from turnstream.widgets import Card, Text

__all__ = ["Noise", "Target", "Verdict"]


UNLIMITED = Limits(
    open_streams_per_owner=None,
    running_turns_per_owner=None,
    messages_per_minute=None,
    attachments_per_owner=None,
)


class Noise(logging.Handler):
    """Keeps what the log says of a failure: nothing that a client sends may be one."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR or record.exc_info:
            self.records.append(record)

    def drained(self) -> list[str]:
        found = [logging.Formatter().format(record) for record in self.records]
        self.records.clear()
        return found


class Verdict:
    """How one request was answered."""

    def __init__(self, status: int, code: str, problems: list[str]) -> None:
        self.status = status
        self.code = code
        self.problems = problems
        if status >= 500:
            self.problems = [f"status {status} {code}", *problems]


class Files(AttachmentStore[Any]):
    async def delete_attachment(self, attachment_id: str, context: Any) -> None:
        pass

    async def create_attachment(self, input: Any, context: Any) -> Attachment:  # noqa: A002
        attachment_id = self.generate_attachment_id(input.mime_type, context)
        return FileAttachment(id=attachment_id, name=input.name, mime_type=input.mime_type)


class Chat(ChatKitServer[Any]):
    """Every hook does something."""

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        said = input_user_message.content[0].text if input_user_message and input_user_message.content else ""
        if said == "call":
            await self.call_client("get_list", {}, timeout_s=600)
        async for event in stream_text(thread, _words(said)):
            yield event

    async def action(
        self, thread: ThreadMetadata, action: Any, sender: WidgetItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        async for event in stream_text(thread, _words(action.type)):
            yield event

    async def sync_action(
        self, thread: ThreadMetadata, action: Any, sender: WidgetItem | None, context: Any
    ) -> SyncCustomActionResponse:
        return SyncCustomActionResponse(updated_item=sender)

    async def add_feedback(self, thread_id: str, item_ids: list[str], feedback: Any, context: Any) -> None:
        pass

    async def transcribe(self, audio_input: Any, context: Any) -> TranscriptionResult:
        return TranscriptionResult(text=f"{len(audio_input.data)} of {audio_input.media_type}")


async def _words(text: str) -> AsyncIterator[str]:
    yield "You said "
    yield text


class Target:
    """One server and its ASGI app, with a thread that has an item of each kind."""

    def __init__(self, random: Random, store: Store[Any] | None = None) -> None:
        self.random = random
        self.server = Chat(store or MemoryStore(), Files(), limits=UNLIMITED, page_actions="*")
        self.app = create_app(self.server, authenticate=lambda request: OWNER)
        self.visitors = create_app(
            self.server, cookie_secret=["n" * 32, "o" * 32], allowed_origins=["https://app.example", "null"]
        )
        self.noise = Noise()
        self.ids: list[str] = []
        logging.getLogger("turnstream").addHandler(self.noise)

    async def close(self) -> None:
        await self.server.close()
        logging.getLogger("turnstream").removeHandler(self.noise)

    async def seed(self) -> list[str]:
        """Make an active and a closed thread; return the ids of the newest threads and their items."""
        for status in (ActiveStatus(), ClosedStatus(reason="Done.")):
            self.ids = [*self.ids[-60:], *await self._new_thread(status)]
        return self.ids

    async def _new_thread(self, status: ThreadStatus) -> list[str]:
        store = self.server.store
        thread = ThreadMetadata(
            id=store.generate_thread_id(OWNER), created_at=datetime.now(UTC), status=status
        )
        await store.save_thread(thread, OWNER)
        attachment = FileAttachment(id=f"atc_{thread.id}", name="a.txt", mime_type="text/plain")
        await store.save_attachment(attachment, OWNER)
        items = _items(thread)
        for item in items:
            await store.add_thread_item(thread.id, item, OWNER)
        return [thread.id, attachment.id, *(item.id for item in items), f"call_{thread.id}"]

    async def ask(self, body: bytes) -> Verdict:
        """Send a body to the server itself."""
        is_durable, key = self.random.random() < 0.5, None
        if self.random.random() < 0.1:
            key = self.random.choice([f"k{self.random.randrange(99)}", "\x00", "é", "", "\ud800", "k" * 300])
        status, code = 200, ""
        try:
            result = await self.server.process(body, OWNER, is_durable=is_durable, idempotency_key=key)
            if isinstance(result, StreamingResult):
                await _read(result)
            else:
                json.loads(result.json)
        except RequestError as exc:
            status, code = exc.status, exc.code
            json.dumps(exc.to_body(), ensure_ascii=False).encode()
        except Exception as exc:  # noqa: BLE001
            status, code = 500, repr(exc)[:300]
        return Verdict(status, code, self.noise.drained())

    async def send(
        self, method: str, path: bytes, headers: list[tuple[bytes, bytes]], chunks: list[bytes]
    ) -> Verdict:
        """Send a request to one of the apps, in process."""
        app = self.random.choice([self.app, self.visitors])
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": self.random.choice(["1.0", "1.1", "2"]),
            "method": method,
            "scheme": "http",
            "path": path.decode("utf-8", "replace"),
            "raw_path": path,
            "root_path": "",
            "query_string": self.random.choice([b"", b"a=b", b"\xff=%00", b"&&=&"]),
            "headers": headers,
            "server": ("127.0.0.1", 8000),
            "client": ("127.0.0.1", 5000),
        }
        pending = [*chunks]
        is_left = self.random.random() < 0.1
        sent: list[Message] = []

        async def receive() -> Message:
            if not pending or (is_left and len(pending) == 1):
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": pending.pop(0), "more_body": bool(pending)}

        async def send(message: Message) -> None:
            sent.append(message)

        try:
            await app(scope, receive, send)
        except Exception as exc:  # noqa: BLE001
            return Verdict(500, repr(exc)[:300], self.noise.drained())
        status = next((message["status"] for message in sent if message["type"] == "http.response.start"), 0)
        body = b"".join(message.get("body", b"") for message in sent)
        return Verdict(
            status, body[:200].decode("utf-8", "replace") if status >= 500 else "", self.noise.drained()
        )


async def _read(result: StreamingResult) -> None:
    """Read what is there, and leave a turn that waits: it is cancelled unless it is durable."""
    for _ in range(6):
        result.interrupt()
        if await result.next_batch() == b"":
            break
    result.leave()


def _items(thread: ThreadMetadata) -> list[ThreadItem]:
    def of(kind: str) -> dict[str, Any]:
        return {"id": f"{kind}_{thread.id}", "thread_id": thread.id, "created_at": datetime.now(UTC)}

    items: list[ThreadItem] = [
        UserMessageItem(
            **of("msg"),
            content=[UserMessageTextContent(text="hello")],
            attachments=[],
            inference_options=InferenceOptions(),
        ),
        AssistantMessageItem(**of("answer"), content=[AssistantMessageContent(text="Hello")]),
        HiddenContextItem(**of("hidden"), content="secret"),
        WidgetItem(**of("widget"), widget=Card(children=[Text(value="Hi")])),
        StructuredInputItem(
            **of("question"), inputs=[StructuredInputFreeform(id="question_1", question="Why?")]
        ),
        ClientToolCallItem(**of("tool"), call_id=f"call_{thread.id}", name="get_list", arguments={}),
    ]
    return items
