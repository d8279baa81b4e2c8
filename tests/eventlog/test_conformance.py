from tests.eventlog.conformance import EventLogConformance


class TestEventLog(EventLogConformance):
    """On every backend of `conftest.py`."""
