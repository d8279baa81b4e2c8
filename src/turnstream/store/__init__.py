"""Stores: where threads, items and attachments are kept, and for whom.

`Store` and `AttachmentStore` are the contracts, `MemoryStore` and `SqlStore` what comes with turnstream. The
types in their signatures have their names here, too, as in `chatkit.store`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from turnstream.store.base import (
    AttachmentStore,
    NotFoundError,
    OwnedId,
    StorageError,
    StorageFullError,
    Store,
    StoreItemType,
    TContext,
    default_generate_id,
)
from turnstream.store.memory import MemoryStore
from turnstream.store.owners import OwnerOf, Principal, owner_of
from turnstream.types import Attachment as Attachment
from turnstream.types import AttachmentCreateParams as AttachmentCreateParams
from turnstream.types import Page as Page
from turnstream.types import ThreadItem as ThreadItem
from turnstream.types import ThreadMetadata as ThreadMetadata

if TYPE_CHECKING:
    from turnstream.store.sql import SqlStore

__all__ = [
    "AttachmentStore",
    "MemoryStore",
    "NotFoundError",
    "OwnedId",
    "OwnerOf",
    "Principal",
    "SqlStore",
    "StorageError",
    "StorageFullError",
    "Store",
    "StoreItemType",
    "TContext",
    "default_generate_id",
    "owner_of",
]


def __getattr__(name: str) -> Any:
    """Load what needs SQLAlchemy when an app first uses it: importing that takes a third of a second."""
    if name != "SqlStore":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module("turnstream.store.sql").SqlStore
