"""The disk of the files is full, and has room again later."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import httpx
import pytest

from tests.attachments.conftest import files_in
from tests.disks import fill, small_disk
from tests.http.serving import serving
from tests.http.test_app import say_hello
from tests.http.test_files import announce, code, put, request_of
from tests.server.app import ScriptedServer, user_input
from turnstream.attachments import DiskAttachmentStore
from turnstream.http import ChatApp, create_app
from turnstream.store import Principal

Strategy = Literal["two_phase", "direct"]

ADA = Principal(id="ada")

FULL = 507, "storage_full"
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 12_000
"""3 MB: more than is held in memory, by the server or for a form."""
ROOM = {"no room": 0, "room for a half": len(PICTURE) // 2, "room for all but its end": len(PICTURE) - 4096}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk") as mounted:
        yield mounted


@pytest.fixture(params=["two_phase", "direct"])
def strategy(request: pytest.FixtureRequest) -> Strategy:
    return request.param


async def upload(client: httpx.AsyncClient, strategy: Strategy) -> tuple[httpx.Response, str | None]:
    """Send the picture as a client does that begins anew; return the answer and the attachment's id."""
    if strategy == "two_phase":
        announced = await announce(client, PICTURE)
        return await put(client, announced, PICTURE), announced["id"]
    sent = await client.post("/chatkit/attachments", files={"file": ("damage.png", PICTURE, "image/png")})
    return sent, sent.json().get("id")


async def send(client: httpx.AsyncClient, attachment_id: str) -> httpx.Response:
    message = {**user_input("Look"), "attachments": [attachment_id]}
    return await client.post("/chatkit", json=request_of("threads.create", input=message))


async def records(server: ScriptedServer) -> dict[str, bool]:
    """Ada's attachments, and whether each waits for its file."""
    page = await server.store.load_attachments(100, None, ADA)
    return {attachment.id: attachment.upload_descriptor is not None for attachment in page.data}


def server_with_files_on(disk: Path) -> ScriptedServer:
    server = ScriptedServer(say_hello)
    server.attachment_store = DiskAttachmentStore(disk / "files")
    return server


def app_of_ada(server: ScriptedServer) -> ChatApp:
    return create_app(server, authenticate=lambda _: ADA)


@pytest.mark.parametrize("room", ROOM.values(), ids=ROOM)
async def test_an_upload_that_finds_no_room_leaves_nothing_and_succeeds_later(
    disk: Path, strategy: Strategy, room: int
) -> None:
    server = server_with_files_on(disk)
    async with serving(app_of_ada(server)) as client:
        small = await client.post("/chatkit/attachments", files={"file": ("a.txt", b"small", "text/plain")})
        before = files_in(disk)
        assert before == [small.json()["id"]]
        ballast = disk / "ballast"
        fill(ballast, but_bytes=room)
        refused, attachment_id = await upload(client, strategy)
        assert code(refused) == FULL
        assert files_in(disk) == sorted([*before, "ballast"])
        announced = {} if attachment_id is None else {attachment_id: True}
        assert await records(server) == {before[0]: False, **announced}
        if attachment_id is not None:
            unsent = await send(client, attachment_id)
            assert code(unsent) == (400, "invalid_request")
            assert "has not arrived yet" in unsent.json()["error"]["message"]
            assert code(await client.get(f"/chatkit/attachments/{attachment_id}")) == (404, "not_found")
        assert (await client.get(f"/chatkit/attachments/{before[0]}")).content == b"small"
        ballast.unlink()
        stored, attachment_id = await upload(client, strategy)
        assert stored.status_code == 200
        assert attachment_id is not None
        assert files_in(disk) == sorted([*before, attachment_id])
        assert (await client.get(f"/chatkit/attachments/{attachment_id}")).content == PICTURE
        assert (await send(client, attachment_id)).status_code == 200


async def test_the_url_of_a_file_that_found_no_room_is_still_good(disk: Path) -> None:
    async with serving(app_of_ada(server_with_files_on(disk))) as client:
        announced = await announce(client, PICTURE)
        ballast = disk / "ballast"
        fill(ballast, but_bytes=len(PICTURE) // 2)
        assert code(await put(client, announced, PICTURE)) == FULL
        ballast.unlink()
        assert (await put(client, announced, PICTURE)).status_code == 200
        assert (await client.get(announced["preview_url"])).content == PICTURE


async def test_a_form_needs_no_room_on_the_disk_of_temporary_files(
    disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(disk))
    async with serving(app_of_ada(server_with_files_on(tmp_path))) as client:
        fill(disk / "ballast", but_bytes=0)
        stored, attachment_id = await upload(client, "direct")
        assert stored.status_code == 200
        assert (await client.get(f"/chatkit/attachments/{attachment_id}")).content == PICTURE
