"""The document around frames: its policy is the query's and nothing else's."""

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from tests.browser.host import echo
from tests.http.serving import serving
from tests.server.app import ScriptedServer
from tests.widgets.frame_sources import BAD_SOURCES, SOURCES
from turnstream.http import create_app, element_files

FILES = Starlette(routes=[Mount("/chat", element_files())])
URL = "/chat/frame.html"


def directives(policy: str) -> dict[str, str]:
    return dict(each.split(" ", 1) for each in policy.split("; "))


NOTHING = {
    "default-src": "'none'",
    "script-src": "'unsafe-inline'",
    "style-src": "'unsafe-inline'",
    "img-src": "data: blob:",
    "font-src": "data:",
    "media-src": "data: blob:",
    "connect-src": "'none'",
    "frame-src": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    "sandbox": "allow-scripts allow-forms",
}


async def test_without_hosts_nothing_may_be_loaded() -> None:
    async with serving(FILES) as client:
        answer = await client.get(URL)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert directives(answer.headers["content-security-policy"]) == NOTHING
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


async def test_each_list_opens_its_directives_alone() -> None:
    query = {
        "connect": ["https://api.example.com", "wss://live.example.com"],
        "resource": "https://*.example.net",
        "frame": "https://player.example",
        "base": "https://cdn.example",
    }
    async with serving(FILES) as client:
        answer = await client.get(URL, params=query)
    assert directives(answer.headers["content-security-policy"]) == {
        **NOTHING,
        "script-src": "'unsafe-inline' https://*.example.net",
        "style-src": "'unsafe-inline' https://*.example.net",
        "img-src": "data: blob: https://*.example.net",
        "font-src": "data: https://*.example.net",
        "media-src": "data: blob: https://*.example.net",
        "connect-src": "https://api.example.com wss://live.example.com",
        "frame-src": "https://player.example",
        "base-uri": "https://cdn.example",
    }


@pytest.mark.parametrize("source", SOURCES)
async def test_hosts_are_allowed(source: str) -> None:
    async with serving(FILES) as client:
        answer = await client.get(URL, params={"connect": source})
    assert directives(answer.headers["content-security-policy"])["connect-src"] == source


@pytest.mark.parametrize("name", ["connect", "resource", "frame", "base"])
@pytest.mark.parametrize("source", BAD_SOURCES)
async def test_anything_else_is_refused(source: str, name: str) -> None:
    async with serving(FILES) as client:
        answer = await client.get(URL, params={name: source})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/plain; charset=utf-8")
    assert "This frame has no valid policy" in answer.text
    assert f"{name}" in answer.text
    assert "is no host that a frame may use: write a scheme" in answer.text
    assert answer.headers["content-security-policy"] == "default-src 'none'"


HOST = "https://a.example"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("script=https://a.example", "'script' is no parameter: there are connect, resource, frame, base"),
        ("sandbox=allow-same-origin", "'sandbox' is no parameter"),
        ("connect", "bad query field"),
        ("connect=https://a.example&", "bad query field"),
        ("&".join([f"connect={HOST}"] * 33), "at most 32 items"),
        ("&".join([f"connect={HOST}"] * 200), "number of fields"),
        ("connect=" + "a" * 9000, "the query has 9008 characters, at most 8192 are allowed"),
        ("connect=https://a.example%0D%0ASet-Cookie: a=b", "is no host"),
    ],
)
async def test_a_query_that_is_no_policy_says_why(query: str, reason: str) -> None:
    async with serving(FILES) as client:
        answer = await client.get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert reason in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_only_reading_is_answered() -> None:
    async with serving(FILES) as client:
        head, post = await client.head(URL), await client.post(URL)
        elsewhere = await client.get("/chat/chunks/frame.html")
    assert (head.status_code, head.text, post.status_code, elsewhere.status_code) == (200, "", 405, 404)


@pytest.mark.parametrize(
    ("origins", "ancestors"),
    [
        ([], "'self'"),
        (
            ["https://app.example", "http://localhost:5173"],
            "'self' https://app.example http://localhost:5173",
        ),
        (["null"], "*"),
    ],
)
async def test_pages_that_may_use_the_chat_may_show_its_frames(origins: list[str], ancestors: str) -> None:
    app = create_app(ScriptedServer(echo), authenticate=lambda request: None, allowed_origins=origins)
    files = Starlette(routes=[Mount("/chatkit", element_files(allowed_origins=origins))])
    for served in (app, files):
        async with serving(served) as client:
            answer = await client.get("/chatkit/frame.html")
        assert directives(answer.headers["content-security-policy"])["frame-ancestors"] == ancestors


def test_an_origin_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="allowed_origins must contain origins"):
        element_files(allowed_origins=["https://app.example; script-src *"])
