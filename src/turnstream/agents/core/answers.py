"""What the page answered, in words for the model."""

import json
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from turnstream.contracts import ClientToolContract, find_client_tool
from turnstream.types import ClientToolCallItem

__all__ = ["adapter_of", "answer_for_model", "failure_for_model", "read_answer"]


def answer_for_model(item: ClientToolCallItem) -> str:
    """Return the answer to a call of an earlier turn, checked against the contract if the tool has one."""
    contract, output = find_client_tool(item.name), item.output
    error = _error_of(output)
    if error is not None:
        return failure_for_model(item.name, str(error.get("code", "failed")), str(error.get("message", "")))
    return _as_text(output) if contract is None else read_answer(contract, output)


def read_answer(contract: ClientToolContract, answer: Any) -> str:
    """Return a page's answer as text, or what is wrong with it."""
    if contract.result is None and answer == {}:
        answer = None  # both say nothing
    adapter = adapter_of(contract)
    try:
        # As JSON: a strict model accepts the text of a time only there.
        value = adapter.validate_json(json.dumps(answer))
    except ValidationError as error:
        problems = "; ".join(f"{_path(problem['loc'])}: {problem['msg']}" for problem in error.errors())
        return f"The page's answer to {contract.name} is not what was asked for ({problems})."
    return _as_text(adapter.dump_python(value, mode="json", by_alias=True))


_ADAPTERS: dict[int, tuple[ClientToolContract, TypeAdapter[Any]]] = {}
"""By the identity of a contract, the oldest first: an adapter costs milliseconds to build."""

MAX_ADAPTERS = 256
"""Tools may be written inside `respond`, anew for each turn."""


def adapter_of(contract: ClientToolContract) -> TypeAdapter[Any]:
    """Return what reads the answers to a contract.

    Raises:
        PydanticSchemaGenerationError: its answer has no JSON.
    """
    known = _ADAPTERS.get(id(contract))
    if known is None:
        if len(_ADAPTERS) >= MAX_ADAPTERS:
            del _ADAPTERS[next(iter(_ADAPTERS))]
        known = _ADAPTERS[id(contract)] = contract, TypeAdapter(contract.result)
    return known[1]


def failure_for_model(name: str, code: str, message: str) -> str:
    """Return why the page gave no result."""
    return f"The page gave no result for {name} ({code}): {message}"


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _error_of(output: Any) -> dict[str, Any] | None:
    if isinstance(output, dict) and set(cast("dict[str, Any]", output)) == {"error"}:
        error = cast("dict[str, Any]", output)["error"]
        return cast("dict[str, Any]", error) if isinstance(error, dict) else None
    return None


def _path(places: tuple[int | str, ...]) -> str:
    return ".".join(str(place) for place in places) or "it"
