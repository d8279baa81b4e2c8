"""The operations that are answered with one body."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.server.app import OWNER, ScriptedServer, call, create, done, hidden, start, types, user_input
from turnstream.errors import InvalidRequestError, NotSupportedError, RequestNotFoundError
from turnstream.server import NonStreamingResult
from turnstream.store import AttachmentStore
from turnstream.types import (
    Attachment,
    AttachmentCreateParams,
    AttachmentUploadDescriptor,
    AudioInput,
    FeedbackKind,
    FileAttachment,
    HiddenContextItem,
    ThreadMetadata,
    ThreadStreamEvent,
    TranscriptionResult,
    UserMessageItem,
)

Events = AsyncIterator[ThreadStreamEvent]


async def hello(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield hidden(thread, "hid_1")
    yield done(thread, "Hello")


async def thread_of(server: ScriptedServer, *kinds: str) -> str:
    """A thread whose items are, by letter, visible or hidden."""
    thread_id, _ = await create(server)
    thread = await server.store.load_thread(thread_id, context=OWNER)
    for item in (await server.store.load_thread_items(thread_id, None, 10, "asc", context=OWNER)).data:
        await server.store.delete_thread_item(thread_id, item.id, context=OWNER)
    for number, kind in enumerate("".join(kinds)):
        item = (
            done(thread, str(number), f"v{number}").item
            if kind == "v"
            else HiddenContextItem(
                id=f"h{number}", thread_id=thread_id, created_at=datetime.now(UTC), content="secret"
            )
        )
        await server.store.add_thread_item(thread_id, item, context=OWNER)
    return thread_id


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 2, 3, 5])
@pytest.mark.parametrize("kinds", ["v", "h", "", "vhvhv", "hhhhv", "vhhhh", "vvvhh", "vv" + "h" * 45 + "v"])
async def test_pages_are_full_and_know_whether_more_follows(kinds: str, limit: int, order: str) -> None:
    server = ScriptedServer(hello)
    thread_id = await thread_of(server, kinds)
    visible = [f"v{number}" for number, kind in enumerate(kinds) if kind == "v"]
    expected = visible if order == "asc" else visible[::-1]
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = await call(server, "items.list", thread_id=thread_id, order=order, limit=limit, **after)
        ids = [item["id"] for item in page["data"]]
        seen += ids
        assert page["has_more"] == (len(seen) < len(expected))
        if not page["has_more"]:
            break
        assert len(ids) == limit
        after = {"after": page["after"]}
    assert seen == expected


async def test_a_thread_comes_with_its_first_twenty_visible_items() -> None:
    server = ScriptedServer(hello)
    thread_id = await thread_of(server, "hv" * 21)
    items = (await call(server, "threads.get_by_id", thread_id=thread_id))["items"]
    assert [item["id"] for item in items["data"]] == [f"v{number}" for number in range(1, 41, 2)]
    assert items["has_more"]


async def test_deleting_a_thread_stops_its_turn() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        await asyncio.Event().wait()
        yield done(thread, "never")

    server = ScriptedServer(respond)
    result = await start(server, "threads.create", input=user_input("hi"))
    thread_id = (await call(server, "threads.list"))["data"][0]["id"]
    assert await call(server, "threads.delete", thread_id=thread_id) == {}
    assert b"error" not in b"".join([frame async for frame in result.json_events])
    assert (await call(server, "threads.list"))["data"] == []


class FeedbackServer(ScriptedServer):
    def __init__(self) -> None:
        super().__init__(hello)
        self.given: list[tuple[str, list[str], str]] = []

    async def add_feedback(
        self, thread_id: str, item_ids: list[str], feedback: FeedbackKind, context: Any
    ) -> None:
        self.given.append((thread_id, item_ids, feedback))


async def test_feedback_is_for_items_of_the_thread() -> None:
    server = FeedbackServer()
    thread_id, _ = await create(server)
    await call(server, "items.feedback", thread_id=thread_id, item_ids=["msg_answer"], kind="negative")
    with pytest.raises(RequestNotFoundError):
        await call(
            server, "items.feedback", thread_id=thread_id, item_ids=["msg_answer", "msg_x"], kind="positive"
        )
    assert server.given == [(thread_id, ["msg_answer"], "negative")]


class Uploads(AttachmentStore[Any]):
    def __init__(self) -> None:
        self.deleted: list[str] = []

    async def create_attachment(self, input: AttachmentCreateParams, context: Any) -> Attachment:  # noqa: A002
        descriptor = AttachmentUploadDescriptor.model_validate(
            {"url": "https://files.test/1", "method": "PUT"}
        )
        return FileAttachment(
            id="atc_1",
            name=input.name,
            mime_type=input.mime_type,
            upload_descriptor=descriptor,
            metadata={"bucket": "private"},
        )

    async def delete_attachment(self, attachment_id: str, context: Any) -> None:
        self.deleted.append(attachment_id)


async def test_an_attachment_is_announced_sent_and_deleted_by_its_owner() -> None:
    server, uploads = ScriptedServer(hello), Uploads()
    server.attachment_store = uploads
    made = await call(server, "attachments.create", name="a.txt", size=3, mime_type="text/plain")
    assert made["upload_descriptor"]["url"] == "https://files.test/1"
    assert "private" not in str(made)
    message = {**user_input("see"), "attachments": ["atc_1"]}
    result = await start(server, "threads.create", input=message)
    stream = b"".join([frame async for frame in result.json_events])
    assert b'"name":"a.txt"' in stream
    assert b"private" not in stream
    stolen = await server.process('{"type":"attachments.delete","params":{"attachment_id":"atc_1"}}', "eve")
    assert isinstance(stolen, NonStreamingResult)
    assert stolen.json == b"{}"  # as for an id that nobody has
    assert uploads.deleted == []
    assert await call(server, "attachments.delete", attachment_id="atc_1") == {}
    assert uploads.deleted == ["atc_1"]


async def test_another_owners_attachment_cannot_be_sent() -> None:
    server = ScriptedServer(hello)
    server.attachment_store = Uploads()
    await call(server, "attachments.create", name="a.txt", size=3, mime_type="text/plain")
    message = {**user_input("see"), "attachments": ["atc_1"]}
    with pytest.raises(InvalidRequestError, match="no longer on the server: remove it") as refusal:
        await server.process(json.dumps({"type": "threads.create", "params": {"input": message}}), "eve")
    assert refusal.value.field == "params.input.attachments"
    assert (await server.store.load_threads(1, None, "asc", context="eve")).data == []


async def test_a_store_without_uploads_says_so() -> None:
    class OnlyDeletes(AttachmentStore[Any]):
        async def delete_attachment(self, attachment_id: str, context: Any) -> None:
            raise AssertionError

    server = ScriptedServer(hello)
    server.attachment_store = OnlyDeletes()
    with pytest.raises(NotSupportedError, match="OnlyDeletes"):
        await call(server, "attachments.create", name="a.txt", size=3, mime_type="text/plain")


async def test_a_dictation_becomes_text() -> None:
    class Server(ScriptedServer):
        async def transcribe(self, audio_input: AudioInput, context: Any) -> TranscriptionResult:
            return TranscriptionResult(text=f"{audio_input.data!r} {audio_input.media_type}")

    audio = base64.b64encode(b"sound").decode()
    answer = await call(
        Server(hello), "input.transcribe", audio_base64=audio, mime_type="audio/webm;codecs=opus"
    )
    assert answer == {"text": "b'sound' audio/webm"}


async def test_hidden_items_stay_hidden_in_a_new_turn() -> None:
    _, events = await create(ScriptedServer(hello))
    assert types(events)[-1] == "thread.item.done"
    assert "secret" not in str(events)
