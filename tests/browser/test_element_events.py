"""The element over a scripted server: what it tells the page, and what the page answers."""

import json
import re
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser.host import Events, chat_site, echo, said, spoken, tool_output
from tests.browser.pages import answers, composer, ended, events, names, requests, say, visiting
from tests.server.app import ScriptedServer, client_call, create
from turnstream.types import (
    ClientEffectEvent,
    ErrorEvent,
    FeedbackKind,
    ThreadMetadata,
    UserMessageItem,
)

OPTIONS = """{
  initialThread: '%s',
  threadItemActions: { feedback: true },
  composer: { tools: [{ id: 'maps', label: 'Maps', icon: 'globe' }] },
  onDeeplink: (detail) => { globalThis.handled = detail; },
}"""


class DeafServer(ScriptedServer):
    async def add_feedback(
        self, thread_id: str, item_ids: list[str], feedback: FeedbackKind, context: Any
    ) -> None:
        raise RuntimeError("not today")


async def everything(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    if spoken(item) != "go":
        return
    yield ClientEffectEvent(name="paint", data={"color": "red"})
    yield said(thread, "Take the [cart](chatkit-link://cart?id=7&size=large)")
    yield ErrorEvent(message="No more of this", allow_retry=False)


async def test_every_event_comes_once_in_order_with_its_detail(chromium: Browser) -> None:
    server = DeafServer(everything)
    thread_id, _ = await create(server, "made before")
    async with visiting(chromium, chat_site(server, OPTIONS % thread_id), errors=["500"]) as page:
        await expect(page.get_by_role("article", name="You")).to_have_text("made before")
        await say(page, "go")
        await ended(page)
        await page.get_by_role("link", name="cart").click()
        await page.get_by_role("button", name="Choose a tool").click()
        await page.get_by_role("menuitemradio", name="Maps").click()
        await page.get_by_role("button", name="Stop using Maps").click()
        await page.get_by_role("button", name="Show chats").click()
        await page.get_by_role("navigation", name="Chats").get_by_role("button", name="Close chats").click()
        await page.get_by_role("button", name="Good answer").click()
        await page.wait_for_function("seen.at(-1).detail?.name === 'feedback_failed'")

        cart = {"name": "cart", "data": {"id": "7", "size": "large"}}
        internal = "Something went wrong on the server."
        (effect,) = await events(page, "effect")
        place = effect["detail"]["id"]
        assert re.fullmatch(r"\w+\.[0-9]+", place)
        assert [(event["name"], event["detail"]) for event in await events(page)] == [
            ("ready", None),
            ("thread.change", {"threadId": thread_id}),
            ("thread.load.start", {"threadId": thread_id}),
            ("thread.load.end", {"threadId": thread_id}),
            ("response.start", None),
            ("effect", {"name": "paint", "data": {"color": "red"}, "id": place}),
            ("error", {"error": {"name": "TurnError", "code": "custom", "message": "No more of this"}}),
            ("response.end", None),
            ("deeplink", cart),
            ("tool.change", {"toolId": "maps"}),
            ("tool.change", {"toolId": None}),
            ("history.open", None),
            ("history.close", None),
            ("error", {"error": {"name": "RequestError", "code": "internal", "message": internal}}),
            ("log", {"name": "feedback_failed", "data": {"message": internal}}),
        ]
        assert await page.evaluate("handled") == cart
        assert page.url.endswith("/")


async def test_a_listener_that_throws_breaks_nothing(chromium: Browser) -> None:
    script = """
      for (const name of ['ready', 'response.start', 'effect', 'response.end']) {
        chat.addEventListener(`chatkit.${name}`, () => { throw new Error(`my ${name}`); });
        chat.addEventListener(`chatkit.${name}`, () => { document.title += ` ${name}`; });
      }
      chat.setOptions({ api: { url: '/chatkit' }, onEffect() { throw new Error('my handler'); } });
    """
    errors = ["my ready", "my response.start", "my effect", "my handler", "my response.end"]

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield ClientEffectEvent(name="paint")
        yield said(thread, "Painted")

    async with visiting(chromium, chat_site(respond, script=script), errors=errors) as page:
        await say(page, "hi")
        await ended(page)
        await expect(answers(page)).to_have_text("Painted")
        assert await page.title() == "Host ready response.start effect response.end"


class Asking(ScriptedServer):
    """Asks the page once, and then says what it answered."""

    def __init__(self) -> None:
        super().__init__(self._ask)

    async def _ask(self, thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        if item is not None:
            yield client_call(thread)
            return
        yield said(thread, f"The page answered `{json.dumps(await tool_output(self.store, thread.id))}`")


FAILING_TOOLS = {
    "has no handler": "undefined",
    "failed: no such tool": "() => { throw new Error('no such tool') }",
    "failed: too late": "async () => { throw 'too late' }",
    "gave no result": "() => undefined",
    "gave a result that is not JSON": "() => () => 1",
    "failed: Converting circular": "() => { const loop = {}; loop.loop = loop; return loop }",
}


@pytest.mark.parametrize("problem", FAILING_TOOLS)
async def test_a_client_tool_that_fails_tells_the_model_and_ends_the_turn(
    chromium: Browser, problem: str
) -> None:
    options = f"{{ onClientTool: {FAILING_TOOLS[problem]} }}"
    async with visiting(chromium, chat_site(Asking(), options)) as page:
        await say(page, "hi")
        await ended(page)
        await expect(answers(page)).to_contain_text(
            'The page answered {"error": {"code": "client_tool_error", '
            f'"message": "The client tool \\"get_selection\\" {problem}'
        )
        (error,) = await events(page, "error")
        assert error["detail"]["error"]["code"] == "client_tool"
        assert (await names(page)).count("response.start") == 1


async def test_a_client_tool_that_never_answers_can_be_stopped(chromium: Browser) -> None:
    async with visiting(
        chromium, chat_site(Asking(), "{ onClientTool: () => new Promise(() => {}) }")
    ) as page:
        await say(page, "hi")
        await page.get_by_role("button", name="Stop").click()
        await ended(page)
        await expect(page.get_by_text("Stopped", exact=True)).to_be_visible()
        await expect(composer(page)).to_be_enabled()


async def test_a_client_tool_gets_its_name_and_parameters_and_may_take_its_time(chromium: Browser) -> None:
    options = """{ onClientTool: async (call) => {
      await new Promise((resolve) => { globalThis.answerNow = resolve; });
      return { call };
    } }"""
    async with visiting(chromium, chat_site(Asking(), options)) as page:
        await say(page, "hi")
        await page.wait_for_function("globalThis.answerNow !== undefined")
        assert "response.end" not in await names(page)
        await page.evaluate("answerNow()")
        await ended(page)
        await expect(answers(page)).to_contain_text('{"call": {"name": "get_selection", "params": {}}}')


async def test_a_message_after_a_turn_belongs_to_the_same_thread(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(echo)) as page:
        await say(page, "one")
        await ended(page)
        await say(page, "two")
        await ended(page, 2)
        await expect(answers(page)).to_have_text(["You said: one", "You said: two"])
        turn = ["response.start", "response.end"]
        assert await names(page) == ["ready", "response.start", "thread.change", "response.end", *turn]


async def test_every_request_is_logged_with_its_status_and_time(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(echo), errors=["ERR_FAILED"]) as page:
        await say(page, "hi")
        await ended(page)
        await page.route("**/chatkit", lambda route: route.abort())
        await page.evaluate("chat.showHistory()")
        await page.wait_for_function("seen.some(({ detail }) => detail?.data?.status === null)")
        logged = await requests(page)
        assert logged[0] == {"operation": "threads.create", "status": 200, "ms": logged[0]["ms"]}
        failed = next(data for data in logged if data["status"] is None)
        assert failed["operation"] == "threads.list"
        assert all(isinstance(data["ms"], int) and data["ms"] >= 0 for data in logged)
        assert "hi" not in str(logged)
