"""The offline script: what the model decides in the map demo."""

import re
from collections.abc import Sequence
from statistics import fmean

from turnstream.demos.map.places import PLACES, Place, find_places
from turnstream.demos.rules import Rule, answer_of, break_off, decide_by, tell
from turnstream.demos.scripted import Call, Decision, Heard, Say

__all__ = ["decide"]

HELP = """I know my way around London. A few things to try:

- *Show me museums*, or parks, markets, landmarks
- *Plan a walk along the Thames* to see eight stops joined by a line
- Move the map, then ask **where am I looking?**
- *Switch to pick mode*, click a borough, and ask **what did I pick?**
- *Take me to Greenwich*

Ask for **a long story** and stop me whenever you like. Say **break something** to see how an error looks."""

STORY = """## The river that hid its rivers

London is on the Thames, and everybody knows that. It is also on the **Fleet**, the **Tyburn**, the
**Walbrook** and the
**Effra**, and almost nobody has seen them since the reign of Queen Victoria.

| River | Where it runs | Where you can hear it |
| --- | --- | --- |
| Fleet | Hampstead to Blackfriars | through a grating in Ray Street |
| Tyburn | Hampstead to Pimlico | in the basement of an antiques arcade |
| Walbrook | under the Bank of England | nowhere: it is ten metres down |
| Effra | Norwood to Vauxhall | at low tide, from its own small mouth |

They were not lost so much as put away. The Fleet carried ships as far as Holborn, then tanneries, then worse.
By
**1766** it was covered from Holborn to the Thames, and the street on top kept the name.

1. First they were bridged.
2. Then they were roofed, to spare the noses of the neighbours.
3. Then, after the *Great Stink* of 1858, Joseph Bazalgette made them part of his sewers.

He built **1,800 kilometres** of street sewers, and made the main ones twice as wide as his sums required.
"We're only going to do this once," he reportedly said, "and there's always the unforeseen." They are still in
use.

If you follow the bends in an old street that has no reason to bend, you are probably walking beside one of
them."""

WALK = (
    "westminster",
    "london-eye",
    "national-theatre",
    "tate-modern",
    "borough-market",
    "the-shard",
    "tower-bridge",
    "tower-of-london",
)
AREAS = {
    "greenwich": (51.4795, -0.004, 15.0),
    "kew": (51.4787, -0.2956, 14.0),
    "camden": (51.5414, -0.1464, 14.0),
    "westminster": (51.4995, -0.1248, 15.0),
    "the city": (51.5138, -0.0904, 15.0),
    "richmond": (51.4479, -0.2938, 13.0),
}


def _show(heard: Heard, match: re.Match[str]) -> Decision:
    query = match.group("query").strip(" .?!\"'")
    if "search_places" not in heard.results:
        return Call("search_places", {"query": query})
    found = find_places(query)
    if not found:
        return Say(
            f"I couldn't find **{query}** in my gazetteer. Try *museums*, *parks*, *markets* or *landmarks*."
        )
    if "show_places" not in heard.results:
        return _place(found)
    lines = "\n".join(f"- **{place.label}**: {place.note}" for place in found)
    return Say(f"I added {len(found)} places to the map:\n\n{lines}")


def _walk(heard: Heard, match: re.Match[str]) -> Decision:
    stops = [PLACES[place_id] for place_id in WALK]
    if "search_places" not in heard.results:
        return Call("search_places", {"query": "landmarks along the Thames"})
    if "show_places" not in heard.results:
        return [*_place(stops), Call("draw_route", {"ids": [*WALK]})]
    lines = "\n".join(
        f"{number}. **{stop.label}**. {stop.note}" for number, stop in enumerate(stops, start=1)
    )
    return Say(f"Five kilometres, mostly on the south bank, with the river on your left:\n\n{lines}")


def _place(places: Sequence[Place]) -> list[Call]:
    """Put them on the map, and move to their middle, near enough to tell them apart."""
    spread = max(
        max(place.lat for place in places) - min(place.lat for place in places),
        (max(place.lng for place in places) - min(place.lng for place in places)) / 2,
    )
    zoom = next(
        (zoom for zoom, reach in ((15, 0.006), (13.5, 0.025), (12, 0.05), (11, 0.1)) if spread <= reach), 10.5
    )
    middle = {
        "lat": round(fmean(place.lat for place in places), 4),
        "lng": round(fmean(place.lng for place in places), 4),
    }
    return [
        Call("pan_to", {**middle, "zoom": zoom}),
        Call("show_places", {"ids": [place.id for place in places]}),
    ]


def _viewport(heard: Heard, match: re.Match[str]) -> Decision:
    if "get_current_viewport" not in heard.results:
        return Call("get_current_viewport", {})
    view = answer_of(heard, "get_current_viewport")
    if not view:
        return Say("The map didn't respond. Is its page still open?")
    bounds, center = view["bounds"], view["center"]
    seen = [
        place.label
        for place in PLACES.values()
        if bounds["south"] <= place.lat <= bounds["north"] and bounds["west"] <= place.lng <= bounds["east"]
    ]
    borough = view.get("borough")
    where = f"**{borough}** is in the middle" if borough else "The middle is outside London"
    known = (
        f"I know {len(seen)} places in view: {_some(seen)}." if seen else "I don't know any places in view."
    )
    return Say(f"{where} ({center['lat']:.3f}, {center['lng']:.3f}; zoom {view['zoom']:g}). {known}")


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _selection(heard: Heard, match: re.Match[str]) -> Decision:
    if "get_selection" not in heard.results:
        return Call("get_selection", {})
    picked = answer_of(heard, "get_selection").get("selected")
    if not picked:
        return Say(
            "You haven't picked anything yet. Say *switch to pick mode*, then choose a borough or a place "
            "on the map."
        )
    if picked["kind"] == "borough":
        inside = [place.label for place in PLACES.values() if place.id in BOROUGHS.get(picked["label"], ())]
        more = f" I know {_some(inside)} there." if inside else ""
        return Say(f"You picked the borough of **{picked['label']}**.{more}")
    place = PLACES.get(picked["id"])
    where = f", in {picked['borough']}" if picked.get("borough") else ""
    return Say(f"You picked **{picked['label']}**{where}. {place.note if place else ''}".strip())


def _travel(heard: Heard, match: re.Match[str]) -> Decision:
    name = match.group("area").strip(" .?!\"'")
    found = find_places(name)
    if name.lower() in AREAS:
        lat, lng, zoom = AREAS[name.lower()]
    elif found:
        lat, lng, zoom = found[0].lat, found[0].lng, 15.0
    else:
        return Say(f"I don't know the way to **{name}**. Try *Greenwich*, *Kew* or *Tower Bridge*.")
    if "pan_to" not in heard.results:
        return Call("pan_to", {"lat": lat, "lng": lng, "zoom": zoom})
    note = found[0].note if found else "Move around, or ask what's nearby."
    return Say(f"Here is **{name[:1].upper()}{name[1:]}**. {note}")


def _mode(heard: Heard, match: re.Match[str]) -> Decision:
    mode = match.group("mode").lower()
    if "select_mode" not in heard.results:
        return Call("select_mode", {"mode": mode})
    return Say(
        {
            "explore": "Explore mode: drag and zoom as you like, and click a place to see it.",
            "pick": "Pick mode: click a borough or a place, or move the map with the arrow keys and press "
            "Enter.",
            "measure": "Measure mode: click two or more points, and the map adds up the distance.",
        }[mode]
    )


BOROUGHS = {
    "Camden": {"british-museum", "camden-market", "hampstead-heath"},
    "City of London": {"st-pauls", "leadenhall-market"},
    "Greenwich": {"royal-observatory", "cutty-sark", "greenwich-park"},
    "Kensington and Chelsea": {"natural-history-museum", "science-museum", "v-and-a", "portobello-road"},
    "Lambeth": {"london-eye", "national-theatre"},
    "Richmond upon Thames": {"kew-gardens", "richmond-park"},
    "Southwark": {"tate-modern", "globe", "borough-market", "the-shard", "imperial-war-museum"},
    "Tower Hamlets": {"tower-of-london", "tower-bridge"},
    "Wandsworth": {"battersea-power-station"},
    "Westminster": {"westminster", "national-gallery", "buckingham-palace", "hyde-park", "regents-park"},
}

_RULES: list[Rule] = [
    (r"\bwalk\b", _walk),
    (r"\b(?P<mode>explore|pick|measure) mode\b", _mode),
    (r"\b(where am i|looking at|what do i see|viewport)\b", _viewport),
    (r"\b(pick(ed)?|select(ed|ion)?|chose|chosen)\b", _selection),
    (r"\b(?:take me|go|fly|move|bring me) to (?P<area>.+)", _travel),
    (r"\b(?:show|find|search)(?: me| for)*(?: the| some| all)* (?P<query>.+)", _show),
    (r"\b(story|long)\b", tell(STORY)),
    (r"\b(break|crash|fail|error)\b", break_off),
]

_TITLES = [
    (r"\bwalk\b", "A stroll through town"),
    (r"\bmode\b", "Tools of the map"),
    (r"\b(where am i|looking at|what do i see|viewport)\b", "The view right now"),
    (r"\b(pick(ed)?|select(ed|ion)?|chose|chosen)\b", "The place in question"),
    (r"\b(take me|go|fly|move|bring me)\b", "A trip across town"),
    (r"\b(show|find|search)\b", "Places worth a visit"),
    (r"\b(story|long)\b", "An evening tale"),
    (r"\b(break|crash|fail|error)\b", "A lost connection"),
]

decide = decide_by(_RULES, otherwise=HELP, titles=_TITLES, title="Around the city")
