"""Widgets from `.widget` files."""

from turnstream.widgets.template.widget_template import WidgetTemplate

__all__ = ["WidgetTemplate"]
