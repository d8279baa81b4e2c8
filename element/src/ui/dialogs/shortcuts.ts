// The list of the chat's keys, which "?" opens outside of text fields.
import { nothing, type TemplateResult } from 'lit-html';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import type { ChatContext } from '../context.ts';
import { shortcuts } from './styles/shortcuts.ts';

export const styles = [shortcuts];

export class Shortcuts {
  readonly #context: ChatContext;
  #returnTo: HTMLElement | null = null;
  #isShown = false;

  constructor(context: ChatContext) {
    this.#context = context;
  }

  get isOpen(): boolean {
    return this.#isShown;
  }

  open(): void {
    this.#returnTo = this.#context.root().activeElement as HTMLElement | null;
    this.#isShown = true;
    void this.#context
      .changed()
      .then(() => this.#context.root().querySelector<HTMLElement>('.shortcuts button')?.focus());
  }

  close(returnsFocus = true): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#context.changed();
    if (returnsFocus) this.#returnTo?.focus();
  }

  template(): TemplateResult | typeof nothing {
    if (!this.#isShown) return nothing;
    const { strings, options } = this.#context;
    const rows: readonly (readonly [keys: readonly string[], words: string])[] = [
      [['Enter'], strings.send],
      [['Shift', 'Enter'], strings.keyNewLine],
      [['Esc'], strings.keyEscape],
      ...(options.entities?.onTagSearch === undefined ? [] : [[['@'], strings.mention] as const]),
      ...(options.commands?.enabled === true ? [[['/'], strings.commands] as const] : []),
      [['↑', '↓'], strings.keyArrows],
      [['?'], strings.shortcuts],
    ];
    return html`<div class="shortcuts" part="shortcuts" role="dialog" aria-label=${strings.shortcuts}
      @focusout=${this.#onFocusOut}>
      <div class="shortcuts-head"><h2>${strings.shortcuts}</h2>
        <button type="button" class="icon-button small" aria-label=${strings.dismiss}
          @click=${() => this.close()}>${icon('close')}</button></div>
      <dl>${rows.map(([keys, words]) => row(keys, words))}</dl>
    </div>`;
  }

  readonly #onFocusOut = (event: FocusEvent): void => {
    const dialog = event.currentTarget as HTMLElement;
    if (this.#isShown && !(event.relatedTarget instanceof Node && dialog.contains(event.relatedTarget)))
      this.close(event.relatedTarget === null);
  };
}

function row(keys: readonly string[], words: string): TemplateResult {
  return html`<dt>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt><dd>${words}</dd>`;
}
