"""Starts the turn of a request, or finds the one that a copy of the request has started."""

from collections.abc import Awaitable, Callable

from turnstream.errors import KeyReusedError, NotFoundError, ThreadBusyError, TooManyRequestsError
from turnstream.eventlog.base import DuplicateRequestError, Position, RequestKey, TurnRecord
from turnstream.eventlog.call_store import CallRecord
from turnstream.server.context import RequestScope
from turnstream.server.operations.attach import follow
from turnstream.server.results import StreamingResult, TurnSource
from turnstream.turns import Turn, TurnProgram
from turnstream.types import WidgetItem

__all__ = ["TurnStarter"]

Plan = Callable[[], Awaitable[TurnProgram]]
"""Checks a request and makes its program; writes nothing."""


class TurnStarter:
    """Starts turns for one request, and returns their streams.

    With a `key`, a request that started a turn before gets the stream of that turn.
    """

    def __init__(self, scope: RequestScope, *, is_durable: bool, key: RequestKey | None) -> None:
        self._scope = scope
        self._turns = scope.services.turns
        self._key = key
        self.is_durable = is_durable

    async def start(
        self,
        thread_id: str,
        plan: Plan,
        *,
        is_continuation: bool = False,
        ends_question: bool = False,
    ) -> StreamingResult:
        """Start a turn of a thread; no other turn of it begins or ends between its plan and its start.

        With `ends_question` a running turn that waits for a widget's answer is stopped first, since the user
        went on without it.

        Raises:
            NotFoundError: the caller does not own the thread.
            ThreadBusyError: a turn of this thread is running.
            KeyReusedError: another request has used the key.
        """

        async def begin() -> Turn:
            await self._scope.thread(thread_id)  # raises NotFoundError unless the caller owns the thread
            async with self._turns.lock(thread_id):
                return await self._turns.start(
                    thread_id,
                    plan,
                    owner=self._scope.owner or "",
                    request=self._key,
                    is_continuation=is_continuation,
                )

        return await self._once(begin, successor=plan if ends_question else None)

    async def replay(self) -> StreamingResult | None:
        """Return the stream of the turn that a copy of this request has started, if any.

        Raises:
            KeyReusedError: another request has used the key.
        """
        known = await self._known()
        return None if known is None else await self._replay(known)

    async def start_thread(self, plan: Callable[[str], Awaitable[TurnProgram]]) -> StreamingResult:
        """Start the first turn of a new thread, whose id `plan` gets."""

        async def begin() -> Turn:
            thread_id = self._scope.store.generate_thread_id(self._scope.context)
            return await self._turns.start(
                thread_id, lambda: plan(thread_id), owner=self._scope.owner or "", request=self._key
            )

        return await self._once(begin)

    async def _once(
        self, begin: Callable[[], Awaitable[Turn]], *, successor: Plan | None = None
    ) -> StreamingResult:
        while True:
            try:
                known = await self._known()
                if known is None:
                    turn = await begin()
                    source = TurnSource(turn.read(), turn_id=turn.id, stop=turn.cancel)
                    return StreamingResult(source, is_durable=self.is_durable)
            except DuplicateRequestError as exc:
                known = exc.turn
            except (ThreadBusyError, TooManyRequestsError) as exc:
                # A copy of this request may have begun the turn that is running while this one waited for
                # the thread.
                known = await self._known()
                if known is None:
                    if successor is None or not isinstance(exc, ThreadBusyError):
                        raise
                    if await self._end_question(exc, successor):
                        continue
                    raise
            replay = await self._replay(known)
            if replay is not None:
                return replay

    async def _end_question(self, busy: ThreadBusyError, successor: Plan) -> bool:
        """Stop the running turn if it waits for a widget's answer; return whether it did.

        A request that its plan refuses stops nothing. An answer that comes at the same moment wins, or is
        refused: the call store decides.
        """
        calls = self._scope.services.log.calls
        for call in await calls.pending(busy.thread_id):
            if call.turn_id != busy.turn_id or not call.is_inline or not await self._is_question(call):
                continue
            await successor()
            if (await calls.resolve(call, "superseded")).status == "superseded":
                await self._turns.cancel_turn(call.thread_id, call.turn_id)
                return True
        return False

    async def _is_question(self, call: CallRecord) -> bool:
        """Whether the call waits for a widget; one whose item was deleted gets no answer either."""
        scope = self._scope
        try:
            item = await scope.store.load_item(call.thread_id, call.item_id, context=scope.context)
        except NotFoundError:
            return True
        return isinstance(item, WidgetItem)

    async def _known(self) -> TurnRecord | None:
        """Return the turn that a copy of this request has started, if any."""
        if self._key is None:
            return None
        return await self._scope.services.log.known(self._scope.owner or "", self._key)

    async def _replay(self, turn: TurnRecord) -> StreamingResult | None:
        """Return the turn that a copy of the request started; None if that turn was withdrawn meanwhile."""
        if self._key is None or turn.body_hash != self._key.body_hash:
            raise KeyReusedError
        start = Position(turn.epoch, turn.first_seq)
        source = await follow(self._scope, turn.thread_id, start, turn, until=turn)
        if source.reader is None and await self._known() is None:
            return None
        return StreamingResult(source, is_durable=self.is_durable)
