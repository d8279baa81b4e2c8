"""The icon names that tasks, entities, progress lines and widgets accept."""

from difflib import get_close_matches
from typing import Annotated, Any, Literal, get_args

from pydantic import StringConstraints, ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import PydanticCustomError

__all__ = ["IconName", "LucideIconName", "VendorIconName"]

VendorIconName = Annotated[str, StringConstraints(pattern=r"^vendor:")]
"""An icon that the host page supplies, such as `vendor:acme-logo`."""

LucideIconName = Annotated[str, StringConstraints(pattern=r"^lucide:")]
"""An icon of the Lucide set, such as `lucide:ship-wheel`."""

_ChatKitIcon = Literal[
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


def _name_the_nearest(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    """Replace Pydantic's list of all icons by the few that may have been meant."""
    try:
        return validate(value)
    except ValidationError:
        near = ", ".join(map(repr, get_close_matches(str(value), get_args(_ChatKitIcon))))
        raise PydanticCustomError(
            "icon_name",
            "no icon is called {name}{similar}: turnstream.icons.IconName lists the names",
            {"name": repr(value), "similar": f" (similar: {near})" if near else ""},
        ) from None


IconName = Annotated[_ChatKitIcon | VendorIconName | LucideIconName, WrapValidator(_name_the_nearest)]
"""A built-in icon, or a prefixed name from another set."""
