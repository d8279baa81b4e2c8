"""The unmodified `@openai/chatkit-react` uploads to an attachment store of our own, in both strategies."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.host import Events, react_site, said, spoken
from tests.browser.pages import composer, ended, visiting
from tests.browser.test_pictures import PNG, pick, picture
from tests.server.app import OWNER, ScriptedServer
from turnstream.attachments import DiskAttachmentStore
from turnstream.types import ThreadMetadata, UserMessageItem

TWO_PHASE = "{ url: '/chatkit', domainKey: 'any', uploadStrategy: { type: 'two_phase' } }"
DIRECT = """{ url: '/chatkit', domainKey: 'any',
  uploadStrategy: { type: 'direct', uploadUrl: '/chatkit/attachments' } }"""


class Server(ScriptedServer):
    """Reads what was attached."""

    def __init__(self, folder: Path) -> None:
        super().__init__(self._answer)
        self.files = self.attachment_store = DiskAttachmentStore[Any](folder)
        self.sent: list[tuple[str, str, bytes]] = []

    async def _answer(self, thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        assert item is not None
        for attachment in item.attachments:
            self.sent.append((attachment.name, attachment.mime_type, await self.files.read(attachment.id)))
        yield said(thread, f"You said: {spoken(item)}")


def script(api: str) -> str:
    return f"""
      globalThis.given = {{ api: {api}, composer: {{ attachments: {{ enabled: true }} }} }};
      import('/react/options.js');
    """


def stored(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


async def send(page: Page, text: str, times: int) -> None:
    await composer(page).fill(text)
    await page.get_by_role("button", name="Send", exact=True).click()
    await ended(page, times)


@pytest.mark.parametrize("api", [TWO_PHASE, DIRECT], ids=["two phases", "direct"])
async def test_files_reach_the_store_and_come_back(
    chromium: Browser, bundle: Path, tmp_path: Path, api: str
) -> None:
    server = Server(tmp_path)
    text = {"name": "what I saw.txt", "mimeType": "text/plain", "buffer": b"A crack"}
    async with visiting(chromium, react_site(server, bundle, script(api))) as page:
        await page.wait_for_function("seen.some(({ name }) => name === 'ready')")
        await pick(page, picture(), text, picture("unwanted.png"))
        await expect(page.locator(".tile")).to_have_count(3)
        await expect(page.get_by_role("img", name="Uploading")).to_have_count(0)
        await page.get_by_role("button", name="Remove unwanted.png").click()
        await send(page, "see", 1)
        assert server.sent == [("damage.png", "image/png", PNG), ("what I saw.txt", "text/plain", b"A crack")]
        shown = page.get_by_role("article", name="You").get_by_role("img", name="damage.png")
        await expect(shown).to_be_visible()
        assert await shown.evaluate("picture => picture.decode()") is None
        assert sorted(stored(tmp_path)) == sorted([PNG, b"A crack"])
        [thread] = (await server.store.load_threads(2, None, "desc", context=OWNER)).data
        await page.reload()
        await page.wait_for_function("seen.some(({ name }) => name === 'ready')")
        await page.evaluate("id => methods.setThreadId(id)", thread.id)
        await expect(shown).to_be_visible()
        assert await shown.evaluate("picture => picture.decode()") is None
        await expect(page.get_by_role("article", name="You")).to_contain_text("what I saw.txt")


@pytest.mark.parametrize("bundle", ["19"], indirect=True, scope="session")
@pytest.mark.parametrize("api", [TWO_PHASE, DIRECT], ids=["two phases", "direct"])
async def test_what_the_store_refuses_is_said_and_not_kept(
    chromium: Browser, bundle: Path, tmp_path: Path, api: str
) -> None:
    server = Server(tmp_path)
    async with visiting(chromium, react_site(server, bundle, script(api)), errors=["415"]) as page:
        await page.wait_for_function("seen.some(({ name }) => name === 'ready')")
        await pick(page, picture("lie.png", data=b"<!doctype html><script>alert(1)</script>"))
        tile = page.locator(".tile")
        await expect(tile.get_by_role("button", name="Try again")).to_be_visible()
        await page.get_by_role("button", name="Remove lie.png").click()
        await send(page, "see", 1)
        assert server.sent == []
        assert stored(tmp_path) == []
