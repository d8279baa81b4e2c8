"""Sources that the policy of a frame may have, and those that it may not."""

__all__ = ["BAD_SOURCES", "SOURCES"]

SOURCES = (
    "https://api.example.com",
    "https://*.example.com",
    "wss://live.example.com:8443",
    "https://cdn.example.com:*",
    "http://localhost:8000",
    "ws://127.0.0.1:8000",
    "HTTPS://API.Example.com",
)

BAD_SOURCES = (
    "",
    "*",
    "https:",
    "https://*",
    "https://*.com",
    "https://*.*.example.com",
    "api.example.com",
    "http://api.example.com",
    "data:",
    "blob:",
    "'self'",
    "'unsafe-eval'",
    "https://a.example; script-src *",
    "https://a.example https://b.example",
    "https://a.example,https://b.example",
    "https://a.example/path",
    "https://user@a.example",
    "https://a.example?q",
    "https://a.example\n",
    "https://a.example:port",
    "https://-a.example",
    "http://localhost.evil.example",
    f"https://{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 60}.example",
)
