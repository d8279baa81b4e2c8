"""The travel desk's server: what it asks with widgets, and what it does with the answers."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.server.app import user_input
from tests.server.durable import Reading, ask, fetch, open_stream
from turnstream.demos.scripted import Call, Decide, Heard, Say, ScriptedModel
from turnstream.demos.travel.script import decide
from turnstream.demos.travel.server import TravelServer
from turnstream.errors import ConflictError, InvalidRequestError
from turnstream.store import MemoryStore

ACT = "threads.custom_action"
CHOOSE: dict[str, Any] = {"type": "flight.choose", "payload": {"flight": "TE 204"}}
TRAVELLER: dict[str, Any] = {
    "name": "Nora Lindqvist",
    "email": "nora@ashandalder.example",
    "bag": "checked",
    "passport": "2099-05-01T00:00:00.000Z",
    "vegetarian": True,
}
SAVE: dict[str, Any] = {"type": "traveller.save", "payload": TRAVELLER}


class Desk:
    """One conversation with the desk."""

    def __init__(self, server: TravelServer, reading: Reading) -> None:
        self.server = server
        self.reading = reading

    async def widget(self) -> dict[str, Any]:
        """Return the item that the turn waits for next."""
        await self.reading.until("turnstream.call_waiting")
        return self.reading.events[-2]["item"]

    async def answer(self, item: dict[str, Any], action: dict[str, Any]) -> None:
        place = {"thread_id": item["thread_id"], "item_id": item["id"]}
        assert await fetch(self.server, ACT, **place, action=action) == {"status": "accepted"}

    @property
    def effects(self) -> list[dict[str, Any]]:
        return [event for event in self.reading.events if event["type"] == "client_effect"]

    async def said(self) -> str:
        """Return the text of the answer, when the turn is over."""
        done = [each for each in await self.reading.rest() if each["type"] == "thread.item.done"]
        return done[-1]["item"]["content"][0]["text"]


@asynccontextmanager
async def visiting(text: str, script: Decide = decide) -> AsyncGenerator[Desk]:
    server = TravelServer(MemoryStore(), model=ScriptedModel(script, token_delay_s=0), reading_s=0)
    await server.open()
    try:
        yield Desk(server, await open_stream(server, "threads.create", input=user_input(text)))
    finally:
        await server.close()


def booking_action(item: dict[str, Any]) -> dict[str, Any]:
    action = item["widget"]["confirm"]["action"]
    return {"type": action["type"], "payload": action["payload"]}


async def test_a_flight_is_booked_by_four_answers() -> None:
    async with visiting("Plan a trip to Lisbon") as desk:
        flights = await desk.widget()
        assert flights["widget"]["type"] == "ListView"
        await desk.answer(flights, CHOOSE)
        form = await desk.widget()
        names = [effect["name"] for effect in desk.effects]
        assert names == ["set_trip", "set_leg"]
        chosen = desk.effects[-1]["data"]
        assert (chosen["status"], chosen["reference"]) == ("chosen", None)
        await desk.answer(form, SAVE)
        await desk.answer(await desk.widget(), {"type": "seat.any"})
        booking = await desk.widget()
        price = chosen["price"] + 32
        assert booking["widget"]["confirm"]["label"] == f"Book for £{price}"
        assert len(desk.effects) == 2, "something was booked before the person agreed"
        await desk.answer(booking, booking_action(booking))
        words = await desk.said()
        booked = desk.effects[-1]
        assert (booked["data"]["status"], booked["data"]["price"]) == ("booked", price)
        assert booked["data"]["traveller"] == "Nora Lindqvist"
        assert booked["key"] == f"{desk.effects[0]['data']['id']}.out"
        assert booked["data"]["reference"] in words


async def test_who_does_not_confirm_has_booked_nothing() -> None:
    async with visiting("Plan a trip to Vienna") as desk:
        await desk.answer(await desk.widget(), {"type": "flight.choose", "payload": {"flight": "HX 40"}})
        await desk.answer(await desk.widget(), SAVE)
        await desk.answer(await desk.widget(), {"type": "seat.any"})
        await desk.answer(await desk.widget(), {"type": "booking.cancel"})
        assert "Nothing was booked" in await desk.said()
        assert [effect["data"].get("status") for effect in desk.effects] == [None, "chosen"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"passport": None}, "until which the passport is valid"),
        ({"passport": "2027-01-08T00:00:00.000Z"}, "three months after the trip"),
        ({"name": "  "}, "a name and an email address"),
        ({"email": "nobody"}, "a name and an email address"),
        ({"bag": "elephant"}, "choose the luggage"),
    ],
)
async def test_a_form_that_lacks_something_comes_again_with_what_it_had(
    change: dict[str, Any], problem: str
) -> None:
    async with visiting("Plan a trip to Lisbon") as desk:
        await desk.answer(await desk.widget(), CHOOSE)
        await desk.answer(await desk.widget(), {**SAVE, "payload": {**TRAVELLER, **change}})
        again = (await desk.widget())["widget"]
        assert problem in again["children"][0]["value"]
        name = again["children"][1]["children"][1]
        assert name.get("defaultValue") == {**TRAVELLER, **change}["name"]
        assert again["children"][-1]["defaultChecked"] is True


async def test_a_page_cannot_choose_what_was_not_offered() -> None:
    async with visiting("Plan a trip to Lisbon") as desk:
        item = await desk.widget()
        place = {"thread_id": item["thread_id"], "item_id": item["id"]}
        other = {"type": "flight.choose", "payload": {"flight": "HX 40"}}
        with pytest.raises(InvalidRequestError):
            await ask(desk.server, ACT, **place, action=other)
        await desk.answer(item, CHOOSE)
        with pytest.raises(ConflictError):
            await ask(
                desk.server,
                ACT,
                **place,
                action={"type": "flight.choose", "payload": {"flight": "HX 18"}},
            )


def buying(**changes: Any) -> Decide:
    """The script of a model that asks for a ticket at once, and says what it hears."""
    given = {
        "flight": "TE 204",
        "leg": "out",
        "day": "2027-01-06",
        "trip_out": "2027-01-06",
        "traveller": {"name": "Nora Lindqvist", "email": "nora@ashandalder.example"},
    }

    def script(heard: Heard) -> Any:
        if "buy_ticket" not in heard.results:
            return Call("buy_ticket", {**given, **changes})
        return Say(heard.results["buy_ticket"])

    return script


@pytest.mark.parametrize("seat", ["6A", "1B", "99Z"])
async def test_a_seat_that_is_not_free_is_not_sold(seat: str) -> None:
    async with visiting("Buy it", buying(seat=seat)) as desk:
        assert await desk.said() == (
            f"Seat {seat} is not free: let the person choose another one. Nothing is booked."
        )


@pytest.mark.parametrize(("seat", "fee"), [("6D", 24), (None, 0)])
async def test_the_price_has_the_seat(seat: str | None, fee: int) -> None:
    async with visiting("Buy it", buying(seat=seat)) as desk:
        item = await desk.widget()
        await desk.answer(item, booking_action(item))
        await desk.said()
        assert desk.effects[-1]["data"]["price"] == 89 + fee


async def test_the_notes_grow_and_end_complete() -> None:
    async with visiting("What is there to do in Copenhagen?") as desk:
        await desk.said()
        deltas = [
            event["update"]["delta"]
            for event in desk.reading.events
            if event["type"] == "thread.item.updated"
            and event["update"]["type"].startswith("widget.streaming_text")
        ]
        widget = next(
            event["item"]["widget"]
            for event in desk.reading.events
            if event["type"] == "thread.item.done" and event["item"]["type"] == "widget"
        )
        assert len(deltas) > 5
        assert widget["children"][0]["value"].startswith("**Morning.**")
        assert widget["children"][0]["streaming"] is False


async def test_the_chart_has_a_bar_for_each_day() -> None:
    async with visiting("What does Vienna cost?") as desk:
        await desk.said()
        card = next(
            event["item"]["widget"]
            for event in desk.reading.events
            if event.get("item", {}).get("type") == "widget"
        )
        chart = card["children"][1]
        assert len(chart["data"]) == 7
        assert [set(row) - {"day"} for row in chart["data"]].count({"yours"}) == 1
