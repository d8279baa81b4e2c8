"""Many hundred hostile texts, in every place of the chat: not one does anything, and no policy has to stop
it.

Where a policy is set, what it stops is a violation, and the detector looks at what is there before it can
run. So each place needs one policy; the answers, which are shown whole and as they grow, have none in one of
the two.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from itertools import cycle
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from tests.browser.conftest import HERE
from tests.browser.host import Events, said, spoken
from tests.browser.hostile.addresses import ADDRESSES
from tests.browser.hostile.fields import TEXTS, calls, events, items, options, threads
from tests.browser.hostile.naughty import naughty
from tests.browser.hostile.placing import PAYLOADS
from tests.browser.pages import Watch, browsing, say
from tests.browser.strict import POLICY, ended, listen, strict_site, until, violations
from tests.http.serving import listening
from tests.server.app import message
from tests.server.durable import memory_server
from turnstream.types import (
    AssistantMessageContentPartTextDelta,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    UserMessageItem,
)

# A picture of an item may be asked for at the page's own origin, and is not there.
MISSING_PICTURE = "status of 404"

DETECTOR = HERE / "hostile" / "detector.js"

TURN_TEXTS = 130
ROUNDS = 7
ROUND_S = 0.04


@asynccontextmanager
async def watching(chromium: Browser, app: ASGIApp, *, errors: Sequence[str] = ()) -> AsyncGenerator[Page]:
    """Yield a page, and ask it at the end what ran, what was there that should not be, and what the policy
    refused.
    """
    async with listening(app) as url, browsing(chromium, url, errors=errors) as context:
        await listen(context)
        await context.add_init_script(path=DETECTOR)
        page = await context.new_page()
        await page.goto("/")
        yield page
        await page.evaluate("inspectNow()")
        assert await page.evaluate("findings") == []
        assert await page.evaluate("ran") == []
        assert await violations(page) == []


async def only_safe_links(page: Page) -> int:
    """Click every link, and return how many there are."""
    clicked = await page.evaluate("clickLinks()")
    assert set(clicked["schemes"]) <= {"http:", "https:", "mailto:", "tel:", "chatkit-link:"}
    return clicked["count"]


def corpus() -> Sequence[str]:
    return (*PAYLOADS, *naughty())


def turns(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[at : at + TURN_TEXTS] for at in range(0, len(texts), TURN_TEXTS)]


def split(text: str, offset: int) -> list[str]:
    """Cut into as many pieces as there are rounds, the first of which has `offset` characters."""
    size = max(1, -(-len(text) // (ROUNDS - 1)))
    return [text[:offset], *(text[at : at + size] for at in range(offset, len(text), size))]


async def whole(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    for text in turns(corpus())[int(spoken(item))]:
        yield said(thread, text)
    yield said(thread, "All of it was text.")


async def streamed(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    """All texts of a turn grow beside each other, so that the page shows each of them half-written."""
    texts = turns(corpus())[int(spoken(item))]
    growing = {f"msg_{uuid4().hex}": split(text, at % 3 + 1) for at, text in enumerate(texts)}
    for item_id in growing:
        yield ThreadItemAddedEvent(item=message(thread, "", item_id))
    for number in range(ROUNDS + 1):
        for item_id, pieces in growing.items():
            if number < len(pieces):
                update = AssistantMessageContentPartTextDelta(content_index=0, delta=pieces[number])
                yield ThreadItemUpdatedEvent(item_id=item_id, update=update)
        await asyncio.sleep(ROUND_S)
    for item_id, pieces in growing.items():
        yield ThreadItemDoneEvent(item=message(thread, "".join(pieces), item_id))
    yield said(thread, "All of it was text.")


def test_the_corpus_is_as_large_as_it_should_be() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 1000
    assert len(naughty()) >= 200


@pytest.mark.parametrize(
    ("respond", "policy"), [(whole, POLICY), (streamed, None)], ids=["whole", "streamed"]
)
async def test_nothing_in_an_answer_runs(chromium: Browser, respond: Any, policy: str | None) -> None:
    app = strict_site(respond, "{ history: { enabled: false } }", policy=policy)
    async with watching(chromium, app) as page:
        count = len(turns(corpus()))
        for number in range(count):
            await page.evaluate("text => chat.sendUserMessage({ text })", str(number))
            await ended(page, number + 1)
        await expect(page.get_by_text("All of it was text.", exact=True)).to_have_count(count)
        assert await only_safe_links(page) > 200


def wire_site(thread_id: str | None) -> Starlette:
    """An app whose page talks to a server that answers with the corpus, in every field."""
    app = strict_site(whole, json.dumps(options(TEXTS[0], ADDRESSES[0], thread_id)))
    app.router.routes.append(Route("/wire", wire, methods=["POST"]))
    return app


async def wire(request: Request) -> Response:
    match (await request.json())["type"]:
        case "threads.get_by_id":
            thread = {"id": "thr_hostile", "created_at": "2026-11-22T09:30:00Z", "title": TEXTS[0]}
            return JSONResponse({**thread, "items": {"data": items(), "has_more": False}})
        case "threads.list":
            return JSONResponse({"data": threads(), "has_more": False})
        case "threads.add_user_message":
            frames = "".join(f"data: {json.dumps(event)}\n\n" for event in events())
            return Response(frames, media_type="text/event-stream")
        case _:
            return JSONResponse({})


async def test_nothing_in_a_field_runs(chromium: Browser) -> None:
    # Not found by role: names and roles of forty thousand elements take seconds.
    async with watching(chromium, wire_site("thr_hostile"), errors=[MISSING_PICTURE]) as page:
        await until(page, "() => deep('article').length > 1000 && deep('turnstream-picture').length > 0")
        await page.evaluate("deep('turnstream-picture')[0].scrollIntoView()")
        await until(page, "() => deep('turnstream-picture[broken]').length > 0")
        await page.evaluate("deep('details').forEach((fold) => (fold.open = true))")
        await page.evaluate(
            "chat.sendUserMessage({ text: '<img src=x onerror=__xss(1)> [go](javascript:__xss(1))' })"
        )
        await until(page, "() => seen.some(({ name }) => name === 'response.end')")
        await page.evaluate("chat.showHistory()")
        await until(page, "count => deep('[data-menu^=thr_]').length >= count", len(TEXTS))
        assert await only_safe_links(page) > 1000


async def test_nothing_in_a_question_runs(chromium: Browser) -> None:
    asked = list(calls())

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        confirm = (text if at % 2 else True for at, (text, _) in enumerate(asked))
        pending = (server.call_client(*call, confirm=how) for call, how in zip(asked, confirm, strict=True))
        await asyncio.gather(*pending)
        yield said(thread, "Nobody answered.")

    server = memory_server(respond)
    async with watching(chromium, strict_site(server, "{ onClientTool: () => ({}) }")) as page:
        await say(page, "ask")
        await expect(page.get_by_role("button", name="Allow")).to_have_count(len(asked))
        await page.get_by_role("button", name="Stop").click()
        await ended(page)


SET_EACH = """async (all) => {
  for (const { given, text } of all) {
    chat.setOptions(given);
    chat.setComposerValue({ text, reply: text });
    await new Promise((resolve) => setTimeout(resolve));
  }
}"""


async def test_nothing_in_an_option_runs(chromium: Browser) -> None:
    async with watching(chromium, wire_site(None)) as page:
        texts = zip(TEXTS, cycle(ADDRESSES), strict=False)
        given = [{"given": options(text, address, None), "text": text} for text, address in texts]
        await page.evaluate(SET_EACH, given)
        await expect(page.get_by_role("heading", name=TEXTS[-1].strip("\0")).first).to_be_visible()
        await page.get_by_role("button", name="Choose a tool").click()
        await expect(page.get_by_role("menuitemradio")).to_have_count(1)


PARSE = """markup => {
  const host = document.body.appendChild(document.createElement('div'));
  host.attachShadow({ mode: 'open' }).innerHTML = `<div class="markdown">${markup}</div>`;
}"""

DETECTED = {
    "<script>1</script>": "element <script>",
    "<iframe srcdoc=x></iframe>": "iframe srcdoc=x",
    "<a href=' jav&Tab;ascript:__xss(2)'>go</a>": "a href= jav\tascript:__xss(2)",
    "<p style='color: red'>": "p style=color: red",
    "<math style='background: url(x)'></math>": "math style=background: url(x)",
    "<p id=chat>": "p id=chat",
    "<svg><a><set attributeName=href to=x /></a></svg>": "element <set",
    "<img src=x onerror=__xss(3)>": "img onerror=__xss(3)",
    "<img src=https://evil.example/x.png>": "img src=https://evil.example/x.png",
}


async def test_the_detector_detects(chromium: Browser) -> None:
    """What the element does not do, the page does here."""
    watch = Watch()
    async with listening(strict_site(whole, policy=None)) as url, await chromium.new_context() as context:
        await watch.begin(context, url)
        await context.add_init_script(path=DETECTOR)
        page = await context.new_page()
        await page.goto(url)
        for markup, finding in DETECTED.items():
            await page.evaluate(PARSE, markup)
            found: list[str] = await page.evaluate("findings.splice(0)")
            assert any(one.startswith(finding) for one in found), (markup, found)
        await until(page, "() => ran.includes('__xss(3)')")
        assert (await page.evaluate("clickLinks()"))["schemes"] == ["javascript:"]
        assert watch.foreign == ["https://evil.example/x.png"]


async def test_the_detector_sees_what_is_gone_again(chromium: Browser) -> None:
    script = """
      const root = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' });
      const link = root.appendChild(document.createElement('a'));
      await Promise.resolve();
      link.setAttribute('onclick', '1');
      link.remove();
    """
    async with listening(strict_site(whole, policy=None)) as url, browsing(chromium, url) as context:
        await context.add_init_script(path=DETECTOR)
        page = await context.new_page()
        await page.goto("/")
        await page.evaluate(f"(async () => {{ {script} }})()")
        assert await page.evaluate("findings") == ["a onclick=1"]
