"""Widgets that a model writes: the schema for its structured output, and the reading of what it writes."""

from turnstream.widgets.by_models.reading import parse_widget
from turnstream.widgets.by_models.schema import widget_schema

__all__ = ["parse_widget", "widget_schema"]
