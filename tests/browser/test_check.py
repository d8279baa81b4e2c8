"""`turnstream check` opens a running page as a stranger would, and names the mistakes that it sees."""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from starlette.applications import Starlette

import turnstream
from tests.browser.host import Events, chat_site
from tests.http.serving import listening
from tests.server.app import client_call
from tests.services import free_port
from turnstream.types import ClientEffectEvent, ThreadMetadata, UserMessageItem

SOURCE = Path(turnstream.__file__).parent.parent
CARELESS = """chat.addEventListener('chatkit.effect', () => {
  for (const end = performance.now() + 90; performance.now() < end; );
});
chat.setOptions({ api: { url: '/chatkit' }, onClientTool: () => undefined });
"""
CAREFUL = """chat.addEventListener('chatkit.effect', () => {});
chat.addEventListener('chatkit.error', () => {});
chat.setOptions({ api: { url: '/chatkit' }, locks: 'main', persist: true,
  onClientTool: () => ({ rows: [] }) });
"""


async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    if item is not None:
        yield ClientEffectEvent(name="redraw", data={})
        yield client_call(thread, f"tc_{uuid4().hex}")


async def check(*arguments: str) -> tuple[int, str, str]:
    """Run the command; return its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "turnstream", "check", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    said, complaints = await process.communicate()
    return process.returncode or 0, said.decode(), complaints.decode()


async def look(site: Starlette, *arguments: str) -> tuple[int, list[str], str]:
    """Check a page; return the exit code, the codes that were named, and all that was said."""
    async with listening(site) as url:
        code, said, complaints = await check(url, *arguments)
    return code, re.findall(r"^(\w+): ", said, re.MULTILINE), said + complaints


@pytest.mark.usefixtures("chromium")
async def test_a_careless_page_is_told_what_it_does_wrong() -> None:
    code, codes, said = await look(chat_site(respond, script=CARELESS), "--say", "hello")
    assert code == 1
    assert {"not_locked", "not_persisted", "effect_slow", "no_error_handler", "unknown_tool"} <= set(codes), (
        said
    )
    assert f"{len(codes)} mistakes.\n" in said
    assert "locks" in said
    assert "redraw" in said


@pytest.mark.usefixtures("chromium")
async def test_what_can_be_seen_without_a_word_is_seen() -> None:
    code, codes, said = await look(chat_site(respond, script=CARELESS))
    assert (code, "not_persisted" in codes, "effect_slow" in codes) == (1, True, False), said
    assert '--say "…"' in said


@pytest.mark.usefixtures("chromium")
async def test_a_careful_page_makes_no_mistake() -> None:
    code, codes, said = await look(chat_site(respond, script=CAREFUL), "--say", "hello", "--say", "again")
    assert (code, codes) == (0, []), said
    assert said.endswith(": no mistakes found.\n")


@pytest.mark.usefixtures("chromium")
async def test_a_page_without_a_chat_and_one_that_is_not_there_are_said() -> None:
    code, _, said = await look(chat_site(respond, body="<p>Nothing</p>", script=""), "--patience", "0.5")
    assert (code, "has no <openai-chatkit>" in said) == (2, True), said
    code, _, complaints = await check(f"http://127.0.0.1:{free_port()}/")
    assert (code, "ERR_CONNECTION_REFUSED" in complaints, complaints.count("\n")) == (2, True, 1), complaints


@pytest.mark.usefixtures("chromium")
async def test_an_answer_that_does_not_end_is_said() -> None:
    never = CAREFUL.replace("({ rows: [] })", "new Promise(() => {})")
    code, _, said = await look(chat_site(respond, script=never), "--say", "hello", "--patience", "1")
    assert (code, "no response ended within 1 s" in said) == (2, True), said
