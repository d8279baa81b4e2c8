"""Check a running page in a browser for common mistakes."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from turnstream.errors import TurnstreamError

__all__ = ["CheckError", "Finding", "check_page", "find_browser"]

ELEMENTS = "openai-chatkit, turnstream-chat"
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
"""Programs on PATH, the preferred one first: the headless shell needs half the CPU of a whole Chromium."""
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
    """The page could not be checked; the message has the cause and the fix."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: its `code` (`not_locked`; in the log, `guard.not_locked`) and a `message` with the fix."""

    code: str
    message: str
    subject: str | None = None
    """The effect or tool, if the finding is about one."""
    count: int = 1
    """How often it occurred; 0 for something that the page lacks but has not needed yet."""


def find_browser() -> str | None:
    """Return the path of an installed Chromium or Chrome."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def check_page(url: str, *, say: Sequence[str] = (), patience_s: float = 30.0) -> list[Finding]:
    """Open `url` in Chromium, send each of `say` to its chat, wait for the answers, and return the findings.

    `patience_s` limits how long the chat takes to appear and each answer to end; the page has 30 s to load.

    Raises:
        CheckError: `url` is not a page URL, Chromium or `playwright` is missing, the page does not open, it
            has no turnstream chat, or an answer does not end.
    """
    if not url.startswith(("http://", "https://")):
        raise CheckError(f"{url} is not a page URL: use a complete one, such as http://127.0.0.1:8000")
    try:
        from playwright.sync_api import Error, sync_playwright
    except ModuleNotFoundError as exc:
        raise CheckError("checking a page needs playwright: pip install 'turnstream[check]'") from exc

    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        except Error as exc:
            raise CheckError(
                f"Chromium did not start: {_first_line(exc)}. Install the package chromium."
            ) from exc
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
        raise CheckError(f"{url} has no <openai-chatkit> or <turnstream-chat>") from exc
    found: list[Finding] = []
    for chat in chats.element_handles():
        if not chat.evaluate(
            "chat => customElements.whenDefined(chat.localName).then(() => 'inspect' in chat)"
        ):
            raise CheckError(
                f"{url}: its <openai-chatkit> is not turnstream's: load /chatkit/chatkit.js from your server"
            )
        for text in say:
            page.evaluate(SAY, [chat, text, patience_ms])
        found += [Finding(**finding) for finding in chat.evaluate("chat => chat.inspect()")]
    return found


def _first_line(error: Exception) -> str:
    return (
        str(error).partition("\n")[0].removeprefix("Page.goto: ").removeprefix("Page.evaluate: ").rstrip(".")
    )
