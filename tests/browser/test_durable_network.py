"""A network and a server that go away in the middle of a turn, and come back."""

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, Route, expect
from starlette.types import ASGIApp

from tests.browser.durable import SCRIPT, TURN, Model, durable_site, event_names, turn_over
from tests.browser.host import page_html
from tests.browser.pages import answers, browsing, composer, ended, say
from tests.faults.cluster import Replica
from tests.faults.model import Script
from tests.faults.proxy import CLEAN, Plan, Proxy
from tests.http.serving import listening
from tests.server.durable import memory_server

TOKENS = ["Once ", "upon ", "a ", "time"]
RECONNECTING = "Reconnecting…"
OFFLINE = "You are offline"
NETWORK = ["net::ERR_"]


class Wire:
    """What is between the page and its server."""

    def __init__(self, port: int, plan: Callable[[int], Plan]) -> None:
        self.is_down = False
        self.proxy = Proxy(port, lambda number: Plan(is_refused=True) if self.is_down else plan(number))

    def cut(self) -> None:
        """End every connection, and take no new one until `mend`."""
        self.is_down = True
        self.reset()

    def reset(self) -> None:
        for link in self.proxy.links:
            link.reset()

    def swallow(self) -> None:
        """Pass nothing on over the open connections, and tell nobody."""
        for link in self.proxy.links:
            link.is_hole = True

    def mend(self) -> None:
        self.is_down = False


@asynccontextmanager
async def wired_to(
    chromium: Browser,
    port: int,
    plan: Callable[[int], Plan] = lambda number: CLEAN,
    *,
    errors: Sequence[str] = (),
) -> AsyncGenerator[tuple[Page, Wire]]:
    """Yield a page that reaches the app at `port` over a wire to break."""
    wire = Wire(port, plan)
    await wire.proxy.open()
    try:
        async with browsing(chromium, f"http://127.0.0.1:{wire.proxy.port}", errors=errors) as context:
            page = await context.new_page()
            await page.goto("/")
            yield page, wire
    finally:
        await wire.proxy.close()


@asynccontextmanager
async def wired(
    chromium: Browser, app: ASGIApp, *, errors: Sequence[str] = ()
) -> AsyncGenerator[tuple[Page, Wire]]:
    async with listening(app) as url, wired_to(chromium, port_of(url), errors=errors) as (page, wire):
        yield page, wire


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


async def test_a_page_without_network_says_so_and_goes_on_by_itself(chromium: Browser) -> None:
    model = Model(TOKENS)
    async with wired(chromium, durable_site(memory_server(model.respond)), errors=NETWORK) as (page, wire):
        await say(page, "a story")
        await model.say(1)
        await expect(answers(page)).to_have_text("Once")
        wire.cut()
        await page.context.set_offline(True)
        await expect(page.get_by_text(OFFLINE).first).to_be_visible()
        await expect(page.locator(".pulse")).to_have_count(0)
        await model.say(3)
        await page.context.set_offline(False)
        await expect(page.get_by_text(RECONNECTING).first).to_be_visible()
        await expect(page.locator(".turn-foot").get_by_text(OFFLINE)).to_have_count(0)
        wire.mend()
        await expect(answers(page)).to_have_text("Once upon a")
        await expect(page.locator(".turn-foot").get_by_text(RECONNECTING)).to_have_count(0)
        await model.say()
        await ended(page)
        await expect(answers(page)).to_have_text("Once upon a time")
        assert await event_names(page, *TURN, "error") == TURN
        await expect(composer(page)).to_be_enabled()


async def test_a_turn_that_ends_while_the_page_is_cut_off_is_shown_whole(chromium: Browser) -> None:
    model = Model(TOKENS)
    server = memory_server(model.respond)
    async with wired(chromium, durable_site(server), errors=NETWORK) as (page, wire):
        await say(page, "a story")
        await model.say(1)
        await expect(answers(page)).to_have_text("Once")
        wire.cut()
        await expect(page.get_by_text(RECONNECTING).first).to_be_visible()
        await model.say()
        await turn_over(server, page.url)
        wire.mend()
        await ended(page)
        await expect(answers(page)).to_have_text("Once upon a time")
        assert await event_names(page, *TURN, "error") == TURN


async def test_a_connection_that_died_in_silence_is_replaced_as_soon_as_there_is_a_network(
    chromium: Browser,
) -> None:
    model = Model(TOKENS)
    async with wired(chromium, durable_site(memory_server(model.respond))) as (page, wire):
        await say(page, "a story")
        await model.say(1)
        await expect(answers(page)).to_have_text("Once")
        wire.swallow()
        await model.say(3)
        await page.evaluate("dispatchEvent(new Event('online'))")
        await expect(answers(page)).to_have_text("Once upon a")
        await model.say()
        await ended(page)
        await expect(answers(page)).to_have_text("Once upon a time")
        assert await event_names(page, *TURN, "error") == TURN


async def test_a_connection_that_is_silent_too_long_is_given_up(chromium: Browser) -> None:
    model = Model(TOKENS)
    async with wired(chromium, durable_site(memory_server(model.respond))) as (page, wire):
        await page.clock.install()
        await say(page, "a story")
        await model.say(1)
        await expect(answers(page)).to_have_text("Once")
        wire.swallow()
        await model.say(3)
        await page.clock.fast_forward(46_000)
        await expect(answers(page)).to_have_text("Once upon a")
        await model.say()
        await ended(page)
        assert await event_names(page, *TURN, "error") == TURN


async def test_a_page_that_was_frozen_meanwhile_catches_up(chromium: Browser) -> None:
    """As a browser does with a tab that was not looked at for long, and a laptop with all of them."""
    model = Model(TOKENS)
    server = memory_server(model.respond)
    async with wired(chromium, durable_site(server), errors=NETWORK) as (page, wire):
        await say(page, "a story")
        await model.say(1)
        await expect(answers(page)).to_have_text("Once")
        lifecycle: Any = await page.context.new_cdp_session(page)
        await lifecycle.send("Page.setWebLifecycleState", {"state": "frozen"})
        wire.cut()
        await model.say()
        await turn_over(server, page.url)
        wire.mend()
        await lifecycle.send("Page.setWebLifecycleState", {"state": "active"})
        await ended(page)
        await expect(answers(page)).to_have_text("Once upon a time")
        assert await event_names(page, *TURN, "error") == TURN


async def test_a_message_that_is_sent_without_network_arrives_once_there_is_one(chromium: Browser) -> None:
    model = Model(TOKENS)
    await model.say()
    async with wired(chromium, durable_site(memory_server(model.respond)), errors=NETWORK) as (page, wire):
        await say(page, "first")
        await ended(page)
        wire.cut()
        await page.context.set_offline(True)
        await say(page, "second")
        await expect(page.get_by_text("You are offline. Trying to send…").first).to_be_visible()
        wire.mend()
        await page.context.set_offline(False)
        await ended(page, 2)
        await expect(page.get_by_role("article", name="You")).to_have_text(["first", "second"])
        await expect(answers(page)).to_have_count(2)
        assert model.calls == 2


async def test_a_message_that_nobody_took_yet_survives_a_reload(chromium: Browser) -> None:
    model = Model(TOKENS)
    await model.say()
    async with wired(chromium, durable_site(memory_server(model.respond)), errors=NETWORK) as (page, _):
        await say(page, "first")
        await ended(page)
        await page.route("**/chatkit", lambda route: route.abort())
        await say(page, "second")
        await expect(page.get_by_text(RECONNECTING).first).to_be_visible()
        await page.reload()
        await expect(composer(page)).to_have_value("second")
        await page.unroute("**/chatkit")
        await page.get_by_role("button", name="Retry").click()
        await expect(answers(page)).to_have_count(1)
        await composer(page).press("Enter")
        await ended(page)
        await expect(composer(page)).to_have_value("")
        await page.reload()
        await expect(answers(page)).to_have_count(2)
        await expect(composer(page)).to_have_value("")


async def test_an_answer_over_a_wire_that_breaks_at_random_bytes_is_exact(chromium: Browser) -> None:
    seed = 7
    print(f"seed {seed}")
    rng = random.Random(seed)
    model = Model([f"**w{n}** 日本🌱 `c{n}` " for n in range(60)])
    await model.say()
    async with listening(durable_site(memory_server(model.respond))) as url:
        port = port_of(url)
        async with browsing(chromium, url) as context:
            whole = await context.new_page()
            await whole.goto("/")
            await say(whole, "uncut")
            await ended(whole)
            text = await answers(whole).inner_text()
        await model.say(0)
        strikes = 0

        def plan(number: int) -> Plan:
            nonlocal strikes
            if not is_breaking or strikes == 15:
                return CLEAN
            strikes += 1
            return Plan(cut_at=rng.randrange(300, 3000), cut=rng.choice(("rst", "fin")))

        is_breaking = False
        async with wired_to(chromium, port, plan, errors=NETWORK) as (page, wire):
            await say(page, "cut")
            await expect(page.get_by_role("button", name="Stop")).to_be_visible()
            is_breaking = True
            wire.reset()
            for count in range(1, 61):
                await model.say(count)
                await expect(answers(page)).to_contain_text(f"c{count - 1}")
            await model.say()
            await ended(page)
            assert await answers(page).inner_text() == text
            assert await event_names(page, *TURN, "error") == TURN
        assert strikes == 15


# A server process that dies, and comes back on the same port and file


@asynccontextmanager
async def replica_browsed(
    chromium: Browser, folder: Path, errors: list[str]
) -> AsyncGenerator[tuple[Page, Replica]]:
    """Yield a page of a server process over a SQLite file; its host page comes from the test."""
    replica = Replica("replica", folder, f"sqlite+aiosqlite:///{folder}/chat.sqlite", None)
    await asyncio.to_thread(replica.start)
    url = f"http://127.0.0.1:{replica.port}"
    try:
        async with browsing(chromium, url, errors=errors, extra_http_headers={"X-User": "ada"}) as context:
            await serve_page(context, url)
            page = await context.new_page()
            await page.goto("/")
            yield page, replica
    finally:
        replica.process.kill()


async def serve_page(context: BrowserContext, url: str) -> None:
    html = page_html(SCRIPT % "{}")

    async def fulfill(route: Route) -> None:
        await route.fulfill(content_type="text/html", body=html)

    await context.route(f"{url}/", fulfill)


async def test_a_server_that_is_killed_and_started_again_leaves_an_interrupted_turn_to_retry(
    chromium: Browser, tmp_path: Path
) -> None:
    errors = [*NETWORK]
    async with replica_browsed(chromium, tmp_path, errors) as (page, replica):
        script = Script(marker="aa11", token_count=400, delay_s=0.02)
        await say(page, script.to_text())
        await expect(answers(page)).to_contain_text("[aa11.0.9]")
        replica.process.kill()
        await expect(page.get_by_text(RECONNECTING).first).to_be_visible()
        await asyncio.to_thread(replica.start)
        await ended(page)
        card = page.get_by_role("group", name="Something went wrong")
        await expect(card).to_contain_text("The answer was interrupted.")
        await expect(answers(page)).to_contain_text("[aa11.0.9]")
        partial = await answers(page).inner_text()
        await page.reload()
        await expect(card).to_contain_text("The answer was interrupted.")
        assert await answers(page).inner_text() == partial
        await expect(composer(page)).to_be_enabled()
        await card.get_by_role("button", name="Retry").click()
        await expect(card).to_have_count(0)
        await expect(answers(page)).to_contain_text("[aa11.0.3]")
        await page.get_by_role("button", name="Stop").click()
        await ended(page)
        await say(page, Script(marker="bb22", token_count=5).to_text())
        await ended(page, 2)
        await expect(answers(page).last).to_contain_text("[bb22.0.4]")


async def test_a_server_that_is_asked_to_stop_sends_its_readers_on(chromium: Browser, tmp_path: Path) -> None:
    # A server that stops refuses to be attached to, and one that is gone takes no connection: it may start
    # again before the page asks it then. A proxy would ask another one.
    async with replica_browsed(chromium, tmp_path, ["status of 503|net::ERR_"]) as (page, replica):
        await say(page, Script(marker="cc33", token_count=100, delay_s=0.02).to_text())
        await expect(answers(page)).to_contain_text("[cc33.0.9]")
        assert await asyncio.to_thread(replica.process.terminate) == 0
        await asyncio.to_thread(replica.start)
        await ended(page)
        await expect(answers(page)).to_contain_text("[cc33.0.99]")
        assert await event_names(page, *TURN, "error") == TURN
