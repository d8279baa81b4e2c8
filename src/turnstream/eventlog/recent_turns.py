"""Counts the turns that each owner began within the last minute."""

from collections import Counter, deque

__all__ = ["RECENT_S", "RecentTurns"]

RECENT_S = 60.0


class RecentTurns:
    """Counts by owner, in the memory of one process.

    It holds the turns of the last minute and nothing older.
    """

    def __init__(self) -> None:
        self._begun: deque[tuple[float, str]] = deque()
        self._counts: Counter[str] = Counter()

    def add(self, owner: str, now_s: float) -> None:
        """Count a turn that begins now."""
        self._forget_old(now_s)
        self._begun.append((now_s, owner))
        self._counts[owner] += 1

    def remove(self, owner: str) -> None:
        """Take back the owner's newest turn, which was withdrawn."""
        for index in range(len(self._begun) - 1, -1, -1):
            if self._begun[index][1] == owner:
                del self._begun[index]
                self._subtract(owner)
                return

    def count(self, owner: str, now_s: float) -> int:
        self._forget_old(now_s)
        return self._counts[owner]

    def oldest_s(self, owner: str, now_s: float) -> float:
        """Return how long ago the first of the counted turns began; 0 if there is none."""
        if self.count(owner, now_s) == 0:
            return 0.0
        return next(now_s - begun_s for begun_s, each in self._begun if each == owner)

    def __len__(self) -> int:
        """The turns of all owners that are held."""
        return len(self._begun)

    def _forget_old(self, now_s: float) -> None:
        while self._begun and self._begun[0][0] <= now_s - RECENT_S:
            self._subtract(self._begun.popleft()[1])

    def _subtract(self, owner: str) -> None:
        self._counts[owner] -= 1
        if not self._counts[owner]:
            del self._counts[owner]
