"""What an offline script hears and decides, for the tests of all."""

import json
from collections.abc import Callable
from typing import Any

from turnstream.demos.scripted import Call, Heard, Say

__all__ = ["called", "heard", "said"]


def heard(text: str, *, pictures: int = 0, **results: Any) -> Heard:
    received = {
        name: result if isinstance(result, str) else json.dumps(result) for name, result in results.items()
    }
    return Heard(instructions="", text=text, results=received, pictures=pictures)


def called(decide: Callable[[Heard], Any], text: str, **results: Any) -> list[Call]:
    decision = decide(heard(text, **results))
    assert not isinstance(decision, Say), decision.text
    return [decision] if isinstance(decision, Call) else [*decision]


def said(decide: Callable[[Heard], Any], text: str, **results: Any) -> str:
    decision = decide(heard(text, **results))
    assert isinstance(decision, Say)
    return decision.text
