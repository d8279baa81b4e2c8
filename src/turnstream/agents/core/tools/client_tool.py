"""A tool whose result comes from the page."""

import inspect
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable
from types import NoneType, UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin, overload

from pydantic import BaseModel
from pydantic.errors import PydanticSchemaGenerationError

from turnstream.agents.core.answers import adapter_of, failure_for_model, read_answer
from turnstream.agents.core.context import ClientToolCall
from turnstream.agents.core.tools.base import DeclaredTool
from turnstream.agents.core.tools.contexts import ContextKind
from turnstream.agents.core.tools.signature import ToolFunctionError, ToolSignature
from turnstream.agents.core.tools.streamed_values import SHOWN, stream_value
from turnstream.contracts import ClientToolContract, declare
from turnstream.turns.client_calls import ClientToolError
from turnstream.turns.closing import closing
from turnstream.types import ThreadStreamEvent

__all__ = ["ClientTool", "client_tool"]


class ClientTool(DeclaredTool):
    """A tool that runs in the page: the signature is the question, the return annotation the answer."""

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        name: str | None = None,
        description: str | None = None,
        timeout_s: float | None = None,
        confirm: bool | str | None = None,
        reenter: bool = False,
    ) -> None:
        """With `reenter` the call ends the run, and the page's answer begins the next turn.

        Raises:
            ToolFunctionError: the signature cannot be a contract.
        """
        signature = ToolSignature(function)
        super().__init__(signature, name=name, description=description)
        self.reenter = reenter
        self.contract = _contract_of(self, confirm or None)
        self._timeout_s = timeout_s
        declare(self.contract, module=function.__module__)

    async def call(self, kind: ContextKind, passed: Any, /, *args: Any, **kwargs: Any) -> str:
        """Ask the page; return its answer as text for the model, or why there is none.

        Raises:
            ToolFunctionError: the function gives a result.
        """
        arguments = self._arguments(*args, **kwargs)
        await self._stream_before(kind, passed, arguments)
        asked = arguments.model_dump(mode="json", by_alias=True)  # as the types for the page say
        if self.reenter:
            kind.agent_context(passed).ask_client_later(self._later(asked, kind.call_id(passed)))
            return ""
        name, confirm = self.contract.name, self.contract.confirm
        try:
            answer = await kind.agent_context(passed).call_client(
                name, asked, timeout_s=self._timeout_s, confirm=confirm
            )
        except ClientToolError as error:
            return failure_for_model(name, error.code, str(error))
        return read_answer(self.contract, answer)

    def _arguments(self, *args: Any, **kwargs: Any) -> BaseModel:
        return self.arguments(**dict(zip(self.arguments.model_fields, args, strict=False)), **kwargs)

    def _later(self, asked: dict[str, Any], call_id: str | None) -> ClientToolCall:
        contract = self.contract
        return ClientToolCall(name=contract.name, arguments=asked, call_id=call_id, confirm=contract.confirm)

    async def _stream_before(self, kind: ContextKind, passed: Any, arguments: BaseModel) -> None:
        """Run the function's body, for what it streams before the page is asked."""
        name = self.contract.name
        given = {name: getattr(arguments, name) for name in self.arguments.model_fields}
        returned = self.signature.function(*self.signature.contexts_for(kind, passed), **given)
        if isinstance(returned, AsyncIterator):
            async with closing(cast("AsyncIterator[Any]", returned)) as values:
                async for value in values:
                    if not await stream_value(value, kind.agent_context(passed)):
                        raise ToolFunctionError(
                            f"{name}() yields a result, but the page returns the result: yield only events"
                        )
        else:
            result = cast("Any", await returned if isinstance(returned, Awaitable) else returned)
            if result is not None and result is not ...:
                raise ToolFunctionError(
                    f"{name}() returns a result, but the page returns the result: leave its body empty"
                )


@overload
def client_tool(function: Callable[..., Any], /) -> ClientTool: ...
@overload
def client_tool(
    *,
    name: str | None = None,
    description: str | None = None,
    timeout_s: float | None = None,
    confirm: bool | str = False,
    reenter: bool = False,
) -> Callable[[Callable[..., Any]], ClientTool]: ...
def client_tool(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    timeout_s: float | None = None,
    confirm: bool | str = False,
    reenter: bool = False,
) -> ClientTool | Callable[[Callable[..., Any]], ClientTool]:
    """Make a function a tool that runs in the page: its signature is the contract, its body is empty.

    The model gets the page's answer if it is what the return annotation says, or else a sentence that says
    what is wrong. An async generator may yield events first. With `confirm`, the page asks the user first.
    With `reenter` the run ends with the call, and the answer begins the next turn. Every bridge accepts the
    tool.

    Raises:
        ToolFunctionError: the signature cannot be a contract.
    """

    def decorate(function: Callable[..., Any]) -> ClientTool:
        return ClientTool(
            function,
            name=name,
            description=description,
            timeout_s=timeout_s,
            confirm=confirm,
            reenter=reenter,
        )

    return decorate if function is None else decorate(function)


def _contract_of(tool: DeclaredTool, confirm: bool | str | None) -> ClientToolContract:
    contract = ClientToolContract(
        name=tool.name,
        description=tool.description,
        parameters=tool.arguments,
        result=_answer_type(tool.signature),
        confirm=confirm,
    )
    try:
        adapter_of(contract)
    except PydanticSchemaGenerationError as exc:
        raise ToolFunctionError(
            f"{tool.signature.name}() has a result type that JSON cannot represent: {exc.message}"
        ) from exc
    return contract


_GENERATORS = AsyncIterable, AsyncIterator, AsyncGenerator


def _answer_type(signature: ToolSignature) -> Any:
    """Return the type of the page's answer: for a generator, what it is annotated to yield except events."""
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
    return isinstance(annotation, type) and issubclass(annotation, SHOWN)
