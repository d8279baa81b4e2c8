"""What every test of the bridges needs."""

from agents import set_tracing_disabled

set_tracing_disabled(True)  # also builds the SDK's tracing now: it reads files, and would do so in the first run
