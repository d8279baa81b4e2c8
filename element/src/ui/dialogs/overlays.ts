// Overlays of the thread: the card of a source, the button next to selected text, the list of keys.
import { nothing, type TemplateResult } from 'lit-html';
import { html } from '../base/html.ts';
import { hasSelection } from '../base/selection.ts';
import type { ChatContext } from '../context.ts';
import { cardsOf } from '../sources/cards_loader.ts';
import { entityOf, isClickable } from '../sources/entities.ts';
import type { Pointing } from '../sources/pointing.ts';
import { sourceOf, subjectAt } from '../sources/subjects.ts';
import type { Preview } from './preview.ts';
import { Quote, styles as quoteStyles } from './quote.ts';
import { Shortcuts, styles as shortcutStyles } from './shortcuts.ts';
import { tipFor } from './tips.ts';

export const styles = [...quoteStyles, ...shortcutStyles];

export class Overlays {
  readonly #context: ChatContext;
  #preview: Preview | null = null;
  #pointing: Pointing | null = null;
  #quote: Quote | null = null;
  #shortcuts: Shortcuts | null = null;

  constructor(context: ChatContext) {
    this.#context = context;
    const root = context.root();
    root.addEventListener('click', (event) => this.#onClick(event), true);
    root.addEventListener('keydown', (event) => pressByKey(event as KeyboardEvent));
    if (context.options.entities !== undefined) void this.#whenPointing();
  }

  /** The pointer or the focus has come to `node`: shows its card, or the name of an icon. */
  async point(shell: HTMLElement, node: HTMLElement, isHover: boolean, isTouch: boolean): Promise<void> {
    if (subjectAt(node) !== null) (await this.#whenPointing())?.come(node, isHover, isTouch);
    else if (!isTouch) tipFor(shell, node, isHover);
  }

  template(): TemplateResult {
    const [quote, preview, shortcuts] = [this.#quote, this.#preview, this.#shortcuts];
    return html`${[quote, preview, shortcuts].map((one) => one?.template() ?? nothing)}`;
  }

  /** Called after each render. */
  place(): void {
    if (this.#preview?.place() === false) this.#pointing?.close();
    this.#quote?.place();
  }

  /** Returns whether an overlay was open. */
  close(): boolean {
    const isOpen = [this.#preview, this.#quote, this.#shortcuts].some((one) => one?.isOpen === true);
    this.#pointing?.close();
    this.#quote?.close();
    this.#shortcuts?.close();
    return isOpen;
  }

  /** A selection may have ended with an event at `target`. */
  onSelection(target: EventTarget | undefined): void {
    if (this.#quote === null && !hasSelection(this.#context.root())) return;
    const isElsewhere =
      target instanceof Element && target.matches('textarea, input, .quote-button, .quote-button *');
    if (!isElsewhere && this.#context.acceptsMessages) void this.#lookAtSelection();
  }

  openShortcuts(): void {
    this.#shortcuts ??= new Shortcuts(this.#context);
    this.#shortcuts.open();
  }

  /** Presses of what has a card, and of its title in the card. */
  #onClick(event: Event): void {
    const { target } = event;
    const isTitle = target instanceof Element && target.closest('.preview .entity') !== null;
    const node = isTitle ? (this.#preview?.anchor ?? null) : subjectAt(target);
    const source = node === null ? null : sourceOf(node);
    if (node === null || source === null) return;
    const isHeard = isClickable(source, this.#context.options);
    const opensCard = !isHeard && node.localName !== 'a';
    if (this.#pointing?.press(node, opensCard) === true) {
      event.preventDefault();
      event.stopPropagation();
    } else if (isHeard) this.#tell(source);
  }

  #tell(source: Parameters<typeof entityOf>[0]): void {
    try {
      this.#context.options.entities?.onClick?.(entityOf(source));
    } catch (error) {
      this.#context.pageFailed(error);
    }
  }

  async #whenPointing(): Promise<Pointing | null> {
    const cards = await cardsOf(this.#context).when();
    if (cards === null || this.#pointing !== null) return this.#pointing;
    this.#preview = new cards.Preview(this.#context);
    this.#pointing = new cards.Pointing(this.#context, this.#preview);
    return this.#pointing;
  }

  async #lookAtSelection(): Promise<void> {
    await Promise.resolve(); // By then the click has changed the selection.
    this.#quote ??= new Quote(this.#context);
    this.#quote.look();
  }
}

/** Citations that are no links are buttons in their role only. */
function pressByKey(event: KeyboardEvent): void {
  const { target, key } = event;
  if (!(target instanceof HTMLElement) || !target.matches('.citation[role]')) return;
  if (key !== 'Enter' && key !== ' ') return;
  event.preventDefault();
  target.click();
}
