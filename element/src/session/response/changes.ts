// Changes: effects with the inverse that the page has declared for them.
import type { Inverse } from '../../api/events.ts';
import type { ClientEffect } from '../../protocol/wire.ts';
import type { ItemView } from '../view/view.ts';

export type Change = {
  readonly response: { readonly isUndo: boolean };
  readonly threadId: string;
  /** The items of the view when the effect arrived. */
  readonly items: readonly ItemView[];
  /** The effect's position; on an official server, one that is valid only in this page. */
  readonly id: string;
  readonly effect: ClientEffect;
  /** The unchecked argument of `undoWith`: `asJson` of `Said`. */
  readonly said: string | null;
};

export type Said = { readonly effect: ClientEffect; readonly inverse: Inverse };

/**
 * `value` as JSON: a copy, since the page may pass a reactive object or change it later. Null if it is not
 * JSON.
 */
export function asJson(said: Said): string | null {
  try {
    return JSON.stringify(said);
  } catch {
    return null;
  }
}
