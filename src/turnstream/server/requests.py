"""From the bytes of a body to a checked request, or an error that names the field."""

from collections import Counter
from collections.abc import Sequence, Sized
from math import isinf
from typing import Any, cast, get_args

from pydantic import ValidationError
from pydantic_core import from_json

from turnstream.errors import InvalidRequestError
from turnstream.limits import MAX_LIST, MAX_TITLE
from turnstream.types import (
    CHATKIT_REQUEST,
    ChatKitReq,
    ItemsFeedbackReq,
    ThreadsAddStructuredInputReq,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsUpdateReq,
)
from turnstream.types.durable import DURABLE_REQUEST, DurableReq

__all__ = ["DEFAULT_PAGE_SIZE", "MAX_PAGE", "page_limit", "parse_request"]

DURABLE_OPERATIONS = tuple(
    operation
    for model in get_args(DurableReq)
    for operation in get_args(model.model_fields["type"].annotation)
    if operation.startswith("turns.")
)
"""A tuple, not a set: what a client sends as the type may be unhashable."""

DEFAULT_PAGE_SIZE = 20
"""Records of a page whose size the request does not say."""

MAX_PAGE = 100


def parse_request(body: str | bytes | bytearray) -> ChatKitReq | DurableReq:
    """Return the request that `body` holds.

    Raises:
        InvalidRequestError: not JSON (NaN and Infinity are not JSON), no known operation, or a field of a
            wrong type or beyond its bounds.
    """
    try:
        data = from_json(body, allow_inf_nan=False)
    except ValueError as exc:
        raise InvalidRequestError(f"The body is not valid JSON: {exc}.") from exc
    if _has_infinity(data):
        raise InvalidRequestError("The body contains a number that is too large for JSON parsers.")
    if not isinstance(data, dict):
        raise InvalidRequestError('The body must be a JSON object with "type" and "params".')
    request = cast("dict[str, Any]", data)
    parser = DURABLE_REQUEST if _is_durable(request) else CHATKIT_REQUEST
    try:
        parsed = parser.validate_python(request)
    except ValidationError as exc:
        raise _named(exc, request) from exc
    _check_bounds(parsed)
    return parsed


def _check_bounds(request: ChatKitReq | DurableReq) -> None:
    """Bound what a request can make the server look up or store. The types do not: their schemas are the
    official ones.

    Raises:
        InvalidRequestError: a list has over 100 entries or an id twice, or a title has over 1,000 characters.
    """
    match request:
        case ThreadsCreateReq() | ThreadsAddUserMessageReq():
            _check_length("params.input.content", request.params.input.content)
            _check_ids("params.input.attachments", request.params.input.attachments)
        case ItemsFeedbackReq():
            _check_ids("params.item_ids", request.params.item_ids)
        case ThreadsAddStructuredInputReq():
            answers = request.params.input.answers
            _check_length("params.input.answers", answers)
            for question_id, answer in answers.items():
                _check_length(f"params.input.answers.{question_id[:100]}.values", answer.values)
        case ThreadsUpdateReq() if len(request.params.title) > MAX_TITLE:
            problem = f"a title has at most {MAX_TITLE} characters, not {len(request.params.title)}"
            raise InvalidRequestError(f"params.title: {problem}.", field="params.title")
        case _:
            pass


def _check_length(field: str, entries: Sized) -> None:
    if len(entries) > MAX_LIST:
        raise InvalidRequestError(f"{field}: at most {MAX_LIST} entries, not {len(entries)}.", field=field)


def _check_ids(field: str, ids: Sequence[str]) -> None:
    _check_length(field, ids)
    [(double, count)] = Counter(ids).most_common(1) or [("", 0)]
    if count > 1:
        raise InvalidRequestError(f"{field}: {double[:100]!r} is there {count} times.", field=field)


def page_limit(limit: int | None) -> int:
    """Return how many records a page has: 20 unless asked otherwise, 100 at most.

    Raises:
        InvalidRequestError: `limit` is not positive.
    """
    if limit is None:
        return DEFAULT_PAGE_SIZE
    if limit < 1:
        raise InvalidRequestError(f"limit must be at least 1, not {limit}.", field="params.limit")
    return min(limit, MAX_PAGE)


def _is_durable(request: dict[str, Any]) -> bool:
    """Whether the request is one of durable turns; so is a client tool's answer that names its call."""
    operation, params = request.get("type"), request.get("params")
    if operation == "threads.add_client_tool_output":
        return isinstance(params, dict) and "call_id" in params
    return operation in DURABLE_OPERATIONS


def _has_infinity(value: Any) -> bool:
    """A number such as 1e999 is read as infinity. The depth is bounded by the parser."""
    if isinstance(value, float):
        return isinf(value)
    if isinstance(value, dict):
        return any(map(_has_infinity, cast("dict[str, Any]", value).values()))
    return isinstance(value, list) and any(map(_has_infinity, cast("list[Any]", value)))


def _named(exc: ValidationError, data: dict[str, Any]) -> InvalidRequestError:
    first = exc.errors(include_url=False, include_context=True, include_input=False)[0]
    if first["type"] == "union_tag_not_found":
        return InvalidRequestError('"type" is missing: it names the operation.', field="type")
    if first["type"] == "union_tag_invalid" and len(first["loc"]) == 0:
        return InvalidRequestError(f"Unknown operation {str(data.get('type'))[:100]!r}.", field="type")
    # The first part of the location is the operation's tag, chosen by the discriminator.
    field = ".".join(str(part) for part in first["loc"][1:])
    return InvalidRequestError(f"{field}: {first['msg']}.", field=field)
