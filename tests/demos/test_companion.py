"""The companion's server, without a browser."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import QueuePool

from tests.demos.decisions import called, heard, said
from turnstream.demos.companion.script import decide
from turnstream.demos.companion.server import CompanionServer
from turnstream.demos.scripted import Heard, Say, ScriptedModel
from turnstream.store import SqlStore
from turnstream.titles import TITLE_INSTRUCTIONS


async def test_closing_the_server_closes_its_databases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def recorded(*args: Any, **options: Any) -> sqlite3.Connection:
        opened.append(connect(*args, **options))
        return opened[-1]

    store = SqlStore[Any](f"sqlite+aiosqlite:///{tmp_path / 'threads.sqlite'}")
    server = CompanionServer(store, model=ScriptedModel(decide))
    await store.open()
    monkeypatch.setattr(sqlite3, "connect", recorded)
    before = await server.articles.search("sleep")
    [index] = opened
    await server.close()
    assert isinstance(store.database.engine.pool, QueuePool)
    assert store.database.engine.pool.checkedin() == 0
    with pytest.raises(sqlite3.ProgrammingError):
        index.execute("SELECT 1")
    assert await server.articles.search("sleep") == before
    server.articles.close()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Feed her", "update_status"),
        ("let's play ball", "update_status"),
        ("time to rest", "update_status"),
        ("Call her Maple!", "update_status"),
        ("what did I pick?", "get_selection"),
        ("Search the articles for sleep", "search_articles"),
    ],
)
def test_a_rule_calls_its_tool_first(text: str, first: str) -> None:
    assert called(decide, text)[0].name == first


@pytest.mark.parametrize(
    ("text", "results", "answer"),
    [
        ("Call her Maple!", {"update_status": "Done"}, "Maple it is"),
        (
            "what did I pick?",
            {"get_selection": '{"selected": {"label": "ball", "note": "Red."}}'},
            "**the ball**. Red.",
        ),
        ("what did I pick?", {"get_selection": "null"}, "haven't picked anything"),
        (
            "Search the articles for sleep",
            {"search_articles": "Otters\nThey hold paws. Often."},
            "**Otters**: They hold",
        ),
        (
            "Search the articles for cars",
            {"search_articles": "No article matches."},
            "couldn't find an article about **cars**",
        ),
        ("hello?", {}, "A few things to try"),
        ("a long story please", {}, "lantern"),
    ],
)
def test_a_rule_answers_from_the_results(text: str, results: dict[str, Any], answer: str) -> None:
    assert answer in said(decide, text, **results)


def test_breaking_something_breaks_off() -> None:
    decision = decide(heard("break something"))
    assert isinstance(decision, Say)
    assert decision.then_fail


def test_a_title_is_of_the_theme() -> None:
    for text, title in [
        ("Feed her", "A snack in the garden"),
        ("what did I pick just now?", "A day in the garden"),
    ]:
        assert decide(Heard(instructions=TITLE_INSTRUCTIONS, text=text, results={})) == Say(title)
