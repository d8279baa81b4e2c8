"""Screenshots of every state, or of those that are named, into `screens/`; `make screens` calls it."""

import subprocess
import sys
from itertools import product
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ELEMENT = Path(__file__).resolve().parent.parent
SCREENS = ELEMENT.parent / "screens"
NODE = ELEMENT.parent / ".venv" / "bin" / "node"
PORT = 8123
WIDTHS = {360: 740, 1200: 820}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def shoot(page: Page, state: str, scheme: str, width: int, direction: str) -> None:
    page.goto(f"http://127.0.0.1:{PORT}/?state={state}&scheme={scheme}&dir={direction}")
    page.wait_for_selector(f'body[data-ready="{state}"]')
    page.wait_for_timeout(260)  # the longest transition
    suffix = "" if direction == "ltr" else "-rtl"
    page.screenshot(path=SCREENS / f"{state}-{scheme}-{width}{suffix}.png")


def main() -> None:
    """Take every state, or those that are named."""
    SCREENS.mkdir(exist_ok=True)
    server = subprocess.Popen([NODE, "dev/serve.mjs", str(PORT)], cwd=ELEMENT, stdout=subprocess.PIPE)
    assert server.stdout is not None
    server.stdout.readline()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            for width, height in WIDTHS.items():
                context = browser.new_context(viewport={"width": width, "height": height}, has_touch=width < 500)
                page = context.new_page()
                page.on("pageerror", lambda error: print("error", error))
                page.goto(f"http://127.0.0.1:{PORT}/")
                names = sys.argv[1:] or page.eval_on_selector_all("#states a", "links => links.map(a => a.textContent)")
                for state, scheme, direction in product(names, ("light", "dark"), ("ltr", "rtl")):
                    page.evaluate("sessionStorage.clear()")
                    shoot(page, state, scheme, width, direction)
                context.close()
            browser.close()
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
