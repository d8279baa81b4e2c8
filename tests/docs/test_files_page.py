"""docs/files.md: its server receives a file and speaks of it, as its page asks it to."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.docs.test_pages import BLOCK, DOCS
from tests.http.serving import serving
from tests.server.app import user_input

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"1 0 obj\n" * 100


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The app of the page, which is made before the event loop runs, as `turnstream serve` does."""
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall((DOCS / "files.md").read_text("utf-8"))
    (source,) = [block for language, block in blocks if language == "python"]
    (options,) = [block for language, block in blocks if language == "js"]
    assert "two_phase" in options
    names: dict[str, Any] = {"__name__": "app"}
    exec(source, names)
    return names["app"]


async def test_the_server_of_files_md(app: Any) -> None:
    async with serving(app) as client:
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
