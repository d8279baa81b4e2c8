"""Every documented request parses, and the streaming ones are told apart."""

import json

import pytest
from pydantic import BaseModel

from tests.types.test_examples import example_of
from turnstream.types import CHATKIT_REQUEST, NonStreamingReq, StreamingReq, is_streaming_req

STREAMING: tuple[type[BaseModel], ...] = StreamingReq.__args__
NON_STREAMING: tuple[type[BaseModel], ...] = NonStreamingReq.__args__


@pytest.mark.parametrize("model", [*STREAMING, *NON_STREAMING], ids=lambda model: model.__name__)
def test_the_example_in_the_docstring_is_such_a_request(model: type[BaseModel]) -> None:
    example = example_of(model)
    request = CHATKIT_REQUEST.validate_json(example)
    assert type(request) is model
    assert is_streaming_req(request) == (model in STREAMING)
    sent = json.loads(request.model_dump_json(exclude_unset=True))
    assert {"type": request.type, **sent} == json.loads(example)


def test_unknown_fields_are_ignored() -> None:
    request = CHATKIT_REQUEST.validate_python(
        {
            "type": "threads.delete",
            "params": {"thread_id": "thr_1", "new": 1},
            "metadata": {"page": "/"},
            "new": 2,
        }
    )
    assert request.metadata == {"page": "/"}
