"""The element over a scripted server: however a response ends, the page is told once, and the chat goes
on.
"""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.browser.host import Events, chat_site, echo
from tests.browser.pages import answers, ended, names, say, visiting
from tests.server.app import ScriptedServer, added, delta
from turnstream.types import ErrorEvent, ThreadMetadata, UserMessageItem

CARD = "Something went wrong"
TURN = ["response.start", "response.end"]


async def turns(page: Page) -> list[str]:
    return [name for name in await names(page) if name in TURN]


async def another_turn_works(page: Page) -> None:
    """Also shows that the turn before ended once: a late second end would be counted here."""
    await say(page, "again")
    await ended(page, 2)
    await expect(answers(page).last).to_have_text("You said: again")
    assert await turns(page) == TURN * 2


async def nothing_at_all(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    return
    yield


async def an_error_event(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield ErrorEvent(message="The model is away", allow_retry=True)


async def an_exception(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield added(thread)
    yield delta("Half a")
    raise RuntimeError("secret detail")


async def an_unfinished_message(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield added(thread)
    yield delta("Half a")


@pytest.mark.parametrize("ending", [nothing_at_all, an_error_event, an_exception, an_unfinished_message])
async def test_a_turn_that_the_server_ends_badly_ends_once(chromium: Browser, ending: Any) -> None:
    server = ScriptedServer(ending)
    async with visiting(chromium, chat_site(server)) as page:
        await say(page, "hi")
        await ended(page)
        assert "secret detail" not in await page.locator("body").inner_text()
        server.script = echo
        await another_turn_works(page)


FAILURES: dict[str, tuple[dict[str, Any], str]] = {
    "an empty body": ({"status": 200, "content_type": "text/event-stream"}, "The server did not answer."),
    "text that is no event": ({"status": 200, "body": "data: {oops\n\n"}, "The answer could not be read."),
    "a login page": (
        {"status": 200, "content_type": "text/html", "body": "<p>Sign in"},
        "answered with text/html",
    ),
    "an expired session": ({"status": 401}, "You need to sign in to use this chat."),
    "too many requests": ({"status": 429, "body": "slow down"}, "Too many requests."),
    "a broken proxy": ({"status": 502, "body": "<h1>Bad gateway"}, "Something went wrong on the server."),
}


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_request_that_fails_ends_the_turn_once_with_words(chromium: Browser, failure: str) -> None:
    answer, words = FAILURES[failure]
    errors = [str(answer["status"])] if answer["status"] != 200 else []
    async with visiting(chromium, chat_site(echo), errors=errors) as page:
        await page.route("**/chatkit", lambda route: route.fulfill(**answer), times=1)
        await say(page, "hi")
        await ended(page)
        # What the server refuses for good is said beside the field, which has the message again.
        place = page.get_by_role("alert") if answer["status"] == 401 else page.get_by_role("group", name=CARD)
        await expect(place).to_contain_text(words)
        await another_turn_works(page)


class CutOnce:
    """Breaks the first stream's connection in the middle of an event."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._is_cut = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_some(message: Message) -> None:
            if self._is_cut:
                return
            if b" thought" in message.get("body", b""):
                message["body"] = message["body"][:-20]
                self._is_cut = True
            await send(message)

        is_whole = self._is_cut or scope["type"] != "http" or scope["method"] != "POST"
        await self._app(scope, receive, send if is_whole else send_some)


async def test_a_connection_that_breaks_is_taken_up_again_where_it_was(chromium: Browser) -> None:
    go_on = asyncio.Event()

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        yield delta("Half a")
        await go_on.wait()
        yield delta(" thought")

    site = CutOnce(chat_site(ScriptedServer(respond)))
    async with visiting(chromium, site, errors=["ERR_INCOMPLETE_CHUNKED_ENCODING"]) as page:
        await say(page, "hi")
        await expect(answers(page)).to_have_text("Half a")
        go_on.set()
        await ended(page)
        await expect(answers(page)).to_have_text("Half a thought")
        await expect(page.get_by_role("group", name=CARD)).to_have_count(0)
        assert await turns(page) == TURN


async def unending(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield added(thread)
    yield delta("Once upon")
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    "leave",
    [
        "deep('button[aria-label=Stop]')[0].click()",
        "chat.setThreadId(null)",
        "chat.setOptions({ api: { url: '/chatkit?other' } })",
    ],
)
async def test_a_turn_that_is_left_ends_once_and_a_new_one_can_begin(chromium: Browser, leave: str) -> None:
    server = ScriptedServer(unending)
    async with visiting(chromium, chat_site(server)) as page:
        await say(page, "hi")
        await expect(answers(page)).to_have_text("Once upon")
        await page.evaluate(leave)
        await ended(page)
        server.script = echo
        await another_turn_works(page)


async def test_an_element_that_is_removed_ends_its_turn(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(unending)) as page:
        await say(page, "hi")
        await expect(answers(page)).to_have_text("Once upon")
        await page.evaluate("""() => new Promise((resolve) => {
          chat.addEventListener('chatkit.response.end', resolve);
          chat.remove();
        })""")
