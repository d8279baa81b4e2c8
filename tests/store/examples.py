"""Small threads, items and attachments for the tests of stores."""

from datetime import UTC, datetime, timedelta

from pydantic import AnyUrl

from turnstream.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    FileAttachment,
    ImageAttachment,
    ThreadMetadata,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def thread_of(thread_id: str, title: str | None = None, minutes: int = 0) -> ThreadMetadata:
    return ThreadMetadata(id=thread_id, title=title, created_at=NOON + timedelta(minutes=minutes))


def message_of(
    item_id: str, text: str = "Hello.", thread_id: str = "thr_1", minutes: int = 0
) -> AssistantMessageItem:
    return AssistantMessageItem(
        id=item_id,
        thread_id=thread_id,
        created_at=NOON + timedelta(minutes=minutes),
        content=[AssistantMessageContent(text=text)],
    )


def file_of(attachment_id: str, name: str = "a.csv") -> FileAttachment:
    return FileAttachment(id=attachment_id, name=name, mime_type="text/csv", metadata={"scanned": True})


def image_of(attachment_id: str) -> ImageAttachment:
    url = AnyUrl("https://files.example/1")
    return ImageAttachment(id=attachment_id, name="a.png", mime_type="image/png", preview_url=url)
