"""The thread that was open last is found again, by the person who had it and by nobody else."""

from playwright.async_api import Browser, Page, expect

from tests.browser.host import chat_site, echo
from tests.browser.pages import answers, composer, ended, events, names, say, visiting
from tests.server.app import OWNER, ScriptedServer, create

PERSONS = """
globalThis.be = (persist) => chat.setOptions({ api: { url: '/chatkit' }, persist });
be(new URLSearchParams(location.search).get('person') ?? true);
"""
FORBIDDEN = """
Object.defineProperty(globalThis, 'localStorage', { get() { throw new DOMException('denied',
  'SecurityError'); } });
"""
LOADED = ["ready", "thread.change", "thread.load.start", "thread.load.end"]


async def loaded(page: Page) -> None:
    await page.wait_for_function("seen.some(({ name }) => name === 'thread.load.end')")


async def starts(page: Page) -> None:
    await expect(page.get_by_role("heading", name="What can I help with today?")).to_be_visible()


async def test_a_reload_opens_the_last_thread_and_says_so_once(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(echo, "{ persist: true }")) as page:
        await say(page, "hello")
        await ended(page)
        (change,) = await events(page, "thread.change")
        await page.reload()
        await loaded(page)
        await expect(answers(page)).to_have_text("You said: hello")
        assert await names(page) == LOADED
        assert (await events(page, "thread.change"))[0]["detail"] == change["detail"]
        await page.get_by_role("button", name="New chat").click()
        await starts(page)
        await page.reload()
        await starts(page)
        assert await names(page) == ["ready"]


async def test_a_thread_that_is_gone_leaves_the_start_screen_without_an_error(chromium: Browser) -> None:
    server = ScriptedServer(echo)
    site = chat_site(server, "{ persist: true }")
    async with visiting(chromium, site, errors=["404"]) as page:
        await say(page, "hello")
        await ended(page)
        (change,) = await events(page, "thread.change")
        await server.store.delete_thread(change["detail"]["threadId"], context=OWNER)
        await page.reload()
        await loaded(page)
        await starts(page)
        assert await names(page) == [*LOADED, "thread.change"]
        assert await page.get_by_role("alert").count() == 0
        await page.reload()
        await starts(page)
        assert await names(page) == ["ready"]


async def test_each_person_finds_the_own_thread_and_none_of_another(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(echo, script=PERSONS), path="/?person=ada") as page:
        await say(page, "of Ada")
        await ended(page)
        await page.goto("/?person=bob")
        await starts(page)
        await say(page, "of Bob")
        await ended(page)
        await page.goto("/?person=ada")
        await expect(answers(page)).to_have_text("You said: of Ada")
        await page.evaluate("be('bob')")
        await expect(answers(page)).to_have_text("You said: of Bob")
        seen = await page.evaluate(
            "(async () => { be('cleo'); await new Promise(requestAnimationFrame); return "
            "deep('article').length; })()"
        )
        assert seen == 0
        await starts(page)


async def test_what_one_person_writes_is_not_in_the_field_of_another(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(echo, script=PERSONS), path="/?person=ada") as page:
        await composer(page).fill("not for Bob")
        await page.evaluate("be('bob')")
        await expect(composer(page)).to_have_value("")
        await page.goto("/?person=bob")
        await expect(composer(page)).to_have_value("")
        await page.evaluate("be('ada')")
        await expect(composer(page)).to_have_value("not for Bob")


async def test_a_named_thread_is_opened_instead(chromium: Browser) -> None:
    server = ScriptedServer(echo)
    thread_id, _ = await create(server, "named")
    script = f"""chat.setOptions({{
      api: {{ url: '/chatkit' }}, persist: true, initialThread: location.hash === '' ? null : '{thread_id}',
    }});"""
    async with visiting(chromium, chat_site(server, script=script)) as page:
        await say(page, "other")
        await ended(page)
        await page.goto("/#named")
        await page.reload()
        await expect(answers(page)).to_have_text("You said: named")


async def test_where_storage_is_forbidden_nothing_breaks(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(echo, script=FORBIDDEN + PERSONS)) as page:
        await say(page, "hello")
        await ended(page)
        await page.reload()
        await starts(page)
        assert await names(page) == ["ready"]
