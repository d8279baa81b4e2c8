"""Origins and hosts: spelled as browsers spell them, or refused at the start; and who may not ask."""

from typing import Any

import httpx
import pytest

from tests.http.serving import serving
from tests.http.test_app import CREATE, hello_app
from turnstream.http.hosts import checked_image_hosts, checked_origins

LIST: dict[str, Any] = {"type": "threads.list", "params": {}}


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("https://app.example", "https://app.example"),
        ("https://app.example/", "https://app.example"),
        ("HTTPS://App.Example", "https://app.example"),
        ("https://app.example:443", "https://app.example"),
        ("https://app.example:0443/", "https://app.example"),
        ("https://app.example:", "https://app.example"),
        ("http://app.example:80", "http://app.example"),
        ("http://app.example:443", "http://app.example:443"),
        ("http://localhost:5173/", "http://localhost:5173"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://BÜCHER.example:8443", "https://xn--bcher-kva.example:8443"),
        ("https://faß.example", "https://xn--fa-hia.example"),
        ("https://例え。テスト", "https://xn--r8jz45g.xn--zckzah"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://a_b.example", "https://a_b.example"),
        ("https://app.example.", "https://app.example."),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://１２７.0.0.1", "http://127.0.0.1"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://[2001:DB8:0:0::1]:443/", "https://[2001:db8::1]"),
        ("http://[::ffff:127.0.0.1]", "http://[::ffff:7f00:1]"),
        ("null", "null"),
    ],
)
def test_an_origin_is_spelled_as_browsers_send_it(given: str, sent: str) -> None:
    assert checked_origins([given]) == [sent]
    assert checked_origins([sent]) == [sent]


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "*",
        "app.example",
        "app.example:443",
        "//app.example",
        "https:app.example",
        "https://",
        "https:///",
        "https://app.example/chat",
        "https://app.example//",
        "https://app.example?x",
        "https://app.example/#x",
        "https://*.example",
        "https://*",
        "https://ada@app.example",
        "https://ada:secret@app.example",
        " https://app.example",
        "https://app.example ",
        "https://app.example\n",
        "https://app .example",
        "https://a.example,https://b.example",
        "https://a.example https://b.example",
        "https://app.example:port",
        "https://app.example:65536",
        "https://app.example:-1",
        "https://app..example",
        "https://.example",
        "https://-app.example",
        "https://app.example\\chat",
        "https://app%2eexample",
        "https://1.2.3",
        "https://1.2.3.400",
        "https://0x7f.1",
        "https://::1",
        "https://[::1",
        "https://[fe80::1%25eth0]",
        "https://[fe80::1%eth0]",
        "https://[app.example]",
        f"https://{'a' * 64}.example",
        "ftp://app.example",
        "file:///home",
        "javascript://app.example",
    ],
)
def test_what_no_browser_sends_is_refused_at_the_start(origin: str) -> None:
    with pytest.raises(
        ValueError, match=r"allowed_origins must contain origins such as 'https://app\.example'"
    ):
        hello_app(allowed_origins=["https://good.example", origin])


@pytest.mark.parametrize("origins", ["https://app.example", [b"https://app.example"], [None]])
def test_what_is_no_list_of_texts_is_refused(origins: Any) -> None:
    with pytest.raises(TypeError, match="allowed_origins"):
        hello_app(allowed_origins=origins)


async def test_a_page_of_a_listed_origin_is_let_in_however_it_was_listed() -> None:
    async with serving(hello_app(allowed_origins=["HTTPS://Bücher.example:443/"])) as client:
        origin = {"origin": "https://xn--bcher-kva.example"}
        answer = await client.post("/chatkit", json=LIST, headers=origin)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, origin["origin"])


async def answered(client: httpx.AsyncClient, **headers: str) -> tuple[int, str | None]:
    answer = await client.post("/chatkit", json=LIST, headers=headers)
    return answer.status_code, answer.json().get("error", {}).get("code")


REFUSED = (403, "forbidden_host")


@pytest.mark.parametrize(
    ("allowed", "accepted", "refused"),
    [
        (
            ["chat.example"],
            ["chat.example", "Chat.Example:8443", "chat.example."],
            ["evil.example", "a.chat.example"],
        ),
        (["Chat.Example:443", "127.0.0.1"], ["chat.example", "127.0.0.1:8000"], ["localhost", "127.0.0.2"]),
        (
            ["*.example.com"],
            ["a.example.com", "a.b.EXAMPLE.com:1"],
            ["example.com", "xexample.com", "example.com.evil"],
        ),
        (["::1", "[::2]:80"], ["[::1]", "[0:0::1]:8000", "[::2]"], ["[::3]", "::1:80:evil"]),
        (["bücher.example"], ["xn--bcher-kva.example"], ["bucher.example"]),
        ([], [], ["localhost", "127.0.0.1"]),
        (["*"], ["anything.example", "x"], []),
        (
            ["chat.example"],
            [],
            ["", "evil@chat.example", "chat.example/x", "chat.example:x", "chat example", "[", "é"],
        ),
    ],
)
async def test_only_listed_hosts_are_served(
    allowed: list[str], accepted: list[str], refused: list[str]
) -> None:
    async with serving(hello_app(allowed_hosts=allowed)) as client:
        for host in accepted:
            assert await answered(client, host=host) == (200, None), host
            assert (await client.get("/chatkit/chatkit.js", headers={"host": host})).status_code == 200
        for host in refused:
            headers = {b"host": host.encode("latin-1"), b"content-type": b"application/json"}
            for method, path in (
                ("POST", "/chatkit"),
                ("GET", "/chatkit/chatkit.js"),
                ("OPTIONS", "/chatkit"),
            ):
                answer = await client.request(method, path, content=b"{}", headers=headers)
                assert (answer.status_code, answer.json()["error"]["code"]) == REFUSED, (host, path)
                assert "allowed_hosts" in answer.json()["error"]["message"]
            assert (await client.get("/chatkit/health", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["", "https://chat.example", "chat.example/x", "*.", "*.*.example", "a.*.example", "*.127.0.0.1", "a b"],
)
def test_what_is_no_host_is_refused_at_the_start(host: str) -> None:
    with pytest.raises(ValueError, match=r"allowed_hosts must contain hosts such as 'chat\.example'"):
        hello_app(allowed_hosts=[host])


@pytest.mark.parametrize("hosts", ["chat.example", [b"chat.example"], [1]])
def test_hosts_are_a_list_of_texts(hosts: Any) -> None:
    with pytest.raises(TypeError, match="allowed_hosts"):
        hello_app(allowed_hosts=hosts)


@pytest.mark.parametrize(
    ("host", "origin", "answer"),
    [
        ("evil.example:8000", "http://evil.example:8000", REFUSED),
        ("localhost.evil.example", "http://localhost.evil.example", REFUSED),
        ("evil-localhost", "http://evil-localhost", REFUSED),
        ("127.0.0.1.evil.example", "http://127.0.0.1.evil.example", REFUSED),
        ("localhost:8000", "http://localhost:8000", (200, None)),
        ("app.localhost", "http://app.localhost", (200, None)),
        ("127.0.0.1:8000", "http://127.0.0.1:8000", (200, None)),
        ("[::1]:8000", "http://[::1]:8000", (200, None)),
        ("192.168.1.7", "http://192.168.1.7", (200, None)),
        ("chat.example", "https://chat.example", (200, None)),  # a proxy on this machine serves it with TLS
        ("chat.example", None, (200, None)),  # no browser
    ],
)
async def test_a_site_whose_name_points_to_this_machine_is_refused(
    host: str, origin: str | None, answer: tuple[int, str | None]
) -> None:
    """What a page can set itself, such as the headers of a proxy, changes nothing."""
    forged = {"x-forwarded-host": "localhost", "x-forwarded-proto": "https", "forwarded": "host=localhost"}
    headers = {"host": host, **({} if origin is None else {"origin": origin})}
    async with serving(hello_app()) as client:
        assert await answered(client, **headers) == answer
        assert await answered(client, **headers, **forged) == answer
    async with serving(hello_app(allowed_hosts=["*"])) as client:
        assert await answered(client, **headers) == (200, None)


async def test_a_server_on_a_network_is_asked_by_any_name() -> None:
    transport = httpx.ASGITransport(hello_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://192.168.1.7") as client:
        assert await answered(client, host="chat.corp", origin="http://chat.corp") == (200, None)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("images.example", "images.example"),
        ("Images.Example:443", "images.example"),
        ("images.example:8443", "images.example:8443"),
        ("bücher.example/bilder/", "xn--bcher-kva.example/bilder/"),
        ("bucket.s3.eu-west-1.example/a%20b/~c", "bucket.s3.eu-west-1.example/a%20b/~c"),
        ("[2001:DB8::1]:9000", "[2001:db8::1]:9000"),
    ],
)
def test_a_host_of_pictures_is_spelled_as_browsers_spell_it(given: str, sent: str) -> None:
    assert checked_image_hosts([given]) == [sent]
    assert checked_image_hosts([sent]) == [sent]


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "*",
        "*.example",
        "https://images.example",
        "//images.example",
        "images.example:port",
        "images.example:99999",
        "images.example?x",
        "images.example/a b",
        "images.example/a,evil.example",
        "images.example/a\r\nset-cookie: a=b",
        "user@images.example",
        "images..example",
    ],
)
def test_what_is_no_host_of_pictures_is_refused_at_the_start(entry: str) -> None:
    with pytest.raises(ValueError, match=r"allowed_image_hosts must contain hosts such as .*not '"):
        hello_app(allowed_image_hosts=[entry])


def test_hosts_of_pictures_are_a_list_of_texts() -> None:
    with pytest.raises(TypeError, match=r"such as \['images.example'\], not a str"):
        hello_app(allowed_image_hosts="images.example")
    with pytest.raises(TypeError, match="not 7"):
        hello_app(allowed_image_hosts=[7])


async def test_clients_of_durable_turns_learn_the_hosts_of_pictures() -> None:
    durable = {"turnstream-client": "1"}
    app = hello_app(allowed_image_hosts=["images.example", "cdn.example:8443/a/"])
    async with serving(app) as client:
        stream = await client.post("/chatkit", json=CREATE, headers=durable)
        listed = await client.post("/chatkit", json=LIST, headers=durable)
        official = await client.post("/chatkit", json=LIST)
    for answer in (stream, listed):
        assert answer.headers["turnstream-image-hosts"] == "images.example, cdn.example:8443/a/"
    assert "turnstream-image-hosts" not in official.headers
    async with serving(hello_app()) as client:
        answer = await client.post("/chatkit", json=LIST, headers=durable)
    assert "turnstream-image-hosts" not in answer.headers
