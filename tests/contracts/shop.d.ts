// Written by `turnstream contracts` from what the server declares. Change it there.

/** Has nothing to say. */
export type Blink = { [key: string]: never };

export type Found = {
  part: PartInput;
  place?: Place | null;
  stock?: { [Key in "here" | "there"]?: number };
  tags?: (Size | number)[];
};

export type Highlight = {
  row: number;
};

/** A part, which may have parts. */
export type PartInput = {
  name: string;
  parts?: PartInput[];
  weights?: { [key: string]: number };
};

/** A part, which may have parts. */
export type PartOutput = {
  name: string;
  parts: PartOutput[];
  weights: { [key: string]: number };
};

export type Place = [string, number?];

export type RowArguments = {
  row: number;
};

/** What is looked for. */
export type Search = {
  words: string[];
  limit: number;
};

export type SearchPartsResult = Found[];

/** Shows the cart. It cannot end a comment: *\/ */
export type ShowCart = {
  /**
   * In euros.
   * With tax.
   */
  total: number;
  currency: "EUR" | "CHF";
  size: Size | null;
  /** Format: date-time. */
  at: string;
  range: [number, number];
  more: { [key: string]: unknown };
  "main-part": PartOutput | null;
};

export type Size = "s" | "l";

/** The data of each effect. */
export type Effects = {
  /** Has nothing to say. */
  blink: Blink;
  "highlight-row": Highlight;
  /** Shows the cart. It cannot end a comment: *\/ */
  show_cart: ShowCart;
};

/** What each client tool is given and answers. */
export type ClientTools = {
  "count-rows": { params: RowArguments; result: Found };
  /** Deletes a row. */
  delete_row: { params: RowArguments; result: { [key: string]: never } | null };
  /** Searches what the page shows. */
  search_parts: { params: Search; result: SearchPartsResult };
};

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
