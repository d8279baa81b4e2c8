"""The demo site: five apps with a database each, one visitor in all of them, and pages that show their
source.
"""

import re
import sqlite3
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import turnstream.demos
from tests.http.serving import serving
from tests.server.app import user_input
from turnstream.demos.app import create_demo

DEMOS = Path(turnstream.demos.__file__).parent
APPS = {
    "map": "map.sqlite",
    "claim": "claim.sqlite",
    "colony": "colony.sqlite",
    "companion": "threads.sqlite",
    "travel": "travel.sqlite",
}
ANSWERS = {
    "map": ("Take me to Kew", '"name":"pan_to"'),
    "claim": ("My bike was stolen in Camden", '"name":"fill_field"'),
    "colony": ("Save power", '"name":"update_entity"'),
    "companion": ("Feed her", '"name":"update_status"'),
    "travel": ("What does Vienna cost?", '"type":"Chart"'),
}


@pytest.fixture(autouse=True)
def without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def creating(text: str) -> dict[str, Any]:
    return {"type": "threads.create", "params": {"input": user_input(text)}}


async def test_each_app_answers_and_keeps_its_threads_in_a_database_of_its_own(tmp_path: Path) -> None:
    async with serving(create_demo(tmp_path, token_delay_s=0, reading_s=0)) as client:
        assert (await client.get("/about.json")).json() == {"model": "offline script"}
        for name, (said, shown) in ANSWERS.items():
            answer = await client.post(f"/{name}/chatkit", json=creating(said))
            assert shown in answer.text
            assert (await client.get(f"/{name}/about.json")).json() == {"model": "offline script"}
            for path in (f"/{name}", f"/{name}/source"):
                assert (await client.get(path, follow_redirects=True)).url.path == f"{path}/"
    for database in APPS.values():
        with sqlite3.connect(tmp_path / database) as connection:
            assert connection.execute("SELECT count(*) FROM turnstream_threads").fetchone() == (1,)
        connection.close()


async def test_a_visitor_is_the_same_in_all_apps(tmp_path: Path) -> None:
    async with serving(create_demo(tmp_path)) as client:
        listing: dict[str, Any] = {"type": "threads.list", "params": {}}
        assert "set-cookie" in (await client.post("/map/chatkit", json=listing)).headers
        for name in APPS:
            assert "set-cookie" not in (await client.post(f"/{name}/chatkit", json=listing)).headers


@pytest.mark.parametrize("name", APPS)
async def test_a_source_page_shows_every_file_as_it_is(tmp_path: Path, name: str) -> None:
    async with serving(create_demo(tmp_path)) as client:
        page = (await client.get(f"/{name}/source/")).text
    shown = {
        file: unescape(text)
        for file, text in re.findall(r'<section id="([^"]+)">.*?<pre[^>]*>(.*?)</pre>', page, re.S)
    }
    ours = {"server.py", "tools.py", "script.py", "page/index.html", f"page/{name}.js", f"page/{name}.css"}
    assert {f"{name}/{file}" for file in ours} <= set(shown)
    assert not [file for file in shown if "vendor" in file or "__init__" in file]
    needed = {
        module.replace(".", "/") + ".py" for module in re.findall(r"turnstream\.demos\.([\w.]+) import", page)
    }
    assert needed <= set(shown), "what a copy imports is not shown"
    for file, text in shown.items():
        assert text == (DEMOS / file).read_text("utf-8").removeprefix("\n")
    assert "<script" not in page
    assert page.count("<section") == len(shown)


@pytest.mark.parametrize("name", APPS)
def test_a_page_needs_nothing_from_elsewhere_and_nothing_inline(name: str) -> None:
    page = (DEMOS / name / "page" / "index.html").read_text("utf-8")
    assert re.findall(r'(?:src|srcset)="(?:https?:)?//', page) == []
    assert re.findall(r'<link[^>]*href="(?:https?:)?//', page) == []
    assert re.findall(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", page) == []


@pytest.mark.parametrize("path", sorted(DEMOS.glob("*/page/*.js")), ids=lambda path: path.name)
def test_a_script_is_short_enough_to_be_read(path: Path) -> None:
    assert path.read_text("utf-8").count("\n") <= 250


def test_the_pictures_are_small() -> None:
    pictures = sorted((DEMOS / "start" / "page").glob("*.webp"))
    assert [picture.stem for picture in pictures] == sorted(
        f"{name}-{scheme}" for name in APPS for scheme in ("dark", "light")
    )
    assert max(picture.stat().st_size for picture in pictures) <= 60_000
