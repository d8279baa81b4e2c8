"""The offline script: what the model decides in the companion demo."""

import re
from collections.abc import Callable
from typing import Any

from turnstream.demos.rules import Rule, answer_of, break_off, decide_by, tell
from turnstream.demos.scripted import Call, Decision, Heard, Say

__all__ = ["decide"]

HELP = """I help you look after the garden. A few things to try:

- Say **feed**, **play** or **rest**, and watch the two bars change
- *Call her Maple* to give her a new name
- Pick something in the garden, then ask **what did I pick?**
- *Search the articles for sleep*, and watch my progress as I read

Ask for **a long story** and stop me whenever you like. Say **break something** to see how an error looks."""

STORY = """## The evening the lantern went out

The garden had one lantern, and everybody had an opinion about it. The **crickets** thought it too bright, the
**moths** thought it too far, and the old robin thought that in his day lanterns had been *properly* lit.

| Who | What they wanted | What they got |
| --- | --- | --- |
| Crickets | a quiet dark | a concert |
| Moths | more light | the moon |
| Robin | respect | the last crumb |

Then the wind came over the hedge and put it out. For a while there was nothing at all, the kind of nothing in
which you can hear grass. One after another, the stars came out. They had been there all along, hidden by the
light.

1. First the bright one, low in the west.
2. Then three in a row that the crickets claimed to have named.
3. Then so many that counting became a way of falling asleep.

```python
def stars(evening):
    return [star for star in sky if not evening.lantern.is_lit]
```

"We could light it again," said the moths, without much hope. Nobody moved. The robin cleared his throat,
looked up for a long time, and said that in his day they had had *exactly* this many, and that he was glad
somebody had kept them. And that is why, on clear nights, the lantern in the garden is sometimes left dark on
purpose."""


def _search(heard: Heard, match: re.Match[str]) -> Decision:
    query = match.group("query").strip(" .?!\"'")
    found = heard.results.get("search_articles")
    if found is None:
        return Call("search_articles", {"query": query})
    articles = [article.split("\n", 1) for article in found.split("\n\n")]
    if any(len(article) != 2 for article in articles):
        return Say(f"I couldn't find an article about **{query}**. Try *sleep*, *birds* or *play*.")
    lines = "\n".join(f"- **{title}**: {text.split('. ')[0].rstrip('.')}." for title, text in articles)
    return Say(f"I read {len(articles)} articles about **{query}**:\n\n{lines}")


def _selection(heard: Heard, match: re.Match[str]) -> Decision:
    if "get_selection" not in heard.results:
        return Call("get_selection", {})
    selected = answer_of(heard, "get_selection").get("selected")
    if not selected:
        return Say("You haven't picked anything yet. Choose something in the garden, then ask me again.")
    return Say(f"You picked **the {selected['label']}**. {selected['note']}")


def _rename(heard: Heard, match: re.Match[str]) -> Decision:
    name = match.group("name").strip(" .?!\"'")[:20].title()
    return _after_change(
        heard, {"name": name, "flash": f"Hello, {name}!"}, f"{name} it is. Her ears just pricked up."
    )


def _change(effect: dict[str, Any], message: str, reply: str) -> Callable[[Heard, re.Match[str]], Decision]:
    def answer(heard: Heard, match: re.Match[str]) -> Decision:
        return _after_change(heard, effect, reply, message)

    return answer


def _after_change(heard: Heard, effect: dict[str, Any], reply: str, message: str | None = None) -> Decision:
    if "update_status" not in heard.results:
        notify = [Call("show_notification", {"message": message})] if message else []
        return [Call("update_status", effect), *notify]
    return Say(reply)


_RULES: list[Rule] = [
    (r"search (?:the )?(?:articles|library) (?:for|about|on) (?P<query>.+)", _search),
    (r"\b(pick(ed)?|select(ed|ion)?|chose|chosen)\b", _selection),
    (r"\b(?:call|name|rename) (?:her|him|it|them)(?: to)? (?P<name>.+)", _rename),
    (
        r"\b(feed|food|eat|hungry|snack|apple)\b",
        _change(
            {"energy": 92, "happiness": 74, "flash": "Crunch!"},
            "Fed. Energy is up.",
            "She ate the whole apple, core and all, and is now looking at the tree for the next one.",
        ),
    ),
    (
        r"\b(play|ball|fun|cheer)\b",
        _change(
            {"energy": 58, "happiness": 96, "flash": "Wheee!"},
            "Played. Happiness is up.",
            "Three rounds of fetch. She won all three, by rules she keeps to herself.",
        ),
    ),
    (
        r"\b(rest|sleep|nap|tired|tuck)\b",
        _change(
            {"energy": 100, "happiness": 80, "flash": "Zzz…"},
            "Rested. Energy is full.",
            "A short nap in the sun. She twitched twice, so there was probably a squirrel in her dream.",
        ),
    ),
    (r"\b(story|long)\b", tell(STORY)),
    (r"\b(break|crash|fail|error)\b", break_off),
]

_TITLES = [
    (r"\b(feed|food|eat|hungry|snack|apple)\b", "A snack in the garden"),
    (r"\b(play|ball|fun|cheer)\b", "Games on the lawn"),
    (r"\b(rest|sleep|nap|tired|tuck)\b", "A quiet hour"),
    (r"\b(search|articles|library)\b", "From the bookshelf"),
    (r"\b(call|name|rename)\b", "What she answers to"),
    (r"\b(story|long)\b", "An evening tale"),
    (r"\b(break|crash|fail|error)\b", "A lost connection"),
]

decide = decide_by(_RULES, otherwise=HELP, titles=_TITLES, title="A day in the garden")
