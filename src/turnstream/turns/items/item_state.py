"""Fold a stream of updates into the item that they describe."""

from collections.abc import Callable
from typing import Any, cast

from turnstream.turns.items.visibility import is_hidden
from turnstream.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartAnnotationAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    GeneratedImageItem,
    GeneratedImageUpdated,
    ThreadItem,
    ThreadItemUpdate,
    WidgetComponentUpdated,
    WidgetItem,
    WidgetRootUpdated,
    WidgetStreamingTextValueDelta,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)

__all__ = ["OpenItem", "child_components"]


class OpenItem:
    """An item that is still changing; `snapshot` is what it amounts to so far.

    Text is gathered in pieces, so that a delta costs the same in a long message as in a short one.
    """

    __slots__ = ("_item", "_pieces", "is_stored")

    def __init__(self, item: ThreadItem, *, is_stored: bool = False) -> None:
        self._item = item.model_copy(deep=True)
        self._pieces: dict[int, list[str]] = {}
        self.is_stored = is_stored

    def append_text(self, content_index: int, delta: str) -> None:
        pieces = self._pieces.get(content_index)
        if pieces is None:
            pieces = self._pieces[content_index] = []
        pieces.append(delta)

    def apply(self, update: ThreadItemUpdate) -> None:
        """Apply `update`; one that does not fit the item's type changes nothing."""
        self._join_text()
        match self._item:
            case AssistantMessageItem() as item:
                _apply_to_message(item, update)
            case WorkflowItem() as item:
                _apply_to_workflow(item, update)
            case WidgetItem() as item:
                _apply_to_widget(item, update)
            case GeneratedImageItem() as item:
                if isinstance(update, GeneratedImageUpdated):
                    item.image = update.image
            case _:
                pass

    def snapshot(self) -> ThreadItem:
        self._join_text()
        return self._item.model_copy(deep=True)

    @property
    def is_hidden(self) -> bool:
        """Whether no client may see the item."""
        return is_hidden(self._item)

    @property
    def is_empty(self) -> bool:
        """An assistant message without a visible character; other items are never empty."""
        self._join_text()
        item = self._item
        return isinstance(item, AssistantMessageItem) and not any(part.text.strip() for part in item.content)

    def _join_text(self) -> None:
        if self._pieces and isinstance(self._item, AssistantMessageItem):
            for index, pieces in self._pieces.items():
                _content_at(self._item, index).text += "".join(pieces)
        self._pieces.clear()


def _content_at(item: AssistantMessageItem, index: int) -> AssistantMessageContent:
    while len(item.content) <= index:
        item.content.append(AssistantMessageContent(text=""))
    return item.content[index]


def _apply_to_message(item: AssistantMessageItem, update: ThreadItemUpdate) -> None:
    match update:
        case AssistantMessageContentPartTextDelta():
            _content_at(item, update.content_index).text += update.delta
        case AssistantMessageContentPartAdded():
            _content_at(item, update.content_index)
            item.content[update.content_index] = update.content.model_copy(deep=True)
        case AssistantMessageContentPartDone():
            known = _content_at(item, update.content_index).annotations
            content = update.content.model_copy(deep=True)
            content.annotations = content.annotations or known
            item.content[update.content_index] = content
        case AssistantMessageContentPartAnnotationAdded():
            annotations: list[Annotation] = _content_at(item, update.content_index).annotations
            annotations.insert(min(update.annotation_index, len(annotations)), update.annotation)
        case _:
            pass


def _apply_to_workflow(item: WorkflowItem, update: ThreadItemUpdate) -> None:
    tasks = item.workflow.tasks
    match update:
        case WorkflowTaskAdded():
            tasks.insert(min(update.task_index, len(tasks)), update.task)
        case WorkflowTaskUpdated() if update.task_index < len(tasks):
            tasks[update.task_index] = update.task
        case _:
            pass


def _apply_to_widget(item: WidgetItem, update: ThreadItemUpdate) -> None:
    match update:
        case WidgetRootUpdated():
            # Later text grows in it, not in the app's object.
            item.widget = update.widget.model_copy(deep=True)
        case WidgetStreamingTextValueDelta():

            def grow(component: Any) -> None:
                component.value = (getattr(component, "value", None) or "") + update.delta

            _at_component(item.widget, update.component_id, grow)
        case WidgetComponentUpdated():
            _replace_component(item.widget, update.component_id, update.component.model_copy(deep=True))
        case _:
            pass


def child_components(component: Any) -> list[Any]:
    """Return the components directly inside a widget's component."""
    children = cast("Any", getattr(component, "children", None) or [])
    return cast("list[Any]", children) if isinstance(children, list) else [children]


def _at_component(component: Any, component_id: str, change: Callable[[Any], None]) -> None:
    if getattr(component, "id", None) == component_id:
        change(component)
    for child in child_components(component):
        _at_component(child, component_id, change)


def _replace_component(parent: Any, component_id: str, replacement: Any) -> None:
    children = child_components(parent)
    for index, child in enumerate(children):
        if getattr(child, "id", None) == component_id:
            children[index] = replacement
            if children is not parent.children:  # a single child, not in a list
                parent.children = replacement
        else:
            _replace_component(child, component_id, replacement)
