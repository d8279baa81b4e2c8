// What the element tells the page: names without the `chatkit.` prefix, and the `detail` of each.

/** The effect that undoes another one; it has the same name unless you give one. */
export type Inverse = { name?: string; data?: Record<string, unknown> };

export type UndoWith = (inverse?: Inverse) => void;

export type ChatEvents = {
  ready: undefined;
  error: { error: Error };
  /**
   * `id` is its position, which a server with durable turns gives: a page that keeps its own state knows by it what it has
   * applied already. `undoWith` says how the effect is taken back; for one that is `replayed`, or that takes another back
   * itself, it does nothing. It is not enumerable, so that the detail can be cloned. `replayed`: it happened before this page
   * was loaded, and is run again because the server asks for that.
   */
  effect: { name: string; data?: Record<string, unknown>; id?: string; replayed?: true; undoWith: UndoWith };
  deeplink: { name: string; data?: Record<string, unknown> };
  'response.start': undefined;
  'response.end': undefined;
  'thread.change': { threadId: string | null };
  'thread.load.start': { threadId: string };
  'thread.load.end': { threadId: string };
  'tool.change': { toolId: string | null };
  log: { name: string; data?: Record<string, unknown> };
  'history.open': undefined;
  'history.close': undefined;
};

/** `key` sets apart effects of one name: `schedule: 'frame'` passes over the older of those that have both in common. */
export type Emit = <Name extends keyof ChatEvents>(
  name: Name,
  detail: ChatEvents[Name],
  key?: string,
) => void;
