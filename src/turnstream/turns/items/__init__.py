"""The items that a turn makes or finds: their text, their state, and what of them a client may see."""
