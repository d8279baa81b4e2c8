"""What looks like a secret is hidden, wherever it is said; what only sounds like one is not."""

import io
import logging
import time

import httpx
import pytest

from turnstream.redaction import logger_of, redacted, secrets_of

HEX = "0123456789abcdef"
MIXED = "aB3dE5gH7jK9mN1pQ3sT5vW7xY9zA1cD"

SECRETS = {
    "openai": (
        "sk-" + MIXED,
        "Incorrect API key provided: {}. You can find your key at https://platform.openai.com",
    ),
    "openai project": (f"sk-proj-{MIXED}_{MIXED}-x", "wrong key {}"),
    "anthropic": (f"sk-ant-api03-{MIXED}-{MIXED}AA", "invalid x-api-key {}"),
    "google": ("AIzaSy" + MIXED + "x", "API key not valid: {}."),
    "google oauth": ("ya29.a0Af-" + MIXED, "token {} has expired"),
    "aws id": ("AKIAIOSFODNN7EXAMPLE", "The AWS Access Key Id {} does not exist"),
    "aws secret": ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "aws_secret_access_key={}"),
    "azure": (HEX * 2, "Access denied due to invalid subscription key {}"),
    "xai": ("xai-" + MIXED, "Incorrect API key: {}"),
    "groq": ("gsk_" + MIXED, "{}"),
    "hugging face": ("hf_" + MIXED, "Invalid token {} for this"),
    "mistral": (MIXED, "Unauthorized: {}"),
    "cohere": (MIXED + "e5F6g7H8", "invalid api token {}"),
    "github": ("ghp_" + MIXED + "abcd", "remote: {}"),
    "github, fine": (f"github_pat_11ABCDEFG0{MIXED}_{MIXED}", "remote: {}"),
    "replicate": ("r8_" + MIXED, "{}"),
    "slack": ("xoxb-1234567890-" + MIXED, "{}"),
    "stripe": ("sk_live_" + MIXED, "{}"),
    "bearer": ("abc.def-ghi_jkl", "sent Authorization: Bearer {} to it"),
    "bearer alone": ("s3cr3t+/token==", "with bearer {}"),
    "basic": ("dXNlcjpwYXNz", "{{'Authorization': 'Basic {}'}}"),
    "header of bytes": ("plain-looking-key", "[(b'x-api-key', b'{}'), (b'accept', b'*/*')]"),
    "header of azure": ("plainlookingkey", '"Ocp-Apim-Subscription-Key": "{}"'),
    "header of google": ("plain-looking-key", "x-goog-api-key: {}"),
    "cookie": ("theme=dark; session=abcdef", "Cookie: {}"),
    "cookie in a dict": ("theme=dark; session=abcdef", "{{'cookie': '{}', 'accept': '*/*'}}"),
    "jwt": (f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{MIXED}", "token {} is expired"),
    "key in a url": ("plain-looking-key", "GET https://a.example/v1?alt=sse&key={}&x=1 failed"),
    "api_key in a url": ("plainlookingkey", "https://a.example/v1?api_key={}"),
    "token in a url": ("plainlookingkey", "'https://a.example/v1?access_token={}'"),
    "signature in a url": ("a%2Fb%3D", "https://a.blob.core.windows.net/c?sv=2024&sig={}&se=1"),
    "signature of aws": ("fe5f80f77d5fa3beca038a248ff027d0", "https://b.s3.example/k?X-Amz-Signature={}"),
    "code of azure": ("plain-looking-key", "https://f.azurewebsites.net/api?code={}"),
    "password in a url": ("hunter2", "https://bob:{}@models.example/v1"),
    "password with an at sign": ("p@ss:word", "https://bob:{}@models.example/v1"),
    "key as the user": ("plainlookingkey", "https://{}@models.example/v1"),
    "database": ("hunter2", "could not connect to postgresql+psycopg://chat:{}@db.internal:5432/chat"),
    "redis": ("hunter2", "rediss://:{}@redis.internal:6379/0 refused"),
    "dsn": ("hunter2", "host=db.internal user=chat password={} dbname=chat"),
    "setting": ("hunter2", "OpenAI(api_key='{}', timeout=1)"),
    "json": ("hunter2", '{{"client_secret": "{}", "scope": "all"}}'),
    "environment": ("hunter2hunter2", "OPENAI_API_KEY={}"),
    "private key": ("MIIEvQIBADAN", "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----"),
}

HARMLESS = [
    "turn_0123456789abcdef0123456789abcdef of thread thr_1 failed",
    "visitor_0123456789abcdef0123456789abcdef",
    "KeyError: 'name'",
    "a token was expected, not a key: see the documentation",
    "max_tokens=4096 is over the limit of tokens: 2048",
    "HTTP 401: Sign in. (gpt-5 at https://api.example/v1/chat/completions)",
    "https://a.example/v1?limit=20&order=desc&monkey=banana",
    "ask-me-anything and task-force-one",
    'File "/srv/app/main.py", line 12, in respond',
    "9b2a3f6e-5f6e-4d0e-9b7a-3c1d2e4f5a6b",
    "write to ada@example.com",
    "the authorization failed",
]


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_is_hidden_and_the_rest_is_kept(kind: str) -> None:
    secret, sentence = SECRETS[kind]
    hidden = redacted(sentence.format(secret))
    assert secret not in hidden
    assert "***" in hidden
    for part in sentence.format(" ").split():
        if kind != "private key" and part.isalpha():
            assert part in hidden


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_none_is_kept(text: str) -> None:
    assert redacted(text) == text


def test_a_known_secret_is_hidden_whatever_it_looks_like() -> None:
    assert redacted("it said: correct horse; https://a?x=correct%20horse", ["correct horse"]) == (
        "it said: ***; https://a?x=***"
    )
    assert redacted("there is none", ["none", ""]) == "there is none"


def test_the_keys_of_the_environment_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", "only-lower-case-and-long")
    monkeypatch.setenv("SSH_KEY", "/home/ada/.ssh/id_ed25519")
    monkeypatch.setenv("SORT_KEY", "created_at")
    text = "only-lower-case-and-long, /home/ada/.ssh/id_ed25519, created_at"
    assert redacted(text) == "***, /home/ada/.ssh/id_ed25519, created_at"


def test_the_secrets_of_the_request_that_failed_are_known() -> None:
    headers = {
        "authorization": "Bearer one-two-three",
        "api-key": "four-five-six",
        "accept": "text/event-stream",
    }
    request = httpx.Request("POST", "https://bob:seven-eight@a.example", headers=headers)
    error = RuntimeError("wrapped")
    error.__cause__ = httpx.ConnectError("refused", request=request)
    found = secrets_of(error)
    assert {"one-two-three", "four-five-six", "seven-eight"} <= found
    assert "text/event-stream" not in found
    assert secrets_of(httpx.ConnectError("it has no request")) == set()


def test_a_logger_hides_secrets_from_every_handler() -> None:
    logger, written = logger_of("turnstream.test"), io.StringIO()
    assert logger_of("turnstream.test").filters == logger.filters
    handler = logging.StreamHandler(written)
    logger.addHandler(handler)
    try:
        logger.warning("asked %s with %s", "https://a?key=canary-1", {"api_key": "canary-2"})
        try:
            try:
                raise ValueError("password=canary-3")
            except ValueError as exc:
                raise RuntimeError("Bearer canary-4") from exc
        except RuntimeError:
            logger.exception("turn failed")
        logger.warning("nothing to hide: %s", 7)
    finally:
        logger.removeHandler(handler)
    text = written.getvalue()
    assert "canary" not in text
    assert "RuntimeError: Bearer ***" in text
    assert "ValueError: password=***" in text
    assert "nothing to hide: 7" in text


def test_an_exception_without_secrets_stays_for_the_handlers(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise RuntimeError("plain")
    except RuntimeError:
        logger_of("turnstream.test").exception("turn failed")
    assert caplog.records[-1].exc_info is not None


@pytest.mark.parametrize(
    "text", ["a_" * 50_000, "://" * 30_000, "x." * 50_000, "aB1" * 30_000, "key=" * 20_000, "Bearer " * 9_000]
)
def test_a_long_text_takes_no_long_time(text: str) -> None:
    begun = time.process_time()
    redacted(text)
    assert time.process_time() - begun < 5
