"""The context that an agent's tools receive: the thread, and methods to stream into it."""

from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Annotated, Any, Generic

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SkipValidation
from typing_extensions import TypeVar

from turnstream.agents.core.channel import EventChannel
from turnstream.agents.core.model_errors import ModelError, ModelErrorCode
from turnstream.agents.core.usage import Usage
from turnstream.errors import LimitError
from turnstream.limits import limits_of_turn
from turnstream.store import Store, StoreItemType
from turnstream.turns.client_calls import ask_widget, call_client
from turnstream.turns.items.text import shown
from turnstream.turns.items.widget_stream import stream_widget
from turnstream.types import (
    Action,
    AssistantMessageItem,
    ClientToolCallItem,
    DurationSummary,
    GeneratedImageItem,
    HiddenContextItem,
    SDKHiddenContextItem,
    Task,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    Workflow,
    WorkflowItem,
    WorkflowSummary,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)
from turnstream.widgets import WidgetRoot

__all__ = ["AgentContext", "ClientToolCall", "check_context"]

TContext = TypeVar("TContext", default=Any)


class ClientToolCall(BaseModel):
    """A call for the page to answer; set it as `AgentContext.client_tool_call` and stop the run."""

    name: str
    arguments: dict[str, Any]
    call_id: str | None = None
    """The model's own id of the call, if it is known."""
    confirm: bool | str | None = None


class AgentContext(BaseModel, Generic[TContext]):
    """The context of one agent run, given to `Runner.run_streamed(…, context=…)` or to another bridge.

    Mirrors `chatkit.agents.AgentContext`; subclass it to carry more. What is streamed here and what the model
    says reach the reader in the order in which they happened.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    thread: ThreadMetadata
    store: Annotated[Store[TContext], SkipValidation]
    request_context: TContext
    previous_response_id: str | None = None
    client_tool_call: ClientToolCall | None = None
    """Set by a tool to end the run and call the page; the page's result starts the next turn."""
    workflow_item: WorkflowItem | None = None
    """The current workflow."""
    generated_image_item: GeneratedImageItem | None = None
    """The image that is being generated."""
    usage: Usage = Field(default_factory=Usage)
    """The model usage of this context's runs so far, also after a stop."""
    _channel: EventChannel = PrivateAttr(default_factory=EventChannel)
    _client_tool_calls: list[ClientToolCall] = PrivateAttr(default_factory=list[ClientToolCall])
    _handled_call: ClientToolCall | None = PrivateAttr(default=None)
    _resumed_id: str | None = PrivateAttr(default=None)
    _produced: dict[str, None] = PrivateAttr(default_factory=dict[str, None])
    _has_shown: bool = PrivateAttr(default=False)
    _steps: int = PrivateAttr(default=0)

    def generate_id(self, type: StoreItemType, thread: ThreadMetadata | None = None) -> str:  # noqa: A002
        """Return a new id of the given kind, made by the store."""
        if type == "thread":
            return self.store.generate_thread_id(self.request_context)
        return self.store.generate_item_id(type, thread or self.thread, self.request_context)

    async def stream(self, event: ThreadStreamEvent) -> None:
        """Send `event` to the running response. A visible item ends the current workflow."""
        await self._channel.producer_pauses()
        self.send(event)
        await self._channel.has_room()

    def send(self, event: ThreadStreamEvent) -> None:
        """Same as `stream`, but without waiting for a slow reader."""
        if isinstance(event, (ThreadItemAddedEvent, ThreadItemDoneEvent)):
            self._make_way_for(event.item)
            if isinstance(event.item, WorkflowItem) and isinstance(event, ThreadItemAddedEvent):
                self.workflow_item = self.workflow_item or event.item.model_copy(deep=True)
            elif self.workflow_item is not None and self.workflow_item.id == event.item.id:
                self.workflow_item = None  # another run, whose events a tool passes on, has ended its own
        self._channel.send(event)

    def begin_step(self) -> None:
        """Count a request to the model. Bridges call it when they send one; too many end the run."""
        self.usage.begin_request()
        self._steps += 1
        limit = limits_of_turn.get().steps_per_turn
        if limit is not None and self._steps > limit:
            self._channel.fail(
                ModelError(ModelErrorCode.STEP_LIMIT, f"the model took more than {limit} steps")
            )

    def check_tool_calls(self, count: int) -> None:
        """End the run if the model calls too many tools in one step."""
        limit = limits_of_turn.get().tool_calls_per_step
        if limit is not None and count > limit:
            self._channel.fail(
                LimitError("The assistant called too many tools at once.", code="too_many_tool_calls")
            )

    @property
    def channel(self) -> EventChannel:
        """Where a bridge sends events; a bridge stores it, since an attribute of a model costs 2 µs."""
        return self._channel

    def hold(self) -> AbstractContextManager[None]:
        """Hold back the events of tools while a bridge handles one event of the model."""
        return self._channel.hold()

    async def has_room(self) -> None:
        """Return when the reader is not far behind; a bridge waits for it between the model's events."""
        await self._channel.has_room()

    async def stream_widget(
        self, widget: WidgetRoot | AsyncGenerator[WidgetRoot, None], copy_text: str | None = None
    ) -> None:
        """Send a widget into the running response, growing with the states of an async generator."""
        async for event in stream_widget(self.thread, widget, copy_text, self.generate_id):
            await self.stream(event)

    async def call_client(
        self,
        name: str,
        arguments: dict[str, Any] | None = None,
        *,
        timeout_s: float | None = None,
        confirm: bool | str | None = None,
    ) -> Any:
        """Call a client tool in the page, wait for it, and return its result.

        Events streamed earlier reach the reader before the call. With `confirm`, True or a question, the page
        asks the person first.

        Raises:
            ClientToolError: the tool failed, the page did not answer in time, or the user declined or
                continued.
            RuntimeError: no turn is running here.
        """
        await self._channel.join()
        return await call_client(name, arguments or {}, timeout_s=timeout_s, confirm=confirm)

    async def ask_widget(
        self, widget: WidgetRoot, *, timeout_s: float | None = None, copy_text: str | None = None
    ) -> Action[str, Any]:
        """Put a widget into the thread, wait for its answer, and return that; see `ChatKitServer.ask_widget`.

        Events streamed earlier reach the reader before the widget, which ends the current workflow.

        Raises:
            ClientToolError: nobody answered in time.
            ValueError: the widget declares no action that is an answer.
            RuntimeError: no turn is running here.
        """
        self.end_current_workflow()
        await self._channel.join()
        item_id = self.generate_id("message")
        self._produced[item_id] = None
        self._has_shown = True
        return await ask_widget(widget, timeout_s=timeout_s, copy_text=copy_text, item_id=item_id)

    async def start_workflow(self, workflow: Workflow) -> None:
        """Start a workflow; a custom one appears with its first task."""
        self.end_current_workflow()
        self.workflow_item = WorkflowItem(
            id=self.generate_id("workflow"),
            thread_id=self.thread.id,
            created_at=datetime.now(UTC),
            workflow=workflow,
        )
        if workflow.type == "reasoning" or workflow.tasks:
            await self.stream(ThreadItemAddedEvent(item=_copy(self.workflow_item)))

    async def add_workflow_task(self, task: Task) -> None:
        """Add a task to the workflow, and start one if there is none."""
        if self.workflow_item is None:
            await self.start_workflow(Workflow(type="custom", tasks=[]))
        item = self._workflow("add_workflow_task")
        tasks = item.workflow.tasks
        tasks.append(task)
        if item.workflow.type != "reasoning" and len(tasks) == 1:
            await self.stream(ThreadItemAddedEvent(item=_copy(item)))
        else:
            added = WorkflowTaskAdded(task=task.model_copy(deep=True), task_index=len(tasks) - 1)
            await self.stream(ThreadItemUpdatedEvent(item_id=item.id, update=added))

    async def update_workflow_task(self, task: Task, task_index: int) -> None:
        """Replace a task of the workflow.

        Raises:
            ValueError: there is no workflow, or no task with this index.
        """
        item = self._workflow("update_workflow_task")
        tasks = item.workflow.tasks
        if not 0 <= task_index < len(tasks):
            raise ValueError(f"the workflow has {len(tasks)} tasks: there is none with index {task_index}")
        tasks[task_index] = task
        updated = WorkflowTaskUpdated(task=task.model_copy(deep=True), task_index=task_index)
        await self.stream(ThreadItemUpdatedEvent(item_id=item.id, update=updated))

    async def end_workflow(self, summary: WorkflowSummary | None = None, expanded: bool = False) -> None:
        """End the workflow, if there is one; by default, its summary is how long it took."""
        self.end_current_workflow(summary, expanded=expanded)

    def end_current_workflow(self, summary: WorkflowSummary | None = None, *, expanded: bool = False) -> None:
        """Do what `end_workflow` does without a pause."""
        item, self.workflow_item = self.workflow_item, None
        if item is None:
            return
        workflow = item.workflow
        workflow.summary = (
            summary or workflow.summary or DurationSummary(duration=_seconds_since(item.created_at))
        )
        workflow.expanded = expanded
        self.send(ThreadItemDoneEvent(item=_copy(item)))

    def resume_workflow(self, item: WorkflowItem) -> None:
        """Continue a workflow of an earlier turn, which is not removed with what this run has shown."""
        self.workflow_item, self._resumed_id = item, item.id

    def pause_workflow(self) -> None:
        """Keep the workflow in the thread as it is: the next turn goes on with it."""
        item, self.workflow_item = self.workflow_item, None
        if item is not None:
            self.send(ThreadItemDoneEvent(item=_copy(item)))

    def read(self, produce: Callable[[], Coroutine[Any, Any, None]]) -> AsyncGenerator[ThreadStreamEvent]:
        """Run `produce` and yield what is streamed meanwhile, as `EventChannel.read`; bridges build on it."""

        async def produce_and_forget() -> None:
            try:
                await produce()
            finally:
                self._produced.clear()  # not at the start: tools may have sent before anybody read
                self._has_shown = False

        return self._channel.read(produce_and_forget)

    def pop_produced(self) -> list[str]:
        """Return the ids of the items that the run has shown, and forget them."""
        produced = list(self._produced)
        self._produced.clear()
        return produced

    @property
    def has_shown(self) -> bool:
        """Whether the run has shown an item that is neither a message nor a workflow, such as a widget."""
        return self._has_shown

    def ask_client_later(self, call: ClientToolCall) -> None:
        """Note a call that the page is to answer when the run is over."""
        self._client_tool_calls.append(call)

    @property
    def asks_client_later(self) -> bool:
        """Whether a `client_tool(reenter=True)` was called, which ends the run with this step."""
        return bool(self._client_tool_calls)

    @property
    def has_client_calls(self) -> bool:
        """Whether the page is to answer a call when the run is over."""
        return bool(self._client_tool_calls) or self.client_tool_call is not self._handled_call

    def pop_client_calls(self) -> list[ClientToolCall]:
        """Return the calls that the page is to answer when the run is over, and forget them."""
        calls, self._client_tool_calls = self._client_tool_calls, []
        if self.client_tool_call is not None and self.client_tool_call is not self._handled_call:
            calls.append(self.client_tool_call)
        self._handled_call = self.client_tool_call
        return calls

    def client_tool_call_item(self, call: ClientToolCall) -> ClientToolCallItem:
        """Return the pending item of a call."""
        item_id = self.generate_id("tool_call")
        return ClientToolCallItem(
            id=item_id,
            thread_id=self.thread.id,
            created_at=datetime.now(UTC),
            call_id=call.call_id or item_id,
            name=call.name,
            arguments=call.arguments,
            confirm=call.confirm or None,
        )

    def _workflow(self, method: str) -> WorkflowItem:
        if self.workflow_item is None:
            raise ValueError(f"{method}() needs a workflow: call start_workflow() first")
        return self.workflow_item

    def _make_way_for(self, item: ThreadItem) -> None:
        if item.id != self._resumed_id:
            self._produced[item.id] = None
        if isinstance(item, (ClientToolCallItem, HiddenContextItem, SDKHiddenContextItem)):
            return
        self._has_shown = self._has_shown or not isinstance(item, (AssistantMessageItem, WorkflowItem))
        if self.workflow_item is not None and self.workflow_item.id != item.id:
            self.end_current_workflow()


def _copy(item: WorkflowItem) -> WorkflowItem:
    """What was sent must not change with what comes later."""
    return item.model_copy(deep=True)


def _seconds_since(time: datetime) -> int:
    return max(0, int((datetime.now(UTC) - time).total_seconds()))


def check_context(context: object) -> None:
    """Return if `context` is an `AgentContext`.

    Raises:
        TypeError: it is something else; the message has the remedy.
    """
    if not isinstance(context, AgentContext):
        raise TypeError(
            f"context must be an AgentContext, not {shown(context)}: in respond(), write "
            "AgentContext(thread=thread, store=self.store, request_context=context)"
        )
