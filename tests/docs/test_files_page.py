"""docs/files.md: its server receives a file and speaks of it, as its page asks it to."""

import json
from collections.abc import AsyncIterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.docs.test_pages import BLOCK, DOCS
from tests.http.serving import serving
from tests.server.app import user_input
from turnstream.agents.core import FileLimits
from turnstream.types import Attachment, FileAttachment, InferenceOptions, UserMessageItem

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"1 0 obj\n" * 100


def blocks(kind: str) -> list[str]:
    found = BLOCK.findall((DOCS / "files.md").read_text("utf-8"))
    return [block for language, block in found if language == kind]


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names of the page's app, which is made before the event loop runs, as `turnstream serve` does."""
    monkeypatch.chdir(tmp_path)
    (options,) = blocks("js")
    assert "two_phase" in options
    names: dict[str, Any] = {"__name__": "app"}
    for source in blocks("python"):
        exec(source, names)
    return names


async def test_the_server_of_files_md(page: dict[str, Any]) -> None:
    async with serving(page["app"]) as client:
        announced = await client.post(
            "/chatkit",
            json={
                "type": "attachments.create",
                "params": {"name": "offer.pdf", "size": len(PDF), "mime_type": "application/pdf"},
            },
        )
        attachment = announced.json()
        descriptor = attachment["upload_descriptor"]
        sent = await client.put(descriptor["url"], headers=descriptor["headers"], content=PDF)
        assert sent.status_code == 200
        message = {**user_input("Look"), "attachments": [attachment["id"]]}
        answer = await client.post("/chatkit", json={"type": "threads.create", "params": {"input": message}})
    text = f"offer.pdf is application/pdf and has {len(PDF)} bytes. "
    assert json.dumps(text)[1:-1] in answer.text


async def test_the_converter_of_files_md(page: dict[str, Any]) -> None:
    async def content() -> AsyncIterator[bytes]:
        yield b"PK"

    def describe(data: bytes) -> str:
        return f"{len(data)} bytes of Word"

    page["text_of_word"] = describe
    for attachment_id in ("atc_12345678", "atc_23456789"):
        await page["files"].write_file(attachment_id, content())
    attachments: list[Attachment] = [
        FileAttachment(id="atc_12345678", name="plan.docx", mime_type=page["WORD"]),
        FileAttachment(id="atc_23456789", name="plan.pdf", mime_type="application/pdf"),
    ]
    message = UserMessageItem(
        id="msg_1",
        thread_id="thr_1",
        created_at=datetime.now(UTC),
        content=[],
        attachments=attachments,
        inference_options=InferenceOptions(),
    )
    (converted,) = await page["messages_of"]([message])
    word, note = converted["content"].split("\n\n")
    assert word == "2 bytes of Word"
    assert "plan.pdf" in note


def test_the_limits_of_files_md_are_true() -> None:
    text = (DOCS / "files.md").read_text("utf-8")
    limits = FileLimits()
    assert [each.name for each in fields(limits) if f"`{each.name}`" not in text] == []
    for words, value in {
        "| 20 MiB |": limits.max_file_bytes / 2**20 == 20,
        "| 24 MiB, 50 |": (limits.max_total_bytes / 2**20, limits.max_files) == (24, 50),
        "| 100,000 |": limits.max_text_characters == 100_000,
        '| `{"image", "pdf", "text"}` |': limits.kinds == {"image", "pdf", "text"},
    }.items():
        assert words in text
        assert value, words
