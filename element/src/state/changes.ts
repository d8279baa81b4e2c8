// What the page said of an effect: how it is taken back.
import type { Inverse } from '../events.ts';
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
