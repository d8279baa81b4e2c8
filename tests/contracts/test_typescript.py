"""The types that come out: the same for the same declarations, and what a compiler makes of them."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, create_model

from tests.contracts import shop
from tests.contracts.compiler import complaints
from turnstream.contracts import ClientToolContract, Effect, collect, to_typescript
from turnstream.contracts.printing import comment, property_name, type_of

HERE = Path(__file__).parent
GOLDEN = HERE / "shop.d.ts"

SHOP = collect([shop.__name__])


def test_the_shop_is_written_as_ever() -> None:
    assert to_typescript(SHOP.effects, SHOP.client_tools, SHOP.components) == GOLDEN.read_text("utf-8")


@settings(deadline=None)
@given(st.permutations(SHOP.effects), st.permutations(SHOP.client_tools))
def test_the_order_of_declarations_changes_nothing(
    effects: list[type[Effect]], tools: list[ClientToolContract]
) -> None:
    assert to_typescript(effects, tools, SHOP.components[::-1]) == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize(
    ("schema", "written"),
    [
        ({}, "unknown"),
        (False, "never"),
        ({"type": "integer"}, "number"),
        ({"const": 'a"b'}, '"a\\"b"'),
        ({"enum": ["a", 1, None]}, '"a" | 1 | null'),
        ({"anyOf": [{"type": "null"}, {"type": "string"}, {"type": "string"}]}, "string | null"),
        ({"anyOf": [{}, {"type": "string"}]}, "unknown"),
        ({"type": ["string", "null"]}, "string | null"),
        ({"allOf": [{"$ref": "#/$defs/A"}, {"enum": [1, 2]}]}, "Aa & (1 | 2)"),
        ({"type": "array"}, "unknown[]"),
        ({"type": "array", "items": {"enum": [1, 2]}}, "(1 | 2)[]"),
        ({"type": "array", "prefixItems": [{"type": "string"}], "maxItems": 1, "minItems": 1}, "[string]"),
        (
            {"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "null"}},
            "[string?, ...null[]]",
        ),
        ({"type": "object"}, "{ [key: string]: unknown }"),
        ({"type": "object", "additionalProperties": {"$ref": "#/$defs/A"}}, "{ [key: string]: Aa }"),
        ({"type": "object", "patternProperties": {"^x": {"type": "string"}}}, "{ [key: string]: string }"),
        ({"type": "object", "properties": {}}, "{ [key: string]: never }"),
    ],
)
def test_schemas_become_types(schema: Any, written: str) -> None:
    assert type_of(schema, {"A": "Aa"}) == written


@given(st.lists(st.text()))
def test_a_comment_ends_where_it_ends(paragraphs: list[str]) -> None:
    text = comment(paragraphs)
    assert text.count("*/") == (1 if text else 0)


@given(st.text())
def test_a_property_is_an_identifier_or_quoted(name: str) -> None:
    assert re.fullmatch(r'[A-Za-z_$][A-Za-z0-9_$]*|"([^"\\\n]|\\.)*"', property_name(name))


# Each line with "wrong" is one that the compiler must refuse, and no other line is.
PAGE = """
import type { ClientToolCall, ClientToolHandlers, OnEffect, TypedChat, TypedOptions,
  WidgetRenderers } from './contracts';
import type { ChatKitOptions } from '@openai/chatkit';
import type { UseChatKitOptions } from '@openai/chatkit-react';

const tools: ClientToolHandlers = {
  search_parts: ({ words, limit }) => {
    return [{ part: { name: words.join(' '), parts: [{ name: limit.toFixed() }] }, tags: ['s', 1] }];
  },
  delete_row: async ({ row }) => (row > 0 ? {} : null),
  'count-rows': async () => ({ part: { name: 'x' }, place: ['aisle'], stock: { here: 1 } }),
};

const onEffect: OnEffect = (effect) => {
  if (effect.name === 'show_cart') {
    console.log(effect.data.total.toFixed(2), effect.data.currency === 'EUR',
      effect.data['main-part']?.parts);
  } else if (effect.name === 'highlight-row') console.log(effect.data.row + 1, effect.replayed);
  else if (effect.name === 'blink') console.log(effect.data);
};

const options: TypedOptions<UseChatKitOptions> = {
  api: { url: '/chatkit', domainKey: 'none' },
  onEffect,
  onClientTool: <Name extends keyof ClientToolHandlers>({ name,
    params }: ClientToolCall<Name>) => tools[name](params),
};
export const forReact = options as UseChatKitOptions;
export const forOfficial = { api: options.api, onClientTool: options.onClientTool } as ChatKitOptions;

const chat = document.querySelector<HTMLElement & TypedChat>('openai-chatkit')!;
chat.addEventListener('chatkit.effect', ({ detail }) => {
  if (detail.replayed) console.log(detail.id?.length);
  if (detail.name === 'highlight-row') detail.undoWith({ data: { row: detail.data.row - 1 } });
});
export const run = async (): Promise<number> => {
  await chat.undo();
  await chat.redo();
  await chat.stop();
  return (await chat.inspect()).filter(({ code, message, count }) => code !== message && count > 0).length;
};
export const own: TypedOptions<UseChatKitOptions> = {
  ...options,
  locks: { regions: { cart: '#cart', rest: ['nav', document.body] }, scope: 'thread', reason: 'Wait.' },
  persist: 'ada',
  effects: { 'highlight-row': { schedule: 'frame' }, '*': {} },
};
const components: WidgetRenderers = {
  'shop.Rack': (props) => {
    const rack = document.createElement(props.children?.[0]?.type ?? 'div');
    rack.title = `${props.main_part.name} ${props.spare_part?.name} ${props.size.length}`;
    rack.slot = props.onPick?.type ?? '';
    rack.id = props.id ?? props.type;
    return rack;
  },
  'shop.Tag': ({ text }) => new Text(text),
};
export const withWidgets: TypedOptions<UseChatKitOptions> = {
  ...options,
  widgets: { components, onAction: async ({ type }) => console.log(type) },
};
chat.setOptions({
  api: { url: '/chatkit' },
  widgets: { components },
  locks: '#cart',
  persist: true,
  onEffect: (effect) => effect.name === 'highlight-row' && effect.undoWith(),
  onClientTool: async (call) => (call.name === 'delete_row' ? tools.delete_row(call.params) : { part: { name:
    'x' } }),
});
"""
WRONG = """
import type { ClientToolHandlers, OnEffect, TypedChat, TypedOptions, WidgetRenderers } from './contracts';
import type { UseChatKitOptions } from '@openai/chatkit-react';

const fieldType: OnEffect = (effect) => {
  if (effect.name === 'show_cart') effect.data.total.trim(); // wrong
};
const unknownField: OnEffect = (effect) => effect.name === 'show_cart' && effect.data.sum; // wrong
const unknownEffect: OnEffect = (effect) => effect.name === 'show_card'; // wrong
const untold: OnEffect = (effect) => effect.data.row; // wrong
const missing: ClientToolHandlers = { // wrong
  search_parts: () => [],
  'count-rows': () => ({ part: { name: 'x' } }),
};
const tools: ClientToolHandlers = {
  search_parts: () => [{ part: { name: 3 } }], // wrong
  delete_row: ({ row }) => ({ row }), // wrong
  'count-rows': ({ column }) => ({ part: { name: 'x' } }), // wrong
};
const more: ClientToolHandlers = {
  ...tools,
  paint: () => null, // wrong
};
const options: TypedOptions<UseChatKitOptions> = {
  api: { url: 3, domainKey: '' }, // wrong
  onClientTool: (call) => (call.name === 'paint' ? null : []), // wrong
};
document.querySelector<HTMLElement & TypedChat>('openai-chatkit')!.setOptions({
  onClientTool: async () => 'done', // wrong
  onEffect: (effect: { name: 'blink'; data: { hard: boolean } }) => effect, // wrong
});
const chat = document.querySelector<HTMLElement & TypedChat>('openai-chatkit')!;
chat.undo('everything'); // wrong
chat.addEventListener('chatkit.effect', ({ detail }) => detail.undoWith({ nam: 'x' })); // wrong
const lock: TypedOptions = { locks: { region: '#cart' } }; // wrong
const scope: TypedOptions = { locks: { regions: '#cart', scope: 'page' } }; // wrong
const persist: TypedOptions = { persist: 3 }; // wrong
const schedule: TypedOptions = { effects: { blink: { schedule: 'later' } } }; // wrong
const unknownName: TypedOptions = { effects: { blnk: {} } }; // wrong
console.log(lock, scope, persist, schedule, unknownName);
const renderers: WidgetRenderers = { // wrong
  'shop.Rack': (props) => new Text(props.spare_part.name), // wrong
};
const rendered: WidgetRenderers = {
  'shop.Rack': (props) => new Text(props.rack), // wrong
  'shop.Tag': ({ text }) => text, // wrong
};
console.log(renderers, rendered);
console.log(fieldType, unknownField, unknownEffect, untold, missing, more, options);
"""


def test_the_compiler_takes_right_handlers_and_refuses_wrong_ones(tmp_path: Path) -> None:
    wrong = [number for number, line in enumerate(WRONG.splitlines(), 1) if line.endswith("// wrong")]
    refused = complaints(tmp_path, GOLDEN.read_text("utf-8"), page=PAGE, wrong=WRONG)
    assert refused == {
        "contracts.ts": [], "page.ts": [], "wrong.ts": wrong,
    }  # fmt: skip
    assert len(wrong) == 24


class Node(BaseModel):
    value: "int | list[Node] | dict[str, Node]"


def test_awkward_names_and_shapes_compile(tmp_path: Path) -> None:
    quoted = Field(alias='it\'s "quoted"\n*/')
    models = [
        create_model(name, __base__=Effect, a=(Node, ...), b=(str, quoted))
        for name in ("Effects", "Omit", "string", "EffectEvent", "Größe", "Promise", "Node")
    ]
    tools = [
        ClientToolContract(name=name, description="*/ ${x} `", parameters=Node, result=result)
        for name, result in {
            "2 be": Node,
            "node": list[Node],
            "__proto__": dict[str, Node] | None,
            "": int,
        }.items()
    ]
    use = "import type { ClientTools, Effects } from './contracts';\nexport const data: Effects['größe'] = "
    right = use + "{ a: { value: [{ value: { x: { value: 3 } } }] }, 'it\\'s \"quoted\"\\n*/': 'x' };\n"
    wrong = use + "{ a: { value: [{ value: { x: 'y' } }] }, 'it\\'s \"quoted\"\\n*/': 'x' };\n"
    wrong += "export const result: ClientTools['2 be']['result'] = [];\n"
    types = to_typescript(models, tools)
    refused = complaints(tmp_path, types, right=right, wrong=wrong)
    assert refused == {"contracts.ts": [], "right.ts": [], "wrong.ts": [2, 3]}


def test_nothing_declared_is_a_file_too(tmp_path: Path) -> None:
    use = (
        "import type { OnEffect } from './contracts';\nexport const none: OnEffect = (effect: never) => "
        "effect;\n"
    )
    assert complaints(tmp_path, to_typescript([], []), use=use) == {"contracts.ts": [], "use.ts": []}
