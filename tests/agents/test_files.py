"""Files of the user reach the model's server, on every bridge and without code of the app."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.agents.bridges import BRIDGES, Limits, serve
from tests.agents.servers.scripted_server import Reply, ScriptedServer
from tests.http.serving import SECRET, serving
from tests.server.app import OWNER, stream, user_input
from turnstream.agents import AgentContext
from turnstream.agents.chat_completions import ChatModel, stream_chat_response, to_messages
from turnstream.agents.core import FileLimits
from turnstream.attachments import DiskAttachmentStore
from turnstream.http import create_app
from turnstream.server import ChatKitServer
from turnstream.store import MemoryStore
from turnstream.types import FileAttachment

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 40
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"1 0 obj\n" * 100
WAV = b"RIFF\x24\0\0\0WAVEfmt " + bytes(30)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ALL_KINDS = FileLimits(kinds={"image", "pdf", "text", "audio"})


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def stored(server: ChatKitServer[Any], name: str, mime_type: str, data: bytes | None) -> str:
    """Store an attachment of the user, with its file unless `data` is None; return its id."""
    files = server.attachment_store
    assert isinstance(files, DiskAttachmentStore)
    attachment_id = files.generate_attachment_id(mime_type, OWNER)
    attachment = FileAttachment(id=attachment_id, name=name, mime_type=mime_type)
    await server.store.save_attachment(attachment, context=OWNER)
    if data is not None:
        await files.write_file(attachment_id, pieces(data))
    return attachment_id


async def heard(
    bridge: str,
    folder: Path,
    *attached: tuple[str, str, bytes | None],
    text: str = "Look",
    limits: Limits = None,
) -> list[tuple[str, ...]]:
    """Send a message with files; return what the model's server got of it."""
    async with ScriptedServer([Reply(("I see.",))]) as model:
        respond = BRIDGES[bridge](model.base_url, 60.0, limits=limits)
        server = serve(respond, attachment_store=DiskAttachmentStore(folder))
        ids = [await stored(server, *each) for each in attached]
        message = {**user_input(text), "attachments": ids}
        if not text:
            message["content"] = []
        events = await stream(server, "threads.create", input=message)
    assert not [event for event in events if event["type"] == "error"]
    (request,) = model.requests
    return parts(request)


def parts(request: dict[str, Any]) -> list[tuple[str, ...]]:
    """The parts of the user's messages, in the words of neither API."""
    messages = request.get("messages") or request["input"]
    found: list[tuple[str, ...]] = []
    for message in messages:
        if message["role"] == "user":
            content = message["content"]
            found += [("text", content)] if isinstance(content, str) else [part_of(each) for each in content]
    return found


def part_of(part: dict[str, Any]) -> tuple[str, ...]:
    match part["type"]:
        case "text" | "input_text":
            return ("text", part["text"])
        case "image_url":
            return ("image", part["image_url"]["url"])
        case "input_image":
            return ("image", part["image_url"])
        case "file":
            return ("file", part["file"]["filename"], part["file"]["file_data"])
        case "input_file":
            return ("file", part["filename"], part["file_data"])
        case _:
            assert part["type"] == "input_audio"
            return ("audio", part["input_audio"]["format"], part["input_audio"]["data"])


def url(media_type: str, data: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


@pytest.mark.parametrize("bridge", BRIDGES)
async def test_a_picture_reaches_the_model(bridge: str, tmp_path: Path) -> None:
    got = await heard(bridge, tmp_path, ("damage.png", "image/png", PNG))
    assert got == [("text", "Look"), ("image", url("image/png", PNG))]


@pytest.mark.parametrize("bridge", BRIDGES)
async def test_a_picture_alone_is_a_message(bridge: str, tmp_path: Path) -> None:
    got = await heard(bridge, tmp_path, ("damage.png", "image/png", PNG), text="")
    assert got == [("image", url("image/png", PNG))]


@pytest.mark.parametrize("bridge", BRIDGES)
async def test_a_pdf_reaches_the_model_with_its_name(bridge: str, tmp_path: Path) -> None:
    got = await heard(bridge, tmp_path, ("offer.pdf", "application/pdf", PDF))
    if bridge == "pydantic_ai":  # it gives all files the same name
        name = ("text", "[Attached: offer.pdf]")
        assert got == [("text", "Look"), name, ("file", "filename.pdf", url("application/pdf", PDF))]
    else:
        assert got == [("text", "Look"), ("file", "offer.pdf", url("application/pdf", PDF))]


@pytest.mark.parametrize("bridge", BRIDGES)
async def test_sound_reaches_a_model_that_hears(bridge: str, tmp_path: Path) -> None:
    sounds = [("a.wav", "audio/wave", WAV), ("b.mp3", "audio/mpeg", b"ID3")]
    got = await heard(bridge, tmp_path, *sounds, limits=ALL_KINDS)
    assert got[1:] == [
        ("audio", "wav", base64.b64encode(WAV).decode()),
        ("audio", "mp3", base64.b64encode(b"ID3").decode()),
    ]


@pytest.mark.parametrize("bridge", BRIDGES)
async def test_texts_and_notes_reach_the_model_in_words(bridge: str, tmp_path: Path) -> None:
    got = await heard(
        bridge,
        tmp_path,
        ("prices.csv", "text/csv", "﻿oak,7 €".encode()),
        ("plan.docx", DOCX, b"PK"),
        ("a.wav", "audio/wave", WAV),
        ("gone.png", "image/png", None),
    )
    assert {kind for kind, *_ in got} == {"text"}
    reason = (
        "its content cannot be shown to you, since you only get pictures (PNG, JPEG, GIF, WebP), PDF, text"
    )
    assert "\n\n".join(text for _, text in got) == (
        "Look\n\n"
        '<AttachedFile name="prices.csv" type="text/csv">\noak,7 €\n</AttachedFile>\n\n'
        f"[Attached: plan.docx ({DOCX}); {reason}]\n\n"
        f"[Attached: a.wav (audio/wav); {reason}]\n\n"
        "[Attached: gone.png (image/png); its content could not be read]"
    )
    if "agents" not in bridge:  # some servers accept no parts
        assert len(got) == 1


@pytest.mark.parametrize("bridge", BRIDGES)
async def test_a_model_that_only_reads_gets_no_pictures(bridge: str, tmp_path: Path) -> None:
    got = await heard(bridge, tmp_path, ("damage.png", "image/png", PNG), limits=FileLimits(kinds={"text"}))
    note = "[Attached: damage.png (image/png); its content cannot be shown to you, since you only get text]"
    assert "\n\n".join(text for _, text in got) == f"Look\n\n{note}"


async def test_a_server_passes_uploads_to_its_model_without_code_for_files(tmp_path: Path) -> None:
    class Support(ChatKitServer[Any]):
        async def respond(self, thread: Any, input_user_message: Any, context: Any) -> AsyncIterator[Any]:
            of = AgentContext(thread=thread, store=self.store, request_context=context)
            page = await self.store.load_thread_items(thread.id, None, 50, "asc", context=context)
            async for event in stream_chat_response(of, model, await to_messages(page.data)):
                yield event

    chat = Support(MemoryStore(), attachment_store=DiskAttachmentStore(tmp_path))
    async with (
        ScriptedServer([Reply(("A crack.",))]) as scripted,
        ChatModel("m", base_url=scripted.base_url) as model,
        serving(create_app(chat, cookie_secret=SECRET)) as client,
    ):
        params = {"name": "damage.png", "size": len(PNG), "mime_type": "image/png"}
        announced = await client.post("/chatkit", json={"type": "attachments.create", "params": params})
        descriptor = announced.json()["upload_descriptor"]
        sent = await client.put(descriptor["url"], headers=descriptor["headers"], content=PNG)
        assert sent.status_code == 200
        message = {**user_input("What is it?"), "attachments": [announced.json()["id"]]}
        answer = await client.post("/chatkit", json={"type": "threads.create", "params": {"input": message}})
        assert "A crack." in answer.text
    assert parts(scripted.requests[0]) == [("text", "What is it?"), ("image", url("image/png", PNG))]
