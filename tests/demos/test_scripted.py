"""What the offline script hears of a thread."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.agents.reading import read
from turnstream.agents import ModelError, ModelErrorCode
from turnstream.agents.chat_completions import to_messages
from turnstream.demos.scripted import Call, Decision, Heard, Say, ScriptedModel
from turnstream.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    CustomTask,
    HiddenContextItem,
    InferenceOptions,
    TaskItem,
    ThreadItem,
    UserMessageItem,
    UserMessageTextContent,
    WidgetItem,
)
from turnstream.widgets import Card

PLACE: dict[str, Any] = {"thread_id": "thr_1", "created_at": datetime(2026, 12, 1, tzinfo=UTC)}


def said(text: str, quoted: str | None = None) -> UserMessageItem:
    return UserMessageItem(
        id="msg_1",
        content=[UserMessageTextContent(text=text)],
        quoted_text=quoted,
        inference_options=InferenceOptions(),
        **PLACE,
    )


def answered(text: str) -> AssistantMessageItem:
    return AssistantMessageItem(id="msg_2", content=[AssistantMessageContent(text=text)], **PLACE)


NOTE = HiddenContextItem(id="hid_1", content="The user undid the last changes.\n\nAll of them.", **PLACE)
TASK = TaskItem(id="tsk_1", task=CustomTask(title="Searching", content="for places"), **PLACE)
WIDGET = WidgetItem(id="msg_3", widget=Card(children=[]), copy_text="Two flights.\n\nOne is booked.", **PLACE)


async def heard_of(messages: Sequence[dict[str, Any]]) -> Heard:
    heard: list[Heard] = []

    def decide(one: Heard) -> Decision:
        heard.append(one)
        return Say("")

    async for _ in ScriptedModel(decide, token_delay_s=0).stream(messages):
        pass
    return heard[0]


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ([said("Hi")], "Hi"),
        ([NOTE, said("Hi")], "Hi"),
        ([said("Hi"), answered("Hello"), NOTE, TASK], "Hi"),
        ([said("Hi"), answered("Hello"), TASK, NOTE, said("Where\nam I?")], "Where\nam I?"),
        ([said("And this?", "one line\n> and another")], "And this?"),
        ([said("Plan it"), WIDGET, said("Go on")], "Plan it\n\nGo on"),
        ([answered("Hello"), NOTE], ""),
    ],
)
async def test_the_script_hears_the_persons_own_last_words(items: list[ThreadItem], text: str) -> None:
    assert (await heard_of(await to_messages(items))).text == text


async def test_the_script_hears_how_many_pictures_came_with_the_words() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    text = {"type": "text", "text": "Look"}
    before: list[dict[str, Any]] = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "?"}]
    for content, heard in (
        ([text, picture, picture], Heard("", "Look", {}, pictures=2)),
        ([picture], Heard("", "", {}, pictures=1)),
        ("Look", Heard("", "Look", {})),
    ):
        assert await heard_of([*before, {"role": "user", "content": content}]) == heard


async def test_the_script_hears_the_instructions_and_the_results_since() -> None:
    def calls(call_id: str, name: str) -> list[dict[str, Any]]:
        function = {"name": name, "arguments": "{}"}
        call = {"id": call_id, "type": "function", "function": function}
        return [
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": call_id, "content": f"of {call_id}"},
        ]

    heard = await heard_of(
        [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Before"},
            *calls("call_1", "search"),
            {"role": "user", "content": "Now"},
            *calls("call_2", "search"),
            *calls("call_3", "draw"),
        ]
    )
    assert heard == Heard("Be brief.", "Now", {"search": "of call_2", "draw": "of call_3"})


async def test_the_script_breaks_off_as_a_lost_connection_does() -> None:
    model = ScriptedModel(lambda heard: Say("Half an", then_fail=True), token_delay_s=0)
    chunks, raised = await read(model.stream([{"role": "user", "content": "Hi"}]))
    assert [chunk["choices"][0]["delta"] for chunk in chunks] == [{"content": "Half"}, {"content": " an"}]
    assert isinstance(raised, ModelError)
    assert raised.cause == ModelErrorCode.CUT


async def test_a_question_beside_the_thread_is_decided_too() -> None:
    model = ScriptedModel(
        lambda heard: Say(f"{heard.instructions} {heard.text}") if heard.text else Call("search", {})
    )
    assert await model.ask("Title of", "a walk") == "Title of a walk"
    assert await model.ask("Title of", "") == ""
