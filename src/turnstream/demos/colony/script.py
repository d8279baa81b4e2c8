"""The offline script: what the model decides in the colony demo."""

import re
from collections.abc import Callable
from typing import Any

from turnstream.demos.colony.tools import CREW, MODULES
from turnstream.demos.rules import Rule, answer_of, break_off, decide_by, tell
from turnstream.demos.scripted import Call, Decision, Heard, Say

__all__ = ["decide"]

HELP = """I help you run the base, which pauses while I act. A few things to try:

- *Save power*, *grow more food* or *prepare for a dust storm*
- *Send Mei to the greenhouse*, *switch off the workshop*, *call the rover Rosalind*
- **How is the colony?** I read the status from the page
- Pick a module or a person, then ask **what did I pick?**
- **Undo** my changes, under my answer or with the button above the base

Ask for **a long story** and stop me whenever you like. Say **break something** to see how an error looks."""

STORY = """## The rover that was told to stop twice

In January 2004 two rovers landed on Mars for ninety days each. **Spirit** lasted six years. **Opportunity**
lasted fourteen, and drove further than a marathon, at the pace of a tortoise that stops to look at stones.

| Rover | Planned | Lasted | Drove |
| --- | --- | --- | --- |
| Spirit | 90 sols | 2,208 sols | 7.7 km |
| Opportunity | 90 sols | 5,111 sols | 45.2 km |

Dust should have ended both. A little settles on the panels each sol, and nobody had built a brush. Then one
morning the power was *up*. A whirlwind had passed over the rover in the night and swept it clean, and others
followed.

1. The engineers checked the sensors.
2. Then they checked them again.
3. Then they put the whirlwinds into the plan, as *cleaning events*.

```python
def tomorrow(rover):
    return rover.power + wind(rover.place) - dust(rover.sol)
```

In June 2018 a storm closed around the whole planet, and Opportunity went to sleep in the dark. Engineers
called it more than a **thousand** times. On the last evening, in February 2019, the control room played it a
song before they sent the last command. It was Billie Holiday's *I'll Be Seeing You*."""

NAMES = {
    "solar": r"solar( field| panels?)?|panels?",
    "habitat": r"habitat|home|quarters",
    "greenhouse": r"greenhouse",
    "ice": r"ice( mine)?|drill",
    "electrolyser": r"electroly[sz]er|oxygen plant",
    "workshop": r"workshop",
    "rover": r"rover",
}
MODULE = "|".join(f"(?P<{module}>{pattern})" for module, pattern in NAMES.items())
PERSON = "|".join(CREW)

Changes = list[dict[str, Any]]


def _plan(changes: Changes, message: str, reply: str) -> Callable[[Heard, re.Match[str]], Decision]:
    def answer(heard: Heard, match: re.Match[str]) -> Decision:
        return _change(heard, changes, message, reply)

    return answer


def _change(heard: Heard, changes: Changes, message: str, reply: str) -> Decision:
    if "update_entities" not in heard.results:
        return Call("update_entities", {"changes": changes})
    if "show_notification" not in heard.results:
        return Call("show_notification", {"message": message})
    return Say(reply)


def _switch(heard: Heard, match: re.Match[str]) -> Decision:
    module, is_on = _module(match), match.group("state").lower() == "on"
    state = "on" if is_on else "off"
    return _change(
        heard,
        [{"id": module, "on": is_on}],
        f"The {_name(module)} is {state}.",
        f"The **{_name(module)}** is {state}. Watch how that affects the stores.",
    )


def _run(heard: Heard, match: re.Match[str]) -> Decision:
    module, how = _module(match), match.group("how").lower()
    level = int(how) if how.isdigit() else {"full": 100, "half": 50}[how]
    return _change(
        heard,
        [{"id": module, "on": True, "level": min(100, level)}],
        f"The {_name(module)} is running at {min(100, level)} %.",
        f"The **{_name(module)}** now runs at {min(100, level)} %.",
    )


def _send(heard: Heard, match: re.Match[str]) -> Decision:
    person, module = match.group("person").lower(), _module(match)
    return _change(
        heard,
        [{"id": person, "task": module}],
        f"{person.title()} is on the way.",
        f"**{person.title()}** is putting on a suit and heading over to the {_name(module)}.",
    )


def _rename(heard: Heard, match: re.Match[str]) -> Decision:
    module, name = _module(match), match.group("name").strip(" .?!\"'")[:24]
    return _change(
        heard,
        [{"id": module, "name": name}],
        f"Hello, {name}.",
        f"**{name}** it is. Someone is already painting the sign.",
    )


def _status(heard: Heard, match: re.Match[str]) -> Decision:
    if "get_colony_status" not in heard.results:
        return Call("get_colony_status", {})
    status = answer_of(heard, "get_colony_status")
    if not status:
        return Say("The base didn't respond. Is its page still open?")
    stores = ("power", "water", "oxygen", "food")
    rows = "\n".join(f"| {store.title()} | {status[store]} % |" for store in stores)
    lowest = min(stores, key=lambda store: status[store])
    off = [entity["name"] for entity in status["entities"] if entity.get("on") is False]
    switched = f" Switched off: {', '.join(off)}." if off else ""
    return Say(
        f"Sol {status['sol']}, {status['clock']}.\n\n| Store | Level |\n| --- | ---: |\n{rows}\n\n"
        f"I'd look after the **{lowest}** first.{switched}"
    )


def _selection(heard: Heard, match: re.Match[str]) -> Decision:
    if "get_selection" not in heard.results:
        return Call("get_selection", {})
    picked = answer_of(heard, "get_selection").get("selected")
    if not picked:
        return Say(
            "You haven't picked anything yet. Choose a module or a person below the picture, then ask me "
            "again."
        )
    if picked.get("task"):
        return Say(f"You picked **{picked['name']}**, who works at the {_name(picked['task'])}.")
    state = f"is running at {picked['level']} %" if picked["on"] else "is switched off"
    return Say(f"You picked the **{picked['name']}**. It {state}.")


def _module(match: re.Match[str]) -> str:
    return next(module for module in MODULES if match.group(module))


def _name(module: str) -> str:
    return {"solar": "solar field", "ice": "ice mine"}.get(module, module)


STORM: Changes = [
    {"id": "solar", "level": 20},
    {"id": "workshop", "on": False},
    {"id": "rover", "on": False},
    {"id": "greenhouse", "level": 60},
    {"id": "electrolyser", "level": 100},
    {"id": "luis", "task": "habitat"},
    {"id": "tove", "task": "habitat"},
]

_RULES: list[Rule] = [
    (r"\b(how is|how are|status|report)\b", _status),
    (
        r"\b(storm|dust)\b",
        _plan(
            STORM,
            "Ready for the storm.",
            "The panels are folded to a fifth, the workshop and the rover are off, the electrolyser fills "
            "the tanks while there's charge, and Luis and Tove are inside. We're ready.",
        ),
    ),
    (
        r"\b(save|less|short of) (power|energy)\b",
        _plan(
            [
                {"id": "workshop", "on": False},
                {"id": "rover", "on": False},
                {"id": "greenhouse", "level": 50},
            ],
            "Saving power.",
            "The workshop and the rover are off, and the greenhouse lights are at half power. The "
            "batteries will thank us tonight.",
        ),
    ),
    (
        r"\b(food|grow|harvest|hungry)\b",
        _plan(
            [{"id": "greenhouse", "on": True, "level": 100}, {"id": "priya", "task": "greenhouse"}],
            "The greenhouse is at full light.",
            "The potatoes get full light, and Priya is lending a hand. This uses water and power, so watch "
            "both.",
        ),
    ),
    (rf"\b(?:switch|turn|power) (?P<state>on|off)(?: the)? (?:{MODULE})\b", _switch),
    (rf"\b(?:run|set)(?: the)? (?:{MODULE})(?: at| to)? (?P<how>full|half|\d{{1,3}})", _run),
    (rf"\b(?P<person>{PERSON})\b.* to(?: the)? (?:{MODULE})\b", _send),
    (rf"\b(?:call|name|rename)(?: the)? (?:{MODULE})(?: to)? (?P<name>.+)", _rename),
    (r"\b(pick(ed)?|select(ed|ion)?|chose|chosen)\b", _selection),
    (r"\b(story|long)\b", tell(STORY)),
    (r"\b(colony|base)\b", _status),
    (r"\b(break|crash|fail|error)\b", break_off),
]

_TITLES = [
    (r"\b(storm|dust)\b", "Weathering the dust"),
    (r"\b(save|less|short of) (power|energy)\b", "A frugal night"),
    (r"\b(food|grow|harvest|hungry)\b", "More potatoes for everyone"),
    (r"\b(switch|turn|power|run|set)\b", "Machines of the base"),
    (r"\b(call|name|rename)\b", "A new name"),
    (r"\b(story|long)\b", "An evening tale"),
    (r"\b(break|crash|fail|error)\b", "A lost connection"),
]

decide = decide_by(_RULES, otherwise=HELP, titles=_TITLES, title="Orders for the day")
