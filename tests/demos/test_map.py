"""What the city map's script decides, and the places that it knows."""

import pytest

from tests.demos.decisions import called, said
from turnstream.demos.map.places import PLACES, find_places
from turnstream.demos.map.script import decide
from turnstream.demos.scripted import Call


@pytest.mark.parametrize(
    ("query", "count", "first"),
    [
        ("museums", 8, "British Museum"),
        ("parks and gardens", 6, "Hyde Park"),
        ("Tower Bridge", 1, "Tower Bridge"),
    ],
)
def test_places_are_found_by_kind_or_name(query: str, count: int, first: str) -> None:
    found = find_places(query)
    assert (len(found), found[0].label) == (count, first)


def test_places_are_in_london() -> None:
    assert len(PLACES) >= 25
    assert all(51.28 < place.lat < 51.70 and -0.52 < place.lng < 0.34 for place in PLACES.values())
    assert find_places("volcano") == []


def test_the_map_searches_places_moves_and_tells() -> None:
    assert [call.name for call in called(decide, "Show me museums")] == ["search_places"]
    calls = called(decide, "Show me museums", search_places="british-museum: …")
    assert [call.name for call in calls] == ["pan_to", "show_places"]
    assert len(calls[1].arguments["ids"]) == 8
    received = said(decide, "Show me museums", search_places="…", show_places="On the map")
    assert received.startswith("I added 8 places to the map")


def test_a_walk_is_drawn_in_the_order_of_its_stops() -> None:
    calls = called(decide, "Plan a walk along the Thames", search_places="…")
    assert [call.name for call in calls] == ["pan_to", "show_places", "draw_route"]
    assert calls[1].arguments["ids"] == calls[2].arguments["ids"]


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("Where am I looking?", Call("get_current_viewport", {})),
        ("What did I pick?", Call("get_selection", {})),
        ("Switch to pick mode", Call("select_mode", {"mode": "pick"})),
        ("Take me to Greenwich", Call("pan_to", {"lat": 51.4795, "lng": -0.004, "zoom": 15.0})),
        ("take me to the Shard!", Call("pan_to", {"lat": 51.5045, "lng": -0.0865, "zoom": 15.0})),
    ],
)
def test_the_map_does_what_it_is_told(text: str, call: Call) -> None:
    assert called(decide, text) == [call]


def test_the_map_tells_what_the_page_answers() -> None:
    view = {
        "center": {"lat": 51.48, "lng": 0.0},
        "zoom": 14,
        "bounds": {"south": 51.47, "west": -0.02, "north": 51.49, "east": 0.02},
        "borough": "Greenwich",
    }
    received = said(decide, "Where am I looking?", get_current_viewport=view)
    assert "**Greenwich** is in the middle" in received
    assert "3 places in view: Royal Observatory, Cutty Sark, Greenwich Park" in received
    assert "didn't respond" in said(
        decide, "Where am I looking?", get_current_viewport="The page gave no result"
    )
    borough = {"selected": {"id": "camden", "label": "Camden", "kind": "borough", "lat": 51.5, "lng": -0.1}}
    assert "borough of **Camden**" in said(decide, "What did I pick?", get_selection=borough)
    assert "haven't picked anything" in said(decide, "What did I pick?", get_selection={"selected": None})


@pytest.mark.parametrize(
    ("text", "answer"), [("hello?", "A few things to try"), ("Tell me a long story", "Bazalgette")]
)
def test_the_script_helps_and_tells_a_story(text: str, answer: str) -> None:
    assert answer in said(decide, text)
