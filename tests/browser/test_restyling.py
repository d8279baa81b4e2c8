"""What a page changes of the look and the content: parts, custom properties, slots and its own renderer."""

from playwright.async_api import Browser, Page, expect

from tests.browser.host import chat_site, echo
from tests.browser.pages import answers, composer, ended, say, visiting

BODY = """
<style>
  #chat { --turnstream-n1: rgb(1, 2, 3); --turnstream-unit: 6px; }
  #chat::part(composer) { border-color: rgb(9, 8, 7); }
  #chat::part(bubble) { text-transform: uppercase; }
</style>
<openai-chatkit id="chat">
  <span slot="empty">Ask me anything</span>
  <b slot="avatar">A</b>
  <template slot="message-footer"><i>Checked</i></template>
</openai-chatkit>
"""
OPTIONS = """{ renderItem: (item) => {
  if (item.type !== 'user_message' || item.content[0].text !== 'mine') return null;
  return Object.assign(document.createElement('mark'), { textContent: 'Made by the page' });
} }"""


async def style(page: Page, selector: str, name: str) -> str:
    return await page.locator(selector).first.evaluate("(node, name) => getComputedStyle(node)[name]", name)


async def test_parts_and_properties_change_the_look(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(echo, body=BODY)) as page:
        await say(page, "hi")
        await ended(page)
        assert await style(page, "turnstream-chat-view", "backgroundColor") == "rgb(1, 2, 3)"
        await expect(page.locator(".composer")).to_have_css("padding", "12px")
        await composer(page).blur()
        await expect(page.locator(".composer")).to_have_css("border-color", "rgb(9, 8, 7)")
        assert await style(page, ".bubble", "textTransform") == "uppercase"


async def test_slots_and_a_renderer_take_the_place_of_what_is_shown(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(echo, OPTIONS, body=BODY)) as page:
        await expect(page.get_by_text("Ask me anything")).to_be_visible()
        await expect(page.get_by_role("heading", name="What can I help with today?")).not_to_be_visible()
        await say(page, "mine")
        await ended(page)
        await expect(page.locator("mark")).to_have_text("Made by the page")
        await expect(page.get_by_role("article", name="You")).to_have_count(0)
        await expect(page.locator("[part=avatar] b")).to_have_text("A")
        await expect(answers(page).locator("i")).to_have_text("Checked")
