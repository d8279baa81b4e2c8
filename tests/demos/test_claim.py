"""What the claim form's script reads in a sentence, and what it decides."""

from datetime import date
from typing import Any

import pytest

from tests.demos.decisions import called, said
from turnstream.demos.claim.fields import read_claim
from turnstream.demos.claim.script import decide
from turnstream.demos.scripted import Call

WEDNESDAY = date(2026, 11, 25)
FORM: dict[str, Any] = {
    "values": {"item": "bike", "place": "Camden", "amount": "640"},
    "missing": [],
    "step": "what",
    "sent": None,
}


def test_a_sentence_becomes_fields() -> None:
    text = "My bike was stolen in Camden on Tuesday, it cost 640 pounds"
    assert read_claim(text, today=WEDNESDAY) == {
        "kind": "theft",
        "item": "bike",
        "description": text,
        "date": "2026-11-24",
        "place": "Camden",
        "amount": "640",
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("My name is Priya Raman, priya@example.org", {"name": "Priya Raman", "email": "priya@example.org"}),
        ("it was £1,250.50 and I bought it in 2021", {"amount": "1250.50", "bought": "2021"}),
        ("the reference is CRI/4471902", {"reference": "CRI/4471902"}),
        ("The crime reference is CAD/4471/26", {"reference": "CAD/4471/26"}),
        ("The police gave me the reference number CAD 4471/26.", {"reference": "CAD 4471/26"}),
        ("Crime reference: 4471/26", {"reference": "4471/26"}),
        ("CAD-4471", {"reference": "CAD-4471"}),
        ("it's 4471/26.", {"reference": "4471/26"}),
        ("Which reference do you mean?", {}),
        ("yesterday", {"date": "2026-11-24"}),
        ("last Wednesday", {"date": "2026-11-18"}),
        ("call me on 020 7946 0018", {"phone": "020 7946 0018"}),
        ("hello", {}),
    ],
)
def test_only_what_was_said_is_filled_in(text: str, found: dict[str, str]) -> None:
    assert read_claim(text, today=WEDNESDAY) == found


def test_a_claim_is_checked_against_the_form() -> None:
    assert called(decide, "Check my claim") == [Call("get_form_values", {})]
    form = {**FORM, "missing": ["reference", "email"]}
    flags, step = called(decide, "Check my claim", get_form_values=form)
    assert [flag["name"] for flag in flags.arguments["flags"]] == ["reference", "email"]
    assert step.arguments == {"step": "when"}
    received = said(decide, "Check my claim", get_form_values=form, flag_fields="Flagged.", go_to_step="…")
    assert "**the crime reference and your email**" in received
    assert "is complete" in said(decide, "Check my claim", get_form_values=FORM, go_to_step="…")


def test_a_claim_is_only_sent_when_it_is_complete() -> None:
    incomplete = called(decide, "Submit it", get_form_values={**FORM, "missing": ["email"]})
    assert [call.name for call in incomplete] == ["flag_fields", "go_to_step"]
    assert called(decide, "Submit it", get_form_values=FORM, go_to_step="…") == [Call("submit_claim", {})]
    results = {"get_form_values": FORM, "go_to_step": "…"}
    assert "AL-1" in said(decide, "Submit it", **results, submit_claim={"reference": "AL-1"})
    assert "didn't submit anything" in said(
        decide, "Submit it", **results, submit_claim="The page gave no result"
    )
    assert "AL-2" in said(decide, "Submit it", get_form_values={**FORM, "sent": "AL-2"})


@pytest.mark.parametrize(
    ("text", "answer"), [("hello?", "A few things to try"), ("Tell me a long story", "Hammurabi")]
)
def test_the_script_helps_and_tells_a_story(text: str, answer: str) -> None:
    assert answer in said(decide, text)


def test_a_prompt_of_the_start_screen_leads_to_the_question() -> None:
    prompt = (
        "My phone fell in Leeds yesterday and cost 480 pounds. I am Priya Raman, priya@example.org. "
        "Please submit the claim."
    )
    assert called(decide, prompt) == [Call("check_policy", {"kind": "damage"})]
    [filled] = called(decide, prompt, check_policy="…")
    assert set(filled.arguments) == {
        "kind",
        "item",
        "description",
        "date",
        "place",
        "amount",
        "name",
        "email",
    }
    assert filled.arguments["description"] == "My phone fell in Leeds yesterday and cost 480 pounds."
    results: dict[str, Any] = {"check_policy": "…", "fill_fields": "Filled."}
    assert called(decide, prompt, **results) == [Call("get_form_values", {})]
    results["get_form_values"] = FORM
    assert called(decide, prompt, **results) == [Call("go_to_step", {"step": "review"})]
    assert called(decide, prompt, **results, go_to_step="…") == [Call("submit_claim", {})]


def test_photos_go_on_the_claim_and_what_is_said_beside_them_into_its_fields() -> None:
    show = Call("go_to_step", {"step": "what"})
    assert called(decide, "", pictures=1) == [show, Call("add_photos", {})]
    results: dict[str, Any] = {"add_photos": "On the claim: bike.png."}
    assert said(decide, "", pictures=1, **results).startswith("I put your photo on the claim.")
    fell = "My phone fell in Leeds"
    assert called(decide, fell, pictures=2) == [Call("add_photos", {})]
    assert called(decide, fell, pictures=2, **results) == [Call("check_policy", {"kind": "damage"})]
    results |= {"check_policy": "Keep the item.", "fill_fields": "Filled."}
    answer = said(decide, fell, pictures=2, **results)
    assert answer.startswith("I put your 2 photos on the claim.")
    assert "I filled in **what happened, what it was and the place**. Keep the item." in answer
