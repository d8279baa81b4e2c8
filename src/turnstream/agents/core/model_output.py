"""The output of a model as thread events: one message or one line of thought at a time."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from turnstream.agents.core.context import AgentContext
from turnstream.agents.core.model_errors import ModelError, ModelErrorCode
from turnstream.agents.core.think_tags import Piece, ThinkTags
from turnstream.store import NotFoundError
from turnstream.turns.items.text import text_delta
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
    ThreadItemRemovedEvent,
    ThreadItemUpdate,
    ThreadItemUpdatedEvent,
    Workflow,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)

__all__ = ["ModelOutput"]

SHOW_THOUGHT_EVERY_S = 0.1
"""Each update of a thought contains all of it: one for each token would cost the square of its length."""


class ModelOutput:
    """Sends a model's output through a context. Every bridge uses it.

    Ids are our own: some models give every message the same one. Text begins a message, a thought begins a
    reasoning workflow, and each ends the other; `close` ends whatever is open. White space alone begins
    nothing. Thoughts in `<think>` tags at the beginning of an answer's text are thoughts.
    """

    def __init__(self, context: AgentContext[Any]) -> None:
        self._context = context
        self._channel = context.channel
        self._message: _Message | None = None
        self._thought: _Thought | None = None
        self._tags = ThinkTags()
        self._blank = ""
        """White space before a message."""
        self._answered_request = -1
        self._answer: list[str] = []

    @property
    def has_begun(self) -> bool:
        """Whether the answer to the last request has any text or thought."""
        return self._answered_request == self._context.usage.requests

    @property
    def is_ahead(self) -> bool:
        """Whether the reader is so far behind that a bridge should wait for `AgentContext.has_room`."""
        return self._channel.is_congested

    async def begin(self) -> None:
        """Resume the workflow at the thread's end, or before the page's last answer, if it has not ended."""
        context = self._context
        try:
            page = await context.store.load_thread_items(
                context.thread.id, None, 2, "desc", context=context.request_context
            )
        except NotFoundError:  # a thread that is not stored has no workflow
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

    def begin_answer(self) -> None:
        """Begin the answer to the next request."""
        self.end_message()
        self.end_thought()
        self._tags = ThinkTags()
        self._answer.clear()

    @property
    def answer(self) -> str:
        """The text of all messages of this answer, without thoughts."""
        return "".join(self._answer)

    def check_answer(self) -> None:
        """Return if the run produced an answer: text, or an item that a tool showed.

        Raises:
            ModelError: the person would see nothing.
        """
        self.end_message()
        if not self._answer and not self._context.has_shown:
            raise ModelError(ModelErrorCode.NO_ANSWER, "the answer has no text")

    def add_text(self, delta: str, content_index: int = 0) -> None:
        """Append text to the message; the first visible text starts it and ends the workflow before it."""
        if self._tags.is_plain:
            self._send_text(delta, content_index)
        else:
            self._send_pieces(self._tags.feed(delta), content_index)

    def annotate(self, annotation: Annotation, content_index: int = 0) -> None:
        """Add an annotation after those of the part."""
        self._begin_part(content_index).annotate(annotation, content_index)

    def end_part(self, content_index: int) -> None:
        """End a part of the message, if one is open."""
        self._send_held()
        if self._message is not None:
            self._message.end_part(content_index)

    def end_message(self, content: list[AssistantMessageContent] | None = None) -> None:
        """End the open message, if any, with its streamed text, or with `content` of the same text."""
        self._send_held()
        message, self._message = self._message, None
        self._blank = ""
        if message is not None:
            message.end(content)

    def _send_pieces(self, pieces: list[Piece], content_index: int = 0) -> None:
        for kind, text in pieces:
            match kind:
                case "text":
                    self._send_text(text, content_index)
                case "thought":
                    self._send_thought(text)
                case "thought_ends":
                    self.end_thought()
                case "all_was_thought":
                    self._turn_into_thought(text)

    def _send_text(self, text: str, content_index: int) -> None:
        if not text:
            return
        message = self._message
        if message is None:
            if text.isspace():
                self._blank += text
                return
            text, self._blank = self._blank + text, ""
        if message is None or content_index not in message.texts:
            message = self._begin_part(content_index)
        self._answer.append(text)
        message.texts[content_index].append(text)
        self._channel.send(text_delta(message.item_id, content_index, text))

    def _send_held(self) -> None:
        """Send the text that was held back because it could have been the beginning of a tag."""
        self._send_pieces(self._tags.end())

    def _turn_into_thought(self, text: str) -> None:
        """Turn the message into a thought, because `</think>` followed it."""
        message, self._message = self._message, None
        if message is not None:
            text = message.text + text
            self._context.send(ThreadItemRemovedEvent(item_id=message.item_id))
        self._blank = ""
        self._answer.clear()
        self._send_thought(text.strip())
        self.end_thought()

    def _begin_part(self, content_index: int) -> "_Message":
        if self._message is None:
            self.end_thought()
            self._message = _Message(self._context)
            self._answered_request = self._context.usage.requests
        self._message.begin_part(content_index)
        return self._message

    def add_thought(self, delta: str) -> None:
        """Append text to the thought; the first text ends the open message and starts a workflow."""
        if delta:
            self._send_held()
            self._tags.note_thought()
            self._send_thought(delta)

    def _send_thought(self, delta: str) -> None:
        if not delta:
            return
        if self._message is not None:
            self.end_message()
        context = self._context
        if context.workflow_item is None:
            self._thought = None
            self.begin_reasoning()
        if self._thought is None or self._thought.item is not context.workflow_item:
            self._thought = _Thought(context)
            self._answered_request = context.usage.requests
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

    def end_thought(self) -> None:
        """End the open thought, if any. The workflow stays open for more thoughts."""
        thought, self._thought = self._thought, None
        if thought is not None and thought.item is self._context.workflow_item:
            thought.end()

    def ask_page(self, call_ids: Mapping[str, str] | None = None) -> bool:
        """Show the calls that tools left for the page, if any; the workflow pauses until their answers.

        `call_ids` has the model's own ids by tool, for the calls that do not know theirs.
        """
        calls = self._context.pop_client_calls()
        if not calls:
            return False
        self.end_message()
        self.end_thought()
        self._context.pause_workflow()
        for call in calls:
            call.call_id = call.call_id or (call_ids or {}).get(call.name)
            self._context.send(ThreadItemDoneEvent(item=self._context.client_tool_call_item(call)))
        return True

    def remove_all(self) -> None:
        """Remove what the run has shown from the thread, open items too."""
        self._message = self._thought = None
        self._tags, self._blank = ThinkTags(), ""
        self._context.workflow_item = None
        self._context.generated_image_item = None
        for item_id in self._context.pop_produced():
            self._context.send(ThreadItemRemovedEvent(item_id=item_id))

    def close(self) -> None:
        """End the open message, thought and workflow."""
        self.end_message()
        self.end_thought()
        self._context.end_current_workflow()


class _Message:
    def __init__(self, context: AgentContext[Any]) -> None:
        self._context = context
        self.item = AssistantMessageItem(
            id=context.generate_id("message"),
            thread_id=context.thread.id,
            created_at=datetime.now(UTC),
            content=[],
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

    @property
    def text(self) -> str:
        return "".join(piece for pieces in self.texts.values() for piece in pieces)

    def end_part(self, content_index: int) -> None:
        if content_index in self._done or content_index not in self.texts:
            return
        content = AssistantMessageContent(
            text="".join(self.texts[content_index]), annotations=list(self._annotations[content_index])
        )
        self._done[content_index] = content
        self._update(AssistantMessageContentPartDone(content_index=content_index, content=content))

    def end(self, content: list[AssistantMessageContent] | None) -> None:
        for content_index in list(self.texts):
            self.end_part(content_index)
        said = [self._done[content_index] for content_index in sorted(self._done)]
        if content is not None and [part.text for part in content] == [part.text for part in said]:
            said = content  # with the annotations that were not streamed
        self._context.send(ThreadItemDoneEvent(item=self.item.model_copy(update={"content": said})))

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

    def end(self) -> None:
        if self._shown < len(self._pieces):
            self._show("".join(self._pieces))

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
