"""The checker finds each kind of damage, and none in a run that is whole."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.faults.frames import Frame, Position
from tests.faults.history import assert_holds, check
from tests.faults.model import ModelCall, Script
from tests.faults.record import Connection, EffectRun, History, Reader, Snapshot, Stored, Submit, ToolRun
from tests.faults.turns import fold

Damage = Callable[[History], None]


def entry(seq: int, event: dict[str, Any], epoch: str = "e1") -> Frame:
    return Frame(json.dumps(event).encode(), float(seq), Position(epoch, seq), event)


def message(item_id: str, kind: str, text: str) -> dict[str, Any]:
    return {"id": item_id, "type": kind, "content": [{"text": text}]}


def turn_events(turn_id: str, script: Script) -> list[dict[str, Any]]:
    """The events of one completed turn: six entries around the tokens, the first token with text the
    fourth.
    """
    answer = f"msg_{turn_id}"
    update = {"type": "assistant_message.content_part.text_delta", "content_index": 0}
    return [
        {"type": "thread.item.done", "item": message(f"usr_{turn_id}", "user_message", script.to_text())},
        {"type": "stream_options", "stream_options": {"allow_cancel": True}},
        {"type": "thread.item.added", "item": message(answer, "assistant_message", "")},
        *(
            {"type": "thread.item.updated", "item_id": answer, "update": {**update, "delta": token}}
            for token in script.tokens()
        ),
        {"type": "thread.item.done", "item": message(answer, "assistant_message", script.text())},
        {"type": "turnstream.turn_ended", "turn_id": turn_id, "status": "completed"},
    ]


def log_of(*events: dict[str, Any]) -> list[Frame]:
    return [entry(seq, event) for seq, event in enumerate(events, start=1)]


def whole_run() -> History:
    """Two threads of two turns of eleven entries; each read by one page with a cut, and by one that came
    later.
    """
    history = History()
    for thread_id, user in (("thrA", "ann"), ("thrB", "bob")):
        scripts = [Script(marker=f"{user}{number}", token_count=6) for number in (1, 2)]
        log = log_of(*turn_events(f"{thread_id}1", scripts[0]), *turn_events(f"{thread_id}2", scripts[1]))
        history.stored.append(Stored(thread_id, fold(log), log))
        history.submits += [
            Submit(f"{user}-key{n}", user, script, thread_id, {f"{thread_id}{n}"}, "completed")
            for n, script in enumerate(scripts, start=1)
        ]
        history.model_calls += [ModelCall(script.marker, 0, thread_id, 1, 0.0) for script in scripts]
        first = Connection("start", None, frames=log[:5], end="cut")
        second = Connection("attach", Position("e1", 5), frames=log[5:11], end="ended")
        third = Connection("start", None, frames=log[11:], end="ended")
        history.readers.append(Reader(f"{user}-1", user, thread_id, [first, second, third]))
        late = Connection("attach", Position("e1", 7), frames=log[7:11], end="ended")
        snapshot = Snapshot(Position("e1", 7), fold(log[:7]))
        history.readers.append(Reader(f"{user}-2", user, thread_id, [late], [snapshot]))
    history.tool_runs.append(ToolRun("thrA", "call1", "ann-1"))
    history.effect_runs.append(EffectRun("thrA", Position("e1", 3), "ann-1", "skip"))
    return history


def found(history: History) -> set[str]:
    return {violation.invariant for violation in check(history)}


def test_a_whole_run_holds() -> None:
    assert check(whole_run()) == []
    assert_holds(whole_run())


def lose_an_entry(history: History) -> None:
    del history.readers[0].connections[1].frames[2]


def double_an_entry(history: History) -> None:
    frames = history.readers[0].connections[0].frames
    frames.insert(3, frames[2])


def swap_entries(history: History) -> None:
    frames = history.readers[0].connections[1].frames
    frames[1], frames[2] = frames[2], frames[1]


def begin_a_connection_late(history: History) -> None:
    del history.readers[0].connections[1].frames[0]


def go_on_from_elsewhere(history: History) -> None:
    connection = history.readers[0].connections[1]
    connection.after = Position("e1", 6)
    del connection.frames[0]


def change_a_byte(history: History) -> None:
    frames = history.readers[1].connections[0].frames
    frames[0] = replace(frames[0], data=frames[0].data.replace(b"[", b"{", 1))


def replay_other_bytes(history: History) -> None:
    frames = history.readers[0].connections[0].frames
    changed = replace(frames[4], data=frames[4].data + b" ")
    history.readers[0].connections.insert(1, Connection("start", None, frames=[*frames[:4], changed]))


def skip_in_the_log(history: History) -> None:
    for stored in history.stored:
        del stored.log[4]
    history.readers.clear()


def change_the_epoch_without_a_reset(history: History) -> None:
    for stored in history.stored:
        stored.log = [entry(n, frame.event, "e2") for n, frame in enumerate(stored.log, start=1)]


def drop_the_terminal(history: History) -> None:
    stored = history.stored[0]
    stored.log.pop()
    history.readers[0].connections[2].frames.pop()


def end_twice(history: History) -> None:
    stored = history.stored[0]
    stored.log.append(entry(len(stored.log) + 1, stored.log[-1].event))


def promise_a_turn_that_never_was(history: History) -> None:
    history.submits[0].turn_ids = {"turn_lost"}


def show_what_is_not_in_the_log(history: History) -> None:
    del history.stored[0].log[20:]


def trim_the_start(history: History) -> None:
    del history.stored[0].log[:2]


def see_a_thread_that_is_not_stored(history: History) -> None:
    del history.stored[0]


def lose_text_with_the_epoch(history: History) -> None:
    """A reset was sent, but what was seen before it is no longer stored."""
    stored = history.stored[0]
    stored.log = [entry(n, frame.event, "e2") for n, frame in enumerate(stored.log[:2], start=1)]
    stored.items = fold(stored.log)
    history.readers[0].connections.append(Connection("attach", Position("e1", 22), end="reset"))


def append_after_the_terminal(history: History) -> None:
    stored = history.stored[0]
    stored.log.append(entry(len(stored.log) + 1, stored.log[5].event))


def append_between_turns(history: History) -> None:
    stored = history.stored[0]
    events = [frame.event for frame in stored.log]
    stored.log = log_of(*events[:11], events[5], *events[11:])


def append_a_late_batch_with_a_terminal(history: History) -> None:
    """A zombie goes on with its turn after another process ended it."""
    events = [frame.event for frame in history.stored[0].log]
    ended = {"type": "turnstream.turn_ended", "turn_id": "other", "status": "interrupted"}
    history.stored[0].log = log_of(*events[:6], ended, *events[6:])
    history.readers.clear()


def overlap_two_turns(history: History) -> None:
    stored = history.stored[0]
    events = [frame.event for frame in stored.log]
    stored.log = log_of(*events[:6], *events[11:16], *events[6:11], *events[16:])
    history.readers.clear()


def mix_tokens_of_two_turns(history: History) -> None:
    stored = history.stored[0]
    events = [frame.event for frame in stored.log]
    strange = dict(events[5])
    strange["update"] = {**strange["update"], "delta": "[ann2.0.0] x"}
    stored.log = log_of(*events[:6], strange, *events[6:])
    history.readers.clear()


def run_a_key_twice(history: History) -> None:
    history.submits[0].turn_ids.add("thrA9")


def start_a_thread_per_copy(history: History) -> None:
    history.submits.append(replace(history.submits[0], thread_id="thrB"))


def store_the_message_twice(history: History) -> None:
    items = history.stored[0].items
    items.append({**items[0], "id": "usr_again"})


def call_the_model_twice(history: History) -> None:
    history.model_calls.append(replace(history.model_calls[0], pid=2))


def call_the_model_for_a_refused_message(history: History) -> None:
    script = Script(marker="refused1")
    history.submits.append(Submit("k", "ann", script, "thrA", status="busy"))
    history.model_calls.append(ModelCall("refused1", 0, "thrA", 1, 0.0))


def store_less_than_was_said(history: History) -> None:
    history.stored[0].items[1]["content"][0]["text"] = "[ann1.0.0]"


def store_in_another_order(history: History) -> None:
    history.stored[0].items.reverse()


def complete_a_turn_with_half_its_text(history: History) -> None:
    """Log and store agree with each other, but not with the model."""
    stored = history.stored[0]
    stored.log = log_of(*[frame.event for n, frame in enumerate(stored.log) if n not in (7, 8)])
    history.readers.clear()


def claim_a_later_position(history: History) -> None:
    reader = history.readers[1]
    reader.snapshots = [Snapshot(Position("e1", 9), reader.snapshots[0].items)]
    reader.connections = [
        Connection("attach", Position("e1", 9), frames=history.stored[0].log[9:11], end="ended")
    ]


def show_a_stranger_the_text(history: History) -> None:
    history.readers[0].connections[0].frames = list(history.readers[2].connections[0].frames)


def store_a_strangers_text(history: History) -> None:
    stored = history.stored[0]
    strange = message("msg_x", "assistant_message", "[bob1.0.0] x ")
    stored.log.append(entry(len(stored.log) + 1, {"type": "thread.item.done", "item": strange}))


def run_a_handler_twice(history: History) -> None:
    history.tool_runs.append(ToolRun("thrA", "call1", "ann-2"))


def run_an_effect_twice(history: History) -> None:
    history.effect_runs.append(history.effect_runs[0])


@pytest.mark.parametrize(
    ("damage", "invariant"),
    [
        (lose_an_entry, "I1"),
        (double_an_entry, "I1"),
        (swap_entries, "I1"),
        (begin_a_connection_late, "I1"),
        (go_on_from_elsewhere, "I1"),
        (change_a_byte, "I1"),
        (replay_other_bytes, "I1"),
        (skip_in_the_log, "I1"),
        (change_the_epoch_without_a_reset, "I1"),
        (drop_the_terminal, "I2"),
        (end_twice, "I2"),
        (promise_a_turn_that_never_was, "I2"),
        (show_what_is_not_in_the_log, "I3"),
        (trim_the_start, "I3"),
        (see_a_thread_that_is_not_stored, "I3"),
        (lose_text_with_the_epoch, "I3"),
        (append_after_the_terminal, "I4"),
        (append_between_turns, "I5"),
        (append_a_late_batch_with_a_terminal, "I4"),
        (overlap_two_turns, "I5"),
        (mix_tokens_of_two_turns, "I5"),
        (run_a_key_twice, "I6"),
        (start_a_thread_per_copy, "I6"),
        (store_the_message_twice, "I6"),
        (call_the_model_twice, "I6"),
        (call_the_model_for_a_refused_message, "I6"),
        (store_less_than_was_said, "I7"),
        (store_in_another_order, "I7"),
        (complete_a_turn_with_half_its_text, "I7"),
        (claim_a_later_position, "I7"),
        (show_a_stranger_the_text, "I8"),
        (store_a_strangers_text, "I8"),
        (run_a_handler_twice, "I9"),
        (run_an_effect_twice, "I9"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_damage_is_found(damage: Damage, invariant: str) -> None:
    history = whole_run()
    damage(history)
    assert invariant in found(history)


def lost_opening() -> list[dict[str, Any]]:
    """The entries of a turn whose process died when it had stored the message."""
    ended = {"type": "turnstream.turn_ended", "turn_id": "lost", "status": "interrupted"}
    unfinished = {"type": "turnstream.answer_ended", "item_id": "usr_lost", "status": "interrupted"}
    sent = {"type": "thread.item.done", "item": message("usr_lost", "user_message", "hi")}
    return [sent, unfinished, {"type": "error", "code": "stream.error"}, ended]


@pytest.mark.parametrize(
    ("entries", "invariants"), [(slice(0, 4), set[str]()), (slice(1, 4), {"I4"})], ids=["whole", "late"]
)
def test_a_message_whose_process_died_may_be_all_of_its_turn(entries: slice, invariants: set[str]) -> None:
    history = whole_run()
    stored = history.stored[0]
    stored.log = log_of(*(frame.event for frame in stored.log), *lost_opening()[entries])
    stored.items = fold(stored.log)
    assert found(history) == invariants


def test_a_run_in_which_nobody_saw_anything_proves_nothing() -> None:
    with pytest.raises(AssertionError, match="proves nothing"):
        assert_holds(History())


def test_what_was_seen_before_a_reset_may_be_of_a_lost_epoch_if_its_text_is_stored() -> None:
    history = whole_run()
    stored, reader = history.stored[0], history.readers[0]
    stored.log = [entry(n, frame.event, "e2") for n, frame in enumerate(stored.log, start=1)]
    reset = Connection("attach", Position("e1", 5), end="reset")
    again = Connection("attach", Position("e2", 11), frames=stored.log[11:], end="ended")
    reader.connections = [reader.connections[0], reset, again]
    reader.snapshots = [Snapshot(Position("e2", 11), fold(stored.log[:11]))]
    del history.readers[1]
    assert check(history) == []


CALL = {"id": "tc", "type": "client_tool_call", "call_id": "call1", "name": "look", "status": "pending"}


@pytest.mark.parametrize("position", [10, 11, 12])
@pytest.mark.parametrize("status", ["pending", "completed"])
def test_a_snapshot_may_have_what_is_stored_before_the_log_says_it(position: int, status: str) -> None:
    history = whole_run()
    stored = history.stored[0]
    events = [frame.event for frame in stored.log]
    events[10:11] = [
        {"type": "thread.item.done", "item": CALL},
        events[10],
        {"type": "turnstream.call_ended", "item_id": "tc"},
    ]
    stored.log = log_of(*events)
    stored.items = fold(stored.log)
    items = [*fold(stored.log[:10]), {**CALL, "status": status}]
    early = Snapshot(Position("e1", position), items)
    history.readers[:2] = [Reader("ann-3", "ann", "thrA", [Connection("attach", early.position)], [early])]
    assert found(history) == set()
    early.items.append({**CALL, "id": "tc2"})
    assert found(history) == {"I7"}


@pytest.mark.parametrize("position", [2, 5, 8])
def test_a_snapshot_has_no_more_of_a_growing_answer_than_its_position_says(position: int) -> None:
    history = whole_run()
    late = history.readers[1]
    late.snapshots = [Snapshot(Position("e1", position), fold(history.stored[0].log[:11]))]
    late.connections = []
    assert found(history) == {"I7"}


def test_a_violation_fails_with_its_seed_and_place() -> None:
    history = whole_run()
    run_a_handler_twice(history)
    with pytest.raises(AssertionError, match=r"seed 77\)\nI9 thread thrA: the handler of call1 ran 2 times"):
        assert_holds(history, seed=77)
