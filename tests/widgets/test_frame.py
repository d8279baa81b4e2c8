"""Frames: what an MCP client has read, checked, written, and read again as it was."""

from base64 import b64encode
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.widgets.frame_sources import BAD_SOURCES, SOURCES
from turnstream.agents.core.history import HistoryConverter
from turnstream.turns.items.declared_actions import declared_actions
from turnstream.types import WidgetItem
from turnstream.widgets import (
    BasicRoot,
    Button,
    Card,
    DynamicWidgetComponent,
    Form,
    Frame,
    Input,
    Text,
    WidgetRoot,
    parse_widget,
    widget_schema,
)
from turnstream.widgets.frame import MAX_HTML_BYTES, MAX_SOURCES

ROOT: TypeAdapter[WidgetRoot] = TypeAdapter(WidgetRoot)

HTML = "<!doctype html><p>21 °C"
CONTENTS: dict[str, Any] = {
    "uri": "ui://weather/view",
    "mimeType": "text/html;profile=mcp-app",
    "text": HTML,
    "_meta": {
        "ui": {
            "csp": {"connectDomains": ["https://api.example.com/"], "resourceDomains": []},
            "permissions": {"clipboardWrite": {}},
            "prefersBorder": True,
            "domain": "weather.example",
        }
    },
}
CALL: dict[str, Any] = {
    "title": "Weather",
    "tool": "get_weather",
    "input": {"city": "Lisbon", "unit": None},
    "result": {"content": [], "structuredContent": {"rows": [1, None, 2]}},
}


def frame(**fields: Any) -> Frame:
    return Frame.model_validate({"title": "Weather", "uri": "ui://weather/view", "html": HTML, **fields})


def stored_widget(widget: WidgetRoot) -> WidgetItem:
    return WidgetItem(id="wig_1", thread_id="thr_1", created_at=datetime.now(UTC), widget=widget)


class Model:
    """Like an object of the package `mcp`, whose models are pydantic's."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields

    def model_dump(self, **options: Any) -> dict[str, Any]:
        assert options == {"mode": "json", "by_alias": True, "exclude_none": True}
        return self.fields


READ = {"contents": [{"uri": "ui://weather/text", "mimeType": "text/plain", "text": "-"}, CONTENTS]}


@pytest.mark.parametrize(
    "resource",
    [
        CONTENTS,
        Model(CONTENTS),
        READ,
        Model(READ),
        {"type": "resource", "resource": CONTENTS},
        {**CONTENTS, "text": None, "blob": b64encode(HTML.encode()).decode()},
        {**CONTENTS, "mimeType": "text/html; profile=mcp-app"},
    ],
)
def test_a_frame_is_made_of_what_a_client_has_read(resource: Any) -> None:
    made = Frame.from_resource(resource, **CALL, height=240, id="weather")
    assert made.model_dump(exclude_none=True) == {
        "type": "Frame",
        "id": "weather",
        "title": "Weather",
        "uri": "ui://weather/view",
        "html": HTML,
        "csp": {"connectDomains": ["https://api.example.com"], "resourceDomains": []},
        "permissions": {"clipboardWrite": {}},
        "prefersBorder": True,
        "tool": "get_weather",
        "input": CALL["input"],
        "result": CALL["result"],
        "height": 240,
    }


def test_objects_of_the_package_mcp_make_the_same_frame() -> None:
    types = pytest.importorskip("mcp.types")
    read = types.ReadResourceResult.model_validate({"contents": [CONTENTS]})
    result = types.CallToolResult.model_validate(CALL["result"])
    made = Frame.from_resource(read, **{**CALL, "result": result})
    assert made.csp is not None
    assert made.csp.connectDomains == ["https://api.example.com"]
    assert made.result is not None
    assert made.result["structuredContent"] == {"rows": [1, None, 2]}


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ({**CONTENTS, "mimeType": "text/html"}, "has 'text/html': a frame needs contents with the mimeType"),
        ({"contents": []}, "has nothing: a frame needs"),
        (SimpleNamespace(), "has None: a frame needs"),
        ({**CONTENTS, "text": None, "blob": "#"}, "The resource's blob is not UTF-8 in base64"),
        ({**CONTENTS, "text": None}, "html"),
        ({**CONTENTS, "uri": "https://weather.example"}, "is no address of a UI resource"),
    ],
)
def test_what_is_no_frame_is_refused_with_the_reason(resource: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Frame.from_resource(resource, title="Weather")


def test_html_that_is_too_large_is_refused_with_the_remedy() -> None:
    assert frame(html="é" * (MAX_HTML_BYTES // 2))
    with pytest.raises(ValidationError, match=r"html\n.*1,048,578 bytes.*csp.resourceDomains"):
        frame(html="é" * (MAX_HTML_BYTES // 2 + 1))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "title"),
        ({"html": ""}, "html"),
        ({"height": 0}, "height"),
        ({"maxHeight": 100_000}, "maxHeight"),
        ({"result": {"isError": True}}, "pass what the MCP client returned"),
        ({"input": {"when": object()}}, "input"),
        ({"csp": {"connectDomains": ["https://a.example"] * (MAX_SOURCES + 1)}}, "connectDomains"),
    ],
)
def test_fields_are_checked(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        frame(**fields)


@pytest.mark.parametrize("source", SOURCES)
def test_a_policy_may_name_hosts(source: str) -> None:
    made = frame(csp={"connectDomains": [source]})
    assert made.csp is not None
    assert made.csp.connectDomains == [source]


@pytest.mark.parametrize("source", BAD_SOURCES)
def test_a_policy_names_nothing_but_hosts(source: str) -> None:
    with pytest.raises(ValidationError, match="is no host that a frame may use: write a scheme"):
        frame(csp={"resourceDomains": [source]})


def test_a_stored_frame_is_read_as_it_was_with_its_nulls() -> None:
    card = Card(children=[frame(**CALL)])
    written = card.model_dump(mode="json", exclude_none=True)
    assert written["children"][0]["result"] == CALL["result"]
    assert written["children"][0]["input"] == CALL["input"]
    read = ROOT.validate_python(written)
    assert read == card
    assert '"rows":[1,null,2]' in read.model_dump_json(exclude_none=True)


def test_one_that_breaks_a_rule_today_stays_readable() -> None:
    stored = {"type": "Card", "children": [{"type": "Frame", "html": "x", "uri": "ui://a", "title": ""}]}
    card = ROOT.validate_python(stored)
    assert isinstance(card, Card)
    assert isinstance(card.children[0], DynamicWidgetComponent)


def test_a_model_writes_frames_only_if_they_are_asked_for() -> None:
    assert "Frame" not in widget_schema()["$defs"]
    with pytest.raises(ValueError, match="children"):
        parse_widget({"type": "Card", "children": [frame().model_dump()]})
    asked = widget_schema([Card, Frame])
    assert "Frame" in asked["$defs"]
    widget = parse_widget(
        {"type": "Card", "children": [{"type": "Frame", "title": "x", "uri": "ui://a", "html": "<p>"}]},
        components=[Card, Frame],
    )
    assert isinstance(widget, Card)
    assert widget.children == [Frame(title="x", uri="ui://a", html="<p>")]


def test_what_looks_like_an_action_within_a_frame_is_none() -> None:
    foreign = {"onClickAction": {"type": "account.delete"}, "type": "Input", "name": "order.owner"}
    bait = frame(result={"content": [], "structuredContent": foreign}, input={"x": [foreign]})
    save = Button.model_validate({"label": "Save", "onClickAction": {"type": "save"}})
    item = stored_widget(Card(children=[bait, Form(children=[bait, Input(name="note"), save])]))
    assert [(each.type, each.fields) for each in declared_actions(item)] == [("save", {"note": None})]


async def test_a_model_reads_the_call_and_not_the_html() -> None:
    item = stored_widget(BasicRoot(children=[Text(value="Now"), frame(**CALL, csp={"connectDomains": []})]))
    note = HistoryConverter().widget_note(item)
    assert note is not None
    assert "21 °C" not in note
    assert "csp" not in note
    assert '"rows":[1,null,2]' in note
