"""The converter from threads to models, at the path that apps import it from; it is part of `core`."""

from turnstream.agents.core.history import (
    AnsweredCall,
    AssistantText,
    HistoryConverter,
    HistoryEntry,
    Note,
    UserText,
)

__all__ = ["AnsweredCall", "AssistantText", "HistoryConverter", "HistoryEntry", "Note", "UserText"]
