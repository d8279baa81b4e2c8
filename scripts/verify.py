"""Run every server and every page of references/streaming-patterns.md, and check that each pattern behaves as
it says.

python3 scripts/verify.py          # in Chromium, or, where there is none, in Node's DOM
python3 scripts/verify.py --dom    # in Node's DOM
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import logging
import os
import re
import shutil
import socket
import sys
import tempfile
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from playwright.async_api import Browser
    from starlette.applications import Starlette

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "references" / "streaming-patterns.md"
CHECKS = ROOT / "scripts" / "verify"
HAPPY_DOM = ROOT / "element" / "node_modules" / "happy-dom" / "lib" / "index.js"
PATIENCE_S = 300.0
ELEMENT = "<openai-chatkit></openai-chatkit>"
FRAME = """<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>A
  pattern</title>
<body>{body}{scripts}</body></html>"""
SCRIPTS = ("/chatkit/chatkit.js", "/verify/recorder.js", "/snippet.js")


@dataclass(frozen=True)
class Pattern:
    """One section of the page: a server, the page's body, and its script."""

    title: str
    slug: str
    python: str
    html: str
    script: str


class Opened(Protocol):
    """Opens the page of a pattern, and returns what is wrong with it, or ''."""

    async def __call__(self, url: str, pattern: Pattern) -> str: ...


def main() -> int:
    parser = argparse.ArgumentParser(description="Check the patterns of references/streaming-patterns.md.")
    parser.add_argument("--dom", action="store_true", help="in Node's DOM, though there is Chromium")
    given = parser.parse_args()
    if not REFERENCE.is_file():
        return _fail(f"{REFERENCE.relative_to(ROOT)} is missing: there is nothing to verify")
    if importlib.util.find_spec("turnstream") is None:
        return _elsewhere()
    patterns = read(REFERENCE.read_text("utf-8"))
    problems = unchecked(patterns)
    if problems:
        return _fail(*problems)
    logging.disable(logging.CRITICAL)  # some patterns fail on purpose
    return asyncio.run(verify(patterns, in_dom=given.dom))


def read(page: str) -> list[Pattern]:
    """Return the sections of the reference page that have a script."""
    found: list[Pattern] = []
    for section in re.split(r"^## ", page, flags=re.MULTILINE)[1:]:
        title, _, text = section.partition("\n")
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        blocks = dict(re.findall(r"^```(\w+)\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
        found.append(
            Pattern(title, slug, blocks.get("python", ""), blocks.get("html", ELEMENT), blocks.get("js", ""))
        )
    return found


def unchecked(patterns: list[Pattern]) -> list[str]:
    """Return what of the page nobody would check."""
    known = re.findall(r"^  async '([a-z0-9-]+)'\(", (CHECKS / "checks.js").read_text("utf-8"), re.MULTILINE)
    problems = [
        f"{pattern.title}: there is no check of it" for pattern in patterns if pattern.slug not in known
    ]
    problems += [
        f"{slug}: the page has no such section" for slug in known if slug not in {p.slug for p in patterns}
    ]
    return problems + [
        f"{p.title}: a server or a script is missing" for p in patterns if not p.python or not p.script
    ]


async def verify(patterns: list[Pattern], *, in_dom: bool) -> int:
    """Check each pattern; return the exit code."""
    failed = 0
    async with AsyncExitStack() as stack:
        opened = None if in_dom else await _chromium(stack)
        opened = opened or _node(stack)
        if opened is None:
            return _fail(
                "there is neither Chromium (with the Python package playwright) nor Node: run `make install`"
            )
        for pattern in patterns:
            problem = await check(pattern, opened)
            failed += problem != ""
            _say(f"{'✗' if problem else '✓'} {pattern.title}{f': {problem}' if problem else ''}")
    if failed:
        return _fail(f"{failed} of {len(patterns)} patterns do not behave as they say")
    _say("✓ streaming-llm-responses skill ready")
    return 0


async def check(pattern: Pattern, opened: Opened) -> str:
    """Serve a pattern and open its page; return what is wrong."""
    try:
        async with serving(app_of(pattern)) as url, asyncio.timeout(PATIENCE_S):
            return await opened(url, pattern)
    except Exception as exc:  # noqa: BLE001 - whatever is wrong with a snippet is the answer
        return f"{type(exc).__name__}: {exc}"


def app_of(pattern: Pattern) -> Starlette:
    """Return the pattern's server with its page."""
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, Response
    from starlette.routing import Mount, Route
    from starlette.staticfiles import StaticFiles

    from turnstream.http import create_app
    from turnstream.server import ChatKitServer
    from turnstream.store import MemoryStore

    names: dict[str, Any] = {"__name__": pattern.slug}
    exec(compile(pattern.python, pattern.title, "exec"), names)
    servers: list[Any] = [
        it for it in names.values() if isinstance(it, type) and issubclass(it, ChatKitServer)
    ]
    app: Starlette = names.get("app") or create_app(
        servers[-1](MemoryStore()), cookie_secret="for this page, at 32 bytes or more"
    )
    scripts = "".join(f'<script type="module" src="{src}"></script>' for src in SCRIPTS)

    def page(_: Request) -> Response:
        return HTMLResponse(FRAME.format(body=pattern.html, scripts=scripts))

    def snippet(_: Request) -> Response:
        return Response(pattern.script, media_type="text/javascript")

    app.routes.extend(
        [
            Route("/", page),
            Route("/snippet.js", snippet),
            Mount("/verify", StaticFiles(directory=CHECKS)),
        ]
    )
    return app


@asynccontextmanager
async def serving(app: Starlette) -> AsyncGenerator[str]:
    """Serve `app` on a free port of this machine; yield its URL."""
    import uvicorn

    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1, lifespan="on")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


async def _chromium(stack: AsyncExitStack) -> Opened | None:
    from turnstream.check import find_browser

    executable = find_browser()
    if executable is None or importlib.util.find_spec("playwright") is None:
        return None
    from playwright.async_api import async_playwright

    playwright = await stack.enter_async_context(async_playwright())
    browser = await playwright.chromium.launch(
        executable_path=executable, args=["--disable-gpu", "--disable-quic"]
    )
    stack.push_async_callback(browser.close)

    async def opened(url: str, pattern: Pattern) -> str:
        return await _in_chromium(browser, url, pattern)

    return opened


async def _in_chromium(browser: Browser, url: str, pattern: Pattern) -> str:
    page = await browser.new_page()
    try:
        await page.goto(url)
        return await page.evaluate(
            f"import('/verify/checks.js').then((checks) => checks.verify('{pattern.slug}'))"
        )
    finally:
        await page.close()


def _node(stack: AsyncExitStack) -> Opened | None:
    sibling = Path(sys.executable).with_name("node")
    node = str(sibling) if sibling.exists() else shutil.which("node")
    if node is None or not HAPPY_DOM.is_file():
        return None
    import turnstream.http

    element = Path(turnstream.http.__file__).parent / "static" / "chatkit.js"
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))

    async def opened(url: str, pattern: Pattern) -> str:
        snippet = folder / f"{pattern.slug}.mjs"
        snippet.write_text(pattern.script, "utf-8")
        files = [element, CHECKS / "recorder.js", snippet, CHECKS / "checks.js"]
        process = await asyncio.create_subprocess_exec(
            *(node, CHECKS / "dom.mjs", HAPPY_DOM, url, pattern.slug, *files),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complaints = await process.communicate()
        last = said.decode().rstrip().rpartition("\n")[2]
        return json.loads(last)["problem"] if last.startswith('{"problem"') else complaints.decode()[-600:]

    return opened


def _elsewhere() -> int:
    """Run this again with the checkout's own Python, where turnstream is installed."""
    python = ROOT / ".venv" / "bin" / "python"
    if python.exists() and Path(sys.prefix).resolve() != (ROOT / ".venv").resolve():
        os.execv(python, [str(python), *sys.argv])
    return _fail("turnstream is not installed for this Python: run `make install`")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _fail(*problems: str) -> int:
    for problem in problems:
        sys.stderr.write(f"✗ {problem}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
