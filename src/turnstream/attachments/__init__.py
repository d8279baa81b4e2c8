"""Attachment stores that work with `create_app` alone: it receives and sends their files.

`DiskAttachmentStore` has them in a folder, `ObjectAttachmentStore` in a bucket, and a subclass of
`HostedAttachmentStore` anywhere else.
"""

from turnstream.attachments.content import DEFAULT_TYPES
from turnstream.attachments.disk import DiskAttachmentStore
from turnstream.attachments.hosted import HostedAttachmentStore
from turnstream.attachments.objects import ObjectAttachmentStore

__all__ = ["DEFAULT_TYPES", "DiskAttachmentStore", "HostedAttachmentStore", "ObjectAttachmentStore"]
