"""Where the server sends the files of a hosted store: below the URL of the chat."""

import re

__all__ = ["FOLDER", "MESSAGE", "SIZE", "attachment_id_in", "file_url"]

FOLDER = "attachments"
"""The folder of the files below the URL of the chat."""

SIZE = "size"
"""The key of the size in an attachment's metadata, which stays on the server."""

MESSAGE = "turnstream_message"
"""The key, in an attachment's metadata, of the id of the message that is the first to have it.

An attachment gets its thread before the message is stored, so that no message has one that is swept. If the
process dies between the two, this id shows that the attachment is still unsent.
"""

_FILE_URL = re.compile(rf"https?://[^?#]*/{FOLDER}/([A-Za-z0-9_-]+)")


def file_url(base_url: str, attachment_id: str) -> str:
    """Return the URL of a file below that of the chat, as text that may be no URL."""
    return f"{base_url}/{FOLDER}/{attachment_id}"


def attachment_id_in(url: str) -> str | None:
    """Return the id of an attachment whose URL this may be; another server may have such URLs, too."""
    found = _FILE_URL.fullmatch(url)
    return None if found is None else found[1]
