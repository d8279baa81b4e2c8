// The keys of the chat, as a list that "?" opens where nobody is typing.
import { nothing, type TemplateResult } from 'lit-html';
import type { ChatOptions } from '../../api/options.ts';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import type { Strings } from '../i18n/strings.ts';
import { shortcuts } from './styles/shortcuts.ts';

export const styles = [shortcuts];

export type ShortcutsHost = {
  readonly strings: Strings;
  readonly options: ChatOptions;
  readonly root: () => ShadowRoot;
  /** Renders the chat again; resolves when that is done. */
  readonly changed: () => Promise<void>;
};

export class Shortcuts {
  readonly #host: ShortcutsHost;
  #returnTo: HTMLElement | null = null;
  #isShown = false;

  constructor(host: ShortcutsHost) {
    this.#host = host;
  }

  get isOpen(): boolean {
    return this.#isShown;
  }

  open(): void {
    this.#returnTo = this.#host.root().activeElement as HTMLElement | null;
    this.#isShown = true;
    void this.#host
      .changed()
      .then(() => this.#host.root().querySelector<HTMLElement>('.shortcuts button')?.focus());
  }

  close(returnsFocus = true): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#host.changed();
    if (returnsFocus) this.#returnTo?.focus();
  }

  template(): TemplateResult | typeof nothing {
    if (!this.#isShown) return nothing;
    const { strings, options } = this.#host;
    const rows: readonly (readonly [keys: readonly string[], words: string])[] = [
      [['Enter'], strings.send],
      [['Shift', 'Enter'], strings.keyNewLine],
      [['Esc'], strings.keyEscape],
      ...(options.entities?.onTagSearch === undefined ? [] : [[['@'], strings.mention] as const]),
      ...(options.commands?.enabled === true ? [[['/'], strings.commands] as const] : []),
      [['↑', '↓'], strings.keyArrows],
      [['?'], strings.shortcuts],
    ];
    return html`<div class="shortcuts" part="shortcuts" role="dialog" aria-label=${strings.shortcuts} @focusout=${this.#onFocusOut}>
      <div class="shortcuts-head"><h2>${strings.shortcuts}</h2>
        <button type="button" class="icon-button small" aria-label=${strings.dismiss} @click=${() => this.close()}>${icon('close')}</button></div>
      <dl>${rows.map(([keys, words]) => html`<dt>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt><dd>${words}</dd>`)}</dl>
    </div>`;
  }

  readonly #onFocusOut = (event: FocusEvent): void => {
    const dialog = event.currentTarget as HTMLElement;
    if (this.#isShown && !(event.relatedTarget instanceof Node && dialog.contains(event.relatedTarget)))
      this.close(event.relatedTarget === null);
  };
}
