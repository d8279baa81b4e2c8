"""A thread's items as the model sees them."""

from datetime import UTC, datetime
from typing import Any

from turnstream.agents import simple_to_agent_input
from turnstream.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    ClientToolCallItem,
    CustomTask,
    EndOfTurnItem,
    HiddenContextItem,
    InferenceOptions,
    SDKHiddenContextItem,
    TaskItem,
    UserMessageContent,
    UserMessageItem,
    UserMessageTextContent,
)

BASE: dict[str, Any] = {"thread_id": "thr_1", "created_at": datetime(2026, 1, 1, tzinfo=UTC)}


def user(text: str, quoted: str | None = None) -> UserMessageItem:
    content = [UserMessageTextContent(text=text)]
    options = InferenceOptions()
    content: list[UserMessageContent] = [UserMessageTextContent(text=text)]
    return UserMessageItem(
        id="m", **BASE, content=content, attachments=[], quoted_text=quoted, inference_options=options
    )


def call(status: Any, output: Any = None) -> ClientToolCallItem:
    return ClientToolCallItem(
        id="tc", **BASE, call_id="c1", name="pick", arguments={"n": 1}, status=status, output=output
    )


async def test_messages_and_hidden_context_are_said() -> None:
    answer = AssistantMessageItem(
        id="a", **BASE, content=[AssistantMessageContent(text="One "), AssistantMessageContent(text="two")]
    )
    items = [
        user("hi"),
        answer,
        HiddenContextItem(id="h", **BASE, content="clicked"),
        SDKHiddenContextItem(id="s", **BASE, content="stopped"),
        user("and this?", quoted="two"),
    ]
    assert await simple_to_agent_input(items) == [
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "One two"},
        {"role": "developer", "content": "clicked"},
        {"role": "developer", "content": "stopped"},
        {"role": "user", "content": "> two\n\nand this?"},
    ]


async def test_one_item_is_a_list_of_one() -> None:
    assert await simple_to_agent_input(user("hi")) == [{"role": "user", "content": "hi"}]


async def test_an_answered_call_is_a_call_and_its_output() -> None:
    assert await simple_to_agent_input([call("completed", {"picked": "ball"})]) == [
        {"type": "function_call", "call_id": "c1", "name": "pick", "arguments": '{"n": 1}'},
        {"type": "function_call_output", "call_id": "c1", "output": '{"picked": "ball"}'},
    ]


async def test_what_only_the_person_sees_is_left_out() -> None:
    items = [call("pending"), TaskItem(id="t", **BASE, task=CustomTask(title="x")), EndOfTurnItem(id="e", **BASE)]
    assert await simple_to_agent_input(items) == []
