// The row under a message group whose changes can be undone, or were.
import { nothing } from 'lit-html';
import type { UndoState } from '../../page/undo/undo.ts';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import type { Strings } from '../i18n/strings.ts';
import type { GroupChanges } from './message_group.ts';

export class UndoRows {
  readonly #press: (isUndone: boolean) => void;
  #rows = new Map<string, { readonly key: string; readonly changes: GroupChanges }>();

  constructor(press: (isUndone: boolean) => void) {
    this.#press = press;
  }

  /** Rows with the same content are the same objects. */
  of(states: ReadonlyMap<string, UndoState>, strings: Strings): ReadonlyMap<string, GroupChanges> {
    const rows = [...states].map(([itemId, state]) => [itemId, this.#rowOf(itemId, state, strings)] as const);
    this.#rows = new Map(rows);
    return new Map(rows.map(([itemId, { changes }]) => [itemId, changes]));
  }

  #rowOf(itemId: string, state: UndoState, strings: Strings): { key: string; changes: GroupChanges } {
    const { undoChanges, redoChanges, changesUndone } = strings;
    const key = [state.kind, state.isBusy, undoChanges, redoChanges, changesUndone].join(' ');
    const before = this.#rows.get(itemId);
    return before?.key === key ? before : { key, changes: this.#changesOf(state, strings) };
  }

  /** Reserves space for both labels and the note, so that nothing moves when a button is pressed. */
  #changesOf({ kind, isBusy }: UndoState, strings: Strings): GroupChanges {
    const isUndo = kind === 'undo';
    const [label, other] = isUndo
      ? [strings.undoChanges, strings.redoChanges]
      : [strings.redoChanges, strings.undoChanges];
    const press = (): void => void (isBusy || this.#press(isUndo));
    const button = html`<button type="button" class="button quiet" data-undoes=${isUndo}
      aria-disabled=${isBusy || nothing} @click=${press}>
      ${icon(isUndo ? 'undo' : 'redo')}
      <span class="labels"><span>${label}</span><span aria-hidden="true">${other}</span></span></button>`;
    const note = html`<span class="note"
      aria-hidden=${isUndo || nothing}>${icon('check')}${strings.changesUndone}</span>`;
    return {
      kind,
      isBusy,
      row: html`<div class="changes" part="changes">${kind === 'undone' ? nothing : button}${note}</div>`,
    };
  }
}
