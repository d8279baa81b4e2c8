"""The servers of all demos."""

from pathlib import Path
from typing import Any

from turnstream.attachments import DiskAttachmentStore
from turnstream.demos.claim import script as claim
from turnstream.demos.claim.server import ClaimServer
from turnstream.demos.colony import script as colony
from turnstream.demos.colony.server import ColonyServer
from turnstream.demos.companion import script as companion
from turnstream.demos.companion.server import CompanionServer
from turnstream.demos.map import script as map_script
from turnstream.demos.map.server import MapServer
from turnstream.demos.models import choose_model
from turnstream.demos.names import DemoName
from turnstream.demos.travel import script as travel
from turnstream.demos.travel.server import TravelServer
from turnstream.server import ChatKitServer
from turnstream.store import Store

__all__ = ["make_server"]


SERVERS = {
    "map": (MapServer, map_script.decide),
    "claim": (ClaimServer, claim.decide),
    "colony": (ColonyServer, colony.decide),
    "companion": (CompanionServer, companion.decide),
    "travel": (TravelServer, travel.decide),
}

PHOTO_TYPES = ("image/png", "image/jpeg", "image/webp")


def make_server(
    name: DemoName, store: Store[Any], *, data: Path, token_delay_s: float, reading_s: float
) -> ChatKitServer[Any]:
    """Return the server of the demo called `name`; what people attach goes into the folder `data`."""
    server, decide = SERVERS[name]
    model = choose_model(decide, token_delay_s=token_delay_s)
    if server is ClaimServer:
        photos = DiskAttachmentStore[Any](data / "claim-photos", allowed_types=PHOTO_TYPES)
        return ClaimServer(store, model=model, reading_s=reading_s, attachment_store=photos)
    return server(store, model=model, reading_s=reading_s)
