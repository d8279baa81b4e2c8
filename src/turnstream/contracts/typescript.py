"""One file of TypeScript types from the declarations, by which a page's compiler checks its handlers."""

import re
from collections.abc import Iterable, Mapping
from inspect import cleandoc
from typing import Any

from turnstream.contracts.base import ClientToolContract, Effect
from turnstream.contracts.printing import comment, object_type, property_name, type_of
from turnstream.contracts.schemas import Mode, Schema, schemas_of

__all__ = ["to_typescript"]

HEAD = "// Written by `turnstream contracts` from what the server declares. Change it there.\n"

TAIL = """\
/** The effect that takes one back; its name is the same unless given. */
export type Inverse = { name?: string; data?: { [field: string]: unknown } };

/**
 * What `onEffect` is told, and the `detail` of `chatkit.effect`. `id` is the effect's place in the conversation;
 * `replayed` effects happened before this page was loaded. `undoWith` says how the effect is taken back.
 */
export type EffectEvent<Name extends keyof Effects = keyof Effects> = {
  [Each in Name]: {
    name: Each;
    data: Effects[Each];
    id?: string;
    replayed?: true;
    undoWith: (inverse?: Inverse) => void;
  };
}[Name];

export type OnEffect = (effect: EffectEvent) => void;

/** What `onClientTool` is given. */
export type ClientToolCall<Name extends keyof ClientTools = keyof ClientTools> = {
  [Each in Name]: { name: Each; params: ClientTools[Each]["params"] };
}[Name];

export type ClientToolResult<Name extends keyof ClientTools = keyof ClientTools> = ClientTools[Name]["result"];

export type Eventual<Result> = Result | Promise<Result>;

export type OnClientTool = (call: ClientToolCall) => Eventual<ClientToolResult>;

/** One handler for each client tool. */
export type ClientToolHandlers = {
  [Each in keyof ClientTools]: (params: ClientTools[Each]["params"]) => Eventual<ClientTools[Each]["result"]>;
};

/** A part of the page: what a selector finds, also later, or one element. */
export type LockRegion = string | Element;

/** The options that the official package does not have. */
export type OwnOptions = {
  /** What is inert while a response runs, by names for the server or without. */
  locks?:
    | LockRegion
    | readonly LockRegion[]
    | {
        regions: { readonly [name: string]: LockRegion | readonly LockRegion[] } | LockRegion | readonly LockRegion[];
        scope?: "response" | "thread";
        reason?: string;
      }
    | null;
  /** Opens the last thread at the start; a string is the id of the person whose thread it is. */
  persist?: boolean | string;
  /** When effects reach the page, by their names and "*" for all others. */
  effects?: { readonly [Name in keyof Effects | "*"]?: { schedule?: "now" | "frame" } };
};

/** Options such as `ChatKitOptions` or `UseChatKitOptions`, with our own and handlers for these contracts. */
export type TypedOptions<Options = { [option: string]: unknown }> = Omit<Options, "onEffect" | "onClientTool"> &
  OwnOptions & {
    onEffect?: OnEffect;
    onClientTool?: OnClientTool;
  };

/** A mistake of the page that the element saw; with a `count` of 0 what the page lacks and nothing has missed yet. */
export type Finding = {
  readonly code: string;
  readonly message: string;
  readonly subject?: string;
  readonly count: number;
};

/** The element, as far as these contracts go: `document.querySelector<HTMLElement & TypedChat>('openai-chatkit')`. */
export type TypedChat<Options = { [option: string]: unknown }> = {
  setOptions(options: TypedOptions<Options>): void;
  /** Takes back the newest changes that have an `undoWith`; `redo` makes them again. */
  undo(): Promise<void>;
  redo(): Promise<void>;
  /** Resolves when no response runs any more. */
  stop(): Promise<void>;
  inspect(): Promise<Finding[]>;
  addEventListener(
    type: "chatkit.effect",
    listener: (event: CustomEvent<EffectEvent>) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
};
"""
OURS = {"Effects", "ClientTools", *re.findall(r"export type (\w+)", TAIL)}
# Names that mean something else in a type.
TAKEN = OURS | set(
    re.findall(
        r"\w+",
        """AddEventListenerOptions CustomEvent Element
        Omit Promise any bigint boolean const enum false function infer keyof never null number object
        readonly string symbol this true typeof undefined unique unknown var void""",
    )
)


def to_typescript(effects: Iterable[type[Effect]], client_tools: Iterable[ClientToolContract]) -> str:
    """Return the file; the same declarations give the same text, in whichever order they come."""
    by_name = {effect.effect_name: effect for effect in effects}
    tools = {tool.name: tool for tool in client_tools}
    schemas, definitions = schemas_of(dict(_annotations(by_name, tools)))
    file = _File(definitions)
    members = [
        (comment(_text(effect), "  "), f"{property_name(name)}: {file.use(f'effect {name}', effect.__name__, schemas)}")
        for name, effect in sorted(by_name.items())
    ]
    calls = [(comment([tool.description], "  "), _tool(name, file, schemas)) for name, tool in sorted(tools.items())]
    return "\n".join(
        [
            HEAD,
            *file.types(),
            f"/** The data of each effect. */\nexport type Effects = {object_type(members)};\n",
            f"/** What each client tool is given and answers. */\nexport type ClientTools = {object_type(calls)};\n",
            TAIL,
        ]
    )


def _annotations(
    effects: Mapping[str, type[Effect]], tools: Mapping[str, ClientToolContract]
) -> Iterable[tuple[str, tuple[Any, Mode]]]:
    for name in sorted(effects):
        yield f"effect {name}", (effects[name], "serialization")
    for name in sorted(tools):
        yield f"params {name}", (tools[name].parameters, "serialization")
        if tools[name].result is not None:
            yield f"result {name}", (tools[name].result, "validation")


def _tool(name: str, file: "_File", schemas: Mapping[str, Schema]) -> str:
    pascal = "".join(part[:1].upper() + part[1:] for part in re.split(r"[\W_]+", name))
    params = file.use(f"params {name}", f"{pascal}Params", schemas)
    result = file.use(f"result {name}", f"{pascal}Result", schemas)
    return f"{property_name(name)}: {{ params: {params}; result: {result} }}"


def _text(effect: type[Effect]) -> list[str]:
    own = effect.__dict__.get("__doc__")
    return [cleandoc(own)] if own else []


class _File:
    """The types of the file, under names of which none means two things."""

    def __init__(self, definitions: Mapping[str, Schema]) -> None:
        self._definitions = definitions
        self._taken = set(TAKEN)
        self._names = {key: self._free(key) for key in sorted(definitions)}
        self._aliases: dict[str, Schema] = {}

    def use(self, key: str, wish: str, schemas: Mapping[str, Schema]) -> str:
        """Return the name for a schema: that of its definition, or a new one."""
        schema = schemas.get(key)
        if schema is None:
            return "{ [key: string]: never } | null"
        if "$ref" in schema:
            return type_of(schema, self._names)
        name = self._free(wish)
        self._aliases[name] = schema
        return name

    def types(self) -> list[str]:
        named = {**{self._names[key]: schema for key, schema in self._definitions.items()}, **self._aliases}
        return [self._type(name, named[name]) for name in sorted(named)]

    def _type(self, name: str, schema: Schema) -> str:
        note = comment([schema["description"]] if "description" in schema else [])
        return f"{note}export type {name} = {type_of(schema, self._names)};\n"

    def _free(self, wish: str) -> str:
        name = re.sub(r"\W+", "", wish)
        name = name if name.isidentifier() else f"T{name}"
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name
