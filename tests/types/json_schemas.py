"""JSON Schemas: compare two of them, and make documents that fit one."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from hypothesis import strategies as st

Schema = dict[str, Any]

# Keys whose members are named by the author of the schema, so that "description" there is a field's name.
_NAMED_MEMBERS = {"properties", "$defs"}


def without_texts(schema: Any) -> Any:
    """The schema without its human-readable descriptions."""
    if isinstance(schema, list):
        return [without_texts(part) for part in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    members = cast("Schema", schema)
    return {
        key: {name: without_texts(part) for name, part in value.items()}
        if key in _NAMED_MEMBERS
        else without_texts(value)
        for key, value in members.items()
        if key != "description"
    }


def differences(ours: Any, official: Any, path: str = "$") -> list[str]:
    """Every place where two JSON documents differ, as one line each."""
    if isinstance(ours, dict) and isinstance(official, dict):
        left, right = cast("Schema", ours), cast("Schema", official)
        found = [f"{path}.{key}: only ours" for key in left.keys() - right.keys()]
        found += [f"{path}.{key}: only official" for key in right.keys() - left.keys()]
        for key in left.keys() & right.keys():
            found += differences(left[key], right[key], f"{path}.{key}")
        return sorted(found)
    if isinstance(ours, list) and isinstance(official, list):
        left, right = cast("list[Any]", ours), cast("list[Any]", official)
        if len(left) != len(right):
            return [f"{path}: {len(left)} entries, official {len(right)}"]
        return [
            line
            for i, pair in enumerate(zip(left, right, strict=True))
            for line in differences(*pair, f"{path}[{i}]")
        ]
    left, right = cast("tuple[Any, Any]", (ours, official))
    return [] if left == right and type(left) is type(right) else [f"{path}: {left!r}, official {right!r}"]


def documents(schema: Schema, *, has_nulls: bool = False) -> st.SearchStrategy[Any]:
    """JSON documents that fit `schema`; those with nulls are small also where every member is required."""
    return _Documents(schema.get("$defs", {}), has_nulls=has_nulls).fitting(schema, depth=0)


_ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=4), st.just({"deep": [1, None]})
)
_TIMES = st.integers(631_152_000, 3_786_912_000).map(lambda s: datetime.fromtimestamp(s, UTC).isoformat())
_STRINGS = {
    "uri": st.sampled_from(["https://files.example/1", "http://127.0.0.1:8000/a?b=c#d"]),
    "date-time": _TIMES,
    "binary": st.text("abc", max_size=4),
}
_DEEPEST = 3


def _is_given(value: Any) -> bool:
    return value is not None


class _Documents:
    def __init__(self, definitions: Mapping[str, Schema], *, has_nulls: bool) -> None:
        self.definitions = definitions
        self.has_nulls = has_nulls

    def fitting(self, schema: Schema, depth: int) -> st.SearchStrategy[Any]:
        match schema:
            case {"$ref": str(ref)}:
                return st.deferred(
                    lambda: self.fitting(self.definitions[ref.removeprefix("#/$defs/")], depth + 1)
                )
            case {"anyOf": choices} | {"oneOf": choices}:
                return self.one_of(choices, depth)
            case {"const": value}:
                return st.just(value)
            case {"enum": values}:
                return st.sampled_from(values)
            case {"type": "string"}:
                return self.string(schema)
            case {"type": "integer"}:
                return st.integers(-5, 5)
            case {"type": "number"}:
                return st.sampled_from([-1.5, 0.25, 3.0])
            case {"type": "boolean"}:
                return st.booleans()
            case {"type": "null"}:
                return st.none()
            case {"type": "array"}:
                return st.lists(
                    self.fitting(schema["items"], depth + 1), max_size=0 if depth > _DEEPEST else 2
                )
            case {"type": "object"}:
                return self.object(schema, depth)
            case _:
                return _ANYTHING

    def one_of(self, choices: Sequence[Schema], depth: int) -> st.SearchStrategy[Any]:
        """Any choice; deep down only those that end, where there are any."""
        flat = [choice for choice in choices if choice.get("type") not in ("array", None)]
        return st.one_of(
            *(self.fitting(choice, depth) for choice in (flat if depth > _DEEPEST and flat else choices))
        )

    def required(self, schema: Schema, depth: int) -> st.SearchStrategy[Any]:
        """Not null: sent without its nulls, it could not be read back, which is the wire's own limit."""
        values = self.fitting(schema, depth)
        return values if self.has_nulls else values.filter(_is_given)

    def string(self, schema: Schema) -> st.SearchStrategy[str]:
        if "pattern" in schema:
            return st.just(schema["pattern"].removeprefix("^") + "x")
        return _STRINGS.get(schema.get("format", ""), st.text(max_size=4))

    def object(self, schema: Schema, depth: int) -> st.SearchStrategy[dict[str, Any]]:
        properties: dict[str, Schema] = schema.get("properties", {})
        required = set(schema.get("required", ()))
        if "type" in properties:
            required.add("type")  # a wire document always says what it is, even where a default exists
        fixed = {k: self.required(v, depth + 1) for k, v in properties.items() if k in required}
        free = {k: self.fitting(v, depth + 1) for k, v in properties.items() if k not in required}
        known = st.fixed_dictionaries(fixed, optional={} if depth > _DEEPEST else free)
        extra = schema.get("additionalProperties")
        if not extra or depth > _DEEPEST:
            return known
        values = _ANYTHING if extra is True else self.fitting(extra, depth + 1)
        extras = st.dictionaries(st.sampled_from(["x1", "x2"]), values, max_size=2)
        return st.tuples(extras, known).map(lambda parts: {**parts[0], **parts[1]})
