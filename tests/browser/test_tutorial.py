"""docs/tutorial.md, followed word for word in an empty folder with the built wheel."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.agents.servers.scripted_server import Reply, ScriptedServer
from tests.browser.pages import browsing, composer, ended, say
from tests.services import free_port

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
SERVE = "turnstream serve app:app"


class Reader:
    """Somebody who does what the page says, in a folder of their own."""

    def __init__(self, folder: Path, wheels: Path, port: int) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{port}"
        self._port = port
        self._environment = {key: value for key, value in os.environ.items() if not key.startswith("OPENAI_")}
        # The page installs from a clone beside the folder, or from their registry.
        self._environment |= {"PIP_FIND_LINKS": str(wheels), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        self._environment["PATH"] = f"{Path(sys.base_prefix) / 'bin'}:{os.environ['PATH']}"
        self._environment.pop("PYTHONPATH", None)

    def write(self, about: str, text: str) -> None:
        """Write what a block shows to the file that it names."""
        name = about.split('"')[1]
        file = self.folder / name
        if "add=" in about:
            before = file.read_text("utf-8")
            begin = before.index("class Packing")
            end = before.index("\n\n\n", begin)
            text = before[:begin] + text.rstrip("\n") + before[end:]
        elif about.endswith(" add"):
            text = file.read_text("utf-8") + "\n" + text
        file.write_text(text, "utf-8")

    def run(self, commands: str) -> None:
        """Run shell commands to their end, in one shell."""
        done = subprocess.run(
            ["bash", "-euc", commands],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    @asynccontextmanager
    async def serving(self, **environment: str) -> AsyncGenerator[None]:
        """Run the server until the block ends, on a port that is free here."""
        process = await asyncio.create_subprocess_exec(
            *("bash", "-euc", f". .venv/bin/activate\nexec {SERVE} --port {self._port} --drain 1"),
            cwd=self.folder,
            env=self._environment | environment,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        said = await process.stdout.readline()
        assert said.decode() == f"turnstream serve: app:app at {self.url}, stop it with Ctrl+C\n"
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()


def blocks(step: int) -> list[tuple[str, str, str]]:
    """The blocks of one step: language, what is said about it, text."""
    section = re.split(r"^## ", TUTORIAL, flags=re.MULTILINE)[step]
    assert section.startswith(f"{step}. ")
    return BLOCK.findall(section)


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    wheels = tmp_path / "turnstream" / "dist"
    flags = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation")
    build = [sys.executable, "-m", "pip", "wheel", *flags, "--wheel-dir", wheels, ROOT]
    subprocess.run(build, check=True, timeout=1800)
    folder = tmp_path / "empty"
    folder.mkdir()
    return Reader(folder, wheels, free_port())


def follow(reader: Reader, step: int) -> None:
    """Do what a step says, up to its last command, which serves."""
    for language, about, text in blocks(step):
        if language == "sh":
            assert step == 1 or text == f"{SERVE}\n"
            if step == 1:
                reader.run(text)
        else:
            reader.write(about, text)


async def listed(page: Page, *rows: str) -> None:
    await expect(page.locator("main li")).to_have_text(list(rows))


PACKED = ("1 × Rain jacket", "3 × Socks", "1 × Charger")

# What is shown for a moment only, which a look at the page may miss.
WATCH = """() => {
    const list = document.querySelector('#list');
    const chat = document.querySelector('openai-chatkit').shadowRoot.querySelector('turnstream-chat-view');
    window.moments = { isBusy: false, progress: '', rows: [] };
    const look = () => {
        moments.isBusy ||= list.getAttribute('aria-busy') === 'true';
        moments.progress ||= chat.shadowRoot.querySelector('.progress')?.textContent.trim() ?? '';
        moments.rows.push([...document.querySelectorAll('main li')].map((row) => row.textContent).join());
    };
    for (const root of [document, chat.shadowRoot])
        new MutationObserver(look).observe(root, { subtree: true, childList: true, attributes: true });
}"""


async def test_the_tutorial_works_as_it_is_written(chromium: Browser, reader: Reader) -> None:
    follow(reader, 1)
    follow(reader, 2)
    async with reader.serving(), browsing(chromium, reader.url) as context:
        page = await context.new_page()
        await page.goto(reader.url)
        await say(page, "hello")
        await page.get_by_text("You said: hello.").wait_for()
        assert (reader.folder / "packing.sqlite").is_file()

    follow(reader, 3)
    async with reader.serving(), browsing(chromium, reader.url) as context:
        page = await context.new_page()
        await page.goto(reader.url)
        await composer(page).wait_for()
        await page.evaluate(WATCH)
        await say(page, "Pack for Lisbon")
        await expect(page.locator("main li").first).to_have_text(PACKED[0])
        seen = await page.evaluate("moments")
        assert seen["isBusy"]
        assert seen["progress"] == "Looking at the weather…"
        assert PACKED[0] in seen["rows"]
        await page.reload()
        await page.get_by_text("I packed for three days.").wait_for()
        await listed(page, *PACKED)
        await expect(page.locator("#list")).not_to_have_attribute("aria-busy", "true")
        await page.get_by_role("button", name="New chat").first.click()
        await listed(page)
        await say(page, "Pack for Porto")
        await ended(page)
        await listed(page, *PACKED)
        await page.get_by_role("button", name="Undo changes").click()
        await listed(page)
        await page.get_by_role("button", name="Redo changes").click()
        await listed(page, *PACKED)

    follow(reader, 4)
    async with reader.serving(), browsing(chromium, reader.url) as context:
        page = await context.new_page()
        await page.goto(reader.url)
        await composer(page).wait_for()
        await page.get_by_label("Something to pack").fill("Socks")
        await page.get_by_role("button", name="Add", exact=True).click()
        await say(page, "What is missing?")
        await page.get_by_text("Items on your list: 1. I added 2 more.").wait_for()

    follow(reader, 5)
    replies = [
        Reply(calls=[("a", "get_list", "{}")]),
        Reply(calls=[("b", "add_item", '{"name": "Tent", "count": 1}')]),
        Reply(("The tent ", "is on the list.")),
    ]
    async with ScriptedServer(replies) as model:
        environment = {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": model.base_url}
        async with reader.serving(**environment), browsing(chromium, reader.url) as context:
            page = await context.new_page()
            await page.goto(reader.url)
            await say(page, "We go camping")
            await page.get_by_text("The tent is on the list.").wait_for()
            await listed(page, "1 × Tent")
    assert [tool["function"]["name"] for tool in model.requests[0]["tools"]] == ["add_item", "get_list"]
