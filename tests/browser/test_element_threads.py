"""The element over a scripted server: what a thread shows besides its answers, and when it takes no
message.
"""

from typing import Any

from playwright.async_api import Browser, expect

from tests.browser.host import Events, chat_site, said, spoken
from tests.browser.pages import answers, composer, ended, say, visiting
from tests.server.app import OWNER, ScriptedServer
from turnstream.types import (
    ActiveStatus,
    ClosedStatus,
    LockedStatus,
    NoticeEvent,
    ThreadMetadata,
    UserMessageItem,
)


async def test_a_retry_answers_anew_and_drops_what_came_after(chromium: Browser) -> None:
    count = 0

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        nonlocal count
        count += 1
        yield said(thread, f"Answer {count} to {spoken(item)}")

    async with visiting(chromium, chat_site(respond, "{ threadItemActions: { retry: true } }")) as page:
        for number in (1, 2):
            await say(page, f"question {number}")
            await ended(page, number)
        await page.get_by_role("button", name="Answer again").first.click()
        await ended(page, 3)
        await expect(answers(page)).to_have_text(["Answer 3 to question 1"])
        await expect(page.get_by_role("article", name="You")).to_have_text(["question 1"])


async def test_a_locked_thread_says_why_until_it_is_unlocked(chromium: Browser) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield said(thread, "A person will look at this")
        thread.status = LockedStatus(reason="Under review")

    server = ScriptedServer(respond)
    async with visiting(chromium, chat_site(server)) as page:
        await say(page, "refund me")
        await ended(page)
        await expect(composer(page)).to_be_disabled()
        await expect(composer(page)).to_have_attribute("placeholder", "Under review")
        threads = await server.store.load_threads(1, None, "desc", context=OWNER)
        threads.data[0].status = ActiveStatus()
        await server.store.save_thread(threads.data[0], context=OWNER)
        await page.evaluate("chat.fetchUpdates()")
        await expect(composer(page)).to_be_enabled()


async def test_a_closed_thread_gives_way_to_a_new_one(chromium: Browser) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield said(thread, "Goodbye")
        thread.status = ClosedStatus(reason="Solved. Thank you!")

    async with visiting(chromium, chat_site(respond)) as page:
        await say(page, "bye")
        await ended(page)
        await expect(page.get_by_text("Solved. Thank you!")).to_be_visible()
        await expect(composer(page)).to_have_count(0)
        await page.get_by_role("button", name="Start a new chat").click()
        await expect(composer(page)).to_be_focused()
        await expect(answers(page)).to_have_count(0)


async def test_notices_of_three_levels_stay_until_they_are_dismissed(chromium: Browser) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield NoticeEvent(level="info", message="Answers may take *longer*", title="Busy")
        yield NoticeEvent(level="warning", message="Half of your quota is used")
        yield NoticeEvent(level="danger", message="This chat will be deleted")
        yield said(thread, "Done")

    async with visiting(chromium, chat_site(respond)) as page:
        await say(page, "hi")
        await ended(page)
        await expect(page.get_by_role("group", name="Warning")).to_contain_text("Half of your quota")
        await expect(page.get_by_role("group", name="Problem")).to_contain_text("will be deleted")
        info = page.get_by_role("group", name="Information")
        await expect(info.get_by_role("emphasis")).to_have_text("longer")
        await info.get_by_role("button", name="Dismiss").click()
        await expect(info).to_have_count(0)
        await expect(page.get_by_role("group", name="Warning")).to_be_visible()
