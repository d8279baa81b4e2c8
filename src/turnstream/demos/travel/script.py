"""The offline script: what the model decides at the travel desk."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from turnstream.demos.rules import Rule, answer_of, break_off, decide_by, tell
from turnstream.demos.scripted import Call, Decision, Heard, Say
from turnstream.demos.travel.timetable import CITIES, CityName, Leg, default_days
from turnstream.demos.travel.widgets import day_name

__all__ = ["decide"]

HELP = """I book flights from London to Lisbon, Copenhagen and Vienna. A few things to try:

- *Plan a trip to Lisbon*: you choose a flight and a seat, and nothing is booked before you say so
- Reload the page while I wait for you, or answer me in another tab
- *Book the way back*, and then **undo** it under my answer
- *What does Copenhagen cost?*
- *What is there to do in Vienna?*
- **What is booked?** I read the itinerary on the page

Ask for **a long story** and stop me whenever you like. Say **break something** to see how an error looks."""

STORY = """## The first ticket that nobody had to write

Until 1952, an airline knew its seats from a board on the wall of a hall. Clerks with binoculars read it from
their desks, and a flight was full when somebody turned over a card.

| Year | A booking was | It took |
| --- | --- | --- |
| 1946 | a card in a drawer | 90 minutes |
| 1952 | a lamp on the *Magnetronic Reservisor* | a few minutes |
| 1964 | a record in *SABRE* | seconds |

In 1953 two men named Smith sat side by side on a flight from Los Angeles to New York. **C. R. Smith** ran
American Airlines. **R. Blair Smith** sold computers for IBM, which was building machines that heard of an
aeroplane from a radar set and told everybody who had to know.

1. They noticed that they had the same name.
2. They noticed that a seat is a kind of aeroplane: it has to be known everywhere at once.
3. Eleven years later every desk of the airline asked the same two machines in Briarcliff Manor.

Two people who wanted the last seat in the same second got one seat and one apology. It was the first system
of its size that could say of anything, at any time: *booked*, or *not booked*, and never both.

That is also all that I promise you here. What I have not booked, I will not call booked."""

CITY = "|".join(CITIES)
UNANSWERED = "The page didn't respond. Is it still open?"
NOT_NOW = "All right. Nothing was booked. Say *go on* when you want to continue."


@dataclass(frozen=True, slots=True)
class _Plan:
    """One flight of a trip, and what is known of it before the person is asked."""

    city: CityName
    out: str
    back: str
    leg: Leg
    flight: str | None = None
    traveller: dict[str, Any] | None = None

    @property
    def day(self) -> str:
        return self.out if self.leg == "out" else self.back


def _trip(heard: Heard, match: re.Match[str]) -> Decision:
    city = _city(match)
    if "plan_trip" not in heard.results:
        return Call("plan_trip", {"city": city})
    trip = answer_of(heard, "plan_trip")
    return _next_step(heard, _Plan(city=city, out=trip["out"], back=trip["back"], leg="out"))


def _go_on(heard: Heard, match: re.Match[str]) -> Decision:
    if "get_itinerary" not in heard.results:
        return Call("get_itinerary", {})
    page = answer_of(heard, "get_itinerary")
    if not page:
        return Say(UNANSWERED)
    trip = page.get("trip")
    if not trip:
        return Say("There is no trip yet. Say, for example, *Plan a trip to Lisbon*.")
    asked = re.search(r"\b(back|return|home)\b", heard.text, re.IGNORECASE)
    leg: Leg = "back" if asked or _is_booked(page, "out") else "out"
    if _is_booked(page, leg):
        return Say(f"That flight is booked already: **{page[leg]['number']}**, {page[leg]['reference']}.")
    chosen, other = page.get(leg), page.get("out" if leg == "back" else "back")
    plan = _Plan(
        city=trip["city"],
        out=trip["out"],
        back=trip["back"],
        leg=leg,
        flight=chosen["number"] if chosen else None,
        traveller=_traveller_of(other),
    )
    return _next_step(heard, plan)


def _next_step(heard: Heard, plan: _Plan) -> Decision:
    """One step further: fares, flight, traveller, seat, booking."""
    flight, traveller = plan.flight, plan.traveller
    where = {"city": plan.city, "leg": plan.leg, "day": plan.day}
    if flight is None:
        if "show_fares" not in heard.results:
            return Call("show_fares", where)
        if "choose_flight" not in heard.results:
            return Call("choose_flight", {**where, "trip_out": plan.out})
        flight = answer_of(heard, "choose_flight").get("flight")
        if flight is None:
            return Say(NOT_NOW)
    if traveller is None:
        if "ask_traveller" not in heard.results:
            return Call("ask_traveller", {"back": plan.back})
        traveller = answer_of(heard, "ask_traveller")
        if not traveller:
            return Say(NOT_NOW)
    on = {"flight": flight, "leg": plan.leg, "day": plan.day}
    if "choose_seat" not in heard.results:
        return Call("choose_seat", on)
    seat = answer_of(heard, "choose_seat")
    if not seat:
        return Say(NOT_NOW)
    if "buy_ticket" not in heard.results:
        payload: dict[str, Any] = seat.get("payload") or {}
        chosen = payload.get("seat")
        return Call("buy_ticket", {**on, "trip_out": plan.out, "traveller": traveller, "seat": chosen})
    return _booked(answer_of(heard, "buy_ticket"), flight, plan)


def _booked(receipt: dict[str, Any], flight: str, plan: _Plan) -> Decision:
    if not receipt:
        return Say(NOT_NOW)
    more = "Say *book the way back* when you're ready." if plan.leg == "out" else "Have a good trip."
    return Say(
        f"Booked: **{flight}** on {_day(plan.day)}, for £{receipt['price']}. Your reference is "
        f"**{receipt['reference']}**. {more}"
    )


def _fares(heard: Heard, match: re.Match[str]) -> Decision:
    city = _city(match)
    out, _ = default_days(datetime.now(UTC).date())
    if "show_fares" not in heard.results:
        return Call("show_fares", {"city": city, "leg": "out", "day": f"{out}"})
    fares: dict[str, int] = answer_of(heard, "show_fares")
    if not fares:
        return Say("I couldn't look up the fares.")
    day = min(fares, key=lambda each: fares[each])
    return Say(
        f"The cheapest day to fly to {city} is **{_day(day)}**, from **£{fares[day]}**. Say *plan a trip to "
        f"{city}* to choose a flight."
    )


def _guide(heard: Heard, match: re.Match[str]) -> Decision:
    city = _city(match)
    if "show_guide" not in heard.results:
        return Call("show_guide", {"city": city})
    return Say(f"That's what our people liked in {city}. Ask me for a flight whenever you're ready.")


def _status(heard: Heard, match: re.Match[str]) -> Decision:
    if "get_itinerary" not in heard.results:
        return Call("get_itinerary", {})
    page = answer_of(heard, "get_itinerary")
    if not page:
        return Say(UNANSWERED)
    trip = page.get("trip")
    if not trip:
        return Say("Nothing is booked, and no trip is planned. Say, for example, *Plan a trip to Lisbon*.")
    rows = "\n".join(
        f"| {name} | {_state(page.get(leg))} |" for leg, name in (("out", "Out"), ("back", "Back"))
    )
    left = trip["budget"] - page["spent"]
    return Say(
        f"Your trip to **{trip['city']}**, {_day(trip['out'])} to {_day(trip['back'])}:\n\n"
        f"| Flight | State |\n| --- | --- |\n{rows}\n\n"
        f"£{page['spent']} of £{trip['budget']} is spent, £{left} is left."
    )


def _state(flight: dict[str, Any] | None) -> str:
    if flight is None:
        return "not chosen yet"
    if flight.get("reference"):
        seat = f", seat {flight['seat']}" if flight.get("seat") else ""
        return f"**{flight['number']}** at {flight['departs']}{seat}, booked as {flight['reference']}"
    return f"{flight['number']} at {flight['departs']}, chosen but not booked"


def _is_booked(page: dict[str, Any], leg: Leg) -> bool:
    flight: dict[str, Any] = page.get(leg) or {}
    return bool(flight.get("reference"))


def _traveller_of(flight: dict[str, Any] | None) -> dict[str, Any] | None:
    """Who is booked on the other flight; the luggage is the same, and so is the meal."""
    if not flight or not flight.get("reference"):
        return None
    return {name: flight[of] for name, of in TRAVELLER.items() if flight.get(of) is not None}


TRAVELLER = {"name": "traveller", "email": "email", "bag": "bag", "vegetarian": "vegetarian"}


def _city(match: re.Match[str]) -> CityName:
    return next(name for name in CITIES if name.lower() == match.group("city").lower())


def _day(day: str) -> str:
    return day_name(date.fromisoformat(day))


_RULES: list[Rule] = [
    (r"\blong story\b", tell(STORY)),
    (r"\bbreak (something|it)\b", break_off),
    (rf"\b(?:cost|price|fare|cheap).*\b(?P<city>{CITY})\b", _fares),
    (rf"\b(?P<city>{CITY})\b.*\b(?:cost|price|fare|cheap)", _fares),
    (rf"\b(?:to do|guide|afternoon|free|notes|see)\b.*\b(?P<city>{CITY})\b", _guide),
    (r"\b(itinerary|booked|status)\b", _status),
    (r"\b(way back|flight back|return|home|go on|continue|way out|flight out)\b", _go_on),
    (rf"\b(?P<city>{CITY})\b", _trip),
]

_TITLES = [
    (r"\b(cost|price|fare|cheap)", "A look at the calendar"),
    (r"\b(to do|guide|afternoon|free|notes|see)\b", "Hours between two meetings"),
    (r"\blisbon\b", "Three days by the Tagus"),
    (r"\bcopenhagen\b", "Three days of good chairs"),
    (r"\bvienna\b", "Three days with coffee"),
    (r"\b(itinerary|booked|status)\b", "Where we stand"),
    (r"\blong story\b", "An evening tale"),
    (r"\bbreak (something|it)\b", "A lost connection"),
]

decide = decide_by(_RULES, otherwise=HELP, titles=_TITLES, title="At the travel desk")
