"""Cities, flights, fares and seats: what the travel desk sells. The airlines are made up."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from typing import Literal
from zlib import crc32

__all__ = [
    "BAGS",
    "CABINS",
    "CITIES",
    "HOME",
    "Bag",
    "Cabin",
    "City",
    "CityName",
    "Flight",
    "Leg",
    "default_days",
    "find_flight",
    "lowest_fares",
    "occupied_seats",
    "seat_fee",
]

CityName = Literal["Lisbon", "Copenhagen", "Vienna"]
Leg = Literal["out", "back"]
Bag = Literal["cabin", "checked"]

HOME = "LHR"
"""London Heathrow, where every trip begins and ends."""

BAGS: dict[Bag, tuple[str, int]] = {
    "cabin": ("Cabin bag only", 0),
    "checked": ("One checked bag, 23 kg", 32),
}
"""Maps each choice of luggage to its name and its price in pounds."""

WEEKDAYS = (1.1, 0.94, 0.9, 1.0, 1.24, 0.97, 1.18)
"""Monday to Sunday: what the day does to a fare."""

NOTICE_DAYS = 35
WEDNESDAY = 2


@dataclass(frozen=True, slots=True)
class Cabin:
    """Neighbouring rows that are sold at one price, in pounds on top of the fare."""

    name: str
    first: int
    last: int
    letters: str
    """The seats of a row; the space is the aisle."""
    price: int


CABINS = (
    Cabin("Premier", 1, 2, "AC DF", 60),
    Cabin("Standard", 3, 5, "ABC DEF", 0),
    Cabin("Extra legroom", 6, 7, "ABC DEF", 24),
    Cabin("Standard", 8, 12, "ABC DEF", 0),
)


@dataclass(frozen=True, slots=True)
class Flight:
    """A daily flight; the times are local."""

    number: str
    carrier: str
    origin: str
    destination: str
    departs: str
    arrives: str
    minutes: int
    base_fare: int

    @property
    def duration(self) -> str:
        """`2 h 50 min`."""
        return f"{self.minutes // 60} h {self.minutes % 60:02} min"

    def fare(self, day: date) -> int:
        """Return the price in pounds on this day, the same whenever it is asked for."""
        wobble = crc32(f"{self.number} {day}".encode()) % 15 - 7
        return round(self.base_fare * WEEKDAYS[day.weekday()]) + wobble


@dataclass(frozen=True, slots=True)
class City:
    """Where one can fly to, with its flights and what a trip there should cost at most, in pounds."""

    code: str
    name: CityName
    airport: str
    lat: float
    lng: float
    budget: int
    flights: dict[Leg, tuple[Flight, ...]]


def _load() -> dict[CityName, City]:
    rows = json.loads(files("turnstream.demos.travel").joinpath("cities.json").read_text("utf-8"))
    cities: dict[CityName, City] = {}
    for row in rows:
        hours, out, back = row.pop("hours_ahead"), row.pop("out"), row.pop("back")
        flights: dict[Leg, tuple[Flight, ...]] = {
            "out": tuple(_flight(each, HOME, row["code"], hours) for each in out),
            "back": tuple(_flight(each, row["code"], HOME, -hours) for each in back),
        }
        cities[row["name"]] = City(**row, flights=flights)
    return cities


def _flight(row: dict[str, str | int], origin: str, destination: str, hours: int) -> Flight:
    departs, minutes = str(row["departs"]), int(row["minutes"])
    landing = int(departs[:2]) * 60 + int(departs[3:]) + minutes + hours * 60
    return Flight(
        number=str(row["number"]),
        carrier=str(row["carrier"]),
        origin=origin,
        destination=destination,
        departs=departs,
        arrives=f"{landing // 60:02}:{landing % 60:02}",
        minutes=minutes,
        base_fare=int(row["fare"]),
    )


CITIES = _load()


def find_flight(number: str, leg: Leg) -> tuple[City, Flight] | None:
    """Return the flight with this number in this direction, and its city."""
    for city in CITIES.values():
        for flight in city.flights[leg]:
            if flight.number == number:
                return city, flight
    return None


def default_days(today: date) -> tuple[date, date]:
    """Return a Wednesday at least five weeks away, and the Friday after it."""
    out = today + timedelta(days=NOTICE_DAYS)
    out += timedelta(days=(WEDNESDAY - out.weekday()) % 7)
    return out, out + timedelta(days=2)


def lowest_fares(city: City, leg: Leg, day: date) -> dict[date, int]:
    """Return the lowest fare of each day, from three days before `day` to three after it."""
    days = [day + timedelta(days=offset) for offset in range(-3, 4)]
    return {each: min(flight.fare(each) for flight in city.flights[leg]) for each in days}


def _seats() -> Iterator[tuple[str, Cabin]]:
    for cabin in CABINS:
        for row in range(cabin.first, cabin.last + 1):
            yield from ((f"{row}{letter}", cabin) for letter in cabin.letters if letter != " ")


SEATS = dict(_seats())


def seat_fee(seat: str) -> int | None:
    """Return the price of a seat in pounds, on top of the fare; None if there is no such seat."""
    return SEATS[seat].price if seat in SEATS else None


def occupied_seats(flight: Flight, day: date) -> list[str]:
    """Return the seats that others have."""
    return [seat for seat in SEATS if crc32(f"{flight.number} {day} {seat}".encode()) % 100 < 46]
