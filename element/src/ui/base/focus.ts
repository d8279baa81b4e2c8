// Keeps the focus: if its element is removed or disabled, the nearest control gets it.

/** Whether the pointer is a mouse or a pen: then focusing a field opens no virtual keyboard. */
export function hasFinePointer(): boolean {
  return matchMedia('(pointer: fine)').matches;
}

export class FocusKeeper {
  readonly #root: () => ShadowRoot;
  #held: Element | null = null;
  #isInHistory = false;
  #isInConfirmation = false;
  #row = -1;

  constructor(root: () => ShadowRoot) {
    this.#root = root;
  }

  /** Call it before each render. */
  note(): void {
    this.#held = this.#root().activeElement;
    this.#isInHistory = this.#held?.closest('.history') != null;
    this.#isInConfirmation = this.#held?.closest('.question') != null;
    this.#row = this.#isInHistory ? this.#rows().findIndex((row) => row.contains(this.#held)) : -1;
  }

  /** Call it after each render. */
  keep(): void {
    const held = this.#held;
    this.#held = null;
    if (held === null || (held.isConnected && !held.matches(':disabled'))) return;
    const now = this.#root().activeElement;
    if (now === null || now === held) this.#heir()?.focus({ preventScroll: true });
  }

  #heir(): HTMLElement | null {
    const question = this.#isInConfirmation ? this.#find('.question .button') : null;
    if (question !== null) return question;
    const list = this.#isInHistory ? this.#find('.history') : null;
    // Never a text field: text that is typed for another field would become an answer.
    const form = this.#find('.answer-form fieldset');
    if (list === null && form !== null) return form;
    if (list === null)
      return (hasFinePointer() ? this.#find('textarea:enabled') : null) ?? this.#find('.scroller');
    const next = this.#row === -1 ? undefined : this.#rows().at(Math.min(this.#row, this.#rows().length - 1));
    return next?.querySelector<HTMLElement>('.thread-open') ?? this.#find('[data-close-history]');
  }

  #rows(): Element[] {
    return [...this.#root().querySelectorAll('.thread-row')];
  }

  #find(selector: string): HTMLElement | null {
    return this.#root().querySelector<HTMLElement>(selector);
  }
}
