"""The widgets that the travel desk asks with, and the seat map, which is a component of its own."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from pydantic import BaseModel

from turnstream.demos.travel.timetable import BAGS, CABINS, City, Flight, Leg
from turnstream.widgets import (
    ActionConfig,
    Badge,
    BarSeries,
    Button,
    Caption,
    Card,
    Chart,
    Checkbox,
    Col,
    Component,
    DatePicker,
    Divider,
    Input,
    Label,
    ListView,
    ListViewItem,
    Markdown,
    Row,
    Select,
    SelectOption,
    Spacer,
    Text,
    Title,
)

__all__ = [
    "SeatMap",
    "booking_card",
    "day_name",
    "fares_card",
    "flight_list",
    "guide_card",
    "line_of",
    "route_of",
    "seat_card",
    "traveller_form",
]


class CabinRows(BaseModel):
    """Rows `first` to `last`, at one price; the space in `letters` is the aisle."""

    name: str
    first: int
    last: int
    letters: str
    price: int


class SeatMap(Component, name="travel.SeatMap"):
    """A plan of the cabin. The chosen seat, such as "7C", is the field `name` of the form around it."""

    name: str
    cabins: list[CabinRows]
    occupied: list[str]


def day_name(day: date) -> str:
    """`Wednesday 23 December`."""
    return f"{day:%A} {day.day} {day:%B}"


def flight_list(flights: Sequence[Flight], day: date, route: str) -> ListView:
    """The flights of a day; each is chosen by a click, or only shown on the page by its button."""
    cheapest = min(flight.fare(day) for flight in flights)
    return ListView(
        status={"text": f"{route} · {day_name(day)}", "icon": "calendar"},
        children=[_flight_item(flight, day, is_cheapest=flight.fare(day) == cheapest) for flight in flights],
    )


def _flight_item(flight: Flight, day: date, *, is_cheapest: bool) -> ListViewItem:
    choose = ActionConfig(type="flight.choose", payload={"flight": flight.number})
    line = {**line_of(flight), "day": f"{day}", "price": flight.fare(day)}
    show = ActionConfig(type="flight.show", payload=line, handler="client")
    cheapest = [Badge(label="Lowest", color="success", size="sm")] if is_cheapest else []
    times = Text(value=f"{flight.departs} – {flight.arrives}", weight="semibold")
    details = Caption(value=f"{flight.carrier} {flight.number} · {flight.duration}")
    button = Button(label="Preview", onClickAction=show, variant="outline", size="xs")
    return ListViewItem(
        key=flight.number,
        onClickAction=choose,
        children=[
            Col(
                flex=1,
                gap=0,
                children=[Row(gap=2, align="center", wrap="wrap", children=[times, *cheapest]), details],
            ),
            Text(value=f"£{flight.fare(day)}", weight="semibold"),
            button,
        ],
    )


def line_of(flight: Flight) -> dict[str, Any]:
    """The flight as its line on the page shows it."""
    return {
        "number": flight.number,
        "carrier": flight.carrier,
        "origin": flight.origin,
        "destination": flight.destination,
        "departs": flight.departs,
        "arrives": flight.arrives,
        "duration": flight.duration,
    }


def fares_card(route: str, fares: Mapping[date, int], day: date) -> Card:
    """The lowest fare of each day as bars; the day of the trip has a colour of its own."""
    rows: list[dict[str, str | int | float]] = [
        {"day": f"{each:%a} {each.day}", ("yours" if each == day else "other"): fare}
        for each, fare in fares.items()
    ]
    return Card(
        size="lg",
        children=[
            Col(
                gap=0,
                children=[
                    Title(value=f"{route}, lowest fares", size="sm"),
                    Caption(value=f"In pounds, one way, around {day_name(day)}"),
                ],
            ),
            Chart(
                data=rows,
                series=[
                    BarSeries(dataKey="other", label="Other days", stack="fare", color=QUIET_BARS),
                    BarSeries(dataKey="yours", label="Your day", stack="fare", color=YOUR_BAR),
                ],
                xAxis="day",
                showYAxis=True,
                showLegend=True,
                height=190,
            ),
        ],
    )


QUIET_BARS: Any = {"light": "#a9c6bd", "dark": "#45645b"}
YOUR_BAR: Any = {"light": "#16705a", "dark": "#63c8a9"}


def traveller_form(
    *, passport_until: date, given: Mapping[str, Any] | None = None, problem: str | None = None
) -> Card:
    """The form of a traveller; `given` is what was filled in before, `problem` what is wrong with it."""
    given = given or {}
    bags: list[SelectOption] = [
        {"value": bag, "label": name, "description": f"£{price}" if price else "Included"}
        for bag, (name, price) in BAGS.items()
    ]
    problems = [Text(value=problem, color="danger", size="sm")] if problem else []
    return Card(
        size="lg",
        asForm=True,
        status={"text": "Traveller", "icon": "user"},
        confirm={"label": "Continue", "action": ActionConfig(type="traveller.save")},
        cancel={"label": "Not now", "action": ActionConfig(type="traveller.cancel")},
        children=[
            *problems,
            _field("Full name", _name_input(given)),
            _field("Email for the ticket", _email_input(given)),
            _field(
                "Luggage",
                Select(name="bag", options=bags, defaultValue=given.get("bag", "cabin"), block=True),
            ),
            _field(
                "Passport valid until",
                DatePicker(
                    name="passport",
                    min=_midnight(passport_until),
                    defaultValue=given.get("passport"),
                    placeholder="Choose a day",
                    block=True,
                ),
            ),
            Checkbox(
                name="vegetarian", label="A vegetarian meal", defaultChecked=given.get("vegetarian", False)
            ),
        ],
    )


def _name_input(given: Mapping[str, Any]) -> Input:
    return Input(name="name", required=True, defaultValue=given.get("name"), placeholder="Nora Lindqvist")


def _email_input(given: Mapping[str, Any]) -> Input:
    return Input(
        name="email",
        inputType="email",
        required=True,
        defaultValue=given.get("email"),
        placeholder="nora@ashandalder.example",
    )


def _field(label: str, control: Input | Select | DatePicker) -> Col:
    return Col(gap=1, children=[Label(value=label, fieldName=control.name), control])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def seat_card(flight: Flight, day: date, occupied: Sequence[str]) -> Card:
    """The seat map of a flight, from which one seat is taken."""
    cabins = [
        CabinRows(name=each.name, first=each.first, last=each.last, letters=each.letters, price=each.price)
        for each in CABINS
    ]
    return Card(
        size="lg",
        asForm=True,
        status={"text": f"{flight.carrier} {flight.number} · {day_name(day)}", "icon": "lucide:plane"},
        confirm={"label": "Take this seat", "action": ActionConfig(type="seat.take")},
        cancel={"label": "Any seat", "action": ActionConfig(type="seat.any")},
        children=[SeatMap(key="seats", name="seat", cabins=cabins, occupied=list(occupied))],
    )


def booking_card(
    title: str, rows: Sequence[tuple[str, str]], prices: Sequence[tuple[str, int]], *, action: ActionConfig
) -> Card:
    """All that is going to be booked, and what each part costs."""
    total = sum(price for _, price in prices)
    return Card(
        size="lg",
        status={"text": "Check before you book", "icon": "check-circle"},
        confirm={"label": f"Book for £{total}", "action": action},
        cancel={"label": "Not now", "action": ActionConfig(type="booking.cancel")},
        children=[
            Title(value=title, size="md"),
            Col(gap=1, children=[_labelled(label, value) for label, value in rows]),
            Divider(flush=True),
            Col(gap=1, children=[_labelled(label, f"£{price}") for label, price in prices]),
            Divider(flush=True),
            Row(
                children=[
                    Text(value="Total", weight="semibold"),
                    Spacer(),
                    Text(value=f"£{total}", weight="semibold"),
                ]
            ),
            Caption(value="Free to cancel: undo it under the answer."),
        ],
    )


def _labelled(label: str, value: str) -> Row:
    return Row(
        gap=3,
        children=[Text(value=label, color="secondary"), Spacer(), Text(value=value, textAlign="end")],
    )


async def guide_card(city: City, words: AsyncGenerator[str]) -> AsyncGenerator[Card]:
    """A page about a city that grows with `words`."""
    text = ""
    async for word in words:
        text += word
        yield _guide(city, text, is_streaming=True)
    yield _guide(city, text, is_streaming=False)


def _guide(city: City, text: str, *, is_streaming: bool) -> Card:
    return Card(
        size="lg",
        status={"text": f"{city.name}, between two meetings", "icon": "compass"},
        children=[Markdown(id="guide", value=text, streaming=is_streaming)],
    )


def route_of(city: City, leg: Leg) -> str:
    """`London to Lisbon`."""
    return f"London to {city.name}" if leg == "out" else f"{city.name} to London"
