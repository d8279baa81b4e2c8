"""The offline script: what the model decides in the claim demo."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from turnstream.demos.claim.fields import FIELDS, FieldName, read_claim
from turnstream.demos.rules import Rule, answer_of, break_off, decide_by, tell
from turnstream.demos.scripted import Call, Decision, Heard, Say

__all__ = ["decide"]

HELP = """Tell me what happened and I'll fill in the form. A few things to try:

- *My bike was stolen in Camden on Tuesday. It cost 640 pounds.*
- *The crime reference is CAD/4471/26*
- *My name is Priya Raman, priya@example.org*
- Type into the form yourself, then say **check my claim**
- Attach a photo of the damage: it goes on the claim
- **Submit it**: you are asked before anything is sent

Ask for **a long story** and stop me at any time. Say **break something** to see that an error locks
nothing."""

STORY = """## An oath in the temple

Insurance is older than the form you are filling in, and older than paper. Around **1750 BC**, the laws of
Hammurabi let a trader whose caravan was robbed swear to his loss in the temple and be released from his debt.

| When | What was insured | Against |
| --- | --- | --- |
| Babylon | caravans | robbers |
| Genoa, 1347 | ships | the sea |
| London, 1681 | houses | fire |

The form came with the coffee. At **Edward Lloyd's** coffee house, from 1686, merchants wrote their cargo and
route on a slip, and everyone willing to bear part of the loss signed his name *under* it. They have been
underwriters ever since.

1. The slip said what was insured.
2. The names said who would pay.
3. The coffee presumably helped.

Nicholas Barbon, who had rebuilt much of London after the Great Fire, sold the first fire insurance in 1681
and kept his own crew of men with buckets. Insured houses had a lead plate on the wall.

So when a form asks what happened, when, where and what it cost, it asks the same questions as the temple. The
oath has become a button, and I'll always ask you before I press it."""

BLIND = "This offline script can't see; with a model, I would now describe the damage."

ASKS_TO_SEND = re.compile(r"\b(submit|send)\b", re.I)
REFERENCE = "For a theft, the insurer needs the crime reference from the police."
EXAMPLES: dict[FieldName, str] = {
    "reference": "The crime reference is CAD/4471/26",
    "name": "My name is Priya Raman, priya@example.org",
    "email": "My name is Priya Raman, priya@example.org",
}
"""What a person may say to fill a field."""


def _tell(heard: Heard, match: re.Match[str]) -> Decision:
    found = read_claim(heard.text, today=datetime.now(UTC).date())
    if not found:
        return Say(HELP)
    kind = found.get("kind")
    if kind and "check_policy" not in heard.results:
        return Call("check_policy", {"kind": kind})
    if "fill_fields" not in heard.results:
        first = FIELDS[next(iter(found))][0]
        steps = [] if ASKS_TO_SEND.search(heard.text) else [Call("go_to_step", {"step": first})]
        return [*steps, Call("fill_fields", {**found})]
    names = _and([FIELDS[name][1] for name in found if name != "description"])
    policy = f" {heard.results['check_policy']}" if "check_policy" in heard.results else ""
    return Say(f"I filled in **{names}**.{policy} Say *check my claim* to see what is still missing.")


def _check(heard: Heard, match: re.Match[str]) -> Decision:
    if "get_form_values" not in heard.results:
        return Call("get_form_values", {})
    form = answer_of(heard, "get_form_values")
    if not form:
        return Say("The form didn't respond. Is its page still open?")
    if form.get("sent"):
        return Say(f"You already submitted this claim. Its reference is **{form['sent']}**.")
    missing: list[FieldName] = form["missing"]
    if missing:
        return _flag(heard, missing)
    if "go_to_step" not in heard.results:
        return Call("go_to_step", {"step": "review"})
    values = form["values"]
    return Say(
        f"Your claim is complete: **{values['item']}**, {values['place']}, £{values['amount']}. "
        "Check the details, then say *submit it*."
    )


def _flag(heard: Heard, missing: list[FieldName]) -> Decision:
    if "flag_fields" not in heard.results:
        flags = [{"name": name, "message": _complaint(name)} for name in missing]
        return [Call("flag_fields", {"flags": flags}), Call("go_to_step", {"step": FIELDS[missing[0]][0]})]
    names = _and([FIELDS[name][1] for name in missing])
    example = EXAMPLES.get(missing[0])
    hint = f" You could say, for example: *{example}*" if example is not None else ""
    return Say(
        f"Still missing: **{names}**. I marked {'it' if len(missing) == 1 else 'them'} in the form.{hint}"
    )


def _complaint(name: FieldName) -> str:
    return REFERENCE if name == "reference" else f"Still missing: {FIELDS[name][1]}."


def _submit(heard: Heard, match: re.Match[str]) -> Decision:
    if read_claim(heard.text, today=datetime.now(UTC).date()) and "fill_fields" not in heard.results:
        return _tell(heard, match)
    form = answer_of(heard, "get_form_values")
    if not form or form.get("sent") or form["missing"]:
        return _check(heard, match)
    if "go_to_step" not in heard.results:
        return Call("go_to_step", {"step": "review"})
    if "submit_claim" not in heard.results:
        return Call("submit_claim", {})
    receipt = answer_of(heard, "submit_claim")
    if not receipt:
        return Say("All right, I didn't submit anything. Your claim is unchanged.")
    return Say(
        f"Submitted. Your reference is **{receipt['reference']}**; the insurer replies within two working "
        "days."
    )


def _and(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


_RULES: list[Rule] = [
    (ASKS_TO_SEND.pattern, _submit),
    (r"\b(check|missing|need|complete|review)\b", _check),
    (r"\blong story\b", tell(STORY)),
    (r"\bbreak (something|it)\b", break_off),
    (r".", _tell),
]

_TITLES = [
    (r"\b(stolen|stole|theft|thief)\b", "Something was stolen"),
    (r"\b(water|leak|burst|flood)", "Water in the wrong place"),
    (r"\b(submit|send)\b", "Off to the insurer"),
    (r"\b(check|missing|complete|review)\b", "A last look before sending"),
    (r"\blong story\b", "The whole story"),
    (r"\bbreak (something|it)\b", "A lost connection"),
]

_decide_by_words = decide_by(_RULES, otherwise=HELP, titles=_TITLES, title="Details for the claim")


def decide(heard: Heard) -> Decision:
    """Put photos on the claim first, then do what the words beside them say."""
    if not heard.pictures:
        return _decide_by_words(heard)
    if "add_photos" not in heard.results:
        show = [] if heard.text else [Call("go_to_step", {"step": "what"})]
        return [*show, Call("add_photos", {})]
    photos = "your photo" if heard.pictures == 1 else f"your {heard.pictures} photos"
    seen = f"I put {photos} on the claim. {BLIND}"
    if not heard.text:
        return Say(f"{seen} What happened?")
    decision = _decide_by_words(heard)
    return Say(f"{seen}\n\n{decision.text}") if isinstance(decision, Say) else decision
