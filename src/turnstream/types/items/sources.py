"""What an annotation or a task points to."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from turnstream.icons import IconName


class SourceBase(BaseModel):
    """What every source shows; sources with the same `group` are listed together. A `timestamp` in ISO 8601
    is shown as a date, and any other text as it is.
    """

    title: str
    description: str | None = None
    timestamp: str | None = None
    group: str | None = None


class FileSource(SourceBase):
    """A file.

    {"type": "file", "title": "Terms", "filename": "terms.pdf"}
    """

    type: Literal["file"] = "file"
    filename: str


class URLSource(SourceBase):
    """A web page; `attribution` names its site.

    {"type": "url", "title": "Fares", "url": "https://example.com/fares", "attribution": "example.com"}
    """

    type: Literal["url"] = "url"
    url: str
    attribution: str | None = None


class EntitySource(SourceBase):
    """A thing of the app, such as an order; with `interactive` the page is asked for its preview and told of
    clicks.

    {"type": "entity", "title": "Order 7", "id": "ord_7", "interactive": true, "data": {"total": 12}}
    """

    type: Literal["entity"] = "entity"
    id: str
    icon: IconName | None = None
    label: str | None = None
    """Stands below the title in the card."""
    inline_label: str | None = None
    """Stands in the text beside the icon. Without one, the number of the source does."""
    interactive: bool = False
    data: dict[str, Any] = Field(default_factory=dict)
    """Handed to the page's entity callbacks."""
    preview: Literal["lazy"] | None = Field(
        default=None,
        deprecated=True,
        description="Without effect: the page decides by its onRequestPreview option.",
    )


Source = Annotated[URLSource | FileSource | EntitySource, Field(discriminator="type")]
"""Any source, told apart by its type."""
