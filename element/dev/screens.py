"""Screenshots of every state, or of those that are named, into `screens/`; `make screens` calls it.

With `--docs` a chosen dozen of them, made small, into `docs/screens/`.
"""

import base64
import subprocess
import sys
from itertools import product
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from turnstream.check import find_browser

ELEMENT = Path(__file__).resolve().parent.parent
SCREENS = ELEMENT.parent / "screens"
NODE = ELEMENT.parent / ".venv" / "bin" / "node"
PORT = 8123
WIDTHS = {360: 740, 1200: 820}
FLAGS = ["--disable-gpu", "--disable-quic"]


DOCS = [
    ("start", "light", 1200, "ltr"),
    ("long-end", "light", 1200, "ltr"),
    ("long", "dark", 1200, "ltr"),
    ("history", "light", 1200, "ltr"),
    ("history", "light", 1200, "rtl"),
    ("suggestions", "light", 1200, "ltr"),
    ("progress", "light", 360, "ltr"),
    ("question", "light", 360, "ltr"),
    ("structured-input", "light", 360, "ltr"),
    ("sources", "light", 360, "ltr"),
    ("reasoning", "dark", 360, "ltr"),
    ("error", "dark", 360, "ltr"),
]
TO_WEBP = """async (png) => {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext('2d').drawImage(image, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.82 });
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(',')[1]);
    reader.readAsDataURL(blob);
  });
}"""


def name_of(state: str, scheme: str, width: int, direction: str) -> str:
    return f"{state}-{scheme}-{width}{'' if direction == 'ltr' else '-rtl'}"


def shoot(page: Page, state: str, scheme: str, width: int, direction: str) -> None:
    page.goto(f"http://127.0.0.1:{PORT}/?state={state}&scheme={scheme}&dir={direction}")
    page.wait_for_selector(f'body[data-ready="{state}"]')
    page.wait_for_timeout(260)  # the longest transition
    page.screenshot(path=SCREENS / f"{name_of(state, scheme, width, direction)}.png")


def keep_for_docs(page: Page) -> None:
    """Make the pictures of `DOCS` small."""
    folder = ELEMENT.parent / "docs" / "screens"
    folder.mkdir(exist_ok=True)
    page.goto("about:blank")  # the policy of the page with the states allows no `data:`
    for name in (name_of(*shot) for shot in DOCS):
        png = base64.b64encode((SCREENS / f"{name}.png").read_bytes()).decode()
        (folder / f"{name}.webp").write_bytes(base64.b64decode(page.evaluate(TO_WEBP, png)))


def main() -> None:
    """Take every state, or those that are named."""
    SCREENS.mkdir(exist_ok=True)
    is_for_docs = "--docs" in sys.argv
    named = sorted({state for state, *_ in DOCS}) if is_for_docs else sys.argv[1:]
    server = subprocess.Popen([NODE, "dev/serve.mjs", str(PORT)], cwd=ELEMENT, stdout=subprocess.PIPE)
    assert server.stdout is not None
    server.stdout.readline()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
            for width, height in WIDTHS.items():
                context = browser.new_context(viewport={"width": width, "height": height}, has_touch=width < 500)
                page = context.new_page()
                page.on("pageerror", lambda error: print("error", error))
                page.goto(f"http://127.0.0.1:{PORT}/")
                names = named or page.eval_on_selector_all("#states a", "links => links.map(a => a.textContent)")
                for state, scheme, direction in product(names, ("light", "dark"), ("ltr", "rtl")):
                    page.evaluate("sessionStorage.clear()")
                    shoot(page, state, scheme, width, direction)
                if is_for_docs and width == max(WIDTHS):
                    keep_for_docs(page)
                context.close()
            browser.close()
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
