"""What the rules of all scripts share."""

import pytest

from tests.demos.decisions import heard, said
from turnstream.demos.rules import answer_of, break_off, decide_by
from turnstream.demos.scripted import Heard, Say
from turnstream.titles import TITLE_INSTRUCTIONS

decide = decide_by(
    [
        ("^one", lambda heard, match: Say("first")),
        ("one", lambda heard, match: Say("second")),
        ("break", break_off),
    ],
    otherwise="help",
    titles=[("^one", "The first of all"), ("one", "One of many")],
    title="At the end",
)


@pytest.mark.parametrize(("text", "answer"), [("One", "first"), ("not ONE", "second"), ("two", "help")])
def test_the_first_rule_that_matches_answers(text: str, answer: str) -> None:
    assert said(decide, text) == answer


def test_breaking_off_fails_after_some_words() -> None:
    decision = decide(heard("break"))
    assert isinstance(decision, Say)
    assert decision.then_fail


@pytest.mark.parametrize(
    ("text", "title"), [("One", "The first of all"), ("not ONE", "One of many"), ("two", "At the end")]
)
def test_the_first_title_that_matches_names_a_conversation(text: str, title: str) -> None:
    assert decide(Heard(instructions=TITLE_INSTRUCTIONS, text=text, results={})) == Say(title)


def test_an_answer_that_is_no_object_is_empty() -> None:
    assert answer_of(heard("x"), "tool") == {}
    assert answer_of(heard("x", tool="[1]"), "tool") == {}
    assert answer_of(heard("x", tool="The page gave no result"), "tool") == {}
    assert answer_of(heard("x", tool='{"a": 1}'), "tool") == {"a": 1}
