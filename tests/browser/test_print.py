"""On paper stands the whole conversation, and nothing of what it is operated with."""

from typing import Any

from playwright.async_api import Browser, expect

from tests.browser.host import Events, chat_site, said
from tests.browser.pages import answers, composer, ended, say, visiting
from turnstream.types import ThreadMetadata, UserMessageItem

DARK = "{ theme: 'dark', header: { title: { text: 'Desk' } }, threadItemActions: { feedback: true } }"
CODE = "```python\n" + "x = 1  # a long line of code that is wider than the paper, " * 6 + "\n```\n\n"
SIZED = """<div style="height: 300px">
<openai-chatkit id="chat" style="height: 300px; max-height: 50vh"></openai-chatkit></div>"""


async def tell(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield said(thread, CODE + "A paragraph of the answer.\n\n" * 40)


async def test_the_whole_conversation_is_printed_and_nothing_else(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(tell, DARK, body=SIZED)) as page:
        for times in range(1, 4):
            await say(page, f"question {times}")
            await ended(page, times)
        await page.emulate_media(media="print")
        await expect(composer(page)).to_be_hidden()
        await expect(page.get_by_text("Desk")).to_be_hidden()
        await expect(page.get_by_role("button")).to_have_count(0)
        height = await page.evaluate("chat.offsetHeight")
        boxes = [await article.bounding_box() for article in await answers(page).all()]
        assert len(boxes) == 3
        assert all(box is not None and box["height"] > 1000 for box in boxes)
        assert height >= sum(box["height"] for box in boxes if box)
        colors: list[str] = await page.evaluate(
            "[...chat.shadowRoot.firstElementChild.shadowRoot.querySelectorAll('.markdown p, .bubble')].map("
            "(node) => getComputedStyle(node).color)"
        )
        assert set(colors) == {"rgb(0, 0, 0)"}
        await page.emulate_media(media="screen")
        await expect(composer(page)).to_be_visible()
        assert await page.evaluate("chat.offsetHeight") == 300
