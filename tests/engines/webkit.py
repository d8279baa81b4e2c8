"""WebKitGTK's MiniBrowser on a screen of its own, driven by WebDriver (https://www.w3.org/TR/webdriver2/)."""

import asyncio
import base64
import os
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.engines.engine import Engine
from tests.services import START_S, accepts, find_program, free_port

__all__ = ["webkit"]

BROWSERS = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"), reverse=True)


class WebKit(Engine):
    name = "WebKitGTK"

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._session = ""

    async def begin(self) -> None:
        options = {"binary": str(BROWSERS[0]), "args": ["--automation"]}
        asked = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self._session = f"/session/{(await self._send('POST', '/session', asked))['sessionId']}"
        await self._send("POST", f"{self._session}/timeouts", {"script": 300_000, "pageLoad": 300_000})
        await self._send(
            "POST", f"{self._session}/window/rect", {"x": 0, "y": 0, "width": 1200, "height": 940}
        )

    async def end(self) -> None:
        await self._send("DELETE", self._session)

    async def open(self, url: str) -> None:
        await self._send("POST", f"{self._session}/url", {"url": url})

    async def evaluate(self, expression: str) -> str:
        script = f"const done = arguments[0]; {expression}.then(done, (error) => done('\"' + error + '\"'));"
        return await self._send("POST", f"{self._session}/execute/async", {"script": script, "args": []})

    async def perform(self, actions: list[dict[str, Any]]) -> None:
        await self._send("POST", f"{self._session}/actions", {"actions": actions})

    async def screenshot(self) -> bytes:
        return base64.b64decode(await self._send("GET", f"{self._session}/screenshot"))

    async def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = await self._client.request(method, path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["value"]


@asynccontextmanager
async def webkit(folder: Path) -> AsyncGenerator[WebKit]:
    """Yield a MiniBrowser whose files are in `folder`."""
    async with AsyncExitStack() as stack:
        display = await _screen(stack)
        port = free_port()
        # Without a graphics card, and as root, whom its sandbox refuses.
        environment = {
            **os.environ,
            "DISPLAY": display,
            "HOME": str(folder),
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "GDK_BACKEND": "x11",
            "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
        }
        await _running(stack, "WebKitWebDriver", "--host=127.0.0.1", f"--port={port}", env=environment)
        while not accepts(port):  # noqa: ASYNC110 - the other end is a program
            await asyncio.sleep(0.05)
        driver = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=START_S)
        client = await stack.enter_async_context(driver)
        engine = WebKit(client)
        await engine.begin()
        stack.push_async_callback(engine.end)
        yield engine


async def _screen(stack: AsyncExitStack) -> str:
    """Start a screen that only local programs reach; return its name, which X chooses."""
    read, write = os.pipe()
    await _running(
        stack,
        "Xvfb",
        *("-displayfd", str(write), "-screen", "0", "1200x960x24", "-nolisten", "tcp"),
        pass_fds=[write],
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        return f":{(await asyncio.to_thread(pipe.readline)).strip()}"


async def _running(stack: AsyncExitStack, program: str, *arguments: str, **options: Any) -> None:
    process = await asyncio.create_subprocess_exec(
        find_program(program),
        *arguments,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        **options,
    )

    async def end() -> None:
        if process.returncode is None:
            process.terminate()
        await process.wait()

    stack.push_async_callback(end)
