"""Changes an item that a thread has, in the store and in the log, whether or not a turn runs."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from turnstream.errors import ThreadBusyError
from turnstream.server.context import RequestScope
from turnstream.server.operations.program import RequestProgram
from turnstream.turns import TurnProgram
from turnstream.turns.recorder import ItemChange
from turnstream.types import ThreadItem, ThreadItemReplacedEvent, ThreadStreamEvent

__all__ = ["change_item"]


async def change_item(scope: RequestScope, thread_id: str, item_id: str, change: ItemChange) -> ThreadItem:
    """Replace an item by what `change` makes of it as it is now, and return it; every reader hears of it.

    The turn that runs here appends the event. Without one, a turn of this event alone does.

    Raises:
        NotFoundError: the thread has no such item.
        ThreadBusyError: another process runs a turn of the thread, and does not end it soon.
    """
    turns = scope.services.turns
    while True:
        running = turns.running(thread_id)
        if running is not None:
            item = await running.change_item(item_id, change)
            if item is not None:
                return item
            await running.wait()
        try:
            return await _in_own_turn(scope, thread_id, item_id, change)
        except ThreadBusyError as busy:
            # A turn may have begun here between the two looks.
            if turns.running(thread_id) is None:
                await turns.wait_for(thread_id, busy.turn_id)


async def _in_own_turn(scope: RequestScope, thread_id: str, item_id: str, change: ItemChange) -> ThreadItem:
    turns = scope.services.turns

    async def plan() -> TurnProgram:
        thread = await scope.thread(thread_id)
        item = change(await scope.store.load_item(thread_id, item_id, context=scope.context))
        return _ChangeItem(scope=scope, thread=thread, item=item)

    async with turns.lock(thread_id):
        turn = await turns.start(thread_id, plan, owner=scope.owner or "", is_continuation=True)
        await turn.wait()  # before a message that came meanwhile finds the thread busy
    program = turn.program
    assert isinstance(program, _ChangeItem)
    return program.item


@dataclass(kw_only=True, eq=False)
class _ChangeItem(RequestProgram):
    """The turn is over with the event that opens it."""

    item: ThreadItem

    async def open(self) -> Sequence[BaseModel]:
        await self.scope.store.save_item(self.thread.id, self.item, context=self.context)
        return [ThreadItemReplacedEvent(item=self.item)]

    async def respond(self) -> AsyncIterator[ThreadStreamEvent]:
        for event in ():
            yield event
