"""The element over a scripted server: its options and its methods."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Browser, Error, Page, expect

from tests.browser.host import Events, chat_site, echo, said
from tests.browser.pages import answers, composer, ended, events, names, say, visiting
from tests.server.app import OWNER, ScriptedServer, create
from turnstream.actions import Action
from turnstream.types import ThreadMetadata, UserMessageItem, WidgetItem

BEFORE_ATTACH = """
await customElements.whenDefined('openai-chatkit');
const chat = document.createElement('openai-chatkit');
chat.id = 'chat';
chat.setOptions({ api: { url: '/wrong' }, startScreen: { greeting: 'Too early' } });
chat.setOptions({ api: { url: '/chatkit' }, startScreen: { greeting: 'Early' } });
document.body.append(chat);
"""


async def test_options_given_before_the_element_is_attached_count(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(echo, body="", script=BEFORE_ATTACH)) as page:
        await expect(page.get_by_role("heading", name="Early", exact=True)).to_be_visible()
        await say(page, "hi")
        await ended(page)
        await expect(answers(page)).to_have_text("You said: hi")
        assert await names(page) == ["ready", "response.start", "thread.change", "response.end"]


async def test_new_options_replace_all_old_ones_and_keep_thread_and_draft(chromium: Browser) -> None:
    options = "{ header: { title: { text: 'Desk' } }, composer: { placeholder: 'Ask the desk' } }"
    async with visiting(chromium, chat_site(echo, options)) as page:
        await say(page, "hi")
        await ended(page)
        await composer(page).fill("half a thought")
        await expect(page.get_by_role("heading", name="Desk")).to_be_visible()
        await page.evaluate(
            "chat.setOptions({ api: { url: '/chatkit' }, disclaimer: { text: 'May be *wrong*' } })"
        )
        await expect(page.get_by_text("May be wrong")).to_be_visible()
        await expect(page.get_by_role("heading", name="Desk")).to_have_count(0)
        await expect(composer(page)).to_have_attribute("placeholder", "Message the AI")
        await expect(composer(page)).to_have_value("half a thought")
        await expect(answers(page)).to_have_text("You said: hi")


@pytest.mark.parametrize(
    "options", ["undefined", "{}", "{ api: { url: 7 } }", "{ api: { getClientSecret() {} } }"]
)
async def test_unusable_options_are_reported_and_never_thrown(chromium: Browser, options: str) -> None:
    async with visiting(chromium, chat_site(echo, script=f"chat.setOptions({options});")) as page:
        await page.wait_for_function("seen.length > 0")
        (error,) = await events(page)
        assert error["name"] == "error"
        assert error["detail"]["error"]["code"] == "options"
        await page.evaluate("chat.setOptions({ api: { url: '/chatkit' }, theme: 'purple' })")
        await expect(composer(page)).to_be_visible()
        await page.wait_for_function("seen.length === 3")
        assert sorted(await names(page)) == ["error", "error", "ready"]


async def test_the_neutral_tag_needs_no_script(chromium: Browser) -> None:
    body = '<turnstream-chat api-url="/chatkit"></turnstream-chat>'
    async with visiting(chromium, chat_site(echo, body=body, script="")) as page:
        await say(page, "hi")
        await ended(page)
        await expect(answers(page)).to_have_text("You said: hi")


async def test_methods_called_before_the_element_is_ready_run_in_order(chromium: Browser) -> None:
    script = """
      await customElements.whenDefined('openai-chatkit');
      globalThis.sent = chat.sendUserMessage({ text: 'first' }).then(() => 'taken');
      chat.setComposerValue({ text: 'next' });
      chat.setOptions({ api: { url: '/chatkit' } });
    """
    async with visiting(chromium, chat_site(echo, script=script)) as page:
        assert await page.evaluate("sent") == "taken"
        await ended(page)
        await expect(answers(page)).to_have_text("You said: first")
        await expect(composer(page)).to_have_value("next")
        assert (await names(page))[0] == "ready"


async def test_a_message_by_method_while_a_response_runs_is_refused(chromium: Browser) -> None:
    go = asyncio.Event()

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        await go.wait()
        yield said(thread, "Here I am")

    async with visiting(chromium, chat_site(respond)) as page:
        await page.evaluate("chat.sendUserMessage({ text: 'one' })")
        with pytest.raises(Error, match="A response is still running"):
            await page.evaluate("chat.sendUserMessage({ text: 'two' })")
        go.set()
        await ended(page)
        await expect(page.get_by_role("article", name="You")).to_have_text("one")
        await page.evaluate("chat.sendUserMessage({ text: 'three', newThread: true })")
        await ended(page, 2)
        await expect(page.get_by_role("article", name="You")).to_have_text("three")


async def test_composer_methods_fill_the_field_and_focus_it(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(echo)) as page:
        await page.evaluate("chat.setComposerValue({ text: 'What of this?', reply: 'a quoted line' })")
        await page.evaluate("chat.focusComposer()")
        await expect(composer(page)).to_be_focused()
        await expect(composer(page)).to_have_value("What of this?")
        await page.keyboard.press("Enter")
        await ended(page)
        await expect(page.get_by_role("article", name="You")).to_contain_text("a quoted line")


async def test_threads_are_opened_left_and_read_again_by_method(chromium: Browser) -> None:
    server = ScriptedServer(echo)
    thread_id, _ = await create(server, "made before")
    async with visiting(chromium, chat_site(server)) as page:
        await page.evaluate("id => chat.setThreadId(id)", thread_id)
        await expect(answers(page)).to_have_text("You said: made before")
        thread = await server.store.load_thread(thread_id, context=OWNER)
        await server.store.add_thread_item(thread_id, said(thread, "From elsewhere").item, context=OWNER)
        await page.evaluate("chat.fetchUpdates()")
        await expect(answers(page).last).to_have_text("From elsewhere")
        await page.evaluate("chat.setThreadId(null)")
        await expect(answers(page)).to_have_count(0)
        assert [event["detail"] for event in await events(page, "thread.change")] == [
            {"threadId": thread_id},
            {"threadId": None},
        ]


async def test_a_thread_that_does_not_exist_says_so_and_leaves_a_way_out(chromium: Browser) -> None:
    options = "{ initialThread: 'thr_gone', history: { enabled: false } }"
    async with visiting(chromium, chat_site(echo, options), errors=["404"]) as page:
        card = page.get_by_role("group", name="Something went wrong")
        await expect(card).to_contain_text("This conversation was not found.")
        await expect(composer(page)).to_be_disabled()
        await card.get_by_role("button").click()
        await say(page, "hi")
        await ended(page)
        await expect(answers(page)).to_have_text("You said: hi")


async def test_a_thread_that_could_not_be_loaded_is_loaded_by_retry(chromium: Browser) -> None:
    server = ScriptedServer(echo)
    thread_id, _ = await create(server)
    async with visiting(chromium, chat_site(server), errors=["ERR_INTERNET_DISCONNECTED"]) as page:
        await page.route("**/chatkit", lambda route: route.abort("internetdisconnected"), times=1)
        await page.evaluate("id => chat.setThreadId(id)", thread_id)
        await page.get_by_role("button", name="Retry").click()
        await expect(answers(page)).to_have_text("You said: hello")


class ActingServer(ScriptedServer):
    async def action(
        self, thread: ThreadMetadata, action: Action[str, Any], sender: WidgetItem | None, context: Any
    ) -> Events:
        yield said(thread, f"Did {action.type} with {action.payload}")


async def test_a_custom_action_is_a_response_too(chromium: Browser) -> None:
    server = ActingServer(echo)
    server.page_actions = ["paint"]
    thread_id, _ = await create(server)
    async with visiting(chromium, chat_site(server, f"{{ initialThread: '{thread_id}' }}")) as page:
        await page.evaluate("chat.sendCustomAction({ type: 'paint', payload: { color: 'red' } })")
        await ended(page)
        await expect(answers(page).last).to_have_text("Did paint with {'color': 'red'}")


async def test_the_history_opens_and_closes_by_method(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(echo)) as page:
        await page.evaluate("chat.showHistory()")
        await expect(page.get_by_role("navigation", name="Chats")).to_be_visible()
        await page.evaluate("chat.hideHistory()")
        await expect(page.get_by_role("navigation", name="Chats")).to_have_count(0)
        assert await names(page) == ["ready", "history.open", "history.close"]


async def test_a_moved_element_goes_on_and_a_removed_one_comes_back_with_its_thread(
    chromium: Browser,
) -> None:
    async with visiting(chromium, chat_site(echo)) as page:
        await say(page, "hi")
        await ended(page)
        await composer(page).fill("half a thought")
        await page.evaluate("document.body.prepend(chat)")
        await removed(page)
        await page.evaluate("document.body.append(elsewhere)")
        await expect(answers(page)).to_have_text("You said: hi")
        await expect(composer(page)).to_have_value("half a thought")


async def removed(page: Page) -> None:
    await page.evaluate("globalThis.elsewhere = chat; chat.remove()")
    await expect(composer(page)).to_have_count(0)
