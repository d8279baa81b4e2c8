// Shows the list of threads: next to the chat if it is wide, otherwise over it.
import type { TemplateResult } from 'lit-html';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import type { ChatContext } from '../context.ts';
import type { History } from './panel.ts';

/** From this width on, the list of threads is next to the chat. */
const WIDE_PX = 900;

export class HistoryPane {
  readonly #context: ChatContext;
  readonly #element: HTMLElement;
  readonly #whenShown: () => Promise<void>;
  #isOpen = false;
  #panel: History | null = null;
  #version: number | undefined;

  constructor(context: ChatContext, element: HTMLElement, whenShown: () => Promise<void>) {
    this.#context = context;
    this.#element = element;
    this.#whenShown = whenShown;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether the chat is wide enough for the list next to it. */
  get isWide(): boolean {
    return this.#element.clientWidth >= WIDE_PX;
  }

  /** Whether the chat is inert under the panel of a narrow element. */
  get coversChat(): boolean {
    return this.#isOpen && !this.isWide;
  }

  get hasFocus(): boolean {
    return this.#focused?.closest('.history') != null;
  }

  show(): void {
    if (this.#isOpen || this.#context.options.history?.enabled === false) return;
    this.#isOpen = true;
    void this.panel?.refresh();
    this.#context.fire('history-open');
    void this.#context.changed();
    // Next to the chat, the list only gets the focus if the button that opened it had it.
    const movesFocus = !this.isWide || this.#focused !== null;
    if (!movesFocus) return;
    void this.#whenShown().then(() => {
      const close = this.#isOpen ? this.#find('[data-close-history]') : null;
      close?.focus();
      void this.panel?.focusList(close);
    });
  }

  hide(): void {
    if (!this.#isOpen) return;
    const hadFocus = this.hasFocus;
    this.#isOpen = false;
    this.panel?.flush();
    this.#context.fire('history-close');
    void this.#context.changed().then(() => hadFocus && this.#find('.history-button')?.focus());
  }

  toggle(): void {
    if (this.#isOpen) this.hide();
    else this.show();
  }

  /** The list; null until it was first opened and the extras are loaded. */
  get panel(): History | null {
    if (this.#panel === null && this.#isOpen) {
      const extras = this.#context.extras.get();
      if (extras === null) return null;
      this.#panel = new extras.History(this.#context);
      void this.#panel.refresh();
    }
    return this.#panel;
  }

  /** Called before each render: another tab may have changed the list. */
  note(): void {
    const { session, view } = this.#context;
    const version = session?.threadsVersion;
    if (version !== this.#version && this.#isOpen) void this.panel?.refresh();
    this.#version = version;
    this.panel?.noteThread(view.phase === 'loading' ? null : view.thread);
  }

  /** The session was replaced. */
  reset(): void {
    this.panel?.reset();
    if (this.#isOpen) void this.panel?.refresh();
  }

  /** The close button is here, not in the panel: the panel may load slowly or fail. */
  template(): TemplateResult {
    const { strings } = this.#context;
    const close = (): void => this.hide();
    return html`<div class="scrim" @click=${close}></div>
      <nav class="history" part="history" aria-label=${strings.history}>
        <div class="history-head">
          <h2>${strings.history}</h2>
          <button type="button" class="icon-button" aria-label=${strings.newChat}
            @click=${() => this.#context.open(null)}>${icon('compose')}</button>
          <button type="button" class="icon-button" data-close-history aria-label=${strings.closeHistory}
            @click=${close}>${icon('close')}</button>
        </div>
        ${this.panel?.template()}
      </nav>`;
  }

  get #focused(): Element | null {
    return this.#context.root().activeElement;
  }

  #find(selector: string): HTMLElement | null {
    return this.#context.root().querySelector<HTMLElement>(selector);
  }
}
