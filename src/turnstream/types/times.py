"""Points in time."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator


def to_utc(value: datetime) -> datetime:
    """The same point in time, aware and in UTC; a naive value is taken as this machine's local time."""
    return value if value.tzinfo is UTC else value.astimezone(UTC)


UtcDatetime = Annotated[datetime, AfterValidator(to_utc)]
"""A time that is always aware and in UTC, whatever it was given as."""
