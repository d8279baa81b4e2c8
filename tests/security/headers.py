"""HTTP requests that no browser sends: headers, cookies, paths and bodies of every kind but the right one."""

from itertools import pairwise
from random import Random

from tests.security.mutations import Mutator

__all__ = ["HttpMutator"]

Headers = list[tuple[bytes, bytes]]

ODD = [
    b"",
    b" ",
    b"\xff\xfe\x80",
    "é".encode(),
    "名前".encode(),
    b"a\x00b",
    b"a" * 9000,
    b"\x7f",
    b"-1",
    b"99999999999999999999999",
    b"1e9",
    b"0x10",
    b"%00",
    b'"',
    b"=;=;;=",
    b"null",
    b"*",
    b"[::1",
    b"[]",
    b"://",
    b"http://",
    b"http://[",
    b"https://app.example",
    b"http://127.0.0.1:8000",
    b"http://evil.example",
    b"https://xn--\xff",
    b"gzip;q=x, *;q=, br;q=nan",
    b"gzip;q=1e999,br;q=-1",
    b"application/json; charset=utf-16",
    b"application/json;\xff",
    b"multipart/form-data; boundary=x",
    b"multipart/form-data",
    b"text/plain",
    b"bytes=0-,-1",
    b"bytes=9999999999999999999999-",
    b"0b8f3e0c-5f6e-4d0e-9b7a-3c1d2e4f5a6b",
    b'W/"x", *',
    b"Thu, 01 Jan 99999 00:00:00 GMT",
]

NAMES = [
    b"accept-encoding",
    b"authorization",
    b"chatkit-frame-instance-id",
    b"content-length",
    b"content-type",
    b"cookie",
    b"expect",
    b"forwarded",
    b"host",
    b"idempotency-key",
    b"if-modified-since",
    b"if-none-match",
    b"origin",
    b"range",
    b"sec-fetch-site",
    b"transfer-encoding",
    b"turnstream-client",
    b"turnstream-visitor",
    b"x-forwarded-for",
    b"x-forwarded-host",
    b"x-forwarded-proto",
    b"\xff\xfe",
]

COOKIES = [
    b"turnstream_visitor=",
    b"__Host-turnstream_visitor=",
    b'turnstream_visitor="\\377\\000"',
    b'turnstream_visitor="\\"',
    b"turnstream_visitor=visitor_" + b"7" * 32 + b".aaaaaa.bbbb",
    b"turnstream_visitor=visitor_" + b"7" * 32 + b"." + b"\xff" * 40,
    b"turnstream_visitor=..",
    b"turnstream_visitor=%00",
    b"turnstream_visitor",
    b"; ; =; =a",
]

PATHS = [
    b"/chatkit",
    b"/chatkit",
    b"/chatkit",
    b"/chatkit/",
    b"/chatkit/chatkit.js",
    b"/chatkit/health",
    b"/chatkit/chunks/../../app.py",
    b"/chatkit/..%2f..%2fapp.py",
    b"/chatkit/a\x00b",
    b"/chatkit/" + b"a" * 5000,
    b"/chatkit/" + b"a/" * 2000,
    b"/chatkit/\xff\xfe",
    "/chatkit/\ud800".encode("utf-8", "surrogatepass"),
    b"/chatkit//chatkit.js",
    b"//chatkit",
    b"chatkit",
    b"",
    b"*",
    b"/chatkit/types",
    b"/chatkit/chatkit.js/x",
]


class HttpMutator:
    """Makes requests of HTTP from the same seed as `mutator` makes bodies."""

    def __init__(self, random: Random, mutator: Mutator) -> None:
        self._random = random
        self._mutator = mutator

    def request(self) -> tuple[str, bytes, Headers, list[bytes]]:
        """Return a method, a path, headers, and the chunks of a body."""
        random = self._random
        method = random.choice(
            ["POST"] * 20 + ["GET"] * 8 + ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "x"]
        )
        path = random.choice(PATHS) if method != "POST" or random.random() < 0.1 else b"/chatkit"
        return method, path, self._headers(), self._chunks()

    def _headers(self) -> Headers:
        random = self._random
        headers: Headers = [(b"host", b"127.0.0.1:8000"), (b"content-type", b"application/json")]
        for _ in range(random.randrange(4)):
            name, value = random.choice(NAMES), random.choice(ODD)
            if name == b"cookie":
                value = random.choice([*COOKIES, value])
            if random.random() < 0.7:
                headers = [header for header in headers if header[0] != name]
            headers.append((name, value))
        return headers

    def _chunks(self) -> list[bytes]:
        random, body = self._random, self._mutator.body()
        if random.random() < 0.01:
            body += b" " * 300_000
        cuts = sorted(random.randrange(len(body) + 1) for _ in range(random.randrange(3)))
        edges = [0, *cuts, len(body)]
        return [body[start:end] for start, end in pairwise(edges)]
