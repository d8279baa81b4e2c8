"""A tool that shows a widget and returns what the person answers it with."""

from collections.abc import Callable
from typing import Any, cast, overload

from pydantic_core import to_json

from turnstream.agents.core.tools.contexts import ContextKind
from turnstream.agents.core.tools.function_tool import FunctionTool
from turnstream.agents.core.tools.signature import ToolFunctionError
from turnstream.turns.client_calls import ClientToolError
from turnstream.widgets import WidgetComponentBase, WidgetRoot

__all__ = ["WidgetTool", "widget_tool"]


class WidgetTool(FunctionTool):
    """A function that returns a widget; the model gets the action that answers it."""

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        name: str | None = None,
        description: str | None = None,
        timeout_s: float | None = None,
    ) -> None:
        """`timeout_s` limits how long the user can take; see `AgentContext.ask_widget`.

        Raises:
            ToolFunctionError: the signature cannot be offered to a model.
        """
        super().__init__(function, name=name, description=description)
        self._timeout_s = timeout_s

    async def call(self, kind: ContextKind, passed: Any, /, *args: Any, **kwargs: Any) -> str:
        """Show the widget; return the JSON of its answer, or in words why there is none.

        Raises:
            ToolFunctionError: the function returns no widget, or one that nobody can answer.
        """
        widget = await super().call(kind, passed, *args, **kwargs)
        if not isinstance(widget, WidgetComponentBase):
            raise ToolFunctionError(
                f"{self.signature.name}() returned {type(widget).__name__}: return a widget, such as a Card"
            )
        context = kind.agent_context(passed)
        try:
            action = await context.ask_widget(cast("WidgetRoot", widget), timeout_s=self._timeout_s)
        except ClientToolError as error:
            return f"The user did not answer {self.name} ({error.code}): {error}"
        except ValueError as error:
            raise ToolFunctionError(f"{self.signature.name}(): {error}") from error
        return to_json({"type": action.type, "payload": action.payload}).decode()


@overload
def widget_tool(function: Callable[..., Any], /) -> WidgetTool: ...
@overload
def widget_tool(
    *, name: str | None = None, description: str | None = None, timeout_s: float | None = None
) -> Callable[[Callable[..., Any]], WidgetTool]: ...
def widget_tool(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    timeout_s: float | None = None,
) -> WidgetTool | Callable[[Callable[..., Any]], WidgetTool]:
    """Make a function that returns a widget a tool that asks the user with it.

        @widget_tool(timeout_s=300)
        async def choose_seat(seats: list[str]):
            \"""Let the user choose one of the seats.\"""
            buttons = [
                Button(label=seat, onClickAction=ActionConfig(type="seat.pick", payload={"seat": seat}))
                for seat in seats
            ]
            return Card(children=[Row(children=buttons)])

    The turn waits for an action of the widget, as `AgentContext.ask_widget` does, and the model gets its type
    and payload: `{"type":"seat.pick","payload":{"seat":"12A"}}`. Every bridge accepts the tool.

    Raises:
        ToolFunctionError: the signature cannot be offered to a model.
    """

    def decorate(function: Callable[..., Any]) -> WidgetTool:
        tool = WidgetTool(function, name=name, description=description, timeout_s=timeout_s)
        _ = tool.arguments  # so that a signature without JSON fails here
        return tool

    return decorate if function is None else decorate(function)
