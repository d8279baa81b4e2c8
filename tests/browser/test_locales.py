"""The element over a scripted server, in other languages than English."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from playwright.async_api import Browser, expect

from tests.browser.host import chat_site, echo
from tests.browser.pages import browsing, ended, visiting
from tests.http.serving import listening
from tests.server.app import OWNER, ScriptedServer
from turnstream.types import ThreadMetadata


class Words(NamedTuple):
    direction: str
    placeholder: str
    history: str
    groups: list[str]
    assistant: str
    finished: str


LANGUAGES = {
    "de-AT": Words(
        "ltr",
        "Nachricht an die KI",
        "Chats",
        ["Heute", "Gestern", "Letzte 7 Tage", "Jänner 2020"],
        "Assistent",
        "Die Antwort ist vollständig.",
    ),
    "ar": Words(
        "rtl",
        "رسالة إلى الذكاء الاصطناعي",
        "المحادثات",
        ["اليوم", "أمس", "آخر سبعة أيام", "يناير 2020"],
        "المساعد",
        "اكتملت الإجابة.",
    ),
    "ja-JP": Words(
        "ltr",
        "AI へのメッセージ",
        "チャット一覧",
        ["今日", "昨日", "過去 7 日間", "2020年1月"],
        "アシスタント",
        "回答が完了しました。",
    ),
}


async def with_old_threads() -> ScriptedServer:
    server = ScriptedServer(echo)
    now = datetime.now(UTC)
    for created in (datetime(2020, 1, 15, tzinfo=UTC), now - timedelta(days=4), now - timedelta(days=1)):
        thread = ThreadMetadata(id=f"thr_{created:%Y%m%d}", created_at=created, title=f"{created:%A}")
        await server.store.save_thread(thread, context=OWNER)
    return server


@pytest.mark.parametrize("locale", LANGUAGES)
async def test_the_chat_speaks_the_language_of_its_locale(chromium: Browser, locale: str) -> None:
    words = LANGUAGES[locale]
    site = chat_site(await with_old_threads(), f"{{ locale: '{locale}' }}")
    async with visiting(chromium, site, locale="en-US", timezone_id="UTC") as page:
        shell = page.locator(".shell")
        await expect(shell).to_have_attribute("lang", locale)
        await expect(shell).to_have_attribute("dir", words.direction)
        field = page.get_by_role("textbox")
        await expect(field).to_have_attribute("placeholder", words.placeholder)
        await field.fill("hi")
        await field.press("Enter")
        await ended(page)
        await expect(page.get_by_role("article", name=words.assistant)).to_have_text("You said: hi")
        await expect(shell.locator("> [role=status]")).to_have_text(words.finished)
        await page.evaluate("chat.showHistory()")
        history = page.get_by_role("navigation", name=words.history)
        await expect(history.get_by_role("heading", level=3)).to_have_text(words.groups)


@pytest.mark.parametrize(
    ("browser_locale", "options", "wanted", "lang", "direction"),
    [
        ("en-GB", "{}", [], "en-GB", "ltr"),
        ("de-DE", "{}", ["languages", "de"], "de-DE", "ltr"),
        ("de-DE", "{ locale: 'en' }", [], "en", "ltr"),
        ("en-US", "{ locale: 'iw' }", ["languages", "he"], "he", "rtl"),
        ("en-US", "{ locale: 'ur' }", ["languages", "ur"], "ur", "rtl"),
        ("en-US", "{ locale: 'zh-TW' }", ["languages", "zh-TW"], "zh-TW", "ltr"),
        ("pt-PT", "{}", ["languages", "pt", "pt-PT"], "pt-PT", "ltr"),
        ("cy-GB", "{}", ["languages"], "en", None),
    ],
)
async def test_a_page_loads_one_translation_and_an_english_one_none(
    chromium: Browser, browser_locale: str, options: str, wanted: list[str], lang: str, direction: str | None
) -> None:
    loaded: list[str] = []
    settings: dict[str, Any] = {"locale": browser_locale}
    async with listening(chat_site(echo, options)) as url, browsing(chromium, url, **settings) as context:
        page = await context.new_page()
        page.on(
            "request",
            lambda request: loaded.extend(re.findall(r"/chunks/([\w-]+)-[\w-]{8}\.js$", request.url)),
        )
        await page.goto("/")
        await expect(page.get_by_role("textbox")).to_be_visible()
        shell = page.locator(".shell")
        await expect(shell).to_have_attribute("lang", lang)
        assert await shell.get_attribute("dir") == direction
        await page.wait_for_load_state("networkidle")
    assert loaded[:1] == wanted[:1]
    assert sorted(loaded) == sorted(wanted)


async def test_a_language_that_cannot_be_loaded_gives_way_to_english_and_is_logged(chromium: Browser) -> None:
    async with (
        listening(chat_site(echo)) as url,
        browsing(chromium, url, locale="de-DE", errors=["ERR_FAILED"]) as context,
    ):
        page = await context.new_page()
        await page.route(re.compile(r"/chunks/de-"), lambda route: route.abort())
        await page.goto("/")
        await expect(page.get_by_role("textbox")).to_have_attribute("placeholder", "Message the AI")
        await expect(page.locator(".shell")).to_have_attribute("lang", "en")
        await page.wait_for_function(
            "seen.some(({ name, detail }) => name === 'log' && detail.data.part === 'de-DE')"
        )


async def test_another_locale_takes_over_when_its_words_are_there(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(echo, "{ locale: 'fr' }"), locale="en-US") as page:
        field = page.get_by_role("textbox")
        await expect(field).to_have_attribute("placeholder", "Écrire à l’IA")
        await field.fill("un brouillon")
        await page.evaluate("chat.setOptions({ api: { url: '/chatkit' }, locale: 'ko-KR' })")
        await expect(field).to_have_attribute("placeholder", "AI에게 메시지 보내기")
        await expect(field).to_have_value("un brouillon")


async def test_a_page_replaces_texts_and_hears_of_those_that_cannot_be_used(chromium: Browser) -> None:
    options = (
        "{ locale: 'de', strings: { placeholder: 'Frag den Lotsen', widgets: { clear: 5 }, sned: 'Los' } }"
    )
    async with visiting(chromium, chat_site(echo, options), locale="en-US") as page:
        field = page.get_by_role("textbox")
        await expect(field).to_have_attribute("placeholder", "Frag den Lotsen")
        await expect(page.get_by_role("button", name="Senden")).to_be_visible()
        refused = await page.evaluate(
            "seen.filter(({ name }) => name === 'error').map(({ detail }) => detail.error.message)"
        )
        assert refused == [
            'The option "strings.widgets.clear" must be a string.',
            'The option "strings.sned" is no text of the chat. docs/locales.md lists all texts.',
        ]
        await page.evaluate(
            "chat.setOptions({ api: { url: '/chatkit' }, strings: { placeholder: 'Ask the pilot' } })"
        )
        await expect(field).to_have_attribute("placeholder", "Ask the pilot")
        await page.evaluate("chat.setOptions({ api: { url: '/chatkit' } })")
        await expect(field).to_have_attribute("placeholder", "Message the AI")


async def test_a_page_loads_the_icons_of_lucide_that_it_shows(chromium: Browser) -> None:
    options = """{ startScreen: { prompts: [
      { label: 'Plain', prompt: 'a', icon: 'lucide:ship-wheel' },
      { label: 'Old name', prompt: 'b', icon: 'lucide:alert-circle' },
    ] } }"""
    loaded: list[str] = []
    async with listening(chat_site(echo, options)) as url, browsing(chromium, url) as context:
        page = await context.new_page()
        page.on("request", lambda request: loaded.extend(re.findall(r"/chunks/(lucide-\d+)-", request.url)))
        await page.goto("/")
        for label, shapes in {"Plain": 3, "Old name": 2}.items():
            icon = page.get_by_role("button", name=label).locator("svg.icon path")
            await expect(icon).to_have_count(shapes)
    assert 0 < len(loaded) <= 2
