"""What a response locks of the page around the chat: inert while it runs, free however it ends."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Page, Route, expect

from tests.browser.durable import SCRIPT, Model, reloaded
from tests.browser.host import ELEMENT, Events, chat_site, said
from tests.browser.pages import answers, composer, ended, events, say, visiting
from tests.browser.test_announcements import LISTEN, received
from tests.server.app import added, delta
from tests.server.durable import memory_server
from turnstream.types import (
    ClientEffectEvent,
    ErrorEvent,
    LockedStatus,
    LockEvent,
    ThreadMetadata,
    UserMessageItem,
)

OPTIONS = "{ locks: { regions: { map: '#map', bar: ['.toolbar'] } } }"
PAGE = """
<main id="map"><label>Where <input id="search" value="coffee"></label></main>
<div class="toolbar" id="bar"><button id="zoom">Zoom</button></div>
"""
BODY = f"{PAGE}{ELEMENT}"
# Whether what is locked may be used when the page hears of a response.
HEAR = """
globalThis.heard = [];
const count = () => void heard.push(document.querySelectorAll('[inert]').length);
for (const name of ['start', 'end']) chat.addEventListener(`chatkit.response.${name}`, count);
"""
# What locks is a part that comes by itself, at the first response at the latest.
PART = "performance.getEntriesByType('resource').find(({ name }) => name.includes('extras'))"
SET = "chat.setOptions({ api: { url: '/chatkit' }, ...%s });"


async def loaded(page: Page) -> None:
    """Wait until the part that locks has run, not only arrived: importing it once more takes as long as
    that.
    """
    await page.wait_for_function(f"Boolean({PART})")
    await page.evaluate(f"import({PART}.name).then(() => null)")


async def inert(page: Page) -> list[str]:
    return await page.evaluate("[...document.querySelectorAll('[inert]')].map(({ id }) => id)")


async def locked(page: Page, *ids: str) -> None:
    """Wait until exactly these are locked."""
    await page.wait_for_function(
        "ids => [...document.querySelectorAll('[data-turnstream-locked]')].map(({ id }) => id).join() === "
        "ids",
        arg=",".join(ids),
    )
    assert await inert(page) == list(ids)


class Paused:
    """Answers with a word and waits until the test lets it go on, or ends it in another way."""

    def __init__(self, *last: Any) -> None:
        self.go = asyncio.Event()
        self.last = last

    async def respond(self, thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        yield delta("Once upon")
        await self.go.wait()
        for event in self.last:
            yield event


@asynccontextmanager
async def paused(
    chromium: Browser, model: Paused, options: str = OPTIONS, body: str = BODY, **settings: Any
) -> AsyncGenerator[Page]:
    """A page whose response has begun, and has locked it."""
    site = chat_site(model.respond, body=body, script=HEAR + SET % options)
    async with visiting(chromium, site, **settings) as page:
        await say(page, "a story")
        await expect(answers(page)).to_have_text("Once upon")
        await locked(page, "map", "bar")
        yield page


async def test_the_page_is_locked_while_a_response_runs_and_free_at_its_end(chromium: Browser) -> None:
    model = Paused()
    async with paused(chromium, model) as page:
        await expect(page.locator("#map")).to_have_attribute("aria-busy", "true")
        await expect(page.locator("#map")).to_have_css("opacity", "0.7")
        await page.evaluate("zoom.addEventListener('click', () => heard.push('zoomed'))")
        box = await page.locator("#zoom").bounding_box()
        assert box is not None
        await page.mouse.click(box["x"] + 5, box["y"] + 5)
        await page.evaluate("document.getElementById('search').focus()")
        assert await page.evaluate("document.activeElement.id") != "search"
        assert await page.evaluate("heard.includes('zoomed')") is False
        model.go.set()
        await ended(page)
        await locked(page)
        await expect(page.locator("#map")).to_have_css("opacity", "1")
        assert await page.evaluate("document.getElementById('map').getAttributeNames()") == ["id"]
        assert await page.evaluate("heard.at(-1)") == 0


async def test_from_the_second_response_on_it_is_locked_before_the_page_hears_of_it(
    chromium: Browser,
) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield said(thread, "Yes.")

    async with visiting(chromium, chat_site(respond, body=BODY, script=HEAR + SET % OPTIONS)) as page:
        for times in (1, 2):
            await say(page, "hello")
            await ended(page, times)
            await loaded(page)
        assert await page.evaluate("heard.slice(2)") == [2, 0]


# A page that takes its time for each effect.
SLOW = """
chat.addEventListener('chatkit.effect', () => {
  const until = performance.now() + 20;
  while (performance.now() < until);
  count();
});
"""


async def test_it_is_locked_until_it_has_had_the_last_effect_and_free_when_it_hears_of_the_end(
    chromium: Browser,
) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        for at in range(10):
            yield ClientEffectEvent(name="move", data={"at": at})
        yield said(thread, "Done.")

    async with visiting(chromium, chat_site(respond, body=BODY, script=HEAR + SLOW + SET % OPTIONS)) as page:
        await loaded(page)
        for times in (1, 2):
            await say(page, "a story")
            await ended(page, times)
        assert await page.evaluate("heard.slice(1)") == [*[2] * 10, 0, 2, *[2] * 10, 0]


async def test_an_error_frees_the_page(chromium: Browser) -> None:
    model = Paused(ErrorEvent(message="Out of words"))
    async with paused(chromium, model) as page:
        model.go.set()
        await ended(page)
        await locked(page)


async def test_stop_frees_the_page(chromium: Browser) -> None:
    async with paused(chromium, Paused()) as page:
        await page.keyboard.press("Escape")
        await ended(page)
        await locked(page)


async def test_leaving_the_thread_frees_the_page(chromium: Browser) -> None:
    async with paused(chromium, Paused()) as page:
        await page.evaluate("chat.setThreadId(null)")
        await locked(page)
        await say(page, "again")
        await locked(page, "map", "bar")


async def test_removing_the_chat_frees_the_page_and_moving_it_does_not(chromium: Browser) -> None:
    async with paused(chromium, Paused()) as page:
        await page.evaluate("document.body.prepend(chat)")
        await locked(page, "map", "bar")
        await page.evaluate("chat.remove()")
        await locked(page)


async def test_other_options_lock_something_else(chromium: Browser) -> None:
    async with paused(chromium, Paused()) as page:
        await page.evaluate("chat.setOptions({ api: { url: '/chatkit' }, locks: '#bar' })")
        await locked(page, "bar")
        await page.evaluate("chat.setOptions({ api: { url: '/chatkit' } })")
        await locked(page)


async def test_the_attribute_is_enough(chromium: Browser) -> None:
    model = Paused()
    body = f'{PAGE}<turnstream-chat id="chat" api-url="/chatkit" locks="#map, .toolbar"></turnstream-chat>'
    async with visiting(chromium, chat_site(model.respond, body=body, script="")) as page:
        await say(page, "a story")
        await locked(page, "map", "bar")
        await page.evaluate("chat.setAttribute('locks', '#map')")
        await locked(page, "map")
        model.go.set()
        await ended(page)
        await locked(page)


async def test_the_focus_comes_back_to_where_it_was(chromium: Browser) -> None:
    model = Paused()
    script = SET % OPTIONS + "zoom.onclick = () => chat.sendUserMessage({ text: 'zoom in' });"
    async with visiting(chromium, chat_site(model.respond, body=BODY, script=script)) as page:
        await expect(composer(page)).to_be_focused()  # it takes the focus once, when it is shown
        await page.locator("#zoom").click()
        await locked(page, "map", "bar")
        assert await page.evaluate("document.activeElement === document.body")
        model.go.set()
        await ended(page)
        await expect(page.locator("#zoom")).to_be_focused()


async def test_a_region_is_free_when_the_last_of_two_chats_lets_go(chromium: Browser) -> None:
    models = [Paused(), Paused()]
    turn = iter(models)

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        async for event in next(turn).respond(thread, item, context):
            yield event

    body = BODY + '<openai-chatkit id="other"></openai-chatkit>'
    script = SET % OPTIONS + "other.setOptions({ api: { url: '/chatkit' }, locks: '#map' });"
    async with visiting(chromium, chat_site(respond, body=body, script=script)) as page:
        await page.evaluate("chat.sendUserMessage({ text: 'one' })")
        await locked(page, "map", "bar")
        await page.evaluate("other.sendUserMessage({ text: 'two' })")
        models[0].go.set()
        await locked(page, "map")
        models[1].go.set()
        await locked(page)


async def test_a_region_around_the_chat_is_refused_in_words(chromium: Browser) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield said(thread, "Yes.")

    options = "{ locks: ['body', '#map', '::'] }"
    async with visiting(chromium, chat_site(respond, options, body=BODY)) as page:
        await page.wait_for_function("seen.filter(({ name }) => name === 'error').length === 2")
        await say(page, "hello")
        await ended(page)
        await expect(answers(page)).to_have_text("Yes.")
        assert len(await events(page, "error")) == 2


async def test_a_page_that_frees_a_part_again_each_time_goes_on_and_is_told(chromium: Browser) -> None:
    model = Paused()
    script = """
    new MutationObserver(() => map.removeAttribute('inert')).observe(map, { attributeFilter: ['inert'] });
    """
    async with visiting(chromium, chat_site(model.respond, body=BODY, script=script + SET % OPTIONS)) as page:
        await say(page, "a story")
        await expect(answers(page)).to_have_text("Once upon")
        await page.wait_for_function("seen.some(({ name }) => name === 'error')")
        (error,) = await events(page, "error")
        assert 'cannot keep "inert" on <main id="map">' in error["detail"]["error"]["message"]
        assert await inert(page) == ["bar"]
        model.go.set()
        await ended(page)
        assert await inert(page) == []


async def test_a_connection_that_stays_lost_does_not_hold_the_page(chromium: Browser) -> None:
    model = Model(("one ", "two "))
    site = chat_site(memory_server(model.respond), body=BODY, script=SCRIPT % OPTIONS)
    async with visiting(
        chromium, site, errors=["ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to load"]
    ) as page:
        await page.clock.install()
        await say(page, "count")
        await model.say(1)
        await expect(answers(page)).to_contain_text("one")
        await locked(page, "map", "bar")
        await page.context.set_offline(True)
        await page.clock.run_for(10_000)
        assert await inert(page) == ["map", "bar"]
        await page.clock.run_for(120_000)
        await locked(page)
        await page.context.set_offline(False)
        await page.clock.run_for(20_000)
        await locked(page, "map", "bar")
        await model.say()
        await page.clock.run_for(2_000)
        await ended(page)
        await locked(page)


NAMED = ("map",), ("map", "bar"), (), ("bar",), None


def locking() -> Model:
    """Says a word after each of `NAMED`, which it locks before."""
    changes = {
        at: [LockEvent(regions=names if names is None else list(names))] for at, names in enumerate(NAMED)
    }
    return Model([f"word{at} " for at in range(len(NAMED))], changes)


async def test_the_server_widens_and_narrows_the_lock_lets_go_and_takes_all_again(chromium: Browser) -> None:
    model = locking()
    site = chat_site(memory_server(model.respond), OPTIONS, body=BODY)
    async with visiting(chromium, site) as page:
        await say(page, "a story")
        await locked(page, "map", "bar")
        for at, names in enumerate(NAMED):
            await model.say(at + 1)
            await expect(answers(page)).to_contain_text(f"word{at}")
            await locked(page, *(("map", "bar") if names is None else names))
        await model.say()
        await ended(page)
        await expect(answers(page)).to_have_text(model.text.strip())
        await locked(page)


async def test_a_page_that_is_reloaded_locks_what_the_response_locks_now(chromium: Browser) -> None:
    model = locking()
    site = chat_site(memory_server(model.respond), body=BODY, script=SCRIPT % OPTIONS)
    async with visiting(chromium, site) as page:
        await say(page, "a story")
        for words, names in ((1, ("map",)), (5, ("map", "bar"))):
            await model.say(words)
            await expect(answers(page)).to_contain_text(f"word{words - 1}")
            await reloaded(page)
            await expect(answers(page)).to_contain_text(f"word{words - 1}")
            await locked(page, *names)
        await model.say()
        await ended(page)
        await locked(page)


async def test_of_the_thread_it_is_locked_while_one_loads_and_as_long_as_it_is_locked(
    chromium: Browser,
) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        thread.status = LockedStatus(reason="Closed for the night")
        yield said(thread, "Good night.")

    script = """
    let last;
    chat.addEventListener('chatkit.thread.change', ({ detail }) => { last = detail.threadId ?? last; });
    globalThis.open = () => void chat.setThreadId(last);
    globalThis.wait = () => { waiting = new Promise((resolve) => { globalThis.go = resolve; }); };
    let waiting = null;
    const api = { url: '/chatkit', fetch: async (...request) => (await waiting, fetch(...request)) };
    chat.setOptions({ api, locks: { regions: '#map', scope: 'thread' } });
    """
    async with visiting(chromium, chat_site(respond, body=BODY, script=script)) as page:
        await say(page, "good night")
        await ended(page)
        await locked(page, "map")
        await page.evaluate("chat.setThreadId(null)")
        await locked(page)
        await page.evaluate("wait(); open()")
        await locked(page, "map")
        assert await answers(page).count() == 0
        await page.evaluate("go()")
        await expect(answers(page)).to_have_text("Good night.")
        await locked(page, "map")


async def test_the_lock_is_told_with_the_beginning_and_the_end(chromium: Browser) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield said(thread, "Yes.")

    async with visiting(chromium, chat_site(respond, OPTIONS, body=BODY)) as page:
        await composer(page).wait_for()
        await page.evaluate(LISTEN)
        await loaded(page)
        await say(page, "hello")
        await ended(page)
        await page.wait_for_function("told.length === 2")
        assert await received(page) == [
            "The assistant is answering. The page is locked until the answer ends.",
            "The answer is complete. You can use the page again.",
        ]


async def test_a_lock_that_comes_late_is_told_when_it_is_there(chromium: Browser) -> None:
    model = Paused()
    held: asyncio.Future[Route] = asyncio.get_running_loop().create_future()
    async with visiting(chromium, chat_site(model.respond, body=BODY)) as page:
        await page.route("**/chunks/extras-*", lambda route: held.set_result(route))
        await page.evaluate(f"globalThis.chat = document.querySelector('openai-chatkit'); {SET % OPTIONS}")
        await page.evaluate(LISTEN)
        await say(page, "hello")
        await expect(answers(page)).to_have_text("Once upon")
        assert await inert(page) == []
        await (await held).continue_()
        await locked(page, "map", "bar")
        await page.wait_for_function("told.length === 2")
        model.go.set()
        await ended(page)
        await page.wait_for_function("told.length === 3")
        assert await received(page) == [
            "The assistant is answering.",
            "The page is locked until the answer ends.",
            "The answer is complete. You can use the page again.",
        ]


async def test_that_it_is_free_again_is_told_when_it_is(chromium: Browser) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        for _ in range(5):
            yield ClientEffectEvent(name="move")
        yield said(thread, "Done.")

    script = """
    chat.addEventListener('chatkit.effect', () => {
      const until = performance.now() + 60;
      while (performance.now() < until);
      if (told.some((words) => words.endsWith('again.'))) throw new Error('told too early');
    });
    """
    async with visiting(chromium, chat_site(respond, body=BODY, script=script + SET % OPTIONS)) as page:
        await composer(page).wait_for()
        await page.evaluate(LISTEN)
        await say(page, "hello")
        await ended(page)
        await page.wait_for_function("told.some((words) => words.endsWith('You can use the page again.'))")
        assert await inert(page) == []
