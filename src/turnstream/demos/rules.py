"""What the offline scripts share: rules that look at what was said, and a title of its first words."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, cast

from turnstream.demos.scripted import Call, Decide, Heard, Say
from turnstream.titles import TITLE_INSTRUCTIONS

__all__ = ["Answer", "Rule", "answer_of", "break_off", "decide_by", "tell"]

LOOSE_ENDS = {"a", "along", "and", "at", "for", "in", "is", "it", "my", "of", "on", "the", "to", "with"}

Answer = Say | Call | Sequence[Call]

Rule = tuple[str, Callable[[Heard, re.Match[str]], Answer]]
"""A pattern, whatever the case, and what to do where it matches."""


def decide_by(rules: Sequence[Rule], *, otherwise: str, title_end: str) -> Decide:
    """Return a script that follows the first rule that matches and says `otherwise` where none does.

    A title of fewer than three words gets those of `title_end`.
    """

    def decide(heard: Heard) -> Answer:
        if heard.instructions == TITLE_INSTRUCTIONS:
            return Say(_title(heard.text, title_end.split()))
        for pattern, answer in rules:
            match = re.search(pattern, heard.text, re.IGNORECASE)
            if match:
                return answer(heard, match)
        return Say(otherwise)

    return decide


def answer_of(heard: Heard, tool: str) -> dict[str, Any]:
    """Return what the page answered to a client tool; empty where that is nothing, or words that say what failed."""
    try:
        answer = json.loads(heard.results.get(tool, "null"))
    except json.JSONDecodeError:
        return {}
    return cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}


def tell(text: str) -> Callable[[Heard, re.Match[str]], Answer]:
    """Return what says `text`, whatever was heard."""
    return lambda heard, match: Say(text)


def break_off(heard: Heard, match: re.Match[str]) -> Answer:
    """The connection to the model breaks in the middle of a sentence."""
    return Say("Careful, I am about to lose the connection to the model", then_fail=True)


def _title(text: str, end: list[str]) -> str:
    words = [word.strip(".,;:!?\"'") for word in text.split()]
    first = [*words, *(end if len(words) < 3 else [])][:5]
    while len(first) > 3 and first[-1].lower() in LOOSE_ENDS:
        first.pop()
    title = " ".join(first)
    return title[:1].upper() + title[1:]
