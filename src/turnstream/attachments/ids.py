"""Ids of attachments, as names of files."""

import re

__all__ = ["checked_id"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,127}")


def checked_id(attachment_id: str) -> str:
    """Return the id.

    Raises:
        ValueError: it is not made of 8 to 128 letters, digits, hyphens and underscores, as the name of a file
            must be.
    """
    if _ID.fullmatch(attachment_id) is None:
        raise ValueError(
            f"the attachment id {attachment_id[:100]!r} must have 8 to 128 letters, digits, hyphens and "
            "underscores: change generate_attachment_id()"
        )
    return attachment_id
