"""Files that the server stores itself, from the composer to the thread and back after a reload."""

import base64
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser.host import chat_site, echo
from tests.browser.pages import composer, ended, visiting
from tests.server.app import ScriptedServer
from turnstream.attachments import DiskAttachmentStore

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)

SHOWN = "deep('img').some((image) => image.naturalWidth === 1)"
"""The picture, which has one pixel, has arrived."""

STRATEGIES = {
    "in two steps": "{ type: 'two_phase' }",
    "in one step": "{ type: 'direct', uploadUrl: '/chatkit/attachments' }",
}


def site(folder: Path, strategy: str) -> Any:
    server = ScriptedServer(echo)
    server.attachment_store = DiskAttachmentStore(folder)
    api = f"{{ url: '/chatkit', uploadStrategy: {strategy} }}"
    return chat_site(
        server, f"{{ persist: true, api: {api}, composer: {{ attachments: {{ enabled: true }} }} }}"
    )


@pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=STRATEGIES.keys())
async def test_a_picture_is_shown_before_and_after_a_reload(
    chromium: Browser, tmp_path: Path, strategy: str
) -> None:
    async with visiting(chromium, site(tmp_path / "files", strategy)) as page:
        await expect(composer(page)).to_be_visible()
        async with page.expect_file_chooser() as choosing:
            await page.get_by_role("button", name="Attach").click()
        chooser = await choosing.value
        await chooser.set_files([{"name": "damage.png", "mimeType": "image/png", "buffer": PNG}])
        await expect(page.get_by_role("button", name="Remove damage.png")).to_be_visible()
        await composer(page).fill("Look")
        await page.get_by_role("button", name="Send", exact=True).click()
        await ended(page)
        await expect(page.get_by_role("button", name="Remove damage.png")).to_have_count(0)
        await page.wait_for_function(SHOWN)
        await page.reload()
        await expect(page.get_by_text("You said: Look")).to_be_visible()
        await page.wait_for_function(SHOWN)
