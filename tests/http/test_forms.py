"""Files that are sent as the field `file` of a form, and read while they arrive."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.attachments.conftest import files_in
from tests.http.serving import serving
from tests.http.test_files import PDF, PNG, app, code, disk
from tests.http.test_full_disk import ADA, app_of_ada
from tests.server.app import ScriptedServer
from turnstream.attachments.forms import read_form
from turnstream.attachments.urls import SIZE
from turnstream.errors import InvalidRequestError
from turnstream.limits import Limits

__all__ = ["disk"]

TYPE = "multipart/form-data; boundary=line"
LIKE_A_BOUNDARY = b"\r\n--lin\r\n--\r\n\r\r\n-\r\n--line" + b"x"
URL = "/chatkit/attachments"
END = b"--line--\r\n"


def part(name: str, data: bytes, filename: str | None = None) -> bytes:
    of_file = "" if filename is None else f'; filename="{filename}"\r\nContent-Type: application/pdf'
    head = f'--line\r\nContent-Disposition: form-data; name="{name}"{of_file}\r\n\r\n'
    return head.encode() + data + b"\r\n"


async def pieces(form: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(form), size):
        yield form[start : start + size]


async def post(client: httpx.AsyncClient, form: bytes) -> httpx.Response:
    return await client.post(URL, headers={"Content-Type": TYPE}, content=form)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000, 100_000])
async def test_a_file_is_the_same_however_its_form_arrives(size: int) -> None:
    data = PDF + LIKE_A_BOUNDARY + bytes(range(256)) + b"\r\n"
    form = part("before", b"a" * 20) + part("file", data, "März.pdf") + part("after", b"b" * 20) + END
    file = await read_form(TYPE, pieces(form, size))
    assert (file.name, file.content_type) == ("März.pdf", "application/pdf")
    assert b"".join([piece async for piece in file.chunks()]) == data


@pytest.mark.parametrize("end", [b"", b"\r\n", b"\r\n--li", b"\r\n--other--\r\n"])
async def test_a_form_that_ends_within_its_file_stores_nothing(
    disk: ScriptedServer, tmp_path: Path, end: bytes
) -> None:
    async with serving(app_of_ada(disk)) as client:
        refused = await post(client, part("file", PDF, "a.pdf").removesuffix(b"\r\n") + end)
        assert code(refused) == (400, "invalid_request")
        assert files_in(tmp_path) == []
        assert (await disk.store.load_attachments(10, None, ADA)).data == []


async def test_what_comes_after_the_file_may_refuse_it(disk: ScriptedServer, tmp_path: Path) -> None:
    file = part("file", PDF, "a.pdf")
    async with serving(app_of_ada(disk)) as client:
        for rest in (part("file", PDF, "b.pdf") + END, b"--line nonsense"):
            assert code(await post(client, file + rest)) == (400, "invalid_request")
        assert files_in(tmp_path) == []
        assert (await disk.store.load_attachments(10, None, ADA)).data == []
        assert (await post(client, file + part("note", b"text") + END)).status_code == 200


@pytest.mark.parametrize("is_chunked", [False, True])
async def test_a_file_counts_as_much_as_it_has(disk: ScriptedServer, is_chunked: bool) -> None:
    form = part("file", PDF, "a.pdf") + END
    async with serving(app_of_ada(disk)) as client:
        sent = await client.post(
            URL, headers={"Content-Type": TYPE}, content=pieces(form, 100) if is_chunked else form
        )
        assert sent.status_code == 200
        [stored] = (await disk.store.load_attachments(10, None, ADA)).data
        assert stored.metadata is not None
        assert stored.metadata[SIZE] == len(PDF)


async def test_a_file_may_have_as_many_bytes_as_the_limit_says(disk: ScriptedServer, tmp_path: Path) -> None:
    async with serving(app(disk, limits=Limits(max_attachment_bytes=len(PNG)))) as client:
        for data, status in ((PNG, 200), (PNG + b"\0", 413)):
            sent = await client.post(URL, files={"file": ("a.png", data, "image/png")})
            assert sent.status_code == status
        assert sent.json()["error"] == {
            "code": "too_large",
            "message": f"The file may have up to {len(PNG)} bytes.",
        }
        assert len(files_in(tmp_path)) == 1


async def test_the_name_is_known_before_the_file_has_arrived() -> None:
    arrived = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield part("file", PDF[:10], "a.pdf").removesuffix(b"\r\n")
        await arrived.wait()
        yield PDF[10:] + b"\r\n" + END

    file = await asyncio.wait_for(read_form(TYPE, body()), 60)
    assert file.name == "a.pdf"
    arrived.set()
    assert b"".join([piece async for piece in file.chunks()]) == PDF


@pytest.mark.parametrize(
    "form",
    [b"", END, part("file", b"text") + END, part("other", PDF, "a.pdf") + END],
)
async def test_a_form_without_a_file_is_refused(form: bytes) -> None:
    with pytest.raises(InvalidRequestError, match="no file in its field `file`"):
        await read_form(TYPE, pieces(form, 1000))
