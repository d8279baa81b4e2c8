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

/** What `onEffect` is told, and the `detail` of `chatkit.effect`. */
export type EffectEvent<Name extends keyof Effects = keyof Effects> = {
  [Each in Name]: { name: Each; data: Effects[Each]; replayed?: true };
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

/** The options of a chat, such as `ChatKitOptions` or `UseChatKitOptions`, with handlers for these contracts. */
export type TypedOptions<Options = { [option: string]: unknown }> = Omit<Options, "onEffect" | "onClientTool"> & {
  onEffect?: OnEffect;
  onClientTool?: OnClientTool;
};

/** The element, as far as these contracts go: `document.querySelector<HTMLElement & TypedChat>('openai-chatkit')`. */
export type TypedChat<Options = { [option: string]: unknown }> = {
  setOptions(options: TypedOptions<Options>): void;
};
