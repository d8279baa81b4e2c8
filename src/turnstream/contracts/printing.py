"""Prints a JSON schema as a TypeScript type."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from turnstream.contracts.schemas import Schema

__all__ = ["comment", "object_type", "property_name", "type_of"]

IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
PRIMITIVES = {
    "string": "string",
    "number": "number",
    "integer": "number",
    "boolean": "boolean",
    "null": "null",
}
REF = "#/$defs/"


def type_of(schema: Schema | bool, names: Mapping[str, str], indent: str = "") -> str:
    """Return the TypeScript type of a schema, or `unknown`; `names` are those of the definitions."""
    match schema:
        case bool():
            return "unknown" if schema else "never"
        case {"$ref": str(ref)}:
            return names[ref.removeprefix(REF)]
        case {"const": value}:
            return literal(value)
        case {"enum": values}:
            return union(literal(value) for value in cast("list[Any]", values))
        case {"anyOf": choices} | {"oneOf": choices} | {"type": [*choices]}:
            return union(_choice(choice, names, indent) for choice in cast("list[Any]", choices))
        case {"allOf": parts}:
            return " & ".join(_grouped(type_of(part, names, indent)) for part in cast("list[Schema]", parts))
        case {"type": "array"}:
            return _array(schema, names, indent)
        case {"type": "object"} | {"properties": _}:
            return _object(schema, names, indent)
        case _:
            return PRIMITIVES.get(schema.get("type", ""), "unknown")


def literal(value: Any) -> str:
    return json.dumps(value) if isinstance(value, (str, int, float, bool)) or value is None else "unknown"


def union(types: Iterable[str]) -> str:
    """Return the union without repetitions, null last."""
    distinct = sorted(dict.fromkeys(types), key=lambda each: each == "null")
    return "unknown" if "unknown" in distinct else " | ".join(distinct) or "never"


def object_type(members: Iterable[tuple[str, str]], indent: str = "") -> str:
    """Return an object type of members, each with the comment that stands over it."""
    inner = f"{indent}  "
    lines = [f"{note}{inner}{member};\n" for note, member in members]
    return f"{{\n{''.join(lines)}{indent}}}" if lines else "{}"


def property_name(name: str) -> str:
    return name if IDENTIFIER.fullmatch(name) else json.dumps(name)


def comment(lines: Iterable[str], indent: str = "") -> str:
    """Return a JSDoc comment of these paragraphs, which cannot end it early; nothing for none."""
    texts = [line.rstrip() for text in lines for line in text.replace("*/", "*\\/").splitlines()]
    if not any(texts):
        return ""
    if len(texts) == 1:
        return f"{indent}/** {texts[0]} */\n"
    body = "".join(f"{indent} *{' ' if text else ''}{text}\n" for text in texts)
    return f"{indent}/**\n{body}{indent} */\n"


def _choice(choice: Any, names: Mapping[str, str], indent: str) -> str:
    return type_of({"type": choice} if isinstance(choice, str) else choice, names, indent)


def _grouped(text: str) -> str:
    return f"({text})" if " | " in text or " & " in text else text


def _array(schema: Schema, names: Mapping[str, str], indent: str) -> str:
    items = type_of(schema.get("items", True), names, indent)
    if "prefixItems" not in schema:
        return f"{_grouped(items)}[]"
    first: list[Schema] = schema["prefixItems"]
    least: int = schema.get("minItems", 0)
    members = [
        f"{_grouped(type_of(each, names, indent))}{'?' if at >= least else ''}"
        for at, each in enumerate(first)
    ]
    if schema.get("maxItems") != len(first):
        members.append(f"...{_grouped(items)}[]")
    return f"[{', '.join(members)}]"


def _object(schema: Schema, names: Mapping[str, str], indent: str) -> str:
    properties: dict[str, Schema] = schema.get("properties", {})
    members = [_member(name, each, schema, names, f"{indent}  ") for name, each in properties.items()]
    others = schema.get(
        "additionalProperties", "properties" not in schema and "patternProperties" not in schema
    )
    if properties:
        return object_type([*members, *([("", "[key: string]: unknown")] if others else [])], indent)
    return _dictionary(schema, others, names, indent)


def _dictionary(schema: Schema, others: Schema | bool, names: Mapping[str, str], indent: str) -> str:
    """An index signature, not Record: a type may contain itself in the former only."""
    patterns: dict[str, Schema] = schema.get("patternProperties", {})
    kinds = [*patterns.values(), *([others] if others or not patterns else [])]
    value = union(type_of(kind, names, indent) for kind in kinds)
    keys = schema.get("propertyNames", {})
    if "enum" in keys or "$ref" in keys:
        return f"{{ [Key in {type_of(keys, names)}]?: {value} }}"
    return f"{{ [key: string]: {value} }}"


def _member(
    name: str, schema: Schema, owner: Schema, names: Mapping[str, str], indent: str
) -> tuple[str, str]:
    mark = "" if name in owner.get("required", []) else "?"
    return comment(
        _notes(schema, mark), indent
    ), f"{property_name(name)}{mark}: {type_of(schema, names, indent)}"


def _notes(schema: Schema, mark: str) -> Iterable[str]:
    if "description" in schema:
        yield schema["description"]
    if formats := sorted({each["format"] for each in (schema, *schema.get("anyOf", [])) if "format" in each}):
        yield f"Format: {', '.join(formats)}."
    if mark and schema.get("default") is not None:
        yield f"Default: {json.dumps(schema['default'])}."
