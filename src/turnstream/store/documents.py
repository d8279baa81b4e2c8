"""The JSON in which stores keep threads, items and attachments, and the rule for text."""

from typing import Any, cast

from pydantic import BaseModel, TypeAdapter
from pydantic_core import PydanticSerializationError, to_json

from turnstream.types import Attachment, ThreadItem

__all__ = ["ATTACHMENT", "ITEM", "checked_key", "clean_text", "is_key", "to_document"]

ITEM: TypeAdapter[ThreadItem] = TypeAdapter(ThreadItem)
ATTACHMENT: TypeAdapter[Attachment] = TypeAdapter(Attachment)


def to_document(model: BaseModel, exclude: set[str] | None = None) -> str:
    """The model as JSON that every database takes: no surrogates, and U+0000 only as an escape."""
    try:
        return model.model_dump_json(exclude=exclude)
    except (PydanticSerializationError, UnicodeEncodeError):
        # Lone surrogates have no UTF-8. They are too rare to look for in every text beforehand.
        return to_json(_clean(model.model_dump(exclude=exclude)), inf_nan_mode="null").decode()


def _clean(value: Any) -> Any:
    match value:
        case str():
            return clean_text(value)
        case dict():
            members = cast("dict[Any, Any]", value)
            return {_clean(k): _clean(v) for k, v in members.items()}
        case list() | tuple() | set() | frozenset():
            return [_clean(part) for part in cast("list[Any]", value)]
        case _:
            return value


def clean_text(text: str) -> str:
    """The text with split surrogate pairs joined and lone surrogates replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def is_key(text: str) -> bool:
    """Whether the text can be an id or an owner: valid Unicode without U+0000, which PostgreSQL refuses."""
    return "\0" not in text and clean_text(text) == text


def checked_key(text: str) -> str:
    """The id or owner itself.

    Raises:
        ValueError: it cannot be one.
    """
    if not is_key(text):
        raise ValueError(f"an id or owner must not contain U+0000 or lone surrogates: {text!r}")
    return text
