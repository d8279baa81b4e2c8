"""The language of the browser reaches the model that answers in a demo, and the one that makes titles."""

from pathlib import Path

import pytest

from tests.http.serving import serving
from tests.server.app import user_input
from turnstream.demos.agent_server import LANGUAGE
from turnstream.demos.app import create_demo
from turnstream.demos.claim import script
from turnstream.demos.scripted import Decision, Heard
from turnstream.demos.servers import SERVERS
from turnstream.titles import TITLE_INSTRUCTIONS


@pytest.mark.parametrize(
    ("accepted", "locale"),
    [("pt-BR,pt;q=0.9,en;q=0.5", "pt-BR"), ("en;q=0.5, de", "de"), ("en-GB,en;q=0.9", None), ("", None)],
)
async def test_the_browsers_language_is_that_of_answers_and_titles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, accepted: str, locale: str | None
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    heard: list[Heard] = []

    def decide(one: Heard) -> Decision:
        heard.append(one)
        return script.decide(one)

    monkeypatch.setitem(SERVERS, "claim", (SERVERS["claim"][0], decide))
    asked = {"type": "threads.create", "params": {"input": user_input("My bike was stolen in Camden")}}
    async with serving(create_demo(tmp_path, token_delay_s=0, reading_s=0)) as client:
        answer = await client.post("/claim/chatkit", json=asked, headers={"Accept-Language": accepted})
    assert "Something was stolen" in answer.text
    titles = [one.instructions for one in heard if one.instructions.startswith(TITLE_INSTRUCTIONS)]
    answers = [one.instructions for one in heard if not one.instructions.startswith(TITLE_INSTRUCTIONS)]
    assert len(titles) == 1
    assert len(answers) > 1
    for instructions in (*titles, *answers):
        if locale is None:
            assert "browser is set to" not in instructions
        else:
            assert instructions.endswith(LANGUAGE.format(locale=locale))
