"""When the streams of models are read: at once while little happens, on the tick of the turns under load."""

import asyncio
from typing import TYPE_CHECKING

from turnstream.turns.flush_timer import FlushTimer

if TYPE_CHECKING:
    import aiohttp

__all__ = ["rest", "resume"]


def rest(timer: FlushTimer, response: "aiohttp.ClientResponse") -> None:
    """Under load, read no more of a response until the text that came of it has been sent.

    What arrives meanwhile stays in the buffers of the system, and is read at once: a read costs what ten
    tokens cost.
    """
    transport = _transport_of(response)
    if transport is not None and timer.after_tick(lambda: _resume(transport)):
        transport.pause_reading()


def resume(response: "aiohttp.ClientResponse") -> None:
    """Let a response rest no more: its connection may be for another request soon."""
    transport = _transport_of(response)
    if transport is not None:
        _resume(transport)


def _transport_of(response: "aiohttp.ClientResponse") -> asyncio.Transport | None:
    """Return the transport of a response; None if its body has ended: another request may have it by now."""
    connection = response.connection
    return None if connection is None or response.content.is_eof() else connection.transport


def _resume(transport: asyncio.Transport) -> None:
    if not transport.is_closing() and not transport.is_reading():
        transport.resume_reading()
