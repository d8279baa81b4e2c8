"""Every statement of `SqlEventLog`. All times are the database's clock, in seconds since 1970."""

from sqlalchemy import Text, TextClause, bindparam, text

from turnstream.errors import TurnstreamError
from turnstream.eventlog.base import MAX_RETAINED_BYTES, MAX_RETAINED_ENTRIES
from turnstream.store.database import BATCH_ROWS

__all__ = ["CANCEL", "LOOK", "TRIM_TURNS", "Statements", "now_of"]

CANCEL, LOOK = 1, 2
"""The bits of `cancel_requested`: stop the turn; look for its resolved calls."""

TRIM_TURNS = 100
"""Turns that are trimmed in one go."""

PAGE_ROWS = 500
PAGE_BYTES = 64 * 1024
"""The rows that are read at once: so many, or what exceeds so much as it is stored."""

_SAVED_SEQ = """{greatest}(t.first_seq, COALESCE((
        SELECT MAX(s.last_seq) FROM turnstream_segments s
        WHERE s.thread_id = t.thread_id AND s.last_seq > t.first_seq
    ), 0), COALESCE((
        SELECT MAX(e.seq) FROM turnstream_entries e WHERE e.thread_id = t.thread_id AND e.seq > t.first_seq
    ), 0))"""
"""The number of the last entry that is stored of a running turn."""

_COLUMNS = """t.id, t.thread_id, t.owner, t.status, t.epoch, t.first_seq,
    CASE WHEN t.status = 'running' THEN {saved_seq} ELSE t.last_seq END AS last_seq,
    t.body_hash, t.begun_at IS NULL"""


class Statements:
    """The statements in one dialect's words; records are selected as `_COLUMNS`, in this order.

    `clock` is the expression that tells the time, the dialect's own by default.
    """

    def __init__(self, dialect: str, *, clock: str | None = None) -> None:
        now = clock or now_of(dialect)
        is_postgresql = dialect == "postgresql"
        saved_seq = _SAVED_SEQ.format(greatest="GREATEST" if is_postgresql else "MAX")
        columns = _COLUMNS.format(saved_seq=saved_seq)
        self.begin = text(f"""
            INSERT INTO turnstream_turns (id, thread_id, worker, status, epoch, first_seq, last_seq,
              lease_until,
                cancel_requested, is_trimmed, owner, request_key, body_hash, begun_at)
            SELECT CAST(:id AS TEXT), CAST(:thread_id AS TEXT), CAST(:worker AS TEXT), 'running',
                COALESCE(newest.epoch, CAST(:epoch AS TEXT)), COALESCE(newest.last_seq, 0),
                COALESCE(newest.last_seq, 0), {now} + CAST(:lease_s AS DOUBLE PRECISION), 0, 0,
                CAST(:owner AS TEXT), CAST(:key AS TEXT), CAST(:body_hash AS TEXT),
                CASE WHEN :is_continuation = 1 THEN NULL ELSE {now} END
            FROM (SELECT 1 AS one) AS one LEFT JOIN (
                SELECT epoch, last_seq, status FROM turnstream_turns
                WHERE thread_id = :thread_id ORDER BY n DESC LIMIT 1
            ) AS newest ON 1 = 1
            WHERE COALESCE(newest.status, '') <> 'running'
            RETURNING epoch, first_seq""")
        """None begins while a turn runs, or ends in this moment: its last number would not be seen yet."""
        self.begin_alone = (
            text("SELECT pg_advisory_xact_lock(hashtextextended(:thread_id, 0))") if is_postgresql else None
        )
        """One turn of a thread begins at a time and sees where the last one ended, as in SQLite anyway."""
        hour = f"CAST({now} AS BIGINT) / 3600"
        self.append = _append(
            dialect, "segments (thread_id, first_seq, last_seq, frames, hour)", ("BIGINT", "BIGINT"), hour
        )
        """One statement with its fence, for the driver itself: the toolkit's way costs 12 µs more for each
        row.

        Its parameters are the thread, the first and the last number, the frames, the turn and the worker.
        PostgreSQL locks the turn's row so that no takeover comes between, and so weakly that the renewal of
        the lease does.
        """
        self.append_retained = _append(dialect, "entries (thread_id, seq, kept, frame)", ("BIGINT", "TEXT"))
        """Its parameters are the thread, the number, the mark, the frame, the turn and the worker."""
        holds = "id = :turn_id AND worker = :worker AND status = 'running'"
        self.fence = text(
            f"SELECT id FROM turnstream_turns WHERE {holds} FOR KEY SHARE"
            if is_postgresql  # a SELECT of SQLite begins no transaction that writes
            else f"UPDATE turnstream_turns SET worker = worker WHERE {holds} RETURNING id"
        )
        """Selects the turn if the worker holds its lease; blocks a takeover until the transaction ends."""
        self.compact = text("""
            UPDATE turnstream_entries SET kept = NULL
            WHERE thread_id = :thread_id AND kept = :kept AND seq < :seq""")
        self.bound_retained = text(f"""
            UPDATE turnstream_entries SET kept = NULL
            WHERE thread_id = :thread_id AND kept IS NOT NULL AND seq <= (
                SELECT MAX(seq) FROM (
                    SELECT seq, ROW_NUMBER() OVER newer AS entries, SUM(LENGTH(frame)) OVER newer AS bytes
                    FROM turnstream_entries WHERE thread_id = :thread_id AND kept IS NOT NULL
                    WINDOW newer AS (ORDER BY seq DESC ROWS UNBOUNDED PRECEDING)
                ) AS counted WHERE entries > {MAX_RETAINED_ENTRIES} OR bytes > {MAX_RETAINED_BYTES}
            )""")
        """Retains the thread's newest retained entries within the bounds, and no older ones."""
        self.end = text(f"""
            UPDATE turnstream_turns SET status = :status, last_seq = :seq, ended_at = {now}
            WHERE id = :turn_id AND worker = :worker AND status = 'running'""")
        self.withdraw = text("DELETE FROM turnstream_turns WHERE id = :turn_id AND worker = :worker")
        self.standing = text(f"""
            SELECT t.worker, t.status, t.last_seq, {saved_seq} FROM turnstream_turns t WHERE t.id = :turn_id
            """)
        self.renew = text(f"""
            UPDATE turnstream_turns SET lease_until = {now} + :lease_s
            WHERE worker = :worker AND status = 'running' AND id IN :mine
            RETURNING id, cancel_requested""").bindparams(bindparam("mine", expanding=True, type_=Text))
        self.workers = text("SELECT DISTINCT worker FROM turnstream_turns WHERE status = 'running'")
        self.end_leases = text("""
            UPDATE turnstream_turns SET lease_until = 0 WHERE worker = :worker AND status = 'running'""")
        self.requests = text("""
            SELECT id, cancel_requested FROM turnstream_turns
            WHERE worker = :worker AND status = 'running' AND cancel_requested <> 0""")
        request = "UPDATE turnstream_turns SET cancel_requested = cancel_requested | {} WHERE {}"
        running = "id = :turn_id AND status = 'running'"
        self.request_cancel = text(request.format(CANCEL, running))
        self.request_look = text(request.format(LOOK, running))
        # By the clock of now and by `clock_s`, which is known to be right: it may be set while this runs. No
        # lease is as long as one that was taken before it was set back.
        is_over = f"""status = 'running' AND (
            (lease_until < CAST(:clock_s AS DOUBLE PRECISION) AND lease_until < {now})
            OR (lease_until > :clock_s + :longest_s AND lease_until > {now} + :longest_s))"""
        self.clock = text(f"SELECT {now}")
        self.hour = text(f"SELECT {hour}")
        self.orphans = text(f"SELECT id FROM turnstream_turns WHERE {is_over} LIMIT 100")
        claimed = f"id = :turn_id AND {is_over}"
        if is_postgresql:  # a mere UPDATE would neither see an append that is under way nor be seen by it
            claimed = f"id = (SELECT id FROM turnstream_turns WHERE {claimed} FOR UPDATE SKIP LOCKED)"
        self.claim = text(f"""
            UPDATE turnstream_turns SET worker = :worker, lease_until = {now} + :lease_s WHERE {claimed}""")
        self.change_epoch = text("""
            UPDATE turnstream_turns SET epoch = :epoch WHERE id = :turn_id AND worker = :worker""")
        self.record = text(f"SELECT {columns} FROM turnstream_turns t WHERE t.id = :turn_id")
        self.activity = text(f"""
            SELECT SUM(CASE WHEN status = 'running' THEN 1 ELSE 0 END),
                SUM(CASE WHEN begun_at > {now} - CAST(:recent_s AS DOUBLE PRECISION) THEN 1 ELSE 0 END),
                {now} - MIN(CASE WHEN begun_at > {now} - CAST(:recent_s AS DOUBLE PRECISION) THEN begun_at
                  END)
            FROM turnstream_turns
            WHERE owner = :owner AND begun_at > {now} - CAST(:longest_s AS DOUBLE PRECISION)""")
        self.newest = text(
            f"SELECT {columns} FROM turnstream_turns t WHERE t.thread_id = :thread_id ORDER BY t.n DESC "
            "LIMIT 1"
        )
        self.known = text(
            f"SELECT {columns} FROM turnstream_turns t WHERE t.owner = :owner AND t.request_key = :key"
        )
        self.first = text("""
            SELECT MIN(first_seq) FROM turnstream_turns WHERE thread_id = :thread_id AND is_trimmed = 0""")
        self.entries = text(f"""
            SELECT first_seq, last_seq, frames, 1 FROM (
                SELECT first_seq, last_seq, frames,
                    SUM(LENGTH(frames)) OVER (ORDER BY last_seq, hour) - LENGTH(frames) AS bytes_before
                FROM (
                    SELECT first_seq, last_seq, hour, frames FROM turnstream_segments
                    WHERE thread_id = :thread_id AND last_seq > :after
                    ORDER BY last_seq, hour LIMIT {PAGE_ROWS}
                ) AS following
            ) AS counted WHERE bytes_before <= {PAGE_BYTES} AND first_seq <= :up_to
            UNION ALL SELECT seq, seq, frame, 0 FROM (
                SELECT seq, frame FROM turnstream_entries
                WHERE thread_id = :thread_id AND seq > :after AND seq <= :up_to
                ORDER BY seq LIMIT {PAGE_ROWS}
            ) AS single""")
        """Rows that `frames_after` puts in order."""
        self.retained = text("""
            SELECT seq, frame, kept FROM turnstream_entries
            WHERE thread_id = :thread_id AND kept IS NOT NULL AND seq <= :up_to ORDER BY seq""")
        # The oldest turns first: the newest says at which number the next one begins.
        drop_turns = _first_rows("turnstream_turns", "n", "thread_id = :thread_id", "n")
        drop_segments = _first_rows(
            "turnstream_segments", "last_seq", "thread_id = :thread_id", "last_seq DESC"
        )
        drop_entries = _first_rows("turnstream_entries", "seq", "thread_id = :thread_id", "seq DESC")
        drop_calls = _first_rows("turnstream_calls", "item_id", "thread_id = :thread_id", "item_id")
        # A turn that runs writes until its row is gone, also behind what was deleted just before.
        drop_all = drop_segments, drop_entries, drop_calls
        self.drop = [text(each) for each in (*drop_all, drop_turns, *drop_all)]
        self.turns = text("SELECT id, status FROM turnstream_turns WHERE thread_id = :thread_id")
        self.threads_of = text(f"""
            SELECT thread_id FROM turnstream_turns WHERE owner = :owner
            UNION SELECT thread_id FROM turnstream_calls WHERE owner = :owner LIMIT {BATCH_ROWS}""")
        self.overdue = text(f"""
            SELECT id, thread_id, last_seq FROM turnstream_turns
            WHERE is_trimmed = 0 AND ended_at < {now} - :retention_s ORDER BY ended_at LIMIT {TRIM_TURNS}""")
        of_turn = "thread_id = :thread_id AND {} <= :last_seq"
        # Partitions are dropped as a whole, but for the one of segments that have none.
        segments = "turnstream_segments_default" if is_postgresql else "turnstream_segments"
        self.trim_segments = text(_first_rows(segments, "last_seq", of_turn.format("last_seq"), "last_seq"))
        single = f"{of_turn.format('seq')} AND kept IS NULL"
        self.trim_entries = text(_first_rows("turnstream_entries", "seq", single, "seq"))
        self.partitions = text("""
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = CAST('turnstream_segments' AS regclass)""")
        self.unplaced_hours = text("SELECT DISTINCT hour FROM turnstream_segments_default")
        self.trim_turn = text("UPDATE turnstream_turns SET is_trimmed = 1 WHERE id = :id")
        old = f"""is_trimmed = 1 AND ended_at < {now} - :key_retention_s AND EXISTS (
            SELECT 1 FROM turnstream_turns AS later
            WHERE later.thread_id = turnstream_turns.thread_id AND later.n > turnstream_turns.n)"""
        self.forget = text(_first_rows("turnstream_turns", "n", old, "n"))

        self.standings = text("SELECT id, epoch FROM turnstream_turns WHERE id IN :turn_ids").bindparams(
            bindparam("turn_ids", expanding=True, type_=Text)
        )

    def tails(self, count: int, *, limit: int) -> TextClause:
        """What follows behind `count` places in threads: a thread, and then a row."""
        places = " OR ".join(f"(thread_id = :t{i} AND {{0}} > :a{i})" for i in range(count))
        return text(f"""
            SELECT thread_id, first_seq, last_seq, frames, 1 FROM turnstream_segments
            WHERE {places.format("last_seq")}
            UNION ALL SELECT thread_id, seq, seq, frame, 0 FROM turnstream_entries
            WHERE {places.format("seq")} ORDER BY 1, 2 LIMIT {limit}""")


def _first_rows(table: str, key: str, condition: str, order: str) -> str:
    """Delete at most `BATCH_ROWS` of the rows; those of a thread are named by it and their key."""
    of_thread = "" if key == "n" else "thread_id = :thread_id AND "
    return f"""
        DELETE FROM {table} WHERE {of_thread}{key} IN (
            SELECT {key} FROM {table} WHERE {condition} ORDER BY {order} LIMIT {BATCH_ROWS})"""


def _append(dialect: str, target: str, types: tuple[str, str], *more: str) -> str:
    """Insert a thread, two values of these types, bytes and more, while the worker holds the turn's lease."""
    lock = " FOR KEY SHARE" if dialect == "postgresql" else ""
    values = ", ".join(["CAST(? AS TEXT)", *(f"CAST(? AS {type_})" for type_ in types), "?", *more])
    statement = f"""
        INSERT INTO turnstream_{target} SELECT {values} WHERE EXISTS (
            SELECT 1 FROM turnstream_turns WHERE id = ? AND worker = ? AND status = 'running'{lock})"""
    return statement if dialect == "sqlite" else statement.replace("?", "%s")


def now_of(dialect: str) -> str:
    """The database's clock.

    Raises:
        TurnstreamError: the dialect is neither SQLite's nor PostgreSQL's.
    """
    match dialect:
        case "sqlite":
            return "((julianday('now') - 2440587.5) * 86400.0)"
        case "postgresql":
            return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS DOUBLE PRECISION)"
        case _:
            raise TurnstreamError(f"SqlEventLog needs SQLite or PostgreSQL, not {dialect}")
