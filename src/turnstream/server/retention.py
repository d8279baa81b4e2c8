"""Deletes what is old: threads that nobody used for long, attachments that were never sent."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from turnstream.redaction import logger_of
from turnstream.server.context import Hooks, Services
from turnstream.server.erasure import context_of, delete_attachments, delete_thread
from turnstream.store import NotFoundError, OwnedId, Store
from turnstream.store.listing import PAGE_ROWS, every

__all__ = ["RetentionSweep"]

logger = logger_of("turnstream.server")

FIRST_SWEEP_S = 10.0
SWEEP_EVERY_S = 3600.0


class RetentionSweep:
    """Sweeps in the background, between `open` and `close`. Several processes may do so at once.

    `threads` is how long a thread stays behind its newest item, `unsent` how long an attachment stays that no
    message took, if the server has an attachment store and its store can list them. None is for ever.
    """

    def __init__(
        self,
        services: Callable[[], Services],
        hooks: Hooks,
        *,
        threads: timedelta | None,
        unsent: timedelta | None,
    ) -> None:
        """`services` returns those of the moment.

        Raises:
            TypeError: an age is not a positive timedelta, or the store does not override what it needs.
        """
        _check("retention", threads)
        _check("unsent_retention", unsent)
        store = services().store
        name = type(store).__name__
        if threads is not None and _has_default(store, "load_idle_threads"):
            raise TypeError(
                f"retention needs {name}.load_idle_threads(): override it, or leave retention out"
            )
        self._services = services
        self._hooks = hooks
        self._threads = threads
        self._unsent = None if _has_default(store, "load_unsent_attachments") else unsent
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Start to sweep, unless that is done or nothing is ever to be deleted."""
        if self._task is None and (self._threads is not None or self._deletes_unsent):
            self._task = asyncio.create_task(self._run(), name="turnstream retention")

    async def close(self) -> None:
        if self._task is not None:
            task, self._task = self._task, None
            task.cancel()
            await asyncio.wait([task])

    async def sweep(self, now: datetime) -> None:
        """Delete what is old at `now`. What fails is logged, and tried again by the next sweep."""
        store = self._services().store
        if self._threads is not None:
            before = now - self._threads
            async for thread in every(lambda after: store.load_idle_threads(before, PAGE_ROWS, after)):
                await self._delete_thread(thread, before)
        if self._unsent is not None and self._deletes_unsent:
            earlier = now - self._unsent
            async for attachment in every(
                lambda after: store.load_unsent_attachments(earlier, PAGE_ROWS, after)
            ):
                await self._delete_unsent(attachment)

    @property
    def _deletes_unsent(self) -> bool:
        return self._unsent is not None and self._services().attachment_store is not None

    async def _run(self) -> None:
        await asyncio.sleep(FIRST_SWEEP_S)
        while True:
            try:
                await self.sweep(datetime.now(UTC))
            except Exception:
                logger.exception("deleting old threads failed; the next sweep tries again")
            await asyncio.sleep(SWEEP_EVERY_S)

    async def _delete_thread(self, thread: OwnedId, before: datetime) -> None:
        services = self._services()

        async def is_used() -> bool:
            """Whether it was used since the query, or a turn runs; none of this process begins meanwhile."""
            newest = await services.log.newest(thread.id)
            items = await services.store.load_thread_items(thread.id, None, 1, "desc", context=context)
            is_running = newest is not None and newest.status == "running"
            return is_running or any(item.created_at >= before for item in items.data)

        try:
            context = context_of(self._hooks, thread.owner)
            await delete_thread(services, thread.id, context, unless=is_used)
        except NotFoundError:
            pass  # another process, or its owner, was faster
        except Exception:
            logger.exception(
                "thread %s is old and could not be deleted; the next sweep tries again", thread.id
            )

    async def _delete_unsent(self, attachment: OwnedId) -> None:
        services = self._services()
        try:
            context = context_of(self._hooks, attachment.owner)
            stored = await services.store.load_attachment(attachment.id, context=context)
            if stored.thread_id is None:
                await delete_attachments(services, [attachment.id], context)
        except NotFoundError:
            pass
        except Exception:
            logger.exception("attachment %s was never sent and could not be deleted", attachment.id)


def _check(name: str, age: object) -> None:
    if age is not None and (not isinstance(age, timedelta) or age <= timedelta()):
        raise TypeError(
            f"{name} must be a positive timedelta, such as timedelta(days=90), or None, not {age!r}"
        )


def _has_default(store: Store[Any], method: str) -> bool:
    """Whether a store does not override the method; one that is no subclass of ours may lack it."""
    return getattr(type(store), method, None) in {None, getattr(Store, method)}
