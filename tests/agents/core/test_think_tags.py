"""Thoughts within the text of an answer, in whatever pieces it comes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turnstream.agents.core.think_tags import ThinkTags

ANSWERS = {
    "Hello.": ("", "Hello."),
    "<think>Hm.</think>Hello.": ("Hm.", "Hello."),
    "\n<think>\nHm.\n\nSo: 1 < 2.\n</think>\n\nHello.": ("Hm.\n\nSo: 1 < 2.", "Hello."),
    "Hm. Well.\n</think>\n\nHello.": ("Hm. Well.", "Hello."),
    "</think>\n\nHello.": ("", "Hello."),
    "<think></think>Hello.": ("", "Hello."),
    "<think>one</think>\n<think>two</think>Hello.": ("one|two", "Hello."),
    "<think>Never closed": ("Never closed", ""),
    "<think>Half a tag </thi": ("Half a tag </thi", ""),
    "Write <think> before it, and </think> behind it.": (
        "",
        "Write <think> before it, and </think> behind it.",
    ),
    "End it with `</think>`, so.": ("", "End it with `</think>`, so."),
    "```xml\n</think>\n```\nThat is all.": ("", "```xml\n</think>\n```\nThat is all."),
    "<think>Hm.</think>Say </think> at the end.": ("Hm.", "Say </think> at the end."),
    "<think>Hm.</think>Say <think> first.": ("Hm.", "Say <think> first."),
    "<thinker>is no tag</thinker>": ("", "<thinker>is no tag</thinker>"),
    "1 < 2 </ 3 <": ("", "1 < 2 </ 3 <"),
    "<thi": ("", "<thi"),
    "  indented": ("", "  indented"),
    " \n": ("", ""),
}


def read(pieces: list[str]) -> tuple[str, str]:
    """The thoughts, with a bar between them, and the text."""
    tags = ThinkTags()
    thoughts: list[str] = [""]
    text = ""
    for kind, said in [piece for fed in [*map(tags.feed, pieces), tags.end()] for piece in fed]:
        match kind:
            case "text":
                text += said
            case "thought":
                thoughts[-1] += said
            case "thought_ends":
                thoughts.append("")
            case "all_was_thought":
                thoughts.append((text + said).strip())
                text = ""
    return "|".join(filter(None, thoughts)), text


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_whole_answer(answer: str) -> None:
    assert read([answer]) == ANSWERS[answer]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_a_character_at_a_time(answer: str) -> None:
    assert read(list(answer)) == ANSWERS[answer]


words = st.lists(
    st.sampled_from(["<think>", "</think>", "`", "\n", " ", "<", "/", "a", "think>"]), max_size=12
)


@settings(deadline=None)
@given(words.map("".join), st.data())
def test_any_pieces_give_the_same(answer: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(answer)), max_size=8)))
    pieces = [answer[a:b] for a, b in zip([0, *cuts], [*cuts, len(answer)], strict=True)]
    assert read(pieces) == read([answer])
