"""What an agent's tools get as their context: the thread, and a way to stream into it."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, Generic

from typing_extensions import TypeVar

from turnstream.store import Store, StoreItemType
from turnstream.turns.client_calls import call_client
from turnstream.turns.widget_stream import stream_widget
from turnstream.types import ThreadMetadata, ThreadStreamEvent
from turnstream.widgets import WidgetRoot

__all__ = ["AgentContext", "ClientToolCall"]

TContext = TypeVar("TContext", default=Any)


@dataclass(frozen=True, slots=True)
class ClientToolCall:
    """A call that the page is to answer; set it as `AgentContext.client_tool_call` and stop the run."""

    name: str
    arguments: dict[str, Any]


@dataclass(kw_only=True)
class AgentContext(Generic[TContext]):
    """The context of one agent run, given to `Runner.run_streamed(…, context=…)`.

    Mirrors `chatkit.agents.AgentContext`. What is streamed here and what the model says reach the reader in the
    order in which they happened.
    """

    thread: ThreadMetadata
    store: Store[TContext]
    request_context: TContext
    client_tool_call: ClientToolCall | None = None
    events: asyncio.Queue[ThreadStreamEvent | None] = field(default_factory=asyncio.Queue, repr=False)
    """What was streamed and not yet taken by `stream_agent_response`; None ends a run."""

    def generate_id(self, type: StoreItemType, thread: ThreadMetadata | None = None) -> str:  # noqa: A002
        """Return a new id of the given kind, made by the store."""
        if type == "thread":
            return self.store.generate_thread_id(self.request_context)
        return self.store.generate_item_id(type, thread or self.thread, self.request_context)

    async def stream(self, event: ThreadStreamEvent) -> None:
        """Send `event` into the running response."""
        self.events.put_nowait(event)

    async def stream_widget(
        self, widget: WidgetRoot | AsyncGenerator[WidgetRoot, None], copy_text: str | None = None
    ) -> None:
        """Send a widget into the running response, growing with the states of an async generator."""
        async for event in stream_widget(self.thread, widget, copy_text, self.generate_id):
            await self.stream(event)

    async def call_client(
        self, name: str, arguments: dict[str, Any] | None = None, *, timeout_s: float | None = None
    ) -> Any:
        """Ask the page to run one of its tools, wait for its answer, and return the result.

        What was streamed before reaches the reader before the call.

        Raises:
            ClientToolError: the page has no result: it said why, did not answer in time, or the user went on.
            RuntimeError: no turn is running here.
        """
        await self.events.join()
        return await call_client(name, arguments or {}, timeout_s=timeout_s)
