"""Anonymous visitors where the cookie does not come: pages of another origin, sandboxed frames, blocked
cookies.
"""

import logging
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from tests.http.serving import SECRET, serving
from tests.http.test_app import say_hello
from tests.server.app import ScriptedServer, parse, user_input
from turnstream.http import create_app

CREATE: dict[str, Any] = {"type": "threads.create", "params": {"input": user_input("hello")}}
LIST: dict[str, Any] = {"type": "threads.list", "params": {}}
APP = "https://app.example"
KEY = "0b8f3e0c-5f6e-4d0e-9b7a-3c1d2e4f5a6b"
OTHER_KEY = "ffffffff-5f6e-4d0e-9b7a-3c1d2e4f5a6b"


def site(**options: Any) -> Starlette:
    given: dict[str, Any] = {"cookie_secret": SECRET, "allowed_origins": [APP, "null"], **options}
    return create_app(ScriptedServer(say_hello), **given)


def everyone(request: Request) -> str:
    return "everyone"


async def count(client: httpx.AsyncClient, **headers: str) -> int:
    """How many threads the visitor of these headers has; no cookie of an answer is kept."""
    client.cookies.clear()
    return len((await client.post("/chatkit", json=LIST, headers=headers)).json()["data"])


@pytest.mark.parametrize("origin", [APP, "null", None])
async def test_a_key_makes_the_same_visitor_of_every_request(origin: str | None) -> None:
    where = {} if origin is None else {"origin": origin}
    async with serving(site()) as client:
        created = await client.post("/chatkit", json=CREATE, headers={**where, "turnstream-visitor": KEY})
        assert "set-cookie" not in created.headers
        assert await count(client, **where, **{"turnstream-visitor": KEY}) == 1
        assert await count(client, **where, **{"turnstream-visitor": OTHER_KEY}) == 0
        assert await count(client, **where) == 0


async def test_within_the_origin_the_cookie_counts_and_elsewhere_the_key() -> None:
    async with serving(site()) as client:
        await client.post("/chatkit", json=CREATE)
        ((name, value),) = client.cookies.items()
        cookie = {"cookie": f"{name}={value}"}
        both = {**cookie, "turnstream-visitor": KEY}
        assert await count(client, **both) == 1
        assert await count(client, **both, origin=APP) == 0
        assert await count(client, **cookie, origin=APP) == 1


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 65, "ä" * 32, "visitor_0123456789abcdef0123456789abcdef", "x y" * 12]
)
async def test_what_is_no_key_is_a_new_visitor(key: str) -> None:
    async with serving(site()) as client:
        answer = await client.post(
            "/chatkit", json=LIST, headers={b"turnstream-visitor": key.encode("latin-1")}
        )
    assert answer.status_code == 200
    assert "turnstream_visitor" in answer.headers["set-cookie"]


async def test_an_id_and_another_secret_do_not_give_the_key() -> None:
    contexts: list[Any] = []

    class Noting(ScriptedServer):
        async def process(self, request: Any, context: Any, **options: Any) -> Any:
            contexts.append(context)
            return await super().process(request, context, **options)

    for secret in (SECRET, SECRET, SECRET[::-1]):
        async with serving(create_app(Noting(say_hello), cookie_secret=secret)) as client:
            await client.post("/chatkit", json=LIST, headers={"turnstream-visitor": KEY})
    first, again, elsewhere = (context.id for context in contexts)
    assert first == again
    assert first != elsewhere
    assert KEY not in first


async def test_a_page_of_an_origin_that_is_not_listed_gains_nothing_by_a_key() -> None:
    async with serving(site(allowed_origins=[APP])) as client:
        headers = {"origin": "https://evil.example", "turnstream-visitor": KEY}
        assert (await client.post("/chatkit", json=LIST, headers=headers)).status_code == 403
        sandboxed = await client.post("/chatkit", json=LIST, headers={**headers, "origin": "null"})
    assert sandboxed.status_code == 403
    assert "allow-same-origin" in sandboxed.json()["error"]["message"]


async def test_the_preflight_allows_the_key_and_cookies() -> None:
    asked = {
        "access-control-request-method": "POST",
        "access-control-request-headers": "turnstream-visitor,turnstream-client",
    }
    async with serving(site()) as client:
        answer = await client.options("/chatkit", headers={"origin": "null", **asked})
    assert answer.headers["access-control-allow-origin"] == "null"
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "turnstream-visitor" in answer.headers["access-control-allow-headers"]


async def test_who_has_neither_cookie_nor_key_is_told_why_a_thread_is_not_found() -> None:
    async with serving(site()) as client:
        created = await client.post("/chatkit", json=CREATE)
        thread_id = parse(created.content.split(b"\n\n")[0] + b"\n\n")["thread"]["id"]
        get = {"type": "threads.get_by_id", "params": {"thread_id": thread_id}}
        client.cookies.clear()
        lost = await client.post("/chatkit", json=get)
        client.cookies.clear()
        known = await client.post("/chatkit", json=get, headers={"turnstream-visitor": KEY})
    assert (lost.status_code, lost.json()["error"]["code"]) == (404, "not_found")
    assert "cookies are blocked" in lost.json()["error"]["message"]
    assert "cookie" not in known.json()["error"]["message"]


@pytest.mark.parametrize(
    ("options", "warned"),
    [
        ({}, True),
        ({"authenticate": everyone}, False),
        ({"allowed_origins": []}, False),
    ],
)
def test_other_origins_without_authenticate_are_warned_of_at_the_start(
    options: dict[str, Any], warned: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "turnstream.http"):
        site(**options)
    assert ("allowed_origins without authenticate" in caplog.text) == warned
