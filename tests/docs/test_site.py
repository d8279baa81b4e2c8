"""The documentation site is built from what is there, and wants nothing from another host."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import mkdocs.contrib.search
import pytest
from playwright.async_api import Browser, expect
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from tests.http.serving import listening

ROOT = Path(__file__).parents[2]
LOADING = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "srcset"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [ROOT / "scripts" / "docs", "--site-dir", folder],
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


class Loaded(HTMLParser):
    """What a page loads by itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get(LOADING.get(tag, ""))
        if address is not None:
            self.addresses.append(address)


LUNR = Path(mkdocs.contrib.search.__file__).parent / "templates" / "search" / "lunr.js"
IS_ON_TOP = """field => {
  const { x, y, width, height } = field.getBoundingClientRect();
  return document.elementFromPoint(x + width / 2, y + height / 2) === field;
}"""
FIRST = {
    "FastAPI": "fastapi",
    "CORS": "other-origin",
    "Vite": "react",
    "React": "react",
    "TypeScript": "react",
    "workers": "workers",
    "CSS": "layout",
    "layout": "layout",
    "webpack": "bundlers",
    "Django": "django-litestar",
    "Litestar": "django-litestar",
    "cookies": "security",
    "Agent Builder": "agent-builder",
    "hosted": "agent-builder",
    "migrate": "moving",
    "feedback": "tasks",
    "structured input": "tasks",
    "monitoring": "tasks",
    "citations": "sources",
    "annotations": "sources",
    "sources": "sources",
}


def test_the_search_finds_what_people_look_for(site: Path) -> None:
    node = Path(sys.executable).with_name("node")
    found = subprocess.run(
        [node, Path(__file__).with_name("search.mjs"), LUNR, site / "search" / "search_index.json"],
        input="\n".join([*FIRST, *map(str.lower, FIRST)]), capture_output=True, text=True, timeout=1800,
          check=True,
    )  # fmt: skip
    pages = {term: places[0].partition(".html")[0] for term, places in json.loads(found.stdout).items()}
    assert pages == {**FIRST, **{term.lower(): page for term, page in FIRST.items()}}


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 600, 960, 1219, 1220, 1600])
async def test_the_search_field_is_seen_at_every_width(chromium: Browser, site: Path, width: int) -> None:
    app = Starlette(routes=[Mount("/", StaticFiles(directory=site, html=True))])
    async with listening(app) as url:  # from a disk there is no search
        page = await chromium.new_page(viewport={"width": width, "height": 800})
        await page.goto(url)
        field = page.get_by_role("textbox", name="Search")
        await expect(field).to_be_visible()
        box = await field.bounding_box()
        assert box is not None
        assert box["width"] >= 100
        assert 0 <= box["x"] <= box["x"] + box["width"] <= width
        assert await field.evaluate(IS_ON_TOP)
        await field.click()
        await page.keyboard.type("CORS")
        await expect(page.get_by_role("link", name="CORS").first).to_be_visible()
        await page.close()


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    loaded = [(page.name, address) for page in pages for address in Loaded(page.read_text("utf-8")).addresses]
    assert len(loaded) > 5 * len(pages)
    assert [one for one in loaded if re.match(r"(?:https?:)?//", one[1])] == []
    sheets = [sheet.read_text("utf-8") for sheet in site.rglob("*.css")]
    assert [url for sheet in sheets for url in re.findall(r"url\(['\"]?((?:https?:)?//[^)]*)", sheet)] == []


def test_each_pattern_has_a_page_of_its_own(site: Path) -> None:
    page = (ROOT / "references" / "streaming-patterns.md").read_text("utf-8")
    sections = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert len(sections) > 10
    for title in sections:
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        text = (site / "how-to" / f"{slug}.html").read_text("utf-8")
        assert f'<h1 id="{slug}">{title}' in text.replace("&amp;", "&")


def test_the_reference_says_what_the_docstrings_say(site: Path) -> None:
    server = (site / "reference" / "server.html").read_text("utf-8")
    assert "Serves the ChatKit protocol from the events that" in server
    assert 'id="turnstream.server.ChatKitServer.respond"' in server
    commands = (site / "reference" / "cli.html").read_text("utf-8")
    for command in ("demo", "serve", "contracts", "check"):
        assert f"usage: turnstream {command}" in commands


@pytest.mark.browser
async def test_the_gallery_is_live_in_both_schemes(chromium: Browser, site: Path) -> None:
    examples = (ROOT / "docs" / "gallery.md").read_text("utf-8").count("\n```python\n")
    app = Starlette(routes=[Mount("/", StaticFiles(directory=site, html=True))])
    async with listening(app) as url:
        page = await chromium.new_page(color_scheme="light")
        await page.goto(f"{url}/gallery.html")
        await expect(page.locator("turnstream-widget > script")).to_have_count(examples)
        await expect(page.locator("turnstream-widget .widget > *")).to_have_count(examples)
        assert await page.locator("turnstream-widget .w-missing").count() == 0
        await page.get_by_role("button", name="Pay 89 €").click()
        await expect(page.locator(".live > output").first).to_have_text(
            '{"type":"pay","payload":{"booking":4711}}'
        )
        card = page.locator("turnstream-widget .w-card").first
        await expect(card).to_have_css("background-color", "rgb(255, 255, 255)")
        await page.evaluate("document.body.dataset.mdColorScheme = 'slate'")
        await expect(card).to_have_css("background-color", "rgb(27, 27, 27)")
        await page.close()
