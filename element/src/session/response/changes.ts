// What the page said of an effect: how it is taken back.
import type { Inverse } from '../../api/events.ts';
import type { ClientEffect } from '../../protocol/wire.ts';
import type { ItemView } from '../view/view.ts';

export type Change = {
  readonly response: { readonly isUndo: boolean };
  readonly threadId: string;
  /** What was shown when the effect came. */
  readonly items: readonly ItemView[];
  /** The effect's position; on an official server, one of this page alone. */
  readonly id: string;
  readonly effect: ClientEffect;
  /** What `undoWith` was given, unread: `asJson` of `Said`. */
  readonly said: string | null;
};

export type Said = { readonly effect: ClientEffect; readonly inverse: Inverse };

/** As the wire and the browser's storage keep it: the page may give what is reactive, and change it later. Null for what JSON does not hold. */
export function asJson(said: Said): string | null {
  try {
    return JSON.stringify(said);
  } catch {
    return null;
  }
}
