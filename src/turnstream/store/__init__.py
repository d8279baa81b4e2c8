"""Stores: where threads, items and attachments are kept, and for whom.

`Store` and `AttachmentStore` are the contracts, `MemoryStore` and `SqlStore` what comes with turnstream.
"""

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
