"""Pictures and files as people see them: in the tray while they are uploaded, and in the thread."""

import asyncio
import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, CDPSession, Locator, Page, Route, expect
from starlette.applications import Starlette

from tests.browser.host import ELEMENT, LOAD_ELEMENT, Events, chat_site, echo, html_route, page_html, said
from tests.browser.pages import browsing, composer, ended, say, visiting
from tests.browser.states import AXE, PROBES, probe
from tests.browser.strict import POLICY, listen, strict_site, violations
from tests.browser.strict import until as until_strict
from tests.browser.test_files import STRATEGIES
from tests.browser.test_other_origin import PageApp
from tests.http.serving import SECRET, listening
from tests.server.app import ScriptedServer
from turnstream.attachments import DiskAttachmentStore
from turnstream.http import create_app
from turnstream.types import (
    GeneratedImage,
    GeneratedImageItem,
    ThreadItemDoneEvent,
    ThreadMetadata,
    UserMessageItem,
    WidgetItem,
)
from turnstream.widgets import Card, Image

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
TORN = PNG[:20] + bytes(40)
"""The beginning of a picture, which the server accepts."""
ATTACHMENTS = "composer: { attachments: { enabled: true } }"
FAILS = ["net::ERR_FAILED"]


def picture(name: str = "damage.png", mime_type: str = "image/png", data: bytes = PNG) -> Any:
    return {"name": name, "mimeType": mime_type, "buffer": data}


def server_of(folder: Path) -> ScriptedServer:
    server = ScriptedServer(echo)
    server.attachment_store = DiskAttachmentStore(folder)
    return server


def site(folder: Path, api: str = "{ url: '/chatkit' }", more: str = "") -> Starlette:
    return chat_site(server_of(folder), f"{{ persist: true, api: {api}, {ATTACHMENTS}, {more} }}")


async def pick(page: Page, *files: Any) -> None:
    field = page.locator("input.files")
    await field.wait_for(state="attached")
    await field.set_input_files(list(files))


async def listens(page: Page) -> None:
    """Wait until the chat accepts what is dropped or pasted: its part for files has loaded."""
    has_part = """shell => shell.getRootNode().adoptedStyleSheets.some(sheet =>
      Array.from(sheet.cssRules).some(rule => rule.selectorText === '.drop-target'))"""
    shell = await page.locator(".shell").element_handle()
    await page.wait_for_function(has_part, arg=shell)


def tiles(page: Page) -> Locator:
    return page.locator(".tile")


def uploading(page: Page) -> Locator:
    return page.get_by_role("img", name="Uploading")


async def shows(image: Locator) -> None:
    """Wait until a picture is shown, which the browser has decoded."""
    await expect(image).to_have_js_property("naturalWidth", 1)


async def uploaded(page: Page, count: int) -> None:
    await expect(page.locator('.tile[aria-busy="false"]:not(.failed)')).to_have_count(count)
    await expect(uploading(page)).to_have_count(0)


async def send(page: Page) -> None:
    await page.get_by_role("button", name="Send", exact=True).click()


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.glob("**/*") if path.is_file() and path.suffix != ".json"]


# The tray


@pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=STRATEGIES.keys())
async def test_a_picture_is_seen_before_it_is_uploaded_and_goes_on_being_seen(
    chromium: Browser, tmp_path: Path, strategy: str
) -> None:
    go = asyncio.Event()

    async def hold(route: Route) -> None:
        await go.wait()
        await route.continue_()

    api = f"{{ url: '/chatkit', uploadStrategy: {strategy} }}"
    # The fetch at the end.
    errors = ["net::ERR_FILE_NOT_FOUND"]
    async with visiting(chromium, site(tmp_path / "files", api), errors=errors) as page:
        await page.route("**/attachments**", hold)
        await pick(page, picture(), picture("offer.txt", "text/plain", b"hello"))
        thumbnail = tiles(page).get_by_role("img", name="damage.png")
        await shows(thumbnail)
        await expect(uploading(page)).to_have_count(2)
        await expect(tiles(page).nth(1)).to_contain_text("offer.txt")
        await expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
        before = await thumbnail.get_attribute("src")
        go.set()
        await uploaded(page, 2)
        assert await thumbnail.get_attribute("src") == before
        await send(page)
        await ended(page)
        await expect(tiles(page)).to_have_count(0)
        await shows(page.get_by_role("article", name="You").get_by_role("img", name="damage.png"))
        assert (
            await page.evaluate("src => fetch(src).then(() => 'held', () => 'revoked')", before) == "revoked"
        )


async def test_what_fails_keeps_its_picture_and_blocks_the_message_until_it_is_retried_or_removed(
    chromium: Browser, tmp_path: Path
) -> None:
    is_broken = True

    async def refuse(route: Route) -> None:
        await (route.abort() if is_broken else route.continue_())

    async with visiting(chromium, site(tmp_path / "files"), errors=FAILS) as page:
        await page.route("**/attachments/*", refuse)
        await pick(page, picture("one.png"), picture("two.png"))
        await expect(page.get_by_role("alert")).to_have_count(2)
        await shows(tiles(page).get_by_role("img", name="one.png"))
        await expect(tiles(page).first).to_contain_text("The server cannot be reached.")
        await composer(page).fill("Look")
        await composer(page).press("Enter")
        reason = page.get_by_text("A file could not be uploaded.")
        await expect(reason).to_be_visible()
        is_broken = False
        await page.get_by_role("button", name="Try again: one.png").press("Enter")
        await uploaded(page, 1)
        await expect(reason).to_be_visible()
        await page.get_by_role("button", name="Remove two.png").press("Enter")
        await expect(composer(page)).to_be_focused()
        await expect(reason).to_have_count(0)
        await composer(page).press("Enter")
        await ended(page)
        await expect(page.get_by_role("article", name="You").get_by_role("img")).to_have_count(1)


async def test_what_is_removed_is_deleted_on_the_server(chromium: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    async with visiting(chromium, site(folder)) as page:
        await pick(page, picture("one.png"), picture("two.png"))
        await uploaded(page, 2)
        assert len(stored(folder)) == 2
        async with page.expect_response(
            lambda answer: "attachments.delete" in (answer.request.post_data or "")
        ):
            await page.get_by_role("button", name="Remove one.png").click()
        assert len(stored(folder)) == 1
        await expect(tiles(page)).to_have_count(1)


async def test_a_reload_keeps_the_files_of_the_draft(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, site(tmp_path / "files")) as page:
        await pick(page, picture())
        await uploaded(page, 1)
        await page.reload()
        await shows(tiles(page).get_by_role("img", name="damage.png"))
        await send(page)
        await ended(page)
        await shows(page.get_by_role("article", name="You").get_by_role("img"))
        await page.reload()
        await expect(page.get_by_role("article", name="You")).to_be_visible()
        await expect(tiles(page)).to_have_count(0)


async def test_a_picture_that_the_browser_cannot_show_has_its_name(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, site(tmp_path / "files")) as page:
        await pick(page, picture("photo.png", data=TORN))
        await uploaded(page, 1)
        await expect(tiles(page).get_by_text("photo.png")).to_be_visible()
        await expect(tiles(page).locator("img")).to_have_count(0)
        await send(page)
        await ended(page)
        await expect(page.get_by_role("article", name="You")).to_contain_text("photo.png")
        await expect(page.get_by_role("article", name="You").locator("img")).to_have_count(0)


async def test_the_tray_breaks_no_rule(chromium: Browser, tmp_path: Path) -> None:
    main = f'<main style="height: 100%">{ELEMENT}</main>'
    async with (
        listening(chat_site(server_of(tmp_path / "files"), f"{{ {ATTACHMENTS} }}", body=main)) as url,
        browsing(chromium, url, viewport={"width": 280, "height": 640}, reduced_motion="reduce") as context,
    ):
        await context.add_init_script(path=AXE)
        await context.add_init_script(path=PROBES)
        page = await context.new_page()
        await page.goto("/")
        files = [picture(f"{at}.png") for at in range(9)]
        await pick(page, *files, picture("a long name of a contract.txt", "text/plain", b"hello"))
        await uploaded(page, 10)
        found = await probe(page, "axe") + await probe(page, "sideways")
        await send(page)
        await ended(page)
        await page.get_by_role("button", name="Enlarge 0.png").click()
        found += await probe(page, "axe")
    assert found == []


# The thread


async def enlarge(page: Page) -> None:
    """Look at the last picture by keyboard, and return."""
    button = page.get_by_role("button", name="Enlarge damage.png")
    await button.focus()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="damage.png")
    await shows(dialog.get_by_role("img"))
    await expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(button).to_be_focused()


def header_site(folder: Path, fetch: str) -> Starlette:
    """A site that knows people by a header."""
    app = create_app(server_of(folder), authenticate=lambda request: request.headers.get("x-person"))
    options = f"{{ persist: true, api: {{ url: '/chatkit', fetch: {fetch} }}, {ATTACHMENTS} }}"
    app.router.routes.append(html_route(ELEMENT + LOAD_ELEMENT, f"{SET_PERSON} chat.setOptions({options});"))
    return app


SET_PERSON = "globalThis.person = 'ada';"
WITH_HEADER = "(url, init) => fetch(url, { ...init, headers: { ...init.headers, 'x-person': person } })"


async def test_a_page_that_authenticates_by_a_header_shows_pictures(
    chromium: Browser, tmp_path: Path
) -> None:
    async with visiting(chromium, header_site(tmp_path / "files", WITH_HEADER)) as page:
        await pick(page, picture())
        await uploaded(page, 1)
        await send(page)
        await ended(page)
        shown = page.get_by_role("article", name="You").get_by_role("img", name="damage.png")
        await shows(shown)
        await page.reload()
        await shows(shown)
        await enlarge(page)
        other = await page.context.new_page()
        await other.goto("/")
        await shows(other.get_by_role("article", name="You").get_by_role("img"))


async def test_a_picture_that_is_refused_has_its_name(chromium: Browser, tmp_path: Path) -> None:
    fetch = (
        "(url, init) => init.method === 'GET' ? Promise.resolve(new Response('', { status: 401 })) : "
        f"({WITH_HEADER})(url, init)"
    )
    app = header_site(tmp_path / "files", fetch)
    async with visiting(chromium, app, errors=["status of 401"]) as page:
        await pick(page, picture())
        await uploaded(page, 1)
        await send(page)
        await ended(page)
        await expect(page.get_by_role("article", name="You")).to_contain_text("damage.png")
        await expect(page.get_by_role("button", name="Enlarge damage.png")).to_have_count(0)


async def test_a_picture_that_is_gone_has_its_name(chromium: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    async with visiting(chromium, site(folder), errors=["status of 404"]) as page:
        await pick(page, picture())
        await uploaded(page, 1)
        await send(page)
        await ended(page)
        await enlarge(page)
        for path in stored(folder):
            path.unlink()
        await page.context.clear_cookies()
        client = await page.context.new_cdp_session(page)
        await client.send("Network.clearBrowserCache")  # pyright: ignore[reportUnknownMemberType]
        await page.reload()
        await expect(page.get_by_role("article", name="You")).to_contain_text("damage.png")
        await expect(page.get_by_role("button", name="Enlarge damage.png")).to_have_count(0)


@pytest.mark.parametrize("strategy", ["two_phase", "direct"])
async def test_a_visitor_of_another_origin_sees_pictures(
    chromium: Browser, tmp_path: Path, strategy: str
) -> None:
    """The browser may hold the cookie back there, so the key of the visitor goes with the pictures."""
    host = PageApp()
    async with listening(host) as other:
        origin = other.replace("127.0.0.1", "localhost")
        app = create_app(server_of(tmp_path / "files"), cookie_secret=SECRET, allowed_origins=[origin])
        async with listening(app) as url, browsing(chromium, origin, url) as context:
            upload = json.dumps({"type": strategy, "uploadUrl": f"{url}/chatkit/attachments"})
            api = f"{{ url: '{url}/chatkit', uploadStrategy: {upload} }}"
            load = f'<script type="module" src="{url}/chatkit/chatkit.js"></script>'
            script = f"chat.setOptions({{ persist: true, api: {api}, {ATTACHMENTS} }});"
            host.body = page_html(script, ELEMENT + load)
            page = await context.new_page()
            await page.goto(origin)
            await pick(page, picture())
            await uploaded(page, 1)
            await send(page)
            await ended(page)
            await shows(page.get_by_role("article", name="You").get_by_role("img"))
            await page.reload()
            await shows(page.get_by_role("article", name="You").get_by_role("img"))


# Dropping


class Drag:
    """A drag of a file, or of a text, as the system makes it."""

    def __init__(self, client: CDPSession, file: Path | None = None) -> None:
        self._client = client
        items = [] if file else [{"mimeType": "text/plain", "data": "text"}]
        files = [str(file)] if file else []
        self._data = {"items": items, "files": files, "dragOperationsMask": 1}

    async def to(self, x: int, y: int, kind: str = "dragOver") -> None:
        event = {"type": kind, "x": x, "y": y, "data": self._data}
        await self._client.send("Input.dispatchDragEvent", event)  # pyright: ignore[reportUnknownMemberType]


async def test_files_can_be_dropped_anywhere_on_the_chat(chromium: Browser, tmp_path: Path) -> None:
    file = tmp_path / "damage.png"
    file.write_bytes(PNG)
    words = "Drop files here to attach them"
    body = f'<div style="height: 100px">Page</div><div style="height: 500px">{ELEMENT}</div>{LOAD_ELEMENT}'
    options = f"chat.setOptions({{ api: {{ url: '/chatkit' }}, {ATTACHMENTS} }});"
    app = create_app(server_of(tmp_path / "files"), authenticate=lambda request: "ada")
    app.router.routes.append(html_route(body, options))
    async with visiting(chromium, app) as page:
        overlay = page.locator(".drop-target")
        client = await page.context.new_cdp_session(page)
        await page.evaluate(WATCH_DRAGS)
        await listens(page)
        text, files = Drag(client), Drag(client, file)
        await text.to(200, 200, "dragEnter")
        await text.to(200, 210)
        await page.wait_for_function("drags.includes('dragover')")
        await expect(overlay).to_have_count(0)
        await text.to(200, 50)
        await files.to(200, 200, "dragEnter")
        await files.to(200, 210)
        await expect(overlay).to_have_text(words)
        await expect(page.get_by_role("status").filter(has_text=words)).to_have_count(1)
        await files.to(210, 400)
        await expect(overlay).to_be_visible()
        await files.to(210, 50)
        await expect(overlay).to_have_count(0)
        await files.to(210, 300)
        await expect(overlay).to_be_visible()
        await files.to(210, 300, "drop")
        await expect(overlay).to_have_count(0)
        await shows(tiles(page).get_by_role("img", name="damage.png"))


WATCH_DRAGS = """globalThis.drags = [];
for (const type of ['dragenter', 'dragover', 'dragleave', 'drop'])
  chat.addEventListener(type, ({ dataTransfer }) => drags.push(type, ...dataTransfer.types));"""


async def test_a_pasted_picture_is_attached(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, site(tmp_path / "files")) as page:
        await listens(page)
        await composer(page).evaluate(
            """async (field, data) => {
              const blob = await (await fetch(`data:image/png;base64,${data}`)).blob();
              const clipboardData = new DataTransfer();
              clipboardData.items.add(new File([blob], 'image.png', { type: 'image/png' }));
              const paste = new ClipboardEvent('paste',
                { clipboardData, bubbles: true, composed: true, cancelable: true });
              field.dispatchEvent(paste);
            }""",
            base64.b64encode(PNG).decode(),
        )
        await shows(tiles(page).get_by_role("img", name="image.png"))


# Phones


async def test_a_phone_offers_its_camera(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, site(tmp_path / "files"), has_touch=True, is_mobile=True) as page:
        attach = page.get_by_role("button", name="Attach files")
        await expect(attach).to_have_attribute("aria-haspopup", "menu")
        await attach.tap()
        async with page.expect_file_chooser() as choosing:
            await page.get_by_role("menuitem", name="Take a photo").tap()
        chooser = await choosing.value
        assert await chooser.element.get_attribute("capture") == "environment"
        assert await chooser.element.get_attribute("accept") == "image/*"
        await chooser.set_files([picture("photo.png")])
        await shows(tiles(page).get_by_role("img", name="photo.png"))
        box = await page.get_by_role("button", name="Remove photo.png").bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
        await attach.tap()
        async with page.expect_file_chooser() as choosing:
            await page.get_by_role("menuitem", name="Choose files").tap()
        chooser = await choosing.value
        assert chooser.is_multiple()


async def test_a_chat_without_pictures_offers_no_camera(chromium: Browser, tmp_path: Path) -> None:
    only = "composer: { attachments: { enabled: true, accept: { 'application/pdf': ['.pdf'] } } }"
    app = site(tmp_path / "files", more=only)
    async with visiting(chromium, app, has_touch=True, is_mobile=True) as page:
        async with page.expect_file_chooser() as choosing:
            await page.get_by_role("button", name="Attach files").tap()
        assert await (await choosing.value).element.get_attribute("accept") == "application/pdf,.pdf"


# Strict pages


@pytest.mark.parametrize("is_allowed", [True, False], ids=["with blob", "without blob"])
async def test_a_strict_page_needs_blob_for_what_is_not_uploaded_yet(
    chromium: Browser, tmp_path: Path, is_allowed: bool
) -> None:
    policy = POLICY.replace("img-src 'self' data:", "img-src 'self' data: blob:") if is_allowed else POLICY
    app = strict_site(server_of(tmp_path / "files"), f"{{ {ATTACHMENTS} }}", policy=policy)
    errors = [] if is_allowed else ["violates the following Content Security Policy directive"]
    async with listening(app) as url, browsing(chromium, url, errors=errors) as context:
        await listen(context)
        page = await context.new_page()
        await page.goto("/")
        await pick(page, picture())
        await shows(tiles(page).get_by_role("img", name="damage.png"))
        found = await violations(page)
        assert [one for one in found if "blob" not in one] == []
        assert (found == []) is is_allowed
        await send(page)
        await until_strict(page, "() => seen.some(({ name }) => name === 'response.end')")
        await shows(page.get_by_role("article", name="You").get_by_role("img"))


async def test_pictures_that_the_server_names_load_from_the_hosts_that_it_allows(chromium: Browser) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        for host in ("images.example", "evil.example"):
            url = f"https://{host}/shown/made.png"
            image = GeneratedImageItem(
                id=f"img_{host}",
                thread_id=thread.id,
                created_at=datetime.now(UTC),
                image=GeneratedImage(id="i", url=url),
            )
            yield ThreadItemDoneEvent(item=image)
            drawn = WidgetItem(
                id=f"widget_{host}",
                thread_id=thread.id,
                created_at=datetime.now(UTC),
                widget=Card(children=[Image(src=f"https://{host}/shown/drawn.png", alt=f"Drawn at {host}")]),
            )
            yield ThreadItemDoneEvent(item=drawn)
        yield said(thread, "![said](https://images.example/shown/said.png)")

    asked: list[str] = []

    async def serve(route: Route) -> None:
        asked.append(route.request.url)
        await route.fulfill(content_type="image/png", body=PNG)

    server = ScriptedServer(respond)
    hosts = ["images.example/shown/"]
    app = create_app(server, authenticate=lambda request: "ada", allowed_image_hosts=hosts)
    app.router.routes.append(
        html_route(ELEMENT + LOAD_ELEMENT, "chat.setOptions({ api: { url: '/chatkit' } })")
    )
    async with visiting(chromium, app) as page:
        await page.route("https://*.example/**", serve)
        await say(page, "Draw")
        await ended(page)
        await shows(page.get_by_role("figure", name="Generated image").get_by_role("img"))
        await shows(page.get_by_role("img", name="Drawn at images.example"))
        await expect(page.get_by_role("link", name="Generated image")).to_have_count(1)
        await expect(page.get_by_role("link", name="said")).to_be_visible()
    assert sorted(asked) == [f"https://images.example/shown/{name}.png" for name in ("drawn", "made")]
