"""Each mistake that a page can make with the chat is named in its log, with the remedy; a sound page hears
nothing.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from starlette.types import ASGIApp

from tests.browser.host import Events, chat_site, react_site, said, spoken
from tests.browser.pages import answers, say, visiting
from tests.server.app import ScriptedServer, client_call
from turnstream.types import ClientEffectEvent, ErrorEvent, ThreadMetadata, UserMessageItem

LOG = """
globalThis.logged = [];
chat.addEventListener('chatkit.log', ({ detail }) => detail.name === 'request' || logged.push(detail));
"""
BUSY = "const busy = (ms) => { const until = performance.now() + ms; while (performance.now() < until); };"
SOUND = """
onResponseStart() {}, onError() {}, onThreadChange() {},
onClientTool: ({ name }) => ({ name }),
"""


async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    """Does what the person says, and has the last word."""
    words = spoken(item).split()
    for word in words:
        if word == "tool":
            yield client_call(thread)
        elif word == "error":
            yield ErrorEvent(message="No more of this", allow_retry=False)
        elif word != "hello":
            yield ClientEffectEvent(name=word)
    if "tool" not in words:
        yield said(thread, "Done")


def script(options: str, before: str = "") -> str:
    return f"{LOG}{BUSY}{before}chat.setOptions({{ api: {{ url: '/chatkit' }}, {options} }});"


@asynccontextmanager
async def guarded(
    chromium: Browser, options: str, before: str = "", errors: Sequence[str] = ()
) -> AsyncGenerator[Page]:
    """Yield a page with the chat in which nothing but `options` and `before` listens."""
    site = chat_site(ScriptedServer(respond), script=script(options, before))
    async with visiting(chromium, site, errors=errors, is_recorded=False) as page:
        yield page


async def warned(page: Page, code: str) -> dict[str, Any]:
    """Wait until the log has `guard.{code}` and return what it says."""
    await page.wait_for_function("code => logged.some(({ name }) => name === `guard.${code}`)", arg=code)
    (data,) = await page.evaluate("code => logged.filter(({ name }) => name === `guard.${code}`)", code)
    return data["data"]


async def received(page: Page) -> list[str]:
    """The findings so far, and the names in the log."""
    seen = await page.evaluate("chat.inspect()")
    return [finding["code"] for finding in seen] + [entry["name"] for entry in await page.evaluate("logged")]


async def done(page: Page, times: int = 1) -> None:
    await expect(answers(page)).to_have_text(["Done"] * times)
    await expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)


async def failed(page: Page) -> None:
    await expect(
        page.get_by_role("region", name="Conversation").get_by_text("No more of this")
    ).to_be_visible()


async def test_a_sound_page_hears_nothing(chromium: Browser) -> None:
    async with guarded(chromium, SOUND + "persist: true, onEffect() {},") as page:
        await say(page, "hello paint tool")
        await done(page)
        await say(page, "error")
        await failed(page)
        assert await received(page) == []


FAILING = {
    "a listener": ("", "chat.addEventListener('chatkit.effect', () => { throw new Error('my fault'); });"),
    "the handler": ("onEffect() { throw new Error('my fault'); },", ""),
    "the handler's promise": ("async onEffect() { throw new Error('my fault'); },", ""),
}


@pytest.mark.parametrize("who", FAILING)
async def test_an_effect_that_fails(chromium: Browser, who: str) -> None:
    options, before = FAILING[who]
    async with guarded(chromium, SOUND + options, before, errors=["my fault"]) as page:
        await say(page, "paint hello")
        await done(page)
        data = await warned(page, "effect_failed")
        assert data["effect"] == "paint"
        assert "threw" in data["message"]


async def test_a_slow_effect(chromium: Browser) -> None:
    async with guarded(chromium, SOUND + "onEffect: ({ name }) => busy(name === 'heavy' ? 80 : 0),") as page:
        await say(page, "light heavy heavy")
        await done(page)
        data = await warned(page, "effect_slow")
        assert data["effect"] == "heavy"
        assert 80 <= data["ms"] <= 1000
        assert "schedule: 'frame'" in data["message"]
        (finding,) = await page.evaluate("chat.inspect()")
        assert (finding["code"], finding["subject"], finding["count"]) == ("effect_slow", "heavy", 2)


async def test_an_effect_that_blocks_the_page(chromium: Browser) -> None:
    async with guarded(chromium, SOUND, "chat.addEventListener('chatkit.effect', () => busy(1010));") as page:
        await say(page, "paint")
        await done(page)
        data = await warned(page, "effect_blocked")
        assert data["ms"] >= 1000
        assert "worker" in data["message"]
        assert await received(page) == ["effect_blocked", "guard.effect_blocked"]


async def test_an_effect_whose_promise_never_settles(chromium: Browser) -> None:
    async with guarded(chromium, SOUND + "onEffect: () => new Promise(() => {}),") as page:
        await page.clock.install()
        await say(page, "paint")
        await done(page)
        await page.clock.run_for(5000)
        assert (await warned(page, "effect_blocked"))["ms"] == 5000


@pytest.mark.parametrize("what", ["paint", "tool"])
async def test_a_page_that_is_not_locked(chromium: Browser, what: str) -> None:
    options = "onError() {}, persist: true, onClientTool: () => ({}),"
    async with guarded(chromium, options) as page:
        await say(page, what)
        await done(page)
        assert '"locks"' in (await warned(page, "not_locked"))["message"]


LOCKED = {
    "a listener": ("", "chat.addEventListener('chatkit.response.start', () => {});"),
    "a handler": ("onResponseStart() {},", ""),
    "the option": ("locks: [],", ""),
    "the attribute": ("", "chat.setAttribute('locks', '#map');"),
}


@pytest.mark.parametrize("how", LOCKED)
async def test_a_page_that_locks_itself(chromium: Browser, how: str) -> None:
    options, before = LOCKED[how]
    options += "onError() {}, persist: true, onClientTool: () => ({}),"
    async with guarded(chromium, options, before) as page:
        await say(page, "paint tool")
        await done(page)
        assert await received(page) == []


async def test_errors_that_nobody_hears_of(chromium: Browser) -> None:
    async with guarded(chromium, "persist: true,") as page:
        await say(page, "error")
        assert '"onError"' in (await warned(page, "no_error_handler"))["message"]


async def test_a_thread_that_will_be_lost(chromium: Browser) -> None:
    async with guarded(chromium, "onError() {},") as page:
        await say(page, "hello")
        await done(page)
        assert "Set persist to true" in (await warned(page, "not_persisted"))["message"]


PERSISTED = {
    "the option persist": ("persist: true,", ""),
    "the option initialThread": ("initialThread: null,", ""),
    "a listener": ("", "chat.addEventListener('chatkit.thread.change', () => {});"),
    "a handler": ("onThreadChange() {},", ""),
}


@pytest.mark.parametrize("how", PERSISTED)
async def test_a_thread_that_is_kept(chromium: Browser, how: str) -> None:
    options, before = PERSISTED[how]
    async with guarded(chromium, options + "onError() {},", before) as page:
        await say(page, "hello")
        await done(page)
        assert await received(page) == []


@pytest.mark.parametrize("handler", ["", "onClientTool: () => undefined,"])
async def test_a_client_tool_that_the_page_does_not_know(chromium: Browser, handler: str) -> None:
    options = "onError() {}, onResponseStart() {}, persist: true," + handler
    async with guarded(chromium, options) as page:
        await say(page, "tool")
        await done(page)
        data = await warned(page, "unknown_tool")
        assert data["tool"] == "get_selection"
        assert '"onClientTool"' in data["message"]
        assert "respond()" in data["message"]
        assert ("has no option" in data["message"]) == (handler == "")


async def test_a_client_tool_that_does_not_answer(chromium: Browser) -> None:
    options = SOUND + "onClientTool: () => new Promise((answer) => { globalThis.answer = answer; }),"
    async with guarded(chromium, options) as page:
        await page.clock.install()
        await say(page, "tool")
        await page.wait_for_function("globalThis.answer !== undefined")
        await page.clock.run_for(10_000)
        data = await warned(page, "tool_slow")
        assert (data["tool"], data["ms"]) == ("get_selection", 10_000)
        await page.evaluate("answer({})")
        await done(page)


async def test_each_is_logged_once_per_subject_and_counted(chromium: Browser) -> None:
    options = SOUND + "onEffect() { throw new Error('my fault'); },"
    async with guarded(chromium, options, errors=["my fault"]) as page:
        await say(page, "paint paint draw")
        await done(page)
        await say(page, "paint")
        await done(page, 2)
        await page.wait_for_function("logged.length === 2")
        assert sorted(entry["data"]["effect"] for entry in await page.evaluate("logged")) == ["draw", "paint"]
        found = await page.evaluate("chat.inspect()")
        assert [(finding["subject"], finding["count"]) for finding in found] == [("paint", 3), ("draw", 1)]


async def test_what_can_be_seen_before_anything_happens(chromium: Browser) -> None:
    async with guarded(chromium, "onEffect() {},") as page:
        await expect(page.get_by_role("textbox", name="Message", exact=True)).to_be_visible()
        found = await page.evaluate("chat.inspect()")
        assert [(finding["code"], finding["count"]) for finding in found] == [
            ("not_locked", 0),
            ("no_error_handler", 0),
            ("not_persisted", 0),
        ]
        assert await page.evaluate("logged") == []


async def test_listeners_from_before_the_element_was_defined_count(chromium: Browser) -> None:
    body = """<openai-chatkit id="chat"></openai-chatkit><script>
      globalThis.logged = [];
      chat.addEventListener('chatkit.log', ({ detail }) => detail.name === 'request' || logged.push(detail));
      chat.addEventListener('chatkit.effect', ({ detail }) => { globalThis.effect = detail; });
      chat.addEventListener('chatkit.response.start', () => {});
      addEventListener('load', async () => {
        await import('/chatkit/chatkit.js');
        chat.setOptions({ api: { url: '/chatkit' } });
      });
    </script>"""
    site = chat_site(ScriptedServer(respond), body=body, script="", loads_element=False)
    async with visiting(chromium, site, is_recorded=False) as page:
        await say(page, "paint")
        await done(page)
        assert await page.evaluate("effect.name") == "paint"
        await say(page, "paint error")
        await failed(page)
        assert "not_locked" not in await received(page)


async def test_a_page_that_may_have_listened_before_is_not_accused(chromium: Browser) -> None:
    """Listeners that a script of the page's body adds cannot be seen, and this page gives no other hint of
    its ways.
    """
    body = """<openai-chatkit id="chat"></openai-chatkit><script>
      let isBusy = false;
      chat.addEventListener('chatkit.response.start', () => { isBusy = true; });
      chat.addEventListener('chatkit.response.end', () => { isBusy = false; });
      chat.addEventListener('chatkit.error', () => {});
    </script>"""
    options = LOG + "chat.setOptions({ api: { url: '/chatkit' }, persist: true, onClientTool: () => ({}) });"
    site = chat_site(ScriptedServer(respond), body=body, script=options)
    async with visiting(chromium, site, is_recorded=False) as page:
        await say(page, "paint tool")
        await done(page)
        assert await received(page) == []


def react(bundle: Path, options: str) -> ASGIApp:
    """The published binding, which listens to every event whatever its app does."""
    start = f"globalThis.logged = []; globalThis.given = {{ {options} }}; import('/react/options.js');"
    return react_site(ScriptedServer(respond), bundle, start)


async def test_under_react_a_page_is_judged_by_its_handlers(chromium: Browser, bundle: Path) -> None:
    log = "onLog: (detail) => detail.name === 'request' || logged.push(detail),"
    async with visiting(chromium, react(bundle, log), is_recorded=False) as page:
        await say(page, "paint error")
        for code in ("not_persisted", "not_locked", "no_error_handler"):
            await warned(page, code)
    async with visiting(chromium, react(bundle, log + SOUND), is_recorded=False) as page:
        await say(page, "paint tool")
        await done(page)
        await say(page, "error")
        await failed(page)
        found = await page.evaluate("document.querySelector('openai-chatkit').inspect()")
        assert (found, await page.evaluate("logged")) == ([], [])
