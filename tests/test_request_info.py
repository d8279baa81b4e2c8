"""What an app's code can know of its request."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.http.serving import SECRET, serving
from tests.http.test_app import say_hello
from tests.server.app import ScriptedServer, user_input
from turnstream.http import create_app
from turnstream.request_info import RequestInfo, preferred_locale, request_info
from turnstream.types import ThreadStreamEvent


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        (None, "en"),
        ("", "en"),
        ("de", "de"),
        ("pt-BR, pt;q=0.9, en;q=0.8", "pt-BR"),
        ("en;q=0.5, fr;q=0.8, de;q=0.8", "fr"),
        ("*", "en"),
        ("zh-Hant-TW;q=1.0", "zh-Hant-TW"),
        ("fr;q=0", "en"),
        ("fr;q=abc, it;q=0.1", "it"),
        (";;;,,,", "en"),
        ("x" * 10_000, "en"),
        (", ".join(["??"] * 1000) + ", de", "en"),
        ("da; q=0.7 , sv ;q=0.9", "sv"),
    ],
)
def test_the_locale_is_the_most_liked_language(header: str | None, locale: str) -> None:
    assert preferred_locale(header) == locale


async def test_a_response_knows_its_request() -> None:
    seen: list[RequestInfo] = []

    async def respond(thread: Any, message: Any, context: Any) -> AsyncIterator[ThreadStreamEvent]:
        seen.append(request_info())
        async for event in say_hello(thread, message, context):
            yield event

    app = create_app(ScriptedServer(respond), cookie_secret=SECRET, request_headers=["X-Tenant", "x-none"])
    async with serving(app) as client:
        body = {"type": "threads.create", "params": {"input": user_input("hi")}, "metadata": {"tab": 3}}
        headers = {
            "Accept-Language": "nl-BE, nl;q=0.9",
            "X-Tenant": "acme",
            "Authorization": "Bearer secret",
            "Content-Type": "application/json",
        }
        assert (await client.post("/chatkit", content=json.dumps(body), headers=headers)).status_code == 200
        base_url = str(client.base_url.join("/chatkit"))
    (info,) = seen
    assert info == RequestInfo(
        locale="nl-BE", base_url=base_url, headers={"x-tenant": "acme"}, metadata={"tab": 3}
    )
    assert request_info() == RequestInfo()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"request_headers": "x-tenant"}, "request_headers takes a list, such as"),
        ({"request_headers": ["x tenant"]}, "request_headers has 'x tenant'"),
        ({"public_url": "app.example/chatkit"}, "public_url must look like"),
        ({"public_url": "https://app.example/chatkit?x=1"}, "public_url must look like"),
    ],
)
def test_first_mistakes_are_said(options: dict[str, Any], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        create_app(ScriptedServer(say_hello), cookie_secret=SECRET, **options)
