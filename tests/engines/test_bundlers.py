"""The apps that docs/bundlers.md shows, built and served by webpack and by Next, driven in Chromium."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from tests.browser.conftest import chromium as chromium
from tests.browser.host import chat_site, echo
from tests.browser.pages import answers, browsing, ended, say
from tests.browser.test_apps import started
from tests.http.serving import listening
from tests.server.durable import memory_server
from tests.services import free_port
from turnstream.http import create_app

BUNDLERS = Path(__file__).with_name("bundlers")
DOCS = Path(__file__).parents[2] / "docs"
NODE = Path(sys.executable).with_name("node")
WEBPACK = "webpack-cli/bin/cli.js"
NEXT = "next/dist/bin/next"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


def command(tool: str, *arguments: str) -> list[str | Path]:
    path = BUNDLERS / "node_modules" / tool
    if not path.is_file():
        pytest.fail(f"{tool} is not installed: run scripts/install --engines")
    return [NODE, path, *arguments]


def environment(server: str) -> dict[str, str]:
    return {"CHAT_SERVER": server, "NEXT_TELEMETRY_DISABLED": "1"}


async def build(app: str, *line: str | Path, server: str = "") -> str:
    done = await asyncio.to_thread(
        subprocess.run,
        line,
        cwd=BUNDLERS / app,
        env={**os.environ, **environment(server)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def answers_twice(chromium: Browser, url: str) -> None:
    async with browsing(chromium, url) as context:
        page = await context.new_page()
        await page.goto(url)
        for times, text in enumerate(("one", "two"), start=1):
            await say(page, text)
            await ended(page, times)
            await expect(answers(page).last).to_contain_text(f"You said: {text}")


def test_the_page_shows_the_files_that_are_run() -> None:
    page = (DOCS / "bundlers.md").read_text("utf-8")
    blocks = re.findall(
        r'^```\w+ title="((?:webpack|next)/[^"]+)"\n(.*?)^```', page, re.DOTALL | re.MULTILINE
    )
    assert {name.partition("/")[0] for name, _ in blocks} == {"webpack", "next"}
    for name, text in blocks:
        assert (BUNDLERS / name).read_text("utf-8") == text, name


async def test_a_page_that_webpack_built_loads_the_element_from_the_server(chromium: Browser) -> None:
    await build("webpack", *command(WEBPACK, "--mode", "production"))
    pages = Mount("/", StaticFiles(directory=BUNDLERS / "webpack" / "dist", html=True))
    chat = create_app(memory_server(echo))
    async with listening(Starlette(routes=[*chat.routes, pages])) as url:
        await answers_twice(chromium, url)


async def test_the_development_server_of_webpack_passes_the_chat_on(chromium: Browser) -> None:
    port = str(free_port())
    line = command(WEBPACK, "serve", "--mode", "development", "--host", "127.0.0.1", "--port", port)
    async with (
        listening(chat_site(echo)) as server,
        started("compiled", *line, cwd=BUNDLERS / "webpack", **environment(server)),
    ):
        await answers_twice(chromium, f"http://127.0.0.1:{port}")


@pytest.mark.parametrize("is_built", [True, False], ids=["built", "in development"])
async def test_an_app_of_next_passes_the_chat_on(chromium: Browser, is_built: bool) -> None:
    port = str(free_port())
    options: Any = ("--hostname", "127.0.0.1", "--port", port)
    async with listening(chat_site(echo)) as server:
        if is_built:
            await build("next", *command(NEXT, "build"), server=server)
        line = command(NEXT, "start" if is_built else "dev", *options)
        async with started("Ready", *line, cwd=BUNDLERS / "next", **environment(server)):
            await answers_twice(chromium, f"http://127.0.0.1:{port}")
