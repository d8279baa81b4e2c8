"""Look at a running page from outside, as a person would, and say which of the usual mistakes it makes."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from turnstream.errors import TurnstreamError

__all__ = ["CheckError", "Finding", "check_page"]

ELEMENTS = "openai-chatkit, turnstream-chat"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--disable-gpu", "--disable-background-networking"]

SAY = """async ([chat, text, patienceMs]) => {
  const ended = new Promise((resolve) => {
    chat.addEventListener('chatkit.response.end', () => setTimeout(resolve, 100), { once: true });
  });
  const said = `no response ended within ${patienceMs / 1000} s`;
  const late = new Promise((_, reject) => setTimeout(reject, patienceMs, new Error(said)));
  await Promise.race([late, Promise.all([chat.sendUserMessage({ text }), ended])]);
}"""


class CheckError(TurnstreamError):
    """The page could not be looked at; the text says why, and what helps."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: its `code` (`not_locked`; in the log, `guard.not_locked`) and a `message` with the remedy."""

    code: str
    message: str
    subject: str | None = None
    """Which effect or tool, if it is about one."""
    count: int = 1
    """How often it was seen; 0 for what the page lacks and nothing has missed yet."""


def check_page(url: str, *, say: Sequence[str] = (), patience_s: float = 30.0) -> list[Finding]:
    """Open `url` in Chromium, say each of `say` to its chat, wait for the answers, and return what was seen.

    `patience_s` is how long the chat may take to appear, and each answer to end; the page has 30 s to load.

    Raises:
        CheckError: `url` is no address, there is no Chromium or no `playwright`, the page does not open, it has no
            chat of turnstream, or an answer does not end.
    """
    if not url.startswith(("http://", "https://")):
        raise CheckError(f"{url} is no address of a page: write it whole, such as http://127.0.0.1:8000")
    try:
        from playwright.sync_api import Error, sync_playwright
    except ModuleNotFoundError as exc:
        raise CheckError("looking at a page needs playwright: pip install 'turnstream[check]'") from exc

    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        except Error as exc:
            raise CheckError(f"Chromium does not start: {_first_line(exc)}. Install the package chromium.") from exc
        try:
            return _look(browser.new_page(), url, say, patience_s * 1000)
        except Error as exc:
            raise CheckError(f"{url}: {_first_line(exc)}") from exc
        finally:
            browser.close()


def _look(page: Any, url: str, say: Sequence[str], patience_ms: float) -> list[Finding]:
    from playwright.sync_api import TimeoutError as TooLate

    page.goto(url)
    chats = page.locator(ELEMENTS)
    try:
        chats.first.wait_for(state="attached", timeout=patience_ms)
    except TooLate as exc:
        raise CheckError(f"{url} shows no <openai-chatkit> and no <turnstream-chat>") from exc
    found: list[Finding] = []
    for chat in chats.element_handles():
        if not chat.evaluate("chat => customElements.whenDefined(chat.localName).then(() => 'inspect' in chat)"):
            raise CheckError(
                f"{url}: its <openai-chatkit> is not turnstream's: load /chatkit/chatkit.js of your server"
            )
        for text in say:
            page.evaluate(SAY, [chat, text, patience_ms])
        found += [Finding(**finding) for finding in chat.evaluate("chat => chat.inspect()")]
    return found


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].removeprefix("Page.goto: ").removeprefix("Page.evaluate: ").rstrip(".")
