"""Threads: one conversation each."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from turnstream.types.items.thread_items import ThreadItem
from turnstream.types.pages import Page
from turnstream.types.times import UtcDatetime


class ActiveStatus(BaseModel):
    """The thread takes messages."""

    type: Literal["active"] = Field(default="active", frozen=True)


class LockedStatus(BaseModel):
    """The thread takes no messages for now; the composer says why."""

    type: Literal["locked"] = Field(default="locked", frozen=True)
    reason: str | None = None


class ClosedStatus(BaseModel):
    """The thread takes no messages any more; the reason stands in the composer's place."""

    type: Literal["closed"] = Field(default="closed", frozen=True)
    reason: str | None = None


ThreadStatus = Annotated[ActiveStatus | LockedStatus | ClosedStatus, Field(discriminator="type")]
"""Whether a thread takes messages."""


class ThreadMetadata(BaseModel):
    """A thread without its items.

    `metadata` is the app's and stays on the server. Of other hosts than the page's, images in messages load
    only over HTTPS from `allowed_image_domains`: exact hosts (`images.example`, `images.example:8443`), each
    with a path if only images below it may load (`images.example/pictures/`).
    """

    title: str | None = None
    id: str
    created_at: UtcDatetime
    status: ThreadStatus = Field(default_factory=ActiveStatus)
    allowed_image_domains: list[str] | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)


class Thread(ThreadMetadata):
    """A thread with a page of its items.

    {"id": "thr_1", "created_at": "2026-11-22T09:30:00Z", "status": {"type": "active"}, "metadata": {},
    "items": {"data": [], "has_more": false}}
    """

    items: Page[ThreadItem]
