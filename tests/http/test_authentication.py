"""What an app's `authenticate` may say, and what comes of it: a person, nobody, or a refusal in its own
words.
"""

from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import HTTPException as FastAPIHTTPException
from starlette.exceptions import HTTPException
from starlette.requests import Request

from tests.http.serving import serving
from tests.http.test_app import say_hello
from tests.server.app import ScriptedServer
from turnstream.http import create_app
from turnstream.store import MemoryStore, Principal

LIST: dict[str, Any] = {"type": "threads.list", "params": {}}


def app(answer: Any) -> Any:
    def authenticate(request: Request) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return create_app(ScriptedServer(say_hello), authenticate=authenticate)


@pytest.mark.parametrize(
    "nobody",
    [
        "",
        " \t\n",
        "\u00a0\u2003",
        "\u200b\u200d",
        "\ufeff",
        Principal(""),
        Principal("  ", {"email": "ada@example.com"}),
        {"user_id": ""},
        {"user_id": "\u3000"},
        SimpleNamespace(user_id=""),
    ],
    ids=repr,
)
async def test_an_empty_owner_is_nobody(nobody: Any, caplog: pytest.LogCaptureFixture) -> None:
    async with serving(app(nobody)) as client:
        refused = await client.post("/chatkit", json=LIST)
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "unauthorized")
    (record,) = [record for record in caplog.records if record.name.startswith("turnstream")]
    assert "return None from authenticate()" in record.getMessage()
    assert record.exc_info is None


@pytest.mark.parametrize("owner", ["a\0b", "\0", "\ud800"])
async def test_an_owner_that_no_store_can_keep_is_nobody(owner: str) -> None:
    async with serving(app(Principal(owner))) as client:
        assert (await client.post("/chatkit", json=LIST)).status_code == 401


@pytest.mark.parametrize("somebody", ["0", " a ", "-", "名", "é", Principal("0"), {"user_id": 0}], ids=repr)
async def test_whoever_has_an_id_is_somebody(somebody: Any) -> None:
    async with serving(app(somebody)) as client:
        assert (await client.post("/chatkit", json=LIST)).status_code == 200


async def test_a_store_that_knows_its_owners_otherwise_is_asked() -> None:
    server = ScriptedServer(say_hello)
    server.store = MemoryStore[Any](owner_of=lambda context: context["team"])
    for team, status in (("red", 200), ("", 401), (" ", 401)):
        async with serving(
            create_app(server, authenticate=lambda request, team=team: {"team": team})
        ) as client:
            assert (await client.post("/chatkit", json=LIST)).status_code == status


@pytest.mark.parametrize("kind", [HTTPException, FastAPIHTTPException])
@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (429, {"Retry-After": "17"}),
        (503, {"Retry-After": "Tue, 01 Dec 2026 12:00:00 GMT"}),
        (503, {}),
        (401, {"WWW-Authenticate": 'Bearer realm="chat"'}),
        (
            403,
            {
                "X-Reason": "paused",
                "Content-Type": "text/html",
                "content-length": "3",
                "Content-Encoding": "gzip",
            },
        ),
        (401, {"Set-Cookie": "session=; Max-Age=0", "Cache-Control": "no-cache"}),
        (307, {"Location": "/login"}),
    ],
)
async def test_a_refusal_keeps_its_headers(
    kind: type[HTTPException], status: int, headers: dict[str, str]
) -> None:
    async with serving(app(kind(status, "Not now.", headers))) as client:
        refused = await client.post("/chatkit", json=LIST)
    assert (refused.status_code, refused.json()["error"]) == (
        status,
        {"code": "refused", "message": "Not now."},
    )
    own = {name: value for name, value in headers.items() if not name.lower().startswith("content-")}
    assert {name: refused.headers[name] for name in own} == own
    assert refused.headers["content-type"] == "application/json"
    assert "content-encoding" not in refused.headers
    assert ("retry-after" in refused.headers) == (status in {429, 503})


@pytest.mark.parametrize("status", [204, 304])
async def test_a_refusal_without_a_body_has_none(status: int) -> None:
    async with serving(app(HTTPException(status, headers={"X-Reason": "none"}))) as client:
        refused = await client.post("/chatkit", json=LIST)
    assert (refused.status_code, refused.content, refused.headers["x-reason"]) == (status, b"", "none")
