"""The parts of a run's answers, as text and thoughts."""

from typing import Any

from pydantic_ai import (
    PartDeltaEvent,
    PartEndEvent,
    PartStartEvent,
)
from pydantic_ai.messages import (
    ModelResponsePart,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ThinkingPartDelta,
    ToolCallPart,
)

from turnstream.agents.core.model_output import ModelOutput
from turnstream.agents.core.think_tags import CLOSE, OPEN
from turnstream.agents.core.tools.arguments import arguments_of

__all__ = ["PartReader"]


class PartReader:
    """Sends the parts of a run's answers: a text part as a message, a thinking part as a thought.

    Pydantic AI also makes thinking parts from `<think>` tags anywhere in the text, if each tag is a delta of
    its own. This class restores the tags, so that `ModelOutput` treats them as on the other bridges.
    """

    def __init__(self, output: ModelOutput) -> None:
        self._output = output
        self._in_tags: list[str] | None = None
        """The text of a thinking part that was made from tags; None in other parts."""

    def read(self, event: Any) -> None:
        """Send the content of an event, if it has any."""
        match event:
            case PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
                self._output.add_text(text)
            case PartDeltaEvent(delta=ThinkingPartDelta(content_delta=text)):
                self._add_thought(text or "")
            case PartStartEvent(index=index, part=part):
                self._end()
                if index == 0:
                    self._output.begin_answer()
                self._begin(part)
            case PartEndEvent(part=part):
                self._end()
                if (
                    isinstance(part, ToolCallPart)
                    and isinstance(part.args, str)
                    and arguments_of(part.args) == {}
                ):
                    part.args = "{}"  # some models write `null`, or only white space
            case _:
                pass

    def _begin(self, part: ModelResponsePart) -> None:
        match part:
            case TextPart(content=text):
                self._output.add_text(text)
            case ThinkingPart(content=text, id=id_):
                if id_ == "content":
                    self._in_tags = []
                    self._output.add_text(OPEN)
                self._add_thought(text)
            case _:
                pass

    def _add_thought(self, text: str) -> None:
        if self._in_tags is None:
            self._output.add_thought(text)
        else:
            self._in_tags.append(text)
            self._output.add_text(text)

    def _end(self) -> None:
        if self._in_tags is None:
            self._output.end_message()
            self._output.end_thought()
        elif CLOSE not in "".join(self._in_tags):  # split in two deltas, the tag is in the text
            self._output.add_text(CLOSE)
        self._in_tags = None
