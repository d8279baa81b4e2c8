"""Replaces an item that a thread has, in the store and in the log, whether or not a turn runs."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from turnstream.errors import ThreadBusyError
from turnstream.server.context import RequestScope
from turnstream.server.operations.program import RequestProgram
from turnstream.store import StorageError
from turnstream.turns import TurnProgram
from turnstream.turns.item_changes import post_change, replacement
from turnstream.types import ThreadItem, ThreadItemReplacedEvent, ThreadStreamEvent

__all__ = ["replace_item"]

MOST_TRIES = 5
"""How often turns of the thread may begin and end just before the item is replaced in them."""


async def replace_item(scope: RequestScope, item: ThreadItem) -> ThreadItem:
    """Store a new state of an item, and return it as it is then; every reader hears of it.

    The turn that runs appends the event, here or in another process. Without one, a turn of this event alone
    does.

    Raises:
        NotFoundError: the thread has no such item.
        TypeError: the thread's item has another type.
        StorageError: turns of the thread begin and end too fast, or another process does not listen.
    """
    turns = scope.services.turns
    for _ in range(MOST_TRIES):
        running = turns.running(item.thread_id)
        if running is not None:
            replaced = await running.change_item(item.id, replacement(item))
            if replaced is not None:
                return replaced
            await running.wait()
        try:
            return await _in_own_turn(scope, item)
        except ThreadBusyError as exc:
            busy = exc
        # A turn may have begun here between the two looks.
        if turns.running(item.thread_id) is None:
            replaced = await _in_turn_elsewhere(scope, item, busy.turn_id)
            if replaced is not None:
                return replaced
    raise StorageError(f"item {item.id} of thread {item.thread_id} could not be replaced: its turns change")


async def _in_turn_elsewhere(scope: RequestScope, item: ThreadItem, turn_id: str) -> ThreadItem | None:
    """Return the item if the process that runs the turn replaced it; None if the turn ended first."""
    log = scope.services.log
    stored = await scope.store.load_item(item.thread_id, item.id, context=scope.context)
    replaced = replacement(item)(stored)
    turn = await log.find(item.thread_id, turn_id)
    if turn is None or turn.status != "running" or not await post_change(log, turn, replaced):
        return None
    return replaced


async def _in_own_turn(scope: RequestScope, item: ThreadItem) -> ThreadItem:
    turns, thread_id, change = scope.services.turns, item.thread_id, replacement(item)

    async def plan() -> TurnProgram:
        thread = await scope.thread(thread_id)
        stored = await scope.store.load_item(thread_id, item.id, context=scope.context)
        return _ReplaceItem(scope=scope, thread=thread, item=change(stored))

    async with turns.lock(thread_id):
        turn = await turns.start(thread_id, plan, owner=scope.owner or "", is_continuation=True)
        await turn.wait()  # before a message that came meanwhile finds the thread busy
    program = turn.program
    assert isinstance(program, _ReplaceItem)
    return program.item


@dataclass(kw_only=True, eq=False)
class _ReplaceItem(RequestProgram):
    """The turn is over with the event that opens it."""

    item: ThreadItem

    async def _begin(self) -> Sequence[BaseModel]:
        await self.scope.store.save_item(self.thread.id, self.item, context=self.context)
        return [ThreadItemReplacedEvent(item=self.item)]

    async def respond(self) -> AsyncIterator[ThreadStreamEvent]:
        for event in ():
            yield event
