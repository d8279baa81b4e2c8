"""The updates of a widget lead from one state to the next, on the server and in the element."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from turnstream.server import diff_widget
from turnstream.turns.items.item_state import OpenItem
from turnstream.turns.items.widget_diff import WidgetUpdate
from turnstream.types import WidgetItem, WidgetRootUpdated
from turnstream.widgets import Card, Component, Text, WidgetComponent, WidgetRoot

Node = dict[str, Any]
Apply = Callable[[WidgetRoot, list[WidgetUpdate]], Node]

ELEMENT = Path(__file__).parents[2] / "element" / "src" / "session" / "view" / "widget_update.ts"

IDS = st.sampled_from([None, "a", "b", "c", "d", "e", "f", "g", "h"])
WORDS = st.text("xyz é", max_size=60)


@st.composite
def leaves(draw: st.DrawFn) -> Node:
    kind = draw(st.sampled_from(["Text", "Markdown", "Badge"]))
    node: Node = {"type": kind, "label" if kind == "Badge" else "value": draw(WORDS)}
    component_id = draw(IDS)
    return node if component_id is None else {**node, "id": component_id}


def containers(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    lists = st.lists(children, max_size=4)
    shapes = st.sampled_from([{"type": "Row"}, {"type": "Col", "gap": 2}, {"type": "Map", "zoom": 3}])
    many = st.tuples(shapes, lists).map(lambda parts: {**parts[0], "children": parts[1]})
    single = children.map(lambda child: {"type": "Transition", "children": child})
    with_ids = st.tuples(many | single, IDS)
    return with_ids.map(lambda parts: {**parts[0], **({"id": parts[1]} if parts[1] else {})})


TREES = st.recursive(leaves(), containers, max_leaves=12)
CARDS = st.lists(TREES, max_size=5).map(lambda children: {"type": "Card", "children": children})


def changed(draw: st.DrawFn, node: Node) -> Node:
    """The node with something of it, or of what it holds, changed."""
    children = node.get("children")
    match draw(st.integers(0, 7)):
        case 0 if isinstance(node.get("value"), str):
            return {**node, "value": node["value"] + draw(WORDS)}
        case 1:
            return {**node, "key": draw(WORDS)}
        case 2 if node["type"] != "Card":
            fresh = draw(TREES)
            return {**fresh, "id": node["id"]} if "id" in node else fresh
        case 3 if isinstance(children, list):
            return {**node, "children": cast("list[Node]", children)[1:]}
        case _ if isinstance(children, list):
            known = cast("list[Node]", children)
            return {**node, "children": [changed(draw, child) for child in known]}
        case _ if isinstance(children, dict):
            return {**node, "children": changed(draw, cast("Node", children))}
        case _:
            return node


@st.composite
def states(draw: st.DrawFn) -> tuple[WidgetRoot, WidgetRoot]:
    before = draw(CARDS)
    return Card.model_validate(before), Card.model_validate(changed(draw, before))


def on_the_server(before: WidgetRoot, updates: list[WidgetUpdate]) -> Node:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    item = OpenItem(WidgetItem(id="msg_1", thread_id="thr_1", created_at=now, widget=before))
    for update in updates:
        item.apply(update)
    snapshot = item.snapshot()
    assert isinstance(snapshot, WidgetItem)
    return wire(snapshot.widget)


@pytest.fixture(scope="module")
def in_the_element() -> Iterator[Apply]:
    node = shutil.which("node", path=str(Path(sys.executable).parent))
    if node is None:
        pytest.skip("node is not installed")
    command = [node, str(Path(__file__).with_name("element_widgets.mjs")), str(ELEMENT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def apply(before: WidgetRoot, updates: list[WidgetUpdate]) -> Node:
            line = {"widget": wire(before), "updates": [wire(update) for update in updates]}
            process.stdin.write(json.dumps(line) + "\n")  # pyright: ignore[reportOptionalMemberAccess]
            process.stdin.flush()  # pyright: ignore[reportOptionalMemberAccess]
            return json.loads(process.stdout.readline())  # pyright: ignore[reportOptionalMemberAccess]

        yield apply
        process.stdin.close()


def wire(model: BaseModel) -> Node:
    return json.loads(model.model_dump_json(exclude_none=True))


def at_rest(node: Any) -> Any:
    """The tree without `streaming: false`, which the element adds to text that has grown."""
    if isinstance(node, list):
        return [at_rest(each) for each in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    members = cast("Node", node)
    return {k: at_rest(v) for k, v in members.items() if (k, v) != ("streaming", False)}


def ids_of(node: Any) -> Counter[str]:
    if not isinstance(node, dict):
        return Counter()
    members = cast("Node", node)
    children: Any = members.get("children") or []
    found = Counter([members["id"]] if "id" in members else list[str]())
    for child in cast("list[Any]", children if isinstance(children, list) else [children]):
        found += ids_of(child)
    return found


@settings(max_examples=300, deadline=None)
@given(pair=states())
def test_the_updates_lead_to_the_next_state(
    in_the_element: Apply, pair: tuple[WidgetRoot, WidgetRoot]
) -> None:
    before, after = pair
    updates = diff_widget(before, after)
    assert on_the_server(before, updates) == wire(after)
    assert at_rest(in_the_element(before, updates)) == at_rest(wire(after))


@settings(max_examples=300, deadline=None)
@given(pair=states())
def test_replacing_components_is_never_longer_than_replacing_the_widget(
    pair: tuple[WidgetRoot, WidgetRoot],
) -> None:
    """Deltas alone are sent whatever they cost, as ChatKit does: they let the page stream the text."""
    before, after = pair
    updates = diff_widget(before, after)
    if any(update.type == "widget.component.updated" for update in updates):
        length = sum(len(update.model_dump_json(exclude_none=True)) for update in updates)
        assert length < len(WidgetRootUpdated(widget=after).model_dump_json(exclude_none=True))


@settings(max_examples=300, deadline=None)
@given(pair=states())
def test_only_ids_that_mean_one_component_are_addressed(pair: tuple[WidgetRoot, WidgetRoot]) -> None:
    before, after = pair
    updates = [wire(update) for update in diff_widget(before, after)]
    addressed = Counter(update["component_id"] for update in updates if "component_id" in update)
    assert set(addressed.values()) <= {1}
    for component_id in addressed:
        assert ids_of(wire(before))[component_id] == ids_of(wire(after))[component_id] == 1
    for update in updates:
        inside = ids_of(update.get("component")) - Counter({update.get("component_id", ""): 1})
        assert not inside.keys() & addressed.keys()


def text(component_id: str | None, value: str, **fields: Any) -> Node:
    return {"type": "Text", "value": value, **({"id": component_id} if component_id else {}), **fields}


def row(component_id: str | None, *children: Node, **fields: Any) -> Node:
    node = {"type": "Row", "children": list(children), **fields}
    return {**node, "id": component_id} if component_id else node


LONG = "The whole of what it says. " * 20


def updates_of(before: list[Node], after: list[Node], **fields: Any) -> list[Node]:
    first = Card.model_validate({"type": "Card", "children": before})
    return [
        wire(each)
        for each in diff_widget(first, Card.model_validate({"type": "Card", "children": after, **fields}))
    ]


def kinds(updates: list[Node]) -> list[tuple[str, str | None]]:
    return [(update["type"].split(".")[1], update.get("component_id")) for update in updates]


def test_the_deepest_component_with_an_id_is_replaced() -> None:
    before = [text(None, LONG), row("outer", text(None, LONG), row("inner", text(None, "1")))]
    after = [text(None, LONG), row("outer", text(None, LONG), row("inner", text(None, "2")))]
    assert updates_of(before, after) == [
        {
            "type": "widget.component.updated",
            "component_id": "inner",
            "component": row("inner", text(None, "2")),
        }
    ]


def test_several_changes_are_several_updates_beside_deltas() -> None:
    before = [text(None, LONG), text("a", "1"), text("b", LONG), text("c", "3")]
    after = [text(None, LONG), text("a", "2"), text("b", LONG + "More."), text("c", "4", size="lg")]
    assert kinds(updates_of(before, after)) == [
        ("component", "a"),
        ("streaming_text", "b"),
        ("component", "c"),
    ]


def test_the_container_is_replaced_where_that_is_shorter() -> None:
    before = [text(None, LONG), row("r", *(text(f"t{n}", "old") for n in range(9)))]
    after = [text(None, LONG), row("r", *(text(f"t{n}", "new") for n in range(9)))]
    assert kinds(updates_of(before, after)) == [("component", "r")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([text("a", "1"), row(None, text("a", "x"))], [text("a", "2"), row(None, text("a", "x"))]),
        ([text("a", "1"), row("r", text("b", "x"))], [text("a", "2"), row("r", text("a", "x"))]),
        ([text("a", "1"), row("r", text("a", "x"))], [text("a", "2"), row("r", text("b", "x"))]),
        ([text("a", "1"), row(None, text("a", "x"))], [text("a", "1 and more"), row(None, text("a", "x"))]),
        ([text("a", "1")], [text("b", "1")]),
        ([text(None, "1")], [text(None, "2")]),
    ],
    ids=[
        "it is twice there",
        "it will be twice there",
        "it was twice there",
        "text that grows is twice there",
        "it changes",
        "there is none",
    ],
)
def test_an_id_that_is_not_one_components_replaces_the_widget(before: list[Node], after: list[Node]) -> None:
    updates = updates_of([text(None, LONG), *before], [text(None, LONG), *after])
    assert kinds(updates) == [("root", None)]


def test_the_roots_own_fields_and_id_replace_the_widget() -> None:
    child = text("a", LONG)
    assert kinds(updates_of([child], [child], size="lg")) == [("root", None)]
    first, second = (
        Card.model_validate({"type": "Card", "id": "card", "children": [], "size": size})
        for size in ("sm", "lg")
    )
    assert kinds([wire(each) for each in diff_widget(first, second)]) == [("root", None)]


def test_true_is_not_one() -> None:
    before, after = ({"type": "Map", "id": "m", "value": value} for value in (True, 1))
    assert kinds(updates_of([text(None, LONG), before], [text(None, LONG), after])) == [("component", "m")]


def test_a_default_that_was_changed_in_place_is_compared() -> None:
    class Panel(Component, name="diff.Panel"):
        children: list[WidgetComponent] = Field(default_factory=list)  # pyright: ignore[reportUnknownVariableType]

    first, second = Panel(id="p"), Panel(id="p")
    second.children.append(Text(value="new"))
    filler = Text(value=LONG)
    updates = diff_widget(Card(children=[filler, first]), Card(children=[filler, second]))
    assert kinds([wire(each) for each in updates]) == [("component", "p")]


def test_text_that_cannot_be_encoded_has_a_length_too() -> None:
    before, after = [text("a", "1"), text("b", LONG)], [text("a", "\ud800"), text("b", LONG)]
    first, second = (Card.model_validate({"type": "Card", "children": each}) for each in (before, after))
    assert [each.type for each in diff_widget(first, second)] == ["widget.component.updated"]
