"""The items of a thread, and what they consist of."""
