"""Turns: responses that run apart from the connections that read them."""

from turnstream.eventlog.base import TurnStatus
from turnstream.turns.client_calls import ClientToolError
from turnstream.turns.items.text import stream_text
from turnstream.turns.items.visibility import is_hidden, thread_response
from turnstream.turns.program import TurnProgram
from turnstream.turns.registry import Turns
from turnstream.turns.turn import Turn
from turnstream.wire.frames import event_frame, to_json

__all__ = [
    "ClientToolError",
    "Turn",
    "TurnProgram",
    "TurnStatus",
    "Turns",
    "event_frame",
    "is_hidden",
    "stream_text",
    "thread_response",
    "to_json",
]
