"""What a run has cost."""

from contextlib import suppress
from typing import Any, cast

from pydantic_ai import (
    AgentRunResult,
    UserError,
)
from pydantic_ai.agent import AgentRunEvents
from pydantic_ai.messages import (
    ModelRequest,
    ModelResponse,
)

from turnstream.agents.core.context import AgentContext

__all__ = ["UsageMeter"]


class UsageMeter:
    """Counts a run's requests by its messages; the usage of one is in the response that ends it."""

    def __init__(self, context: AgentContext[Any]) -> None:
        self._context = context
        self._counted = 0
        self._has_open_request = False
        self._is_over = False

    def end(self, messages: Any) -> None:
        """Count what a run has cost that sends no more requests."""
        self._is_over = True
        self.read(messages)

    def read(self, messages: Any) -> None:
        """Count the new messages of `AgentRunEvents` or an `AgentRunResult`, not of other iterators."""
        if not isinstance(messages, (AgentRunEvents, AgentRunResult)):
            return
        with suppress(UserError):  # the run has not begun
            new, everything = cast("Any", messages).new_messages(), cast("Any", messages).all_messages()
            for message in new[self._counted :]:
                self._counted += 1
                if isinstance(message, ModelResponse):
                    self._count(message)
            if everything and isinstance(everything[-1], ModelRequest) and not self._is_over:
                self._begin()

    def _begin(self) -> None:
        if not self._has_open_request:
            self._has_open_request = True
            self._context.begin_step()

    def _count(self, response: ModelResponse) -> None:
        self._begin()
        self._has_open_request = False
        self._context.check_tool_calls(len(response.tool_calls))
        cost = response.usage
        if response.state != "interrupted" or cost.has_values():
            self._context.usage.end_request(input_tokens=cost.input_tokens, output_tokens=cost.output_tokens)
