"""The development page of the element, which shows every state of the chat by name, without a server behind
it.
"""

import json
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from tests.browser.pages import browsing
from tests.http.serving import listening

__all__ = ["PROBES", "axe", "build_states", "focused", "probe", "show", "showing", "state_names"]

ELEMENT = Path(__file__).parents[2] / "element"
AXE = ELEMENT / "node_modules" / "axe-core" / "axe.min.js"
PROBES = Path(__file__).with_name("probes.js")


def build_states(folder: Path) -> Path:
    """Bundle the page into `folder`, which is returned."""
    node = Path(sys.executable).with_name("node")
    subprocess.run([node, "dev/build.mjs", folder], cwd=ELEMENT, check=True)
    return folder


@asynccontextmanager
async def showing(chromium: Browser, folder: Path, **context_options: Any) -> AsyncGenerator[Page]:
    """Yield a page of a fresh profile for the states that were built into `folder`, with axe and the probes
    in it.
    """
    app = Starlette(routes=[Mount("/", StaticFiles(directory=folder, html=True))])
    async with listening(app) as url, browsing(chromium, url, **context_options) as context:
        await context.add_init_script(path=AXE)
        await context.add_init_script(path=PROBES)
        yield await context.new_page()


async def show(page: Page, state: str, query: str = "") -> None:
    """Show `state` in a chat of its own: in a new page, or in place of the state that the page shows."""
    search = f"?state={state}&{query}"
    if page.url == "about:blank":
        await page.goto(f"/{search}")
    else:
        await page.evaluate("search => show(search)", search)
    await page.wait_for_selector(f"body[data-ready={json.dumps(state)}]")


async def state_names(page: Page) -> list[str]:
    await show(page, "start")
    return await page.evaluate("Object.keys(states)")


async def probe(page: Page, name: str) -> list[str]:
    """What a function of `probes.js` has to complain of."""
    return await page.evaluate(f"probes.{name}()")


async def axe(page: Page) -> list[str]:
    """The rules that are broken, each with the element that breaks it."""
    return await probe(page, "axe")


async def focused(page: Page) -> str:
    """The name of what has the focus, inside open shadow roots too; "nothing" when it is lost."""
    return await page.evaluate("probes.focused()")
