"""A thread's items as the model sees them, beside what the official converter makes of them."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from openai.types.responses import ResponseInputTextParam
from pydantic import BaseModel, TypeAdapter

from tests.official import AGENTS, TYPES
from turnstream.agents import PromptTexts, ThreadItemConverter, simple_to_agent_input
from turnstream.agents.chat_completions import to_messages
from turnstream.agents.core.history import HistoryConverter, Note
from turnstream.contracts import ClientToolContract, declare
from turnstream.types import Attachment, ThreadItem, UserMessageTagContent

BASE: dict[str, Any] = {"thread_id": "thr_1", "created_at": datetime(2026, 1, 1, tzinfo=UTC).isoformat()}
ITEM: TypeAdapter[ThreadItem] = TypeAdapter(ThreadItem)
THEIRS: TypeAdapter[Any] = TypeAdapter(TYPES.ThreadItem)

TAG: dict[str, Any] = {
    "type": "input_tag",
    "id": "ord_7",
    "text": "order 7",
    "data": {},
    "interactive": False,
}
FILE = {"id": "att_1", "type": "file", "name": "terms.pdf", "mime_type": "application/pdf"}
CALL = {"type": "client_tool_call", "call_id": "c1", "name": "pick_unchecked", "arguments": {"n": 1}}
QUESTIONS: list[Any] = [
    {
        "id": "q1",
        "question": "When?",
        "type": "freeform",
        "answer": {"values": ["Now", "later"], "skipped": False},
    },
    {"id": "q2", "question": "Where?", "type": "freeform", "answer": {"values": [], "skipped": True}},
    {"id": "q3", "question": "Why?", "type": "freeform"},
]


def user(*content: Any, **more: Any) -> dict[str, Any]:
    parts = [{"type": "input_text", "text": part} if isinstance(part, str) else part for part in content]
    return {"type": "user_message", "content": parts, "inference_options": {}, **more}


ITEMS: dict[str, dict[str, Any]] = {
    "text": user("hi"),
    "tag": user("what of ", TAG, " and ", TAG, "?"),
    "attachment": user("read this", attachments=[FILE]),
    "quotation": user("and this?", quoted_text="two seats"),
    "answer": {
        "type": "assistant_message",
        "content": [{"type": "output_text", "text": "One "}, {"type": "output_text", "text": "two"}],
    },
    "hidden": {"type": "hidden_context_item", "content": "clicked on oak"},
    "hidden of the SDK": {"type": "sdk_hidden_context", "content": "stopped"},
    "task": {"type": "task", "task": {"type": "custom", "title": "Saved", "content": "the draft"}},
    "task without words": {"type": "task", "task": {"type": "custom"}},
    "search": {"type": "task", "task": {"type": "web_search", "title": "x"}},
    "workflow": {
        "type": "workflow",
        "workflow": {
            "type": "custom",
            "tasks": [{"type": "thought", "content": "hm"}, {"type": "custom", "title": "Counted"}],
        },
    },
    "questions": {"type": "structured_input", "status": "answered", "inputs": QUESTIONS},
    "widget": {
        "type": "widget",
        "widget": {"type": "Card", "children": [{"type": "Text", "value": "Seat 12A"}]},
    },
    "image": {"type": "generated_image", "image": {"id": "i", "url": "https://files.example/1.png"}},
    "image that is not there": {"type": "generated_image"},
    "answered call": {**CALL, "status": "completed", "output": {"picked": "ball"}},
    "pending call": {**CALL, "status": "pending"},
    "end of turn": {"type": "end_of_turn"},
}
WORDS = {
    "tag": ["what of @order 7 and @order 7?", "the order of Ada"],
    "attachment": ["read this", "terms.pdf"],
    "quotation": ["two seats", "and this?"],
    "hidden": ["clicked on oak"],
    "task": ["Saved: the draft"],
    "workflow": ["Counted"],
    "questions": ["When?: Now, later", "Where?: skipped", "Why?: ", "answered"],
    "widget": ["Seat 12A", "item_1"],
}


class Ours(ThreadItemConverter):
    async def tag_to_message_content(self, tag: UserMessageTagContent) -> ResponseInputTextParam:
        return {"type": "input_text", "text": "the order of Ada"}

    async def attachment_to_message_content(self, attachment: Attachment) -> ResponseInputTextParam:
        return {"type": "input_text", "text": attachment.name}


class Official(AGENTS.ThreadItemConverter):
    async def tag_to_message_content(self, tag: Any) -> Any:
        return {"type": "input_text", "text": "the order of Ada"}

    async def attachment_to_message_content(self, attachment: Any) -> Any:
        return {"type": "input_text", "text": attachment.name}


def item(name: str) -> ThreadItem:
    return ITEM.validate_python({"id": "item_1", **BASE, **ITEMS[name]})


def shape(inputs: list[Any]) -> list[str]:
    """What kinds of inputs there are, in whatever order."""
    shapes: list[str] = []
    for one in inputs:
        parts: list[Any] = one.get("content") or []
        if (
            one.get("role") == "assistant"
        ):  # theirs has parts, which the SDK refuses to send to chat completions
            parts = []
        shapes.append(f"{one['type']} {one.get('role')} {[part['type'] for part in parts]}")
    return sorted(shapes)


def officially(name: str) -> Any:
    return THEIRS.validate_json(item(name).model_dump_json(exclude_none=True))


async def official_texts() -> PromptTexts:
    """Read the sentences of the official converter from what it makes of items whose content we know."""
    contents: dict[str, tuple[str, dict[str, str]]] = {
        "hidden_context": ("hidden", {"content": "clicked on oak"}),
        "task": ("task", {"task": "Saved: the draft"}),
        "structured_input": (
            "questions",
            {"answers": "- When?: Now, later\n- Where?: skipped\n- Why?: unanswered", "status": "answered"},
        ),
        "widget": (
            "widget",
            {"id": "item_1", "widget": '{"type":"Card","children":[{"type":"Text","value":"Seat 12A"}]}'},
        ),
        "generated_image": ("image", {}),
        "quotation": ("quotation", {"quotation": "two seats"}),
        "tags": ("tag", {}),
    }
    texts: dict[str, str] = {}
    for field, (name, values) in contents.items():
        inputs: list[Any] = await Official().to_agent_input(officially(name))
        text = inputs[-1]["content"][0]["text"]
        for placeholder, value in values.items():
            assert value in text
            text = text.replace(value, f"{{{placeholder}}}")
        texts[field] = text
    return PromptTexts(**texts)


@pytest.mark.filterwarnings("ignore:Direct usage of named widget:DeprecationWarning")
async def test_with_the_official_sentences_everything_but_the_model_s_own_message_is_exactly_theirs() -> None:
    ours, default = Ours(texts=await official_texts()), Ours()
    different: dict[str, bool] = {}
    for name in ITEMS:
        theirs = await Official().to_agent_input(officially(name))
        different[name] = await default.to_agent_input(item(name)) != theirs
        if name != "answer":  # as plain text, since chat completions refuse parts
            assert await ours.to_agent_input(item(name)) == theirs
    assert {name for name, differs in different.items() if differs} == {
        "tag",
        "quotation",
        "answer",
        "hidden",
        "hidden of the SDK",
        "task",
        "workflow",
        "questions",
        "widget",
        "image",
    }


async def test_texts_may_have_braces_and_only_the_fields_that_there_are() -> None:
    texts = PromptTexts(task="{{done}}: {task}")
    inputs = [json.dumps(await simple_to_agent_input(item(name), texts=texts)) for name in ("task", "hidden")]
    assert "{done}: Saved: the draft" in inputs[0]
    assert "<HiddenContext>" in inputs[1]

    class Own(ThreadItemConverter):
        texts = PromptTexts(task="Did {task}")

        def __init__(self) -> None: ...

    assert "Did Saved" in json.dumps(await Own().to_agent_input(item("task")))
    with pytest.raises(ValueError, match=r"PromptTexts\.tags may have nothing in braces, not \{tag\}"):
        PromptTexts(tags="{tag}")
    with pytest.raises(ValueError, match=r"PromptTexts\.task is not a format"):
        PromptTexts(task="{task")


@pytest.mark.filterwarnings("ignore:Direct usage of named widget:DeprecationWarning")
@pytest.mark.parametrize("name", ITEMS)
async def test_an_item_becomes_the_same_kinds_of_input_as_officially(name: str) -> None:
    ours = await Ours().to_agent_input(item(name))
    theirs = await Official().to_agent_input(officially(name))
    assert shape(ours) == shape(theirs)
    said = json.dumps(ours)
    assert [words for words in WORDS.get(name, []) if words not in said] == []


async def test_the_words_of_messages_and_calls_are_exactly_theirs() -> None:
    names = ["text", "answer", "answered call"]
    ours: list[Any] = await simple_to_agent_input([item(name) for name in names])
    theirs = await AGENTS.simple_to_agent_input([officially(name) for name in names])
    assert ours[0]["content"] == [{"type": "input_text", "text": "hi"}]
    assert ours[1]["content"] == "One two"
    assert ours[2:] == theirs[2:]


async def test_the_text_that_a_page_returned_stays_as_it_is() -> None:
    call = {"id": "tc", **BASE, **CALL, "status": "completed", "output": "oak"}
    ours: list[Any] = await simple_to_agent_input(ITEM.validate_python(call))
    theirs: Any = await AGENTS.simple_to_agent_input(THEIRS.validate_python(call))
    assert (ours[1]["output"], theirs[1]["output"]) == ("oak", '"oak"')


async def test_what_a_message_refers_to_comes_after_it_as_officially() -> None:
    both = await Ours().to_agent_input(
        ITEM.validate_python({"id": "m", **BASE, **user(TAG, quoted_text="two seats")})
    )
    assert [("@order 7" in json.dumps(one), "two seats" in json.dumps(one)) for one in both] == [
        (True, False),
        (False, True),
        (False, False),
    ]


TAGS = re.compile(r"</?[A-Z]\w*>")


@pytest.mark.filterwarnings("ignore:Direct usage of named widget:DeprecationWarning")
@pytest.mark.parametrize("name", ITEMS)
async def test_the_tags_that_prompts_may_name_are_theirs(name: str) -> None:
    ours = json.dumps(await Ours().to_agent_input(item(name)))
    theirs = await Official().to_agent_input(officially(name))
    assert TAGS.findall(ours) == TAGS.findall(json.dumps(theirs))


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("hidden", "HiddenContext"),
        ("hidden of the SDK", "HiddenContext"),
        ("task", "Task"),
        ("workflow", "Task"),
        ("questions", "StructuredInput"),
    ],
)
async def test_other_bridges_have_the_same_tags(name: str, tag: str) -> None:
    (note,) = HistoryConverter().convert(item(name))
    (message,) = await to_messages(item(name))
    assert isinstance(note, Note)
    for text in (note.text, str(message["content"])):
        assert (f"<{tag}>\n" in text, f"\n</{tag}>" in text) == (True, True)


async def test_only_the_last_message_is_shown_with_its_quotation() -> None:
    inputs = await simple_to_agent_input([item("quotation"), item("text")])
    assert "two seats" not in json.dumps(inputs)


async def test_what_only_the_app_knows_must_be_overridden() -> None:
    with pytest.raises(NotImplementedError, match=r"override ThreadItemConverter\.tag_to_message_content"):
        await simple_to_agent_input(item("tag"))


async def test_hidden_context_that_is_no_text_must_be_overridden() -> None:
    hidden = ITEM.validate_python({"id": "h", **BASE, "type": "hidden_context_item", "content": {"a": 1}})
    with pytest.raises(NotImplementedError, match="hidden_context_to_input"):
        await simple_to_agent_input(hidden)


class Picked(BaseModel):
    picked: int


class PickParameters(BaseModel):
    n: int


@pytest.mark.parametrize(
    ("output", "summary"),
    [
        ({"picked": "3"}, '{"picked": 3}'),
        ({"picked": "ball"}, "picked: Input should be a valid integer"),
        (
            {"error": {"code": "declined", "message": "Not now."}},
            "no result for pick_checked (declined): Not now.",
        ),
    ],
)
async def test_an_answer_of_an_earlier_turn_is_checked_by_its_contract(output: Any, summary: str) -> None:
    declare(ClientToolContract(name="pick_checked", description="", parameters=PickParameters, result=Picked))
    answered = {**CALL, "name": "pick_checked", "status": "completed", "output": output}
    inputs: list[Any] = await simple_to_agent_input(ITEM.validate_python({"id": "tc", **BASE, **answered}))
    assert summary in inputs[1]["output"]
