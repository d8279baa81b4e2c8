"""What docs/sources.md shows: a server that cites, and a page that hears of its entities."""

import re
from pathlib import Path
from typing import Any

import pytest
from openai.types.responses.response_output_text import AnnotationFileCitation
from playwright.async_api import Browser, expect

from tests.browser.host import ELEMENT, LOAD_ELEMENT, html_route
from tests.browser.pages import answers, ended, say, visiting
from tests.docs.test_pages import DOCS, python_of
from turnstream.types import Annotation, AssistantMessageContentPartAnnotationAdded, FileSource

GUIDE = (DOCS / "sources.md").read_text("utf-8")


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the guide defines. Its app is made before the event loop runs, as `turnstream serve` does."""
    monkeypatch.chdir(tmp_path)
    return python_of("sources.md")


async def test_the_server_and_the_page_of_the_guide(chromium: Browser, names: dict[str, Any]) -> None:
    app = names["app"]
    [script] = re.findall(r"^```js\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    app.router.routes.insert(0, html_route(ELEMENT + LOAD_ELEMENT, script))
    async with visiting(chromium, app) as page:
        await say(page, "Any news?")
        await ended(page)
        await expect(answers(page).locator(".markdown")).to_have_text(
            "Revenue grew by 12 %.1 The lease of this customerACME runs until 2031.3"
        )
        acme = page.get_by_role("button", name="ACME: ACME Corp")
        await acme.hover()
        await expect(page.get_by_role("tooltip")).to_contain_text("ACME Corp has the plan Enterprise.")
        await acme.click()
        await page.wait_for_function("location.hash === '#/customers/customer_7'")


async def test_the_ways_to_annotate_of_the_guide(names: dict[str, Any]) -> None:
    report, lease = names["REPORT"], names["LEASE"]
    content = names["cited"]("🚆 Up [1][2]. Until 2031 [9] [2]", [report, lease])
    assert content.text == "🚆 Up. Until 2031"
    assert content.annotations == [
        Annotation(source=source, index=index) for source, index in ((report, 4), (lease, 4), (lease, 16))
    ]
    event = names["annotate"]("msg_1", content.annotations[1], 1)
    assert event.item_id == "msg_1"
    assert event.update == AssistantMessageContentPartAnnotationAdded(
        content_index=0, annotation_index=1, annotation=content.annotations[1]
    )
    converter = names["Citations"]()
    for file_id, source in (("file_1", lease), ("file_9", None)):
        citation = AnnotationFileCitation(
            type="file_citation", file_id=file_id, filename="other.pdf", index=4
        )
        made = await converter.file_citation_to_annotation(citation)
        assert made.index == 4
        assert made.source == (source or FileSource(filename="other.pdf", title="other.pdf"))
