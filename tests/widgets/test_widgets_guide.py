"""What docs/widgets.md shows runs, compiles, and says what it says that it says."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.compiler import complaints
from tests.server.app import call, stream, user_input
from turnstream.contracts import collect, to_typescript
from turnstream.server import stream_widget
from turnstream.types import ThreadMetadata
from turnstream.widgets import InvalidWidgetError, WidgetTemplateError, parse_widget
from turnstream.widgets.registry import OWN

PAGE = (Path(__file__).parents[2] / "docs" / "widgets.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What the page's Python defines."""
    [template] = blocks("json")
    (tmp_path / "seat.widget").write_text(template, "utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "docs_widgets"}
    before = dict(OWN)
    for source in blocks("python"):
        exec(source, names)
    yield names
    OWN.clear()
    OWN.update(before)


async def test_a_flight_is_chosen_and_booked(guide: dict[str, Any]) -> None:
    server = guide["server"]
    events = await stream(server, "threads.create", input=user_input("To Lisbon"))
    thread_id, flights = events[0]["thread"]["id"], events[-1]["item"]
    assert (flights["widget"]["type"], flights["copy_text"]) == ("ListView", "TP 571, LH 1166")
    first, second = flights["widget"]["children"]
    assert [child["type"] for child in first["children"]] == ["Col", "Badge"]
    assert [child["type"] for child in second["children"]] == ["Col"]

    async def act(item: dict[str, Any], action: dict[str, Any]) -> list[dict[str, Any]]:
        return await stream(
            server, "threads.custom_action", thread_id=thread_id, item_id=item["id"], action=action
        )

    card = (await act(flights, first["onClickAction"]))[-1]["item"]
    line, _, button = card["widget"]["children"][1]["children"]
    assert line == {"type": "Text", "id": "line", "value": "4 seats are left"}
    updates = [event["update"] for event in await act(card, button["onClickAction"]) if "update" in event]
    booked = {**line, "value": "You have a seat"}
    assert updates == [{"type": "widget.component.updated", "component_id": "line", "component": booked}]
    stored = (await call(server, "items.list", thread_id=thread_id))["data"]
    [widget] = [item["widget"] for item in stored if item["id"] == card["id"]]
    assert widget["children"][1]["children"][0] == booked


async def test_a_plan_grows_by_deltas(guide: dict[str, Any]) -> None:
    async def words() -> AsyncIterator[str]:
        for word in ("Day 1: ", "Alfama. ", "Day 2: Belém."):
            yield word

    thread = ThreadMetadata(id="thr_1", created_at=datetime(2026, 1, 1, tzinfo=UTC))
    events: list[Any] = [event async for event in stream_widget(thread, guide["growing_plan"](words()))]
    assert [event.update.delta for event in events[1:3]] == ["Alfama. ", "Day 2: Belém."]
    final = events[-1].item.widget
    assert (final.children[1].value, final.children[1].streaming) == ("Day 1: Alfama. Day 2: Belém.", False)


def test_the_template_is_built_and_refuses_what_the_page_says(guide: dict[str, Any]) -> None:
    assert guide["seat_card"]("12A").model_dump(exclude_none=True) == {
        "type": "Card",
        "children": [{"type": "Text", "value": "12A"}],
    }
    with pytest.raises(WidgetTemplateError) as refused:
        guide["seat_card"](12)
    assert f"{refused.value}\n" == blocks("text")[0]


def test_the_own_component_is_sent_and_its_renderer_compiles(guide: dict[str, Any], tmp_path: Path) -> None:
    plan = guide["seat_plan"](["12A", "14C"]).model_dump(mode="json", exclude_none=True)
    assert plan["children"][1]["type"] == "acme.SeatMap"
    assert plan["children"][1]["free"] == ["12A", "14C"]
    assert plan["children"][1]["onChooseAction"]["type"] == "seat.choose"
    found = collect(["docs_widgets"])
    types = to_typescript(found.effects, found.client_tools, found.components)
    [page] = blocks("ts")
    assert complaints(tmp_path, types, page=page) == {"contracts.ts": [], "page.ts": []}


WRONG = {"type": "Card", "children": [{"type": "Txt", "value": "a"}, {"type": "Text"}]}
RIGHT: dict[str, Any] = {
    "widget": {"type": "Card", "children": [{"type": "acme.SeatMap", "rows": 2, "free": [], "id": None}]}
}


async def test_a_model_corrects_its_widget(guide: dict[str, Any]) -> None:
    answers = [json.dumps(WRONG), json.dumps(RIGHT)]
    asked: list[list[dict[str, str]]] = []

    async def ask(messages: list[dict[str, str]], schema: dict[str, Any]) -> str:
        assert schema["properties"].keys() == {"widget"}
        asked.append(list(messages))
        return answers[len(asked) - 1]

    widget = await guide["drawn"](ask, "Draw a seat map")
    assert isinstance(widget.children[0], guide["SeatMap"])
    assert [message["role"] for message in asked[1]] == ["user", "assistant", "user"]
    assert f"{asked[1][2]['content']}\n" == blocks("text")[1]


async def test_a_model_that_does_not_learn_draws_nothing(guide: dict[str, Any]) -> None:
    async def ask(messages: list[dict[str, str]], schema: dict[str, Any]) -> str:
        return json.dumps(WRONG)

    assert await guide["drawn"](ask, "Draw a seat map") is None
    with pytest.raises(InvalidWidgetError):
        parse_widget(WRONG, components=guide["ALLOWED"])
