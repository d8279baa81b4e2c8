"""docs/tasks.md: each of its servers does what its section says."""

import base64
import logging
from pathlib import Path
from typing import Any

import pytest

from tests.docs.test_pages import python_of
from tests.http.serving import serving
from tests.server.app import call, stream, user_input
from turnstream.errors import InvalidRequestError


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the page defines; its app is made where no event loop runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("page"))
        return python_of("tasks.md")


async def said(server: Any, text: str = "hi", **options: Any) -> str:
    message = {**user_input(text), "inference_options": options}
    events = await stream(server, "threads.create", input=message)
    return events[-1]["item"]["content"][0]["text"]


async def test_feedback_is_received_with_the_answer(page: dict[str, Any]) -> None:
    events = await stream(page["rated"], "threads.create", input=user_input("hi"))
    answer = events[-1]["item"]
    of = {"thread_id": answer["thread_id"], "item_ids": [answer["id"]]}
    await call(page["rated"], "items.feedback", **of, kind="negative")
    assert page["ratings"] == [("negative", "small () says: hi")]


async def test_the_request_says_its_language_header_and_page(page: dict[str, Any]) -> None:
    headers = {"accept-language": "pt-BR", "x-region": "eu"}
    body = {"type": "threads.create", "params": {"input": user_input("hi")}, "metadata": {"page": "/cart"}}
    async with serving(page["local_app"]) as client:
        answer = await client.post("/chatkit", json=body, headers=headers)
        assert (await client.get("/chatkit/health")).status_code == 200
    assert "language pt-BR, region eu, page /cart" in answer.text


async def test_a_thread_gets_a_title(page: dict[str, Any]) -> None:
    events = await stream(page["titled"], "threads.create", input=user_input("two seats to rome please"))
    titles = [each["thread"]["title"] for each in events if each["type"] == "thread.updated"]
    assert titles == ["Two Seats To"]


async def test_a_turn_is_measured(page: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "shop.turns")
    await said(page["measured"])
    [record] = caplog.records
    assert (vars(record)["outcome"], vars(record)["took"] >= 0) == ("completed", True)
    assert page["short_lived"].makes_titles is False


async def test_a_person_chooses_among_the_models_and_tools_of_the_server(page: dict[str, Any]) -> None:
    choosing = page["choosing"]
    assert await said(choosing) == "small (no tool) says: hi"
    chosen = await said(choosing, model="large", tool_choice={"id": "search"})
    assert chosen == "large (search) says: hi"
    with pytest.raises(InvalidRequestError, match="model"):
        await said(choosing, model="huge")


async def test_questions_are_answered(page: dict[str, Any]) -> None:
    asked = (await stream(page["asking"], "threads.create", input=user_input("hi")))[-1]["item"]
    answers = {"seat": {"values": ["Aisle"]}, "wish": {"skipped": True}}
    events = await stream(
        page["asking"],
        "threads.add_structured_input",
        thread_id=asked["thread_id"],
        item_id=asked["id"],
        input={"status": "answered", "answers": answers},
    )
    assert events[-1]["item"]["content"][0]["text"] == "small () says: {'seat': ['Aisle']}"


async def test_an_image_and_the_hosts_of_pictures(page: dict[str, Any]) -> None:
    events = await stream(page["drawing"], "threads.create", input=user_input("hi"))
    images = [each["item"]["image"]["url"] for each in events if each.get("item", {}).get("image")]
    hosts = [
        each["thread"].get("allowed_image_domains") for each in events if each["type"] == "thread.updated"
    ]
    assert (images, hosts) == (["/static/plan.png"], [["img.example"]])


async def test_speech_becomes_text(page: dict[str, Any]) -> None:
    audio = base64.b64encode(bytes(3)).decode()
    answer = await call(page["listening"], "input.transcribe", audio_base64=audio, mime_type="audio/ogg")
    assert answer == {"text": "3 bytes of audio/ogg"}


def test_the_page_offers_what_the_server_allows(page: dict[str, Any]) -> None:
    text = (Path(__file__).parents[2] / "docs/tasks.md").read_text("utf-8")
    for name in (*page["choosing"].allowed_models, *page["choosing"].allowed_tools):
        assert f"{{ id: '{name}', label: " in text
