"""A small library of articles with a full-text index, in SQLite."""

import asyncio
import json
import re
import sqlite3
from dataclasses import dataclass
from importlib.resources import files
from threading import Lock

__all__ = ["Article", "ArticleStore"]

_WORDS = re.compile(r"\w+")
_QUERY = "SELECT title, body FROM article WHERE article MATCH ? ORDER BY bm25(article, 4.0, 1.0) LIMIT ?"


@dataclass(frozen=True, slots=True)
class Article:
    title: str
    text: str


class ArticleStore:
    """The bundled articles, searchable by word. Safe to use from several tasks."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._db: sqlite3.Connection | None = None

    async def search(self, query: str, *, limit: int = 4) -> list[Article]:
        """Return the best matches for any of the words of `query`, best first."""
        return await asyncio.to_thread(self._search, query, limit)

    def close(self) -> None:
        """Release the search index; the next search makes it again."""
        with self._lock:
            if self._db is not None:
                self._db.close()
            self._db = None

    def _search(self, query: str, limit: int) -> list[Article]:
        words = _WORDS.findall(query)
        if not words:
            return []
        match = " OR ".join(f'"{word}"' for word in words)
        with self._lock:
            self._db = self._db or _index()
            return [Article(*row) for row in self._db.execute(_QUERY, (match, limit))]


def _index() -> sqlite3.Connection:
    """Return a database in memory with the articles."""
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.execute("CREATE VIRTUAL TABLE article USING fts5(title, body, tokenize = 'porter unicode61')")
    rows = json.loads(files("turnstream.demos.companion").joinpath("articles.json").read_text("utf-8"))
    database.executemany("INSERT INTO article VALUES (:title, :text)", rows)
    return database
