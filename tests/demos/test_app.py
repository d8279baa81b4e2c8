"""The demo site's key, and its offline script."""

from pathlib import Path
from typing import Any

import pytest
from agents import OpenAIChatCompletionsModel, OpenAIResponsesModel

from turnstream.demos.app import create_demo, model_name
from turnstream.demos.companion.script import decide
from turnstream.demos.models import choose_model
from turnstream.demos.scripted import Call, Heard, Say, ScriptedModel
from turnstream.titles import TITLE_INSTRUCTIONS


def heard(text: str, **results: str) -> Heard:
    return Heard(instructions="", text=text, results=results)


@pytest.fixture(autouse=True)
def without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL"):
        monkeypatch.delenv(name, raising=False)


def test_the_key_of_the_cookies_is_kept(tmp_path: Path) -> None:
    create_demo(tmp_path)
    key = (tmp_path / "cookie-secret").read_bytes()
    create_demo(tmp_path)
    assert (tmp_path / "cookie-secret").read_bytes() == key
    assert len(key) == 32
    assert (tmp_path / "cookie-secret").stat().st_mode & 0o077 == 0


def test_a_key_that_was_never_written_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "cookie-secret").touch()
    create_demo(tmp_path)
    assert len((tmp_path / "cookie-secret").read_bytes()) == 32


def test_without_a_key_the_script_answers() -> None:
    assert model_name() == "offline script"
    assert isinstance(choose_model(decide, token_delay_s=0), ScriptedModel)


@pytest.mark.parametrize(
    ("base_url", "kind", "name"),
    [
        (None, OpenAIResponsesModel, "a-model"),
        ("http://127.0.0.1:9/v1", OpenAIChatCompletionsModel, "a-model at 127.0.0.1"),
    ],
)
def test_with_a_key_a_real_model_answers(
    monkeypatch: pytest.MonkeyPatch, base_url: str | None, kind: type, name: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "not a key")
    monkeypatch.setenv("OPENAI_MODEL", "a-model")
    if base_url is not None:
        monkeypatch.setenv("OPENAI_BASE_URL", base_url)
    assert model_name() == name
    assert type(choose_model(decide, token_delay_s=0)) is kind


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
    decision = decide(heard(text))
    calls = [decision] if isinstance(decision, Call) else decision
    assert not isinstance(calls, Say)
    assert calls[0].name == first


@pytest.mark.parametrize(
    ("said", "results", "answer"),
    [
        ("Call her Maple!", {"update_status": "Done"}, "Maple it is"),
        (
            "what did I pick?",
            {"get_selection": '{"selected": {"label": "ball", "note": "Red."}}'},
            "**the ball**. Red.",
        ),
        ("what did I pick?", {"get_selection": "null"}, "Nothing is picked"),
        (
            "Search the articles for sleep",
            {"search_articles": "Otters\nThey hold paws. Often."},
            "**Otters**: They hold",
        ),
        ("Search the articles for cars", {"search_articles": "No article matches."}, "no article mentions **cars**"),
        ("hello?", {}, "A few things to try"),
        ("a long story please", {}, "lantern"),
    ],
)
def test_a_rule_answers_from_the_results(said: str, results: dict[str, Any], answer: str) -> None:
    decision = decide(heard(said, **results))
    assert isinstance(decision, Say)
    assert answer in decision.text


def test_breaking_something_breaks_off() -> None:
    decision = decide(heard("break something"))
    assert isinstance(decision, Say)
    assert decision.then_fail


def test_a_title_has_three_to_five_words() -> None:
    for text, title in [("Feed her", "Feed her in the garden"), ("what did I pick just now?", "What did I pick just")]:
        assert decide(Heard(instructions=TITLE_INSTRUCTIONS, text=text, results={})) == Say(title)
