"""What the agent changes on the page: the trip, and the two flights of it."""

from typing import Literal

from turnstream.contracts import Effect
from turnstream.demos.travel.timetable import Leg

__all__ = ["ClearLeg", "ClearTrip", "SetLeg", "SetTrip"]


class SetTrip(Effect):
    """Show the trip that is planned: where to, when, and what it may cost, in pounds."""

    id: str
    """The place and the first day; the flights of the trip name it."""
    city: str
    code: str
    airport: str
    lat: float
    lng: float
    out: str
    back: str
    budget: int


class ClearTrip(Effect):
    """Show no trip: the inverse of `set_trip`."""


class SetLeg(Effect):
    """Show a flight of the trip; `reference` is there once it is booked, and not before."""

    trip: str
    leg: Leg
    number: str
    carrier: str
    origin: str
    destination: str
    day: str
    departs: str
    arrives: str
    duration: str
    price: int
    """In pounds, with the seat and the luggage."""
    status: Literal["chosen", "booked"]
    traveller: str | None = None
    email: str | None = None
    bag: str | None = None
    vegetarian: bool = False
    seat: str | None = None
    reference: str | None = None


class ClearLeg(Effect):
    """Show no flight in this direction: the inverse of `set_leg`."""

    trip: str
    leg: Leg
