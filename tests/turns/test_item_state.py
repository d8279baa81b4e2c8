"""An item folded from its updates."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from turnstream.turns.items.item_state import OpenItem
from turnstream.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartAnnotationAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    CustomTask,
    GeneratedImage,
    GeneratedImageItem,
    GeneratedImageUpdated,
    URLSource,
    WidgetComponentUpdated,
    WidgetItem,
    WidgetRootUpdated,
    WidgetStreamingTextValueDelta,
    Workflow,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)
from turnstream.widgets import DynamicWidgetComponent, DynamicWidgetRoot

BASE: dict[str, Any] = {"id": "x", "thread_id": "t", "created_at": datetime(2026, 1, 1, tzinfo=UTC)}


def message() -> OpenItem:
    return OpenItem(AssistantMessageItem(**BASE, content=[]))


def texts(item: OpenItem) -> list[str]:
    folded = item.snapshot()
    assert isinstance(folded, AssistantMessageItem)
    return [part.text for part in folded.content]


def annotation(title: str) -> Annotation:
    return Annotation(source=URLSource(title=title, url="https://example.org"))


@given(st.lists(st.tuples(st.integers(0, 2), st.text(max_size=5)), max_size=30))
def test_text_is_the_sum_of_its_deltas(deltas: list[tuple[int, str]]) -> None:
    item = message()
    for index, text in deltas:
        item.append_text(index, text)
    for index, text in enumerate(texts(item)):
        assert text == "".join(piece for at, piece in deltas if at == index)


def test_deltas_and_other_updates_keep_their_order() -> None:
    item = message()
    item.append_text(0, "one ")
    item.apply(AssistantMessageContentPartTextDelta(content_index=0, delta="two "))
    item.append_text(0, "three")
    item.apply(
        AssistantMessageContentPartAdded(content_index=1, content=AssistantMessageContent(text="next"))
    )
    assert texts(item) == ["one two three", "next"]


def test_a_finished_part_without_annotations_keeps_the_known_ones() -> None:
    item = message()
    item.append_text(0, "text")
    for index, title in ((0, "b"), (0, "a"), (9, "c")):
        item.apply(
            AssistantMessageContentPartAnnotationAdded(
                content_index=0, annotation_index=index, annotation=annotation(title)
            )
        )
    item.apply(
        AssistantMessageContentPartDone(content_index=0, content=AssistantMessageContent(text="text!"))
    )
    folded = item.snapshot()
    assert isinstance(folded, AssistantMessageItem)
    assert [entry.source.title for entry in folded.content[0].annotations] == ["a", "b", "c"]
    assert folded.content[0].text == "text!"


def test_a_workflow_takes_new_and_changed_tasks() -> None:
    item = OpenItem(WorkflowItem(**BASE, workflow=Workflow(type="custom", tasks=[])))
    item.apply(WorkflowTaskAdded(task_index=0, task=CustomTask(title="one")))
    item.apply(WorkflowTaskAdded(task_index=1, task=CustomTask(title="two")))
    item.apply(WorkflowTaskUpdated(task_index=0, task=CustomTask(title="first")))
    item.apply(WorkflowTaskUpdated(task_index=7, task=CustomTask(title="nowhere")))
    folded = item.snapshot()
    assert isinstance(folded, WorkflowItem)
    assert [task.title for task in folded.workflow.tasks] == ["first", "two"]


def test_a_widget_takes_text_components_and_a_new_root() -> None:
    text = DynamicWidgetComponent.model_validate({"type": "Text", "id": "t", "value": "Hel"})
    item = OpenItem(WidgetItem(**BASE, widget=DynamicWidgetRoot(type="Card", children=[text])))
    item.apply(WidgetStreamingTextValueDelta(component_id="t", delta="lo", done=True))
    assert shown(item)["children"][0]["value"] == "Hello"
    badge = DynamicWidgetComponent.model_validate({"type": "Badge", "label": "New"})
    item.apply(WidgetComponentUpdated(component_id="t", component=badge))
    assert shown(item)["children"] == [{"type": "Badge", "label": "New", "children": None}]
    item.apply(WidgetRootUpdated(widget=DynamicWidgetRoot(type="Basic")))
    assert shown(item)["type"] == "Basic"


def test_a_single_child_is_replaced_too() -> None:
    text = DynamicWidgetComponent.model_validate({"type": "Text", "id": "t", "value": "old"})
    item = OpenItem(WidgetItem(**BASE, widget=DynamicWidgetRoot(type="Card", children=text)))
    new = DynamicWidgetComponent.model_validate({"type": "Text", "id": "t", "value": "new"})
    item.apply(WidgetComponentUpdated(component_id="t", component=new))
    assert shown(item)["children"]["value"] == "new"


def test_text_grows_in_the_item_and_not_in_the_apps_widget() -> None:
    def text() -> DynamicWidgetComponent:
        return DynamicWidgetComponent.model_validate({"type": "Text", "id": "t", "value": "Hel"})

    root, component = DynamicWidgetRoot(type="Card", children=[text()]), text()
    item = OpenItem(WidgetItem(**BASE, widget=DynamicWidgetRoot(type="Card", children=[])))
    for update in (
        WidgetRootUpdated(widget=root),
        WidgetComponentUpdated(component_id="t", component=component),
    ):
        item.apply(update)
        item.apply(WidgetStreamingTextValueDelta(component_id="t", delta="lo", done=True))
        assert shown(item)["children"][0]["value"] == "Hello"
    assert root.model_dump()["children"][0]["value"] == component.model_dump()["value"] == "Hel"


def shown(item: OpenItem) -> dict[str, Any]:
    folded = item.snapshot()
    assert isinstance(folded, WidgetItem)
    return folded.widget.model_dump()


def test_an_image_takes_its_latest_state() -> None:
    item = OpenItem(GeneratedImageItem(**BASE))
    item.apply(GeneratedImageUpdated(image=GeneratedImage(id="i", url="data:,1"), progress=0.5))
    folded = item.snapshot()
    assert isinstance(folded, GeneratedImageItem)
    assert folded.image == GeneratedImage(id="i", url="data:,1")


def test_an_update_that_does_not_fit_changes_nothing() -> None:
    item = message()
    item.append_text(0, "text")
    item.apply(WorkflowTaskAdded(task_index=0, task=CustomTask(title="one")))
    assert texts(item) == ["text"]


def test_a_snapshot_and_what_it_came_from_are_apart() -> None:
    given_item = AssistantMessageItem(**BASE, content=[AssistantMessageContent(text="mine")])
    item = OpenItem(given_item)
    given_item.content[0].text = "changed"
    snapshot = item.snapshot()
    assert isinstance(snapshot, AssistantMessageItem)
    snapshot.content[0].text = "changed too"
    assert texts(item) == ["mine"]
