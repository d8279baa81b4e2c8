"""The updates that turn one state of a widget into the next."""

from collections import Counter
from collections.abc import Collection
from typing import Any, cast

from pydantic import BaseModel

from turnstream.turns.items.item_state import child_components
from turnstream.types import WidgetComponentUpdated, WidgetRootUpdated, WidgetStreamingTextValueDelta
from turnstream.widgets import WidgetComponent, WidgetComponentBase, WidgetRoot
from turnstream.wire.frames import to_json

__all__ = ["WidgetUpdate", "diff_widget"]

WidgetUpdate = WidgetStreamingTextValueDelta | WidgetRootUpdated | WidgetComponentUpdated

FRAME_BYTES = 120
"""What one more update costs beyond itself: its frame, and the event with the item's id around it."""


def diff_widget(before: WidgetRoot, after: WidgetRoot) -> list[WidgetUpdate]:
    """Return the updates that turn `before` into `after`, to be applied in this order.

    Text that only grew, in a `Text` or `Markdown` with an `id`, becomes deltas. Any other change replaces the
    deepest component around it whose `id` occurs once in both states, where that is shorter than the whole
    widget; otherwise it replaces the root.
    """
    updates = _Diff(before, after).updates(before, after)
    root = WidgetRootUpdated(widget=after)
    if updates is None or (not _are_deltas(updates) and _cost(updates) >= _cost([root])):
        return [root]
    return updates


class _Diff:
    """Compares two trees whose components are addressed by the ids that are unique in both."""

    def __init__(self, before: WidgetComponentBase, after: WidgetComponentBase) -> None:
        # An update of the root by its id would reach the page but not the stored item.
        addressable = _unique_ids(before) & _unique_ids(after)
        self._ids: Collection[str] = addressable - {before.id, after.id}
        self._texts: Collection[str] = addressable

    def updates(self, before: WidgetComponentBase, after: WidgetComponentBase) -> list[WidgetUpdate] | None:
        """Return the cheapest updates of one component, or None if only its parent can be replaced."""
        inner = self._within(before, after)
        if inner is not None and _are_deltas(inner):
            return inner
        if not before.id or before.id != after.id or before.id not in self._ids:
            return inner
        whole: list[WidgetUpdate] = [
            WidgetComponentUpdated(component_id=before.id, component=cast("WidgetComponent", after))
        ]
        return whole if inner is None or _cost(whole) < _cost(inner) else inner

    def _within(self, before: WidgetComponentBase, after: WidgetComponentBase) -> list[WidgetUpdate] | None:
        if before is after:
            return []
        if (before.type, before.id, before.key) != (after.type, after.id, after.key):
            return None
        olds, news = _members(before), _members(after)
        found: list[WidgetUpdate] = []
        for field in (*news, *(olds.keys() - news.keys())):
            old, new = olds.get(field), news.get(field)
            if old is new:
                continue  # nearly all fields are None in both
            updates = self._children(old, new) if field == "children" else self._field(field, after, old, new)
            if updates is None:
                return None
            found += updates
        return found

    def _field(self, field: str, after: WidgetComponentBase, old: Any, new: Any) -> list[WidgetUpdate] | None:
        if _equals(old, new):
            return []
        if field != "value" or after.id not in self._texts or not _is_text(after):
            return None
        if not isinstance(old, str) or not isinstance(new, str) or not new.startswith(old):
            return None
        done = not getattr(after, "streaming", False)
        return [WidgetStreamingTextValueDelta(component_id=str(after.id), delta=new[len(old) :], done=done)]

    def _children(self, old: Any, new: Any) -> list[WidgetUpdate] | None:
        olds, news = _as_list(old), _as_list(new)
        if isinstance(old, list) is not isinstance(new, list) or len(olds) != len(news):
            return None
        found: list[WidgetUpdate] = []
        for before, after in zip(olds, news, strict=True):
            if not isinstance(before, WidgetComponentBase) or not isinstance(after, WidgetComponentBase):
                if not _equals(before, after):
                    return None
                continue
            updates = self.updates(before, after)
            if updates is None:
                return None
            found += updates
        return found


def _unique_ids(root: WidgetComponentBase) -> set[str]:
    counts: Counter[str] = Counter()
    pending: list[Any] = [root]
    while pending:
        component = pending.pop()
        if isinstance(component, WidgetComponentBase):
            if component.id:
                counts[component.id] += 1
            pending += child_components(component)
    return {component_id for component_id, count in counts.items() if count == 1}


def _as_list(children: Any) -> list[Any]:
    if isinstance(children, list):
        return cast("list[Any]", children)
    return [] if children is None else [children]


def _equals(old: Any, new: Any) -> bool:
    """Whether two values are written alike; Python has `1 == True`, JSON has not."""
    if type(old) is not type(new):
        return False
    if isinstance(old, list) and isinstance(new, list):
        olds, news = cast("list[Any]", old), cast("list[Any]", new)
        return len(olds) == len(news) and all(map(_equals, olds, news))
    if isinstance(old, dict) and isinstance(new, dict):
        before, after = cast("dict[str, Any]", old), cast("dict[str, Any]", new)
        return before.keys() == after.keys() and all(_equals(before[key], after[key]) for key in before)
    if isinstance(old, BaseModel) and isinstance(new, BaseModel):
        return _equals(_members(old), _members(new))
    return old == new


def _members(model: BaseModel) -> dict[str, Any]:
    return {**model.__dict__, **(model.__pydantic_extra__ or {})}


def _is_text(component: WidgetComponentBase) -> bool:
    return component.type in {"Text", "Markdown"} and isinstance(getattr(component, "value", None), str)


def _are_deltas(updates: list[WidgetUpdate]) -> bool:
    return all(isinstance(update, WidgetStreamingTextValueDelta) for update in updates)


def _cost(updates: list[WidgetUpdate]) -> int:
    return sum(len(to_json(update)) + FRAME_BYTES for update in updates)
