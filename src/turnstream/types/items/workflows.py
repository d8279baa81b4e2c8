"""A list of tasks that folds into one line."""

from typing import Literal

from pydantic import BaseModel

from turnstream.icons import IconName
from turnstream.types.items.tasks import Task


class CustomSummary(BaseModel):
    """The line of a folded workflow, in the app's words."""

    title: str
    icon: IconName | None = None


class DurationSummary(BaseModel):
    """The line of a folded workflow: how many seconds it took."""

    duration: int


WorkflowSummary = CustomSummary | DurationSummary
"""The line that stands for a folded workflow."""


class Workflow(BaseModel):
    """What was done on the way to an answer: custom steps, or the model's reasoning.

    {"type": "reasoning", "tasks": [{"type": "thought", "content": "Compare both fares"}],
      "summary": {"duration": 4}}
    """

    type: Literal["custom", "reasoning"]
    tasks: list[Task]
    summary: WorkflowSummary | None = None
    expanded: bool = False
