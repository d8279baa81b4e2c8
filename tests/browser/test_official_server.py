"""The oracle from the other side: the element over the published `openai-chatkit` server."""

import asyncio
import warnings
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from playwright.async_api import Browser, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Mount, Route

from tests.browser.host import ELEMENT, LOAD_ELEMENT, SET_OPTIONS, html_route
from tests.browser.pages import answers, ended, events, names, say, visiting
from turnstream.http import element_files

with warnings.catch_warnings():
    # Its widget classes warn as soon as they are subclassed, which their own module does.
    warnings.simplefilter("ignore", DeprecationWarning)
    from chatkit import types
    from chatkit.server import ChatKitServer, StreamingResult

    from bench.official_store import MemoryStore

OPTIONS = """{
  threadItemActions: { feedback: true, retry: true },
  onClientTool: ({ name, params }) => ({ picked: `${name} ${params.where}` }),
}"""


class Server(ChatKitServer[Any]):
    """Does what the message says, and waits where a test closes a gate."""

    def __init__(self) -> None:
        super().__init__(MemoryStore())
        self.answers = 0
        self.may_speak = asyncio.Event()
        self.may_finish = asyncio.Event()
        self.may_speak.set()
        self.may_finish.set()

    async def respond(self, thread: Any, input_user_message: Any, context: Any) -> AsyncIterator[Any]:
        text = input_user_message.content[0].text if input_user_message else "answer of a tool"
        if text == "pick":
            yield call(thread)
            return
        if text == "fail":
            yield added(thread, "msg_half")
            yield grown("msg_half", "Half a")
            raise RuntimeError("secret detail")
        yield types.ProgressUpdateEvent(icon="search", text="Searching…")
        yield types.ClientEffectEvent(name="paint", data={"color": "red"})
        await self.may_speak.wait()
        self.answers += 1
        item_id = f"msg_{uuid4().hex}"
        yield added(thread, item_id)
        yield grown(item_id, f"Answer {self.answers}")
        await self.may_finish.wait()
        yield grown(item_id, f" to {text}")
        thread.title = f"About {text}"
        yield types.ThreadItemDoneEvent(item=message(thread, item_id, f"Answer {self.answers} to {text}"))


def message(thread: Any, item_id: str, text: str) -> types.AssistantMessageItem:
    content = [types.AssistantMessageContent(text=text)] if text else []
    return types.AssistantMessageItem(
        id=item_id, thread_id=thread.id, created_at=datetime.now(UTC), content=content
    )


def added(thread: Any, item_id: str) -> types.ThreadItemAddedEvent:
    return types.ThreadItemAddedEvent(item=message(thread, item_id, ""))


def grown(item_id: str, text: str) -> types.ThreadItemUpdatedEvent:
    delta = types.AssistantMessageContentPartTextDelta(content_index=0, delta=text)
    return types.ThreadItemUpdatedEvent(item_id=item_id, update=delta)


def call(thread: Any) -> types.ThreadItemDoneEvent:
    item = types.ClientToolCallItem(
        id="tc_1",
        thread_id=thread.id,
        created_at=datetime.now(UTC),
        call_id="call_1",
        name="get_selection",
        arguments={"where": "garden"},
    )
    return types.ThreadItemDoneEvent(item=item)


def official_site(server: Server) -> Starlette:
    async def chat(request: Request) -> Response:
        result = await server.process(await request.body(), "ada")
        if isinstance(result, StreamingResult):
            return StreamingResponse(result, media_type="text/event-stream")
        return Response(result.json, media_type="application/json")

    return Starlette(
        routes=[
            Route("/chatkit", chat, methods=["POST"]),
            Mount("/chatkit", element_files()),
            html_route(ELEMENT + LOAD_ELEMENT, SET_OPTIONS % OPTIONS),
        ]
    )


async def test_a_turn_with_progress_an_effect_growing_text_and_a_title(chromium: Browser) -> None:
    server = Server()
    server.may_speak.clear()
    server.may_finish.clear()
    async with visiting(chromium, official_site(server)) as page:
        await say(page, "hello")
        await expect(page.get_by_text("Searching…")).to_be_visible()
        server.may_speak.set()
        await expect(answers(page)).to_have_text("Answer 1")
        await expect(page.get_by_text("Searching…")).to_have_count(0)
        server.may_finish.set()
        await ended(page)
        await expect(answers(page)).to_have_text("Answer 1 to hello")
        await expect(page.get_by_role("article", name="You")).to_have_text("hello")
        await expect(page.get_by_role("heading", name="About hello")).to_be_visible()
        (effect,) = await events(page, "effect")
        assert effect["detail"] == {"name": "paint", "data": {"color": "red"}}
        assert await names(page) == ["ready", "response.start", "thread.change", "effect", "response.end"]


async def test_a_client_tool_round_trip(chromium: Browser) -> None:
    server = Server()
    async with visiting(chromium, official_site(server)) as page:
        await say(page, "pick")
        await ended(page)
        await expect(answers(page)).to_have_text("Answer 1 to answer of a tool")
        assert (await names(page)).count("response.end") == 1
        (thread_id,) = [event["detail"]["threadId"] for event in await events(page, "thread.change")]
        item: Any = await server.store.load_item(thread_id, "tc_1", "ada")
        assert item.output == {"picked": "get_selection garden"}


async def test_an_error_and_a_retry(chromium: Browser) -> None:
    server = Server()
    async with visiting(chromium, official_site(server)) as page:
        await say(page, "fail")
        await ended(page)
        card = page.get_by_role("group", name="Something went wrong")
        await expect(answers(page)).to_have_text("Half a")
        await card.get_by_role("button", name="Retry").click()
        await ended(page, 2)
        await expect(card).to_be_visible()
        await say(page, "hello")
        await ended(page, 3)
        await page.get_by_role("button", name="Answer again").last.click()
        await ended(page, 4)
        await expect(answers(page).last).to_have_text("Answer 2 to hello")
        await expect(page.get_by_role("article", name="You")).to_have_text(["fail", "hello"])


async def test_the_history_opens_renames_and_deletes(chromium: Browser) -> None:
    async with visiting(chromium, official_site(Server())) as page:
        for number, text in enumerate(("one", "two"), start=1):
            await page.evaluate("text => chat.sendUserMessage({ text, newThread: true })", text)
            await ended(page, number)
        await page.get_by_role("button", name="Show chats").click()
        chats = page.get_by_role("navigation", name="Chats")
        await chats.get_by_role("button", name="About one", exact=True).click()
        await expect(answers(page)).to_have_text("Answer 1 to one")
        await page.get_by_role("button", name="More actions for this chat: About one").click()
        await page.get_by_role("menuitem", name="Rename").click()
        await page.get_by_role("textbox", name="New title").fill("The first")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="The first")).to_be_visible()
        await page.get_by_role("button", name="More actions for this chat: About two").click()
        await page.get_by_role("menuitem", name="Delete").click()
        await chats.get_by_role("button", name="Close chats").click()
        await page.get_by_role("button", name="Show chats").click()
        await expect(chats.get_by_role("listitem")).to_have_count(1)


async def test_a_stopped_answer_keeps_its_text_and_the_next_one_comes(chromium: Browser) -> None:
    server = Server()
    server.may_finish.clear()
    async with visiting(chromium, official_site(server)) as page:
        await say(page, "hello")
        await expect(answers(page)).to_have_text("Answer 1")
        await page.get_by_role("button", name="Stop").click()
        await ended(page)
        await expect(page.get_by_text("Stopped", exact=True)).to_be_visible()
        server.may_finish.set()
        await say(page, "again")
        await ended(page, 2)
        await expect(answers(page)).to_have_text(["Answer 1", "Answer 2 to again"])
