"""Templates build widgets from data, in a sandbox."""

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2
import pytest
from pydantic import BaseModel

from tests.official import PAIRS
from turnstream.widgets import BasicRoot, DynamicWidgetRoot, WidgetTemplate, WidgetTemplateError

OFFICIAL = next(pair.official for pair in PAIRS if pair.name == "widgets")
HERE = Path(__file__).parent


def template(source: str, **fields: Any) -> WidgetTemplate:
    return WidgetTemplate({"version": "1.0", "name": "t", "template": source, **fields})


def test_a_relative_file_lies_beside_the_caller() -> None:
    seat = WidgetTemplate.from_file("seat.widget")
    assert (seat.name, seat.version, seat.data_schema["type"]) == ("seat", "1.0", "object")
    assert WidgetTemplate.from_file(str(HERE / "seat.widget")).name == "seat"


@pytest.mark.parametrize(
    "data", [{"name": "</script> & \"Ada\" 'L'", "seats": ["12A", "12B"]}, {"name": "é\n", "seats": []}]
)
def test_it_builds_what_the_official_one_builds(data: dict[str, Any]) -> None:
    ours = WidgetTemplate.from_file("seat.widget").build(data)
    official = OFFICIAL.WidgetTemplate.from_file("seat.widget").build(data)
    assert isinstance(ours, DynamicWidgetRoot)
    assert ours.model_dump_json() == official.model_dump_json()


def test_data_may_be_a_model() -> None:
    class Seat(BaseModel):
        name: str
        seats: list[str] = []

    built = WidgetTemplate.from_file("seat.widget").build(Seat(name="Ada"))
    assert built.model_dump(exclude_none=True)["children"] == [{"type": "Text", "value": "Ada"}]


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError, match="name") as missing:
        template('{"type": "Card", "value": "{{ name }}"}').build()
    assert missing.value.__notes__ == ["in the widget template 't'"]
    with pytest.raises(TypeError, match="Undefined"):
        template('{"type": "Card", "value": {{ name | tojson }}}').build()


def test_templates_run_in_the_sandbox() -> None:
    with pytest.raises(jinja2.exceptions.SecurityError):
        template("{{ ''.__class__.__mro__ }}").build()


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'2\.0'"):
        WidgetTemplate({"version": "2.0", "name": "t", "template": "{}"})


@pytest.mark.parametrize("field", ["version", "name", "template"])
def test_a_definition_without_a_field_names_it(field: str) -> None:
    definition = {"version": "1.0", "name": "t", "template": "{}"}
    del definition[field]
    with pytest.raises(WidgetTemplateError, match=f"'{field}' is missing"):
        WidgetTemplate(definition)


def test_a_file_without_json_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "broken.widget"
    file.write_text('{"version": "1.0",\n "name" }', "utf-8")
    with pytest.raises(WidgetTemplateError, match=r"broken\.widget.*line 2, column 9") as refused:
        WidgetTemplate.from_file(str(file))
    assert refused.value.line == 2


def test_a_template_that_is_no_jinja_is_named_with_its_line() -> None:
    with pytest.raises(
        WidgetTemplateError, match=r"'t': line 2 of its template is no Jinja: .*'endif'"
    ) as refused:
        template('{"type":\n{% if x %}"Card"}')
    assert (refused.value.template, refused.value.line) == ("t", 2)


@pytest.mark.parametrize(
    ("source", "line", "remedy"),
    [
        ('{"type": "Card",\n"children": [{{ 3 }},]}', 2, "Remove the comma before it, in a loop"),
        ('{"type": "Card", "children": [{"type": "Spacer"} {"type": "Spacer"}]}', 1, "Put a comma"),
        ('{"type": "Card", "theme": {{ None }}}', 1, "{{ value | tojson }}"),
        ('{"type": "Card", "theme": "a"b"}', 1, "{{ value | tojson }}"),
        ('{"type": "Card",', 1, "Remove the comma"),
        ("", 1, "{{ value | tojson }}"),
    ],
)
def test_what_is_no_json_is_shown_where_it_breaks_with_a_remedy(source: str, line: int, remedy: str) -> None:
    with pytest.raises(WidgetTemplateError, match=rf"'t'.* line {line}, column \d+: .*⟨here⟩") as refused:
        template(source).build()
    assert remedy in str(refused.value)
    assert refused.value.line == line


def test_a_long_text_is_shown_in_part() -> None:
    with pytest.raises(WidgetTemplateError) as refused:
        template('{"type": "Card", "id": "' + "a" * 500 + '" oops "' + "b" * 500 + '"}').build()
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("source", ['{"type": "Crad"}', "[]", '{"children": []}', "3", '{"type": ["Card"]}'])
def test_what_is_no_root_names_the_types_of_roots(source: str) -> None:
    with pytest.raises(WidgetTemplateError, match=r"'t': it renders .* Card or ListView or Basic\."):
        template(source).build()


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ('{"type": "Card", "children": [{"type": "Row", "children": [{}]}]}', "children[0].children[0]"),
        ('{"type": "Card", "children": ["a"]}', "children[0]"),
        ('{"type": "Card", "key": 3}', "key"),
    ],
)
def test_a_component_that_is_none_is_named_by_its_path(source: str, problem: str) -> None:
    with pytest.raises(WidgetTemplateError, match="Change the template") as refused:
        template(source).build()
    assert [each.path for each in refused.value.problems if each.path.startswith(problem)]


def test_what_the_template_sets_to_null_is_absent() -> None:
    source = (
        '{"type": "Card", "size": null, "confirm": {"label": "Go", "action": null}, '
        '"children": [null, {"type": "Text", "value": "a", "color": null}, null]}'
    )
    with_nulls = template(source).build()
    without = template(
        '{"type": "Card", "confirm": {"label": "Go"}, "children": [{"type": "Text", "value": "a"}]}'
    ).build()
    assert with_nulls == without
    assert "size" not in with_nulls.model_fields_set


SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "seats": {"type": "array", "items": {"$ref": "#/$defs/seat"}},
        "class": {"enum": ["economy", "business"]},
        "price": {"anyOf": [{"type": "number", "minimum": 0}, {"type": "null"}]},
    },
    "required": ["name", "price"],
    "additionalProperties": False,
    "$defs": {
        "seat": {
            "type": "object",
            "properties": {
                "row": {"type": "integer"},
                "note": {"type": "string"},
                "next": {"$ref": "#/$defs/seat"},
            },
            "required": ["row"],
            "additionalProperties": False,
        }
    },
}
FITS = {"name": "Ada", "price": 3}


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        ({"name": 3, "price": 1}, ["data.name: must be string, not integer: 3"]),
        ({}, ["data.name: is required", "data.price: is required"]),
        ({**FITS, "seats": [{"row": 1}, {}]}, ["data.seats[1].row: is required"]),
        (
            {**FITS, "seats": [{"row": "x" * 500}]},
            [f'data.seats[0].row: must be integer, not string: "{"x" * 58}…'],
        ),
        (
            {**FITS, "seats": [{"row": 1, "next": {"row": None}}]},
            ["data.seats[0].next.row: must be integer, not null: null"],
        ),
        ({**FITS, "class": "first"}, ['data.class: must be one of "economy", "business", not "first"']),
        ({"name": "Ada", "price": -1}, ["data.price: -1 does not fit minimum: 0"]),
        ({"name": None, "price": None}, ["data.name: must be string, not null: null"]),
        ({**FITS, "seats": ["a"]}, ['data.seats[0]: must be object, not string: "a"']),
    ],
)
def test_data_that_do_not_fit_the_schema_are_refused_with_their_paths(
    data: dict[str, Any], problems: list[str]
) -> None:
    with pytest.raises(WidgetTemplateError, match=r"'t': the data do not fit\. Pass data") as refused:
        template('{"type": "Basic"}', jsonSchema=SCHEMA).build(data)
    assert [str(problem) for problem in refused.value.problems] == problems
    assert str(refused.value).splitlines()[1:] == [f"- {problem}" for problem in problems]


@pytest.mark.parametrize(
    "data",
    [
        FITS,
        {"name": "Ada", "price": None},
        {**FITS, "class": None, "seats": None},
        {**FITS, "seats": [{"row": 1, "note": None, "next": {"row": 2, "note": None, "next": None}}]},
        {**FITS, "seats": ({"row": 1},)},
        {**FITS, "more": 1, "seats": [{"row": 1, "of": "a record"}]},
    ],
)
def test_nulls_are_absent_and_what_the_schema_does_not_name_is_ignored(data: dict[str, Any]) -> None:
    assert template('{"type": "Basic"}', jsonSchema=SCHEMA).build(data).type == "Basic"


def test_the_json_of_the_data_is_checked() -> None:
    class Seat(BaseModel):
        row: int
        booked: datetime

    schema = {
        "type": "object",
        "properties": {
            "row": {"type": "integer"},
            "booked": {"type": "string"},
            "next": {"type": "object", "properties": {"booked": {"type": "string"}}},
        },
    }
    seat = Seat(row=1, booked=datetime(2026, 1, 1, tzinfo=UTC))
    source = '{"type": "Basic", "id": "{{ booked.year }}"}'
    assert template(source, jsonSchema=schema).build(seat).id == "2026"
    assert template(source, jsonSchema=schema).build({**dict(seat), "next": seat}).id == "2026"
    wrong = {"properties": {"row": {"type": "string"}}}
    with pytest.raises(WidgetTemplateError, match=r"data\.row: must be string"):
        template(source, jsonSchema=wrong).build(seat)


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"type": "strin"}, r"jsonSchema\.type: "),
        ({"properties": {"a": {"minimum": "x"}}}, r"jsonSchema\.properties\.a\.minimum: "),
        ({"properties": {"a": {"$ref": "#/$defs/b"}}}, r"refers to '/\$defs/b'.*define it under \$defs"),
    ],
)
def test_a_schema_that_is_none_is_named(schema: dict[str, Any], why: str) -> None:
    with pytest.raises(WidgetTemplateError, match=why):
        template('{"type": "Basic"}', jsonSchema=schema).build({"a": 1})


async def test_a_schema_fetches_nothing_from_other_hosts() -> None:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/schema.json"
        build = template('{"type": "Basic"}', jsonSchema={"$ref": url}).build
        with pytest.raises(WidgetTemplateError, match="refers to 'http://127"):
            await asyncio.to_thread(build, {"a": 1})
    assert asked == []


@pytest.mark.parametrize("schema", [None, {}])
def test_without_a_schema_any_data_will_do(schema: Any) -> None:
    assert template('{"type": "Basic"}', jsonSchema=schema).build({"a": object()}).type == "Basic"


def test_a_schema_without_its_library_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['jsonschema'] = None\n"
        "from turnstream.widgets import WidgetTemplate\n"
        "of = {'version': '1.0', 'name': 't', 'template': '{\"type\": \"Basic\"}'}\n"
        "WidgetTemplate(of).build()\n"
        "ready = WidgetTemplate({**of, 'jsonSchema': {'type': 'object'}})\n"
        "try: ready.build()\n"
        "except ImportError as error: assert 'turnstream[widgets]' in str(error)\n"
        "else: raise AssertionError\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_ready_template_is_used_as_it_is() -> None:
    ready = jinja2.Template('{"type": "Basic"}')
    assert WidgetTemplate({"version": "1.0", "name": "t", "template": ready}).build().type == "Basic"


def test_build_basic_still_works() -> None:
    with pytest.warns(DeprecationWarning, match="build"):
        root = template('{"type": "Basic", "gap": 2}').build_basic()  # pyright: ignore[reportDeprecated]
    assert isinstance(root, BasicRoot)
    assert json.loads(root.model_dump_json()) == {"type": "Basic", "gap": 2, "children": None}
    with pytest.warns(DeprecationWarning, match="build"):
        assert template('{"gap": 2}').build_basic() == root  # pyright: ignore[reportDeprecated]
    with (
        pytest.warns(DeprecationWarning, match="build"),
        pytest.raises(WidgetTemplateError, match="of the type Basic"),
    ):
        template('{"type": "Card"}').build_basic()  # pyright: ignore[reportDeprecated]


def test_a_template_without_jinja_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['jinja2'] = None\n"
        "from turnstream.widgets import WidgetTemplate\n"
        "try: WidgetTemplate({'version': '1.0', 'name': 't', 'template': '{}'})\n"
        "except ImportError as error: assert 'turnstream[widgets]' in str(error)\n"
        "else: raise AssertionError\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_jinja_and_jsonschema_are_imported_only_when_a_template_is_used() -> None:
    check = "import sys, turnstream.widgets; sys.exit(bool({'jinja2', 'jsonschema'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
