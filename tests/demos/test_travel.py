"""What the travel desk sells, and what its script decides."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.demos.decisions import called, heard, said
from turnstream.demos.scripted import Call, Say
from turnstream.demos.travel.guides import GUIDES
from turnstream.demos.travel.script import decide
from turnstream.demos.travel.timetable import (
    CITIES,
    default_days,
    find_flight,
    lowest_fares,
    occupied_seats,
    seat_fee,
)
from turnstream.titles import TITLE_INSTRUCTIONS

WEDNESDAY = date(2027, 1, 6)
TRIP: dict[str, Any] = {"city": "Lisbon", "out": "2027-01-06", "back": "2027-01-08", "budget": 420}
WHO: dict[str, Any] = {
    "name": "Nora Lindqvist",
    "email": "nora@ashandalder.example",
    "bag": "checked",
    "vegetarian": True,
}
BOOKED: dict[str, Any] = {
    "number": "TE 204",
    "departs": "09:40",
    "status": "booked",
    "traveller": WHO["name"],
    "email": WHO["email"],
    "bag": "checked",
    "vegetarian": True,
    "seat": "6D",
    "reference": "TD-1",
}
CHOSEN: dict[str, Any] = {"number": "HX 19", "departs": "17:05", "status": "chosen"}


def test_times_are_local_and_agree_with_the_durations() -> None:
    found = find_flight("TE 340", "out")
    assert found is not None
    city, flight = found
    assert (city.code, flight.departs, flight.arrives, flight.duration) == (
        "CPH",
        "10:05",
        "13:00",
        "1 h 55 min",
    )
    back = find_flight("TE 341", "back")
    assert back is not None
    assert (back[1].origin, back[1].departs, back[1].arrives) == ("CPH", "13:50", "14:50")
    assert find_flight("TE 341", "out") is None


def test_the_chart_has_the_fares_that_the_list_has() -> None:
    for city in CITIES.values():
        fares = lowest_fares(city, "out", WEDNESDAY)
        assert [*fares] == [WEDNESDAY + timedelta(days=days) for days in range(-3, 4)]
        assert fares[WEDNESDAY] == min(flight.fare(WEDNESDAY) for flight in city.flights["out"])


def test_a_trip_begins_on_a_wednesday_five_weeks_away() -> None:
    for offset in range(7):
        today = date(2026, 12, 2) + timedelta(days=offset)
        out, back = default_days(today)
        assert (out.weekday(), back - out) == (2, timedelta(days=2))
        assert 35 <= (out - today).days <= 41


def test_some_seats_of_each_flight_are_free() -> None:
    for city in CITIES.values():
        for flight in (*city.flights["out"], *city.flights["back"]):
            occupied = occupied_seats(flight, WEDNESDAY)
            assert occupied == occupied_seats(flight, WEDNESDAY)
            assert 15 <= len(occupied) <= 50
    assert (seat_fee("1A"), seat_fee("6D"), seat_fee("12F")) == (60, 24, 0)
    assert (seat_fee("1B"), seat_fee("13A")) == (None, None)


def test_a_trip_asks_one_thing_after_the_other() -> None:
    text, results = "Plan a trip to Lisbon", dict[str, Any]()

    def next_call() -> Call:
        [call] = called(decide, text, **results)
        return call

    assert next_call() == Call("plan_trip", {"city": "Lisbon"})
    results["plan_trip"] = TRIP
    where = {"city": "Lisbon", "leg": "out", "day": "2027-01-06"}
    assert next_call() == Call("show_fares", where)
    results["show_fares"] = {"2027-01-06": 70}
    assert next_call() == Call("choose_flight", {**where, "trip_out": "2027-01-06"})
    results["choose_flight"] = {"flight": "TE 204", "fare": 89}
    assert next_call() == Call("ask_traveller", {"back": "2027-01-08"})
    results["ask_traveller"] = WHO
    on = {"flight": "TE 204", "leg": "out", "day": "2027-01-06"}
    assert next_call() == Call("choose_seat", on)
    results["choose_seat"] = {"type": "seat.take", "payload": {"seat": "6D"}}
    buying = {**on, "trip_out": "2027-01-06", "traveller": WHO, "seat": "6D"}
    assert next_call() == Call("buy_ticket", buying)
    results["buy_ticket"] = {"reference": "TD-1", "price": 145}
    assert "**TD-1**" in said(decide, text, **results)


@pytest.mark.parametrize("unanswered", ["choose_flight", "ask_traveller", "choose_seat", "buy_ticket"])
def test_nothing_is_called_booked_without_a_reference(unanswered: str) -> None:
    results: dict[str, Any] = {
        "plan_trip": TRIP,
        "show_fares": {},
        "choose_flight": {"flight": "TE 204"},
        "ask_traveller": WHO,
        "choose_seat": {"type": "seat.any"},
        "buy_ticket": {"reference": "TD-1", "price": 89},
    }
    results[unanswered] = "No answer (expired): The user did not answer in time."
    assert "Nothing was booked" in said(decide, "Plan a trip to Lisbon", **results)


def test_the_way_back_is_for_the_same_traveller() -> None:
    page = {"trip": TRIP, "out": BOOKED, "back": None, "spent": 145}
    results: dict[str, Any] = {"get_itinerary": page, "show_fares": {}, "choose_flight": {"flight": "HX 19"}}
    [seat] = called(decide, "Book the way back", **results)
    assert seat == Call("choose_seat", {"flight": "HX 19", "leg": "back", "day": "2027-01-08"})
    [ticket] = called(decide, "Book the way back", **results, choose_seat={"type": "seat.any"})
    assert (ticket.arguments["traveller"], ticket.arguments["seat"]) == (WHO, None)


def test_a_flight_that_was_chosen_is_not_asked_for_again() -> None:
    page = {"trip": TRIP, "out": BOOKED, "back": CHOSEN, "spent": 145}
    assert called(decide, "Go on", get_itinerary=page) == [
        Call("choose_seat", {"flight": "HX 19", "leg": "back", "day": "2027-01-08"})
    ]
    both = {**page, "back": {**CHOSEN, "reference": "TD-2"}}
    assert "booked already" in said(decide, "Go on", get_itinerary=both)
    assert "no trip yet" in said(decide, "Book the way back", get_itinerary={"trip": None, "spent": 0})
    assert "didn't respond" in said(decide, "Go on", get_itinerary="The page did not answer in time.")


def test_the_status_is_what_the_page_says() -> None:
    page = {"trip": TRIP, "out": BOOKED, "back": CHOSEN, "spent": 145}
    answer = said(decide, "What is booked?", get_itinerary=page)
    assert "**TE 204** at 09:40, seat 6D, booked as TD-1" in answer
    assert "HX 19 at 17:05, chosen but not booked" in answer
    assert "£145 of £420 is spent, £275 is left" in answer
    nothing = said(decide, "What is booked?", get_itinerary={"trip": None, "spent": 0})
    assert "Nothing is booked" in nothing


def test_the_cheapest_day_is_named() -> None:
    [call] = called(decide, "What does Copenhagen cost?")
    assert (call.name, call.arguments["city"], call.arguments["leg"]) == ("show_fares", "Copenhagen", "out")
    fares = {"2027-01-05": 70, "2027-01-06": 64, "2027-01-07": 71}
    answer = said(decide, "What does Copenhagen cost?", show_fares=fares)
    assert "**Wednesday 6 January**, from **£64**" in answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [("hello?", "A few things to try"), ("Tell me a long story", "Magnetronic")],
)
def test_the_script_helps_and_tells_a_story(text: str, answer: str) -> None:
    assert answer in said(decide, text)


def test_the_notes_on_a_city_are_shown_once() -> None:
    text = "What is there to do in Vienna?"
    assert called(decide, text) == [Call("show_guide", {"city": "Vienna"})]
    assert "Vienna" in said(decide, text, show_guide=GUIDES["Vienna"])


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Plan a trip to Lisbon", "Three days by the Tagus"),
        ("What does Copenhagen cost?", "A look at the calendar"),
        ("What is there to do in Vienna?", "Hours between two meetings"),
        ("Hello", "At the travel desk"),
    ],
)
def test_a_thread_has_a_title(text: str, title: str) -> None:
    asked = heard(text)
    assert decide(type(asked)(TITLE_INSTRUCTIONS, asked.text, {})) == Say(title)
