"""Tools of a chat-completions model: functions that run here, and those that run in the page."""

import json
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, cast, overload

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from turnstream.agents.core.context import AgentContext
from turnstream.agents.core.tools.arguments import NOT_AN_OBJECT, arguments_of
from turnstream.agents.core.tools.signature import (
    AskClient,
    ToolFunctionError,
    ToolSignature,
    as_coroutine,
    is_agent_context,
)
from turnstream.errors import BaseStreamError
from turnstream.redaction import logger_of

__all__ = ["ChatTool", "client_tool", "function_tool"]

logger = logger_of("turnstream.agents")

CALL_ID: ContextVar[str | None] = ContextVar("turnstream.chat_tool_call_id", default=None)
"""The model's own id of the call that is running here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatTool:
    """A function as the model sees it, and how it is called."""

    name: str
    description: str
    arguments: type[BaseModel]
    function: Callable[..., Coroutine[Any, Any, Any]]
    """Takes the context and the arguments."""

    def definition(self) -> dict[str, Any]:
        """Return what stands in a request's `tools`."""
        schema = self.arguments.model_json_schema()
        schema.pop("title", None)
        function = {"name": self.name, "description": self.description, "parameters": schema}
        return {"type": "function", "function": function}

    async def call(self, context: AgentContext[Any], call_id: str, arguments: str) -> str:
        """Run the function; return its result as text for the model, or in words what went wrong.

        Raises:
            ToolFunctionError: the function breaks the rules; the model could do nothing about it.
            BaseStreamError: the function ends the response with words for the person.
        """
        CALL_ID.set(call_id)
        written = arguments_of(arguments)
        try:
            given = self.arguments.model_validate_json(arguments if written or written is None else "{}")
        except ValidationError as exc:
            problems = "; ".join(f"{_place(problem['loc'])}: {problem['msg']}" for problem in exc.errors())
            return (
                f"The arguments of {self.name} are not what it takes ({problems}). Call it again with others."
            )
        if written is None:  # pydantic takes NaN within an object, which is no JSON
            return NOT_AN_OBJECT.format(name=self.name)
        values = {name: getattr(given, name) for name in self.arguments.model_fields}
        try:
            return _text(await self.function(context, **values))
        except (ToolFunctionError, BaseStreamError):
            raise
        except Exception as exc:
            logger.exception("the tool %s failed; the model gets the error", self.name)
            return f"The tool {self.name} failed: {type(exc).__name__}: {exc}"


@overload
def function_tool(function: Callable[..., Any], /) -> ChatTool: ...
@overload
def function_tool(
    *, name: str | None = None, description: str | None = None
) -> Callable[[Callable[..., Any]], ChatTool]: ...
def function_tool(
    function: Callable[..., Any] | None = None, /, *, name: str | None = None, description: str | None = None
) -> ChatTool | Callable[[Callable[..., Any]], ChatTool]:
    """Make a function a tool: its signature is what the model is asked for, its docstring says what it does.

    A first parameter annotated with `AgentContext`, or a subclass, gets the run's context. An async generator
    says on the way what it does: the events, effects and widgets that it yields are streamed at once; its
    last, and only other, value is the result.

    Raises:
        ToolFunctionError: the signature cannot be offered to a model.
    """

    def decorate(function: Callable[..., Any]) -> ChatTool:
        signature = ToolSignature(function, is_agent_context)
        call = as_coroutine(
            function, is_context=is_agent_context, context_of=_context_of, context_type=AgentContext
        )
        return ChatTool(
            name=name or signature.name,
            description=description or signature.description,
            arguments=signature.model(),
            function=call,
        )

    return decorate if function is None else decorate(function)


@overload
def client_tool(function: Callable[..., Any], /) -> ChatTool: ...
@overload
def client_tool(
    *,
    name: str | None = None,
    description: str | None = None,
    timeout_s: float | None = None,
    confirm: bool | str = False,
    reenter: bool = False,
) -> Callable[[Callable[..., Any]], ChatTool]: ...
def client_tool(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    timeout_s: float | None = None,
    confirm: bool | str = False,
    reenter: bool = False,
) -> ChatTool | Callable[[Callable[..., Any]], ChatTool]:
    """Make a function a tool that runs in the page: its signature is the contract, its body is empty.

    The model gets the page's answer if it is what the return annotation says, or else a sentence that says
    what is wrong. An async generator may yield events first. With `confirm`, the page asks the user first.
    With `reenter` the run ends with the call, and the answer begins the next turn.

    Raises:
        ToolFunctionError: the signature cannot be a contract.
    """

    def decorate(function: Callable[..., Any]) -> ChatTool:
        asking = AskClient(
            function,
            is_context=is_agent_context,
            context_of=_context_of,
            name=name,
            description=description,
            timeout_s=timeout_s,
            confirm=confirm,
            reenter=reenter,
            call_id_of=lambda _: CALL_ID.get(),
        )
        contract = asking.contract
        return ChatTool(
            name=contract.name,
            description=contract.description,
            arguments=contract.parameters,
            function=asking.call,
        )

    return decorate if function is None else decorate(function)


def _context_of(context: Any) -> AgentContext[Any]:
    return cast("AgentContext[Any]", context)


def _text(result: Any) -> str:
    if isinstance(result, str):
        return result
    try:
        return to_json(result).decode()
    except ValueError:
        return json.dumps(str(result), ensure_ascii=False)


def _place(places: tuple[int | str, ...]) -> str:
    return ".".join(str(place) for place in places) or "they"
