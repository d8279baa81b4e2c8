"""One Chromium for all browser tests, and a clear word when there is none."""

import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright, expect

import turnstream.http
from turnstream.check import find_browser

HERE = Path(__file__).parent
ELEMENT = Path(turnstream.http.__file__).parent / "static" / "chatkit.js"
MISSING = "Chromium is not installed"
ARGUMENTS = ["--disable-gpu", "--disable-quic"]
PATIENCE_MS = 60_000


@pytest.fixture(scope="package")
def anyio_backend() -> str:
    """Of the package, so that the browser and its tests share one event loop, and no other test does."""
    return "asyncio"


@pytest.fixture(scope="package")
async def chromium() -> AsyncGenerator[Browser]:
    executable = find_browser()
    if executable is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    if not ELEMENT.is_file():
        pytest.fail("The browser element is not built: run scripts/build")
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture(scope="session", params=["18", "19"])
def bundle(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the apps of `react/` as modules, for one major version of React."""
    folder = tmp_path_factory.mktemp(f"react-{request.param}-")
    node = Path(sys.executable).with_name("node")
    element = HERE.parents[1] / "element"
    subprocess.run([node, HERE / "react" / "build.mjs", element, request.param, folder], check=True)
    return folder


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key the demo answers from its script."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


@pytest.hookimpl(tryfirst=True)  # before `-m` looks at the markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True, tryfirst=True)  # the last word of the summary
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    yield
    skipped: list[pytest.TestReport] = terminalreporter.getreports("skipped")
    missed = sum(MISSING in str(report.longrepr) for report in skipped)
    if missed:
        note = f"{MISSING}: {missed} browser tests did not run; install the package chromium"
        terminalreporter.write_line(note, yellow=True)
