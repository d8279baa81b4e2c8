"""Every field of the wire, and every option, that takes text.

Raw JSON: the server of a page may be anyone's.
"""

from collections.abc import Iterator, Sequence
from itertools import count, cycle, islice
from typing import Any

from tests.browser.hostile.addresses import ADDRESSES, CORE
from tests.browser.hostile.markup import MARKUP, TEMPLATES
from turnstream.widgets import WidgetComponentBase

__all__ = ["TEXTS", "calls", "events", "items", "options", "threads"]

Json = dict[str, Any]

TEXTS: Sequence[str] = (
    *MARKUP,
    *TEMPLATES,
    *CORE,
    '"onmouseover="__xss(1)" x="',
    "\x00'\"><img src=x onerror=__xss(1)>",
)

MADE = "2026-11-22T09:30:00Z"


def threads() -> list[Json]:
    return [{"id": f"thr_{at}", "title": text, "created_at": MADE} for at, text in enumerate(TEXTS)]


def items() -> list[Json]:
    """One turn for each text, in which every field has it, and then the widgets."""
    ids = (f"itm_{number}" for number in count())
    made: list[Json] = []
    for text, address in zip(TEXTS, cycle(ADDRESSES)):
        made += [
            {"id": next(ids), "thread_id": "thr_hostile", "created_at": MADE, **one}
            for one in _items(text, address)
        ]
    turn = {"thread_id": "thr_hostile", "created_at": MADE, "type": "widget"}
    return made + [{"id": next(ids), **turn, "widget": widget} for widget in _widgets()]


def _items(text: str, address: str) -> Iterator[Json]:
    yield {
        "type": "user_message",
        "content": [_tag(text), {"type": "input_text", "text": text}],
        "quoted_text": text,
        "attachments": [_attachment("image", text, address), _attachment("file", text, text)],
        "inference_options": {},
    }
    marks = [_mark(source, index) for index, source in enumerate(_sources(text, address))]
    yield {
        "type": "assistant_message",
        "content": [{"type": "output_text", "text": "Sources", "annotations": marks}],
    }
    yield {"type": "workflow", "workflow": _workflow(text, address)}
    yield {"type": "task", "task": {"type": "custom", "title": text, "content": text, "icon": text}}
    yield {"type": "generated_image", "image": {"id": text, "url": address}}
    yield {"type": "generated_image", "image": {"id": text, "url": text}}
    yield {"type": "widget", "widget": {"type": text, "value": text}, "copy_text": text}
    yield {"type": "structured_input", "status": "answered", "inputs": list(_questions(text))}
    yield {"type": text, "text": text}


def _tag(text: str) -> Json:
    return {
        "type": "input_tag",
        "id": text,
        "text": text,
        "group": text,
        "data": {text: text},
        "interactive": True,
    }


def _attachment(kind: str, text: str, address: str) -> Json:
    return {"type": kind, "id": text, "name": text, "mime_type": text, "preview_url": address}


def _mark(source: Json, index: int) -> Json:
    return {"type": "annotation", "source": source, "index": index}


def _sources(text: str, address: str) -> Iterator[Json]:
    common = {"title": text, "description": text, "timestamp": text, "group": text}
    yield {"type": "url", "url": address, "attribution": text, "icon": text, **common}
    yield {"type": "url", "url": text, **common}
    yield {"type": "file", "filename": text, **common}
    entity = {
        "type": "entity",
        "id": text,
        "icon": text,
        "label": text,
        "inline_label": text,
        "interactive": True,
    }
    yield {**entity, "data": {text: text}, **common}


def _workflow(text: str, address: str) -> Json:
    sources = list(_sources(text, address))
    tasks: list[Json] = [
        {"type": "thought", "title": text, "content": text},
        {"type": "web_search", "title": text, "title_query": text, "queries": [text], "sources": sources[:2]},
        {"type": "file", "title": text, "sources": sources[2:3]},
        {"type": "image", "title": text},
        {"type": "custom", "title": text, "icon": text, "content": text, "status_indicator": "complete"},
    ]
    return {"type": "custom", "expanded": True, "tasks": tasks, "summary": {"title": text, "icon": text}}


def _questions(text: str) -> Iterator[Json]:
    answer = {"values": [text], "skipped": False}
    choices = [{"value": text}]
    yield {"type": "multiple_choice", "id": text, "question": text, "options": choices, "answer": answer}
    yield {"type": "freeform", "id": f"{text}2", "question": text, "description": text, "answer": answer}


def _widgets() -> Iterator[Json]:
    """Each component with texts in all its fields, and where a field has a shape, with that shape."""
    texts = cycle((*TEXTS, *ADDRESSES))
    for component in _components(WidgetComponentBase):
        for text in islice(texts, 12):
            fields = {name: text for name in component.model_fields if name not in ("type", "children")}
            plain = {"type": component.model_fields["type"].default, **fields}
            content = [
                {"type": "Text", "value": text},
                {"type": "Markdown", "value": f"{text}\n\n[go]({text})"},
            ]
            shaped = {**plain, **{name: _shape(name, text) for name in fields if name in SHAPED}}
            yield {"type": "Card", "children": [plain, {**shaped, "children": content}], "background": text}


def _components(base: type[WidgetComponentBase]) -> Iterator[type[WidgetComponentBase]]:
    for component in base.__subclasses__():
        if isinstance(component.model_fields["type"].default, str):
            yield component
        yield from _components(component)


SHAPED = {
    "options",
    "data",
    "series",
    "status",
    "confirm",
    "cancel",
    "xAxis",
    "border",
    "padding",
    "margin",
    "editable",
}


def _shape(name: str, text: str) -> Any:
    entry: Json = {
        **dict.fromkeys(
            ("label", "value", "text", "icon", "favicon", "dataKey", "color", "style", "name"), text
        ),
        "action": {"type": text, "payload": {text: text}},
        "type": "bar",
    }
    return [entry] if name in ("options", "data", "series") else entry


def events() -> Iterator[Json]:
    """What one response says beside its items."""
    for text, address in zip(TEXTS, cycle(ADDRESSES)):
        yield {"type": "progress_update", "text": text, "icon": text}
        yield {
            "type": "notice",
            "level": "warning",
            "title": text,
            "message": f"{text}\n\n[go]({address}) {text}",
        }
        yield {"type": "client_effect", "name": text, "data": {text: text}}


def calls() -> Iterator[tuple[str, Json]]:
    """Names and arguments of tools of the page."""
    for text in (*TEXTS[::4], *TEMPLATES):
        yield text, {text: text, "list": [text], "nested": [{text: [text]}]}


def options(text: str, address: str, thread_id: str | None) -> Json:
    """Options with `text` in each that takes one, for a server at `/wire`."""
    entry = {
        "id": text,
        "label": text,
        "icon": text,
        "shortLabel": text,
        "placeholderOverride": text,
        "pinned": True,
    }
    return {
        "api": {"url": "/wire"},
        "initialThread": thread_id,
        "frameTitle": text,
        "header": {"title": {"text": text}},
        "startScreen": {"greeting": text, "prompts": [{"label": text, "prompt": text, "icon": text}]},
        "composer": {"placeholder": text, "tools": [entry], "models": [{**entry, "description": text}]},
        "disclaimer": {"text": f"{text} [go]({address})"},
        "theme": {
            "typography": {
                "fontFamily": text,
                "fontFamilyMono": f"x; background: url({address})",
                "baseSize": text,
            },
            "color": {
                "accent": {"primary": text, "level": text},
                "surface": {"background": text, "foreground": text},
            },
            "radius": text,
            "density": text,
        },
    }
