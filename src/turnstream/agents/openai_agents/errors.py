"""Errors of an SDK's run, as an app catches them and as the user reads them."""

from typing import Any, TypeVar, cast

from agents import AgentsException, InputGuardrailTripwireTriggered, OutputGuardrailTripwireTriggered

from turnstream.agents.core.client_errors import model_error_from
from turnstream.agents.core.tools.signature import ToolFunctionError
from turnstream.errors import BaseStreamError, CustomStreamError

__all__ = ["error_of_run", "guardrail_error", "reason_of", "with_message"]

TError = TypeVar("TError", bound=Exception)

_KINDS: dict[tuple[type, type], type[Exception]] = {}


def with_message(error: TError, message: CustomStreamError) -> TError:
    """Return `error` as one of the same class; if no app catches it, it ends the turn with `message`."""
    bases = type(message), type(error)
    if bases not in _KINDS:
        _KINDS[bases] = type(type(error).__name__, bases, {"__module__": type(error).__module__})
    translated = _KINDS[bases].__new__(_KINDS[bases], *error.args)
    translated.args = error.args
    translated.__dict__.update({**error.__dict__, **message.__dict__})
    return cast("TError", translated)


def reason_of(info: Any) -> str | None:
    """Return the words of a guardrail that gives its reason: as text, or under `reason` or `message`."""
    if isinstance(info, str):
        return info or None
    for name in ("reason", "message"):
        said = cast("dict[str, Any]", info).get(name) if isinstance(info, dict) else getattr(info, name, None)
        if isinstance(said, str) and said:
            return said
    return None


def error_of_run(error: Exception, *, has_begun: bool) -> Exception:
    """Return the error with which a run that raised `error` ends: the same, or a more specific one.

    What a tool raised for the app or the user comes out of the SDK's wrapper. An error that reports a failure
    of the model is a `ModelError`; one of the SDK's own remains one of its class, too.
    """
    raised = _raised_by_tool(error)
    if raised is not None:
        return raised
    failure = model_error_from(error, has_begun=has_begun)
    if failure is None:
        return error
    return with_message(error, failure) if isinstance(error, AgentsException) else failure


def guardrail_error(
    error: InputGuardrailTripwireTriggered | OutputGuardrailTripwireTriggered,
) -> Exception:
    """Return the error of a guardrail with the reason that it gives as the message for the user."""
    result = error.guardrail_result
    reason = reason_of(result.output.output_info) or f"Stopped by a rule: {result.guardrail.get_name()}."
    return with_message(error, CustomStreamError(reason))


def _raised_by_tool(error: BaseException | None) -> Exception | None:
    """Return the app's own mistake, or its own words for the user, which the SDK wraps."""
    while error is not None and not isinstance(error, (ToolFunctionError, BaseStreamError)):
        error = error.__cause__
    return error
