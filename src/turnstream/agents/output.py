"""What a model says, as thread events: one message, one line of thought at a time."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from turnstream.agents.context import AgentContext
from turnstream.store import NotFoundError
from turnstream.turns.text import TextDelta
from turnstream.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartAnnotationAdded,
    AssistantMessageContentPartDone,
    AssistantMessageItem,
    ThoughtTask,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdate,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    Workflow,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)

__all__ = ["ModelOutput"]

SHOW_THOUGHT_EVERY_S = 0.1
"""Each update of a thought carries all of it: at every token a long one would cost the square of its length."""


class ModelOutput:
    """Sends what a model says through a context. Every bridge to a model speaks through this.

    Ids are our own: some models give every message the same one. Text begins a message, a thought begins a reasoning
    workflow, and each ends the other; `close` ends whatever is open.
    """

    def __init__(self, context: AgentContext[Any]) -> None:
        self._context = context
        self._channel = context.channel
        self._message: _Message | None = None
        self._thought: _Thought | None = None
        self._spoken_in = -1

    @property
    def has_spoken(self) -> bool:
        """Whether the model has said anything in answer to the last request."""
        return self._spoken_in == self._context.usage.requests

    @property
    def is_ahead(self) -> bool:
        """Whether the reader is so far behind that a bridge should wait for `AgentContext.has_room`."""
        return self._channel.is_congested

    async def begin(self) -> None:
        """Go on with the workflow with which the thread ends, or that stands before the page's last answer."""
        context = self._context
        try:
            page = await context.store.load_thread_items(
                context.thread.id, None, 2, "desc", context=context.request_context
            )
        except NotFoundError:  # a thread that is not kept has nothing to go on with
            return
        match [item.type for item in page.data]:
            case ["workflow", *_]:
                last = page.data[0]
            case ["client_tool_call", "workflow"]:
                last = page.data[1]
            case _:
                return
        if isinstance(last, WorkflowItem) and last.workflow.summary is None and context.workflow_item is None:
            context.resume_workflow(last)

    def begin_message(self) -> "_Message":
        """Begin a message, if none is open; a workflow ends before it."""
        if self._message is None:
            self.end_thought()
            self._message = _Message(self._context)
            self._spoken_in = self._context.usage.requests
        return self._message

    def add_text(self, delta: str, content_index: int = 0) -> None:
        """Let the message grow; the first text begins it."""
        if not delta:
            return
        message = self._message
        if message is None or content_index not in message.texts:
            message = self.begin_part(content_index)
        message.texts[content_index].append(delta)
        self._channel.send(cast("ThreadStreamEvent", TextDelta(message.item_id, content_index, delta)))

    def begin_part(self, content_index: int) -> "_Message":
        """Begin a part of the message, if it is not there."""
        message = self.begin_message()
        message.begin_part(content_index)
        return message

    def annotate(self, annotation: Annotation, content_index: int = 0) -> None:
        """Add an annotation behind those of the part."""
        self.begin_part(content_index).annotate(annotation, content_index)

    def end_part(self, content_index: int, text: str | None = None) -> None:
        """End a part, whose text is `text` if that is given, or what it grew to."""
        if self._message is not None:
            self._message.end_part(content_index, text)

    def end_message(self, content: list[AssistantMessageContent] | None = None) -> None:
        """End the message, if one is open, as `content` if that is given, or as what it grew to."""
        message, self._message = self._message, None
        if message is not None:
            message.end(content)

    def add_thought(self, delta: str) -> None:
        """Let the thought grow; its first text begins it, and the workflow around it."""
        if not delta:
            return
        self.end_message()
        context = self._context
        if context.workflow_item is None:
            self._thought = None
            self.begin_reasoning()
        if self._thought is None or self._thought.item is not context.workflow_item:
            self._thought = _Thought(context)
            self._spoken_in = context.usage.requests
        self._thought.grow(delta)

    def begin_reasoning(self) -> None:
        """Show that the model thinks, in the workflow that is there or in a new one."""
        context = self._context
        if context.workflow_item is None:
            context.send(
                ThreadItemAddedEvent(
                    item=WorkflowItem(
                        id=context.generate_id("workflow"),
                        thread_id=context.thread.id,
                        created_at=datetime.now(UTC),
                        workflow=Workflow(type="reasoning", tasks=[]),
                    )
                )
            )

    def end_thought(self, content: str | None = None) -> None:
        """End the thought, whose text is `content` if that is given. The workflow stays: more may follow."""
        if self._thought is None and content:
            self.add_thought(content)
        thought, self._thought = self._thought, None
        if thought is not None and thought.item is self._context.workflow_item:
            thought.end(content)

    def ask_page(self, call_ids: Mapping[str, str] | None = None) -> bool:
        """Show the calls that tools have left for the page, if there are any; the workflow waits for their answers.

        `call_ids` has the model's own ids by tool, for the calls that do not know theirs.
        """
        calls = self._context.take_client_calls()
        if not calls:
            return False
        self.end_thought()
        self.end_message()
        self._context.pause_workflow()
        for call in calls:
            call.call_id = call.call_id or (call_ids or {}).get(call.name)
            self._context.send(ThreadItemDoneEvent(item=self._context.client_tool_call_item(call)))
        return True

    def close(self) -> None:
        """End whatever is open, so that nothing stays half-said."""
        self.end_thought()
        self.end_message()
        self._context.end_current_workflow()


class _Message:
    def __init__(self, context: AgentContext[Any]) -> None:
        self._context = context
        self.item = AssistantMessageItem(
            id=context.generate_id("message"), thread_id=context.thread.id, created_at=datetime.now(UTC), content=[]
        )
        self.item_id = self.item.id
        self.texts: dict[int, list[str]] = {}
        self._annotations: dict[int, list[Annotation]] = {}
        self._done: dict[int, AssistantMessageContent] = {}
        context.send(ThreadItemAddedEvent(item=self.item))

    def begin_part(self, content_index: int) -> None:
        if content_index not in self.texts:
            self.texts[content_index] = []
            self._annotations[content_index] = []
            empty = AssistantMessageContent(text="")
            self._update(AssistantMessageContentPartAdded(content_index=content_index, content=empty))

    def annotate(self, annotation: Annotation, content_index: int) -> None:
        annotations = self._annotations[content_index]
        annotations.append(annotation)
        added = AssistantMessageContentPartAnnotationAdded(
            content_index=content_index, annotation_index=len(annotations) - 1, annotation=annotation
        )
        self._update(added)

    def end_part(self, content_index: int, text: str | None) -> None:
        if content_index in self._done:
            return
        self.begin_part(content_index)
        content = AssistantMessageContent(
            text="".join(self.texts[content_index]) if text is None else text,
            annotations=list(self._annotations[content_index]),
        )
        self._done[content_index] = content
        self._update(AssistantMessageContentPartDone(content_index=content_index, content=content))

    def end(self, content: list[AssistantMessageContent] | None) -> None:
        for content_index in list(self.texts):
            self.end_part(content_index, None)
        if content is None:
            content = [self._done[content_index] for content_index in sorted(self._done)]
        self._context.send(ThreadItemDoneEvent(item=self.item.model_copy(update={"content": content})))

    def _update(self, update: ThreadItemUpdate) -> None:
        self._context.send(ThreadItemUpdatedEvent(item_id=self.item.id, update=update))


class _Thought:
    def __init__(self, context: AgentContext[Any]) -> None:
        item = context.workflow_item
        assert item is not None
        self.item = item
        self._context = context
        self._index = len(item.workflow.tasks)
        self._pieces: list[str] = []
        self._shown = 0
        self._shown_at = 0.0
        self._loop = asyncio.get_running_loop()

    def grow(self, delta: str) -> None:
        self._pieces.append(delta)
        now = self._loop.time()
        if not self._shown or now - self._shown_at >= SHOW_THOUGHT_EVERY_S:
            self._show("".join(self._pieces))
            self._shown_at = now

    def end(self, content: str | None) -> None:
        said = "".join(self._pieces)
        if content is not None and content != said:
            self._show(content)
        elif self._shown < len(self._pieces):
            self._show(said)

    def _show(self, content: str) -> None:
        task = ThoughtTask(content=content)
        tasks = self.item.workflow.tasks
        is_new = self._index == len(tasks)
        if is_new:
            tasks.append(task)
            update = WorkflowTaskAdded(task=task, task_index=self._index)
        else:
            tasks[self._index] = task
            update = WorkflowTaskUpdated(task=task, task_index=self._index)
        self._shown = len(self._pieces)
        self._context.send(ThreadItemUpdatedEvent(item_id=self.item.id, update=update))
