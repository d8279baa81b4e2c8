"""The streams of running turns in Redis, and the only place that speaks to it.

Each turn has a stream; an entry's id is `<seq>-0`, so that Redis itself refuses what is doubled or out of
order. The stream's first entry, `<seq>-1`, says behind which entry it begins. A fence, an entry with the
highest id there is, ends it: whoever takes the turn over adds one, and nobody can append any more. An append
to a stream that is missing does not make it, so a writer learns that Redis lost it.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from turnstream.errors import TurnstreamError
from turnstream.eventlog.sql.entries import Entry

__all__ = ["Outcome", "Publication", "RedisAwayError", "RedisStreams"]

TIMEOUT_S = 1.0
"""Seconds after which Redis counts as unavailable: readers then wait for the database only."""

ENDED_TTL_S = 60
"""Seconds for which the stream of an ended turn stays, for readers that have not reached its end."""

FENCED_TTL_S = 3600
"""Seconds for which the stream of a turn stays whose lease another process has taken over."""

SAVED_ENTRIES = 1000
"""Entries that stay in the stream after the database has them, for readers that are behind."""

PAGE_ENTRIES = 500
MAX_UNSAVED = 100_000
FENCE = 2**64 - 1

Outcome = Literal["done", "missing", "refused"]
"""The outcome of a publication: added; no such stream; or not after the last entry, as behind a fence."""


class RedisAwayError(TurnstreamError):
    """Redis cannot be reached, or takes nothing now."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What one turn has to add."""

    turn_id: str
    entries: Sequence[Entry]
    after: int
    """The entry behind which these come."""
    saved_seq: int
    is_first: bool
    """Whether to make the stream, too."""
    is_last: bool
    """Whether the stream is then to be forgotten soon."""


class RedisStreams:
    """Keys begin with `prefix`, so several applications can share a database of one Redis (not a Cluster)."""

    def __init__(self, url: str, *, prefix: str = "turnstream") -> None:
        client, errors, retry, backoff = (
            _redis(name) for name in ("asyncio", "exceptions", "asyncio.retry", "backoff")
        )
        self._prefix = prefix
        self._errors: tuple[type[Exception], ...] = (errors.RedisError, OSError)
        self._refusal: type[Exception] = errors.ResponseError
        self._client = client.Redis.from_url(
            url,
            protocol=2,
            driver_info=None,  # or each new connection looks the package's version up on the disk
            socket_timeout=TIMEOUT_S,
            socket_connect_timeout=TIMEOUT_S,
            retry=retry.Retry(backoff.NoBackoff(), 0),  # the log has its own way of doing without
        )
        for command in ("XREAD", "XRANGE"):
            self._client.set_response_callback(command, _as_it_is)

    async def check(self) -> None:
        """Return if Redis takes writes, and would delete no running turn's stream to make room.

        Raises:
            RedisAwayError: it takes none now.
            TurnstreamError: it would.
        """
        with self._translated():
            await self._client.set(f"{self._prefix}:probe", "1", ex=1)
            memory: Mapping[str, Any] = await self._client.info("memory")
        policy = str(memory.get("maxmemory_policy", "noeviction"))
        if int(memory.get("maxmemory", 0)) and policy.startswith("allkeys"):
            raise TurnstreamError(
                f"Redis has maxmemory-policy {policy}, which deletes entries of running turns: set it to "
                "noeviction, or to a volatile policy (CONFIG SET maxmemory-policy noeviction)"
            )

    async def publish(self, publications: Sequence[Publication]) -> Sequence[Outcome]:
        """Add entries of any number of turns, in one round trip."""
        pipeline = self._client.pipeline(transaction=False)
        counts = [self._enqueue(pipeline, publication) for publication in publications]
        with self._translated():
            replies: list[Any] = await pipeline.execute(raise_on_error=False)
        outcomes: list[Outcome] = []
        for count in counts:
            outcomes.append(self._outcome(replies[:count]))
            del replies[:count]
        return outcomes

    async def read(
        self, places: Mapping[str, int], *, wait_ms: int
    ) -> Mapping[str, tuple[Sequence[Entry], int]]:
        """Return the new entries of some turns, and the highest number seen; wait a while for any."""
        streams = {self._key(turn_id): f"{seq}-1" for turn_id, seq in places.items()}
        with self._translated():
            found = await self._client.xread(streams, count=PAGE_ENTRIES, block=wait_ms)
        return {self._turn_id(key): _parse(rows) for key, rows in found or ()}

    async def since(self, turn_id: str, after: int) -> Sequence[Entry]:
        """Return what follows in a turn without a gap.

        Behind a fence the database has it all: nothing, then.
        """
        entries, top = await self._range(turn_id, after)
        return () if top == FENCE else _contiguous(entries, after)

    async def fence(self, turn_id: str, after: int) -> tuple[Sequence[Entry], bool]:
        """Fence a turn; return its stream's entries, and whether these are all that was published."""
        key = self._key(turn_id)
        # The turn's process may be alive and publish in this moment: what it adds after the fence is refused,
        # since a stream's ids rise, and what it added before is read below.
        was_there = await self._add_fence(key, nomkstream=True)
        if not was_there:
            await self._add_fence(key, {"lost": "1"})
        with self._translated():
            await self._client.expire(key, FENCED_TTL_S)
            marked = await self._client.xrange(key, f"{FENCE}-0", "+")
        entries, _ = await self._range(turn_id, after)
        whole = _contiguous(entries, after)
        return whole, len(whole) == len(entries) and not any(b"lost" in fields for _, fields in marked)

    async def forget(self, ended: Sequence[str], *, running: Sequence[str] = ()) -> None:
        """Delete streams.

        Those of running turns become a fence: their writers may be about to make them anew.
        """
        pipeline = self._client.pipeline(transaction=True)
        for turn_id in (*ended, *running):
            pipeline.unlink(self._key(turn_id))
        # In one transaction with the deletion: a writer that publishes in between would begin a new stream.
        for key in map(self._key, running):
            pipeline.xadd(key, {"fence": "1"}, id=f"{FENCE}-0")
            pipeline.expire(key, ENDED_TTL_S)
        with self._translated():
            await pipeline.execute()

    async def close(self) -> None:
        await self._client.aclose()

    def _enqueue(self, pipeline: Any, publication: Publication) -> int:
        key = self._key(publication.turn_id)
        count = len(publication.entries)
        if publication.is_first:
            pipeline.xadd(key, {"begins": "1"}, id=f"{publication.after}-1")
            count += 1
        trim = (
            {"minid": publication.saved_seq - SAVED_ENTRIES} if publication.saved_seq > SAVED_ENTRIES else {}
        )
        for entry in publication.entries:
            fields = {"f": entry.frame} if entry.mark is None else {"f": entry.frame, "k": entry.mark}
            pipeline.xadd(key, fields, id=f"{entry.seq}-0", nomkstream=True, **trim)
        if publication.is_last:
            pipeline.expire(key, ENDED_TTL_S)
            count += 1
        return count

    def _outcome(self, replies: Sequence[Any]) -> Outcome:
        for reply in replies:
            match reply:
                case None:
                    return "missing"
                case Exception() if "equal or smaller" in str(reply):
                    return "refused"
                case Exception():
                    raise RedisAwayError(f"Redis rejected the write: {reply}") from reply
                case _:
                    pass
        return "done"

    async def _add_fence(
        self, key: str, fields: Mapping[str, str] | None = None, *, nomkstream: bool = False
    ) -> bool:
        """Return whether the stream was there."""
        with self._translated():
            try:
                added = await self._client.xadd(
                    key, fields or {"fence": "1"}, id=f"{FENCE}-0", nomkstream=nomkstream
                )
            except self._refusal as error:
                if "equal or smaller" not in str(error):
                    raise
                return True  # someone else's fence
        return added is not None

    async def _range(self, turn_id: str, after: int) -> tuple[Sequence[Entry], int]:
        with self._translated():
            return _parse(
                await self._client.xrange(self._key(turn_id), f"{after + 1}-0", "+", count=MAX_UNSAVED)
            )

    def _key(self, turn_id: str) -> str:
        return f"{self._prefix}:{turn_id}"

    def _turn_id(self, key: bytes) -> str:
        return key.decode().removeprefix(f"{self._prefix}:")

    @contextmanager
    def _translated(self) -> Generator[None]:
        try:
            yield
        except self._errors as error:
            raise RedisAwayError(f"Redis cannot be used: {error}") from error


def _redis(name: str) -> Any:
    try:
        return import_module(f"redis.{name}")
    except ModuleNotFoundError as error:
        raise TurnstreamError("RedisEventLog needs the package redis: install turnstream[redis]") from error


def _as_it_is(response: Any, **_: Any) -> Any:
    return response


def _parse(rows: Sequence[Any]) -> tuple[list[Entry], int]:
    """Read a stream's rows: the entries, and the highest number met, be it of a beginning or a fence."""
    entries: list[Entry] = []
    top = 0
    for name, fields in rows:
        top = int(name.partition(b"-")[0])
        if fields[0] == b"f":
            entries.append(Entry(top, fields[1], fields[3].decode() if len(fields) > 2 else None))
    return entries, top


def _contiguous(entries: Sequence[Entry], after: int) -> Sequence[Entry]:
    count = 0
    for entry in entries:
        if entry.seq != after + count + 1:
            break
        count += 1
    return entries[:count]
