"""The scripts of docs/element.md and docs/locales.md run in a page, and the chat takes what they give it."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.browser.host import Events, chat_site, said
from tests.browser.pages import browsing
from tests.http.serving import listening
from turnstream.types import ThreadMetadata, UserMessageItem

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```(js|html)\b.*?\n(.*?)^```", re.DOTALL | re.MULTILINE)
APP = '<main id="app"><input aria-label="Name"></main>'
CHAT = '<openai-chatkit id="chat"></openai-chatkit>'
LISTEN = """globalThis.problems = [];
document.addEventListener('DOMContentLoaded', () => {
  for (const chat of document.querySelectorAll('openai-chatkit, turnstream-chat')) {
    chat.addEventListener('chatkit.error', ({ detail }) => problems.push(detail.error.message));
  }
});"""
BLOCKS = [
    pytest.param(language, text, id=f"{page}-{number}")
    for page in ("element.md", "locales.md")
    for number, (language, text) in enumerate(BLOCK.findall((DOCS / page).read_text("utf-8")), start=1)
]


async def answer(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield said(thread, "Hello.")


@pytest.mark.parametrize(("language", "text"), BLOCKS)
async def test_a_snippet_runs_and_the_chat_answers(chromium: Browser, language: str, text: str) -> None:
    site = (
        chat_site(answer, body=APP + text, script="")
        if language == "html"
        else chat_site(answer, body=APP + CHAT, script=text)
    )
    async with listening(site) as url, browsing(chromium, url) as context:
        page = await context.new_page()
        await page.add_init_script(LISTEN)
        await page.goto(url)
        chat = page.locator("openai-chatkit, turnstream-chat").first
        if "api-url" not in text and "setOptions" not in text:
            await chat.evaluate("chat => chat.setOptions({ api: { url: '/chatkit' } })")
        await chat.evaluate("chat => chat.sendUserMessage({ text: 'hi' })")
        await page.get_by_text("Hello.").wait_for()
        assert await page.evaluate("problems") == []
