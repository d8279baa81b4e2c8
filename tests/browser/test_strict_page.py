"""The element under a policy that allows no inline script, no inline style and no HTML from strings."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import anyio
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.browser.host import Events, said, spoken
from tests.browser.pages import answers, browsing, composer, events, say
from tests.browser.strict import ended, listen, strict_site, violations
from tests.http.serving import listening
from tests.server.durable import Server, memory_server
from turnstream.server import stream_text
from turnstream.types import (
    ClientEffectEvent,
    CustomTask,
    ErrorEvent,
    NoticeEvent,
    ProgressUpdateEvent,
    ThreadItemDoneEvent,
    ThreadMetadata,
    UserMessageItem,
    Workflow,
    WorkflowItem,
)

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

ANSWER = f"""# A heading

Words with *emphasis*, **weight**, ~~regret~~, `code` and [a link](https://example.org/).

- one
- [x] two

> quoted

| left | right |
| :--- | ----: |
| 1 | 2 |

```python
print("hello")
```

![drawn](/picture.svg) and ![sent](data:image/png;base64,{DOT})

The end.
"""

TOOL = "onClientTool: ({ name }) => ({ name })"

OPTIONS = f"""{{
  history: {{ enabled: true }},
  header: {{ title: {{ text: 'Desk' }} }},
  threadItemActions: {{ feedback: true, retry: true }},
  images: {{ allowedPaths: ['/picture.svg'] }},
  startScreen: {{ greeting: 'Welcome', prompts: [{{ label: 'Tell me', prompt: 'tell me',
    icon: 'sparkle' }}] }},
  disclaimer: {{ text: 'May be *wrong*' }},
  composer: {{
    tools: [{{ id: 'search', label: 'Search', icon: 'search' }}],
    models: [{{ id: 'small', label: 'Small' }}, {{ id: 'large', label: 'Large' }}],
  }},
  {TOOL},
}}"""

THEMES = (
    "'dark'",
    "{ colorScheme: 'light', radius: 'sharp', color: { accent: { primary: '#a02050', level: 2 } } }",
    "{ colorScheme: 'dark', color: { grayscale: { hue: 90, tint: 6, shade: -1 } }, typography: { baseSize: "
    "18 } }",
)


async def pieces(text: str) -> AsyncIterator[str]:
    for at in range(0, len(text), 7):
        yield text[at : at + 7]
        await asyncio.sleep(0)


def workflow(thread: ThreadMetadata) -> ThreadItemDoneEvent:
    steps = Workflow(type="custom", tasks=[CustomTask(title="Step", content="In *words*")], expanded=True)
    item = WorkflowItem(id="wf_1", thread_id=thread.id, created_at=thread.created_at, workflow=steps)
    return ThreadItemDoneEvent(item=item)


class Desk:
    """Shows most of what an answer can be, asks the page, or fails."""

    def __init__(self) -> None:
        self.server: Server = memory_server(self.respond)

    async def respond(self, thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        match spoken(item):
            case "break":
                yield NoticeEvent(level="warning", title="Notice", message="Something is *odd*")
                yield ErrorEvent(message="It broke", allow_retry=True)
            case "ask":
                received = await self.server.call_client("remove_row", {"row": 3}, confirm="Remove row 3?")
                yield said(thread, f"Told {received['name']}")
            case _:
                thread.title = "A told thread"
                yield ProgressUpdateEvent(text="Reading", icon="search")
                yield ClientEffectEvent(name="glow", data={"level": 2})
                yield workflow(thread)
                async for event in stream_text(thread, pieces(ANSWER)):
                    yield event


async def test_the_whole_chat_keeps_a_strict_policy(chromium: Browser) -> None:
    async with listening(strict_site(Desk().server, OPTIONS)) as url, browsing(chromium, url) as context:
        await listen(context)
        page = await context.new_page()
        await page.goto("/")
        await starts(page)
        await answers_at_length(page)
        await opens_menus_and_history(page)
        await changes_its_looks(page)
        await asks_and_fails(page)
        assert await violations(page) == []


async def starts(page: Page) -> None:
    await expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    assert await style(page, "openai-chatkit", "display") == "block"
    assert await style(page, "openai-chatkit", "height") == f"{await page.evaluate('innerHeight')}px"
    await page.get_by_role("button", name="Tell me").click()


async def answers_at_length(page: Page) -> None:
    await ended(page)
    answer = answers(page)
    await expect(answer).to_contain_text("The end.")
    await expect(answer.get_by_role("table")).to_be_visible()
    await expect(answer.get_by_role("checkbox")).to_be_checked()
    for name in ("drawn", "sent"):
        await expect(answer.get_by_role("img", name=name)).to_have_js_property("complete", True)
        assert await answer.get_by_role("img", name=name).evaluate("image => image.naturalWidth") > 0
    (effect,) = [event["detail"] for event in await events(page, "effect")]
    assert effect == {"name": "glow", "data": {"level": 2}, "id": effect["id"]}
    await expect(page.get_by_text("In words")).to_be_visible()
    assert await style(page, "article h3", "fontWeight") in ("600", "650", "700")
    await page.get_by_role("button", name="Good answer").click()
    await page.get_by_role("button", name="Copy", exact=True).click()


async def opens_menus_and_history(page: Page) -> None:
    await page.get_by_role("button", name="Choose a tool").click()
    await page.get_by_role("menuitemradio", name="Search").click()
    await page.get_by_role("button", name="Model: Small").click()
    await page.get_by_role("menuitemradio", name="Large").click()
    await page.get_by_role("button", name="Show chats").click()
    await page.get_by_role("navigation").get_by_role("button", name="More actions for this chat").click()
    await page.get_by_role("menuitem", name="Rename").click()
    await page.get_by_role("textbox", name="New title").press("Enter")
    await expect(page.get_by_role("button", name="A told thread", exact=True)).to_be_visible()
    await page.get_by_role("navigation").get_by_role("button", name="Close chats").first.click()
    await expect(page.get_by_role("navigation")).to_have_count(0)


async def changes_its_looks(page: Page) -> None:
    looks = {await look(page)}
    for theme in THEMES:
        await page.evaluate(f"chat.setOptions({{ api: {{ url: '/chatkit' }}, theme: {theme}, {TOOL} }})")
        looks.add(await new_look(page, looks))
    assert len(looks) == 1 + len(THEMES)


async def asks_and_fails(page: Page) -> None:
    await say(page, "ask")
    await page.get_by_role("group", name="Remove row 3?").get_by_role("button", name="Allow").click()
    await ended(page, 2)
    await say(page, "break")
    await ended(page, 3)
    await expect(page.get_by_role("group", name="Something went wrong")).to_contain_text("It broke")
    await expect(page.get_by_role("group", name="Warning")).to_contain_text("Something is odd")


async def test_the_neutral_tag_keeps_its_look_where_it_moves(chromium: Browser) -> None:
    script = """
      const other = document.createElement('turnstream-chat');
      other.setAttribute('api-url', '/chatkit');
      chat.replaceWith(other);
      document.body.append(document.createElement('main'));
      document.querySelector('main').append(other);
    """
    async with (
        listening(strict_site(Desk().server, script=script)) as url,
        browsing(chromium, url) as context,
    ):
        await listen(context)
        page = await context.new_page()
        await page.goto("/")
        await expect(composer(page)).to_be_visible()
        assert await style(page, "turnstream-chat", "display") == "block"
        await page.evaluate("document.querySelector('turnstream-chat').hidden = true")
        assert await style(page, "turnstream-chat", "display") == "none"
        assert await violations(page) == []


async def test_the_ear_hears_a_violation(chromium: Browser) -> None:
    script = """
      document.body.append(Object.assign(document.createElement('style'),
        { textContent: 'body { color: red }' }));
      try { document.body.lastChild.innerHTML = '<b>text</b>'; } catch {}
      document.body.setAttribute('style', 'color: red');
    """
    wanted = ["style-src-elem", "require-trusted-types-for", "style-src-attr"]
    errors = ["Applying inline style violates", "TrustedHTML"]
    async with (
        listening(strict_site(Desk().server, script=script)) as url,
        browsing(chromium, url, errors=errors) as context,
    ):
        await listen(context)
        page = await context.new_page()
        await page.goto("/")
        await expect(composer(page)).to_be_visible()
        assert [one.split(" ", 1)[0] for one in await violations(page)] == wanted


async def style(page: Page, selector: str, name: str) -> str:
    return await page.evaluate(
        "([selector, name]) => getComputedStyle(deep(selector)[0])[name]", [selector, name]
    )


async def new_look(page: Page, before: set[tuple[str, ...]]) -> tuple[str, ...]:
    """The first look that is none of those `before`: a part that computes a page's own colours comes with
    them.
    """
    with anyio.fail_after(PATIENCE_MS / 1000):
        while (now := await look(page)) in before:
            await page.evaluate("new Promise(requestAnimationFrame)")
    return now


async def look(page: Page) -> tuple[str, ...]:
    """What a theme changes: ground, ink, and the corners and the size of the type."""
    chat = "section.chat"
    return (
        await style(page, chat, "backgroundColor"),
        await style(page, chat, "color"),
        await style(page, "article.user .bubble", "borderRadius"),
        await style(page, "article.assistant", "fontSize"),
    )
