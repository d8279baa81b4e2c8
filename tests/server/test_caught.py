"""What code around `process()` of the official server catches, it catches here."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.official import SERVER, STORE, TYPES, OfficialStore
from turnstream import server, store, types
from turnstream.errors import RequestError

MESSAGE: dict[str, Any] = {
    "content": [{"type": "input_text", "text": "hi"}],
    "attachments": [],
    "inference_options": {},
}
AUDIO = {"audio_base64": "c291bmQ=", "mime_type": "audio/webm"}
UPLOAD = {"name": "a.txt", "size": 3, "mime_type": "text/plain"}
ACTION: dict[str, Any] = {"type": "press", "payload": {}}

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "no operation": ("threads.explode", {}),
    "a field of a wrong type": ("threads.get_by_id", {"thread_id": 7}),
    "an unknown thread": ("threads.get_by_id", {"thread_id": "thr_9"}),
    "a message to an unknown thread": ("threads.add_user_message", {"thread_id": "thr_9", "input": MESSAGE}),
    "an unknown thread that is renamed": ("threads.update", {"thread_id": "thr_9", "title": "New"}),
    "an unknown widget": (
        "threads.custom_action",
        {"thread_id": "thr_1", "item_id": "wig_9", "action": ACTION},
    ),
    "unknown questions": (
        "threads.add_structured_input",
        {"thread_id": "thr_1", "item_id": "si_9", "input": {"status": "skipped", "answers": {}}},
    ),
    "questions that are a message": (
        "threads.add_structured_input",
        {"thread_id": "thr_1", "item_id": "msg_1", "input": {"status": "skipped", "answers": {}}},
    ),
    "an answer to no call": ("threads.add_client_tool_output", {"thread_id": "thr_1", "result": 1}),
    "an action of what is no widget": (
        "threads.sync_custom_action",
        {"thread_id": "thr_1", "item_id": "msg_1", "action": ACTION},
    ),
    "an action that nobody answers": ("threads.custom_action", {"thread_id": "thr_1", "action": ACTION}),
    "a sync action that nobody answers": (
        "threads.sync_custom_action",
        {"thread_id": "thr_1", "action": ACTION},
    ),
    "no dictation": ("input.transcribe", AUDIO),
    "does not accept attachments": ("attachments.create", UPLOAD),
    "no attachments to delete": ("attachments.delete", {"attachment_id": "atc_1"}),
}


class Official(SERVER.ChatKitServer):
    async def respond(self, thread: Any, input_user_message: Any, context: Any) -> AsyncIterator[Any]:
        yield TYPES.EndOfTurnItem(id="end", thread_id=thread.id, created_at=datetime.now())  # noqa: DTZ005


class Ours(server.ChatKitServer[Any]):
    async def respond(self, thread: Any, input_user_message: Any, context: Any) -> AsyncIterator[Any]:
        for event in ():
            yield event


async def raised_by(
    peer: Any, module: Any, kinds: Any, operation: str, params: dict[str, Any]
) -> Exception | None:
    """What comes out of `process`, or of its stream."""
    times = {"created_at": datetime.now(UTC)}
    await peer.store.save_thread(kinds.ThreadMetadata(id="thr_1", **times), context="ada")
    message = kinds.UserMessageItem(
        id="msg_1",
        thread_id="thr_1",
        content=[],
        attachments=[],
        inference_options=kinds.InferenceOptions(),
        **times,
    )
    await peer.store.add_thread_item("thr_1", message, context="ada")
    try:
        result = await peer.process(json.dumps({"type": operation, "params": params}), "ada")
        if isinstance(result, module.StreamingResult):
            async for _ in result:
                pass
    except Exception as exc:  # noqa: BLE001  # any of them is what the test is about
        return exc
    return None


CAUGHT: list[tuple[type[Exception], type[Exception]]] = [
    (ValueError, ValueError),
    (RuntimeError, RuntimeError),
    (NotImplementedError, NotImplementedError),
    (STORE.NotFoundError, store.NotFoundError),
]
"""What code catches there, and what it catches once its imports are renamed."""


@pytest.mark.parametrize("case", CASES)
async def test_what_is_caught_around_the_official_server(case: str) -> None:
    operation, params = CASES[case]
    theirs = await raised_by(Official(OfficialStore()), SERVER, TYPES, operation, params)
    ours = await raised_by(Ours(store.MemoryStore(), page_actions="*"), server, types, operation, params)
    assert isinstance(ours, RequestError)
    missed = [kind for there, kind in CAUGHT if isinstance(theirs, there) and not isinstance(ours, kind)]
    assert missed == []


async def test_an_error_of_an_apps_own_store_keeps_what_it_says() -> None:
    ours = await raised_by(
        Ours(store.MemoryStore()), server, types, "threads.get_by_id", {"thread_id": "thr_9"}
    )
    assert isinstance(ours, store.NotFoundError)
    assert (ours.kind, ours.missing_id) == ("thread", "thr_9")


class Disk(store.AttachmentStore[Any]):
    def __init__(self) -> None:
        self.deleted: list[str] = []

    async def delete_attachment(self, attachment_id: str, context: Any) -> None:
        self.deleted.append(attachment_id)


class StoreOfAnApp(store.MemoryStore[Any]):
    """Knows nothing of attachments, as that of an app that keeps them elsewhere."""

    async def is_attachment_of_another(self, attachment_id: str, context: Any) -> bool:
        return await store.Store.is_attachment_of_another(self, attachment_id, context)

    async def load_attachment(self, attachment_id: str, context: Any) -> Any:
        raise NotImplementedError


async def test_an_attachment_that_the_store_does_not_know_is_deleted() -> None:
    disk = Disk()
    for of in (store.MemoryStore[Any](), StoreOfAnApp()):
        result = await Ours(of, disk).process(
            '{"type":"attachments.delete","params":{"attachment_id":"atc_1"}}', "ada"
        )
        assert isinstance(result, server.NonStreamingResult)
    assert disk.deleted == ["atc_1", "atc_1"]
