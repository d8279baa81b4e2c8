"""A gazetteer of London: places with their true coordinates."""

import json
import re
from dataclasses import dataclass
from importlib.resources import files

__all__ = ["PLACES", "Place", "find_places"]

WORDS = re.compile(r"\w+")
KINDS = {"museums": "museum", "galleries": "museum", "sights": "landmark", "parks": "park", "gardens": "park"}


@dataclass(frozen=True, slots=True)
class Place:
    id: str
    label: str
    kind: str
    lat: float
    lng: float
    note: str


def _load() -> dict[str, Place]:
    rows = json.loads(files("turnstream.demos.map").joinpath("places.json").read_text("utf-8"))
    return {row["id"]: Place(**row) for row in rows}


PLACES = _load()
"""By id, in the order of kinds."""


def find_places(query: str) -> list[Place]:
    """Return the places of the kind that `query` names, or else those whose names have most of its words."""
    words = [word.lower() for word in WORDS.findall(query)]
    kinds = {KINDS.get(word, word.removesuffix("s")) for word in words}
    of_kind = [place for place in PLACES.values() if place.kind in kinds]
    return of_kind or _by_name(set(words))


def _by_name(words: set[str]) -> list[Place]:
    scores = {place.id: len(words & set(WORDS.findall(place.label.lower()))) for place in PLACES.values()}
    best = max(scores.values())
    return [PLACES[place_id] for place_id, score in scores.items() if score == best > 0]
