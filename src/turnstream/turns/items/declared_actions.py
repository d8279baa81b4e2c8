"""Checks an action against the widget that it claims to come from.

A page can send any action for any widget of its own threads. Only what the widget declares is accepted: the
same type, and a payload that differs from the declared one by the values of form fields alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic_core import from_json

from turnstream.types import Action, WidgetItem
from turnstream.wire.frames import to_json

__all__ = ["DeclaredAction", "declared_action", "declared_actions"]

NAMED_OTHERWISE = frozenset({"Icon"})
"""Components whose `name` is not that of a form field."""

FOREIGN = frozenset({"Frame"})
"""Components with data of somebody else's: nothing in them is an action or a field, whatever its name."""

Fields = dict[str, Any]
"""The names of fields as they nest in a payload; None is the place of a value.

    {"todo": {"title": None}} for the field "todo.title"
"""


class _Differs(Exception):  # noqa: N818 - control flow within this module
    """The payload is not the declared one with values of fields."""


@dataclass(frozen=True, slots=True)
class DeclaredAction:
    """An action in a widget, with the fields whose values join its payload."""

    type: str
    payload: Any
    is_of_page: bool
    """Whether the page handles it: what it then sends has a payload of the page's making."""
    is_streaming: bool = True
    """Whether it asks for a stream, and not for one immediate answer."""
    fields: Fields = field(default_factory=dict[str, Any])

    def accepted(self, payload: Any) -> Any:
        """Return the payload for the app: the declared one, with the values of fields from `payload`.

        Raises:
            _Differs: anything else differs.
        """
        if self.is_of_page:
            return payload
        if self.fields and isinstance(self.payload, dict | None):
            members = cast("dict[str, Any]", self.payload or {})
            merged = _merged(members, {} if payload is None else payload, self.fields)
            return merged or payload
        return _same(self.payload, payload)


def declared_action(sender: WidgetItem, action: Action[str, Any]) -> Action[str, Any] | None:
    """Return `action` as the app receives it if the widget declares it; None if it does not.

    What the widget declares is handed on as it was declared, and not as it came back: a page rounds integers
    beyond 2**53.
    """
    for declared in declared_actions(sender):
        if declared.type == action.type:
            try:
                payload = declared.accepted(action.payload)
            except _Differs:
                continue
            return Action(type=action.type, payload=payload)
    return None


def declared_actions(sender: WidgetItem) -> list[DeclaredAction]:
    """Return the actions of a widget, as its page received them: in JSON, without nulls."""
    return list(_walk(from_json(to_json(sender))["widget"], form={}))


def _walk(node: Any, *, form: Fields) -> Iterator[DeclaredAction]:
    """Yield the actions in a part of a widget; `form` are the fields of the form around it.

    A payload is not looked into: it may hold what looks like an action.
    """
    if isinstance(node, list):
        for entry in cast("list[Any]", node):
            yield from _walk(entry, form=form)
    elif isinstance(node, dict):
        component = cast("dict[str, Any]", node)
        if component.get("type") in FOREIGN:
            return
        form = _nested(_names(component)) if _is_form(component) else form
        for key, value in component.items():
            if _is_action(key, value):
                yield _declared(value, {**_nested(_own_names(component)), **form})
            elif not (key == "data" and component.get("type") == "Chart"):
                yield from _walk(value, form=form)


def _is_form(component: Mapping[str, Any]) -> bool:
    kind = component.get("type")
    return kind == "Form" or (kind == "Card" and component.get("asForm") is True)


def _is_action(key: str, value: Any) -> bool:
    if not key.endswith(("Action", "action")) or not isinstance(value, dict):
        return False
    return isinstance(cast("dict[str, Any]", value).get("type"), str)


def _declared(action: Mapping[str, Any], fields: Fields) -> DeclaredAction:
    return DeclaredAction(
        type=action["type"],
        payload=action.get("payload"),
        is_of_page=action.get("handler") == "client",
        is_streaming=action.get("streaming") is not False,
        fields=fields,
    )


def _names(node: Any) -> Iterator[str]:
    """Yield the names of all fields in a part of a widget."""
    if isinstance(node, list):
        for entry in cast("list[Any]", node):
            yield from _names(entry)
    elif isinstance(node, dict):
        component = cast("dict[str, Any]", node)
        if component.get("type") in FOREIGN:
            return
        yield from _own_names(component)
        for key, value in component.items():
            if not _is_action(key, value) and key != "editable":
                yield from _names(value)


def _own_names(component: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of the fields that a component is: a control, or a text that can be edited."""
    named = [] if component.get("type") in NAMED_OTHERWISE or "type" not in component else [component]
    for holder in (*named, component.get("editable")):
        name = cast("dict[str, Any]", holder).get("name") if isinstance(holder, dict) else None
        if isinstance(name, str):
            yield name


def _nested(names: Iterator[str]) -> Fields:
    fields: Fields = {}
    for name in names:
        *path, last = name.split(".")
        place = fields
        for part in path:
            place = place.setdefault(part, {})
            if place is None:  # a field that is named like a group of others holds any value
                break
        else:
            place[last] = None
    return fields


def _merged(declared: Mapping[str, Any], sent: Any, fields: Fields) -> dict[str, Any]:
    """Return the declared members, and of `sent` the values of fields; a declared member wins."""
    if not isinstance(sent, dict):
        raise _Differs
    members = cast("dict[str, Any]", sent)
    if declared.keys() - members.keys() or members.keys() - declared.keys() - fields.keys():
        raise _Differs
    return {name: _member(name, declared, value, fields) for name, value in members.items()}


def _member(name: str, declared: Mapping[str, Any], sent: Any, fields: Fields) -> Any:
    group = fields.get(name)
    if name not in declared:
        return sent if group is None else _merged({}, sent, group)
    if isinstance(declared[name], dict) and group is not None:
        return _merged(declared[name], sent, group)
    return _same(declared[name], sent)


def _same(declared: Any, sent: Any) -> Any:
    """Return `declared` if the page, to which all numbers are floats, sent the same."""
    match declared:
        case dict():
            return _merged(cast("dict[str, Any]", declared), sent, {})
        case list():
            entries = cast("list[Any]", declared)
            if not isinstance(sent, list) or len(cast("list[Any]", sent)) != len(entries):
                raise _Differs
            return [_same(one, other) for one, other in zip(entries, cast("list[Any]", sent), strict=True)]
        case bool() | None | str():
            is_same = type(sent) is type(declared) and sent == declared
        case _:
            is_same = isinstance(sent, int | float) and not isinstance(sent, bool)
            is_same = is_same and _as_float(declared) == _as_float(sent)
    if not is_same:
        raise _Differs
    return declared


def _as_float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf")
