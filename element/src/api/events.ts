// The events of the element: their names without the prefix `chatkit.`, and the `detail` of each.

/** The effect that undoes another one; it has the same name unless you give one. */
export type Inverse = { name?: string; data?: Record<string, unknown> };

export type UndoWith = (inverse?: Inverse) => void;

export type ChatEvents = {
  ready: undefined;
  error: { error: Error };
  /**
   * `id` is the effect's position, on a server with durable turns: a page that stores its own state can
   * record which effects it has applied. `undoWith` names the inverse of the effect; it does nothing for an
   * effect that is `replayed` or is an inverse itself. It is not enumerable, so that the detail can be
   * cloned. `replayed`: the effect is from before this page was loaded, and its replay policy repeats it.
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

/**
 * `key` distinguishes effects of one name: `schedule: 'frame'` drops all but the newest of the same name and
 * key.
 */
export type Emit = <Name extends keyof ChatEvents>(
  name: Name,
  detail: ChatEvents[Name],
  key?: string,
) => void;
