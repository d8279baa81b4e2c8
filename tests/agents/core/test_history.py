"""A thread's items as what a model is to know."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import AnyUrl

from turnstream.agents.core.history import AnsweredCall, AssistantText, HistoryConverter, Note, UserText
from turnstream.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    ClientToolCallItem,
    CustomTask,
    EndOfTurnItem,
    GeneratedImage,
    GeneratedImageItem,
    HiddenContextItem,
    ImageAttachment,
    InferenceOptions,
    SDKHiddenContextItem,
    StructuredInputFreeform,
    StructuredInputItem,
    Task,
    TaskItem,
    ThoughtTask,
    UserMessageItem,
    UserMessageTagContent,
    UserMessageTextContent,
    WidgetItem,
    Workflow,
    WorkflowItem,
)
from turnstream.widgets import Card, Text

AT: Any = {"id": "itm_1", "thread_id": "thr_1", "created_at": datetime(2026, 1, 1, tzinfo=UTC)}
TAG = UserMessageTagContent(id="ord_7", text="Order 7", data={"total": 12})


def call(**more: Any) -> ClientToolCallItem:
    return ClientToolCallItem(**AT, call_id="call_1", name="pick_names", arguments={"kind": "tree"}, **more)


def said(*content: Any, **more: Any) -> UserMessageItem:
    return UserMessageItem(**AT, content=list(content), inference_options=InferenceOptions(), **more)


def test_a_user_s_message_has_its_quote_its_mentions_and_its_attachments() -> None:
    picture = ImageAttachment(
        id="atc_1", name="tree.png", mime_type="image/png", preview_url=AnyUrl("https://x.example/1")
    )
    item = said(
        UserMessageTextContent(text="Where is "),
        TAG,
        quoted_text="one line\nand another",
        attachments=[picture],
    )
    text = "> one line\n> and another\n\nWhere is @Order 7"
    assert HistoryConverter().convert(item) == [UserText(text, (picture,))]
    assert HistoryConverter().convert(said(attachments=[picture])) == [UserText("", (picture,))]


def test_parts_of_a_message_of_the_model_are_one_text() -> None:
    item = AssistantMessageItem(
        **AT, content=[AssistantMessageContent(text=text) for text in ("One, ", "two")]
    )
    assert HistoryConverter().convert([item]) == [AssistantText("One, two")]


def test_an_answered_call_has_the_id_of_the_model_s_call() -> None:
    arguments = {"kind": "tree"}
    for output, summary in (("oak", "oak"), ({"names": ["öl"]}, '{"names": ["öl"]}'), (None, "null")):
        item = call(status="completed", output=output)
        assert HistoryConverter().convert(item) == [AnsweredCall("call_1", "pick_names", arguments, summary)]


def test_what_was_shown_or_hidden_is_a_note() -> None:
    tasks: list[Task] = [
        CustomTask(title="Stock", content="3 left"),
        CustomTask(title="Fares"),
        ThoughtTask(content="Hm"),
    ]
    items = [
        HiddenContextItem(**AT, content={"role": "admin"}),
        SDKHiddenContextItem(**AT, content="stopped"),
        WidgetItem(**AT, widget=Card(children=[Text(value="Oak")])),
        WorkflowItem(**AT, workflow=Workflow(type="custom", tasks=tasks)),
        TaskItem(**AT, task=CustomTask(title="Saved")),
        StructuredInputItem(**AT, inputs=[StructuredInputFreeform(id="q1", question="When?")]),
    ]
    entries = HistoryConverter().convert(items)
    assert all(isinstance(entry, Note) for entry in entries)
    assert [entry.text for entry in entries if isinstance(entry, Note)] == [
        'Context that the user does not see:\n<HiddenContext>\n{"role": "admin"}\n</HiddenContext>',
        "Context that the user does not see:\n<HiddenContext>\nstopped\n</HiddenContext>",
        "The user was shown this widget (itm_1):\n<Widget>\n"
        '{"children":[{"value":"Oak","type":"Text"}],"type":"Card"}\n</Widget>',
        "The user was shown these steps:\n<Task>\nStock: 3 left\n</Task>\n<Task>\nFares\n</Task>",
        "The user was shown this step:\n<Task>\nSaved\n</Task>",
        "The user was asked:\n<StructuredInput>\n- When?: unanswered\n</StructuredInput>",
    ]


@pytest.mark.parametrize(
    ("url", "note"),
    [
        ("https://x.example/1.png", "The user was shown an image that you made: https://x.example/1.png"),
        ("data:image/png;base64,AAAA", "The user was shown an image that you made"),
    ],
)
def test_an_image_is_named_by_its_url_unless_that_contains_it(url: str, note: str) -> None:
    item = GeneratedImageItem(**AT, image=GeneratedImage(id="i", url=url))
    assert HistoryConverter().convert(item) == [Note(note)]


def test_a_widget_s_text_for_copying_stands_for_it() -> None:
    item = WidgetItem(**AT, widget=Card(children=[Text(value="Oak")]), copy_text="An oak")
    assert HistoryConverter().convert(item) == [
        Note("The user was shown this widget (itm_1):\n<Widget>\nAn oak\n</Widget>")
    ]


def test_what_says_nothing_to_a_model_is_left_out() -> None:
    thoughts = Workflow(type="reasoning", tasks=[ThoughtTask(content="Hm")])
    items = [
        call(),
        WorkflowItem(**AT, workflow=thoughts),
        EndOfTurnItem(**AT),
        GeneratedImageItem(**AT),
        said(),
    ]
    assert HistoryConverter().convert(items) == []


def test_an_app_tells_its_own_way() -> None:
    class Own(HistoryConverter):
        def tag_text(self, tag: UserMessageTagContent) -> str:
            return f"<order id={tag.id}>"

        def widget_note(self, item: WidgetItem) -> str | None:
            return None

    items = [said(TAG), WidgetItem(**AT, widget=Card(children=[]))]
    assert Own().convert(items) == [UserText("<order id=ord_7>")]
