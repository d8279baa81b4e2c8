"""The unmodified `@openai/chatkit-react` passes every option on, in StrictMode: by what is seen or
arrives.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse
from starlette.routing import Route

from tests.browser.host import Events, react_site, said, spoken
from tests.browser.pages import answers, composer, ended, say, visiting
from tests.server.app import OWNER, ScriptedServer, added, create, delta
from turnstream.store import AttachmentStore
from turnstream.types import (
    Attachment,
    AttachmentCreateParams,
    AttachmentUploadDescriptor,
    AudioInput,
    ClientEffectEvent,
    FeedbackKind,
    FileAttachment,
    ThreadMetadata,
    TranscriptionResult,
    UserMessageItem,
)

# The hook hands every option on in one object, whatever its name, so most are tested in one version of React.
# Options, handlers and methods are tested in both: here, and in test_react.py.
ONE_VERSION = pytest.mark.parametrize("bundle", ["19"], indirect=True, scope="session")

FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans-ExtraLight.ttf")


class Files(AttachmentStore[Any]):
    """Takes files in two phases at `origin`, which is known once the page is there, and directly."""

    def __init__(self, server: "Server") -> None:
        self.server = server
        self.origin = ""
        self.bodies: list[bytes] = []
        self.deleted: list[str] = []

    async def create_attachment(self, input: AttachmentCreateParams, context: Any) -> Attachment:  # noqa: A002
        url = {"url": f"{self.origin}/put", "method": "PUT", "headers": {"x-secret": "1"}}
        descriptor = AttachmentUploadDescriptor.model_validate(url)
        return FileAttachment(
            id=f"atc_{input.name}", name=input.name, mime_type=input.mime_type, upload_descriptor=descriptor
        )

    async def delete_attachment(self, attachment_id: str, context: Any) -> None:
        self.deleted.append(attachment_id)

    async def put(self, request: Request) -> JSONResponse:
        assert request.headers["x-secret"] == "1"
        self.bodies.append(await request.body())
        return JSONResponse({})

    async def direct(self, request: Request) -> JSONResponse:
        self.bodies.append(b"file=" + (b"hello" if b"hello" in await request.body() else b"?"))
        attachment = FileAttachment(id="atc_direct", name="direct.txt", mime_type="text/plain")
        await self.server.store.save_attachment(attachment, context=OWNER)
        return JSONResponse(attachment.model_dump(mode="json", exclude_none=True))


class Server(ScriptedServer):
    """Echoes, and keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.files = self.attachment_store = Files(self)
        self.inputs: list[dict[str, Any]] = []
        self.feedback: list[tuple[list[str], str]] = []
        self.heard: list[AudioInput] = []

    async def _answer(self, thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        if item is not None:
            self.inputs.append(item.model_dump(mode="json", exclude_none=True))
        if spoken(item) == "wait":
            yield added(thread)
            yield delta("Once upon")
            await asyncio.Event().wait()
        if spoken(item) == "effect":
            yield ClientEffectEvent(name="paint", data={"color": "red"})
        yield said(thread, f"You said: {spoken(item)} [cart](chatkit-link://cart?id=7)")

    async def add_feedback(
        self, thread_id: str, item_ids: list[str], feedback: FeedbackKind, context: Any
    ) -> None:
        self.feedback.append((item_ids, feedback))

    async def transcribe(self, audio_input: AudioInput, context: Any) -> TranscriptionResult:
        self.heard.append(audio_input)
        return TranscriptionResult(text="What I said")


@asynccontextmanager
async def react(
    chromium: Browser, bundle: Path, options: str, server: Server | None = None, **given: Any
) -> AsyncGenerator[Page]:
    """Yield a page whose React app gives the chat the JavaScript object `options`; there, `hear(name)` is a
    handler.
    """
    server = server or Server()
    script = f"""
      globalThis.heard = [];
      globalThis.hear = (name) => (...given) => void heard.push([name, ...given]);
      globalThis.given = {options};
      import('/react/options.js');
    """
    app = react_site(server, bundle, script)
    routes = (
        Route("/put", server.files.put, methods=["PUT"]),
        Route("/up", server.files.direct, methods=["POST"]),
    )
    app.router.routes[:0] = [*routes, Route("/font.ttf", font)]
    async with visiting(chromium, app, **given) as page:
        server.files.origin = page.url.rstrip("/")
        await page.wait_for_function("seen.some(({ name }) => name === 'ready')")
        yield page


async def font(request: Request) -> FileResponse:
    return FileResponse(FONT)


async def heard(page: Page) -> list[Any]:
    return await page.evaluate("heard")


async def give(page: Page, options: str) -> None:
    await page.evaluate(f"setGiven({options})")


async def style(page: Page, selector: str, name: str) -> str:
    return await page.locator(selector).first.evaluate("(node, name) => getComputedStyle(node)[name]", name)


async def test_header(chromium: Browser, bundle: Path) -> None:
    options = """{ header: { title: { text: 'Desk' }, leftAction: { icon: 'home', onClick: hear('left') },
      rightAction: { icon: 'settings-cog', onClick: hear('right') } } }"""
    async with react(chromium, bundle, options) as page:
        await expect(page.get_by_role("heading", name="Desk")).to_be_visible()
        await page.get_by_role("button", name="home").click()
        await page.get_by_role("button", name="settings cog").click()
        assert [name for name, *_ in await heard(page)] == ["left", "right"]
        await give(page, "{ header: { title: { enabled: false, text: 'Desk' } } }")
        await expect(page.get_by_role("heading", name="Desk")).to_have_count(0)
        await expect(page.get_by_role("button", name="Show chats")).to_be_visible()
        await give(page, "{ header: { enabled: false } }")
        await expect(page.get_by_role("button", name="Show chats")).to_have_count(0)


@ONE_VERSION
async def test_history(chromium: Browser, bundle: Path) -> None:
    server = Server()
    await create(server, "made before")
    options = "{ onHistoryOpen: hear('open'), onHistoryClose: hear('close') }"
    async with react(chromium, bundle, options, server) as page:
        await page.evaluate("methods.showHistory()")
        more = page.get_by_role("button", name="More actions for this chat")
        await more.click()
        await expect(page.get_by_role("menuitem")).to_have_text(["Rename", "Delete"])
        await page.keyboard.press("Escape")
        await give(page, "{ ...given, history: { showRename: false } }")
        await more.click()
        await expect(page.get_by_role("menuitem")).to_have_text(["Delete"])
        await page.keyboard.press("Escape")
        await give(page, "{ ...given, history: { showRename: false, showDelete: false } }")
        await expect(more).to_have_count(0)
        await page.evaluate("methods.hideHistory()")
        await expect(page.get_by_role("navigation", name="Chats")).to_have_count(0)
        assert [name for name, *_ in await heard(page)] == ["open", "close"]
        await give(page, "{ history: { enabled: false } }")
        await expect(page.get_by_role("button", name="Show chats")).to_have_count(0)


@ONE_VERSION
async def test_start_screen(chromium: Browser, bundle: Path) -> None:
    server = Server()
    options = """{ startScreen: { greeting: 'Hello Ada', prompts: [
      { label: 'Plain', prompt: 'a plain one', icon: 'lucide:leaf' },
      { label: 'Tagged', icon: 'map-pin', prompt: [{ type: 'input_text', text: 'Where is ' },
        { type: 'input_tag', id: 'o1', text: 'Order 1', group: 'Orders', data: { n: '1' },
          interactive: true }] },
    ] } }"""
    async with react(chromium, bundle, options, server) as page:
        await expect(page.get_by_role("heading", name="Hello Ada")).to_be_visible()
        icons = (
            await page.get_by_role("button", name="Tagged")
            .locator("xpath=../..")
            .locator("svg")
            .all_inner_texts()
        )
        assert len(icons) == 2
        await page.get_by_role("button", name="Tagged").click()
        await ended(page)
        tag = {"type": "input_tag", "id": "o1", "text": "Order 1", "group": "Orders", "data": {"n": "1"}}
        assert server.inputs[0]["content"] == [
            {"type": "input_text", "text": "Where is "},
            {**tag, "interactive": True},
        ]


@ONE_VERSION
async def test_thread_item_actions(chromium: Browser, bundle: Path) -> None:
    server = Server()
    async with react(
        chromium, bundle, "{ threadItemActions: { feedback: true, retry: true } }", server
    ) as page:
        await say(page, "hi")
        await ended(page)
        async with page.expect_response("**/chatkit"):
            await page.get_by_role("button", name="Bad answer").click()
        await page.get_by_role("button", name="Answer again").click()
        await ended(page, 2)
        assert [spoken_text(item) for item in server.inputs] == ["hi", "hi"]
        assert [kind for _, kind in server.feedback] == ["negative"]
        await give(page, "{}")
        await expect(page.get_by_role("button", name="Good answer")).to_have_count(0)
        await expect(page.get_by_role("button", name="Answer again")).to_have_count(0)


def spoken_text(item: dict[str, Any]) -> str:
    return "".join(part["text"] for part in item["content"])


@ONE_VERSION
async def test_tools_and_placeholder(chromium: Browser, bundle: Path) -> None:
    server = Server()
    options = """{ onToolChange: hear('tool'), composer: { placeholder: 'Ask the desk', tools: [
      { id: 'maps', label: 'Search maps', shortLabel: 'Maps', icon: 'maps',
        placeholderOverride: 'Where to?' },
      { id: 'notes', label: 'Notes', icon: 'notebook', pinned: true, persistent: true },
    ] } }"""
    async with react(chromium, bundle, options, server) as page:
        await expect(composer(page)).to_have_attribute("placeholder", "Ask the desk")
        await page.get_by_role("button", name="Choose a tool").click()
        await expect(page.get_by_role("menuitemradio").locator("svg")).to_have_count(2)
        await page.get_by_role("menuitemradio", name="Search maps").click()
        await expect(page.get_by_role("button", name="Stop using Search maps")).to_have_text("Maps")
        await expect(composer(page)).to_have_attribute("placeholder", "Where to?")
        await say(page, "one")
        await ended(page)
        await expect(page.get_by_role("button", name="Stop using Search maps")).to_have_count(0)
        await page.get_by_role("button", name="Notes", exact=True).click()
        await say(page, "two")
        await ended(page, 2)
        await expect(page.get_by_role("button", name="Stop using Notes")).to_be_visible()
        chosen = [item["inference_options"]["tool_choice"]["id"] for item in server.inputs]
        assert chosen == ["maps", "notes"]
        assert [detail["toolId"] for _, detail in await heard(page)] == ["maps", None, "notes"]


@ONE_VERSION
async def test_models(chromium: Browser, bundle: Path) -> None:
    server = Server()
    options = """{ composer: { models: [{ id: 'slow', label: 'Slow' },
      { id: 'fast', label: 'Fast', description: 'For every day', default: true },
      { id: 'old', label: 'Old', disabled: true }] } }"""
    async with react(chromium, bundle, options, server) as page:
        await say(page, "one")
        await ended(page)
        await page.get_by_role("button", name="Model: Fast").click()
        await expect(page.get_by_role("menuitemradio", name="Fast")).to_contain_text("For every day")
        await expect(page.get_by_role("menuitemradio", name="Old")).to_be_disabled()
        await page.get_by_role("menuitemradio", name="Slow").click()
        await say(page, "two")
        await ended(page, 2)
        assert [item["inference_options"]["model"] for item in server.inputs] == ["fast", "slow"]


def text_file(name: str, size: int = 5) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": b"hello".ljust(size, b".")}


@ONE_VERSION
async def test_attachments_in_two_phases(chromium: Browser, bundle: Path) -> None:
    server = Server()
    options = """{ composer: { attachments: { enabled: true, maxCount: 2, maxSize: { 'text/*': 20, '*': 5 },
      accept: { 'text/plain': ['.txt'] } } } }"""
    async with react(chromium, bundle, options, server) as page:
        await expect(page.locator("input[type=file]")).to_have_attribute("accept", "text/plain,.txt")
        files = page.locator("input[type=file]")
        await files.set_input_files([text_file("big.txt", 21)])
        await expect(page.get_by_role("alert")).to_contain_text("“big.txt” is larger than")
        await files.set_input_files([{"name": "a.bin", "mimeType": "application/x", "buffer": b"x"}])
        await expect(page.get_by_role("alert")).to_contain_text("“a.bin” is not a supported file type")
        await files.set_input_files([text_file(f"{at}.txt") for at in range(3)])
        await expect(page.get_by_role("alert")).to_contain_text("only 2 files")
        await expect(page.get_by_role("img", name="Uploading")).to_have_count(0)
        await page.get_by_role("button", name="Remove 1.txt").click()
        await expect(page.get_by_role("img", name="Uploading")).to_have_count(0)
        await say(page, "see")
        await ended(page)
        assert server.files.bodies == [b"hello", b"hello"]
        assert [one["id"] for one in server.inputs[0]["attachments"]] == ["atc_0.txt"]
        assert server.files.deleted == ["atc_1.txt"]
        await give(page, "{}")
        await expect(page.locator("input[type=file]")).to_have_count(0)


@ONE_VERSION
async def test_attachments_sent_directly_from_a_method(chromium: Browser, bundle: Path) -> None:
    server = Server()
    options = """{ composer: { attachments: { enabled: true } }, api: { url: '/chatkit', domainKey: 'any',
      uploadStrategy: { type: 'direct', uploadUrl: '/up' } } }"""
    async with react(chromium, bundle, options, server) as page:
        await page.evaluate("""methods.setComposerValue({ text: 'see',
          files: [new File(['hello'], 'direct.txt', { type: 'text/plain' })] })""")
        await expect(page.get_by_role("button", name="Remove direct.txt")).to_be_visible()
        await expect(page.get_by_role("img", name="Uploading")).to_have_count(0)
        await composer(page).press("Enter")
        await ended(page)
        assert server.files.bodies == [b"file=hello"]
        assert [one["id"] for one in server.inputs[0]["attachments"]] == ["atc_direct"]


# A tone in place of the microphone; the recorder is the browser's own.
MICROPHONE = """navigator.mediaDevices.getUserMedia = async () => {
  const audio = new AudioContext();
  const to = audio.createMediaStreamDestination();
  const tone = audio.createOscillator();
  tone.connect(to);
  tone.start();
  return to.stream;
}"""


@ONE_VERSION
async def test_dictation(chromium: Browser, bundle: Path) -> None:
    server = Server()
    async with react(chromium, bundle, "{ composer: { dictation: { enabled: true } } }", server) as page:
        await page.evaluate(MICROPHONE)
        await page.get_by_role("button", name="Dictate").click()
        await page.get_by_role("button", name="Stop dictating").click()
        await expect(composer(page)).to_have_value("What I said")
        assert server.heard[0].media_type == "audio/webm"
        page.on("filechooser", lambda _: None)  # a key is faster than what would otherwise be asked for first
        await give(
            page,
            """{ commands: { enabled: true },
              composer: { attachments: { enabled: true }, dictation: { enabled: true } } }""",
        )
        await composer(page).fill("")
        await composer(page).press_sequentially("/")
        await expect(page.get_by_role("option")).to_have_text(["Attach files", "Dictate"])
        async with page.expect_file_chooser():
            await page.keyboard.press("Enter")
        await composer(page).press_sequentially("/di")
        await expect(page.get_by_role("option")).to_have_text(["Dictate"])
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Stop dictating").click()
        await expect(composer(page)).to_have_value("What I said")
        await give(page, "{}")
        await expect(page.get_by_role("button", name="Dictate")).to_have_count(0)


@ONE_VERSION
async def test_entities(chromium: Browser, bundle: Path) -> None:
    server = Server()
    options = """{ entities: { showComposerMenu: true, onClick: hear('click'),
      onTagSearch: async (query) => [{ id: 'ada', title: 'Ada', icon: 'user', group: 'People',
        interactive: true,
        data: { query } }],
      onRequestPreview: async ({ title }) => ({ preview: { type: 'Basic',
        children: [{ type: 'Text', value: `About ${title}` }] } }) } }"""
    async with react(chromium, bundle, options, server) as page:
        await page.get_by_role("button", name="Mention something").click()
        await expect(page.get_by_role("option", name="Ada")).to_be_visible()
        await page.keyboard.press("Enter")
        await page.keyboard.type("please")
        await page.keyboard.press("Enter")
        await ended(page)
        tag = next(part for part in server.inputs[0]["content"] if part["type"] == "input_tag")
        assert (tag["id"], tag["text"], tag["group"], tag["data"]) == ("ada", "Ada", "People", {"query": ""})
        entity = page.get_by_role("article", name="You").get_by_role("button", name="Ada")
        await entity.hover()
        await expect(page.get_by_role("tooltip")).to_contain_text("About Ada")
        await entity.click()
        ((name, clicked),) = await heard(page)
        assert (name, clicked["id"], clicked["title"]) == ("click", "ada", "Ada")


@ONE_VERSION
async def test_commands(chromium: Browser, bundle: Path) -> None:
    options = """{ commands: { enabled: true,
      onSearch: async (query) => { heard.push(['search', query]); return [{ id: 'more', label: 'More…' }]; },
      onSelect: async ({ id }) => { heard.push(['select', id]); return id === 'more'
        ? { type: 'menu', commands: [{ id: 'ada', label: 'Insert Ada', description: 'A person',
          group: 'Names' }] }
        : { type: 'entity', entity: { id: 'ada', title: 'Ada' } }; } } }"""
    async with react(chromium, bundle, options) as page:
        await composer(page).press_sequentially("/m")
        await expect(page.get_by_role("option")).to_have_text(["More…"])
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("option", name="Insert Ada")).to_contain_text("A person")
        await page.keyboard.press("Enter")
        await expect(composer(page)).to_have_value("Ada ")
        assert ["select", "more"] in await heard(page)
        assert ["search", "m"] in await heard(page)
        await give(page, "{ commands: { enabled: false } }")
        await composer(page).fill("")
        await composer(page).press_sequentially("/m")
        await expect(page.get_by_role("listbox")).to_have_count(0)


@ONE_VERSION
async def test_disclaimer_locale_and_frame_title(chromium: Browser, bundle: Path) -> None:
    options = "{ locale: 'de-DE', frameTitle: 'Hilfe', disclaimer: { text: 'Kann *falsch* sein' } }"
    async with react(chromium, bundle, options) as page:
        await expect(page.get_by_role("region", name="Hilfe").first).to_be_visible()
        await expect(page.get_by_role("textbox", name="Nachricht")).to_be_visible()
        await expect(page.locator(".shell")).to_have_attribute("lang", "de-DE")
        await expect(page.locator("[part=disclaimer] em")).to_have_text("falsch")
        before = await style(page, "[part=disclaimer]", "color")
        await give(page, "{ ...given, disclaimer: { text: 'Kann falsch sein', highContrast: true } }")
        await expect(page.locator("[part=disclaimer] em")).to_have_count(0)
        assert await style(page, "[part=disclaimer]", "color") != before


@ONE_VERSION
async def test_theme(chromium: Browser, bundle: Path) -> None:
    options = """{ theme: { colorScheme: 'dark', radius: 'sharp', density: 'compact',
      typography: { baseSize: 18, fontFamily: 'Slim, serif', fontFamilyMono: 'Slim Mono, monospace',
        fontSources: [{ family: 'Slim', src: '/font.ttf', weight: 400, style: 'normal', display: 'block',
          unicodeRange: 'U+0-FF' }] },
      color: { grayscale: { hue: 150, tint: 9, shade: 2 }, accent: { primary: '#00aa55', level: 2 } } } }"""
    async with react(chromium, bundle, options) as page:
        await expect(composer(page)).to_be_visible()
        view = "turnstream-chat-view"
        assert await style(page, view, "colorScheme") == "dark"
        assert await style(page, view, "fontSize") == "18px"
        assert (await style(page, view, "fontFamily")).startswith("Slim")
        assert await style(page, ".composer", "borderRadius") == "0px"
        assert await style(page, ".composer", "padding") == "6px"
        await page.wait_for_function(
            "[...document.fonts].some((f) => f.family === 'Slim' && f.status === 'loaded')"
        )
        mono = await page.locator(view).evaluate("node => getComputedStyle(node).getPropertyValue('--mono')")
        assert mono.strip().startswith("Slim Mono")
        tinted = await style(page, view, "backgroundColor")
        await composer(page).fill("x")
        assert await style(page, ".send", "backgroundColor") != tinted
        await give(
            page, "{ theme: { color: { surface: { background: '#ffeecc', foreground: '#331100' } } } }"
        )
        await page.wait_for_function("""() => {
          const { colorScheme, backgroundColor } = getComputedStyle(deep('turnstream-chat-view')[0]);
          return colorScheme === 'light' && backgroundColor === 'rgb(255, 238, 204)';
        }""")
        await give(page, "{ theme: 'dark' }")
        await page.wait_for_function(
            "getComputedStyle(deep('turnstream-chat-view')[0]).colorScheme === 'dark'"
        )
        assert await style(page, view, "backgroundColor") != tinted


@ONE_VERSION
async def test_initial_thread_and_api_fetch(chromium: Browser, bundle: Path) -> None:
    server = Server()
    thread_id, _ = await create(server, "\n".join(f"line {at}" for at in range(60)))
    options = f"""{{ initialThread: '{thread_id}',
      onThreadLoadStart: hear('start'), onThreadLoadEnd: hear('end'), onThreadChange: hear('change'),
      api: {{ url: '/chatkit', domainKey: 'any', fetch: (url, init) => {{
        heard.push(['fetch', init.headers['Content-Type']]);
        return fetch(url, {{ ...init, headers: {{ ...init.headers, 'x-mine': '1' }} }});
      }} }} }}"""
    async with react(chromium, bundle, options, server) as page:
        await expect(answers(page)).to_contain_text("line 59")
        named = [[name, detail] for name, detail in await heard(page) if name != "fetch"]
        detail = {"threadId": thread_id}
        assert named == [["change", detail], ["start", detail], ["end", detail]]
        assert ["fetch", "application/json"] in await heard(page)


@ONE_VERSION
async def test_auto_scroll(chromium: Browser, bundle: Path) -> None:
    async with react(chromium, bundle, "{ thread: { autoScroll: false } }") as page:
        distance = (
            "deep('.scroller').map((node) => node.scrollHeight - node.scrollTop - node.clientHeight)[0]"
        )
        await page.evaluate("text => methods.sendUserMessage({ text })", "long\n" * 80)
        await ended(page)
        assert await page.evaluate(distance) > 200
        await give(page, "{}")
        await page.evaluate("text => methods.sendUserMessage({ text })", "long\n" * 80)
        await ended(page, 2)
        await page.wait_for_function(f"{distance} < 5")


async def test_methods(chromium: Browser, bundle: Path) -> None:
    server = Server()
    options = """{ composer: { tools: [{ id: 'maps', label: 'Maps', icon: 'globe' }],
      models: [{ id: 'fast', label: 'Fast' }, { id: 'slow', label: 'Slow' }] } }"""
    async with react(chromium, bundle, options, server) as page:
        await page.evaluate("""methods.sendUserMessage({ reply: 'quoted', toolChoice: { id: 'maps' },
          model: 'slow',
          content: [{ type: 'input_text', text: 'hi ' }, { type: 'input_tag', id: 'a', text: 'Ada' }] })""")
        await ended(page)
        (sent,) = server.inputs
        assert sent["quoted_text"] == "quoted"
        assert sent["inference_options"] == {"tool_choice": {"id": "maps"}, "model": "slow"}
        assert [part["type"] for part in sent["content"]] == ["input_text", "input_tag"]
        await page.evaluate("""methods.setComposerValue({ text: 'half', reply: 'this', selectedToolId: 'maps',
          selectedModelId: 'slow', attachments: [{ type: 'file', id: 'f1', name: 'f.txt',
            mime_type: 'x/y' }] })""")
        value = await page.evaluate("methods.ref.current.getComposerValue()")
        assert (value["text"], value["reply"]) == ("half", "this")
        assert (value["selectedToolId"], value["selectedModelId"]) == ("maps", "slow")
        assert [file["id"] for file in value["attachments"]] == ["f1"]
        await expect(page.get_by_role("button", name="Remove f.txt")).to_be_visible()
        await page.evaluate("methods.sendUserMessage({ text: 'wait', newThread: true })")
        await expect(answers(page)).to_have_text("Once upon")
        await page.evaluate("methods.ref.current.stop()")
        await ended(page, 2)
        await expect(page.get_by_text("Stopped", exact=True)).to_be_visible()
        await page.evaluate("methods.ref.current.resume()")
        await expect(answers(page)).to_have_text("Once upon")


async def test_handlers_of_effects_links_errors_and_the_log(chromium: Browser, bundle: Path) -> None:
    server = Server()
    options = """{ onEffect: hear('effect'), onDeeplink: hear('deeplink'),
      onLog: ({ name }) => hear('log')(name),
      onError: ({ error }) => hear('error')(error.message), onReady: hear('ready'),
      onResponseStart: hear('start'), onResponseEnd: hear('end'),
      entities: { onTagSearch: async () => { throw new Error('no index'); } } }"""
    async with react(chromium, bundle, options, server) as page:
        await say(page, "effect")
        await ended(page)
        await page.get_by_role("link", name="cart").click()
        await composer(page).press_sequentially("@a")
        await expect(page.get_by_text("The search failed")).to_be_visible()
        await page.wait_for_function("heard.some(([, name]) => name === 'suggestions_failed')")
        received = await heard(page)
        assert [name for name, *_ in received][:2] == ["ready", "start"]
        (effect,) = [detail for name, detail in received if name == "effect"]
        assert effect == {"name": "paint", "data": {"color": "red"}, "id": effect["id"]}
        assert ["deeplink", {"name": "cart", "data": {"id": "7"}}] in received
        assert ["log", "suggestions_failed"] in received
