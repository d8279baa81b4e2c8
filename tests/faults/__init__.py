"""Real faults against real processes, and one checker of what must hold through all of them."""
