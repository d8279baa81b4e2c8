"""A page that is loaded again in the middle of a turn: nothing is lost, and nothing happens twice."""

import random
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.durable import TURN, Model, durable_site, event_names, markup, reloaded, turn_over
from tests.browser.host import Events, echo, spoken
from tests.browser.pages import answers, composer, ended, events, say, visiting
from tests.server.durable import MakeServer, memory_server, sqlite_server
from turnstream.types import ClientEffectEvent, ThreadMetadata, UserMessageItem

SEED = 20_261_122
RELOADS = 20

TEXT = """## What to **pack** 🌱

1. `socks`, _two_ pairs — naïve, 日本, Straße
2. a [map](https://example.com/map) and a ~~compass~~ watch

| what | grams |
| :--- | ---: |
| tent | 1200 |
| stove | 340 |

```python
def pack(bag: list[str]) -> None:
    bag.append("tent <b>")
```

> Leave the *rest* at home,
> and a line\u2028separator too.
"""


def in_pieces(text: str, rng: random.Random) -> list[str]:
    pieces: list[str] = []
    while text:
        size = rng.randint(1, 5)
        pieces.append(text[:size])
        text = text[size:]
    return pieces


def effects_between(count: int, rng: random.Random) -> dict[int, list[ClientEffectEvent]]:
    """Effects of each kind at random tokens; `n` tells in which order they were sent."""
    effects: dict[int, list[ClientEffectEvent]] = {}
    for n, at in enumerate(sorted(rng.sample(range(1, count), 12))):
        data = {"n": n}
        effects[at] = [
            ClientEffectEvent(name="once", data=data),
            ClientEffectEvent(name="newest", data=data, replay="latest", key=f"k{n % 2}"),
            ClientEffectEvent(name="each", data=data, replay="all"),
        ]
    return effects


async def effects_of(page: Page) -> list[dict[str, Any]]:
    return [event["detail"] for event in await events(page, "effect")]


def check_effects(pages: list[list[dict[str, Any]]]) -> None:
    """`pages`: what each page of one tab heard, in order."""
    fresh = [
        (effect["name"], effect["data"]["n"])
        for heard in pages
        for effect in heard
        if "replayed" not in effect
    ]
    assert len(fresh) == len(set(fresh)), f"an effect ran twice: {fresh}"
    for heard in pages:
        assert not [effect for effect in heard if effect["name"] == "once" and "replayed" in effect]
        each = [effect["data"]["n"] for effect in heard if effect["name"] == "each"]
        assert each == list(range(len(each)))
        newest = [effect for effect in heard if effect["name"] == "newest"]
        assert len([effect for effect in newest if "replayed" in effect]) <= 2
        order = [effect["data"]["n"] for effect in newest]
        assert order == sorted(set(order))


async def test_twenty_reloads_in_one_answer_change_nothing(chromium: Browser, tmp_path: Path) -> None:
    print(f"seed {SEED}")
    rng = random.Random(SEED)
    tokens = in_pieces(TEXT, rng)
    model = Model(tokens, effects_between(len(tokens), rng))
    heard: list[list[dict[str, Any]]] = []
    async with visiting(chromium, durable_site(sqlite_server(tmp_path, model.respond))) as page:
        await model.say()
        await say(page, "uncut")
        await ended(page)
        uncut = await markup(answers(page))
        all_effects = await effects_of(page)
        await model.say(0)
        await page.goto("about:blank")
        await page.goto("/")
        await say(page, "cut")
        await page.wait_for_url("**/#thr_*")
        for at in sorted(rng.sample(range(len(tokens)), RELOADS)):
            await model.say(at)
            if rng.random() < 0.5:
                await expect(page.get_by_role("button", name="Stop")).to_be_visible()
            heard.append(await effects_of(page))
            assert await event_names(page, *TURN) == ["response.start"]
            await reloaded(page)
        await model.say()
        await ended(page)
        heard.append(await effects_of(page))
        assert await event_names(page, *TURN) == TURN
        await expect(answers(page)).to_have_count(1)
        assert await markup(answers(page)) == uncut
        await expect(composer(page)).to_be_enabled()
        assert model.calls == 2
        check_effects(heard)
        assert any("replayed" in effect for effect in heard[-1])
        each = [effect["data"] for effect in heard[-1] if effect["name"] == "each"]
        assert each == [effect["data"] for effect in all_effects if effect["name"] == "each"]
        await say(page, "and now?")
        await ended(page, 2)


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> MakeServer:
    return memory_server if request.param == "memory" else partial(sqlite_server, tmp_path)


async def test_a_long_thread_with_a_running_turn_is_the_same_after_a_reload(
    chromium: Browser, make: MakeServer
) -> None:
    model = Model([f"**word{n}** and `code{n}` " for n in range(30)])

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        answer = model.respond if spoken(item) == "long" else echo
        async for event in answer(thread, item, context):
            yield event

    async with visiting(chromium, durable_site(make(respond))) as page:
        for n in range(1, 18):
            await say(page, f"question {n}")
            await ended(page, n)
        await say(page, "long")
        await model.say(20)
        await expect(answers(page)).to_have_count(18)
        await expect(page.get_by_role("article", name="You")).to_have_count(18)
        await expect(answers(page).last).to_contain_text("code19")
        before = await markup(page.locator(".turns"))
        await reloaded(page)
        await expect(answers(page).last).to_contain_text("code19")
        await page.locator("#scroller").evaluate("scroller => scroller.scrollTo(0, 0)")
        await expect(answers(page)).to_have_count(18)
        assert await markup(page.locator(".turns")) == before
        await model.say()
        await ended(page)
        shown = await markup(page.locator(".turns"))
        await reloaded(page)
        await page.locator("#scroller").evaluate("scroller => scroller.scrollTo(0, 0)")
        await expect(answers(page)).to_have_count(18)
        assert await markup(page.locator(".turns")) == shown


async def test_what_is_being_written_survives_a_reload_in_the_middle_of_a_turn(chromium: Browser) -> None:
    model = Model(["Once ", "upon ", "a time"])
    async with visiting(chromium, durable_site(memory_server(model.respond))) as page:
        await say(page, "a story")
        await model.say(2)
        await expect(answers(page)).to_have_text("Once upon")
        await composer(page).fill("and then a poem, läßt\nsich das machen?")
        await reloaded(page)
        await expect(composer(page)).to_have_value("and then a poem, läßt\nsich das machen?")
        await expect(answers(page)).to_have_text("Once upon")
        await model.say()
        await ended(page)
        await composer(page).press("Enter")
        await ended(page, 2)
        await expect(page.get_by_role("article", name="You").last).to_contain_text("and then a poem")
        await expect(composer(page)).to_have_value("")


async def test_a_turn_that_ended_while_nobody_looked_is_shown_whole(
    chromium: Browser, make: MakeServer
) -> None:
    model = Model(["Once ", "upon ", "a time"])
    server = make(model.respond)
    async with visiting(chromium, durable_site(server)) as page:
        await say(page, "a story")
        await model.say(1)
        await expect(answers(page)).to_have_text("Once")
        address = page.url
        await page.goto("about:blank")
        await model.say()
        await turn_over(server, address)
        await page.goto(address)
        await expect(answers(page)).to_have_text("Once upon a time")
        assert await event_names(page, *TURN) == []
        await expect(composer(page)).to_be_enabled()
