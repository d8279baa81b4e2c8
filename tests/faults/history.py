"""Judges a recorded run: the invariants I1 to I9, each by what was seen, stored and called.

I1 prefix       what a reader saw is the log, byte for byte: nothing lost, doubled or reordered
I2 termination  every turn has exactly one terminal entry, its last
I3 stored       every entry that anyone saw is in the log; text seen before a reset is in the stored thread
I4 one writer   nothing of a turn comes after its terminal entry
I5 one turn     turns of a thread do not overlap
I6 idempotent   one key is one message, one turn and one model call
I7 fold         the stored thread is what its log amounts to; a completed turn says what the model said
I8 no mixing    a thread's marker is found in that thread alone
I9 once         a client tool's handler and a one-shot effect run at most once
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.faults.frames import Frame, Position
from tests.faults.model import find_markers, text_hash
from tests.faults.record import Connection, History, Reader, Snapshot, Stored, Submit
from tests.faults.turns import LoggedTurn, delta_text, fold, marker_tokens, split_turns, visible_items

__all__ = ["Violation", "assert_holds", "check"]


@dataclass(frozen=True, slots=True)
class Violation:
    """One invariant that did not hold, and where."""

    invariant: str
    where: str
    detail: str

    def __str__(self) -> str:
        return f"{self.invariant} {self.where}: {self.detail}"


def check(history: History) -> list[Violation]:
    """Return every violation in `history`."""
    logs = {stored.thread_id: stored for stored in history.stored}
    owners = {submit.script.marker: submit.thread_id for submit in history.submits if submit.thread_id}
    found: list[Violation] = []
    for reader in history.readers:
        found += _readers(reader, logs.get(reader.thread_id))
        found += _crosstalk(f"reader {reader.name}", reader.thread_id, _seen(reader), owners)
    for stored in history.stored:
        found += _log(stored)
        found += _turns(stored, history)
        found += _stored_items(stored)
        found += _crosstalk(f"log of {stored.thread_id}", stored.thread_id, stored.log, owners)
    found += _submits(history, logs)
    found += _runs(history)
    return found


def assert_holds(history: History, *, seed: object = None) -> None:
    """Fail with every violation in `history`; one without a single entry proves nothing and fails as well."""
    entry_count = sum(len(c.entries) for reader in history.readers for c in reader.connections)
    assert entry_count > 0, "nobody saw anything: this run proves nothing"
    violations = check(history)
    lines = [f"{len(violations)} violations (seed {seed})", *map(str, violations[:40])]
    assert not violations, "\n".join(lines)


# I1 and I3: readers against the log


def _readers(reader: Reader, stored: Stored | None) -> Iterator[Violation]:
    where = f"reader {reader.name} of {reader.thread_id}"
    seen: list[Frame] = []
    for connection in reader.connections:
        entries = connection.entries
        yield from _contiguous(where, connection, entries)
        if connection.end == "reset":
            seen.clear()
            continue
        yield from _follows(where, reader, connection, seen)
        seen += entries
    if stored is None:
        if seen:
            yield Violation("I3", where, "saw entries of a thread that is not stored")
        return
    yield from _in_log(where, reader, stored)
    yield from _snapshots(where, reader, stored)


def _contiguous(where: str, connection: Connection, entries: list[Frame]) -> Iterator[Violation]:
    before = connection.after
    for position in _positions(entries):
        if before is None:
            if connection.kind == "attach" and position.seq != 1:
                yield Violation("I1", where, f"asked from the start, got {position} first")
        elif position != Position(before.epoch, before.seq + 1):
            yield Violation("I1", where, f"after {before} came {position} on one connection")
        before = position


def _follows(where: str, reader: Reader, connection: Connection, seen: list[Frame]) -> Iterator[Violation]:
    """A new connection goes on where the page was; what it brings again is what was seen before, to the
    byte.
    """
    known = {frame.position: frame.data for frame in seen}
    for frame in connection.entries:
        if frame.position in known and known[frame.position] != frame.data:
            yield Violation(
                "I1",
                where,
                f"{frame.position} was other bytes on another connection: "
                f"{_differ(frame.data, known[frame.position])}",
            )
    places = {snapshot.position for snapshot in reader.snapshots} | {seen[-1].position if seen else None}
    if connection.kind == "attach" and connection.after not in places:
        yield Violation("I1", where, f"went on after {connection.after}, but was not there")


def _snapshots(where: str, reader: Reader, stored: Stored) -> Iterator[Violation]:
    """A snapshot is the fold of the log up to the position that it claims to stand for.

    What is stored before the log says it may be there already, whole: an item that comes at once, and the end
    of a call. It comes again behind the position, and changes nothing.
    """
    positions = _positions(stored.log)
    for snapshot in reader.snapshots:
        if snapshot.position is None or snapshot.position not in positions:
            continue  # of a lost epoch; entries that nobody has are reported elsewhere
        end = positions.index(snapshot.position) + 1
        log = [*stored.log[:end], *_stored_ahead(snapshot, stored.log[:end], stored.log[end:])]
        if visible_items(fold(log)) != visible_items(snapshot.items):
            yield Violation("I7", where, f"its snapshot is not the thread at {snapshot.position}")


def _stored_ahead(snapshot: Snapshot, log: list[Frame], later: list[Frame]) -> Iterator[Frame]:
    """What the log says later, and the snapshot knows: items that it has and `log` does not begin, ends of
    calls.
    """
    begun = {item["id"] for item in fold(log)}
    shown = {item["id"]: item for item in snapshot.items}
    for entry in later:
        match entry.type:
            case "thread.item.added":
                begun.add(entry.event["item"]["id"])  # then it grows, and is stored at its end
            case "thread.item.done" if entry.event["item"]["id"] in shown.keys() - begun:
                yield entry
            case "turnstream.call_ended" if (
                shown.get(entry.event["item_id"], {}).get("status") == "completed"
            ):
                yield entry
            case _:
                pass


def _in_log(where: str, reader: Reader, stored: Stored) -> Iterator[Violation]:
    log = {entry.position: entry.data for entry in stored.log}
    epochs = {position.epoch for position in _positions(stored.log)}
    lost: list[Frame] = []
    for connection in reader.connections:
        for frame in connection.entries:
            position = frame.position
            assert position is not None
            if position.epoch not in epochs:
                lost.append(frame)
            elif position not in log:
                yield Violation("I3", where, f"saw {position}, which is not in the log")
            elif log[position] != frame.data:
                yield Violation(
                    "I1",
                    where,
                    f"saw {position} as other bytes than the log has: {_differ(frame.data, log[position])}",
                )
    yield from _lost_epoch(where, reader, stored, lost)


def _lost_epoch(where: str, reader: Reader, stored: Stored, lost: list[Frame]) -> Iterator[Violation]:
    """Entries of an epoch that is gone: the reader was told, and every text it saw is still stored."""
    if not lost:
        return
    if all(connection.end != "reset" for connection in reader.connections):
        yield Violation("I1", where, f"epoch {_positions(lost)[0].epoch} is gone, and nobody sent a reset")
    items = {
        item["id"]: "".join(part["text"] for part in item["content"]) for item in _messages(stored.items)
    }
    for item in _messages(fold(lost)):
        text = "".join(part["text"] for part in item["content"])
        if text.strip() and not items.get(item["id"], "").startswith(text):
            yield Violation("I3", where, f"saw {len(text)} characters of {item['id']} that are not stored")


# I2, I4, I5: the log and its turns


def _log(stored: Stored) -> Iterator[Violation]:
    where = f"log of {stored.thread_id}"
    before: Position | None = None
    for position in _positions(stored.log):
        if before is None:
            if position.seq != 1:
                yield Violation("I3", where, f"begins at {position}")
        elif position != Position(before.epoch, before.seq + 1):
            yield Violation("I1", where, f"{position} stands after {before}")
        before = position


def _turns(stored: Stored, history: History) -> Iterator[Violation]:
    where = f"log of {stored.thread_id}"
    turns, _ = split_turns(stored.log)
    scripts = {submit.script.marker: submit.script for submit in history.submits}
    ended: set[str] = set()
    for turn in turns:
        if turn.end is None:
            yield from _unfinished(where, turn, ended)
            continue
        if turn.turn_id in ended:
            yield Violation("I2", where, f"turn {turn.turn_id} ended twice")
        ended.add(turn.turn_id)
        if turn.opening_count == 0 and not turn.is_only_a_message:
            yield Violation("I4", where, f"entries before {turn.end.position} belong to no turn that began")
        if turn.opening_count > 1:
            yield Violation("I5", where, f"{turn.opening_count} turns ran before {turn.end.position}")
        spoken = _calls_in(turn)
        if len({marker for marker, _ in spoken}) > 1:
            yield Violation("I5", where, f"turn {turn.turn_id} holds the tokens of {sorted(spoken)}")
        for marker, call_index in spoken:
            if turn.status == "completed" and marker in scripts:
                yield from _same_text(where, turn, scripts[marker].text(call_index), marker, call_index)


def _unfinished(where: str, turn: LoggedTurn, ended: set[str]) -> Iterator[Violation]:
    first = turn.entries[0].position
    if turn.opening_count == 0 and ended:
        yield Violation("I4", where, f"entries from {first} on came after their turn's terminal entry")
    else:
        yield Violation("I2", where, f"the turn that began at {first} has no terminal entry")


def _calls_in(turn: LoggedTurn) -> set[tuple[str, int]]:
    """The calls of the model, as (marker, hop), whose tokens the turn's deltas hold."""
    calls: set[tuple[str, int]] = set()
    for part in delta_text(turn.entries).split("[")[1:]:
        pieces = part.partition("]")[0].split(".")
        if len(pieces) == 3 and pieces[1].isdigit():
            calls.add((pieces[0], int(pieces[1])))
    return calls


def _same_text(
    where: str, turn: LoggedTurn, expected: str, marker: str, call_index: int
) -> Iterator[Violation]:
    text = delta_text(turn.entries)
    begin, following = text.find(f"[{marker}.{call_index}.0]"), text.find(f"[{marker}.{call_index + 1}.0]")
    said = text[max(begin, 0) : following if following >= 0 else len(text)]
    if text_hash(said) != text_hash(expected):
        yield Violation(
            "I7", where, f"completed {turn.turn_id} says {text_hash(said)}, not {text_hash(expected)}"
        )


# I7: what is stored


def _stored_items(stored: Stored) -> Iterator[Violation]:
    where = f"thread {stored.thread_id}"
    folded, in_store = visible_items(fold(stored.log)), visible_items(stored.items)
    if folded == in_store:
        return
    missing = [item[0] for item in folded if item not in in_store]
    surplus = [item[0] for item in in_store if item not in folded]
    detail = f"differ from its log: {missing} and {surplus}" if missing or surplus else "are in another order"
    yield Violation("I7", where, f"the stored items {detail}")


# I6: keys


def _submits(history: History, logs: dict[str, Stored]) -> Iterator[Violation]:
    for key, submits in _by_key(history.submits).items():
        where = f"key {key}"
        turns = {turn_id for submit in submits for turn_id in submit.turn_ids}
        if len(turns) > 1:
            yield Violation("I6", where, f"is {len(turns)} turns: {sorted(turns)}")
        threads = {submit.thread_id for submit in submits if submit.turn_ids and submit.thread_id}
        if len(threads) > 1:
            yield Violation("I6", where, f"is {len(threads)} threads")
        for thread_id in threads:
            if thread_id not in logs:
                continue  # a thread of which nothing was collected; I3 reports readers of it
            yield from _message_count(where, submits[0], logs[thread_id])
            yield from _turn_ended(where, turns, logs[thread_id])
    calls = Counter((call.marker, call.call_index) for call in history.model_calls)
    for (marker, call_index), count in calls.items():
        if count > 1:
            yield Violation(
                "I6", f"marker {marker}", f"call {call_index} of the model was made {count} times"
            )
    yield from _uncalled(history, calls)


def _by_key(submits: Iterable[Submit]) -> dict[str, list[Submit]]:
    groups: dict[str, list[Submit]] = defaultdict(list)
    for submit in submits:
        groups[submit.key].append(submit)
    return groups


def _message_count(where: str, submit: Submit, stored: Stored) -> Iterator[Violation]:
    text = submit.script.to_text()
    messages = [
        i for i in stored.items if i["type"] == "user_message" and i["content"][0].get("text") == text
    ]
    if len(messages) != 1:
        yield Violation("I6", where, f"is {len(messages)} messages in {stored.thread_id}")


def _turn_ended(where: str, turn_ids: set[str], stored: Stored) -> Iterator[Violation]:
    ended = {turn.turn_id for turn in split_turns(stored.log)[0]}
    for turn_id in turn_ids - ended:
        yield Violation("I2", where, f"turn {turn_id} was promised, and no terminal entry names it")


def _uncalled(history: History, calls: Counter[tuple[str, int]]) -> Iterator[Violation]:
    """Only a turn may call the model: a refused message must not."""
    called = {marker for marker, _ in calls}
    accepted = {
        submit.script.marker for submit in history.submits if submit.status not in {"busy", "refused"}
    }
    for submit in history.submits:
        marker = submit.script.marker
        if marker in called - accepted:
            detail = f"its message was refused ({submit.reason}), and the model was called all the same"
            yield Violation("I6", f"marker {marker}", detail)


# I8: nothing of one thread in another


def _crosstalk(
    where: str, thread_id: str, entries: list[Frame], owners: dict[str, str]
) -> Iterator[Violation]:
    for marker in find_markers(marker_tokens(entries)):
        if owners.get(marker, thread_id) != thread_id:
            yield Violation("I8", where, f"holds the marker {marker} of {owners[marker]}")


# I9: at most once


def _runs(history: History) -> Iterator[Violation]:
    for (thread_id, call_id), count in Counter(
        (run.thread_id, run.call_id) for run in history.tool_runs
    ).items():
        if count > 1:
            yield Violation("I9", f"thread {thread_id}", f"the handler of {call_id} ran {count} times")
    effects = Counter(
        (run.tab, run.thread_id, run.position) for run in history.effect_runs if run.replay == "skip"
    )
    for (tab, thread_id, position), count in effects.items():
        if count > 1:
            yield Violation("I9", f"thread {thread_id}", f"{tab} ran the effect at {position} {count} times")


def _differ(one: bytes, other: bytes) -> str:
    """The first bytes in which two frames differ."""
    at = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    begin = max(0, at - 30)
    return f"{one[begin : at + 50]!r} and {other[begin : at + 50]!r}"


def _seen(reader: Reader) -> list[Frame]:
    return [frame for connection in reader.connections for frame in connection.entries]


def _positions(entries: Iterable[Frame]) -> list[Position]:
    return [entry.position for entry in entries if entry.position is not None]


def _messages(items: Iterable[dict[str, object]]) -> list[dict[str, list[dict[str, str]]]]:
    return [item for item in items if item["type"] == "assistant_message"]  # pyright: ignore[reportReturnType]
