"""The element's files on the wire: compressed, cached for as long as they may be, and for pages of every
origin.
"""

import gzip
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from tests.http.serving import serving
from turnstream.http import element, element_files
from turnstream.http.element import content_codings

SCRIPT = b"export const chat = 'turnstream';\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built element; what stands for brotli differs from it, so that the choice can be seen."""
    (tmp_path / "chunks").mkdir()
    for script in (tmp_path / "chatkit.js", tmp_path / "chunks" / "history-1a2b.js"):
        script.write_bytes(SCRIPT)
        Path(f"{script}.br").write_bytes(b"in brotli")
        Path(f"{script}.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "chatkit.js.map").write_text("{}")
    monkeypatch.setattr(element, "FOLDER", tmp_path)
    return tmp_path


def app() -> Starlette:
    return Starlette(routes=[Mount("/chat", element_files())])


@pytest.mark.parametrize(
    ("accepted", "codings"),
    [
        ("", []),
        ("gzip, deflate, br, zstd", ["br", "gzip"]),
        ("gzip", ["gzip"]),
        ("x-gzip", ["gzip"]),
        ("GZIP ;Q=0.5 , BR;q=0.4", ["gzip", "br"]),
        ("br;q=0, gzip", ["gzip"]),
        ("*", ["br", "gzip"]),
        ("*;q=0.3, br;q=0", ["gzip"]),
        ("*;q=0", []),
        ("identity", []),
        ("identity, gzip;q=0.5", []),
        ("identity;q=0.2, gzip;q=0.5", ["gzip"]),
        ("identity;q=0, br;q=0.001", ["br"]),
        ("deflate, zstd", []),
        ("br;q=high, gzip;q=", []),
    ],
)
def test_the_coding_is_what_the_client_prefers(accepted: str, codings: list[str]) -> None:
    assert content_codings([accepted]) == codings
    assert content_codings(accepted.split(",")) == codings


@pytest.mark.parametrize(
    ("accepted", "coding", "size"),
    [("br, gzip", "br", 9), ("gzip", "gzip", len(gzip.compress(SCRIPT))), ("", None, 34)],
)
@pytest.mark.parametrize("path", ["/chat/chatkit.js", "/chat/chunks/history-1a2b.js"])
@pytest.mark.usefixtures("folder")
async def test_scripts_are_sent_as_they_were_compressed(
    path: str, accepted: str, coding: str | None, size: int
) -> None:
    async with serving(app()) as client:
        sent = await client.head(path, headers={"accept-encoding": accepted})
    assert (sent.headers.get("content-encoding"), int(sent.headers["content-length"])) == (coding, size)
    assert sent.headers["content-type"].startswith("text/javascript")
    assert sent.headers["vary"] == "Accept-Encoding"
    assert sent.headers["access-control-allow-origin"] == "*"


@pytest.mark.usefixtures("folder")
async def test_each_coding_has_an_etag_of_its_own() -> None:
    async with serving(app()) as client:

        async def status(accepted: str, etag: str) -> int:
            headers = {"accept-encoding": accepted, "if-none-match": etag}
            answer = await client.get("/chat/chatkit.js", headers=headers)
            assert answer.headers["vary"] == "Accept-Encoding"
            assert answer.headers["cache-control"] == "no-cache"
            return answer.status_code

        tags = {
            accepted: (await client.head("/chat/chatkit.js", headers={"accept-encoding": accepted})).headers[
                "etag"
            ]
            for accepted in ("br", "gzip", "")
        }
        assert len(set(tags.values())) == 3
        for accepted, etag in tags.items():
            assert await status(accepted, etag) == 304
            assert await status("gzip" if accepted != "gzip" else "br", etag) == 200


@pytest.mark.usefixtures("folder")
async def test_what_is_not_compressed_is_sent_as_it_is() -> None:
    async with serving(app()) as client:
        plain = await client.get("/chat/chatkit.js.map", headers={"accept-encoding": "br, gzip"})
        missing = await client.get("/chat/nothing.js")
        posted = await client.post("/chat/chatkit.js")
    assert (plain.status_code, plain.text) == (200, "{}")
    assert "content-encoding" not in plain.headers
    assert (missing.status_code, posted.status_code) == (404, 405)


async def test_the_built_script_is_a_third_on_the_wire() -> None:
    async with serving(app()) as client:
        answers = {
            accepted: await client.head("/chat/chatkit.js", headers={"accept-encoding": accepted})
            for accepted in ("", "gzip", "br")
        }
        script: httpx.Response = await client.get("/chat/chatkit.js", headers={"accept-encoding": "gzip"})
    assert "openai-chatkit" in script.text
    plain, gzipped, brotli = (
        int(answers[accepted].headers["content-length"]) for accepted in ("", "gzip", "br")
    )
    assert brotli < gzipped < 75_000
    assert plain > 2.5 * gzipped


@pytest.mark.usefixtures("folder")
async def test_an_app_with_its_own_route_serves_the_files_beside_it() -> None:
    async def chatkit(request: object) -> PlainTextResponse:
        return PlainTextResponse("the app's own route")

    routes = [Route("/chatkit", chatkit, methods=["POST"]), Mount("/chatkit", element_files())]
    async with serving(Starlette(routes=routes)) as client:
        assert (await client.post("/chatkit")).text == "the app's own route"
        script = await client.get("/chatkit/chatkit.js", headers={"accept-encoding": "gzip"})
    assert script.content == SCRIPT
    assert "set-cookie" not in script.headers


async def test_without_the_built_element_the_answer_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(element, "FOLDER", tmp_path / "static")
    async with serving(app()) as client:
        missing = await client.get("/chat/chatkit.js")
    assert (missing.status_code, missing.text) == (404, "The element is not built: run `make build`.")
