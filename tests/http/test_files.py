"""Files that the server receives and sends itself, by real requests."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx
import pytest

from tests.attachments.conftest import bucket, files_in, s3
from tests.http.serving import SECRET, listening, serving
from tests.http.test_app import say_hello
from tests.server.app import ScriptedServer, user_input
from turnstream.attachments import DiskAttachmentStore
from turnstream.http import create_app
from turnstream.limits import Limits
from turnstream.server.operations import uploads
from turnstream.server.operations.uploads import hosted_store
from turnstream.store import NotFoundError, StorageError
from turnstream.types import Attachment

__all__ = ["s3"]

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 40
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"1 0 obj\n" * 100
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
GIF_THAT_IS_A_SCRIPT = b"GIF89a/*" + b"\0" * 40 + b"*/=1;alert(1)"


@pytest.fixture(params=["disk", "s3"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> ScriptedServer:
    made = ScriptedServer(say_hello)
    if request.param == "disk":
        made.attachment_store = DiskAttachmentStore(tmp_path / "files")
    else:
        made.attachment_store = bucket(request.getfixturevalue("s3"), f"/{tmp_path.name}")
    return made


@pytest.fixture
def disk(tmp_path: Path) -> ScriptedServer:
    made = ScriptedServer(say_hello)
    made.attachment_store = DiskAttachmentStore(tmp_path / "files")
    return made


def app(server: ScriptedServer, **options: Any) -> Any:
    return create_app(server, cookie_secret=SECRET, **options)


def request_of(kind: str, **params: Any) -> dict[str, Any]:
    return {"type": kind, "params": params}


async def announce(
    client: httpx.AsyncClient, data: bytes, mime_type: str = "image/png", name: str = "damage.png"
) -> dict[str, Any]:
    answer = await client.post(
        "/chatkit", json=request_of("attachments.create", name=name, size=len(data), mime_type=mime_type)
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def put(client: httpx.AsyncClient, announced: dict[str, Any], data: Any) -> httpx.Response:
    descriptor = announced["upload_descriptor"]
    assert descriptor["method"] == "PUT"
    # Official clients send neither cookies nor headers of their own with the file.
    async with httpx.AsyncClient(timeout=60) as bare:
        return await bare.put(descriptor["url"], headers=descriptor["headers"], content=data)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def test_a_file_in_two_steps(server: ScriptedServer) -> None:
    async with serving(app(server)) as client:
        announced = await announce(client, PNG)
        base = str(client.base_url).rstrip("/")
        assert announced["upload_descriptor"]["url"].startswith(
            f"{base}/chatkit/attachments/{announced['id']}?"
        )
        assert announced["preview_url"] == f"{base}/chatkit/attachments/{announced['id']}"
        assert (await put(client, announced, PNG)).status_code == 200
        shown = await client.get(announced["preview_url"])
        assert shown.content == PNG
        created = await client.post(
            "/chatkit",
            json=request_of("threads.create", input={**user_input("Look"), "attachments": [announced["id"]]}),
        )
        assert "upload_descriptor" not in created.text
        assert announced["id"] in created.text


async def test_a_file_in_one_step(server: ScriptedServer) -> None:
    async with serving(app(server)) as client:
        form = {"file": ("Rechnung März.pdf", PDF, "application/pdf")}
        sent = await client.post("/chatkit/attachments", files=form)
        attachment = sent.json()
        assert sent.status_code == 200
        assert attachment == {
            "id": attachment["id"],
            "name": "Rechnung März.pdf",
            "mime_type": "application/pdf",
            "type": "file",
        }
        got = await client.get(f"/chatkit/attachments/{attachment['id']}")
        assert got.content == PDF
        assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''Rechnung%20M%C3%A4rz.pdf"


async def test_headers_let_nothing_run(disk: ScriptedServer) -> None:
    async with serving(app(disk)) as client:
        for name, data, mime_type, disposition in [
            ("a.png", PNG, "image/png", "inline"),
            ("a.gif", GIF_THAT_IS_A_SCRIPT, "image/gif", "inline"),
            ("a.txt", HTML, "text/plain", "attachment"),
            ("a.csv", b"a,b\n1,2\n", "text/csv", "attachment"),
            ("a.pdf", PDF, "application/pdf", "attachment"),
        ]:
            announced = await announce(client, data, mime_type, name)
            assert (await put(client, announced, data)).status_code == 200
            got = await client.get(f"/chatkit/attachments/{announced['id']}")
            assert got.headers["content-disposition"].startswith(disposition)
            shown_as = "text/plain; charset=utf-8" if mime_type.startswith("text/") else mime_type
            assert got.headers["content-type"] == shown_as
            assert got.headers["x-content-type-options"] == "nosniff"
            assert "sandbox" in got.headers["content-security-policy"]
            assert got.headers["cache-control"].startswith("private")
            assert got.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("data", "mime_type"),
    [
        (HTML, "image/png"),
        (HTML, "application/pdf"),
        (HTML, "audio/mpeg"),
        (SVG, "image/png"),
        (SVG, "image/gif"),
        (PNG, "application/pdf"),
        (PDF, "image/png"),
        (PNG, "text/plain"),
        (b"text with \0", "text/plain"),
        (b"t" * 5000 + b"\xff", "text/csv"),
        (b"", "image/png"),
        (b"MZ\x90\0" * 100, "application/octet-stream"),
        (b"\0" * 100, "application/octet-stream"),
    ],
    ids=lambda value: value[:12].hex() if isinstance(value, bytes) else value,
)
async def test_content_of_another_type_is_refused_and_leaves_nothing(
    disk: ScriptedServer, tmp_path: Path, data: bytes, mime_type: str
) -> None:
    async with serving(app(disk)) as client:
        announced = await announce(client, data, mime_type)
        assert code(await put(client, announced, data)) == (415, "attachment_type")
        assert code(await client.get(f"/chatkit/attachments/{announced['id']}")) == (404, "not_found")
        form = {"file": ("a", data, mime_type)}
        assert code(await client.post("/chatkit/attachments", files=form)) == (415, "attachment_type")
    assert files_in(tmp_path) == []


@pytest.mark.parametrize(
    "mime_type", ["text/html", "image/svg+xml", "application/x-msdownload", "nonsense", ""]
)
async def test_types_that_are_not_allowed_are_refused_when_they_are_announced(
    disk: ScriptedServer, mime_type: str
) -> None:
    async with serving(app(disk)) as client:
        answer = await client.post(
            "/chatkit", json=request_of("attachments.create", name="a", size=5, mime_type=mime_type)
        )
        assert code(answer) == (415, "attachment_type")


async def test_a_picture_with_another_ending_gets_its_own_type(disk: ScriptedServer) -> None:
    async with serving(app(disk)) as client:
        announced = await announce(client, PNG, "image/jpeg", "photo.jpg")
        assert (await put(client, announced, PNG)).status_code == 200
        got = await client.get(f"/chatkit/attachments/{announced['id']}")
        assert got.headers["content-type"] == "image/png"


async def test_a_type_that_the_browser_does_not_know_is_found(disk: ScriptedServer) -> None:
    async with serving(app(disk)) as client:
        for data, found in [(b"# Title\n", "text/plain; charset=utf-8"), (PDF, "application/pdf")]:
            announced = await announce(client, data, "application/octet-stream", "notes")
            assert (await put(client, announced, data)).status_code == 200
            got = await client.get(f"/chatkit/attachments/{announced['id']}")
            assert got.headers["content-type"] == found


@pytest.mark.parametrize("sent", [PNG[:-1], PNG + b"x", b"", PNG * 3], ids=["less", "more", "none", "thrice"])
async def test_another_size_than_announced_is_refused_and_leaves_nothing(
    disk: ScriptedServer, tmp_path: Path, sent: bytes
) -> None:
    async with serving(app(disk)) as client:
        announced = await announce(client, PNG)
        refused = await put(client, announced, sent)
        assert refused.status_code in {400, 413, 415}
        assert files_in(tmp_path) == []
        assert (await put(client, announced, PNG)).status_code == 200  # the URL is still good


async def test_a_url_is_for_one_upload_of_one_file_and_type(server: ScriptedServer) -> None:
    async with serving(app(server)) as client:
        announced, other = await announce(client, PNG), await announce(client, PNG)
        url = announced["upload_descriptor"]["url"]
        path, _, query = url.partition("?")
        values = {name: each[0] for name, each in parse_qs(query).items()}
        wrong = [
            path,
            f"{path}?key=",
            f"{path}?{urlencode({**values, 'key': 'x' * 32})}",
            f"{path}?{urlencode({**values, 'expires': '99999999999'})}",
            f"{path}?{urlencode({**values, 'owner': 'eA'})}",
            f"{path}?{urlencode({**values, 'owner': '!!'})}",
            f"{other['upload_descriptor']['url'].partition('?')[0]}?{query}",
            f"{url}&more=1",
        ]
        for each in wrong:
            answer = await client.put(each, headers={"Content-Type": "image/png"}, content=PNG)
            assert code(answer) == (410, "upload_expired"), each
        typed = await client.put(url, headers={"Content-Type": "image/gif"}, content=PNG)
        assert code(typed) == (415, "attachment_type")
        assert (await put(client, announced, PNG)).status_code == 200
        assert code(await put(client, announced, PNG)) == (410, "upload_expired")


async def test_a_url_expires(disk: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "UPLOAD_S", -1)
    async with serving(app(disk)) as client:
        announced = await announce(client, PNG)
        assert code(await put(client, announced, PNG)) == (410, "upload_expired")


async def test_of_two_uploads_at_once_one_is_stored(disk: ScriptedServer) -> None:
    async with serving(app(disk)) as client:
        announced = await announce(client, PNG)
        answers = await asyncio.gather(*(put(client, announced, PNG) for _ in range(5)))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses[0] == 200
        assert set(statuses[1:]) <= {409, 410}
        assert (await client.get(announced["preview_url"])).content == PNG


class SlowUpload:
    """A PUT of the picture that sends its end when it may."""

    def __init__(self, client: httpx.AsyncClient, announced: dict[str, Any]) -> None:
        self.has_begun = asyncio.Event()
        self.may_end = asyncio.Event()
        headers = {"Content-Type": "image/png", "Content-Length": str(len(PNG))}
        url = announced["upload_descriptor"]["url"]
        self.answer = asyncio.create_task(client.put(url, headers=headers, content=self._pieces()))

    async def _pieces(self) -> AsyncIterator[bytes]:
        yield PNG[:5000]
        self.has_begun.set()
        await self.may_end.wait()
        yield PNG[5000:]


async def test_an_upload_that_ends_after_the_file_was_sent_leaves_the_message_its_file(
    server: ScriptedServer,
) -> None:
    async with serving(app(server)) as client:
        announced = await announce(client, PNG)
        slow = SlowUpload(client, announced)
        await slow.has_begun.wait()
        assert (await put(client, announced, PNG)).status_code == 200
        message = {**user_input("Look"), "attachments": [announced["id"]]}
        sent = await client.post("/chatkit", json=request_of("threads.create", input=message))
        assert sent.status_code == 200
        slow.may_end.set()
        assert code(await slow.answer) == (409, "already_uploaded")
        later = datetime.now(UTC) + timedelta(days=2)
        assert (await server.store.load_unsent_attachments(later, 10, None)).data == []
        assert (await client.get(announced["preview_url"])).content == PNG


async def test_an_upload_whose_record_is_not_written_leaves_the_file_to_the_sweep(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database may have written it all the same: a complete record without its file would be a loss."""
    save = server.store.save_attachment

    async def save_and_fail(attachment: Attachment, context: Any) -> None:
        await save(attachment, context)
        if attachment.upload_descriptor is None:
            raise StorageError("the connection to the database is lost")

    async with serving(app(server)) as client:
        announced = await announce(client, PNG)
        monkeypatch.setattr(server.store, "save_attachment", save_and_fail)
        assert code(await put(client, announced, PNG)) == (503, "storage_unavailable")
        monkeypatch.undo()
        assert (await client.get(announced["preview_url"])).content == PNG
        await server._retention.sweep(datetime.now(UTC) + timedelta(days=2))  # pyright: ignore[reportPrivateUsage]
        assert code(await client.get(announced["preview_url"])) == (404, "not_found")
        assert server.attachment_store is not None
        with pytest.raises(NotFoundError):
            await hosted_store(server.attachment_store).size_of(announced["id"])


async def test_a_file_is_its_owners_alone(server: ScriptedServer) -> None:
    async with serving(app(server)) as client:
        announced = await announce(client, PNG)
        await put(client, announced, PNG)
        for stranger in (httpx.AsyncClient(), httpx.AsyncClient()):
            async with stranger:
                await stranger.post(str(client.base_url.join("/chatkit")), json=request_of("threads.list"))
                assert code(await stranger.get(announced["preview_url"])) == (404, "not_found")
                deleted = await stranger.post(
                    str(client.base_url.join("/chatkit")),
                    json=request_of("attachments.delete", attachment_id=announced["id"]),
                )
                assert deleted.status_code == 200
        async with httpx.AsyncClient() as nobody:
            refused = await nobody.get(announced["preview_url"])
            assert code(refused) == (404, "not_found")
            assert "set-cookie" not in refused.headers
        assert (await client.get(announced["preview_url"])).content == PNG


async def test_a_file_that_is_deleted_while_it_is_asked_for_is_not_found(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = hosted_store(server.attachment_store)
    size_of = files.size_of

    async def size_and_delete(attachment_id: str) -> int:
        size = await size_of(attachment_id)
        await files.delete_file(attachment_id)
        return size

    async with serving(app(server)) as client:
        announced = await announce(client, PNG)
        assert (await put(client, announced, PNG)).status_code == 200
        monkeypatch.setattr(files, "size_of", size_and_delete)
        assert code(await client.get(announced["preview_url"])) == (404, "not_found")


async def test_a_file_that_cannot_be_read_now_may_be_asked_for_again(
    disk: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(attachment_id: str, start: int, end: int) -> AsyncIterator[bytes]:
        raise StorageError("the disk does not answer")
        yield b""

    async with serving(app(disk)) as client:
        announced = await announce(client, PNG)
        assert (await put(client, announced, PNG)).status_code == 200
        with monkeypatch.context() as patch:
            patch.setattr(disk.attachment_store, "read_file", fail)
            assert code(await client.get(announced["preview_url"])) == (503, "storage_unavailable")
        assert (await client.get(announced["preview_url"])).content == PNG


async def test_a_message_with_a_file_that_is_gone_leaves_the_thread(disk: ScriptedServer) -> None:
    async with serving(app(disk)) as client:
        begun = await client.post("/chatkit", json=request_of("threads.create", input=user_input("Hi")))
        thread_id = json.loads(begun.text.split("data: ")[1].splitlines()[0])["thread"]["id"]
        announced = await announce(client, PNG)
        await client.post("/chatkit", json=request_of("attachments.delete", attachment_id=announced["id"]))
        message = {**user_input("Look"), "attachments": [announced["id"]]}
        refused = await client.post(
            "/chatkit", json=request_of("threads.add_user_message", thread_id=thread_id, input=message)
        )
        assert code(refused) == (400, "invalid_request")
        assert refused.json()["error"]["field"] == "params.input.attachments"
        missing = await client.post(
            "/chatkit", json=request_of("threads.add_user_message", thread_id="thr_9", input=message)
        )
        assert code(missing) == (404, "not_found")


async def test_a_message_waits_for_its_files(disk: ScriptedServer) -> None:
    async with serving(app(disk)) as client:
        announced = await announce(client, PNG)
        message = {**user_input("Look"), "attachments": [announced["id"]]}
        refused = await client.post("/chatkit", json=request_of("threads.create", input=message))
        assert code(refused) == (400, "invalid_request")
        assert "has not arrived yet" in refused.json()["error"]["message"]
        await put(client, announced, PNG)
        sent = await client.post("/chatkit", json=request_of("threads.create", input=message))
        assert sent.status_code == 200


async def test_a_file_that_was_deleted_while_it_arrived_leaves_nothing(
    disk: ScriptedServer, tmp_path: Path
) -> None:
    async with serving(app(disk)) as client:
        announced = await announce(client, PNG)
        slow = SlowUpload(client, announced)
        await slow.has_begun.wait()
        await client.post("/chatkit", json=request_of("attachments.delete", attachment_id=announced["id"]))
        slow.may_end.set()
        assert code(await slow.answer) == (410, "upload_expired")
    assert files_in(tmp_path) == []


async def test_deleting_a_thread_deletes_its_files(disk: ScriptedServer, tmp_path: Path) -> None:
    async with serving(app(disk)) as client:
        announced = await announce(client, PNG)
        await put(client, announced, PNG)
        message = {**user_input("Look"), "attachments": [announced["id"]]}
        sent = await client.post("/chatkit", json=request_of("threads.create", input=message))
        assert sent.status_code == 200
        assert len(files_in(tmp_path)) == 1
        threads = (await client.post("/chatkit", json=request_of("threads.list"))).json()["data"]
        await client.post("/chatkit", json=request_of("threads.delete", thread_id=threads[0]["id"]))
    assert files_in(tmp_path) == []


@pytest.mark.parametrize(
    ("wanted", "status", "start", "end"),
    [
        ("bytes=0-0", 206, 0, 1),
        ("bytes=10-19", 206, 10, 20),
        ("bytes=10000-", 206, 10_000, None),
        ("bytes=-7", 206, -7, None),
        ("bytes=5-99999999", 206, 5, None),
        ("bytes=0-", 200, 0, None),
        ("bytes=-99999999", 200, 0, None),
        ("bytes=9-3", 200, 0, None),
        ("bytes=0-1,5-6", 200, 0, None),
        ("bytes=-", 200, 0, None),
        ("lines=1-2", 200, 0, None),
        ("bytes=99999999-", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
    ],
)
async def test_ranges(server: ScriptedServer, wanted: str, status: int, start: int, end: int | None) -> None:
    async with serving(app(server)) as client:
        announced = await announce(client, PNG)
        await put(client, announced, PNG)
        got = await client.get(announced["preview_url"], headers={"Range": wanted})
        assert (got.status_code, got.content) == (status, PNG[start:end])
        if status == 206:
            first = range(len(PNG))[start]
            assert got.headers["content-range"] == f"bytes {first}-{first + len(got.content) - 1}/{len(PNG)}"
        changed = await client.get(announced["preview_url"], headers={"Range": wanted, "If-Range": '"x"'})
        assert (changed.status_code, changed.content) == (200, PNG)


async def test_a_browser_that_has_a_file_does_not_get_it_again(disk: ScriptedServer) -> None:
    async with serving(app(disk)) as client:
        announced = await announce(client, PNG)
        await put(client, announced, PNG)
        first = await client.get(announced["preview_url"])
        again = await client.get(announced["preview_url"], headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        head = await client.head(announced["preview_url"])
        assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(PNG)))


async def test_limits_are_reached_and_recovered_from(disk: ScriptedServer) -> None:
    limits = Limits(max_attachment_bytes=20_000, attachment_bytes_per_owner=25_000)
    async with serving(app(disk, limits=limits)) as client:
        for times in (3, 30):
            form = {"file": ("a.png", PNG * times, "image/png")}
            assert code(await client.post("/chatkit/attachments", files=form)) == (413, "too_large")
        first = await announce(client, PNG)
        await announce(client, PNG)
        full = await client.post(
            "/chatkit", json=request_of("attachments.create", name="a", size=len(PNG), mime_type="image/png")
        )
        assert code(full) == (429, "too_many_attachments")
        await client.post("/chatkit", json=request_of("attachments.delete", attachment_id=first["id"]))
        last = await announce(client, PNG)
        assert (await put(client, last, PNG)).status_code == 200


@pytest.mark.parametrize("limit", ["upload_timeout_s", "body_timeout_s"])
async def test_an_upload_that_takes_too_long_is_refused_and_may_be_repeated(
    disk: ScriptedServer, tmp_path: Path, limit: str
) -> None:
    async with serving(app(disk)) as client:
        announced = await announce(client, PNG)
        disk.limits = replace(Limits(), **{limit: 0.2})
        url = httpx.URL(announced["upload_descriptor"]["url"])
        reader, writer = await asyncio.open_connection(url.host, url.port)
        head = f"PUT {url.raw_path.decode()} HTTP/1.1\r\nHost: {url.netloc.decode()}\r\n"
        writer.write(f"{head}Content-Type: image/png\r\nContent-Length: {len(PNG)}\r\n\r\n".encode())
        answer = b""
        while b'"timeout"' not in answer:
            if limit == "upload_timeout_s":
                writer.write(PNG[:1])  # in time, but never the whole file
            try:
                answer += await asyncio.wait_for(reader.read(4096), 0.05)
            except TimeoutError:
                continue
        assert answer.startswith(b"HTTP/1.1 408 ")
        writer.close()
        assert files_in(tmp_path) == []
        disk.limits = Limits()
        assert (await put(client, announced, PNG)).status_code == 200


HOSTILE = [
    "owner=AA&expires=1&key=x",  # U+0000
    "owner=7aCA&expires=1&key=x",  # a lone surrogate
    "owner=IA&expires=1&key=x",  # a space
    "owner=%FF%FE&expires=1&key=x",
    "owner=" + "QUFB" * 5000,
    "expires=x&owner=YWRh&key=",
    "&&&===%%%",
]


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: query[:12])
@pytest.mark.parametrize("name", ["atc_12345678", "..%2F..%2Fx", "%00", "%FF", "x" * 3000, "%ED%A0%80"])
async def test_no_url_makes_the_server_fail(
    disk: ScriptedServer, name: str, query: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(app(disk)) as client:
        await client.post("/chatkit", json=request_of("threads.list"))
        for method in ("PUT", "GET", "HEAD"):
            answer = await client.request(
                method, f"/chatkit/attachments/{name}?{query}", headers={"Content-Type": "image/png"}
            )
            assert answer.status_code in {404, 405, 410}, answer.text
    assert [record for record in caplog.records if record.exc_info] == []


async def test_a_query_of_any_bytes_is_refused(disk: ScriptedServer) -> None:
    async with listening(app(disk), http="h11") as url:
        parts = httpx.URL(url)
        reader, writer = await asyncio.open_connection(parts.host, parts.port)
        writer.write(
            b"PUT /chatkit/attachments/atc_12345678?owner=\xff\xfe HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: image/png\r\nContent-Length: 0\r\n\r\n"
        )
        assert (await reader.readline()).split()[1] in {b"400", b"410"}
        writer.close()


@pytest.mark.parametrize("host", ["a b", "[", "exa%mple", "<x>", "x:99999", ":", "a/b", "\xff"])
async def test_no_host_makes_the_server_fail(disk: ScriptedServer, host: str) -> None:
    wanted = request_of("attachments.create", name="a", size=1, mime_type="text/plain")
    async with listening(app(disk, allowed_hosts=["*"])) as url, httpx.AsyncClient(base_url=url) as client:
        answer = await client.post("/chatkit", json=wanted, headers=[(b"Host", host.encode("latin-1"))])
        assert answer.status_code in {200, 400, 403}, answer.text


async def test_a_large_form_is_not_read_where_nobody_stores_files() -> None:
    async with serving(app(ScriptedServer(say_hello))) as client:
        sent = await client.post("/chatkit/attachments", files={"file": ("a.png", PNG * 3000, "image/png")})
        assert code(sent) == (400, "not_supported")


async def test_what_is_no_form_with_a_file_is_refused(disk: ScriptedServer) -> None:
    async with serving(app(disk)) as client:
        assert code(await client.post("/chatkit/attachments", json={})) == (415, "unsupported_media_type")
        for form in ({"file": (None, "text")}, {"other": ("a.png", PNG, "image/png")}):
            refused = await client.post("/chatkit/attachments", files=form)
            assert code(refused) == (400, "invalid_request")
        broken = await client.post(
            "/chatkit/attachments",
            headers={"Content-Type": "multipart/form-data; boundary=x"},
            content=b"--y\r\nnonsense",
        )
        assert code(broken) == (400, "invalid_request")
        two = [("file", ("a.png", PNG, "image/png")), ("file", ("b.png", PNG, "image/png"))]
        assert code(await client.post("/chatkit/attachments", files=two)) == (400, "invalid_request")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\0b.png", "x" * 300, "photo\u202egnp.exe", "..", "", "a/b.png"]
)
async def test_names_are_only_shown_and_never_used(disk: ScriptedServer, name: str) -> None:
    async with serving(app(disk)) as client:
        refused = await client.post(
            "/chatkit",
            json=request_of("attachments.create", name=name, size=len(PNG), mime_type="image/png"),
        )
        assert code(refused) == (400, "invalid_request")


async def test_pages_of_other_sites_send_nothing(disk: ScriptedServer) -> None:
    async with serving(app(disk)) as client:
        announced = await announce(client, PNG)
        foreign = {"Origin": "https://evil.example"}
        sent = await client.post(
            "/chatkit/attachments", files={"file": ("a.png", PNG, "image/png")}, headers=foreign
        )
        assert code(sent) == (403, "forbidden_origin")
        answer = await client.put(
            announced["upload_descriptor"]["url"],
            headers={"Content-Type": "image/png", **foreign},
            content=PNG,
        )
        assert code(answer) == (403, "forbidden_origin")


async def test_urls_are_as_browsers_know_the_server(disk: ScriptedServer) -> None:
    async with listening(app(disk)) as url, httpx.AsyncClient(base_url=url) as client:
        size = request_of("attachments.create", name="a", size=1, mime_type="text/plain")

        async def base(**headers: str) -> str:
            made = (await client.post("/chatkit", json=size, headers=headers)).json()
            url = httpx.URL(made["upload_descriptor"]["url"])
            return str(url.copy_with(query=None)).removesuffix(made["id"])

        assert await base() == f"{url}/chatkit/attachments/"
        # A proxy that ends TLS and passes on the host.
        assert await base(host="chat.example", origin="https://chat.example") == (
            "https://chat.example/chatkit/attachments/"
        )
        assert await base(host="chat.example", origin="null", **{"sec-fetch-site": "same-origin"}) == (
            "http://chat.example/chatkit/attachments/"
        )
    async with serving(app(disk, public_url="https://app.example/api/chat/")) as client:
        made = (await client.post("/chatkit", json=size)).json()
        assert made["upload_descriptor"]["url"].startswith("https://app.example/api/chat/attachments/atc_")


async def test_without_a_store_of_files_there_are_no_files() -> None:
    async with serving(app(ScriptedServer(say_hello))) as client:
        sent = await client.post("/chatkit/attachments", files={"file": ("a.png", PNG, "image/png")})
        assert code(sent) == (400, "not_supported")
        put_there = await client.put(
            "/chatkit/attachments/atc_12345678", headers={"Content-Type": "image/png"}, content=PNG
        )
        assert code(put_there) == (400, "not_supported")
        await client.post("/chatkit", json=request_of("threads.list"))
        assert code(await client.get("/chatkit/attachments/atc_12345678")) == (404, "not_found")
