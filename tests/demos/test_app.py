"""The demo site's key, and which model answers."""

import subprocess
import sys
from pathlib import Path

import aiohttp  # noqa: F401  # pyright: ignore[reportUnusedImport]  # a model imports it when it is made: that blocks
import pytest

from turnstream.agents.chat_completions import ChatModel
from turnstream.demos.app import create_demo
from turnstream.demos.companion.script import decide
from turnstream.demos.models import choose_model, model_name
from turnstream.demos.scripted import ScriptedModel


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
    ("base_url", "asked", "name"),
    [
        (None, "https://api.openai.com/v1", "a-model"),
        ("http://127.0.0.1:9/v1", "http://127.0.0.1:9/v1", "a-model at 127.0.0.1"),
    ],
)
def test_with_a_key_a_real_model_answers(
    monkeypatch: pytest.MonkeyPatch, base_url: str | None, asked: str, name: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "not a key")
    monkeypatch.setenv("OPENAI_MODEL", "a-model")
    if base_url is not None:
        monkeypatch.setenv("OPENAI_BASE_URL", base_url)
    assert model_name() == name
    model = choose_model(decide, token_delay_s=0)
    assert isinstance(model, ChatModel)
    assert (model.name, model.base_url) == ("a-model", asked)


def test_the_demos_need_no_agent_framework() -> None:
    frameworks = "{'agents', 'openai', 'pydantic_ai', 'langgraph', 'aiohttp'}"
    code = f"import sys, turnstream.demos.app; assert not {frameworks} & {{*sys.modules}}"
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, timeout=1800, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
