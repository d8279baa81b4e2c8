"""Takes back, or makes again, what the answer to a message changed in the page."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from turnstream.errors import ConflictError
from turnstream.eventlog.base import RetainedEntry
from turnstream.server.context import RequestScope
from turnstream.server.operations.messages import stored_message
from turnstream.server.operations.program import RequestProgram, retained_entries
from turnstream.turns import TurnProgram
from turnstream.turns.snapshot import effect_names_of, undone_of
from turnstream.types import ThreadStreamEvent, UserMessageItem
from turnstream.types.durable import TurnsUndoReq, TurnUndoneEvent, UndoingEffectEvent

__all__ = ["plan_undo"]


async def plan_undo(scope: RequestScope, request: TurnsUndoReq) -> TurnProgram:
    """Return the program of an undo, or a redo.

    Raises:
        ConflictError: the changes are undone already, or are to be done again and are not undone; or an
            effect has, or is the inverse of one with, a name that no answer of the thread has made.
    """
    params = request.params
    thread = await scope.thread(params.thread_id)
    message = await stored_message(scope, thread, params.item_id)
    effects = [
        UndoingEffectEvent(
            name=effect.name,
            data=effect.data,
            replay=effect.replay,
            key=effect.key,
            of=effect.of or effect.name,
        )
        for effect in params.effects
    ]
    retained = await retained_entries(scope, thread.id)
    _check_names(effects, retained)
    is_undone = message.id in undone_of(retained)
    if is_undone and params.is_undone and not params.is_again:
        raise ConflictError("These changes are already undone.")
    if not is_undone and not params.is_undone:
        raise ConflictError("These changes are not undone.")
    return _UndoChanges(
        scope=scope, thread=thread, message=message, effects=effects, is_undone=params.is_undone
    )


def _check_names(effects: Sequence[UndoingEffectEvent], retained: Sequence[RetainedEntry]) -> None:
    unknown = {effect.of for effect in effects} - effect_names_of(retained)
    if unknown:
        raise ConflictError(
            f"No answer of this thread has made the effect {min(unknown)[:100]!r}, so it cannot be undone.",
            code="not_undoable",
        )


@dataclass(kw_only=True, eq=False)
class _UndoChanges(RequestProgram):
    """The turn appends all its events when it opens, so no reader sees a partial undo.

    The mark is the first of them: it says what the effects are.
    """

    message: UserMessageItem
    effects: Sequence[UndoingEffectEvent]
    is_undone: bool

    async def open(self) -> Sequence[BaseModel]:
        mark = TurnUndoneEvent(item_id=self.message.id, is_undone=self.is_undone)
        return [*await super().open(), mark, *self.effects]

    async def _begin(self) -> Sequence[BaseModel]:
        await self.scope.hooks.handle_undo(self.thread, self.message, self.is_undone, self.context)
        return ()

    async def respond(self) -> AsyncIterator[ThreadStreamEvent]:
        for event in ():
            yield event
