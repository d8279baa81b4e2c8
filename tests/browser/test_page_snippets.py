"""The scripts of the pages about the element run in a page, and the chat takes what they give it."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser.host import Events, chat_site, echo, said
from tests.browser.pages import browsing
from tests.http.serving import listening
from turnstream.types import ThreadMetadata, UserMessageItem

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```(js|html)\b(.*?)\n(.*?)^```", re.DOTALL | re.MULTILINE)
PAGES = (
    *("element.md", "locales.md", "layout.md", "custom-ui.md", "bundlers.md", "other-origin.md"),
    *("tasks.md", "agent-builder.md"),
)
WITHOUT_ELEMENT = 'title="client.html"'
OF_AN_APP = re.compile(r'title="(webpack|next)/')
"""Files of apps, which tests/engines builds and runs."""
APP = '<main id="app"><input aria-label="Name"></main>'
CHAT = '<openai-chatkit id="chat"></openai-chatkit>'
LIST = """fetch('/chatkit', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ type: 'threads.list', params: {} }),
}).then((response) => response.json()).then(({ data }) => data)"""
LISTEN = """globalThis.problems = [];
document.addEventListener('DOMContentLoaded', () => {
  for (const chat of document.querySelectorAll('openai-chatkit, turnstream-chat')) {
    chat.addEventListener('chatkit.error', ({ detail }) => problems.push(detail.error.message));
  }
});"""
BLOCKS = [
    pytest.param(language, text, id=f"{page}-{number}")
    for page in PAGES
    for number, (language, about, text) in enumerate(BLOCK.findall((DOCS / page).read_text("utf-8")), start=1)
    if WITHOUT_ELEMENT not in about and not OF_AN_APP.search(about)
]


async def answer(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield said(thread, "Hello.")


@pytest.mark.parametrize(("language", "text"), BLOCKS)
async def test_a_snippet_runs_and_the_chat_answers(chromium: Browser, language: str, text: str) -> None:
    text = text.replace("https://chat.example", "")
    loads = "chatkit.js" not in text
    site = (
        chat_site(answer, body=APP + text, script="", loads_element=loads)
        if language == "html"
        else chat_site(answer, body=APP + CHAT, script=text, loads_element=loads)
    )
    async with listening(site) as url, browsing(chromium, url) as context:
        page = await context.new_page()
        await page.add_init_script(LISTEN)
        await page.goto(url)
        chat = page.locator("openai-chatkit, turnstream-chat").first
        if "api-url" not in text and "setOptions" not in text:
            await chat.evaluate("chat => chat.setOptions({ api: { url: '/chatkit' } })")
        await chat.evaluate("chat => customElements.whenDefined(chat.localName).then(() => undefined)")
        await chat.evaluate("chat => chat.sendUserMessage({ text: 'hi' })")
        await page.get_by_text("Hello.").wait_for()
        assert await page.evaluate("problems") == []


async def test_a_client_without_the_element_goes_on_with_its_thread(chromium: Browser) -> None:
    page_text = (DOCS / "custom-ui.md").read_text("utf-8")
    (text,) = [text for _, about, text in BLOCK.findall(page_text) if WITHOUT_ELEMENT in about]
    site = chat_site(echo, body=text, script="", loads_element=False)
    async with listening(site) as url, browsing(chromium, url) as context:
        page = await context.new_page()
        await page.goto(url)
        for said in ("one", "two"):
            await page.get_by_role("textbox", name="Your message").fill(said)
            await page.get_by_role("button", name="Send").click()
            await expect(page.locator("#answer")).to_have_text(f"You said: {said}")
        threads = await page.evaluate(LIST)
    assert len(threads) == 1
