"""The unmodified `@openai/chatkit-react` drives the element, under React 18 and 19, in StrictMode."""

import json
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette

from tests.browser.host import Events, react_site, said, spoken, tool_output
from tests.browser.pages import answers, composer, ended, say, visiting
from tests.server.app import OWNER, ScriptedServer, client_call, create
from turnstream.actions import Action
from turnstream.types import ClientEffectEvent, ErrorEvent, ThreadMetadata, UserMessageItem, WidgetItem


class Server(ScriptedServer):
    """Answers one message with everything that the binding has a handler for, others with their own words."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.page_actions = ["paint"]

    async def _answer(self, thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        if item is None:
            yield said(thread, f"The page says `{json.dumps(await tool_output(self.store, thread.id))}`")
            yield ErrorEvent(message="And that is all", allow_retry=False)
        elif spoken(item) == "everything":
            yield ClientEffectEvent(name="paint", data={"color": "red"})
            yield client_call(thread)
        else:
            yield said(thread, f"You said: {spoken(item)}")

    async def action(
        self, thread: ThreadMetadata, action: Action[str, Any], sender: WidgetItem | None, context: Any
    ) -> Events:
        yield said(thread, f"Did {action.type}")


def site(server: Server, bundle: Path, *, loads_element: bool = True) -> Starlette:
    return react_site(server, bundle, "import('/react/app.js')", loads_element=loads_element)


async def heard(page: Page) -> list[Any]:
    return await page.evaluate("heard")


async def ready(page: Page) -> None:
    await page.wait_for_function("globalThis.heard?.some(([name]) => name === 'ready')")


async def test_handlers_hear_a_turn_once_and_the_tool_is_asked(chromium: Browser, bundle: Path) -> None:
    async with visiting(chromium, site(Server(), bundle)) as page:
        await ready(page)
        await page.evaluate("methods.sendUserMessage({ text: 'everything' })")
        await ended(page)
        received = '{"name": "get_selection", "params": {}, "greeting": "Hello"}'
        await expect(answers(page)).to_have_text(f"The page says {received}")
        (thread_id,) = [detail["threadId"] for name, detail in await heard(page) if name == "thread"]
        assert await heard(page) == [
            ["ready", None],
            ["start", None],
            ["thread", {"threadId": thread_id}],
            ["effect", {"name": "paint", "data": {"color": "red"}, "greeting": "Hello"}],
            ["error", "And that is all"],
            ["end", None],
        ]


async def test_each_method_of_the_hook_reaches_the_element(chromium: Browser, bundle: Path) -> None:
    server = Server()
    thread_id, _ = await create(server, "before")
    async with visiting(chromium, site(server, bundle)) as page:
        await ready(page)
        await page.evaluate("id => methods.setThreadId(id)", thread_id)
        await expect(answers(page)).to_have_text("You said: before")
        await page.evaluate("methods.setComposerValue({ text: 'typed for me' })")
        await page.evaluate("methods.focusComposer()")
        await expect(composer(page)).to_be_focused()
        await expect(composer(page)).to_have_value("typed for me")
        await page.evaluate("methods.sendCustomAction({ type: 'paint', payload: {} })")
        await ended(page)
        await expect(answers(page).last).to_have_text("Did paint")
        thread = await server.store.load_thread(thread_id, context=OWNER)
        await server.store.add_thread_item(thread_id, said(thread, "From elsewhere").item, context=OWNER)
        await page.evaluate("methods.fetchUpdates()")
        await expect(answers(page).last).to_have_text("From elsewhere")
        await page.evaluate("methods.showHistory()")
        await expect(page.get_by_role("navigation", name="Chats")).to_be_visible()
        await page.evaluate("methods.hideHistory()")
        await expect(page.get_by_role("navigation", name="Chats")).to_have_count(0)
        changes = [
            name for name, _ in await heard(page) if name in {"loaded", "history open", "history close"}
        ]
        assert changes == ["loaded", "history open", "history close"]


async def test_changed_options_keep_thread_and_draft_and_a_remount_starts_anew(
    chromium: Browser, bundle: Path
) -> None:
    async with visiting(chromium, site(Server(), bundle)) as page:
        await ready(page)
        assert f"react-{await page.evaluate('parseInt(reactVersion)')}-" in bundle.name
        await expect(page.locator("openai-chatkit")).to_have_class("wide")
        await say(page, "hi")
        await ended(page)
        await composer(page).fill("half a thought")
        await page.evaluate("setGreeting('Welcome back')")
        await page.evaluate("methods.sendUserMessage({ text: 'everything' })")
        await ended(page, 2)
        effect = [detail for name, detail in await heard(page) if name == "effect"]
        assert effect == [{"name": "paint", "data": {"color": "red"}, "greeting": "Welcome back"}]
        await expect(answers(page).last).to_contain_text('"greeting": "Welcome back"')
        await expect(answers(page).first).to_have_text("You said: hi")
        await expect(composer(page)).to_have_value("half a thought")

        await page.evaluate("show(false)")
        await expect(page.get_by_text("Nothing here")).to_be_visible()
        await page.evaluate("show(true)")
        await expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
        await say(page, "hi again")
        await ended(page, 3)
        await expect(answers(page)).to_have_text("You said: hi again")
        assert [name for name, _ in await heard(page)].count("ready") == 2


async def test_an_element_that_is_defined_after_the_app_is_mounted_works_too(
    chromium: Browser, bundle: Path
) -> None:
    async with visiting(chromium, site(Server(), bundle, loads_element=False)) as page:
        await page.wait_for_function("globalThis.methods !== undefined")
        await page.evaluate("import('/chatkit/chatkit.js')")
        await ready(page)
        await say(page, "hi")
        await ended(page)
        await expect(answers(page)).to_have_text("You said: hi")
