"""A guardrail that trips, in words for the user."""

from typing import Any, cast

from agents import InputGuardrailTripwireTriggered, OutputGuardrailTripwireTriggered

from turnstream.errors import CustomStreamError

__all__ = ["InputGuardrailError", "OutputGuardrailError", "input_guardrail_error", "output_guardrail_error"]


class InputGuardrailError(InputGuardrailTripwireTriggered, CustomStreamError):
    """The SDK's own error, which also ends a turn with its reason."""


class OutputGuardrailError(OutputGuardrailTripwireTriggered, CustomStreamError):
    """The SDK's own error, which also ends a turn with its reason."""


def input_guardrail_error(error: InputGuardrailTripwireTriggered) -> InputGuardrailError:
    """Return `error` as one that tells the user why."""
    return _tell(InputGuardrailError(error.guardrail_result), error)


def output_guardrail_error(error: OutputGuardrailTripwireTriggered) -> OutputGuardrailError:
    """Return `error` as one that tells the user why."""
    return _tell(OutputGuardrailError(error.guardrail_result), error)


def _tell(told: Any, error: InputGuardrailTripwireTriggered | OutputGuardrailTripwireTriggered) -> Any:
    result = error.guardrail_result
    told.message = _reason(result.output.output_info) or f"Stopped by a rule: {result.guardrail.get_name()}."
    told.allow_retry = False
    told.run_data = error.run_data
    return told


def _reason(info: Any) -> str | None:
    """Return the words of a guardrail that gives its reason: as text, or under `reason` or `message`."""
    if isinstance(info, str):
        return info
    for name in ("reason", "message"):
        said = cast("dict[str, Any]", info).get(name) if isinstance(info, dict) else getattr(info, name, None)
        if isinstance(said, str) and said:
            return said
    return None
