"""What events add to the official ones."""

import pytest
from pydantic import TypeAdapter, ValidationError

from turnstream.types import ProgressUpdateEvent, ThreadItemUpdatedEvent, ThreadStreamEvent

EVENT: TypeAdapter[ThreadStreamEvent] = TypeAdapter(ThreadStreamEvent)


def test_progress_takes_message_as_another_spelling_of_text() -> None:
    by_message = ProgressUpdateEvent(message="Searching", icon="search")
    assert by_message == ProgressUpdateEvent(text="Searching", icon="search")
    assert by_message.model_dump_json() == '{"type":"progress_update","icon":"search","text":"Searching"}'
    assert (
        EVENT.validate_json('{"type":"progress_update","message":"Searching","icon":"search"}') == by_message
    )


def test_text_wins_over_message() -> None:
    assert ProgressUpdateEvent.model_validate({"text": "a", "message": "b"}).text == "a"


def test_progress_needs_one_of_the_two() -> None:
    with pytest.raises(ValidationError, match="text"):
        ProgressUpdateEvent.model_validate({"icon": "search"})


def test_a_delta_is_read_as_a_delta() -> None:
    event = EVENT.validate_python(
        {
            "type": "thread.item.updated",
            "item_id": "msg_1",
            "update": {
                "type": "assistant_message.content_part.text_delta",
                "content_index": 0,
                "delta": "Hel",
            },
        }
    )
    assert isinstance(event, ThreadItemUpdatedEvent)
    assert type(event.update).__name__ == "AssistantMessageContentPartTextDelta"
