"""The ASGI app over a real socket: what it takes, what it refuses, and whose threads they are."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio import wait_all_tasks_blocked
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from tests.http.serving import SECRET, serving
from tests.server.app import OWNER, ScriptedServer, added, delta, done, parse, start, types, user_input
from turnstream.errors import RequestError
from turnstream.http import create_app, element
from turnstream.http.limits import read_body
from turnstream.http.streams import EventStreamResponse, OpenStreams
from turnstream.limits import Limits
from turnstream.server.operations.uploads import SLICE_CHARACTERS
from turnstream.store import StorageError
from turnstream.types import (
    AudioInput,
    ThreadMetadata,
    ThreadStreamEvent,
    TranscriptionResult,
    UserMessageItem,
)

Events = AsyncIterator[ThreadStreamEvent]

CREATE: dict[str, Any] = {"type": "threads.create", "params": {"input": user_input("hello")}}
LIST: dict[str, Any] = {"type": "threads.list", "params": {}}
JSON = {"content-type": "application/json"}


async def say_hello(
    thread: ThreadMetadata, item: UserMessageItem | None, context: Any
) -> AsyncIterator[ThreadStreamEvent]:
    yield added(thread)
    yield delta("Hello")
    yield done(thread, "Hello")


def hello_app(**options: Any) -> Starlette:
    return create_app(ScriptedServer(say_hello), cookie_secret=SECRET, **options)


def events_of(response: httpx.Response) -> list[dict[str, Any]]:
    return [parse(frame + b"\n\n") for frame in response.content.split(b"\n\n")[:-1]]


async def test_a_turn_streams_as_server_sent_events() -> None:
    async with serving(hello_app()) as client:
        response = await client.post("/chatkit", json=CREATE)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream"
    assert response.headers["cache-control"] == "no-store, no-transform"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-accel-buffering"] == "no"
    assert "content-encoding" not in response.headers  # a compressed stream would arrive in lumps
    assert types(events_of(response))[0] == "thread.created"


async def test_every_answer_tells_a_client_of_durable_turns_that_they_are() -> None:
    durable = {"turnstream-client": "1"}
    async with serving(hello_app(allowed_origins=["https://app.example"])) as client:
        stream = await client.post("/chatkit", json=CREATE, headers=durable)
        listed = await client.post("/chatkit", json=LIST, headers=durable)
        refused = await client.post("/chatkit", json={"type": "threads.nothing"}, headers=durable)
        plain = await client.post("/chatkit", json=CREATE)
        far = await client.post("/chatkit", json=LIST, headers={**durable, "origin": "https://app.example"})
    last = json.loads(stream.content.split(b"data: ")[-1])
    assert stream.headers["turnstream-turn"] == last["turn_id"]
    assert stream.content.startswith(b"id: ")
    assert [answer.headers["turnstream-turn"] for answer in (listed, refused)] == ["", ""]
    assert "turnstream-turn" not in plain.headers
    assert b"id: " not in plain.content
    assert far.headers["access-control-expose-headers"] == (
        "Turnstream-Turn, Turnstream-Image-Hosts, Retry-After"
    )


async def test_a_key_in_the_header_makes_copies_one_turn() -> None:
    async with serving(hello_app()) as client:
        await client.post("/chatkit", json=LIST)  # brings the visitor's cookie
        copies = [
            await client.post("/chatkit", json=CREATE, headers={"idempotency-key": "k"}) for _ in range(2)
        ]
        listed = await client.post("/chatkit", json=LIST)
        body = LIST | {"type": "threads.create", **CREATE, "metadata": {"a": 1}}
        other = await client.post("/chatkit", json=body, headers={"idempotency-key": "k"})
    assert copies[0].content == copies[1].content
    assert len(listed.json()["data"]) == 1
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_key_reused")


async def test_events_arrive_while_the_turn_runs() -> None:
    go = asyncio.Event()

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        yield delta("first")
        await go.wait()
        yield done(thread, "first")

    async with (
        serving(create_app(ScriptedServer(respond), cookie_secret=SECRET)) as client,
        client.stream("POST", "/chatkit", json=CREATE) as response,
    ):
        received = b""
        async for chunk in response.aiter_raw():
            received += chunk
            if b"first" in received and not go.is_set():
                assert b'"type":"thread.item.done","item":{"id":"msg_answer"' not in received
                go.set()
    assert b'"id":"msg_answer"' in received


async def test_a_disconnect_cancels_the_turn_at_once() -> None:
    cancelled = asyncio.Event()

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        try:
            yield added(thread)
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async with serving(create_app(ScriptedServer(respond), cookie_secret=SECRET)) as client:
        async with client.stream("POST", "/chatkit", json=CREATE) as response:
            async for _ in response.aiter_raw():
                break
        await cancelled.wait()


@pytest.mark.parametrize(
    ("body", "status", "code", "says"),
    [
        (b"", 400, "invalid_request", "not valid JSON"),
        (b"{", 400, "invalid_request", "not valid JSON"),
        (b"[]", 400, "invalid_request", "JSON object"),
        (b'"text"', 400, "invalid_request", "JSON object"),
        (b"{}", 400, "invalid_request", '"type" is missing'),
        (b'{"type":"threads.fly","params":{}}', 400, "invalid_request", "threads.fly"),
        (b'{"type":"threads.list"}', 400, "invalid_request", "params"),
        (b'{"type":"threads.list","params":{"limit":"many"}}', 400, "invalid_request", "params.limit"),
        (b'{"type":"threads.list","params":{"limit":0}}', 400, "invalid_request", "limit"),
        (b'{"type":"threads.list","params":{"order":"up"}}', 400, "invalid_request", "params.order"),
        (
            b'{"type":"threads.get_by_id","params":{"thread_id":7}}',
            400,
            "invalid_request",
            "params.thread_id",
        ),
        (
            b'{"type":"threads.create","params":{"input":{"content":"hi"}}}',
            400,
            "invalid_request",
            "params.input.content",
        ),
        (
            b'{"type":"threads.custom_action","params":{"thread_id":"t","action":{"type":"a","payload":NaN}}}',
            400,
            "invalid_request",
            "not valid JSON",
        ),
        (
            b'{"type":"threads.custom_action","params":{"thread_id":"t","action":{"type":"a","payload":1e999}}}',
            400,
            "invalid_request",
            "too large",
        ),
        (
            b'{"type":"threads.list","params":' + b"[" * 5000 + b"]" * 5000 + b"}",
            400,
            "invalid_request",
            "recursion",
        ),
        (b'{"type":"threads.list\xff","params":{}}', 400, "invalid_request", "not valid JSON"),
        (b'{"type":"threads.get_by_id","params":{"thread_id":"thr_x"}}', 404, "not_found", "thr_x"),
        (
            b'{"type":"attachments.create","params":{"name":"a","size":1,"mime_type":"text/plain"}}',
            400,
            "not_supported",
            "",
        ),
        (
            b'{"type":"input.transcribe","params":{"audio_base64":"!","mime_type":"audio/webm"}}',
            400,
            "invalid_request",
            "base64",
        ),
        (
            b'{"type":"input.transcribe","params":{"audio_base64":"","mime_type":"audio/webm"}}',
            400,
            "not_supported",
            "transcribe",
        ),
    ],
)
async def test_a_wrong_request_is_told_what_is_wrong(body: bytes, status: int, code: str, says: str) -> None:
    async with serving(hello_app()) as client:
        response = await client.post("/chatkit", content=body, headers=JSON)
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (status, code)
    assert says in error["message"]


async def test_the_field_is_named_for_programs_too() -> None:
    async with serving(hello_app()) as client:
        response = await client.post("/chatkit", json={"type": "threads.get_by_id", "params": {}})
    assert response.json()["error"]["field"] == "params.thread_id"


async def test_a_body_over_the_limit_is_refused_while_it_arrives() -> None:
    async with serving(hello_app()) as client:
        exact = json.dumps(LIST).encode().ljust(256 * 1024)
        assert (await client.post("/chatkit", content=exact, headers=JSON)).status_code == 200

        async def endless() -> AsyncIterator[bytes]:
            for _ in range(1000):
                yield b" " * 1024

        response = await client.post("/chatkit", content=endless(), headers=JSON)
    assert (response.status_code, response.json()["error"]["code"]) == (413, "too_large")


class Secretary(ScriptedServer):
    """Says how much it has heard."""

    async def transcribe(self, audio_input: AudioInput, context: Any) -> TranscriptionResult:
        return TranscriptionResult(text=f"{len(audio_input.data)} {audio_input.media_type}")


def dictated(size: int, more: str = "") -> bytes:
    audio = base64.b64encode(bytes(size)).decode()
    return (
        f'{{"type":"input.transcribe","params":{{"audio_base64":"{audio}","mime_type":"audio/webm"}}{more}}}'
    ).encode()


async def test_a_dictation_may_be_longer_than_other_requests() -> None:
    ten_minutes = 10 * 2**20
    app = create_app(Secretary(say_hello), cookie_secret=SECRET)
    refused = {
        "audio is over 10485760": [dictated(ten_minutes + 1), dictated(ten_minutes + 2**20)],
        "body is over 262144": [
            dictated(ten_minutes, ',"type":"threads.list"'),
            dictated(1, ',"metadata":{"input.transcribe":[' + "{}," * 90_000 + "{}]}"),
            b'"input.transcribe"' + b"A" * 300_000,
        ],
    }
    async with serving(app) as client:
        for size in (ten_minutes, ten_minutes - 1, 1):
            answer = await client.post("/chatkit", content=dictated(size), headers=JSON)
            assert answer.json() == {"text": f"{size} audio/webm"}
        for words, bodies in refused.items():
            for body in bodies:
                answer = await client.post("/chatkit", content=body, headers=JSON)
                assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
                assert words in answer.json()["error"]["message"]
        padded, audio_begins = bytearray(dictated(ten_minutes)), len(dictated(0).partition(b'","mime')[0])
        for at in (0, SLICE_CHARACTERS - 4):
            padded[audio_begins + at : audio_begins + at + 4] = b"AA=="
            assert (await client.post("/chatkit", content=bytes(padded), headers=JSON)).status_code == 400
            padded[audio_begins + at : audio_begins + at + 4] = b"AAAA"


async def test_a_dictation_has_the_time_of_an_upload_to_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    now, jump_s = loop.time, 0.0
    monkeypatch.setattr(loop, "time", lambda: now() + jump_s)
    body = dictated(2**20)

    async def receive() -> dict[str, Any]:
        nonlocal jump_s
        if jump_s:  # what is due by now happens first
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        begin, jump_s = int(jump_s) and len(body) // 2, 100.0
        part = body[begin : None if begin else len(body) // 2]
        return {"type": "http.request", "body": part, "more_body": not begin}

    scope: Scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    assert await read_body(Request(scope, receive), Limits()) == body
    jump_s = 0.0
    with pytest.raises(RequestError, match="within 10 s"):
        await read_body(Request(scope, receive), Limits(max_body_bytes=2**21))


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data"]
)
async def test_only_json_is_taken(media_type: str) -> None:
    async with serving(hello_app()) as client:
        response = await client.post(
            "/chatkit", content=json.dumps(LIST), headers={"content-type": media_type}
        )
    assert (response.status_code, response.json()["error"]["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://evil.example", "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "http://api.localhost", "sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://behind.proxy", "sec-fetch-site": "same-origin"}, 200),
        ({"origin": "https://app.example", "sec-fetch-site": "cross-site"}, 200),
        ({"origin": "http://[::1"}, 403),
        ({"origin": "http://[::1]:8000", "host": "[::1]:8000"}, 200),
        ({"origin": "http://[::1]:8001", "host": "[::1]:8000"}, 403),
        ({"origin": "http://app.test:8000", "host": "app.test:8001"}, 403),
        ({"origin": "https://app.test", "host": "app.test"}, 200),
        ({"origin": "null", "host": ""}, 403),
        ({"origin": "file://app.test", "host": "app.test"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 200),
    ],
)
async def test_another_sites_page_is_refused_unless_listed(headers: dict[str, str], status: int) -> None:
    async with serving(hello_app(allowed_origins=["https://app.example"])) as client:
        response = await client.post("/chatkit", json=LIST, headers=headers)
        assert response.status_code == status
        own = await client.post("/chatkit", json=LIST, headers={"origin": str(client.base_url).rstrip("/")})
        assert own.status_code == 200


async def test_a_listed_site_passes_the_preflight_and_another_does_not() -> None:
    async with serving(hello_app(allowed_origins=["https://app.example"])) as client:
        asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
        listed = await client.options("/chatkit", headers={"origin": "https://app.example", **asked})
        other = await client.options("/chatkit", headers={"origin": "https://evil.example", **asked})
    assert listed.headers["access-control-allow-origin"] == "https://app.example"
    assert "access-control-allow-origin" not in other.headers


async def test_an_origin_that_is_not_listed_is_named_in_the_log_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    headers = {"origin": "https://app.example", "access-control-request-method": "POST"}
    for origins in ([], ["https://other.example"]):
        caplog.clear()
        async with serving(hello_app(allowed_origins=origins)) as client:
            for _ in range(2):
                await client.options("/chatkit", headers=headers)
        refused = [line for line in caplog.messages if "https://app.example" in line]
        assert refused == [
            "requests from pages of https://app.example are refused: add this origin to allowed_origins"
        ]


async def test_each_browser_is_its_own_visitor() -> None:
    async with serving(hello_app()) as ada:
        created = await ada.post("/chatkit", json=CREATE)
        cookie = created.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "set-cookie" not in (await ada.post("/chatkit", json=LIST)).headers
        assert len((await ada.post("/chatkit", json=LIST)).json()["data"]) == 1
        async with httpx.AsyncClient(base_url=ada.base_url, timeout=300) as eve:
            assert (await eve.post("/chatkit", json=LIST)).json()["data"] == []
            thread_id = events_of(created)[0]["thread"]["id"]
            get = {"type": "threads.get_by_id", "params": {"thread_id": thread_id}}
            assert (await eve.post("/chatkit", json=get)).status_code == 404
            assert (await ada.post("/chatkit", json=get)).status_code == 200


async def test_the_files_are_the_same_for_everyone() -> None:
    async with serving(hello_app()) as client:
        script = await client.get("/chatkit/chatkit.js", headers={"x-forwarded-proto": "https"})
        again = await client.get("/chatkit/chatkit.js", headers={"if-none-match": script.headers["etag"]})
    assert script.headers["content-type"].startswith("text/javascript")
    assert (again.status_code, script.headers["cache-control"]) == (304, "no-cache")
    assert {"set-cookie", "private"}.isdisjoint({*script.headers, *again.headers, *script.headers.values()})
    assert "Cookie" not in script.headers["vary"]


async def test_chunks_are_kept_by_browsers_and_shared_caches(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "chunks").mkdir()
    (tmp_path / "chunks" / "history-1a2b.js").write_text("export {}")
    monkeypatch.setattr(element, "FOLDER", tmp_path)
    async with serving(hello_app()) as client:
        chunk = await client.get("/chatkit/chunks/history-1a2b.js")
        missing = await client.get("/chatkit/chunks/gone-1a2b.js")
    assert chunk.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "set-cookie" not in chunk.headers
    assert (missing.status_code, missing.headers["cache-control"]) == (404, "no-store")


async def test_the_principal_of_the_hook_is_the_context_and_the_owner() -> None:
    contexts: list[Any] = []

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        contexts.append(context)
        yield done(thread, "Hello")

    async def authenticate(request: Request) -> str | None:
        return request.headers.get("x-user")

    async with serving(create_app(ScriptedServer(respond), authenticate=authenticate)) as client:
        assert (await client.post("/chatkit", json=CREATE)).status_code == 401
        created = await client.post("/chatkit", json=CREATE, headers={"x-user": "ada"})
        assert "set-cookie" not in created.headers
        assert len((await client.post("/chatkit", json=LIST, headers={"x-user": "ada"})).json()["data"]) == 1
        assert (await client.post("/chatkit", json=LIST, headers={"x-user": "eve"})).json()["data"] == []
    assert contexts == ["ada"]


async def test_who_is_revoked_loses_the_stream_and_is_asked_again() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        await asyncio.Event().wait()

    users = {"ada"}

    async def authenticate(request: Request) -> str | None:
        user = request.headers.get("x-user")
        return user if user in users else None

    server = ScriptedServer(respond)
    headers = {"x-user": "ada", "turnstream-client": "1"}
    async with serving(create_app(server, authenticate=authenticate)) as client:
        async with client.stream("POST", "/chatkit", json=CREATE, headers=headers) as response:
            lines = response.aiter_lines()
            while "thread.item.added" not in await anext(lines):
                pass
            users.clear()
            server.revoke("ada")
            assert "turnstream.reconnect" in "".join([line async for line in lines])
        assert (await client.post("/chatkit", json=LIST, headers=headers)).status_code == 401


async def test_the_hook_may_refuse_in_its_own_words() -> None:
    def authenticate(request: Request) -> str:
        raise HTTPException(403, "Your account is paused.")

    async with serving(create_app(ScriptedServer(say_hello), authenticate=authenticate)) as client:
        response = await client.post("/chatkit", json=LIST)
    error = response.json()["error"]
    assert (response.status_code, error) == (403, {"code": "refused", "message": "Your account is paused."})


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"])
async def test_the_endpoint_takes_nothing_but_post(method: str) -> None:
    async with serving(hello_app()) as client:
        response = await client.request(method, "/chatkit")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    if method != "HEAD":
        assert response.json()["error"] == {
            "code": "method_not_allowed",
            "message": f"{method} /chatkit: Method Not Allowed.",
        }


@pytest.mark.parametrize("path", ["/chat", "/chatkits", "/api/chatkit"])
async def test_a_wrong_address_is_told_from_a_lost_thread(path: str) -> None:
    async with serving(hello_app()) as client:
        response = await client.post(path, json=LIST)
    assert (response.status_code, response.json()["error"]["code"]) == (404, "no_route")


async def test_a_body_that_trickles_in_is_refused() -> None:
    async with serving(hello_app(limits=Limits(body_timeout_s=0.05))) as client:
        reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
        writer.write(
            b"POST /chatkit HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
            b"9\r\n\r\n{"
        )
        answer = await reader.readuntil(b"}}")
        writer.close()
        await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 408")
    assert b'"code":"timeout"' in answer


async def test_a_client_that_leaves_before_the_first_byte_keeps_its_text() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        yield delta("Once upon a time")
        await asyncio.Event().wait()

    server = ScriptedServer(respond)
    result = await start(server, "threads.create", input=user_input("hi"))
    thread_id = next(iter(server.turns._running))  # pyright: ignore[reportPrivateUsage]
    turn = server.turns.running(thread_id)
    assert turn is not None
    await wait_all_tasks_blocked()
    sent: list[Message] = []

    async def gone() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await EventStreamResponse(result, OpenStreams())({"type": "http"}, gone, send)
    await turn.wait()
    assert turn.status == "cancelled"
    assert server.turns.running(thread_id) is None
    items = (await server.store.load_thread_items(thread_id, None, 5, "asc", context=OWNER)).data
    assert [item.type for item in items] == ["user_message", "assistant_message", "sdk_hidden_context"]
    assert sent[-1] == {"type": "http.response.body", "body": b""}


async def test_a_storage_that_fails_is_told_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    server = ScriptedServer(say_hello)

    async def broken(*_: Any, **__: Any) -> Any:
        raise StorageError("connection to db.internal:5432 refused")

    server.store.load_threads = broken
    async with serving(create_app(server, cookie_secret=SECRET)) as client:
        response = await client.post("/chatkit", json=LIST)
    assert (response.status_code, response.json()["error"]["code"]) == (503, "storage_unavailable")
    assert "db.internal" not in response.text
    assert "db.internal" in caplog.text


async def test_without_the_built_element_the_script_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(element, "FOLDER", tmp_path / "static")
    async with serving(hello_app()) as client:
        assert (await client.get("/chatkit/chatkit.js")).status_code == 404


async def test_health() -> None:
    async with serving(hello_app()) as client:
        assert (await client.get("/chatkit/health")).json() == {"status": "ok"}


async def test_it_mounts_in_fastapi() -> None:
    api = FastAPI()

    @api.get("/ping")
    def ping() -> str:  # pyright: ignore[reportUnusedFunction]
        return "pong"

    api.mount("/", hello_app())
    async with serving(api) as client:
        assert (await client.get("/ping")).json() == "pong"
        assert types(events_of(await client.post("/chatkit", json=CREATE)))[0] == "thread.created"
        assert (await client.get("/chatkit/chatkit.js")).status_code == 200


@pytest.mark.parametrize("prefix", ["", "/ai"])
async def test_a_slash_at_the_end_changes_nothing(prefix: str) -> None:
    app = Starlette(routes=[Mount(prefix, hello_app())])
    async with serving(app) as client:
        assert types(events_of(await client.post(f"{prefix}/chatkit/", json=CREATE)))[0] == "thread.created"
        assert (await client.get(f"{prefix}/chatkit/health/")).json() == {"status": "ok"}
        assert (await client.get(f"{prefix}/chatkit/chatkit.js/")).status_code == 200
        assert (await client.get(f"{prefix}/chatkit/")).status_code == 405


async def test_a_path_that_lost_its_first_slash_is_the_same_path() -> None:
    app = hello_app()

    async def mount(scope: Scope, receive: Receive, send: Send) -> None:
        await app(
            {**scope, "path": f"{scope['path'].strip('/')}/"} if scope["type"] == "http" else scope,
            receive,
            send,
        )

    async with serving(mount) as client:
        assert types(events_of(await client.post("/chatkit", json=CREATE)))[0] == "thread.created"
        assert (await client.get("/chatkit/chatkit.js")).status_code == 200


async def test_a_slash_elsewhere_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "help").mkdir()
    (tmp_path / "help" / "index.html").write_text("Help")
    app = hello_app(allowed_origins=["https://app.example"])
    app.routes.append(Mount("/", StaticFiles(directory=tmp_path, html=True)))
    async with serving(app) as client:
        assert (await client.get("/help/")).text == "Help"


async def test_it_mounts_in_starlette_under_a_prefix() -> None:
    async def ping(request: Request) -> PlainTextResponse:
        return PlainTextResponse("pong")

    app = Starlette(routes=[Route("/ping", ping), Mount("/ai", hello_app())])
    async with serving(app) as client:
        assert (await client.get("/ping")).text == "pong"
        assert types(events_of(await client.post("/ai/chatkit", json=CREATE)))[0] == "thread.created"
        assert (await client.get("/ai/chatkit/chatkit.js")).status_code == 200


@pytest.mark.parametrize("path", ["chatkit", "/chatkit/", "/", ""])
def test_a_wrong_path_is_refused_at_start(path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        hello_app(path=path)


async def test_nobody_is_asked_who_sends_what_is_no_json() -> None:
    def authenticate(request: Request) -> str:
        raise AssertionError("authenticate was called")

    async with serving(create_app(ScriptedServer(say_hello), authenticate=authenticate)) as client:
        response = await client.post("/chatkit", content=b"{}", headers={"Content-Type": "text/plain"})
    assert response.status_code == 415


async def test_a_server_that_fails_says_so_without_details(caplog: pytest.LogCaptureFixture) -> None:
    def authenticate(request: Request) -> str:
        raise RuntimeError("user=ada password=hunter2")

    async with serving(create_app(ScriptedServer(say_hello), authenticate=authenticate)) as client:
        response = await client.post("/chatkit", json=LIST)
    assert response.status_code == 500
    assert "ada" not in response.text
    assert "RuntimeError: user=ada password=***" in caplog.text
    assert "hunter2" not in response.text + caplog.text


async def test_a_chat_that_was_not_opened_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    server = ScriptedServer(say_hello)
    around = Starlette(routes=[Mount("/", create_app(server, cookie_secret=SECRET))])
    async with serving(around) as client:
        for _ in range(3):
            await client.post("/chatkit", json=LIST)
    warnings = [record.getMessage() for record in caplog.records if "is not open" in record.getMessage()]
    assert len(warnings) == 1
    assert "await server.open()" in warnings[0]


async def test_a_chat_that_was_opened_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(hello_app()) as client:
        await client.post("/chatkit", json=LIST)
    assert "is not open" not in caplog.text


@pytest.mark.parametrize(
    ("environment", "dev", "shown"),
    [("", None, False), ("1", None, True), ("1", False, False), ("", True, True), ("0", None, False)],
)
def test_exceptions_are_shown_in_development_alone(
    environment: str, dev: bool | None, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TURNSTREAM_DEV", environment)
    server = ScriptedServer(say_hello)
    create_app(server, cookie_secret=SECRET, dev=dev)
    assert server.shows_errors is shown
