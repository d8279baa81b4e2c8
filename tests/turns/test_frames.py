"""The JSON of the wire, also of what no encoder takes."""

import json
from datetime import UTC, datetime

import pytest
from pydantic_core import PydanticSerializationError

from turnstream.types import ClientEffectEvent, Page, Thread, ThreadItem
from turnstream.wire.frames import event_frame, to_json


def test_a_frame_is_one_line_of_json() -> None:
    frame = event_frame(ClientEffectEvent(name="note", data={"text": "one\ntwo \u2028 ☃"}))
    assert (
        frame
        == 'data: {"type":"client_effect","name":"note","data":{"text":"one\\ntwo \u2028 ☃"}}\n\n'.encode()
    )


def test_a_lone_surrogate_changes_nothing_but_itself() -> None:
    created = datetime(2026, 1, 1, 12, 30, tzinfo=UTC)
    half, whole = (
        json.loads(to_json(Thread(id="thr_1", title=title, created_at=created, items=Page[ThreadItem]())))
        for title in ("half \ud83d", "half \ufffd")
    )
    assert half == whole


def test_a_lone_surrogate_beside_a_number_that_json_lacks() -> None:
    body = to_json(ClientEffectEvent(name="n", data={"text": "\ud83d", "ratio": float("nan")}))
    assert body == '{"type":"client_effect","name":"n","data":{"text":"\ufffd","ratio":null}}'.encode()


def test_what_has_no_json_is_an_error_and_not_its_repr() -> None:
    with pytest.raises(PydanticSerializationError):
        to_json(ClientEffectEvent(name="n", data={"connection": object()}))
