"""Turns of the last minute are counted by owner, and older ones take no memory."""

from turnstream.eventlog.recent_turns import RECENT_S, RecentTurns


def test_turns_are_counted_for_a_minute() -> None:
    recent = RecentTurns()
    recent.add("ada", 0.0)
    recent.add("bob", 1.0)
    recent.add("ada", 2.0)
    assert [recent.count(owner, 3.0) for owner in ("ada", "bob", "eve")] == [2, 1, 0]
    assert recent.oldest_s("ada", 3.0) == 3.0
    assert recent.count("ada", RECENT_S) == 1
    assert recent.oldest_s("ada", RECENT_S) == RECENT_S - 2.0
    assert recent.count("ada", RECENT_S + 2.0) == 0


def test_a_turn_that_was_withdrawn_is_not_counted() -> None:
    recent = RecentTurns()
    recent.add("ada", 0.0)
    recent.add("bob", 1.0)
    recent.remove("ada")
    recent.remove("eve")
    assert [recent.count(owner, 2.0) for owner in ("ada", "bob")] == [0, 1]


def test_owners_who_never_come_back_take_no_memory() -> None:
    recent = RecentTurns()
    for number in range(1000):
        recent.add(f"visitor_{number}", float(number))
    assert len(recent) == RECENT_S
    assert recent.count("visitor_0", 1000.0) == 0
    assert len(recent._counts) == len(recent)  # pyright: ignore[reportPrivateUsage]
