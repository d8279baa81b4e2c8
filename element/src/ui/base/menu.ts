// A small menu over its button: arrows move, Escape and a click outside close, focus returns to the button.
import { nothing, type TemplateResult } from 'lit-html';
import { html } from './html.ts';
import { icon } from './icons.ts';

export type MenuEntry = {
  readonly id: string;
  readonly label: string;
  readonly icon?: string;
  readonly description?: string | undefined;
  readonly disabled?: boolean | undefined;
  /** Absent if the entry is an action rather than a choice. */
  readonly checked?: boolean;
  readonly isDangerous?: boolean;
};

export type Menu = {
  readonly name: string;
  readonly label: string;
  readonly button: TemplateResult;
  readonly buttonClass: string;
  readonly entries: readonly MenuEntry[];
  readonly disabled: boolean;
  readonly onPick: (id: string) => void;
};

export class MenuController {
  /** The name of the open menu. */
  open: string | null = null;
  readonly #changed: () => Promise<void>;
  readonly #root: () => ShadowRoot;

  constructor(root: () => ShadowRoot, changed: () => Promise<void>) {
    this.#root = root;
    this.#changed = changed;
  }

  template(menu: Menu): TemplateResult {
    const isOpen = this.open === menu.name;
    return html`<div class="menu-anchor" @keydown=${(event: KeyboardEvent) => this.#onKey(event, menu)}
      @focusout=${this.#onFocusOut}>
      <button type="button" class=${menu.buttonClass} data-menu=${menu.name} aria-haspopup="menu"
        aria-expanded=${isOpen}
        aria-label=${menu.label} title=${menu.label} ?disabled=${menu.disabled}
        @click=${() => this.#toggle(menu)}>${menu.button}</button>
      ${
        isOpen
          ? html`<div class="menu" part="menu" role="menu"
              aria-label=${menu.label}>${menu.entries.map((entry) => this.#entry(entry, menu))}</div>`
          : nothing
      }
    </div>`;
  }

  close(name: string, returnsFocus: boolean): void {
    if (this.open === null) return;
    this.open = null;
    this.#changed();
    if (returnsFocus)
      this.#root()
        .querySelector<HTMLElement>(`[data-menu="${CSS.escape(name)}"]`)
        ?.focus();
  }

  #entry(entry: MenuEntry, menu: Menu): TemplateResult {
    const isChoice = entry.checked !== undefined;
    return html`<button type="button" role=${isChoice ? 'menuitemradio' : 'menuitem'} tabindex="-1"
      class=${entry.isDangerous === true ? 'danger' : ''}
      aria-checked=${entry.checked ?? nothing} ?disabled=${entry.disabled === true}
      @click=${() => this.#pick(entry, menu)}>
      ${entry.icon === undefined ? nothing : icon(entry.icon)}
      <span class="menu-text"><span>${entry.label}</span>${
        entry.description === undefined ? nothing : html`<small>${entry.description}</small>`
      }</span>
      ${entry.checked === true ? icon('check') : nothing}
    </button>`;
  }

  #pick(entry: MenuEntry, menu: Menu): void {
    this.close(menu.name, true);
    menu.onPick(entry.id);
  }

  #toggle(menu: Menu): void {
    if (this.open === menu.name) return this.close(menu.name, true);
    this.open = menu.name;
    // Not a frame later: an earlier key would go to the button.
    void this.#changed().then(() => {
      const items = this.#items();
      const first = items.find((item) => item.getAttribute('aria-checked') === 'true') ?? items[0];
      first?.focus({ preventScroll: true });
      first?.parentElement?.scrollIntoView({ block: 'nearest' });
    });
  }

  #items(): HTMLElement[] {
    return [...this.#root().querySelectorAll<HTMLElement>('.menu [role^=menuitem]:not(:disabled)')];
  }

  #onKey(event: KeyboardEvent, menu: Menu): void {
    if (this.open !== menu.name) return;
    const items = this.#items();
    const at = items.indexOf(this.#root().activeElement as HTMLElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === 'Escape') this.close(menu.name, true);
    else if (next !== undefined) items.at(next >= items.length ? 0 : next)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  readonly #onFocusOut = (event: FocusEvent): void => {
    const anchor = event.currentTarget as HTMLElement;
    const target = event.relatedTarget;
    if (this.open !== null && !(target instanceof Node && anchor.contains(target)))
      this.close(this.open, false);
  };
}
