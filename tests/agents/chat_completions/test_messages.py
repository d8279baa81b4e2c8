"""What the model is told of a thread's items."""

from datetime import UTC, datetime
from typing import Any

import pytest

from turnstream.agents.chat_completions import ThreadMessageConverter, to_messages
from turnstream.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    Attachment,
    ClientToolCallItem,
    CustomTask,
    EndOfTurnItem,
    FileAttachment,
    GeneratedImage,
    GeneratedImageItem,
    HiddenContextItem,
    InferenceOptions,
    SDKHiddenContextItem,
    SearchTask,
    StructuredInputAnswer,
    StructuredInputFreeform,
    StructuredInputItem,
    TaskItem,
    ThoughtTask,
    UserMessageContent,
    UserMessageItem,
    UserMessageTagContent,
    UserMessageTextContent,
    WidgetItem,
    Workflow,
    WorkflowItem,
)
from turnstream.widgets import Card, Text

BASE: dict[str, Any] = {"id": "i", "thread_id": "thr_1", "created_at": datetime(2026, 1, 1, tzinfo=UTC)}


NAME = "undeclared_tool"
"""No test declares a client tool of this name, so its answers are not checked."""


def user(*content: UserMessageContent | str, **fields: Any) -> UserMessageItem:
    parts = [UserMessageTextContent(text=part) if isinstance(part, str) else part for part in content]
    return UserMessageItem(**BASE, content=parts, inference_options=InferenceOptions(), **fields)


def answer(*texts: str) -> AssistantMessageItem:
    return AssistantMessageItem(**BASE, content=[AssistantMessageContent(text=text) for text in texts])


def call(call_id: str, **fields: Any) -> ClientToolCallItem:
    return ClientToolCallItem(**BASE, call_id=call_id, name=NAME, arguments={"n": 1}, **fields)


def calls(call_id: str, content: str | None = None) -> dict[str, Any]:
    function = {"name": NAME, "arguments": '{"n": 1}'}
    called = [{"id": call_id, "type": "function", "function": function}]
    return {"role": "assistant", "content": content, "tool_calls": called}


async def test_messages_are_said_in_turn() -> None:
    assert await to_messages(
        [user("hi"), answer("One ", "two"), user("so?\nyes", quoted_text="One\ntwo")]
    ) == [
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "One two"},
        {"role": "user", "content": "> One\n> two\n\nso?\nyes"},
    ]


async def test_one_item_is_a_list_of_one() -> None:
    assert await to_messages(user("hi")) == [{"role": "user", "content": "hi"}]


async def test_a_tag_is_its_text() -> None:
    tag = UserMessageTagContent(id="o7", text="Order 7", data={})
    assert await to_messages(user("where is ", tag, "?")) == [
        {"role": "user", "content": "where is @Order 7?"}
    ]


async def test_answered_calls_are_calls_and_their_results() -> None:
    items = [user("go"), answer("Pick."), call("a", status="completed", output={"picked": "ball"})]
    items.append(call("b", status="completed", output="é"))
    assert await to_messages([*items, answer("Good.")]) == [
        {"role": "user", "content": "go"},
        calls("a", "Pick."),
        {"role": "tool", "tool_call_id": "a", "content": '{"picked": "ball"}'},
        calls("b"),
        {"role": "tool", "tool_call_id": "b", "content": "é"},
        {"role": "assistant", "content": "Good."},
    ]


async def test_what_says_nothing_is_left_out() -> None:
    thought = WorkflowItem(**BASE, workflow=Workflow(type="reasoning", tasks=[ThoughtTask(content="Hm")]))
    assert (
        await to_messages([call("a"), answer(), thought, EndOfTurnItem(**BASE), GeneratedImageItem(**BASE)])
        == []
    )


HIDDEN = "Context that the user does not see:\n<HiddenContext>\n{}\n</HiddenContext>"
NOTES = [
    (HiddenContextItem(**BASE, content={"clicked": 1}), HIDDEN.format('{"clicked": 1}')),
    (SDKHiddenContextItem(**BASE, content="stopped"), HIDDEN.format("stopped")),
    (
        TaskItem(**BASE, task=CustomTask(title="Saved", content="7 B")),
        "The user was shown this step:\n<Task>\nSaved: 7 B\n</Task>",
    ),
    (
        WorkflowItem(
            **BASE, workflow=Workflow(type="custom", tasks=[SearchTask(title="Looked"), CustomTask()])
        ),
        "The user was shown these steps:\n<Task>\nLooked\n</Task>",
    ),
    (
        WidgetItem(**BASE, widget=Card(children=[Text(value="12A")]), copy_text="Seat 12A"),
        "The user was shown this widget (i):\n<Widget>\nSeat 12A\n</Widget>",
    ),
    (
        GeneratedImageItem(**BASE, image=GeneratedImage(id="g", url="https://example.com/g.png")),
        "The user was shown an image that you made: https://example.com/g.png",
    ),
    (
        StructuredInputItem(
            **BASE,
            status="answered",
            inputs=[
                StructuredInputFreeform(
                    id="q", question="When?", answer=StructuredInputAnswer(values=["Now"])
                ),
                StructuredInputFreeform(id="r", question="Why?", answer=StructuredInputAnswer(skipped=True)),
            ],
        ),
        "The user was asked:\n<StructuredInput>\n- When?: Now\n- Why?: skipped\n</StructuredInput>",
    ),
]


@pytest.mark.parametrize(("item", "note"), NOTES)
async def test_what_was_shown_is_a_note(item: Any, note: str) -> None:
    assert await to_messages(item) == [{"role": "user", "content": note}]


async def test_messages_of_one_role_are_one_message() -> None:
    note = SDKHiddenContextItem(**BASE, content="stopped")
    assert await to_messages([note, user("hi")]) == [
        {"role": "user", "content": f"{HIDDEN.format('stopped')}\n\nhi"}
    ]


FILE = FileAttachment(id="f", name="a.csv", mime_type="text/csv")


async def test_the_app_says_how_attachments_are_told() -> None:
    class Converter(ThreadMessageConverter):
        async def attachment(self, attachment: Attachment) -> dict[str, Any]:
            return {"type": "image_url", "image_url": {"url": attachment.name}}

    assert await Converter().to_messages([user("see", attachments=[FILE]), user("so?")]) == [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "see"},
                {"type": "image_url", "image_url": {"url": "a.csv"}},
                {"type": "text", "text": "so?"},
            ],
        }
    ]


@pytest.mark.parametrize(("replacement", "content"), [("a list", "see\n\na list"), (None, "see")])
async def test_an_attachment_may_be_a_text_or_nothing(replacement: str | None, content: str) -> None:
    class Converter(ThreadMessageConverter):
        async def attachment(self, attachment: Attachment) -> str | None:
            return replacement

    message = user("see", attachments=[FILE])
    assert await Converter().to_messages(message) == [{"role": "user", "content": content}]
