"""The tools of the travel desk: plan a trip, show fares, ask the person with widgets, and book."""

import asyncio
import re
from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zlib import crc32

from pydantic import BaseModel

from turnstream.agents import AgentContext
from turnstream.agents.chat_completions import ChatTool, client_tool, function_tool
from turnstream.agents.core import widget_tool
from turnstream.demos.travel.effects import SetLeg, SetTrip
from turnstream.demos.travel.guides import GUIDES
from turnstream.demos.travel.timetable import (
    BAGS,
    CITIES,
    Bag,
    City,
    CityName,
    Flight,
    Leg,
    default_days,
    find_flight,
    lowest_fares,
    occupied_seats,
    seat_fee,
)
from turnstream.demos.travel.widgets import (
    booking_card,
    day_name,
    fares_card,
    flight_list,
    guide_card,
    line_of,
    route_of,
    seat_card,
    traveller_form,
)
from turnstream.server import ClientToolError
from turnstream.types import Action, ProgressUpdateEvent
from turnstream.widgets import ActionConfig, Card, ListView

__all__ = ["travel_tools"]

ANSWER_S = 600
"""How long a person has for each widget, in seconds."""

PASSPORT_DAYS = 90
"""How long a passport must be valid after the way back."""

WORDS = re.compile(r"\s*\S+")


class Traveller(BaseModel):
    """Who flies. `bag`: cabin or checked."""

    name: str
    email: str
    bag: Bag = "cabin"
    vegetarian: bool = False


class Trip(BaseModel):
    """The trip on the page; days are YYYY-MM-DD, `budget` is in pounds."""

    city: CityName
    out: str
    back: str
    budget: int


class Booking(BaseModel):
    """A flight on the page. It is booked only if it has a `reference`."""

    number: str
    day: str
    departs: str
    arrives: str
    price: int
    status: str
    traveller: str | None = None
    email: str | None = None
    bag: str | None = None
    vegetarian: bool = False
    seat: str | None = None
    reference: str | None = None


class Itinerary(BaseModel):
    """What the page shows; `spent` is what the booked flights cost, in pounds."""

    trip: Trip | None = None
    out: Booking | None = None
    back: Booking | None = None
    spent: int = 0


def travel_tools(*, reading_s: float) -> list[ChatTool]:
    """Return the tools; `reading_s` sets how long looking up fares takes, in seconds."""

    @function_tool
    async def plan_trip(city: CityName, out: date | None = None, back: date | None = None):
        """Begin a trip from London and show it on the page.

        Without days, it is three days in about five weeks.
        """
        first, last = default_days(datetime.now(UTC).date())
        out, back = out or first, back or (out + timedelta(days=2) if out else last)
        place = CITIES[city]
        yield SetTrip(
            id=_trip_id(place, out),
            city=city,
            code=place.code,
            airport=place.airport,
            lat=place.lat,
            lng=place.lng,
            out=f"{out}",
            back=f"{back}",
            budget=place.budget,
        ).event(replay="latest")
        yield {"city": city, "out": f"{out}", "back": f"{back}", "budget": place.budget}

    @function_tool
    async def show_fares(city: CityName, leg: Leg, day: date):
        """Show a chart of the lowest fares around a day."""
        yield ProgressUpdateEvent(icon="search", text="Looking up fares…")
        await asyncio.sleep(reading_s)
        fares = lowest_fares(CITIES[city], leg, day)
        yield fares_card(route_of(CITIES[city], leg), fares, day)
        yield {f"{each}": fare for each, fare in fares.items()}

    @function_tool
    async def choose_flight(context: AgentContext, trip_out: date, leg: Leg, city: CityName, day: date):
        """Let the person choose a flight of a day, which the page then shows; it is not booked by that.

        `trip_out`: the first day of the trip.
        """
        yield ProgressUpdateEvent(icon="lucide:plane", text="Asking the airlines…")
        await asyncio.sleep(reading_s)
        place = CITIES[city]
        flights = place.flights[leg]
        offered = ", ".join(f"{each.number} {each.departs} £{each.fare(day)}" for each in flights)
        answer = await _ask(context, flight_list(flights, day, route_of(place, leg)), offered)
        if isinstance(answer, str):
            yield answer
            return
        flight = next(each for each in flights if each.number == answer.payload["flight"])
        chosen = _leg(place, flight, leg, trip_out, day)
        yield chosen.event(replay="latest", key=f"{chosen.trip}.{leg}")
        yield {"flight": flight.number, "fare": flight.fare(day)}

    @function_tool
    async def show_guide(context: AgentContext, city: CityName):
        """Show the desk's notes on a city: what to do there between two meetings."""

        async def words() -> AsyncGenerator[str]:
            for word in WORDS.findall(GUIDES[city]):
                await asyncio.sleep(reading_s / 20)
                yield word

        await context.stream_widget(guide_card(CITIES[city], words()), copy_text=GUIDES[city])
        return f"Shown. The notes say:\n{GUIDES[city]}"

    asking = [choose_flight, ask_traveller, choose_seat, buy_ticket]
    return [plan_trip, show_fares, *asking, show_guide, get_itinerary]


@function_tool
async def ask_traveller(context: AgentContext, back: date, name: str | None = None, email: str | None = None):
    """Ask for the details of the traveller with a form. `back`: the last day of the trip."""
    until = back + timedelta(days=PASSPORT_DAYS)
    given: dict[str, Any] = {"name": name, "email": email}
    problem: str | None = None
    while True:
        form = traveller_form(passport_until=until, given=given, problem=problem)
        answer = await _ask(context, form, "A form for the traveller's details")
        if isinstance(answer, str):
            yield answer
            return
        given, problem = answer.payload, _problem(answer.payload, until)
        if problem is None:
            yield {
                "name": given["name"].strip(),
                **{key: given[key] for key in ("email", "bag", "vegetarian")},
            }
            return


@widget_tool(timeout_s=ANSWER_S)
async def choose_seat(flight: str, leg: Leg, day: date):
    """Let the person choose a seat on a map of the cabin. `seat.any` means that any seat will do."""
    _, found = _found(flight, leg)
    return seat_card(found, day, occupied_seats(found, day))


@function_tool
async def buy_ticket(
    context: AgentContext,
    flight: str,
    leg: Leg,
    day: date,
    trip_out: date,
    traveller: Traveller,
    seat: str | None = None,
):
    """Book a flight if the person agrees, who is shown what is booked and what it costs.

    `trip_out`: the first day of the trip.
    """
    city, found = _found(flight, leg)
    if seat is not None and (seat_fee(seat) is None or seat in occupied_seats(found, day)):
        yield f"Seat {seat} is not free: let the person choose another one. Nothing is booked."
        return
    prices = [("Fare", found.fare(day))]
    prices += [(f"Seat {seat}", fee)] if seat and (fee := seat_fee(seat)) else []
    prices += [("Checked bag", BAGS[traveller.bag][1])] if traveller.bag == "checked" else []
    rows = [
        ("Flight", f"{found.carrier} {found.number}"),
        ("Day", day_name(day)),
        ("Times", f"{found.departs} – {found.arrives}"),
        ("Traveller", traveller.name),
        ("Seat", seat or "Any, at check-in"),
        ("Meal", "Vegetarian" if traveller.vegetarian else "Standard"),
    ]
    agree = ActionConfig(type="booking.confirm", payload={"flight": found.number, "day": f"{day}"})
    card = booking_card(route_of(city, leg), rows, prices, action=agree)
    price = sum(each for _, each in prices)
    answer = await _ask(context, card, f"{found.number} on {day} for {traveller.name}, £{price}")
    if isinstance(answer, str):
        yield f"{answer} Nothing is booked."
        return
    reference = f"TD-{crc32(f'{found.number} {day} {traveller.name} {seat}'.encode()) % 16**5:05X}"
    booked = _leg(city, found, leg, trip_out, day).model_copy(
        update={
            "price": price,
            "status": "booked",
            "traveller": traveller.name,
            "email": traveller.email,
            "bag": traveller.bag,
            "vegetarian": traveller.vegetarian,
            "seat": seat,
            "reference": reference,
        }
    )
    yield booked.event(replay="latest", key=f"{booked.trip}.{leg}")
    yield {"reference": reference, "price": price}


@client_tool(timeout_s=30)
async def get_itinerary() -> Itinerary:
    """Read the trip on the page, with its flights and what is booked."""
    ...


async def _ask(context: AgentContext, widget: Card | ListView, copy_text: str) -> Action[str, Any] | str:
    """Return the answer to a widget, or in words that there is none."""
    try:
        answer = await context.ask_widget(widget, timeout_s=ANSWER_S, copy_text=copy_text)
    except ClientToolError as error:
        return f"No answer ({error.code}): {error}"
    return "The person does not want to go on." if answer.type.endswith(".cancel") else answer


def _problem(given: dict[str, Any], until: date) -> str | None:
    """Return what a browser does not check, or a page that was changed: None if all is well."""
    if not str(given.get("name") or "").strip() or "@" not in str(given.get("email") or ""):
        return "Please give a name and an email address."
    if given.get("bag") not in BAGS:
        return "Please choose the luggage."
    passport = str(given.get("passport") or "")
    if not passport:
        return "Please choose the day until which the passport is valid."
    if passport[:10] < f"{until}":
        return f"The passport must be valid until {until:%d %B %Y} at least, three months after the trip."
    return None


def _found(number: str, leg: Leg) -> tuple[City, Flight]:
    found = find_flight(number, leg)
    if found is None:
        raise LookupError(f"there is no flight {number} {leg}: let the person choose one with choose_flight")
    return found


def _leg(city: City, flight: Flight, leg: Leg, trip_out: date, day: date) -> SetLeg:
    return SetLeg(
        trip=_trip_id(city, trip_out),
        leg=leg,
        **line_of(flight),
        day=f"{day}",
        price=flight.fare(day),
        status="chosen",
    )


def _trip_id(city: City, out: date) -> str:
    return f"{city.code}-{out}"
