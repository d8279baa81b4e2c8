// What the page said of an effect: how it is taken back.
import type { Inverse } from '../events.ts';
import { ChatError } from '../protocol/errors.ts';
import type { ClientEffect } from '../protocol/wire.ts';
import type { ItemView } from './view.ts';

export type Change = {
  readonly turn: { readonly isUndo: boolean };
  readonly threadId: string;
  /** What was shown when the effect came. */
  readonly items: readonly ItemView[];
  /** The effect's position; on an official server, one of this page alone. */
  readonly id: string;
  readonly effect: ClientEffect;
  readonly inverse: Inverse;
};

/** As the wire and the browser's storage keep it: the page may give what is reactive, and change it later. Raises: `ChatError`. */
export function copied(effect: ClientEffect, inverse: Inverse): Pick<Change, 'effect' | 'inverse'> {
  try {
    const copy = JSON.parse(JSON.stringify({ effect, inverse })) as Pick<Change, 'effect' | 'inverse'>;
    const { name = '', data = {} } = copy.inverse;
    if ([copy.inverse, data].every(isRecord) && typeof name === 'string') return copy;
    throw new TypeError('The name is a string, and the data an object.');
  } catch (error) {
    throw new ChatError('undo_with', `What undoWith of the effect "${effect.name}" was given is no { name, data } of JSON. ${String(error)}`, { cause: error });
  }
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
