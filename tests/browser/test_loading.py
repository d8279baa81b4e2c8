"""The script of the element in every way in which a page may load it."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.host import ELEMENT, SET_OPTIONS, chat_site, echo, html_route
from tests.browser.pages import answers, ended, say, visiting
from tests.server.app import ScriptedServer

URL = "/chatkit/chatkit.js"
OPTIONS = SET_OPTIONS % "{ history: { enabled: true } }"
BEFORE = "<script>globalThis.before = new Set(Object.getOwnPropertyNames(globalThis));</script>"
CLASSIC = f'<script src="{URL}"></script>'
MODULE = f'<script type="module" src="{URL}"></script>'
BY_CODE = """<script>
const script = Object.assign(document.createElement('script'), { src: '%s', type: '%s' });
script.onload = () => { %s };
document.head.append(script);
</script>"""

# What follows each is a module that sets the options, where the script has not done it.
TAGS: dict[str, str] = {
    "classic, and at once a classic script": f"{CLASSIC}<script>{OPTIONS}</script>",
    "classic, deferred": f'<script defer src="{URL}"></script><script type="module">{OPTIONS}</script>',
    "classic, async": f'<script async src="{URL}" onload="{OPTIONS}"></script>'.replace(
        "'/chatkit' }", "`/chatkit` }"
    ),
    "module, and at once a module": f'{MODULE}<script type="module">{OPTIONS}</script>',
    "classic by code": BY_CODE % (URL, "", OPTIONS),
    "module by code": BY_CODE % (URL, "module", OPTIONS),
    "imported": f"<script type=\"module\">import '{URL}'; {OPTIONS}</script>",
    "classic twice": f"{CLASSIC * 2}<script>{OPTIONS}</script>",
    "module twice": (
        f'{MODULE}<script type="module" src="{URL}?again"></script><script type="module">{OPTIONS}</script>'
    ),
    "classic and module": f'{CLASSIC}{MODULE}<script type="module">{OPTIONS}</script>',
    "module by code and classic": BY_CODE % (URL, "module", "") + f"{CLASSIC}<script>{OPTIONS}</script>",
}


@pytest.mark.parametrize("tags", TAGS)
async def test_a_page_loads_the_script_as_it_likes(chromium: Browser, tags: str) -> None:
    app = chat_site(ScriptedServer(echo), loads_element=False)
    app.router.routes[-1] = html_route(ELEMENT + BEFORE + TAGS[tags], "")
    async with visiting(chromium, app) as page:
        await say(page, "hello")
        await ended(page)
        await expect(answers(page)).to_have_text(["You said: hello"])
        await page.locator(".history-button").click()
        await expect(page.locator("nav.history li")).to_have_count(1)
        names: list[str] = await page.evaluate(
            "Object.getOwnPropertyNames(globalThis).filter((name) => !before.has(name) && name !== 'before')"
        )
        # `litHtmlVersions` is how copies of lit-html find each other; `script` is the page's own.
        assert set(names) <= {"litHtmlVersions", "script"}
