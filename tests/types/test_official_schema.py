"""Names, fields, defaults and JSON Schemas are those of the published ChatKit package, in both directions."""

import copy
import inspect
import json
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeVar, cast

import pytest
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaMode, PydanticJsonSchemaWarning

from tests.official import PAIRS, Pair, public_names
from tests.types.json_schemas import Schema, differences, without_texts
from turnstream.types import LockEvent, WidgetAnswer
from turnstream.widgets import BasicRoot, Card, Table, TableCell, TableRow

# What only we have, and why.
OUR_EXTRAS = {
    "actions": set[str](),
    "errors": {
        "TurnstreamError",  # the base of our tree
        "RequestError",  # refusals before a stream, which officially are a 500 or a broken stream
        "InvalidRequestError",
        "NotFoundError",  # officially it is the store's alone
        "NotSupportedError",
        "RequestNotFoundError",
        "ConflictError",
        "ThreadBusyError",
        "KeyReusedError",
        "ShuttingDownError",
        "LimitError",
        "TooManyRequestsError",
    },
    "icons": set[str](),
    "types": {
        "LockEvent",  # which regions of the page a response locks
        "CHATKIT_REQUEST",  # the parser of requests, made once
        "WidgetAnswer",  # what came of a widget that a turn waits for
        "UtcDatetime",  # times are aware and in UTC
        "to_utc",
    },
    "widgets": {
        "Table",  # the JavaScript package has it, the Python one does not
        "TableRow",
        "TableCell",
        "Component",  # the base of an app's own components
        "Frame",
        "FramePermissions",
        "FramePolicy",
        "widget_schema",  # widgets that a model writes
        "parse_widget",
        "InvalidWidgetError",
        "WidgetProblem",
        "WidgetTemplateError",
    },
}


# The deliberate differences of schemas. Nothing else may differ.
def _widgets_are_not_deprecated(official: Schema) -> None:
    """The named widget classes are as good a way as templates here, so they carry no deprecation mark."""
    for name, schema in (*official.get("$defs", {}).items(), (official.get("title"), official)):
        if name in DEPRECATED_WIDGETS:
            schema.pop("deprecated", None)


def _effects_may_be_replayed(official: Schema) -> None:
    """An effect may say what becomes of it in a page that is loaded later."""
    for name, schema in (*official.get("$defs", {}).items(), (official.get("title"), official)):
        if name == "ClientEffectEvent":
            policy = {"enum": ["skip", "latest", "all"], "type": "string"}
            schema["properties"]["replay"] = {
                "anyOf": [policy, {"type": "null"}],
                "default": None,
                "title": "Replay",
            }
            schema["properties"]["key"] = {
                "anyOf": [{"type": "string"}, {"type": "null"}],
                "default": None,
                "title": "Key",
            }


def _client_tools_may_ask_the_person(official: Schema) -> None:
    """A call may ask that the person agrees before it runs."""
    for name, schema in (*official.get("$defs", {}).items(), (official.get("title"), official)):
        if name == "ClientToolCallItem":
            schema["properties"]["confirm"] = {
                "anyOf": [{"type": "boolean"}, {"type": "string"}, {"type": "null"}],
                "default": None,
                "title": "Confirm",
            }


def _errors_may_have_codes_of_their_own(official: Schema) -> None:
    """The official codes are not a closed list; on the wire, official clients get `custom` for ours."""
    for name, schema in (*official.get("$defs", {}).items(), (official.get("title"), official)):
        if name == "ErrorEvent":
            schema["properties"]["code"]["anyOf"].append({"type": "string"})


def _responses_may_lock_the_page(official: Schema) -> None:
    """One more event, which official clients do not get."""
    if "ClientEffectEvent" in official.get("$defs", {}) and "discriminator" in official:
        reference = "#/$defs/LockEvent"
        official["$defs"]["LockEvent"] = _definition_of(LockEvent)
        official["discriminator"]["mapping"]["turnstream.lock"] = reference
        official["oneOf"].insert(-2, {"$ref": reference})


def _widgets_have_what_the_javascript_types_have(official: Schema) -> None:
    """Tables, a card's border, and the fields of a widget without a frame; see tests/widgets."""
    definitions = cast("Schema", official.get("$defs", {}))
    tables = {"Table": Table, "Table.Row": TableRow, "Table.Cell": TableCell}
    for union in list(_unions_of_components(official)):
        if "Transition" in union["discriminator"]["mapping"]:
            for kind, model in tables.items():
                reference = f"#/$defs/{model.__name__}"
                union["discriminator"]["mapping"][kind] = reference
                union["oneOf"].append({"$ref": reference})
                definitions[model.__name__] = _definition_of(model)
    for name, schema in (*definitions.items(), (official.get("title"), official)):
        if name in OUR_FIELDS and name in {"Card", "BasicRoot"}:
            ours = _definition_of(getattr(WIDGETS.ours, name))["properties"]
            schema["properties"].update({field: ours[field] for field in OUR_FIELDS[name]})
    if "BasicRoot" in definitions or "Card" in definitions or official.get("title") in {"BasicRoot", "Card"}:
        _add_definitions(official, ("Border", "Borders", "Spacing", "ThemeColor"))


def _unions_of_components(schema: Any) -> Iterator[Schema]:
    """Every union of the schema that is told apart by a type."""
    if isinstance(schema, list):
        for part in cast("list[Any]", schema):
            yield from _unions_of_components(part)
    elif isinstance(schema, dict):
        members = cast("Schema", schema)
        if "mapping" in members.get("discriminator", {}):
            yield members
        for part in list(members.values()):
            yield from _unions_of_components(part)


def _definition_of(model: type[BaseModel], name: str | None = None) -> Schema:
    """The definition of `model`, or of `name` in its schema, which the caller may change."""
    schema = _our_schema(model)
    return copy.deepcopy(schema.get("$defs", {}).get(name or model.__name__, schema))


@cache
def _our_schema(model: Any) -> Schema:
    return without_texts(TypeAdapter(model).json_schema())


def _add_definitions(official: Schema, names: tuple[str, ...]) -> None:
    """Adds the definitions that only our fields refer to."""
    # The dicts within a model that allows any field allow any member.
    owner = BasicRoot if official.get("title") == "BasicRoot" else Card
    written = json.dumps(official)
    for name in names:
        if f'#/$defs/{name}"' in written:
            official.setdefault("$defs", {}).setdefault(name, _definition_of(owner, name))


def _widgets_may_be_answered(official: Schema) -> None:
    """A widget that a turn waits for says what came of it."""
    for name, schema in (*official.get("$defs", {}).items(), (official.get("title"), official)):
        if name == "WidgetItem":
            schema["properties"]["answer"] = {
                "anyOf": [{"$ref": "#/$defs/WidgetAnswer"}, {"type": "null"}],
                "default": None,
            }
            official["$defs"] = {**official["$defs"], "WidgetAnswer": _definition_of(WidgetAnswer)}


DELIBERATE = (
    _widgets_have_what_the_javascript_types_have,
    _responses_may_lock_the_page,
    _widgets_are_not_deprecated,
    _effects_may_be_replayed,
    _client_tools_may_ask_the_person,
    _widgets_may_be_answered,
    _errors_may_have_codes_of_their_own,
)
OUR_FIELDS = {
    "ClientEffectEvent": ["replay", "key"],
    "ClientToolCallItem": ["confirm"],
    "Card": ["border"],
    "BasicRoot": ["direction", "gap", "padding", "align", "justify", "theme"],
    "WidgetItem": ["answer"],
}

WIDGETS = next(pair for pair in PAIRS if pair.name == "widgets")
DEPRECATED_WIDGETS = {n for n, member in vars(WIDGETS.official).items() if hasattr(member, "__deprecated__")}


def shared_members() -> Iterator[tuple[Pair, str]]:
    for pair in PAIRS:
        for name in sorted(public_names(pair.official)):
            if not isinstance(getattr(pair.official, name), TypeVar):
                yield pair, name


def has_schema(member: Any) -> bool:
    """Models, typed dicts, enums, unions and literals have one; functions, exceptions and plain values do
    not.
    """
    if inspect.isclass(member):
        return not issubclass(member, Exception) and (
            issubclass(member, (BaseModel, dict, str)) or "Dict" in repr(type(member))
        )
    return "typing" in type(member).__module__ or type(member).__name__ == "UnionType"


WITH_SCHEMA = [
    pytest.param(*pair.member(name), id=f"{pair.name}.{name}")
    for pair, name in shared_members()
    if has_schema(getattr(pair.official, name))
]
MODELS = [
    case for case in WITH_SCHEMA if inspect.isclass(case.values[1]) and issubclass(case.values[1], BaseModel)
]
CALLABLES = [
    pytest.param(*pair.member(name), id=f"{pair.name}.{name}")
    for pair, name in shared_members()
    if inspect.isfunction(getattr(pair.official, name))
    or (inspect.isclass(getattr(pair.official, name)) and not has_schema(getattr(pair.official, name)))
]


def schema_of(member: Any, mode: JsonSchemaMode) -> Schema:
    with warnings.catch_warnings():
        # The official Action has a type variable as its default, which has no JSON.
        warnings.simplefilter("ignore", PydanticJsonSchemaWarning)
        return without_texts(TypeAdapter(member).json_schema(mode=mode))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_public_names_are_the_official_ones(pair: Pair) -> None:
    assert set(pair.ours.__all__) - public_names(pair.official) == OUR_EXTRAS[pair.name]
    assert public_names(pair.official) - set(pair.ours.__all__) == set()


@pytest.mark.parametrize("mode", ["validation", "serialization"])
@pytest.mark.parametrize(("ours", "official"), WITH_SCHEMA)
def test_json_schemas_are_the_official_ones(ours: Any, official: Any, mode: JsonSchemaMode) -> None:
    expected = schema_of(official, mode)
    for apply_difference in DELIBERATE:
        apply_difference(expected)
    assert differences(schema_of(ours, mode), expected) == []


def describe(field: FieldInfo) -> tuple[Any, ...]:
    default = field.get_default(call_default_factory=False)
    default = "a type variable" if isinstance(default, TypeVar) else default
    return (
        repr(default),
        field.is_required(),
        field.frozen,
        field.alias,
        field.serialization_alias,
        field.exclude,
    )


@pytest.mark.parametrize(("ours", "official"), MODELS)
def test_fields_stand_in_the_official_order_with_the_official_flags(
    ours: type[BaseModel], official: type[BaseModel]
) -> None:
    extras = OUR_FIELDS.get(ours.__name__, [])
    assert list(ours.model_fields) == [*official.model_fields, *extras]
    for name, field in ours.model_fields.items():
        # Theirs defaults to a type variable, which cannot be sent.
        if name not in extras and (ours.__name__, name) != (
            "Action",
            "type",
        ):
            assert describe(field) == describe(official.model_fields[name]), name
    assert ours.model_config.get("extra") == official.model_config.get("extra")
    assert ours.model_config.get("serialize_by_alias") == official.model_config.get("serialize_by_alias")


@pytest.mark.parametrize(("ours", "official"), CALLABLES)
def test_functions_and_classes_take_the_official_arguments(ours: Any, official: Any) -> None:
    def parameters(member: Any) -> list[tuple[str, Any, Any]]:
        return [(p.name, p.kind, p.default) for p in inspect.signature(member).parameters.values()]

    if not inspect.isclass(official) or "__init__" in vars(official):
        assert parameters(ours) == parameters(official)
    methods = (
        {n for n in vars(official) if not n.startswith("_")} if inspect.isclass(official) else set[str]()
    )
    assert methods <= set(dir(ours))
    for name in methods:
        if callable(getattr(official, name)):
            assert parameters(getattr(ours, name)) == parameters(getattr(official, name))


def test_every_public_name_is_compared_by_something() -> None:
    compared = {case.id for case in (*WITH_SCHEMA, *CALLABLES)}
    values = {f"{pair.name}.{name}" for pair, name in shared_members()} - compared
    assert values == {
        "actions.DEFAULT_HANDLER",
        "actions.DEFAULT_LOADING_BEHAVIOR",
        "errors.DEFAULT_ALLOW_RETRY",
        "errors.DEFAULT_STATUS",
    }
    for pair, name in shared_members():
        if f"{pair.name}.{name}" in values:
            ours, official = pair.member(name)
            assert ours == official


def mutations(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """The schema with one thing changed, for several such things."""
    first = next(iter(schema["properties"]))
    changes: dict[str, Callable[[Schema], object]] = {
        "a field is missing": lambda s: s["properties"].pop(first),
        "a field is new": lambda s: s["properties"].update(new={"type": "string"}),
        "a type differs": lambda s: s["properties"][first].update(type="integer"),
        "a default differs": lambda s: s["properties"][first].update(default=0),
        "a requirement is missing": lambda s: s["required"].pop(),
        "a choice is missing": lambda s: s["$defs"]["UserMessageTextContent"]["properties"]["type"].pop(
            "const"
        ),
        "a mark is new": lambda s: s.update(deprecated=True),
    }
    for name, change in changes.items():
        mutated = copy.deepcopy(schema)
        change(mutated)
        yield name, mutated


def test_the_comparison_reports_every_mutation_in_both_directions() -> None:
    types = next(pair for pair in PAIRS if pair.name == "types")
    schema = schema_of(types.ours.UserMessageItem, "validation")
    assert differences(schema, copy.deepcopy(schema)) == []
    for name, mutated in mutations(schema):
        assert len(differences(schema, mutated)) == 1, name
        assert len(differences(mutated, schema)) == 1, name


def test_a_field_called_description_is_compared() -> None:
    types = next(pair for pair in PAIRS if pair.name == "types")
    assert "description" in schema_of(types.ours.FileSource, "validation")["properties"]
