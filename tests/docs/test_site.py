"""The documentation site is built from what is there, and wants nothing from another host."""

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOADING = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "srcset"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [ROOT / "scripts" / "docs", "--site-dir", folder], capture_output=True, text=True, timeout=300, check=False
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
    assert "Answers the ChatKit wire with what" in server
    assert 'id="turnstream.server.ChatKitServer.respond"' in server
    commands = (site / "reference" / "cli.html").read_text("utf-8")
    for command in ("demo", "serve", "contracts", "check"):
        assert f"usage: turnstream {command}" in commands
