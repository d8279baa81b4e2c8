"""What the offline scripts share: rules that look at what was said, and titles for it."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, cast

from turnstream.demos.scripted import Decide, Decision, Heard, Say
from turnstream.titles import TITLE_INSTRUCTIONS

__all__ = ["Rule", "Titles", "answer_of", "break_off", "decide_by", "tell"]

Rule = tuple[str, Callable[[Heard, re.Match[str]], Decision]]
"""A pattern, whatever the case, and what to do where it matches."""


Titles = Sequence[tuple[str, str]]
"""Patterns, and the title of a conversation that begins with words which match."""


def decide_by(rules: Sequence[Rule], *, otherwise: str, titles: Titles, title: str) -> Decide:
    """Return a script that follows the first rule that matches and says `otherwise` where none does.

    A conversation has the first of `titles` that matches, or is called `title`. None repeats the words below
    it.
    """

    def decide(heard: Heard) -> Decision:
        if heard.instructions.startswith(TITLE_INSTRUCTIONS):
            return Say(
                next(
                    (name for pattern, name in titles if re.search(pattern, heard.text, re.IGNORECASE)), title
                )
            )
        for pattern, answer in rules:
            match = re.search(pattern, heard.text, re.IGNORECASE)
            if match:
                return answer(heard, match)
        return Say(otherwise)

    return decide


def answer_of(heard: Heard, tool: str) -> dict[str, Any]:
    """Return a client tool's answer; empty if it has none, or text that says what failed."""
    try:
        answer = json.loads(heard.results.get(tool, "null"))
    except json.JSONDecodeError:
        return {}
    return cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}


def tell(text: str) -> Callable[[Heard, re.Match[str]], Decision]:
    """Return what says `text`, whatever was heard."""
    return lambda heard, match: Say(text)


def break_off(heard: Heard, match: re.Match[str]) -> Decision:
    """The connection to the model breaks in the middle of a sentence."""
    return Say("Careful, I'm about to lose the connection to the model", then_fail=True)
