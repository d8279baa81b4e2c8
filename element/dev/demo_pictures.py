"""The pictures of the demos' start page: each app after an answer, light and dark, into `demos/start/page/`.

.venv/bin/python element/dev/demo_pictures.py [map claim colony companion travel]
"""

import base64
import re
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from turnstream.check import find_browser

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "src" / "turnstream" / "demos" / "start" / "page"
FLAGS = ["--disable-gpu", "--disable-quic"]
SIZE = {"width": 1280, "height": 800}
MAX_BYTES = 60_000

SAID = {
    "map": ["Plan a walk along the Thames"],
    "claim": ["My bike was stolen in Camden on Tuesday, it cost 640 pounds", "Check my claim"],
    "colony": ["How is the colony?"],
    "companion": ["Search the articles for sleep"],
    "travel": [],
}
FREE = re.compile("Extra legroom, £24, free")
TO_WEBP = """async (png) => {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(960, 600);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, 960, 600);
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp', quality: 0.8 })).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}"""


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Message", exact=True).fill(text)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Stop", exact=True).wait_for()


def travel(page: Page) -> None:
    """Book the way out, and choose a seat for the way back."""
    say(page, "Plan a trip to Lisbon")
    page.get_by_role("button", name="TE 204").click()
    page.get_by_label("Full name").fill("Nora Lindqvist")
    page.get_by_label("Email").fill("nora@ashandalder.example")
    page.get_by_role("button", name="Passport").click()
    page.keyboard.press("PageDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name=FREE).first.click()
    page.get_by_role("button", name="Take this seat").click()
    page.get_by_role("button", name="Book for").click()
    page.get_by_role("button", name="Stop", exact=True).wait_for(state="detached")
    say(page, "Book the way back")
    page.get_by_role("button", name="HX 19").click()
    page.get_by_role("button", name="Take this seat").nth(1).wait_for()
    page.get_by_role("button", name=FREE).last.click()


def shoot(browser: Browser, url: str, name: str, scheme: str) -> None:
    context = browser.new_context(viewport=SIZE, device_scale_factor=2, color_scheme=scheme)  # pyright: ignore[reportArgumentType]
    page = context.new_page()
    page.goto(f"{url}/{name}/")
    for text in SAID[name]:
        say(page, text)
        page.get_by_role("button", name="Stop", exact=True).wait_for(state="detached")
    if name == "travel":
        travel(page)
    page.mouse.move(4, 4)
    page.wait_for_timeout(4500)  # until notices are gone and everything stands still
    png = base64.b64encode(page.screenshot()).decode()
    page.goto("about:blank")  # a demo's policy allows no `data:`
    webp = base64.b64decode(page.evaluate(TO_WEBP, png))
    assert len(webp) <= MAX_BYTES, f"{name}-{scheme}.webp has {len(webp)} bytes"
    (OUT / f"{name}-{scheme}.webp").write_bytes(webp)
    context.close()


def main() -> None:
    """Take all, or those that are named."""
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        command = [sys.executable, "-m", "turnstream", "demo", "--port", "0", "--data", data]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found is not None
        try:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
            for name, scheme in product(sys.argv[1:] or SAID, ("light", "dark")):
                shoot(browser, found.group(), name, scheme)
            browser.close()
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
