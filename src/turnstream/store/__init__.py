"""Stores: where threads, items and attachments are kept, and for whom.

`Store` and `AttachmentStore` are the contracts, `MemoryStore` what comes with turnstream.
"""

from turnstream.store.base import (
    AttachmentStore,
    NotFoundError,
    StorageError,
    StorageFullError,
    Store,
    StoreItemType,
    TContext,
    default_generate_id,
)
from turnstream.store.memory import MemoryStore
from turnstream.store.owners import OwnerOf, Principal, owner_of

__all__ = [
    "AttachmentStore",
    "MemoryStore",
    "NotFoundError",
    "OwnerOf",
    "Principal",
    "StorageError",
    "StorageFullError",
    "Store",
    "StoreItemType",
    "TContext",
    "default_generate_id",
    "owner_of",
]
