"""What stands in messages: the assistant's text with its annotations, the person's text, tags and choices."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from turnstream.types.items.sources import EntitySource, FileSource, URLSource


class Annotation(BaseModel):
    """A citation in the assistant's text, shown where the word at `index` ends. The index counts characters
    as Python does, so an emoji is one. Without an index, the source is only listed.

    {"type": "annotation", "source": {"type": "file", "title": "Terms", "filename": "terms.pdf"}, "index": 42}
    """

    type: Literal["annotation"] = "annotation"
    source: URLSource | FileSource | EntitySource
    index: int | None = None


class AssistantMessageContent(BaseModel):
    """One part of an assistant's message, in markdown.

    {"annotations": [], "text": "Gate **B4**.", "type": "output_text"}
    """

    annotations: list[Annotation] = Field(default_factory=list)
    text: str
    type: Literal["output_text"] = "output_text"


class UserMessageTextContent(BaseModel):
    """Text that a person wrote.

    {"type": "input_text", "text": "Where is my order?"}
    """

    type: Literal["input_text"] = "input_text"
    text: str


class UserMessageTagContent(BaseModel):
    """An entity that a person mentioned, with the data its page gave.

    {"type": "input_tag", "id": "ord_7", "text": "Order 7", "data": {"total": 12}, "interactive": true}
    """

    type: Literal["input_tag"] = "input_tag"
    id: str
    text: str
    data: dict[str, Any]
    group: str | None = None
    interactive: bool = False


UserMessageContent = Annotated[UserMessageTextContent | UserMessageTagContent, Field(discriminator="type")]
"""Any part of a person's message, told apart by its type."""


class ToolChoice(BaseModel):
    """The tool that the person chose in the composer."""

    id: str


class InferenceOptions(BaseModel):
    """The tool and the model that the person chose in the composer."""

    tool_choice: ToolChoice | None = None
    model: str | None = None


class UserMessageInput(BaseModel):
    """A person's message as it arrives; `attachments` are ids of what was uploaded before.

    {"content": [{"type": "input_text", "text": "Hi"}], "attachments": [], "inference_options": {}}
    """

    content: list[UserMessageContent]
    attachments: list[str]
    quoted_text: str | None = None
    inference_options: InferenceOptions
