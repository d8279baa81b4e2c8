"""From a thread's items to the input of an OpenAI Agents SDK run."""

import json
from collections.abc import Awaitable, Sequence
from typing import Any, TypeAlias, assert_never, cast

from agents import TResponseInputItem
from openai.types.responses import (
    EasyInputMessageParam,
    ResponseFunctionToolCallParam,
    ResponseInputAudioParam,
    ResponseInputContentParam,
    ResponseInputFileParam,
    ResponseInputImageParam,
    ResponseInputTextParam,
)
from openai.types.responses.response_input_item_param import FunctionCallOutput, Message

from turnstream.agents.core.files import FileLimits, ModelFile, read_file, reading_files
from turnstream.agents.core.history import (
    AnsweredCall,
    HistoryConverter,
    HistoryEntry,
    answer_note,
    answers_text,
    widget_text,
)
from turnstream.agents.openai_agents.images import images_and_attachments_of, read_image
from turnstream.agents.openai_agents.prompt_texts import PromptTexts
from turnstream.attachments import HostedAttachmentStore
from turnstream.types import (
    AssistantMessageItem,
    Attachment,
    ClientToolCallItem,
    EndOfTurnItem,
    GeneratedImageItem,
    HiddenContextItem,
    SDKHiddenContextItem,
    StructuredInputItem,
    Task,
    TaskItem,
    ThreadItem,
    UserMessageItem,
    UserMessageTagContent,
    WidgetItem,
    WorkflowItem,
)

__all__ = ["ThreadItemConverter", "simple_to_agent_input"]

Input: TypeAlias = TResponseInputItem | list[TResponseInputItem] | None
"""What one item becomes: one input, several or none."""

_HISTORY = HistoryConverter()


class ThreadItemConverter:
    """The model's view of a thread; override a method to show the model an item in another way.

    Mirrors `chatkit.agents.ThreadItemConverter`. Tags, and hidden context that is not text, mean something to
    the app alone: override their methods if you use them. Hidden context, tasks and
    questions are in the tags that they have there, which instructions may name: `<HiddenContext>`,
    `<Task>`, `<StructuredInput>`. The sentences around them are `texts`.
    """

    texts: PromptTexts = PromptTexts()

    def __init__(self, *, texts: PromptTexts | None = None) -> None:
        if texts is not None:  # a subclass may set its own, and may not call this
            self.texts = texts

    async def attachment_to_message_content(self, attachment: Attachment) -> ResponseInputContentParam:
        """Return what the model gets of an attachment: its file, or a note that says why not.

        {"type": "input_image", "image_url": "data:image/png;base64,…", "detail": "auto"}
        """
        return await _file(await read_file(attachment))

    async def tag_to_message_content(self, tag: UserMessageTagContent) -> ResponseInputContentParam:
        """Return the description of what a tag refers to.

        Raises:
            NotImplementedError: always, unless overridden.
        """
        raise _not_overridden("tag_to_message_content", "a tag")

    async def generated_image_to_input(self, item: GeneratedImageItem) -> Input:
        """Return an image that a model made: the file of one that this server stores, else its URL.

        The model's server must be able to load that URL.
        """
        if item.image is None:
            return None
        stored = await read_image(item)
        if stored is not None:
            return _message(_text(self.texts.generated_image), await _file(stored))
        image = ResponseInputImageParam(type="input_image", detail="auto", image_url=item.image.url)
        return _message(_text(self.texts.generated_image), image)

    async def hidden_context_to_input(self, item: HiddenContextItem) -> Input:
        """Return a hidden note.

        Raises:
            NotImplementedError: its content is not text.
        """
        if not isinstance(item.content, str):
            raise _not_overridden("hidden_context_to_input", "hidden context that is no text")
        return self._hidden(item.content)

    async def sdk_hidden_context_to_input(self, item: SDKHiddenContextItem) -> Input:
        """Return a hidden note of turnstream's own."""
        return self._hidden(item.content)

    def _hidden(self, content: str) -> Input:
        return _note(self.texts.hidden_context.format(content=content)) if content else None

    async def task_to_input(self, item: TaskItem) -> Input:
        """Return a step that the user has seen; of tasks that are not the app's own, nothing."""
        return self._task(item.task)

    async def workflow_to_input(self, item: WorkflowItem) -> Input:
        """Return the app's own steps that the user has seen; of the model's reasoning, nothing."""
        return [note for task in item.workflow.tasks if (note := self._task(task)) is not None]

    def _task(self, task: Task) -> Message | None:
        text = _HISTORY.task_text(task) if task.type == "custom" else ""
        return _note(self.texts.task.format(task=text)) if text else None

    async def structured_input_to_input(self, item: StructuredInputItem) -> Input:
        """Return questions that the user was asked, with the answers so far."""
        return _note(self.texts.structured_input.format(status=item.status, answers=answers_text(item)))

    async def widget_to_input(self, item: WidgetItem) -> Input:
        """Return a widget that the user has seen, as JSON."""
        text = self.texts.widget.format(id=item.id, widget=widget_text(item))
        return _note(f"{text}{answer_note(item)}")

    async def user_message_to_input(self, item: UserMessageItem, is_last_message: bool = True) -> Input:
        """Return a message as typed, tags as @-mentions, then its quotation and the meaning of its tags."""
        tags = {part.text: part for part in item.content if isinstance(part, UserMessageTagContent)}
        words = [
            f"@{part.text}" if isinstance(part, UserMessageTagContent) else part.text for part in item.content
        ]
        text = "".join(words)
        attachments = [
            await self.attachment_to_message_content(attachment) for attachment in item.attachments
        ]
        # Some servers refuse an empty text.
        texts = [_text(text)] if text or not attachments else []
        inputs: list[TResponseInputItem] = [_message(*texts, *attachments)]
        if item.quoted_text and is_last_message:
            inputs.append(_message(_text(self.texts.quotation.format(quotation=item.quoted_text))))
        if tags:
            meanings = [await self.tag_to_message_content(tag) for tag in tags.values()]
            inputs.append(_message(_text(self.texts.tags), *meanings))
        return inputs

    async def assistant_message_to_input(self, item: AssistantMessageItem) -> Input:
        """Return a message of the model as plain text, since chat completions refuse parts."""
        text = _HISTORY.assistant_text(item)
        return EasyInputMessageParam(type="message", role="assistant", content=text)

    async def client_tool_call_to_input(self, item: ClientToolCallItem) -> Input:
        """Return a call that the page has answered, and its answer; a pending one is nothing yet."""
        return [call for entry in _HISTORY.convert_item(item) for call in _call(entry)]

    async def end_of_turn_to_input(self, item: EndOfTurnItem) -> Input:
        """Return nothing: the end of a turn is for the user."""
        return None

    async def to_agent_input(
        self,
        thread_items: Sequence[ThreadItem] | ThreadItem,
        *,
        files: HostedAttachmentStore[Any] | None = None,
        limits: FileLimits | None = None,
    ) -> list[TResponseInputItem]:
        """Return the model's view of items, oldest first, with the files of the user's messages.

        `files` is where they are stored, by default the server's attachment store.
        """
        items = list(thread_items) if isinstance(thread_items, Sequence) else [thread_items]
        inputs: list[TResponseInputItem] = []
        with reading_files(items, files=files, limits=limits, list_files=images_and_attachments_of):
            for item in items:
                converted = await self._convert(item, is_last=item is items[-1])
                inputs.extend(converted if isinstance(converted, list) else [converted] if converted else [])
        return inputs

    def _convert(self, item: ThreadItem, *, is_last: bool) -> Awaitable[Input]:
        match item:
            case UserMessageItem():
                return self.user_message_to_input(item, is_last)
            case AssistantMessageItem():
                return self.assistant_message_to_input(item)
            case ClientToolCallItem():
                return self.client_tool_call_to_input(item)
            case WidgetItem():
                return self.widget_to_input(item)
            case WorkflowItem():
                return self.workflow_to_input(item)
            case TaskItem():
                return self.task_to_input(item)
            case StructuredInputItem():
                return self.structured_input_to_input(item)
            case HiddenContextItem():
                return self.hidden_context_to_input(item)
            case SDKHiddenContextItem():
                return self.sdk_hidden_context_to_input(item)
            case GeneratedImageItem():
                return self.generated_image_to_input(item)
            case EndOfTurnItem():
                return self.end_of_turn_to_input(item)
            case _:
                assert_never(item)


def simple_to_agent_input(
    thread_items: Sequence[ThreadItem] | ThreadItem,
    *,
    files: HostedAttachmentStore[Any] | None = None,
    limits: FileLimits | None = None,
    texts: PromptTexts | None = None,
) -> Awaitable[list[TResponseInputItem]]:
    """Return the model's view of items, oldest first, as `ThreadItemConverter` sees them."""
    converter = _CONVERTER if texts is None else ThreadItemConverter(texts=texts)
    return converter.to_agent_input(thread_items, files=files, limits=limits)


_CONVERTER = ThreadItemConverter()


def _text(text: str) -> ResponseInputTextParam:
    return ResponseInputTextParam(type="input_text", text=text)


async def _file(file: ModelFile | str) -> ResponseInputContentParam:
    if isinstance(file, str):
        return _text(file)
    match file.kind:
        case "text":
            return _text(file.text)
        case "image":
            return ResponseInputImageParam(type="input_image", detail="auto", image_url=await file.data_url())
        case "pdf":
            return ResponseInputFileParam(
                type="input_file", filename=file.name, file_data=await file.data_url()
            )
        case "audio":
            audio = {"data": await file.base64(), "format": file.media_type.removeprefix("audio/")}
            # The SDK passes it to chat completions, though its type for content does not have it.
            return cast("Any", ResponseInputAudioParam(type="input_audio", input_audio=cast("Any", audio)))


def _message(*content: Any) -> Message:
    return Message(type="message", role="user", content=list(content))


def _note(text: str | None) -> Message | None:
    return _message(_text(text)) if text else None


def _call(entry: HistoryEntry) -> list[TResponseInputItem]:
    if not isinstance(entry, AnsweredCall):
        return []
    call_id = entry.call_id
    return [
        ResponseFunctionToolCallParam(
            type="function_call", call_id=call_id, name=entry.name, arguments=json.dumps(entry.arguments)
        ),
        FunctionCallOutput(type="function_call_output", call_id=call_id, output=entry.answer),
    ]


def _not_overridden(method: str, what: str) -> NotImplementedError:
    return NotImplementedError(
        f"the thread has {what}: override ThreadItemConverter.{method}() to tell the model of it"
    )
