"""Citations in an answer, their cards, and the list of sources."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from anyio import Event
from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.browser.host import ELEMENT, Events, chat_site
from tests.browser.pages import answers, browsing, composer, ended, events, say, visiting
from tests.browser.states import AXE, PROBES, axe
from tests.http.serving import listening
from tests.server.app import added, delta
from turnstream.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageContentPartAnnotationAdded,
    AssistantMessageItem,
    EntitySource,
    FileSource,
    Source,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    URLSource,
    UserMessageItem,
)

TEXT = """🚆🚆 Fares rose by 4 % in spring, and the lease of ACME runs until 2031.

東京は首都です。二番目の文。

A line without any source, as long as the first."""
FARES = URLSource(
    title="Fares of the night trains, of the day trains and of everything that moves on rails in the country",
    url="https://www.trains.example/fares",
    attribution="Railway",
    description="What a ticket costs.",
    timestamp="2026-03-03",
    group="Prices",
)
LEASE = FileSource(title="Lease", filename="lease.pdf", timestamp="last spring")
ACME = EntitySource(
    id="c1",
    title="ACME Corp",
    icon="suitcase",
    label="Customer",
    inline_label="Our customer",
    interactive=True,
    data={"tier": "gold"},
)
BOARD = EntitySource(id="c2", title="Board", interactive=True, group="People")
BODY = f'<main style="height: 100%">{ELEMENT}</main>'
CITED: list[tuple[Source, str]] = [
    (FARES, "spring,"),
    (BOARD, "spring,"),
    (ACME, "ACME"),
    (FARES, "2031"),
    (LEASE, "東京は"),
]
LISTENING = """{ locale: 'LOCALE', entities: {
  onClick: (entity) => { (globalThis.clicks ??= []).push(entity); },
  onRequestPreview: async ({ id }) => ({ preview: id !== 'c1' ? null : { type: 'Card', children: [
    { type: 'Text', value: 'Pays on time.' }] } }) } }"""


def annotation(source: Any, words: str) -> Annotation:
    """As the guides of the official server write it: the index counts what Python counts."""
    return Annotation(source=source, index=TEXT.index(words) + len(words))


def cited(thread: ThreadMetadata) -> ThreadItemDoneEvent:
    annotations = [annotation(source, words) for source, words in CITED]
    content = [AssistantMessageContent(text=TEXT, annotations=annotations)]
    made: dict[str, Any] = {"thread_id": thread.id, "created_at": thread.created_at, "content": content}
    return ThreadItemDoneEvent(item=AssistantMessageItem(id="msg_answer", **made))


async def cite(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield cited(thread)


@asynccontextmanager
async def answered(
    chromium: Browser, options: str = LISTENING.replace("LOCALE", "en"), **context_options: Any
) -> AsyncGenerator[Page]:
    """A page with the answer, whose timers a test runs."""

    async def there(route: Route) -> None:
        await route.fulfill(body="There", content_type="text/plain")

    async with (
        listening(chat_site(cite, options, body=BODY)) as url,
        browsing(chromium, url, **context_options) as context,
    ):
        for script in (AXE, PROBES):
            await context.add_init_script(path=script)
        await context.route(lambda address: ".example" in address, there)
        page = await context.new_page()
        await page.clock.install()
        await page.goto("/")
        await page.locator("#message").fill("hi")
        await page.locator("#message").press("Enter")
        await ended(page)
        await expect(citations(page)).to_have_count(5)
        yield page


def citations(page: Page) -> Locator:
    return page.locator(".citation")


def card(page: Page) -> Locator:
    return page.get_by_role("tooltip")


async def box(locator: Locator) -> dict[str, float]:
    return await locator.evaluate("(node) => node.getBoundingClientRect().toJSON()")


async def test_citations_are_shown_where_python_counts_and_once_a_source(chromium: Browser) -> None:
    async with answered(chromium) as page:
        first, second, _ = await answers(page).locator(".markdown p").all()
        assert await first.text_content() == (
            "🚆🚆 Fares rose by 4 % in spring,12 and the lease of ACMEOur customer runs until 2031.1"
        )
        assert await second.text_content() == "東京は4首都です。二番目の文。"
        names = ["1: Fares", "2: Board", "Our customer: ACME Corp", "1: Fares", "4: Lease"]
        for citation, name in zip(await citations(page).all(), names, strict=True):
            await expect(citation).to_have_accessible_name(re.compile(f"^{name}"))
        await expect(citations(page).nth(2).locator("svg.icon path")).not_to_have_count(0)
        (change,) = await events(page, "thread.change")
        await page.reload()
        await page.evaluate("id => chat.setThreadId(id)", change["detail"]["threadId"])
        await expect(citations(page)).to_have_text(["1", "2", "Our customer", "1", "4"])
        await page.get_by_text("4 sources").click()
        rows = page.locator(".source-list li")
        titles = [row.replace("\n", " ") for row in await page.locator(".source-list").all_inner_texts()]
        assert re.sub(r"\s+", " ", titles[0]) == (
            "3 ACME Corp Customer 4 Lease lease.pdf · last spring "
            f"Prices 1 {FARES.title} Railway · Mar 3, 2026 People 2 Board"
        )
        cut = rows.nth(2).locator(".source-title")
        assert await cut.evaluate("(title) => title.scrollWidth > title.clientWidth")
        await cut.hover()
        await expect(card(page).locator("strong")).to_have_text(FARES.title)


@pytest.mark.parametrize(("locale", "date"), [("de", "03.03.2026"), ("ar", "03")])
async def test_a_card_opens_on_hover_and_on_focus_inside_a_small_chat(
    chromium: Browser, locale: str, date: str
) -> None:
    options = LISTENING.replace("LOCALE", locale)
    small: dict[str, Any] = {"viewport": {"width": 280, "height": 500}, "reduced_motion": "reduce"}
    async with answered(chromium, options, **small) as page:
        await page.evaluate(
            "document.addEventListener('keydown', ({ key }) => (globalThis.keys ??= []).push(key), true)"
        )
        citation = citations(page).first
        await citation.hover()
        await page.clock.run_for(300)
        for words in (FARES.title, "Railway · trains.example · Prices · ", date, "What a ticket costs."):
            await expect(card(page)).to_contain_text(words)
        await expect(citation).to_have_accessible_description(re.compile("What a ticket costs"))
        around, anchor = await box(card(page)), await box(citation)
        assert 0 <= around["left"] < around["right"] <= 280
        assert 0 <= around["top"] < around["bottom"] <= 500
        assert around["bottom"] <= anchor["top"] or around["top"] >= anchor["bottom"]
        assert await axe(page) == []
        await card(page).locator("strong").hover()
        await page.clock.run_for(1000)
        await expect(card(page)).to_be_visible()
        await page.mouse.move(140, 499)
        await page.clock.run_for(1000)
        await expect(card(page)).to_have_count(0)

        await composer_of(page).focus()
        for name in ("4", "1", "Our customer"):
            await focus_back_to(page, name)
            await page.clock.run_for(10)
            await expect(card(page)).to_be_visible()
        await expect(card(page)).to_contain_text("Pays on time.")
        await page.mouse.move(140, 250)
        await page.mouse.move(140, 499)
        await page.clock.run_for(1000)
        await expect(card(page)).to_contain_text("Pays on time.")
        await page.keyboard.press("Enter")
        assert [entity["id"] for entity in await page.evaluate("clicks")] == ["c1"]
        before = await page.evaluate("keys.length")
        await page.keyboard.press("Escape")
        await expect(card(page)).to_have_count(0)
        assert await page.evaluate("keys.length") == before


def composer_of(page: Page) -> Locator:
    return page.locator("#message")


async def focus_back_to(page: Page, text: str) -> None:
    """Press Shift+Tab until a citation of these words has the focus."""
    focused = "document.querySelector('openai-chatkit').shadowRoot.firstElementChild.shadowRoot.activeElement"
    for _ in range(20):
        if await page.evaluate(f"{focused}?.matches('.citation') && {focused}.textContent") == text:
            return
        await page.keyboard.press("Shift+Tab")
    pytest.fail(f"Tab does not reach {text!r}")


async def test_a_citation_can_be_hit_without_moving_the_lines(chromium: Browser) -> None:
    async with answered(chromium, viewport={"width": 900, "height": 600}) as page:
        misses = await page.evaluate(
            """() => deep('.citation').flatMap((node) => {
              node.scrollIntoView({ block: 'center' });
              const { left, top, width, height } = node.getBoundingClientRect();
              const [x, y] = [left + width / 2, top + height / 2];
              const points = [[0, 0], [-11, -11], [11, -11], [-11, 11], [11, 11]];
              const hit = ([dx, dy]) => node.contains(node.getRootNode().elementFromPoint(x + dx, y + dy));
              return points.every(hit) && height > 14 ? [] : [`${node.textContent}: ${width} x ${height}`];
            })"""
        )
        assert misses == []
        paragraphs = answers(page).locator("p")
        heights = [(await box(paragraphs.nth(at)))["height"] for at in range(3)]
        assert {round(height / min(heights), 3) for height in heights} <= {1, 2}
        area = await box(citations(page).nth(1))
        await page.mouse.click(area["x"] + area["width"] / 2 + 11, area["y"] + area["height"] / 2 + 11)
        assert await page.evaluate("clicks") == [
            {"id": "c2", "title": "Board", "group": "People", "interactive": True, "data": {}}
        ]
        await citations(page).nth(2).hover()
        await page.clock.run_for(300)
        await expect(card(page)).to_contain_text(re.compile("ACME Corp.*Customer.*Pays on time", re.DOTALL))
        await citations(page).nth(1).hover()
        await page.clock.run_for(300)
        await expect(card(page)).to_have_text(re.compile(r"^\s*Board\s*People\s*$"))


async def test_a_touch_opens_the_card_first_and_the_card_has_the_link(chromium: Browser) -> None:
    async with answered(chromium, has_touch=True, viewport={"width": 360, "height": 600}) as page:
        await citations(page).first.tap()
        await page.clock.run_for(10)
        await expect(card(page)).to_contain_text("What a ticket costs.")
        assert len(page.context.pages) == 1
        async with page.expect_popup() as popup:
            await card(page).get_by_role("link").tap()
        assert (await popup.value).url == FARES.url
        await page.get_by_role("heading", name="hi").tap()
        await expect(card(page)).to_have_count(0)
        await citations(page).nth(2).tap()
        await page.clock.run_for(10)
        await expect(card(page)).to_contain_text("ACME Corp")
        assert await page.evaluate("globalThis.clicks") is None
        await card(page).get_by_role("button", name="ACME Corp").tap()
        assert [entity["id"] for entity in await page.evaluate("clicks")] == ["c1"]


async def test_a_card_stays_at_its_citation_while_the_answer_grows(chromium: Browser) -> None:
    further, last = Event(), Event()

    def mark(source: Source, words: str, place: int) -> ThreadItemUpdatedEvent:
        update = AssistantMessageContentPartAnnotationAdded(
            content_index=0, annotation_index=place, annotation=annotation(source, words)
        )
        return ThreadItemUpdatedEvent(item_id="msg_answer", update=update)

    async def grow(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        yield mark(FARES, "spring,", 0)
        yield delta(TEXT[:20])
        yield delta(TEXT[20:40])
        await further.wait()
        yield mark(ACME, "ACME", 1)
        yield delta(TEXT[40:])
        yield mark(LEASE, "東京は", 2)
        await last.wait()
        annotations = [annotation(FARES, "spring,"), annotation(ACME, "ACME"), annotation(LEASE, "東京は")]
        content = [AssistantMessageContent(text=TEXT, annotations=annotations)]
        made: dict[str, Any] = {"thread_id": thread.id, "created_at": thread.created_at}
        yield ThreadItemDoneEvent(item=AssistantMessageItem(id="msg_answer", content=content, **made))

    async with visiting(chromium, chat_site(grow, "{}")) as page:
        await say(page, "hi")
        citation = page.get_by_role("link", name="1: Fares")
        await citation.hover()
        await expect(card(page)).to_be_visible()
        gap = "() => { const [a, b] = [deep('.citation[aria-describedby]')[0], deep('.preview')[0]]"
        gap += (
            ".map((node) => node.getBoundingClientRect()); return Math.round(a.top > b.top ? a.top - b.bottom"
        )
        gap += " : b.top - a.bottom); }"
        assert await page.evaluate(gap) == 8
        further.set()
        await expect(citations(page)).to_have_text(["1", "Our customer", "3"])
        await expect(answers(page)).to_contain_text("as long as the first.")
        await expect(card(page)).to_contain_text("What a ticket costs.")
        assert await page.evaluate(gap) == 8
        await page.keyboard.press("Escape")
        await expect(card(page)).to_have_count(0)
        await expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
        last.set()
        await ended(page)
        await expect(page.get_by_text("3 sources")).to_be_visible()
        await expect(citations(page)).to_have_text(["1", "Our customer", "3"])


async def test_what_is_copied_printed_and_seen_in_forced_colours(chromium: Browser) -> None:
    async with answered(chromium) as page:
        selected = await page.evaluate(
            """() => { getSelection().selectAllChildren(deep('.markdown')[0]);
              return getSelection().toString(); }"""
        )
        assert re.sub(r"\s*\n\s*", "\n\n", selected) == TEXT
        await page.emulate_media(media="print")
        await expect(citations(page).first).to_be_visible()
        rows = page.locator(".source-list li")
        await expect(rows).to_have_count(4)
        for row in await rows.all():
            assert (await box(row))["height"] > 20
        address = "(link) => getComputedStyle(link, '::after').content"
        assert await rows.get_by_role("link").evaluate(address) == f'"{FARES.url}"'
        await page.emulate_media(media="screen", forced_colors="active", reduced_motion="reduce")
        await citations(page).first.hover()
        await page.clock.run_for(300)
        await expect(card(page)).to_have_css("animation-name", "none")
        await expect(card(page)).to_have_css("border-top-width", "1px")
        await expect(citations(page).first).to_have_css("border-top-width", "1px")


async def test_tags_have_a_card_in_a_message_and_in_the_composer(chromium: Browser) -> None:
    options = LISTENING.replace("LOCALE", "en").replace(
        "entities: {",
        "entities: { onTagSearch: async () => ["
        "{ id: 'ada', title: 'Ada', group: 'People', interactive: true }],",
    )
    async with answered(chromium, options) as page:
        await composer(page).press_sequentially("@a")
        await expect(page.get_by_role("option", name="Ada")).to_be_visible()
        await page.keyboard.press("Enter")
        await expect(composer(page)).to_have_value("Ada ")
        await page.locator(".mirror mark").evaluate(
            "(mark) => { const { left, top, height } = mark.getBoundingClientRect();"
            " globalThis.at = [left + 5, top + height / 2]; }"
        )
        await page.mouse.move(*await page.evaluate("at"))
        await page.clock.run_for(300)
        await expect(card(page)).to_have_text(re.compile(r"^\s*Ada\s*People\s*$"))
        await page.mouse.move(5, 5)
        await page.clock.run_for(300)
        await expect(card(page)).to_have_count(0)
        await page.keyboard.press("ArrowLeft")
        await page.keyboard.press("ArrowLeft")
        await page.clock.run_for(10)
        await expect(composer(page)).to_have_accessible_description(re.compile("Ada.*People", re.DOTALL))
        await page.keyboard.press("End")
        await expect(card(page)).to_have_count(0)
        await page.keyboard.press("Enter")
        await ended(page, 2)
        tag = page.get_by_role("article", name="You").get_by_role("button", name="Ada")
        await tag.hover()
        await page.clock.run_for(300)
        await expect(card(page)).to_have_text(re.compile(r"^\s*Ada\s*People\s*$"))
