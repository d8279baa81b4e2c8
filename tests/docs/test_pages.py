"""What the pages show runs; and every page with something to run is run by a test."""

import asyncio
import inspect
import io
import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.http.serving import SECRET, serving
from tests.server.app import call, stream, user_input
from turnstream.errors import InvalidRequestError
from turnstream.http import create_app
from turnstream.limits import Limits
from turnstream.store import Principal

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```(python|js|ts|html)\b.*?\n(.*?)^```", re.DOTALL | re.MULTILINE)

RUN_BY = {
    "README.md": "tests/test_readme.py",
    "docs/actions.md": "tests/docs/test_pages.py",
    "docs/agent-builder.md": "tests/agents/guides/test_agent_builder_guide.py",
    "docs/agents.md": "tests/agents/guides/test_agents_guide.py",
    "docs/bundlers.md": "tests/browser/test_page_snippets.py",
    "docs/contracts.md": "tests/contracts/test_docs.py",
    "docs/custom-ui.md": "tests/browser/test_page_snippets.py",
    "docs/django-litestar.md": "tests/browser/test_apps.py",
    "docs/element.md": "tests/browser/test_page_snippets.py",
    "docs/fastapi.md": "tests/browser/test_apps.py",
    "docs/files.md": "tests/docs/test_files_page.py",
    "docs/frames.md": "tests/browser/test_frames_guide.py",
    "docs/frameworks.md": "tests/agents/guides/test_frameworks_guide.py",
    "docs/layout.md": "tests/browser/test_page_snippets.py",
    "docs/gallery.md": "tests/browser/test_gallery.py",
    "docs/limits.md": "tests/docs/test_pages.py",
    "docs/locales.md": "tests/browser/test_page_snippets.py",
    "docs/models.md": "tests/agents/guides/test_models_page.py",
    "docs/moving.md": "tests/docs/test_pages.py",
    "docs/other-origin.md": "tests/docs/test_pages.py",
    "docs/react.md": "tests/browser/test_apps.py",
    "docs/security.md": "tests/docs/test_pages.py",
    "docs/tasks.md": "tests/docs/test_tasks_page.py",
    "docs/sources.md": "tests/browser/test_sources_guide.py",
    "docs/tutorial.md": "tests/browser/test_tutorial.py",
    "docs/widgets.md": "tests/widgets/test_widgets_guide.py",
    "docs/workers.md": "tests/docs/test_pages.py",
    "references/streaming-patterns.md": "tests/docs/test_verify.py",
}


def python_of(name: str) -> dict[str, Any]:
    """Run the Python blocks of a page, one after another; return what they define."""
    sources = [block[1] for block in BLOCK.findall((DOCS / name).read_text("utf-8")) if block[0] == "python"]
    assert sources
    names: dict[str, Any] = {"__name__": name}
    for source in sources:
        exec(source, names)
    return names


def test_every_page_with_something_to_run_is_run() -> None:
    pages = [*DOCS.rglob("*.md"), ROOT / "README.md", *(ROOT / "references").glob("*.md"), ROOT / "SKILL.md"]
    with_code = {str(page.relative_to(ROOT)) for page in pages if BLOCK.search(page.read_text("utf-8"))}
    assert with_code == set(RUN_BY)
    for page, test in RUN_BY.items():
        assert Path(page).name in (ROOT / test).read_text("utf-8"), f"{test} does not read {page}"


PROSE = [*DOCS.rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / ".github").glob("*.md")]


@pytest.mark.parametrize("page", PROSE, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere_in_a_checkout(page: Path) -> None:
    prose = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    links = re.findall(r"\]\((?![a-z]+:|#)([^)#\s]+)", prose)
    assert [link for link in links if not (page.parent / link).exists()] == []


async def test_a_server_that_moved_answers_on_its_own_route() -> None:
    names = await asyncio.to_thread(python_of, "moving.md")
    async with serving(names["app"]) as client:
        body = {"type": "threads.create", "params": {"input": user_input("hi")}}
        answer: httpx.Response = await client.post("/api/chat", json=body)
        assert '"text":"Moved."' in answer.text
        listed = await client.post("/api/chat", json={"type": "threads.list", "params": {}})
        assert len(listed.json()["data"]) == 1
        unknown = {"type": "threads.get_by_id", "params": {"thread_id": "thr_9"}}
        refused = await client.post("/api/chat", json=unknown)
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "not_found")
    assert names["converter"].texts == names["texts"]


async def act(server: Any, item: dict[str, Any], kind: str, action: dict[str, Any]) -> Any:
    """Send an action of a widget, as a stream or `sync`; return the text of the answer, or its JSON."""
    place = {"thread_id": item["thread_id"], "item_id": item["id"]}
    if kind == "sync":
        return await call(server, "threads.sync_custom_action", **place, action=action)
    events = await stream(server, "threads.custom_action", **place, action=action)
    return events[-1]["item"]["content"][0]["text"]


async def test_actions_and_answers_are_what_the_page_says() -> None:
    names = python_of("actions.md")
    shop = names["server"]
    item = (await stream(shop, "threads.create", input=user_input("hi")))[-1]["item"]
    order = {"id": 7}
    assert (
        await act(shop, item, "stream", {"type": "order.cancel", "payload": order})
        == "order.cancel {'id': 7}"
    )
    note = {"type": "order.note", "payload": {**order, "note": {"text": "Ring twice"}}}
    assert await act(shop, item, "stream", note) == "Noted for order 7: Ring twice"
    marked = await act(shop, item, "sync", {"type": "order.mark", "payload": order})
    assert marked["updated_item"]["widget"]["children"][0]["value"] == "Marked"
    refresh = {"thread_id": item["thread_id"], "action": {"type": "cart.refresh"}}
    assert (await stream(shop, "threads.custom_action", **refresh))[-1]["type"] == "thread.item.done"
    with pytest.raises(InvalidRequestError, match="page_actions"):
        await stream(
            shop, "threads.custom_action", thread_id=item["thread_id"], action={"type": "cart.empty"}
        )
    seats = names["seats"]
    asked = (await stream(seats, "threads.create", input=user_input("hi")))[-1]["item"]
    assert asked["answer"] == {"status": "pending"}
    pick = {"type": "seat.pick", "payload": {"seat": "1B"}}
    assert await act(seats, asked, "stream", pick) == "You sit on 1B."
    stored = (await call(seats, "items.list", thread_id=asked["thread_id"], order="asc"))["data"]
    assert stored[1]["answer"] == {"status": "answered", **pick}
    assert names["choose_seat"].name == "choose_seat"


@pytest.mark.parametrize(("cookie", "status"), [("a-session", 200), ("another", 401), (None, 401)])
async def test_only_who_has_a_session_may_ask(cookie: str | None, status: int) -> None:
    app = (await asyncio.to_thread(python_of, "security.md"))["app"]
    async with serving(app) as client:
        headers = {} if cookie is None else {"cookie": f"session={cookie}"}
        body = {"type": "threads.create", "params": {"input": user_input("hi")}}
        answer: httpx.Response = await client.post("/chatkit", json=body, headers=headers)
        invoices = await client.get("/invoices", headers=headers)
        elsewhere = await client.post("/chatkit", json=body, headers={**headers, "host": "evil.example"})
    assert answer.status_code == invoices.status_code == status
    assert ("Hello, ada." in answer.text) == (status == 200)
    assert (invoices.json() == {"invoices_of": "ada"}) == (status == 200)
    assert (elsewhere.status_code, elsewhere.json()["error"]["code"]) == (403, "forbidden_host")


def test_every_setting_of_the_app_is_in_the_docs() -> None:
    settings = set(inspect.signature(create_app).parameters) - {"server"}
    text = "\n".join(page.read_text("utf-8") for page in PROSE)
    assert [
        setting for setting in settings if not re.search(rf"`[^`\n]*\b{setting}\b|\b{setting}=", text)
    ] == []


async def test_a_person_is_exported_and_erased(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = await asyncio.to_thread(python_of, "security.md")
    server, before, after = names["server"], io.StringIO(), io.StringIO()
    body = {"type": "threads.create", "params": {"input": user_input("hi")}}
    started = await server.process(json.dumps(body), Principal("ada"))
    async for _ in started.json_events:
        pass
    await names["export"]("ada", before)
    assert [json.loads(line)["type"] for line in before.getvalue().splitlines()] == ["thread", "item", "item"]
    assert await names["erase"]("ada") == "1 threads and 0 attachments"
    await names["export"]("ada", after)
    assert after.getvalue() == ""
    await server.close()


@pytest.mark.parametrize(
    ("token", "status"), [("Bearer a-token", 200), ("Bearer x", 401), ("a-token", 401), (None, 401)]
)
async def test_a_page_of_another_origin_asks_with_a_token(token: str | None, status: int) -> None:
    app = (await asyncio.to_thread(python_of, "other-origin.md"))["app"]
    headers = {"origin": "https://app.example", **({} if token is None else {"authorization": token})}
    async with serving(app) as client:
        body = {"type": "threads.create", "params": {"input": user_input("hi")}}
        answer: httpx.Response = await client.post("/chatkit", json=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == "https://app.example"
    assert ("Hello, ada." in answer.text) == (status == 200)


async def test_the_factory_of_the_page_on_workers_makes_an_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/chat.sqlite")
    monkeypatch.setenv("COOKIE_SECRET", SECRET)
    monkeypatch.delenv("REDIS_URL", raising=False)
    names = await asyncio.to_thread(python_of, "workers.md")
    app = await asyncio.to_thread(names["create"])
    async with serving(app) as client:
        body = {"type": "threads.create", "params": {"input": user_input("hi")}}
        answer: httpx.Response = await client.post("/chatkit", json=body)
    assert "You said: hi" in answer.text


def test_the_tests_that_the_page_on_security_names_exist() -> None:
    named = re.findall(r"`(tests/[\w/.]+)`", (DOCS / "security.md").read_text("utf-8"))
    assert len(named) > 8
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_page_of_limits_sets_them_and_names_each_with_its_default() -> None:
    page = (DOCS / "limits.md").read_text("utf-8")
    server = python_of("limits.md")["server"]
    assert (server.limits.messages_per_minute, server.limits.turn_timeout_s) == (20, 120)
    rows = {row[0].strip("` "): row[1] for line in page.splitlines() if len(row := line.split("|")[1:]) >= 2}
    units = {"KiB": 1024, "MiB": 1024**2, "minutes": 60}
    for field in fields(Limits):
        number, unit = re.match(r" ([\d,]+)(?: (\w+))?", rows[field.name]).groups()  # pyright: ignore
        assert int(number.replace(",", "")) * units.get(unit, 1) == field.default, field.name
