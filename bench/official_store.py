"""The smallest memory store that the official server accepts."""

from typing import Any

from chatkit.store import NotFoundError, Store
from chatkit.types import Attachment, Page, ThreadItem, ThreadMetadata


class MemoryStore(Store[Any]):
    def __init__(self) -> None:
        self.threads: dict[str, ThreadMetadata] = {}
        self.items: dict[str, dict[str, ThreadItem]] = {}

    async def load_thread(self, thread_id: str, context: Any) -> ThreadMetadata:
        if thread_id not in self.threads:
            raise NotFoundError(thread_id)
        return self.threads[thread_id].model_copy(deep=True)

    async def save_thread(self, thread: ThreadMetadata, context: Any) -> None:
        # A new thread comes with a page of its items, which is not metadata.
        self.threads[thread.id] = ThreadMetadata.model_validate(thread.model_dump(exclude={"items"}))

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Any
    ) -> Page[ThreadItem]:
        rows = list(self.items.get(thread_id, {}).values())
        if order == "desc":
            rows.reverse()
        if after is not None:
            rows = rows[[row.id for row in rows].index(after) + 1 :]
        has_more = len(rows) > limit
        return Page(data=rows[:limit], has_more=has_more, after=rows[limit - 1].id if has_more else None)

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: Any
    ) -> Page[ThreadMetadata]:
        rows = list(self.threads.values())
        if order == "desc":
            rows.reverse()
        if after is not None:
            rows = rows[[row.id for row in rows].index(after) + 1 :]
        has_more = len(rows) > limit
        return Page(data=rows[:limit], has_more=has_more, after=rows[limit - 1].id if has_more else None)

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: Any) -> None:
        self.items.setdefault(thread_id, {})[item.id] = item

    async def save_item(self, thread_id: str, item: ThreadItem, context: Any) -> None:
        self.items.setdefault(thread_id, {})[item.id] = item

    async def load_item(self, thread_id: str, item_id: str, context: Any) -> ThreadItem:
        try:
            return self.items[thread_id][item_id]
        except KeyError as exc:
            raise NotFoundError(item_id) from exc

    async def delete_thread(self, thread_id: str, context: Any) -> None:
        self.threads.pop(thread_id, None)
        self.items.pop(thread_id, None)

    async def delete_thread_item(self, thread_id: str, item_id: str, context: Any) -> None:
        self.items.get(thread_id, {}).pop(item_id, None)

    async def save_attachment(self, attachment: Attachment, context: Any) -> None:
        raise NotImplementedError

    async def load_attachment(self, attachment_id: str, context: Any) -> Attachment:
        raise NotFoundError(attachment_id)

    async def delete_attachment(self, attachment_id: str, context: Any) -> None:
        raise NotFoundError(attachment_id)
