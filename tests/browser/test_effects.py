"""Effects in a real page: in tasks of their own, in order, and no more than the page can show."""

from typing import Any

from playwright.async_api import Browser, expect

from tests.browser.host import Events, chat_site, said, tool_output
from tests.browser.pages import answers, ended, events, say, visiting
from tests.server.app import ScriptedServer, client_call
from turnstream.types import ClientEffectEvent, ThreadMetadata, UserMessageItem

COUNT = 200

SLOW = """
let turn = 0;
const { port1, port2 } = new MessageChannel();
port2.onmessage = () => { turn++; port1.postMessage(null); };
port1.postMessage(null);
globalThis.turns = new Set();
chat.addEventListener('chatkit.effect', ({ detail }) => {
  const until = performance.now() + 3;
  while (performance.now() < until);
  turns.add(turn);
  (globalThis.inside ??= []).push(detail.data.n);
});
chat.setOptions({ api: { url: '/chatkit' } });
"""

FRAMED = """
globalThis.moves = [];
let frame = 0;
const count = () => { frame++; requestAnimationFrame(count); };
requestAnimationFrame(count);
chat.addEventListener('chatkit.effect', ({ detail }) => moves.push({ frame, ...detail.data }));
chat.setOptions({
  api: { url: '/chatkit' },
  effects: { move: { schedule: 'frame' } },
  onClientTool: () => ({ moves: moves.map(({ n }) => n) }),
});
"""


class Mover(ScriptedServer):
    """Moves something many times, asks the page what it has seen, and moves it again."""

    def __init__(self) -> None:
        super().__init__(self._move)
        self.seen: Any = None

    async def _move(self, thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        if item is None:
            self.seen = await tool_output(self.store, thread.id)
        first = 0 if item is not None else COUNT
        for n in range(first, first + COUNT):
            yield ClientEffectEvent(name="move", data={"n": n})
        if item is not None:
            yield client_call(thread)
        else:
            yield said(thread, "Moved")


async def test_a_burst_lets_the_pages_own_tasks_in_between_and_comes_in_order(chromium: Browser) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        for n in range(COUNT):
            yield ClientEffectEvent(name="move", data={"n": n})
        yield said(thread, "Moved")

    async with visiting(chromium, chat_site(respond, script=SLOW)) as page:
        await say(page, "go")
        await ended(page)
        await expect(answers(page)).to_have_text("Moved")
        assert await page.evaluate("inside") == list(range(COUNT))
        received = [event["name"] for event in await events(page, "effect", "response.end")]
        assert received[-2:] == ["effect", "response.end"]
        assert await page.evaluate("turns.size") >= COUNT / 10, (
            "tasks of the page's own came hardly in between"
        )


async def test_for_frames_the_newest_comes_once_per_frame_and_before_what_follows(chromium: Browser) -> None:
    server = Mover()
    async with visiting(chromium, chat_site(server, script=FRAMED)) as page:
        await say(page, "go")
        await ended(page)
        moves = await page.evaluate("moves")
        numbers = [move["n"] for move in moves]
        assert numbers == sorted(set(numbers))
        assert len(numbers) < COUNT
        assert numbers[-1] == 2 * COUNT - 1
        assert server.seen["moves"][-1] == COUNT - 1
        # The tool and the end may each bring one more within a frame.
        assert len(moves) - len({move["frame"] for move in moves}) <= 2
