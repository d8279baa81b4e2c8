"""What the colony's script decides."""

from typing import Any

import pytest

from tests.demos.decisions import called, said
from turnstream.demos.colony.script import decide
from turnstream.demos.scripted import Call


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("Switch off the workshop", [{"id": "workshop", "on": False}]),
        ("Send Mei to the greenhouse", [{"id": "mei", "task": "greenhouse"}]),
        ("call the rover Rosalind", [{"id": "rover", "name": "Rosalind"}]),
        ("Run the greenhouse at 40", [{"id": "greenhouse", "on": True, "level": 40}]),
        ("set the solar panels to full", [{"id": "solar", "on": True, "level": 100}]),
    ],
)
def test_the_colony_changes_what_it_is_told_to(text: str, changes: list[dict[str, Any]]) -> None:
    assert called(decide, text) == [Call("update_entities", {"changes": changes})]
    assert [call.name for call in called(decide, text, update_entities="Changed")] == ["show_notification"]


def test_the_colony_tells_what_the_page_answers() -> None:
    status: dict[str, Any] = {
        "sol": 213,
        "clock": "09:12",
        "power": 62,
        "water": 71,
        "oxygen": 18,
        "food": 64,
    }
    entities = [{"id": "rover", "name": "Rover", "on": False, "level": 60}]
    received = said(decide, "How is the colony?", get_colony_status={**status, "entities": entities})
    assert "| Oxygen | 18 % |" in received
    assert "look after the **oxygen** first. Switched off: Rover." in received
    person = {"selected": {"id": "mei", "name": "Mei Tanaka", "task": "ice"}}
    assert said(decide, "What did I pick?", get_selection=person).endswith("works at the ice mine.")


@pytest.mark.parametrize(
    ("text", "answer"), [("hello?", "A few things to try"), ("Tell me a long story", "Opportunity")]
)
def test_the_script_helps_and_tells_a_story(text: str, answer: str) -> None:
    assert answer in said(decide, text)
