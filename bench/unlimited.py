"""Limits for a server under measurement: all its streams are of one owner."""

from turnstream.limits import Limits

UNLIMITED = Limits(
    open_streams_per_owner=None,
    running_turns_per_owner=None,
    messages_per_minute=None,
    turn_timeout_s=None,
    max_answer_bytes=None,
)
