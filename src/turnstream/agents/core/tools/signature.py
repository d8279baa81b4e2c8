"""What a tool's function declares: its name, its words for the model, its parameters and its context."""

import inspect
from collections.abc import Callable, Coroutine
from enum import Enum
from functools import wraps
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model
from pydantic.errors import PydanticUserError

from turnstream.agents.core.tools.contexts import (
    ContextKind,
    is_agent_context,
    is_framework_context,
    is_tool_context,
)
from turnstream.errors import TurnstreamError

__all__ = ["FirstParameter", "ToolFunctionError", "ToolSignature"]


class ToolFunctionError(TurnstreamError):
    """A tool's function breaks the rules of `function_tool` or `client_tool`: a mistake of the app.

    The model is not informed: it could do nothing about it.
    """


class FirstParameter(Enum):
    """What the first parameter of a tool's function is."""

    ARGUMENT = "an argument, or nothing"
    AGENT_CONTEXT = "AgentContext"
    TOOL_CONTEXT = "ToolContext"
    FRAMEWORK_CONTEXT = "the framework's own context"


class ToolSignature:
    """The signature of a tool's function, with the context apart from the arguments."""

    def __init__(self, function: Callable[..., Any]) -> None:
        """Read what `function` declares.

        Raises:
            ToolFunctionError: the function is a plain generator or has no name, or an annotation cannot be
                read.
        """
        if not hasattr(function, "__name__"):
            raise ToolFunctionError(f"{function!r} is not a function: wrap it in one")
        if inspect.isgeneratorfunction(function):
            raise ToolFunctionError(f"{function.__name__}() is a plain generator: make it `async def`")
        self.function = function
        self.name = function.__name__
        self.description = inspect.getdoc(function) or ""
        self.hints = _hints_of(function)
        parameters = list(inspect.signature(function).parameters.values())
        self._annotation = self.hints.get(parameters[0].name) if parameters else None
        self.first = _first_parameter(self._annotation)
        self.context = None if self.first is FirstParameter.ARGUMENT else parameters.pop(0)
        self.parameters = parameters
        self.returns = self.hints.get("return", Any)

    def contexts_for(self, kind: ContextKind, passed: Any) -> tuple[Any, ...]:
        """Return the first positional arguments of the function: its context, if it declares one."""
        match self.first:
            case FirstParameter.ARGUMENT:
                return ()
            case FirstParameter.AGENT_CONTEXT:
                return (kind.agent_context(passed),)
            case FirstParameter.TOOL_CONTEXT:
                return (kind.tool_context(passed),)
            case FirstParameter.FRAMEWORK_CONTEXT:
                return (passed,)

    def check_kind(self, kind: ContextKind) -> None:
        """Return if a framework with this kind of context can call the function.

        Raises:
            ToolFunctionError: the function declares the context of another framework.
        """
        if self.first is FirstParameter.FRAMEWORK_CONTEXT and not kind.is_own(self._annotation):
            name = getattr(self._annotation, "__name__", self._annotation)
            raise ToolFunctionError(
                f"{self.name}() takes a {name}, which {kind.framework} does not pass: annotate its first "
                "parameter with AgentContext"
            )

    def model(self) -> type[BaseModel]:
        """Return the arguments as a model.

        Raises:
            ToolFunctionError: one of them is `*args` or `**kwargs`, or has no annotation, or one without
                JSON.
        """
        fields = {parameter.name: self._field(parameter) for parameter in self.parameters}
        name = "".join(word.capitalize() for word in self.name.split("_"))
        config, module = ConfigDict(extra="forbid"), self.function.__module__
        try:
            return create_model(f"{name}Parameters", __config__=config, __module__=module, **fields)
        except PydanticUserError as exc:
            raise ToolFunctionError(
                f"{self.name}() has a parameter that JSON cannot represent: {exc.message}"
            ) from exc

    def dress(
        self, call: Callable[..., Coroutine[Any, Any, Any]], kind: ContextKind
    ) -> Callable[..., Coroutine[Any, Any, Any]]:
        """Give `call`, which gets a framework's context and the arguments, this signature, context first."""
        dressed = wraps(self.function)(call)
        context = self.context or inspect.Parameter(_free_name(self), inspect.Parameter.POSITIONAL_OR_KEYWORD)
        is_own = self.first is FirstParameter.FRAMEWORK_CONTEXT
        hints = {name: hint for name, hint in self.hints.items() if name != "return"}
        hints = {**hints, context.name: hints[context.name] if is_own else kind.annotation}
        parameters = [
            parameter.replace(annotation=hints.get(parameter.name, Any))
            for parameter in (context, *self.parameters)
        ]
        dressed.__signature__ = inspect.Signature(parameters, return_annotation=Any)  # pyright: ignore[reportAttributeAccessIssue]
        dressed.__annotations__ = {**hints, "return": Any}
        del dressed.__wrapped__  # pyright: ignore[reportAttributeAccessIssue]  # or its signature is read instead
        return dressed

    def _field(self, parameter: inspect.Parameter) -> Any:
        """Return the type and the default of an argument, as `create_model` needs them."""
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise ToolFunctionError(f"{self.name}() takes *{parameter.name}: name every argument of a tool")
        if parameter.name not in self.hints:
            raise ToolFunctionError(f"{self.name}() has no type annotation for {parameter.name}")
        default = ... if parameter.default is parameter.empty else parameter.default
        return (self.hints[parameter.name], default)


def _first_parameter(annotation: Any) -> FirstParameter:
    if is_agent_context(annotation):
        return FirstParameter.AGENT_CONTEXT
    if is_tool_context(annotation):
        return FirstParameter.TOOL_CONTEXT
    if is_framework_context(annotation):
        return FirstParameter.FRAMEWORK_CONTEXT
    return FirstParameter.ARGUMENT


def _hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return get_type_hints(function, include_extras=True)
    except NameError as exc:
        raise ToolFunctionError(
            f"an annotation of {function.__name__}() cannot be resolved: {exc}; its names must be defined at "
            "the top level of its module and imported at run time"
        ) from exc


def _free_name(signature: ToolSignature) -> str:
    name = "context"
    while any(parameter.name == name for parameter in signature.parameters):
        name = f"_{name}"
    return name
