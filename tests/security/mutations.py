"""Requests that are nearly right: built from the schemas of the request models, then damaged.

All from one seed.
"""

import json
from collections.abc import Sequence
from random import Random
from typing import Any, cast

from turnstream.types import CHATKIT_REQUEST
from turnstream.types.durable import DURABLE_REQUEST

__all__ = ["Mutator"]

Json = Any

SCHEMAS = [CHATKIT_REQUEST.json_schema(), DURABLE_REQUEST.json_schema()]

STRANGE: list[Json] = [
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**53 + 1,
    2**63,
    -(2**63) - 1,
    10**400,
    0.5,
    -0.0,
    1e308,
    "",
    " ",
    "0",
    "null",
    "é",
    "\u0000",
    "a\u0000b",
    "\ud800",
    "\udfff\ud800",
    "😀",
    "\u202e\u2028\ufeff",
    "\U000e0041",
    "\n\rdata: x\n\n",
    "../../etc/passwd",
    "%00",
    "'; DROP TABLE turnstream_threads; --",
    "{{7*7}}",
    "__proto__",
    "constructor",
    "x" * 5000,
    "é" * 4097,
    "!",
    "YQ=",
    "YQ==",
    "e1.1",
    "e.99999999999999999999",
    "0.0",
    [],
    {},
    [[]],
    [None],
    {"": None},
    {"type": []},
    {"type": None},
    {"__proto__": {"x": 1}},
    {"a\u0000": "\ud800"},
]

RAW = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b'""',
    b"0",
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    b'{"type":[]}',
    b'{"type":{}}',
    b'{"type":null}',
    b'{"type":{"a":[]},"params":[]}',
    b'{"type":NaN}',
    b'{"type":1e999}',
    b'{"type":"threads.list","params":{"limit":1e999}}',
    b'{"type":"threads.list","type":[]}',
    b"[" * 10_000,
    b'{"a":' * 5_000,
    b'{"type":"\\ud800"}',
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nb\r\n--x--\r\n',
]

PREFIXES = {"thread_id": "thr_", "attachments": "atc_", "attachment_id": "atc_", "call_id": "call_"}

DOORS = b'{}[]",:0\\u\x00\xff \n-e.'


class Mutator:
    """Makes requests from a seed; `ids` are the ids that the server knows at the moment, of any kind."""

    def __init__(self, random: Random, ids: Sequence[str] = ()) -> None:
        self.random = random
        self.ids = list(ids)
        self._operations = [(schema, ref) for schema in SCHEMAS for ref in _references(schema)]

    def request(self) -> Json:
        """Return a request that fits its model."""
        schema, operation = self.random.choice(self._operations)
        thread_id = self.random.choice(
            [identifier for identifier in self.ids if identifier.startswith("thr_")] or [""]
        )
        ids = [identifier for identifier in self.ids if identifier.endswith(thread_id)]
        return _Sampler(self.random, ids, schema).of(operation)

    def body(self) -> bytes:
        """Return the bytes of a request, most of them damaged somewhere."""
        kind = self.random.random()
        if kind < 0.03:
            return self.random.choice(RAW)
        request = self.request()
        while kind < 0.7:
            request = self.damaged(request)
            kind += self.random.choice([0.0, 0.3, 0.7, 1.0])
        raw = encoded(request)
        return self.cut(raw) if self.random.random() < 0.05 else raw

    def damaged(self, request: Json) -> Json:
        """Return the request with one part of it exchanged, left out, doubled or wrapped."""
        path = self.random.choice(list(_paths(request)))
        return _changed(request, path, self._change)

    def cut(self, raw: bytes) -> bytes:
        """Return the bytes with some of them exchanged, left out or put in."""
        start = self.random.randrange(len(raw) + 1)
        end = min(len(raw), start + self.random.choice([0, 1, 1, 2, 50]))
        put = bytes(self.random.choices(DOORS, k=self.random.randrange(3)))
        return raw[:start] + put + raw[end:]

    def _change(self, value: Json) -> Json:
        match self.random.randrange(8):
            case 0:
                return [value]
            case 1:
                return {"value": value}
            case 2 if isinstance(value, dict) and value:
                members = dict(cast("dict[str, Json]", value))
                members.pop(self.random.choice(list(members)))
                return members
            case 3 if isinstance(value, dict):
                name = self.random.choice(["x", "__proto__", "type", "id", "\ud800", "", "a\u0000"])
                return {**cast("dict[str, Json]", value), name: self.random.choice(STRANGE)}
            case 4 if isinstance(value, list) and value:
                return cast("list[Json]", value) * self.random.choice([0, 2, 50])
            case 5 if isinstance(value, str):
                return value + self.random.choice(["\u0000", "\ud800", "x" * 300, " ", "é", "="])
            case 6 if self.ids:
                return self.random.choice(self.ids)
            case _:
                return self.random.choice(STRANGE)


def encoded(request: Json) -> bytes:
    """Return JSON with its surrogates as escapes, as browsers send them, or as they are."""
    return json.dumps(request).encode()


class _Sampler:
    """Values that fit a JSON schema of pydantic's."""

    def __init__(self, random: Random, ids: Sequence[str], schema: Json) -> None:
        self._random = random
        self._ids = ids
        self._definitions = schema["$defs"]

    def of(self, schema: Json, name: str = "", depth: int = 0) -> Json:
        if "$ref" in schema:
            return self.of(self._definitions[schema["$ref"].rpartition("/")[2]], name, depth)
        for choice in ("oneOf", "anyOf"):
            if choice in schema:
                return self.of(self._random.choice(schema[choice]), name, depth)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._random.choice(schema["enum"])
        match schema.get("type"):
            case "object":
                return self._object(schema, depth)
            case "array":
                some = range(self._random.randrange(3 if depth < 6 else 1))
                return [self.of(schema.get("items", {}), name, depth + 1) for _ in some]
            case "string":
                return self._text(name)
            case "integer":
                return self._random.choice([0, 1, 2, 20, 100])
            case "number":
                return self._random.choice([0, 0.5, 1, -1])
            case "boolean":
                return self._random.random() < 0.5
            case "null":
                return None
            case _:
                return self._random.choice(STRANGE)

    def _object(self, schema: Json, depth: int) -> Json:
        properties: dict[str, Json] = schema.get("properties", {})
        required = schema.get("required", ())
        wanted = [
            name
            for name in properties
            if name in {*required, "type"} or (depth < 6 and self._random.random() < 0.6)
        ]
        found = {name: self.of(properties[name], name, depth + 1) for name in wanted}
        if not properties and depth < 6:
            found = {self._random.choice(["a", "question_1", "x"]): self._random.choice(STRANGE)}
        return found

    def _text(self, name: str) -> str:
        if self._ids and self._random.random() < (
            0.9 if name.endswith(("id", "ids", "attachments")) else 0.1
        ):
            wanted = [one for one in self._ids if one.startswith(PREFIXES.get(name, ""))]
            return self._random.choice(wanted or self._ids)
        return self._random.choice(["hello", "call", "gpt-5", "text/plain", "YQ==", "2026-12-01T00:00:00Z"])


def _references(schema: Json) -> list[Json]:
    """The operations of a union, whether it is told apart by a discriminator or not."""
    found: list[Json] = []
    for part in schema.get("oneOf", schema.get("anyOf", [])):
        found += _references(part) or [part]
    return found


def _paths(value: Json, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path]
    if isinstance(value, dict):
        for name, member in cast("dict[str, Json]", value).items():
            found += _paths(member, (*path, name))
    elif isinstance(value, list):
        for index, member in enumerate(cast("list[Json]", value)[:5]):
            found += _paths(member, (*path, index))
    return found


def _changed(value: Json, path: Sequence[str | int], change: Any) -> Json:
    if not path:
        return change(value)
    copy: Any = (
        dict(cast("dict[str, Json]", value)) if isinstance(value, dict) else list(cast("list[Json]", value))
    )
    copy[path[0]] = _changed(value[path[0]], path[1:], change)
    return copy
