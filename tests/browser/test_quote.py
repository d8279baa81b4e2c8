"""Replying to selected text, and picking suggestions by the keyboard."""

from playwright.async_api import Browser, Route, expect

from tests.browser.host import chat_site, echo
from tests.browser.pages import answers, composer, ended, say, visiting

SUGGESTING = """{ entities: { onTagSearch: async () => [
  { id: 'ada', title: 'Ada' }, { id: 'grace', title: 'Grace' }, { id: 'mary', title: 'Mary' } ] } }"""


async def test_selected_text_is_replied_to(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(echo)) as page:
        await say(page, "hello there")
        await ended(page)
        await answers(page).get_by_text("You said: hello there").dblclick(position={"x": 10, "y": 10})
        await page.get_by_role("button", name="Reply", exact=True).click()
        await expect(page.get_by_role("group", name="Quoting")).to_have_text("You")
        await expect(composer(page)).to_be_focused()
        await page.keyboard.type("Who?")
        await page.keyboard.press("Enter")
        await ended(page, 2)
        await expect(page.get_by_role("article", name="You").last).to_contain_text("You")
        await expect(page.get_by_role("group", name="Quoting")).to_have_count(0)


async def test_suggestions_are_walked_through_and_picked_by_keys(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(echo, SUGGESTING)) as page:
        await composer(page).press_sequentially("Ask @")
        options = page.get_by_role("option")
        await expect(options).to_have_text(["Ada", "Grace", "Mary"])
        await expect(composer(page)).to_have_attribute("aria-activedescendant", "suggestion-0")
        for key, at in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowDown", 0), ("ArrowUp", 2), ("ArrowUp", 1)):
            await page.keyboard.press(key)
            await expect(options.nth(at)).to_have_attribute("aria-selected", "true")
        await page.keyboard.press("Enter")
        await expect(composer(page)).to_have_value("Ask Grace ")
        await page.keyboard.type("or @")
        await expect(options).to_have_count(3)
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("listbox")).to_have_count(0)
        await expect(composer(page)).to_be_focused()


async def test_what_is_typed_before_the_suggestions_are_loaded_is_answered(chromium: Browser) -> None:
    held: list[Route] = []
    async with visiting(chromium, chat_site(echo, SUGGESTING), path="/nothing", errors=["404"]) as page:
        await page.route("**/extras-*", lambda route: held.append(route))
        await page.goto("/")
        await composer(page).press_sequentially("@a")
        while not held:
            await page.wait_for_timeout(20)
        await held[0].continue_()
        await expect(page.get_by_role("option")).to_have_count(3)
