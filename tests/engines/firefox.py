"""Firefox, driven by WebDriver BiDi (https://w3c.github.io/webdriver-bidi/), which it speaks by itself."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.engines.engine import Engine
from tests.services import find_program

__all__ = ["firefox"]

PREFERENCES = {
    "app.update.enabled": False,
    "browser.aboutConfig.showWarning": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.disable_beforeunload": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}
MAX_BYTES = 64 * 1024 * 1024


class Firefox(Engine):
    name = "Firefox"

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._context = ""
        self._count = 0

    async def begin(self) -> None:
        await self._ask("session.new", capabilities={})
        tree = await self._ask("browsingContext.getTree")
        self._context = tree["contexts"][0]["context"]
        await self._ask(
            "browsingContext.setViewport", context=self._context, viewport={"width": 1200, "height": 900}
        )

    async def open(self, url: str) -> None:
        await self._ask("browsingContext.navigate", context=self._context, url=url, wait="complete")

    async def evaluate(self, expression: str) -> str:
        answer = await self._ask(
            "script.evaluate",
            expression=expression,
            target={"context": self._context},
            awaitPromise=True,
            userActivation=False,
        )
        assert answer["type"] == "success", answer
        return answer["result"]["value"]

    async def perform(self, actions: list[dict[str, Any]]) -> None:
        await self._ask("input.performActions", context=self._context, actions=actions)

    async def screenshot(self) -> bytes:
        return base64.b64decode(
            (await self._ask("browsingContext.captureScreenshot", context=self._context))["data"]
        )

    async def _ask(self, method: str, **params: Any) -> Any:
        """Send one command at a time, and pass over the events that come before its answer."""
        self._count += 1
        await self._connection.send(json.dumps({"id": self._count, "method": method, "params": params}))
        while True:
            answer = json.loads(await self._connection.recv())
            if answer.get("id") == self._count:
                assert answer["type"] == "success", answer
                return answer["result"]


@asynccontextmanager
async def firefox(folder: Path) -> AsyncGenerator[Firefox]:
    """Yield a Firefox without a screen, whose profile is in `folder`."""
    profile = folder / "firefox"
    profile.mkdir()
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines))
    process = await asyncio.create_subprocess_exec(
        find_program("firefox-esr"),
        *("--headless", "--no-remote", "--remote-debugging-port", "0", "--profile", profile, "about:blank"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with connect(f"{await _address(process)}/session", max_size=MAX_BYTES) as connection:
            engine = Firefox(connection)
            await engine.begin()
            yield engine
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    while line := (await process.stderr.readline()).decode():
        if (found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line)) is not None:
            return found[1]
    raise AssertionError(f"Firefox ended with {await process.wait()} instead of listening")
