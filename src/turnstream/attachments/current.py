"""The store of files that the current code can read: that of the server for which it runs."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from turnstream.attachments.hosted import HostedAttachmentStore
from turnstream.store import AttachmentStore

__all__ = ["current_files", "files_from"]

_current: ContextVar[HostedAttachmentStore[Any] | None] = ContextVar("turnstream.attachments", default=None)


def current_files() -> HostedAttachmentStore[Any] | None:
    """Return the store of files of the server that the current code runs for.

    None outside of a server's request or turn, and for a server that does not store the files itself.
    """
    return _current.get()


@contextmanager
def files_from(store: AttachmentStore[Any] | None) -> Generator[None]:
    """Let `current_files()` return `store` in the block, and in the tasks that begin in it."""
    token = _current.set(store if isinstance(store, HostedAttachmentStore) else None)
    try:
        yield
    finally:
        _current.reset(token)
