"""Every component and prop, from the official package's models to the page. docs/gallery.md lists them."""

import json
import re
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from playwright.async_api import Browser
from pydantic import BaseModel

from scripts.site import example
from tests.browser.gallery_cases import REQUIRED, Case, cases
from tests.browser.pages import browsing
from tests.browser.strict import until
from tests.browser.test_widget_alone import LOAD, site
from tests.http.serving import listening
from tests.official import chatkit as official
from turnstream import widgets

PAGE = (Path(__file__).parents[2] / "docs" / "gallery.md").read_text("utf-8")
COMMON = {"sizes", "boxes", "texts"}
SERIES = {"BarSeries", "AreaSeries", "LineSeries"}
ROOTS = {"Card", "ListView", "BasicRoot"}
OURS = {"Card": {"border"}, "BasicRoot": {"direction", "gap", "padding", "align", "justify", "theme"}}
"""The props that the official package's models lack."""

HOST = """
const settled = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
globalThis.acted = [];
alone.setOptions({ locale: 'en-US', widgets: { async onAction(action) { acted.push(action); } } });
globalThis.check = async ({ widget, selector, probe, run, expected }) => {
  alone.widget = null;
  await settled();
  acted = [];
  alone.widget = widget;
  await settled();
  const root = alone.shadowRoot;
  const node = root.querySelector(selector);
  const one = (found) => node.querySelector(found);
  const all = (found) => [...node.querySelectorAll(found)];
  const attr = (name, of = node) => of.getAttribute(name);
  const css = (name, of = node) => getComputedStyle(of)[name];
  const button = (label) => [...root.querySelectorAll('button')].find((one) => one.innerText === label);
  const drawn = async () => { while (one('svg.w-chart-svg > g') === null) await settled(); };
  const barsOf = (path) => path.getAttribute('d').split(/(?=M)/).filter(Boolean).map((d) => {
    const bar = path.cloneNode();
    bar.setAttribute('d', d);
    path.after(bar);
    const place = bar.getBoundingClientRect();
    bar.remove();
    return place;
  });
  const bars = () => all('.w-chart-bar').flatMap(barsOf).sort((a, b) => a.left - b.left);
  const names = { root, node, bars, one, all, attr, css, button, drawn };
  await new AsyncFunction(...Object.keys(names), run)(...Object.values(names));
  const look = new Function(...Object.keys(names), `return ${probe}`);
  let seen;
  for (let left = 100; left > 0; left--) {
    try { seen = look(...Object.values(names)); } catch (error) { seen = String(error); }
    if (JSON.stringify(seen) === expected) return null;
    await settled();
  }
  return JSON.stringify(seen) ?? 'undefined';
};
const AsyncFunction = (async () => undefined).constructor;
"""


def documented() -> dict[str, set[str]]:
    """The props of each component in the tables of the page."""
    tables = {
        title.partition(" {")[0]: re.findall(r"^\| ([^|]+) \| ([^|]*) \|", text, re.MULTILINE)
        for title, text in re.findall(r"^### (.+?)\n(.*?)(?=^##|\Z)", PAGE, re.DOTALL | re.MULTILINE)
    }

    def props(title: str) -> Iterable[str]:
        for names, values in tables[title]:
            if names == "props of":
                [link] = re.findall(r"#([a-z]+)", values)
                yield from props(link.capitalize())
            yield from re.findall(r"`(\w+)`", names)

    found = {title: set(props(title)) for title in tables if title.lower() not in COMMON}
    return {title: names for title, names in found.items() if names}


def fields_of(model: type[BaseModel]) -> set[str]:
    return set(model.model_fields) - {"type", "key", "id"}


def our_model(name: str) -> type[BaseModel]:
    outer, _, inner = name.partition(".")
    found = getattr(widgets, outer)
    return getattr(found, inner) if inner else found


def test_the_page_has_the_props_of_the_models_and_no_others() -> None:
    props = documented()
    texts = props.pop("Texts", None)
    assert texts is None
    assert set(props) == set(REQUIRED) | SERIES
    for name, documented_props in props.items():
        assert documented_props == fields_of(our_model(name)), name
        if hasattr(official.widgets, name):
            theirs = fields_of(getattr(official.widgets, name))
            assert documented_props - theirs == OURS.get(name, set()), name
            assert theirs <= documented_props, name


def test_every_prop_of_the_page_has_a_case() -> None:
    tried = {(case.component, case.prop) for case in cases()}
    assert tried == {(name, prop) for name, props in documented().items() for prop in props}


def test_the_examples_of_the_page_make_each_component() -> None:
    blocks = re.findall(
        r"^### ([\w.]+)\n(?:(?!^##).)*?^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE
    )
    for name, source in blocks:
        made = json.dumps(example(source).model_dump(mode="json", exclude_none=True))
        assert f'"type": "{name.removesuffix("Root")}"' in made, name
    assert {name for name, _ in blocks} == set(REQUIRED) - {"Table.Row", "Table.Cell"}


def widget_of(case: Case) -> tuple[dict[str, Any], str]:
    """The widget as the official model writes it, ours where that has no such field; and the node's place."""
    name = "Chart" if case.component in SERIES else case.component
    fields = {**REQUIRED[name], **case.fields}
    has_it = hasattr(official.widgets, name) and case.prop not in OURS.get(case.component, set())
    model: Any = getattr(official.widgets, name) if has_it else our_model(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the official classes
        made = model(**fields)
    written = made.model_dump(mode="json", exclude_none=True)
    match name:
        case "Card" | "ListView" | "BasicRoot":
            return written, ".widget > *"
        case "ListViewItem":
            return {"type": "ListView", "children": [written]}, "li"
        case "Table.Row":
            return {"type": "Card", "children": [{"type": "Table", "children": [written]}]}, "tr"
        case "Table.Cell":
            row = {"type": "Table.Row", "children": [written]}
            return {"type": "Card", "children": [{"type": "Table", "children": [row]}]}, "td"
        case _:
            return {"type": "Card", "children": [written, *case.followed_by]}, ".w-card-body > *"


async def test_every_prop_shows_in_the_page(chromium: Browser) -> None:
    app = site(f'{LOAD}<turnstream-widget id="alone"></turnstream-widget>', HOST, policy=None)
    failures: list[str] = []
    async with listening(app) as url, browsing(chromium, url) as context:
        page = await context.new_page()
        await page.goto("/")
        await until(page, "() => globalThis.check !== undefined")
        for case in cases():
            widget, selector = widget_of(case)
            given = {
                "widget": widget,
                "selector": selector,
                "probe": case.probe,
                "run": case.run,
                "expected": json.dumps(case.expected, separators=(",", ":"), ensure_ascii=False),
            }
            seen = await page.evaluate("given => check(given)", given)
            if seen is not None:
                failures.append(f"{case}\n    {seen} instead of {given['expected']}")
    assert failures == [], "\n".join(failures)
