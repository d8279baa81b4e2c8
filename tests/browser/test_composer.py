"""The composer over a scripted server: the keyboard, the menus, and a draft that is never lost."""

import asyncio
from typing import Any

from playwright.async_api import Browser, expect

from tests.browser.host import Events, chat_site, echo
from tests.browser.pages import answers, composer, ended, say, visiting
from tests.server.app import OWNER, ScriptedServer, added, create, delta
from turnstream.types import ErrorEvent, ThreadMetadata, UserMessageItem


async def test_enter_sends_shift_enter_breaks_the_line_and_nothing_sends_nothing(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(echo)) as page:
        await expect(composer(page)).to_be_focused()
        await page.keyboard.press("Enter")
        await page.keyboard.type("one")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("two")
        await expect(composer(page)).to_have_value("one\ntwo")
        await page.keyboard.press("Enter")
        await ended(page)
        await expect(composer(page)).to_have_value("")
        await expect(composer(page)).to_be_focused()
        await expect(page.get_by_role("article", name="You")).to_have_text(["one\ntwo"], use_inner_text=True)


async def test_escape_stops_the_response(chromium: Browser) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        yield delta("Once upon")
        await asyncio.Event().wait()

    async with visiting(chromium, chat_site(respond)) as page:
        await say(page, "a story")
        await expect(answers(page)).to_have_text("Once upon")
        await page.keyboard.press("Escape")
        await ended(page)
        await expect(page.get_by_text("Stopped", exact=True)).to_be_visible()
        await expect(answers(page)).to_have_text("Once upon")


async def test_a_click_stops_a_response_that_grows_while_the_mouse_is_down(chromium: Browser) -> None:
    pressed, shown = asyncio.Event(), asyncio.Event()

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        yield delta("Once upon")
        await pressed.wait()
        yield delta(" a time")
        await shown.wait()

    async with visiting(chromium, chat_site(respond)) as page:
        await say(page, "a story")
        await expect(answers(page)).to_have_text("Once upon")
        await page.get_by_role("button", name="Stop").hover()
        await page.mouse.down()
        pressed.set()
        await expect(answers(page)).to_have_text("Once upon a time")
        await page.mouse.up()
        await ended(page)
        await expect(page.get_by_text("Stopped", exact=True)).to_be_visible()


async def test_a_menu_works_by_mouse_and_by_keyboard(chromium: Browser) -> None:
    options = """{ composer: {
      tools: [{ id: 'maps', label: 'Maps', icon: 'globe' }, { id: 'notes', label: 'Notes',
        icon: 'notebook' }],
      models: [{ id: 'fast', label: 'Fast' }, { id: 'slow', label: 'Slow' }],
    } }"""
    async with visiting(chromium, chat_site(echo, options)) as page:
        await page.get_by_role("button", name="Choose a tool").click()
        await page.get_by_role("menuitemradio", name="Notes").click()
        await expect(page.get_by_role("button", name="Stop using Notes")).to_be_visible()
        await page.get_by_role("button", name="Model: Fast").press("Enter")
        await expect(page.get_by_role("menuitemradio", name="Fast")).to_be_focused()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Model: Slow")).to_be_focused()


async def test_a_tag_that_is_picked_is_taken_back_by_undo_and_nothing_else_is(chromium: Browser) -> None:
    options = (
        "{ entities: { onTagSearch: async () => [{ id: 'p1', title: 'Ada Lovelace' }], showComposerMenu: "
        "true } }"
    )
    async with visiting(chromium, chat_site(echo, options)) as page:
        await composer(page).press_sequentially("Hello ")
        await page.get_by_role("button", name="Mention something").click()
        await page.get_by_role("option", name="Ada Lovelace").click()
        await expect(composer(page)).to_have_value("Hello Ada Lovelace ")
        await page.keyboard.press("Control+z")
        await expect(composer(page)).to_have_value("Hello @")
        content = await page.evaluate("chat.getComposerValue().then(({ content }) => content)")
        assert content == [{"type": "input_text", "text": "Hello @"}]
        await page.keyboard.press("Escape")
        await page.keyboard.press("Control+z")
        await page.keyboard.press("Control+z")
        await expect(composer(page)).to_have_value("")
        for _ in range(3):
            await page.keyboard.press("Control+Shift+z")
        await expect(composer(page)).to_have_value("Hello Ada Lovelace ")


async def test_a_draft_survives_an_answer_an_error_and_another_thread(chromium: Browser) -> None:
    go = asyncio.Event()

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        await go.wait()
        yield ErrorEvent(message="Out of words", allow_retry=False)

    server = ScriptedServer(echo)
    other, _ = await create(server)
    server.script = respond
    async with visiting(chromium, chat_site(server)) as page:
        await say(page, "hi")
        await composer(page).fill("half a thought")
        go.set()
        await ended(page)
        await expect(page.get_by_text("Out of words", exact=True).last).to_be_visible()
        await expect(composer(page)).to_have_value("half a thought")
        await page.evaluate("id => chat.setThreadId(id)", other)
        await expect(answers(page)).to_have_text("You said: hello")
        await expect(composer(page)).to_have_value("")
        await page.evaluate(
            "chat.setThreadId(seen.find(({ name }) => name === 'thread.change').detail.threadId)"
        )
        await expect(composer(page)).to_have_value("half a thought")


async def test_a_message_that_never_arrived_can_be_sent_again(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(echo), errors=["ERR_INTERNET_DISCONNECTED"]) as page:
        await page.route("**/chatkit", lambda route: route.abort("internetdisconnected"), times=1)
        await say(page, "precious")
        await ended(page)
        await expect(page.get_by_text("Not sent.")).to_be_visible()
        await page.get_by_role("button", name="Retry").click()
        await ended(page, 2)
        await expect(answers(page)).to_have_text("You said: precious")
        await expect(page.get_by_text("Not sent.")).to_have_count(0)


async def test_a_message_that_the_server_refuses_locks_nothing(chromium: Browser) -> None:
    server = ScriptedServer(echo)
    thread_id, _ = await create(server)
    async with visiting(
        chromium, chat_site(server, f"{{ initialThread: '{thread_id}' }}"), errors=["404"]
    ) as page:
        await expect(answers(page)).to_have_text("You said: hello")
        await server.store.delete_thread(thread_id, context=OWNER)
        await say(page, "anyone there?")
        await ended(page)
        await expect(page.get_by_role("alert")).to_contain_text("This conversation was not found.")
        await expect(composer(page)).to_have_value("anyone there?")
        await page.get_by_role("button", name="New chat", exact=True).click()
        await say(page, "hi")
        await ended(page, 2)
        await expect(answers(page)).to_have_text("You said: hi")
