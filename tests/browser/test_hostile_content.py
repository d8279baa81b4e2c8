"""Whatever a model, a person or a stored thread says: it is text, and neither script nor request."""

from datetime import UTC, datetime
from typing import Any

from playwright.async_api import Browser, Page, Route, expect

from tests.browser.host import Events, chat_site, said
from tests.browser.pages import answers, browsing, ended, events, say, visiting
from tests.http.serving import listening
from tests.server.app import client_call
from turnstream.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageItem,
    CustomTask,
    ErrorEvent,
    FileSource,
    NoticeEvent,
    ProgressUpdateEvent,
    Task,
    ThreadItemDoneEvent,
    ThreadMetadata,
    URLSource,
    UserMessageItem,
    Workflow,
    WorkflowItem,
)

HTML = "<img src=x onerror='hacked=1'><script>hacked=1</script><svg onload=hacked=1></svg>"

MARKDOWN = f"""# {HTML}

{HTML}

<iframe src="https://evil.example/frame"></iframe> <a href="javascript:hacked=1">raw</a> <b
  onclick=hacked=1>bold</b>

- [script](javascript:hacked=1) and [spaced](  JaVaScRiPt:hacked=1) and [tabbed](java\tscript:hacked=1)
- [entity](&#106;avascript:hacked=1) and [data](data:text/html,<script>hacked=1</script>) and [vb](vbscript:x)
- [reference] and <javascript:hacked=1> and [file](file:///etc/passwd)
- ![pixel](https://evil.example/pixel.png?secret) ![svg](data:image/svg+xml,<svg/onload=hacked=1>)
- [quote](https://example.org/"onmouseover="hacked=1) and [title](https://example.org '"onclick="hacked=1')

[reference]: javascript:hacked=1

| {HTML} | head |
| --- | --- |
| [cell](javascript:hacked=1) | `{HTML}` |

```"><img src=x onerror=hacked=1>
{HTML}
```

All of it was text."""

# Elements that only markup from outside could have made, and attributes that run or fetch something.
FINDINGS = """() => deep('*').filter((node) => node.getRootNode() !== document).flatMap((node) => [
  ...(/^(script|iframe|object|embed|base|meta|link|img|animate|set)$/i.test(node.localName) ?
    [node.outerHTML] : []),
  ...[...node.attributes].filter(({ name, value }) => /^on/i.test(name) ||
    /^(src|srcset|srcdoc|style)$/.test(name)
    && value.includes('hacked')).map(({ name, value }) => `${node.localName} ${name}=${value}`),
  ...(node.localName === 'a' && !/^https?:$/.test(node.protocol) ? [node.href] : []),
])"""


PICTURES = """![a](/logout) ![b](/pictures/../logout) ![c](/pictures/%2e%2e/logout)
![d](/pictures/..%2flogout)
![e](/pictures-2/x)
![f](//images.example/shown/f.png) ![g][g] ![h](http://images.example/shown/h.png) ![i](https://images.example/other/i.png)
![j](https://images.example.evil.example/shown/j.png) ![k](https://images.example@evil.example/shown/k.png)
<img src="/logout">

| ![l](/logout) |
| --- |
| ![m](https://sub.images.example/shown/m.png) |

Shown: ![n](/pictures/n.png) ![o](https://images.example/shown/o.png)

[g]: /logout "There"
"""


async def nothing_ran(page: Page) -> None:
    assert await page.evaluate(FINDINGS) == []
    assert await page.evaluate("globalThis.hacked") is None


async def test_hostile_markdown_is_inert(chromium: Browser) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield said(thread, MARKDOWN)

    async with visiting(chromium, chat_site(respond)) as page:
        await say(page, HTML)
        await ended(page)
        await expect(answers(page)).to_contain_text("All of it was text.")
        await expect(page.get_by_role("article", name="You")).to_have_text(HTML)
        await expect(page.get_by_role("link", name="raw")).to_have_count(0)
        await nothing_ran(page)


async def test_pictures_load_only_from_where_page_and_thread_allow(chromium: Browser) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        thread.allowed_image_domains = ["images.example/shown/"]
        yield said(thread, "![p](/pictures/p.png) without a word")
        yield said(thread, PICTURES)

    asked: list[str] = []

    async def picture(route: Route) -> None:
        asked.append(route.request.url)
        await route.fulfill(content_type="image/png", body=b"")

    app = chat_site(respond, "{ images: { allowedPaths: ['/pictures/'] } }")
    async with listening(app) as url, browsing(chromium, url) as context:
        page = await context.new_page()
        await context.route(
            lambda address: not address.startswith((f"{url}/chatkit", "data:")) and address != f"{url}/",
            picture,
        )
        await page.goto("/")
        await say(page, "hi")
        await ended(page)
        images = answers(page).get_by_role("img")
        await expect(images).to_have_count(3)
        for image in await images.all():
            await image.scroll_into_view_if_needed()
            await expect(image).to_have_attribute("referrerpolicy", "no-referrer")
        await expect(answers(page).get_by_role("link")).to_have_count(13)
        expected = [f"{url}/pictures/n.png", f"{url}/pictures/p.png", "https://images.example/shown/o.png"]
        await page.wait_for_load_state("networkidle")
        assert sorted(asked) == sorted(expected)


async def test_hostile_titles_notices_errors_and_sources_are_inert(chromium: Browser) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        thread.title = HTML
        made: dict[str, Any] = {"thread_id": thread.id, "created_at": datetime.now(UTC)}
        yield ProgressUpdateEvent(text=HTML, icon='lucide:"><img src=x onerror=hacked=1>')
        yield NoticeEvent(level="info", title=HTML, message=MARKDOWN)
        tasks: list[Task] = [CustomTask(title=HTML, content=MARKDOWN, icon="vendor:constructor")]
        workflow = Workflow(type="custom", tasks=tasks, expanded=True)
        yield ThreadItemDoneEvent(item=WorkflowItem(id="wf_1", **made, workflow=workflow))
        sources = [
            URLSource(title=HTML, url="javascript:hacked=1", attribution=HTML),
            FileSource(title=HTML, filename=HTML),
        ]
        content = AssistantMessageContent(
            text="Sources say so", annotations=[Annotation(source=source, index=7) for source in sources]
        )
        yield ThreadItemDoneEvent(item=AssistantMessageItem(id="__proto__", **made, content=[content]))
        yield ErrorEvent(message=HTML, allow_retry=True)

    async with visiting(chromium, chat_site(respond)) as page:
        await say(page, "hi")
        await ended(page)
        await expect(page.get_by_role("heading", name=HTML, exact=True, level=2)).to_be_visible()
        await expect(page.get_by_role("group", name="Something went wrong")).to_contain_text(HTML)
        await page.get_by_text("2 sources").click()
        await page.get_by_role("button", name="Show chats").click()
        row = page.locator(".history").get_by_role("button", name=HTML, exact=True)
        await expect(row).to_be_visible()
        await nothing_ran(page)


async def test_a_hostile_tool_name_reaches_no_prototype_and_no_markup(chromium: Browser) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        if item is None:
            return
        call = client_call(thread).item.model_copy(update={"name": f"constructor{HTML}"})
        yield ThreadItemDoneEvent(item=call)

    options = "{ onClientTool: ({ name }) => { throw new Error(name); } }"
    async with visiting(chromium, chat_site(respond, options)) as page:
        await say(page, "hi")
        await ended(page)
        (error,) = await events(page, "error")
        assert HTML in error["detail"]["error"]["message"]
        await nothing_ran(page)


async def test_hostile_options_are_inert(chromium: Browser) -> None:
    options = f"""{{
      frameTitle: `{HTML}`,
      header: {{ title: {{ text: `{HTML}` }}, leftAction: {{ icon: `{HTML}`, onClick() {{}} }} }},
      startScreen: {{ greeting: `{HTML}`, prompts: [{{ label: `{HTML}`, prompt: 'x', icon: '__proto__' }}] }},
      composer: {{ placeholder: `{HTML}` }},
      disclaimer: {{ text: `{HTML} [x](javascript:hacked=1)` }},
      theme: {{ color: {{ accent: {{ primary: 'red;}}*{{display:none', level: 1 }} }} }},
    }}""".replace("</script>", "<\\/script>")
    async with visiting(chromium, chat_site(said_nothing, options)) as page:
        await expect(page.get_by_role("heading", name=HTML).first).to_be_visible()
        await nothing_ran(page)


async def said_nothing(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    return
    yield
