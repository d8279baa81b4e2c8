"""A tool's function, whatever framework calls it: one that returns, or one that says on the way what it
does.
"""

import inspect
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Coroutine
from functools import wraps
from types import NoneType, UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints

from anyio import to_thread
from pydantic import BaseModel, ConfigDict, create_model
from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError

from turnstream.agents.core.answers import adapter_of, failure_for_model, read_answer
from turnstream.agents.core.context import AgentContext, ClientToolCall
from turnstream.contracts import ClientToolContract, Effect, declare
from turnstream.errors import TurnstreamError
from turnstream.turns.client_calls import ClientToolError
from turnstream.turns.closing import closing
from turnstream.types import ThreadStreamEvent
from turnstream.widgets import BasicRoot, Card, DynamicWidgetRoot, ListView

__all__ = ["AskClient", "ContextOf", "ToolFunctionError", "ToolSignature", "as_coroutine", "is_agent_context"]

EVENTS = cast("tuple[type[BaseModel], ...]", get_args(get_args(ThreadStreamEvent)[0]))

WIDGETS = (Card, ListView, BasicRoot, DynamicWidgetRoot)

ContextOf = Callable[[Any], AgentContext[Any]]
"""Returns our context from what a framework hands to a tool."""


class ToolFunctionError(TurnstreamError):
    """A tool's function breaks the rules of `function_tool` or `client_tool`: the app's mistake, not for the
    model.
    """


class ToolSignature:
    """What a tool's function takes and says of itself."""

    def __init__(self, function: Callable[..., Any], is_context: Callable[[Any], bool]) -> None:
        """Raises:
        ToolFunctionError: the function is a plain generator or has no name, or an annotation cannot be read.
        """
        if not hasattr(function, "__name__"):
            raise ToolFunctionError(f"{function!r} is not a function: wrap it in one")
        if inspect.isgeneratorfunction(function):
            raise ToolFunctionError(f"{function.__name__}() is a plain generator: make it `async def`")
        self.function = function
        self.name = function.__name__
        self.description = inspect.getdoc(function) or ""
        self.hints = _hints_of(function)
        signature = inspect.signature(function)
        parameters = list(signature.parameters.values())
        first = self.hints.get(parameters[0].name) if parameters else None
        self.takes_agent_context = is_agent_context(first)
        """Whether its first parameter is ours, whatever context the framework has."""
        self.takes_context = self.takes_agent_context or (first is not None and is_context(first))
        self.context = parameters[0] if self.takes_context else None
        self.parameters = parameters[1:] if self.takes_context else parameters
        self.returns = self.hints.get("return", Any)

    def model(self) -> type[BaseModel]:
        """Return the arguments as a model.

        Raises:
            ToolFunctionError: one of them is `*args` or `**kwargs`, or has no annotation, or one without
                JSON.
        """
        fields: dict[str, Any] = {}
        for parameter in self.parameters:
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                raise ToolFunctionError(
                    f"{self.name}() takes *{parameter.name}: name every argument of a tool"
                )
            if parameter.name not in self.hints:
                raise ToolFunctionError(f"{self.name}() has no type annotation for {parameter.name}")
            default = ... if parameter.default is parameter.empty else parameter.default
            fields[parameter.name] = (self.hints[parameter.name], default)
        name = "".join(word.capitalize() for word in self.name.split("_"))
        config, module = ConfigDict(extra="forbid"), self.function.__module__
        try:
            return create_model(f"{name}Parameters", __config__=config, __module__=module, **fields)
        except PydanticUserError as exc:
            raise ToolFunctionError(
                f"{self.name}() has a parameter that JSON cannot represent: {exc.message}"
            ) from exc

    def dress(
        self, call: Callable[..., Coroutine[Any, Any, Any]], context_type: Any
    ) -> Callable[..., Coroutine[Any, Any, Any]]:
        """Give `call`, which takes a framework's context and the arguments, this signature, the context
        first.
        """
        dressed = wraps(self.function)(call)
        context = self.context or inspect.Parameter(_free_name(self), inspect.Parameter.POSITIONAL_OR_KEYWORD)
        hints = {
            context.name: context_type,
            **{name: hint for name, hint in self.hints.items() if name != "return"},
        }
        if self.takes_agent_context:
            hints[context.name] = context_type
        parameters = [context.replace(annotation=hints[context.name])]
        parameters += [
            parameter.replace(annotation=hints.get(parameter.name, Any)) for parameter in self.parameters
        ]
        dressed.__signature__ = inspect.Signature(parameters, return_annotation=Any)  # pyright: ignore[reportAttributeAccessIssue]
        dressed.__annotations__ = {**hints, "return": Any}
        del dressed.__wrapped__  # pyright: ignore[reportAttributeAccessIssue]  # or its signature is read instead
        return dressed


def is_agent_context(annotation: Any) -> bool:
    """Whether an annotation is `AgentContext` or a subclass, with or without its parameter."""
    kind = get_origin(annotation) or annotation
    return isinstance(kind, type) and issubclass(kind, AgentContext)


def _hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return get_type_hints(function, include_extras=True)
    except NameError as exc:
        raise ToolFunctionError(
            f"an annotation of {function.__name__}() cannot be resolved: {exc}; its names must be defined "
            "at the top "
            "level of its module and imported at run time"
        ) from exc


def _free_name(signature: ToolSignature) -> str:
    name = "context"
    while any(parameter.name == name for parameter in signature.parameters):
        name = f"_{name}"
    return name


def as_coroutine(
    function: Callable[..., Any],
    *,
    is_context: Callable[[Any], bool],
    context_of: ContextOf,
    context_type: Any,
) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Return a coroutine function that a framework can call as a tool, its context first.

    An async generator streams the events and widgets that it yields at once; its last, and only other, value
    is the result. What returns, or is awaited, is called as it is; what blocks runs in a thread.

    Raises:
        ToolFunctionError: the function is a plain generator or has no name, or an annotation cannot be read.
    """
    signature = ToolSignature(function, is_context)

    async def call(context: Any, /, *args: Any, **kwargs: Any) -> Any:
        if signature.takes_context:
            args = (context_of(context) if signature.takes_agent_context else context, *args)
        if inspect.isasyncgenfunction(function) or inspect.iscoroutinefunction(function):
            returned = function(*args, **kwargs)
        else:
            returned = await to_thread.run_sync(lambda: function(*args, **kwargs))
        if isinstance(returned, AsyncGenerator):  # from a plain decorator around one, too
            return await result_of(
                cast("AsyncGenerator[Any]", returned), context_of(context), name=signature.name
            )
        return await returned if inspect.isawaitable(returned) else returned

    return signature.dress(call, context_type)


async def result_of(values: AsyncGenerator[Any], context: AgentContext[Any], *, name: str) -> Any:
    """Stream the events that a tool yields, and return the one other value.

    Raises:
        ToolFunctionError: there is no such value, or a second one, or an event comes after it.
    """
    results: list[Any] = []
    async with closing(values):
        async for value in values:
            is_shown = await stream_value(value, context)
            if results:
                what = "an event" if is_shown else "a second result"
                raise ToolFunctionError(f"{name}() yields {what} after its result: yield the result last")
            if not is_shown:
                results.append(value)
    if not results:
        raise ToolFunctionError(f"{name}() yields no result: yield the model's result last")
    return results[0]


async def stream_value(value: Any, context: AgentContext[Any]) -> bool:
    """Stream an event, an effect or a widget; return False, with nothing done, for anything else."""
    if isinstance(value, Effect):
        value = value.event()
    if isinstance(value, EVENTS):
        await context.stream(cast("ThreadStreamEvent", value))
    elif isinstance(value, WIDGETS):
        await context.stream_widget(value)
    else:
        return False
    return True


def _tool_call_id(context: Any) -> str | None:
    return getattr(context, "tool_call_id", None)


class AskClient:
    """A client tool: its function's signature is what the page is asked, its return annotation what it
    answers.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        is_context: Callable[[Any], bool],
        context_of: ContextOf,
        name: str | None = None,
        description: str | None = None,
        timeout_s: float | None = None,
        confirm: bool | str | None = None,
        reenter: bool = False,
        call_id_of: Callable[[Any], str | None] = _tool_call_id,
    ) -> None:
        """With `reenter` the call ends the run, and the page's answer begins the next turn.

        `call_id_of` returns the model's own id of the call from what the framework hands to the tool.

        Raises:
            ToolFunctionError: the signature cannot be a contract.
        """
        self._signature = ToolSignature(function, is_context)
        self._context_of = context_of
        self._timeout_s = timeout_s
        self._confirm = confirm or None
        self._reenter = reenter
        self._call_id_of = call_id_of
        self.contract = ClientToolContract(
            name=name or function.__name__,
            description=description or self._signature.description,
            parameters=self._signature.model(),
            result=_answer_type(self._signature),
            confirm=self._confirm,
        )
        try:
            adapter_of(self.contract)
        except PydanticSchemaGenerationError as exc:
            raise ToolFunctionError(
                f"{function.__name__}() has a result type that JSON cannot represent: {exc.message}"
            ) from exc
        declare(self.contract, module=function.__module__)

    def as_coroutine(self, context_type: Any) -> Callable[..., Coroutine[Any, Any, Any]]:
        """Return the coroutine function that a framework calls as a tool, its context first."""

        async def call(context: Any, /, *args: Any, **kwargs: Any) -> Any:
            return await self.call(context, *args, **kwargs)

        return self._signature.dress(call, context_type)

    async def call(self, context: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Ask the page; return its answer as text for the model, or why there is none."""
        agent_context = self._context_of(context)
        values = {**dict(zip(self.contract.parameters.model_fields, args, strict=False)), **kwargs}
        arguments = self.contract.parameters(**values)
        given = {name: getattr(arguments, name) for name in self.contract.parameters.model_fields}
        await self._say_first(context, agent_context, given)
        asked = arguments.model_dump(mode="json", by_alias=True)  # as the types for the page say
        if self._reenter:
            call_id = self._call_id_of(context)
            agent_context.ask_client_later(
                ClientToolCall(
                    name=self.contract.name, arguments=asked, call_id=call_id, confirm=self._confirm
                )
            )
            return ""
        try:
            answer = await agent_context.call_client(
                self.contract.name, asked, timeout_s=self._timeout_s, confirm=self._confirm
            )
        except ClientToolError as error:
            return failure_for_model(self.contract.name, error.code, str(error))
        return read_answer(self.contract, answer)

    async def _say_first(self, context: Any, agent_context: AgentContext[Any], given: dict[str, Any]) -> None:
        """Run the function's body, for what it streams."""
        function, name = self._signature.function, self.contract.name
        first = agent_context if self._signature.takes_agent_context else context
        returned = function(*([first] if self._signature.takes_context else []), **given)
        if isinstance(returned, AsyncIterator):
            async with closing(cast("AsyncIterator[Any]", returned)) as values:
                async for value in values:
                    if not await stream_value(value, agent_context):
                        raise ToolFunctionError(
                            f"{name}() yields a result, but the page returns the result: yield only events"
                        )
        else:
            result = cast("Any", await returned if isinstance(returned, Awaitable) else returned)
            if result is not None and result is not ...:
                raise ToolFunctionError(
                    f"{name}() returns a result, but the page returns the result: leave its body empty"
                )


_GENERATORS = AsyncIterable, AsyncIterator, AsyncGenerator


def _answer_type(signature: ToolSignature) -> Any:
    """Return what the page answers: of a generator what it is said to yield, but for events."""
    returns = None if signature.returns is NoneType else signature.returns
    if not inspect.isasyncgenfunction(signature.function):
        return returns
    yielded = get_args(returns)[0] if get_origin(returns) in _GENERATORS else returns
    members = get_args(yielded) if get_origin(yielded) in (Union, UnionType) else (yielded,)
    answers = [member for member in members if not _is_shown(member)]
    return Union[tuple(answers)] if answers not in ([], [NoneType]) else None  # noqa: UP007


def _is_shown(annotation: Any) -> bool:
    if get_origin(annotation) is Annotated:
        return annotation is ThreadStreamEvent
    return isinstance(annotation, type) and issubclass(annotation, (*EVENTS, *WIDGETS, Effect))
