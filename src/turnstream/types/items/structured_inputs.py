"""Questions that a response puts to the person in place of the composer, and their answers."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field


class StructuredInputAnswer(BaseModel):
    """The answer that is stored with a question."""

    values: list[str] = Field(default_factory=list)
    skipped: bool = False


class StructuredInputBase(BaseModel):
    """What every question has; `id` is unique within its item."""

    id: str
    question: str
    answer: StructuredInputAnswer | None = None


class StructuredInputMultipleChoiceOption(BaseModel):
    """One choice; its value is also its label."""

    value: str


class StructuredInputMultipleChoice(StructuredInputBase):
    """A question with choices to take from, besides which the person may write an answer.

    {"id": "q1", "question": "Which seat?", "type": "multiple_choice", "options": [{"value": "Aisle"}]}
    """

    type: Literal["multiple_choice"] = "multiple_choice"
    options: list[StructuredInputMultipleChoiceOption]
    multiple: bool = False


class StructuredInputFreeform(StructuredInputBase):
    """A question that is answered in writing.

    {"id": "q2", "question": "Anything else?", "type": "freeform"}
    """

    type: Literal["freeform"] = "freeform"
    description: str | None = None


StructuredInput = Annotated[
    StructuredInputMultipleChoice | StructuredInputFreeform, Field(discriminator="type")
]
"""Any question, told apart by its type."""


class StructuredInputAnswerSubmission(BaseModel):
    """The answer to one question as the client sends it."""

    values: list[str] = Field(default_factory=list)
    skipped: bool = False


class StructuredInputSubmission(BaseModel):
    """The answers to an item's questions, by question id.

    {"status": "answered", "answers": {"q1": {"values": ["Aisle"]}, "q2": {"skipped": true}}}
    """

    status: Literal["answered", "skipped"] = "answered"
    answers: dict[str, StructuredInputAnswerSubmission] = Field(default_factory=dict)
