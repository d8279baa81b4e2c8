"""The icon names that tasks, entities, progress lines and widgets accept."""

from typing import Annotated, Literal

from pydantic import StringConstraints

__all__ = ["IconName", "LucideIconName", "VendorIconName"]

VendorIconName = Annotated[str, StringConstraints(pattern=r"^vendor:")]
"""An icon that the host page supplies, such as `vendor:acme-logo`."""

LucideIconName = Annotated[str, StringConstraints(pattern=r"^lucide:")]
"""An icon of the Lucide set, such as `lucide:ship-wheel`."""

IconName = (
    Literal[
        "agent",
        "analytics",
        "atom",
        "batch",
        "bolt",
        "book-open",
        "book-closed",
        "book-clock",
        "bug",
        "calendar",
        "chart",
        "check",
        "check-circle",
        "check-circle-filled",
        "chevron-left",
        "chevron-right",
        "circle-question",
        "clock",
        "compass",
        "confetti",
        "cube",
        "desktop",
        "document",
        "dot",
        "dots-horizontal",
        "dots-vertical",
        "empty-circle",
        "external-link",
        "globe",
        "keys",
        "lab",
        "images",
        "info",
        "lifesaver",
        "lightbulb",
        "mail",
        "map-pin",
        "maps",
        "mobile",
        "name",
        "notebook",
        "notebook-pencil",
        "page-blank",
        "phone",
        "play",
        "plus",
        "profile",
        "profile-card",
        "reload",
        "star",
        "star-filled",
        "search",
        "sparkle",
        "sparkle-double",
        "square-code",
        "square-image",
        "square-text",
        "suitcase",
        "settings-slider",
        "user",
        "wreath",
        "write",
        "write-alt",
        "write-alt2",
    ]
    | VendorIconName
    | LucideIconName
)
"""A built-in icon, or a prefixed name from another set."""
