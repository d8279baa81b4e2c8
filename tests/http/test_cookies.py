"""The visitor's cookie: whose it is, how long it counts, what it is called, and by which secret it is
signed.
"""

import asyncio
import time
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest
from itsdangerous import Signer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount

from tests.http.serving import SECRET, serving
from tests.http.test_app import say_hello
from tests.server.app import ScriptedServer, user_input
from turnstream.http import create_app
from turnstream.http.visitors import LIFETIME_S, RENEWED_AFTER_S, Visit, Visitors

CREATE: dict[str, Any] = {"type": "threads.create", "params": {"input": user_input("hello")}}
LIST: dict[str, Any] = {"type": "threads.list", "params": {}}
NEW, OLD, OLDEST = (letter * 32 for letter in ("n", "o", "a"))
DAY_S = 24 * 3600
FRAME = "5e9a1f0a-4a68-4a39-a9ef-7e0e2a2c93a0"


class Browser:
    """Keeps the cookies of the answers that `Visitors` asks for, as a browser does over https or http."""

    def __init__(self, *, is_https: bool = False) -> None:
        self.scheme = "https" if is_https else "http"
        self.cookies: dict[str, str] = {}

    def ask(self, visitors: Visitors, **headers: str) -> Visit:
        cookies = {name: value for name, value in self.cookies.items() if self.may_send(name)}
        sent = {**headers, "cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in sent.items()]
        scope = {
            "type": "http",
            "scheme": self.scheme,
            "path": "/",
            "server": ("chat.example", 80),
            "headers": raw,
        }
        visit = visitors.identify(Request(scope))
        if visit.cookie is not None:
            ((name, morsel),) = SimpleCookie(visit.cookie).items()
            assert (morsel["path"], morsel["samesite"], bool(morsel["httponly"])) == ("/", "Lax", True)
            assert (name.startswith("__Host-"), bool(morsel["secure"])) == ((self.scheme == "https"),) * 2
            self.cookies[name] = morsel.value
        return visit

    def may_send(self, name: str) -> bool:
        return self.scheme == "https" or not name.startswith("__Host-")


def signed_before(secret: str, visitor_id: str) -> dict[str, str]:
    """The cookie of earlier versions: no date, one name."""
    import hashlib

    return {
        "turnstream_visitor": Signer(secret, salt="turnstream.visitor", digest_method=hashlib.sha256)
        .sign(visitor_id)
        .decode()
    }


def by(*secrets: str) -> Visitors:
    return Visitors(*(secret.encode() for secret in secrets))


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + seconds)


@pytest.mark.parametrize("is_https", [True, False])
def test_the_same_browser_is_the_same_visitor(is_https: bool) -> None:
    browser = Browser(is_https=is_https)
    first, second = browser.ask(by(NEW)), browser.ask(by(NEW))
    assert (first.is_new, second.is_new, second.cookie) == (True, False, None)
    assert first.principal == second.principal != Browser().ask(by(NEW)).principal


@pytest.mark.parametrize("forwarded", ["https", "HTTPS, http"])
def test_a_proxy_that_speaks_https_has_the_guarded_name(forwarded: str) -> None:
    visit = Visitors(NEW.encode()).identify(request_over_http(forwarded))
    assert visit.cookie is not None
    assert visit.cookie.startswith("__Host-turnstream_visitor")
    assert visit.cookie.endswith("; Secure")


def request_over_http(forwarded: str) -> Request:
    headers = [(b"x-forwarded-proto", forwarded.encode())]
    return Request(
        {"type": "http", "scheme": "http", "path": "/", "server": ("localhost", 80), "headers": headers}
    )


def test_a_cookie_over_http_counts_over_https_and_gets_the_guarded_name() -> None:
    browser = Browser()
    first = browser.ask(by(NEW))
    browser.scheme = "https"
    moved = browser.ask(by(NEW))
    assert moved.principal == first.principal
    assert sum(name.startswith("__Host-") for name in browser.cookies) == 1
    assert browser.ask(by(NEW)).cookie is None


@pytest.mark.parametrize("is_https", [True, False])
def test_a_cookie_of_earlier_versions_counts_and_is_signed_anew(is_https: bool) -> None:
    browser, visitor_id = Browser(is_https=is_https), f"visitor_{'7' * 32}"
    browser.cookies = signed_before(OLD, visitor_id)
    known = browser.ask(by(NEW, OLD))
    assert (known.principal.id, known.is_new, known.cookie is not None) == (visitor_id, False, True)
    del browser.cookies["turnstream_visitor"]
    assert browser.ask(by(NEW)) == Visit(known.principal)


@pytest.mark.parametrize("visitor_id", ["visitor_", "ada", f"visitor_{'7' * 32}.aaaa", f"visitor_{'G' * 32}"])
def test_what_is_no_visitor_is_refused_though_it_is_signed(visitor_id: str) -> None:
    browser = Browser()
    browser.cookies = signed_before(NEW, visitor_id)
    assert browser.ask(by(NEW)).is_new


def test_a_cookie_is_renewed_after_weeks_and_refused_after_a_year(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser()
    first = browser.ask(by(NEW))
    later(monkeypatch, RENEWED_AFTER_S - DAY_S)
    assert browser.ask(by(NEW)) == Visit(first.principal)
    later(monkeypatch, 2 * DAY_S)
    assert browser.ask(by(NEW)).cookie is not None
    later(monkeypatch, LIFETIME_S - DAY_S)
    assert browser.ask(by(NEW)).principal == first.principal  # a year after the renewal counts from it
    later(monkeypatch, LIFETIME_S + DAY_S)
    assert browser.ask(by(NEW)).is_new


def test_a_clock_that_is_behind_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser()
    first = browser.ask(by(NEW))
    later(monkeypatch, -3600)
    assert browser.ask(by(NEW)) == Visit(first.principal)


def test_a_secret_is_changed_without_losing_anyone() -> None:
    browser, keyed = (
        Browser(),
        {"turnstream_visitor": "0b8f3e0c-5f6e-4d0e-9b7a-3c1d2e4f5a6b", "origin": "https://a.b"},
    )
    first, key = browser.ask(by(OLD)), Browser().ask(by(OLD), **keyed)
    # While a deployment is under way, some processes have the former.
    for secrets in (
        (OLD, NEW),
        (NEW, OLD),
    ):
        assert browser.ask(by(*secrets)).principal == first.principal
    assert Browser().ask(by(NEW, OLD), **keyed).principal == key.principal
    assert browser.ask(by(NEW)) == Visit(first.principal)
    assert Browser().ask(by(NEW), **keyed).principal != key.principal


@pytest.mark.parametrize("tail", ["", ".", "x", ".forged", "é", "\x80" * 80, "a" * 3000])
def test_a_forged_cookie_is_a_new_visitor(tail: str) -> None:
    browser = Browser()
    first = browser.ask(by(NEW))
    ((name, value),) = browser.cookies.items()
    for forged in (value.rpartition(".")[0] + tail, value + tail if tail else "", tail):
        browser.cookies = {name: forged}
        assert browser.ask(by(NEW)).principal != first.principal


def test_chats_of_one_host_do_not_take_each_others_cookie() -> None:
    """A cookie knows neither ports nor paths."""
    browser = Browser()
    chats = [by(NEW), by(OLD), by(OLDEST, NEW)]
    visitors = [browser.ask(chat).principal for chat in chats]
    assert [browser.ask(chat).principal for chat in chats] == visitors
    assert visitors[0] != visitors[1]
    assert len(browser.cookies) == 3


async def test_two_chats_in_one_app_keep_their_visitors() -> None:
    chats = {
        path: create_app(ScriptedServer(say_hello), path=path, cookie_secret=secret)
        for path, secret in {"/one": NEW, "/two": OLD, "/three": None}.items()
    }
    app = Starlette(routes=[Mount(f"/at{path}", chat) for path, chat in chats.items()])
    async with serving(app) as client:
        for _ in range(2):
            for path in chats:
                await client.post(f"/at{path}{path}", json=CREATE)
        for path in chats:
            assert len((await client.post(f"/at{path}{path}", json=LIST)).json()["data"]) == 2


async def test_the_first_requests_of_a_page_are_of_one_visitor() -> None:
    """They run side by side before an answer has brought the cookie."""
    async with serving(create_app(ScriptedServer(say_hello), cookie_secret=SECRET)) as client:
        frames = {"chatkit-frame-instance-id": FRAME}
        async with httpx.AsyncClient(base_url=client.base_url, timeout=300, headers=frames) as page:
            answers = await asyncio.gather(*(page.post("/chatkit", json=CREATE) for _ in range(4)))
            assert all("set-cookie" in answer.headers for answer in answers)
            assert len((await page.post("/chatkit", json=LIST)).json()["data"]) == 4
        other = {"chatkit-frame-instance-id": FRAME[::-1]}
        assert (await client.post("/chatkit", json=LIST, headers=other)).json()["data"] == []


def test_the_instance_of_a_frame_is_no_lasting_credential(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Browser().ask(by(NEW), chatkit_frame_instance_id=FRAME)
    later(monkeypatch, 3600)
    assert Browser().ask(by(NEW), chatkit_frame_instance_id=FRAME).principal != first.principal


def test_a_page_of_another_origin_that_keeps_no_cookie_is_not_known_by_its_frame() -> None:
    headers = {"chatkit_frame_instance_id": FRAME, "origin": "https://app.example", "host": "chat.example"}
    asked = [Browser().ask(by(NEW), **headers) for _ in range(2)]
    assert asked[0].principal != asked[1].principal


@pytest.mark.parametrize("frame_id", ["", "1", "frame", "x" * 65, "a b" * 12])
def test_a_frame_that_could_be_anyones_makes_nobody_the_same(frame_id: str) -> None:
    asked = [Browser().ask(by(NEW), chatkit_frame_instance_id=frame_id) for _ in range(2)]
    assert asked[0].principal != asked[1].principal


@pytest.mark.parametrize(
    "secret", ["", "secret", "x" * 31, b"x" * 31, [], [NEW, "short"], ["short", NEW], "é" * 15]
)
def test_a_secret_that_can_be_guessed_is_refused(secret: Any) -> None:
    with pytest.raises(ValueError, match=r"at least 32 bytes.*secrets\.token_urlsafe\(32\)") as refused:
        create_app(ScriptedServer(say_hello), cookie_secret=secret)
    assert "short" not in str(refused.value).replace("shorter", "")


@pytest.mark.parametrize("secret", ["x" * 32, b"x" * 32, [NEW, OLD], (NEW, OLD.encode()), "é" * 16])
def test_a_secret_of_32_bytes_is_taken(secret: Any) -> None:
    create_app(ScriptedServer(say_hello), cookie_secret=secret)
