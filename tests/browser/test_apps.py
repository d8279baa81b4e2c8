"""The small apps that the documentation shows, built by their real tools and driven in Chromium."""

import asyncio
import importlib
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

import turnstream.http
from tests.browser.host import page_html
from tests.browser.pages import answers, browsing, ended, say
from tests.http.serving import listening
from tests.services import free_port

APPS = Path(__file__).with_name("apps")
MODULES = Path(__file__).parents[2] / "element" / "node_modules"
TYPES = Path(turnstream.http.__file__).parent / "static" / "types"
BIN = Path(sys.executable).parent


SHOWN = {
    "react.md": {"react"},
    "fastapi.md": {"fastapi", "own_route"},
    "django-litestar.md": {"django", "litestar"},
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_shows_the_files_that_are_run(name: str) -> None:
    page = (APPS.parents[2] / "docs" / name).read_text("utf-8")
    blocks = re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```', page, re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 2
    for file, text in blocks:
        paths = [APPS / app / file for app in SHOWN[name] if (APPS / app / file).is_file()]
        assert text in [path.read_text("utf-8") for path in paths], f"{name} shows another {file}"


def run(*command: str | Path, cwd: Path) -> str:
    """Run a tool to its end; return what it says."""
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tool(name: str) -> list[str | Path]:
    return [BIN / "node", MODULES / name]


def imported(folder: Path, name: str) -> ModuleType:
    """A module of an app, which may import its neighbours; the next app may have modules of the same
    names.
    """
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(folder))
        for added in set(sys.modules) - before:
            if str(folder) in str(getattr(sys.modules[added], "__file__", None)):
                del sys.modules[added]


@asynccontextmanager
async def started(
    ready: str, *command: str | Path, cwd: Path, **environment: str
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Run a server that says `ready`; SIGTERM ends it and its children, without an error."""
    # Or `ready` is cut by colors, which tools write where CI is set.
    plain = {
        **os.environ,
        "NO_COLOR": "1",
        **environment,
    }
    process = await asyncio.create_subprocess_exec(
        *command, cwd=cwd, env=plain, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    said = ""
    try:
        while ready not in said:
            line = await process.stdout.readline()
            assert line, said
            said += line.decode()
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        said += (await process.communicate())[0].decode()
    assert "Traceback" not in said, said


@asynccontextmanager
async def turnstream_serve(folder: Path) -> AsyncGenerator[str]:
    port = str(free_port())
    command = (sys.executable, "-m", "turnstream", "serve", "app:app", "--port", port)
    async with started("turnstream serve", *command, cwd=folder) as process:
        yield f"http://127.0.0.1:{port}"
    assert process.returncode == 0


@asynccontextmanager
async def uvicorn(folder: Path) -> AsyncGenerator[str]:
    port = str(free_port())
    command = (sys.executable, "-m", "uvicorn", "app:app", "--port", port, "--timeout-graceful-shutdown", "1")
    async with started("Uvicorn running", *command, cwd=folder):
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def vite(folder: Path, server: str) -> AsyncGenerator[str]:
    """Vite's own server of the app, with its proxy to the chat's."""
    config = folder / "vite.config.ts"
    config.write_text(config.read_text("utf-8").replace("http://127.0.0.1:8000", server), "utf-8")
    port = str(free_port())
    options = ("--host", "127.0.0.1", "--port", port, "--strictPort")
    async with started("Local:", *tool("vite/bin/vite.js"), *options, cwd=folder):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def packing(tmp_path: Path) -> Path:
    """The app of React and TypeScript in a folder of its own, with the types as `npm pack` packs them."""
    folder = tmp_path / "packing"
    shutil.copytree(APPS / "react", folder)
    (folder / "node_modules").mkdir()
    for package in MODULES.iterdir():
        (folder / "node_modules" / package.name).symlink_to(package)
    packed = run(BIN / "npm", "pack", "--silent", TYPES, cwd=tmp_path).strip()
    # Not by `shutil`: its `filter` came with Python 3.11.4, and later versions warn without one.
    run("tar", "-xzf", packed, cwd=tmp_path)
    (tmp_path / "package").rename(folder / "node_modules" / "turnstream-types")
    run(sys.executable, "-m", "turnstream", "contracts", "app", "--out", "src/contracts.ts", cwd=folder)
    return folder


@asynccontextmanager
async def packing_list(chromium: Browser, url: str) -> AsyncGenerator[Page]:
    async with browsing(chromium, url) as context:
        page = await context.new_page()
        await page.goto(url)
        await say(page, "pack")
        await expect(page.get_by_role("listitem").get_by_text("Thing 1")).to_be_visible()
        await ended(page)
        yield page


async def test_an_app_of_react_and_typescript_compiles_strictly_and_runs(
    chromium: Browser, packing: Path
) -> None:
    await asyncio.to_thread(run, *tool("typescript/bin/tsc"), "-p", ".", cwd=packing)
    said = await asyncio.to_thread(run, *tool("vite/bin/vite.js"), "build", cwd=packing)
    assert "built in" in said
    async with turnstream_serve(packing) as url, packing_list(chromium, url) as page:
        await expect(answers(page)).to_contain_text("You had 0. I added one more.")
        await page.get_by_role("button", name="Undo changes").click()
        await expect(page.locator("#list").get_by_role("listitem")).to_have_count(0)
        await ended(page, 2)
        await page.reload()
        await expect(answers(page)).to_contain_text("You had 0")


async def test_a_wrong_option_or_handler_does_not_compile(packing: Path) -> None:
    app = packing / "src" / "App.tsx"
    source = app.read_text("utf-8")
    for right, wrong in (("locks: '#list'", "locks: 3"), ("onError: ({ error })", "onError: ({ eror })")):
        assert right in source
        app.write_text(source.replace(right, wrong), "utf-8")
        with pytest.raises(AssertionError, match=r"src/App.tsx\(\d+,\d+\): error"):
            await asyncio.to_thread(run, *tool("typescript/bin/tsc"), "-p", ".", cwd=packing)


async def test_the_proxy_of_vite_passes_on_what_the_chat_needs(chromium: Browser, packing: Path) -> None:
    listing: dict[str, Any] = {"type": "threads.list", "params": {}}
    async with turnstream_serve(packing) as server, vite(packing, server) as url:
        async with packing_list(chromium, url) as page:
            await expect(answers(page)).to_contain_text("You had 0")
        # A browser says by Sec-Fetch-Site where a request is from only if it trusts the page's address.
        async with httpx.AsyncClient(headers={"origin": url}) as client:
            assert (await client.post(f"{url}/chatkit", json=listing)).status_code == 200
            refused = await client.post(f"{server}/chatkit", json=listing)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "forbidden_origin")
    assert "proxies" in refused.json()["error"]["message"]


async def test_a_fastapi_app_serves_a_page_of_another_origin(chromium: Browser, tmp_path: Path) -> None:
    shutil.copytree(APPS / "fastapi", tmp_path, dirs_exist_ok=True)
    index, app = tmp_path / "index.html", tmp_path / "app.py"
    site = Starlette(routes=[Mount("/", StaticFiles(directory=tmp_path, html=True))])
    async with listening(site) as origin:
        app.write_text(app.read_text("utf-8").replace("http://localhost:5173", origin), "utf-8")
        async with uvicorn(tmp_path) as url:
            index.write_text(index.read_text("utf-8").replace("http://localhost:8000", url), "utf-8")
            async with browsing(chromium, origin, url) as context:
                page = await context.new_page()
                await page.goto(origin)
                for times, text in enumerate(("one", "two"), start=1):
                    await say(page, text)
                    await ended(page, times)
                    await expect(answers(page).last).to_contain_text(f"You said: {text}")
    assert (tmp_path / "chat.sqlite").is_file()


@pytest.fixture
def root_logger() -> Iterator[None]:
    """Litestar sets up the process's logging when an app is made: the tests that follow have it as it was."""
    level, handlers = logging.root.level, list(logging.root.handlers)
    yield
    logging.root.setLevel(level)
    logging.root.handlers[:] = handlers


@pytest.mark.usefixtures("root_logger")
@pytest.mark.parametrize(
    ("name", "module", "attribute", "script", "endpoint"),
    [
        ("litestar", "app", "app", "/chatkit/chatkit.js", "/chatkit"),
        ("django", "asgi", "application", "/chatkit/chatkit.js", "/chatkit"),
        ("own_route", "app", "app", "/assets/chat/chatkit.js", "/api/chat"),
    ],
)
async def test_an_app_of_another_framework_answers(
    chromium: Browser, name: str, module: str, attribute: str, script: str, endpoint: str
) -> None:
    load = f'<openai-chatkit id="chat"></openai-chatkit><script type="module" src="{script}"></script>'
    html = page_html(f"chat.setOptions({{ api: {{ url: '{endpoint}' }} }});", load)
    inner = getattr(await asyncio.to_thread(imported, APPS / name, module), attribute)

    async def with_page(scope: Scope, receive: Receive, send: Send) -> None:
        is_page = scope["type"] == "http" and scope["path"] == "/"
        await (HTMLResponse(html) if is_page else inner)(scope, receive, send)

    async with listening(with_page) as url, browsing(chromium, url) as context:
        page = await context.new_page()
        await page.goto(url)
        for times, text in enumerate(("one", "two"), start=1):
            await say(page, text)
            await ended(page, times)
            await expect(answers(page).last).to_contain_text(f"You said: {text}")
