"""The steps that a workflow shows."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from turnstream.icons import IconName
from turnstream.types.items.sources import FileSource, URLSource


class BaseTask(BaseModel):
    """What every task has; only a workflow shows the indicator."""

    status_indicator: Literal["none", "loading", "complete"] = "none"


class CustomTask(BaseTask):
    """A step in the app's own words.

    {"status_indicator": "loading", "type": "custom", "title": "Checking stock", "icon": "cube"}
    """

    type: Literal["custom"] = "custom"
    title: str | None = None
    icon: IconName | None = None
    content: str | None = None


class SearchTask(BaseTask):
    """A web search: what was asked and what was found."""

    type: Literal["web_search"] = "web_search"
    title: str | None = None
    title_query: str | None = None
    queries: list[str] = Field(default_factory=list)
    sources: list[URLSource] = Field(default_factory=list)


class ThoughtTask(BaseTask):
    """A piece of the model's reasoning, in markdown."""

    type: Literal["thought"] = "thought"
    title: str | None = None
    content: str


class FileTask(BaseTask):
    """Files that were read."""

    type: Literal["file"] = "file"
    title: str | None = None
    sources: list[FileSource] = Field(default_factory=list)


class ImageTask(BaseTask):
    """An image that is being made."""

    type: Literal["image"] = "image"
    title: str | None = None


Task = Annotated[CustomTask | SearchTask | ThoughtTask | FileTask | ImageTask, Field(discriminator="type")]
"""Any task, told apart by its type."""
