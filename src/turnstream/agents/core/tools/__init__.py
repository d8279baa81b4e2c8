"""Tools of a model, declared once for every bridge."""
