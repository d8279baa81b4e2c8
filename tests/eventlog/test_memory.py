from tests.eventlog.conformance import EventLogConformance
from turnstream.eventlog import MemoryEventLog


class TestMemoryEventLog(EventLogConformance):
    def make_log(self) -> MemoryEventLog:
        return MemoryEventLog()
