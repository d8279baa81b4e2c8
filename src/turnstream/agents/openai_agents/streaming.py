"""From a run of the OpenAI Agents SDK to thread events."""

from collections.abc import AsyncGenerator, AsyncIterator
from datetime import UTC, datetime
from typing import Any, TypeVar

from agents import (
    InputGuardrailTripwireTriggered,
    OutputGuardrailTripwireTriggered,
    RunResultStreaming,
    StreamEvent,
)
from openai.types.responses import (
    Response,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseStreamEvent,
)
from openai.types.responses.response_output_item import ImageGenerationCall

from turnstream.agents.core.context import AgentContext, check_context
from turnstream.agents.core.model_output import ModelOutput
from turnstream.agents.core.run_scope import run_scope
from turnstream.agents.openai_agents.errors import error_of_run, guardrail_error
from turnstream.agents.openai_agents.images import storing_images_of
from turnstream.agents.openai_agents.responses import ResponseStreamConverter
from turnstream.types import (
    AssistantMessageContent,
    GeneratedImage,
    GeneratedImageItem,
    GeneratedImageUpdated,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
)
from turnstream.widgets import Markdown, Text

__all__ = ["ResponseStreamConverter", "accumulate_text", "stream_agent_response"]

_CONVERTER = ResponseStreamConverter()

TWidget = TypeVar("TWidget", bound=Markdown | Text)


async def stream_agent_response(
    context: AgentContext[Any], result: RunResultStreaming, *, converter: ResponseStreamConverter = _CONVERTER
) -> AsyncGenerator[ThreadStreamEvent, None]:
    """Yield the thread events of a streamed run and of its tools, in the order in which they happened.

    Mirrors `chatkit.agents.stream_agent_response`. Closing the generator cancels the run, and with it the
    request to the model. Calls that tools left for the page (`context.client_tool_call`) are the last events.
    When the run fails, what is half-said is closed first; when a guardrail trips, what the run has shown is
    removed.

    Raises:
        ModelError: the model could not be reached, refused the request, or broke off; its cause is the
            client's error.
        AgentsException: the SDK ended the run. Uncaught, a guardrail's reason, the model's refusal or the
            limit of turns is the message for the user.
        ToolFunctionError: a tool breaks the rules of `function_tool` or `client_tool`.
        Exception: whatever else the run raised.
    """
    check_context(context)
    events = context.read(lambda: _convert(context, result, converter))
    try:
        async for event in events:
            yield event
    finally:
        if not result.is_complete:
            result.cancel()
        await events.aclose()


async def accumulate_text(events: AsyncIterator[StreamEvent], base_widget: TWidget) -> AsyncIterator[TWidget]:
    """Yield `base_widget` with the text of a run as its value, growing, for `AgentContext.stream_widget`."""
    yield base_widget
    pieces: list[str] = []
    async for event in events:
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            pieces.append(event.data.delta)
            yield base_widget.model_copy(update={"value": "".join(pieces)})
    yield base_widget.model_copy(update={"value": "".join(pieces), "streaming": False})


async def _convert(
    context: AgentContext[Any], result: RunResultStreaming, converter: ResponseStreamConverter
) -> None:
    async with run_scope(context) as output:
        with storing_images_of(context):
            await _Run(context, result, converter, output).convert()


class _Run:
    """Follows one run."""

    def __init__(
        self,
        context: AgentContext[Any],
        result: RunResultStreaming,
        converter: ResponseStreamConverter,
        output: ModelOutput,
    ) -> None:
        self._context = context
        self._result = result
        self._converter = converter
        self._output = output
        self._call_ids: dict[str, str] = {}
        self._summarised: set[int] = set()
        """The `output_index` of reasoning items with a summary; some servers give all items the same id."""
        self._shown: set[tuple[int, str, int]] = set()
        """The parts that were streamed. Their final events can come late, and repeat the whole text."""
        self._message: int | None = None
        """The `output_index` of the open message."""
        self._thought: tuple[int, str, int] | None = None
        self._is_requesting = False
        self._has_called = False
        """Whether the answer has a tool call or the like, which can end the run without text."""
        self._has_begun = False
        """Whether the model has begun the current answer."""

    async def convert(self) -> None:
        """Send the events of the run; ask the page at the end, or check that there is an answer."""
        try:
            await self._follow()
        except (InputGuardrailTripwireTriggered, OutputGuardrailTripwireTriggered) as exc:
            self._output.remove_all()
            raise guardrail_error(exc) from exc
        except Exception as exc:
            error = error_of_run(exc, has_begun=self._has_begun)
            if error is exc:
                raise
            raise error from exc
        finally:
            self._close_image()
        if not self._output.ask_page(self._call_ids) and not self._has_called:
            self._output.check_answer()

    async def _follow(self) -> None:
        self._begin_request()  # the first one starts before the SDK reports it
        async for event in self._result.stream_events():
            if event.type == "raw_response_event":
                await self._read(event.data)
            elif self._context.asks_client_later:
                self._result.cancel(mode="after_turn")  # once the other tools of the step have ended

    async def _read(self, event: ResponseStreamEvent) -> None:
        output = self._output
        if event.type == "response.output_text.delta":  # nearly all of them
            self._has_begun = True
            self._add_text(event.output_index, event.content_index, event.delta)
            if output.is_ahead:
                await self._context.has_room()
            return
        with self._context.hold():
            await self._read_other(event)

    async def _read_other(self, event: ResponseStreamEvent) -> None:
        output = self._output
        match event.type:
            case "response.created":
                self._begin_request()
            case "response.completed" | "response.incomplete" | "response.failed":
                self._count(event.response)
            case "response.refusal.delta":
                self._add_text(event.output_index, event.content_index, event.delta)
            case "response.output_text.done":
                self._end_part(event.output_index, event.content_index, event.text)
            case "response.refusal.done":
                self._end_part(event.output_index, event.content_index, event.refusal)
            case "response.output_text.annotation.added":
                annotation = await self._converter.convert_annotation(event.annotation)
                if annotation is not None and self._message == event.output_index:
                    output.annotate(annotation, event.content_index)
            case "response.reasoning_summary_text.delta":
                self._summarised.add(event.output_index)
                self._add_thought((event.output_index, "summary", event.summary_index), event.delta)
            case "response.reasoning_summary_text.done":
                self._summarised.add(event.output_index)
                self._end_thought((event.output_index, "summary", event.summary_index), event.text)
            case "response.reasoning_text.delta" if event.output_index not in self._summarised:
                self._add_thought((event.output_index, "thought", event.content_index), event.delta)
            case "response.reasoning_text.done" if event.output_index not in self._summarised:
                self._end_thought((event.output_index, "thought", event.content_index), event.text)
            case "response.image_generation_call.partial_image":
                await self._show_partial_image(
                    event.item_id, event.partial_image_b64, event.partial_image_index
                )
            case "response.output_item.added":
                self._begin_item(event.item.type)
            case "response.output_item.done":
                await self._end_item(event.item, event.output_index)
            case _:
                pass

    def _begin_item(self, kind: str) -> None:
        self._has_begun = True
        self._has_called = self._has_called or kind not in {"message", "reasoning"}
        match kind:
            case "reasoning":
                self._output.end_message()
                self._output.begin_reasoning()
            case "image_generation_call":
                self._output.end_message()
                self._begin_image()
            case _:
                pass

    async def _end_item(self, item: Any, place: int) -> None:
        match item:
            case ResponseOutputMessage():
                await self._end_message(item, place)
            case ResponseFunctionToolCall():
                self._call_ids[item.name] = item.call_id
            case ImageGenerationCall():
                await self._end_image(item)
            case _:
                if self._thought is not None and self._thought[0] == place:
                    self._output.end_thought()

    def _add_text(self, place: int, content_index: int, text: str) -> None:
        if self._message != place:
            self._output.end_message()
            self._message = place
        self._shown.add((place, "text", content_index))
        self._output.add_text(text, content_index)

    def _end_part(self, place: int, content_index: int, text: str) -> None:
        if (place, "text", content_index) not in self._shown:
            self._add_text(place, content_index, text)
        if self._message == place:
            self._output.end_part(content_index)

    async def _end_message(self, message: ResponseOutputMessage, place: int) -> None:
        content = [await self._content_of(part) for part in message.content]
        for content_index, part in enumerate(content):
            if (place, "text", content_index) not in self._shown:
                self._add_text(place, content_index, part.text)
        if self._message == place:
            self._message = None
            self._output.end_message(content)

    async def _content_of(self, part: Any) -> AssistantMessageContent:
        if part.type == "refusal":
            return AssistantMessageContent(text=part.refusal)
        converted = [await self._converter.convert_annotation(annotation) for annotation in part.annotations]
        annotations = [annotation for annotation in converted if annotation is not None]
        return AssistantMessageContent(text=part.text, annotations=annotations)

    def _add_thought(self, place: tuple[int, str, int], delta: str) -> None:
        if self._thought != place:
            self._output.end_thought()
            self._thought = place
        self._shown.add(place)
        self._output.add_thought(delta)

    def _end_thought(self, place: tuple[int, str, int], text: str) -> None:
        if place not in self._shown:
            self._add_thought(place, text)
        if self._thought == place:
            self._thought = None
            self._output.end_thought()

    def _begin_image(self) -> None:
        context = self._context
        context.generated_image_item = GeneratedImageItem(
            id=context.generate_id("message"),
            thread_id=context.thread.id,
            created_at=datetime.now(UTC),
            image=None,
        )
        context.send(ThreadItemAddedEvent(item=context.generated_image_item.model_copy()))

    async def _show_partial_image(self, image_id: str, base64_image: str, index: int) -> None:
        item = self._context.generated_image_item
        if item is None:
            return
        url = await self._converter.base64_image_to_url(image_id, base64_image, index)
        item.image = GeneratedImage(id=image_id, url=url)
        update = GeneratedImageUpdated(
            image=item.image, progress=self._converter.partial_image_index_to_progress(index)
        )
        self._context.send(ThreadItemUpdatedEvent(item_id=item.id, update=update))

    async def _end_image(self, call: ImageGenerationCall) -> None:
        if self._context.generated_image_item is None:
            self._begin_image()
        item = self._context.generated_image_item
        if item is not None and call.result:
            url = await self._converter.base64_image_to_url(call.id, call.result)
            item.image = GeneratedImage(id=call.id, url=url)
        self._close_image()

    def _close_image(self) -> None:
        """Keep the image as far as it came; a frame without a picture goes."""
        item, self._context.generated_image_item = self._context.generated_image_item, None
        if item is None:
            return
        if item.image is None:
            self._context.send(ThreadItemRemovedEvent(item_id=item.id))
        else:
            self._context.send(ThreadItemDoneEvent(item=item.model_copy()))

    def _begin_request(self) -> None:
        if not self._is_requesting:
            self._is_requesting, self._has_begun = True, False
            self._summarised.clear()
            self._shown.clear()
            self._message = self._thought = None
            self._has_called = False
            self._output.begin_answer()
            self._context.begin_step()

    def _count(self, response: Response) -> None:
        self._begin_request()
        self._is_requesting = self._has_begun = False
        self._context.check_tool_calls(sum(item.type.endswith("_call") for item in response.output))
        if response.usage is not None:
            self._context.usage.end_request(
                input_tokens=response.usage.input_tokens, output_tokens=response.usage.output_tokens
            )
