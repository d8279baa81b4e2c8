"""The page of the wire protocol has every event, field, operation and code that the code has, and no
other.
"""

import ast
import json
import re
import types
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import httpx
import pytest
from pydantic import BaseModel

import turnstream
from tests.http.serving import serving
from tests.official import TYPES
from tests.server.durable import memory_server
from turnstream.agents.core.model_errors import ModelErrorCode
from turnstream.errors import ErrorCode, ThreadBusyError
from turnstream.http import create_app
from turnstream.turns.client_calls import REASONS
from turnstream.types import (
    ClientEffectEvent,
    ClientToolCallItem,
    LockEvent,
    ThreadStreamEvent,
    WidgetItem,
    durable,
)

ROOT = Path(__file__).parents[2]
SOURCE = Path(turnstream.__file__).parent
PAGE = (ROOT / "docs" / "contributing" / "protocol.md").read_text("utf-8")

Row = dict[str, str]


class Section:
    """The text under one heading, up to the next one of its level."""

    def __init__(self, title: str, level: int = 2, within: str = PAGE) -> None:
        mark = "#" * level
        found = re.findall(
            rf"^{mark} {re.escape(title)}\n(.*?)(?=^#{{2,{level}}} |\Z)", within, re.DOTALL | re.MULTILINE
        )
        assert len(found) == 1, f"docs/contributing/protocol.md needs one section {mark} {title}"
        self.text: str = found[0]

    @property
    def tables(self) -> list[list[Row]]:
        """Its tables, each row by the names of the columns."""
        found = re.findall(r"(?:^\|.*\n)+", self.text, re.MULTILINE)
        return [_rows(table) for table in found]

    @property
    def rows(self) -> list[Row]:
        """The rows of its last table; none without a table."""
        return self.tables[-1] if self.tables else []

    def column(self, name: str) -> list[str]:
        return [row[name].strip("`") for row in self.rows]

    @property
    def examples(self) -> list[Any]:
        return [
            json.loads(line)
            for line in re.findall(r"^```json\n(.*?)\n```", self.text, re.DOTALL | re.MULTILINE)
        ]


def _rows(table: str) -> list[Row]:
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]


def titles_under(title: str) -> list[str]:
    """The names of the sections of the third level, which are names of the wire."""
    [text] = re.findall(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    return re.findall(r"^### `(.+)`$", text, re.MULTILINE)


def of_the_wire(title: str) -> Section:
    return Section(f"`{title}`", 3)


MODELS = [
    model
    for model in vars(durable).values()
    if isinstance(model, type) and issubclass(model, BaseModel) and model.__module__ == durable.__name__
]
EVENTS: dict[str, type[BaseModel]] = {
    model.model_fields["type"].default: model
    for model in [*MODELS, LockEvent]
    if "type" in model.model_fields and model.model_fields["type"].default.startswith("turnstream.")
}
REQUESTS: dict[str, type[BaseModel]] = {
    model.model_fields["type"].default: model for model in get_args(durable.DurableReq)
}
OF_THE_CONNECTION = [
    json.loads(frame.removeprefix(b"data: "))
    for name, frame in vars(durable).items()
    if name.isupper() and isinstance(frame, bytes)
]


class Field:
    """A field as the tables write it: `error.code`, `effects[].name`."""

    def __init__(self, model: type[BaseModel], name: str) -> None:
        info = model.model_fields[name]
        self.is_required = info.is_required()
        self.is_never_null = (
            info.is_required() or info.default is not None or info.default_factory is not None
        )
        inner = [part for part in _sections(info.annotation) if part is not types.NoneType]
        self.values = [value for part in inner if get_origin(part) is Literal for value in get_args(part)]
        self.models = [part for part in inner if part in MODELS]
        self.is_list = any(get_origin(part) is list for part in _union(info.annotation))


def _union(annotation: Any) -> list[Any]:
    is_union = get_origin(annotation) in {Union, types.UnionType}
    return list(get_args(annotation)) if is_union else [annotation]


def _sections(annotation: Any) -> list[Any]:
    """The members of a union, and of a list the kind of its entries."""
    return [get_args(part)[0] if get_origin(part) is list else part for part in _union(annotation)]


def fields_of(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Field]]:
    for name, info in model.model_fields.items():
        if name == "type" or info.exclude:
            continue
        field = Field(model, name)
        if not field.models:
            yield prefix + name, field
        for inner in field.models:
            yield from fields_of(inner, f"{prefix}{name}{'[]' if field.is_list else ''}.")


def check_table(section: Section, model: type[BaseModel], *, is_request: bool = False) -> None:
    """Compare the names of the fields, whether they may be absent, and the values that they are limited
    to.
    """
    fields = dict(fields_of(model))
    assert section.column("field") == list(fields)
    for row in section.rows:
        field = fields[row["field"].strip("`")]
        if is_request:
            assert row["present"] == ("required" if field.is_required else "optional"), row
        else:
            assert row["present"] == ("always" if field.is_never_null else "if set"), row
        for value in field.values:
            assert f"`{value}`" in row["meaning"] or str(value).lower() == row["type"], (value, row)


def check_example(example: dict[str, Any], model: type[BaseModel]) -> None:
    """It parses, and nothing of it is unknown to the model."""
    known = model.model_validate(example).model_dump(mode="json", exclude_unset=True)
    assert {"type": example.get("type"), **known} == {"type": None, **example}


def test_every_model_of_durable_turns_is_an_event_a_request_or_within_one() -> None:
    tops = [*EVENTS.values(), *REQUESTS.values(), durable.TurnSnapshot]
    reached = {inner for top in tops for inner in _reachable(top)}
    assert set(MODELS) - reached == {durable.UndoingEffectEvent}  # a `client_effect` on the wire


def _reachable(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for name in model.model_fields:
        for inner in Field(model, name).models:
            yield from _reachable(inner)


def test_the_events_are_those_of_the_types() -> None:
    of_the_connection = {frame["type"] for frame in OF_THE_CONNECTION}
    assert len(of_the_connection) == 3
    assert sorted(titles_under("Events")) == sorted({*EVENTS, *of_the_connection})


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_has_its_fields_and_an_example(event: str) -> None:
    section = of_the_wire(event)
    check_table(section, EVENTS[event])
    [example] = section.examples
    assert example["type"] == event
    check_example(example, EVENTS[event])


def test_events_of_the_connection_are_the_frames_that_are_sent() -> None:
    for frame in OF_THE_CONNECTION:
        section = of_the_wire(frame["type"])
        assert set(frame) <= {"type", *section.column("field")}
        assert any(set(example) >= set(frame) for example in section.examples)
    for section in map(of_the_wire, {frame["type"] for frame in OF_THE_CONNECTION}):
        assert all(example in OF_THE_CONNECTION for example in section.examples)


def test_the_element_knows_no_event_that_the_page_does_not() -> None:
    sources = (ROOT / "element" / "src" / "protocol").rglob("*.ts")
    known = {
        event for source in sources for event in re.findall(r"'(turnstream\.\w+)'", source.read_text("utf-8"))
    }
    assert len(known) > 5
    assert known <= set(titles_under("Events"))


def test_the_operations_are_those_of_the_types() -> None:
    assert sorted(titles_under("Operations")) == sorted(REQUESTS)


@pytest.mark.parametrize("operation", REQUESTS)
def test_an_operation_has_its_parameters_and_an_example(operation: str) -> None:
    section = of_the_wire(operation)
    [params] = Field(REQUESTS[operation], "params").models
    check_table(section, params, is_request=True)
    requests = [example for example in section.examples if "type" in example]
    assert requests
    for example in requests:
        assert isinstance(durable.DURABLE_REQUEST.validate_python(example), REQUESTS[operation])
        check_example(example, REQUESTS[operation])


def test_the_snapshot_has_its_fields_and_an_example() -> None:
    check_table(of_the_wire("turnstream"), durable.TurnSnapshot)
    [example] = Section("The snapshot").examples
    check_example(example["turnstream"], durable.TurnSnapshot)
    assert set(example["turnstream"]) == set(durable.TurnSnapshot.model_fields)


def test_the_added_fields_are_those_that_the_official_types_do_not_have() -> None:
    ours = {
        "client_effect": ClientEffectEvent,
        "client_tool_call": ClientToolCallItem,
        "widget": WidgetItem,
    }
    added = [
        (name, field)
        for name, model in ours.items()
        for field in model.model_fields
        if field not in getattr(TYPES, model.__name__).model_fields
    ]
    section = Section("Fields added to ChatKit's types")
    assert list(zip(section.column("type"), section.column("field"), strict=True)) == added


def test_the_headers_are_those_of_the_code() -> None:
    sources = [*(SOURCE / "http").rglob("*.py"), *(ROOT / "element" / "src" / "protocol").rglob("*.ts")]
    quoted = re.compile(
        r"""["'](turnstream-[\w-]+|chatkit-frame-instance-id|idempotency-key|retry-after)["']""",
        re.IGNORECASE,
    )
    used = {header.lower() for source in sources for header in quoted.findall(source.read_text("utf-8"))}
    assert {header.lower() for header in Section("Negotiation").column("header")} == used


class Codes(ast.NodeVisitor):
    """Every code that a source file names, with the status beside it; None for what no refusal has."""

    def __init__(self) -> None:
        self.found: dict[str, set[int | None]] = {}

    def visit_Call(self, node: ast.Call) -> None:
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        if "code" in given:
            self._add(given["code"], _number(given.get("status")) or _status_of(node.func))
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """A parameter `code` with a default, or limited to some values; the status is in the function."""
        pairs = [*zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)]
        for argument, default in pairs:
            if argument.arg == "code":
                statuses = (
                    _number(keyword.value) for part in ast.walk(node) if isinstance(part, ast.Call)
                    for keyword in part.keywords if keyword.arg == "status"
                )  # fmt: skip
                status = next(statuses, None)
                for source in (default, argument.annotation):
                    self._add(source, status)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if any(isinstance(target, ast.Name) and target.id == "code" for target in node.targets):
            self._add(node.value, None)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if isinstance(node.target, ast.Name) and node.target.id == "code":
            self._add(node.value, None)

    def visit_Dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "code":
                self._add(value, None)
        self.generic_visit(node)

    def _add(self, node: ast.AST | None, status: int | None) -> None:
        # The branches of `a if … else b`, and the values of `Literal[…]`; a computed value is none of them.
        match node:
            case ast.Constant(value=str(code)) if re.fullmatch(r"[a-z_.]+", code):
                self.found.setdefault(code, set()).add(status)
            case ast.IfExp(body=body, orelse=orelse):
                self._add(body, status)
                self._add(orelse, status)
            case ast.Subscript(value=ast.Name(id="Literal"), slice=ast.Tuple(elts=values)):
                for value in values:
                    self._add(value, status)
            case _:
                pass


def _number(node: ast.AST | None) -> int | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, int) else None


def _status_of(function: ast.AST) -> int | None:
    """The status of an error class whose constructor sets it."""
    name = function.id if isinstance(function, ast.Name) else ""
    return {"ConflictError": 409, "TooManyRequestsError": 429}.get(name)


@pytest.fixture(scope="module")
def codes() -> dict[str, set[int | None]]:
    visitor = Codes()
    for source in SOURCE.rglob("*.py"):
        if "demos" not in source.parts:
            visitor.visit(ast.parse(source.read_text("utf-8")))
    return visitor.found


REFUSALS = Section("Refusals", 3)
MEMBERS = REFUSALS.tables[0]
OF_EVENTS = Section("Codes of `error` events", 3)
OF_ANSWERS = Section("Codes of a client tool's answer", 3)
FROM_A_STATUS = {"method_not_allowed": "405", "expired": "409", "superseded": "409"}
"""Refusals whose code is computed: the router's phrase, and the status of a call."""


def test_every_code_of_the_source_is_on_the_page(codes: dict[str, set[int | None]]) -> None:
    assert len(codes) > 25
    listed = {*REFUSALS.column("code"), *OF_EVENTS.column("code"), *OF_ANSWERS.column("code")}
    assert set(codes) - listed == set()


def test_every_refusal_of_the_page_is_in_the_source_with_its_status(
    codes: dict[str, set[int | None]],
) -> None:
    rows = {row["code"].strip("`"): row["status"] for row in REFUSALS.rows}
    assert set(rows) - set(codes) - set(FROM_A_STATUS) == set()
    assert {code: rows[code] for code in FROM_A_STATUS} == FROM_A_STATUS
    # That one has the status of the app's exception.
    for code in set(rows) - set(FROM_A_STATUS) - {"refused"}:
        statuses = {str(status) for status in codes[code] if status is not None}
        assert statuses <= {rows[code]}, code
        assert statuses or code in {"internal", "no_route"}, code


def test_a_refusal_is_in_one_table_and_no_code_of_a_refusal_is_missing(
    codes: dict[str, set[int | None]],
) -> None:
    refusals = {code for code, statuses in codes.items() if statuses - {None}}
    assert refusals - set(REFUSALS.column("code")) == set()


def test_the_codes_of_error_events_are_those_of_the_types(codes: dict[str, set[int | None]]) -> None:
    limits = {code for code in codes if code in OF_EVENTS.column("code")} - {*ErrorCode, *ModelErrorCode}
    assert set(OF_EVENTS.column("code")) == {*ErrorCode, *ModelErrorCode, *limits}
    assert limits == {"custom", "turn_timeout", "answer_too_large", "too_many_tool_calls"}


def test_the_codes_of_answers_are_those_that_the_two_sides_give() -> None:
    by_server = {row["code"].strip("`") for row in OF_ANSWERS.rows if row["given by"] == "server"}
    assert by_server == {*REASONS, durable.ToolFailure().code}
    element = "\n".join(source.read_text("utf-8") for source in (ROOT / "element" / "src").rglob("*.ts"))
    for row in OF_ANSWERS.rows:
        assert row["given by"] == "server" or f"'{row['code'].strip('`')}'" in element, row


def test_the_reasons_are_those_that_a_turn_ends_with() -> None:
    rows = {
        row["reason"].strip("`"): row["status"].strip("`") for row in Section("Reasons of an end", 3).rows
    }
    sources = [source.read_text("utf-8") for source in (SOURCE / "turns").rglob("*.py")]
    quoted = {"too_many_tool_calls", *(word for source in sources for word in re.findall(r'"(\w+)"', source))}
    assert set(rows) <= quoted
    assert {reason for reason, status in rows.items() if status == "interrupted"} == {
        "shutdown",
        "server_lost",
    }


def never_called(*_: Any) -> AsyncIterator[ThreadStreamEvent]:
    raise AssertionError("no turn begins here")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("POST", "/elsewhere", 404, "no_route"), ("DELETE", "/chatkit", 405, "method_not_allowed")],
)
async def test_the_router_refuses_with_the_codes_of_the_page(
    method: str, path: str, status: int, code: str
) -> None:
    async with serving(create_app(memory_server(never_called))) as client:
        answer: httpx.Response = await client.request(method, path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert {"code": f"`{code}`", "status": str(status)}.items() <= _row(code).items()


def _row(code: str) -> Row:
    [row] = [row for row in REFUSALS.rows if row["code"] == f"`{code}`"]
    return row


def test_the_members_of_a_refusal_are_those_of_the_errors() -> None:
    tree = ast.parse((SOURCE / "errors.py").read_text("utf-8"))
    returned = [
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == "_details"
        for part in ast.walk(node)
        if isinstance(part, ast.Dict)
    ]
    own = {key.value for dictionary in returned for key in dictionary.keys if isinstance(key, ast.Constant)}
    assert {row["member of `error`"].strip("`") for row in MEMBERS} == {"code", "message", *own}
    [example] = REFUSALS.examples
    busy = ThreadBusyError("thr_1", "turn_2")
    assert busy.to_body() == example
