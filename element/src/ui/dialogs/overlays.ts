// Overlays of the thread: the preview of an entity, the button next to selected text, the list of keys.
import { nothing, type TemplateResult } from 'lit-html';
import type { Entity } from '../../api/options.ts';
import { html } from '../base/html.ts';
import { hasSelection } from '../base/selection.ts';
import type { ChatContext } from '../context.ts';
import { type EntityActions, PreviewTimer } from '../sources/entities.ts';
import { Preview, styles as previewStyles } from './preview.ts';
import { Quote, styles as quoteStyles } from './quote.ts';
import { Shortcuts, styles as shortcutStyles } from './shortcuts.ts';

export const styles = [...previewStyles, ...quoteStyles, ...shortcutStyles];

export class Overlays {
  readonly #context: ChatContext;
  readonly #previews = new PreviewTimer(
    (entity, anchor) => void this.#openPreview(entity, anchor),
    () => this.#preview?.close(),
  );
  #preview: Preview | null = null;
  #quote: Quote | null = null;
  #shortcuts: Shortcuts | null = null;

  constructor(context: ChatContext) {
    this.#context = context;
  }

  /** Null if the page provides no previews. */
  entityActions(): EntityActions | null {
    const { onClick, onRequestPreview } = this.#context.options.entities ?? {};
    if (onClick === undefined && onRequestPreview === undefined) return null;
    return {
      click: onClick === undefined ? null : (entity) => this.#click(entity),
      preview:
        onRequestPreview === undefined ? null : (entity, anchor) => this.#previews.enter(entity, anchor),
      leave: () => this.#previews.leave(),
    };
  }

  template(): TemplateResult {
    const [quote, preview, shortcuts] = [this.#quote, this.#preview, this.#shortcuts];
    return html`${[quote, preview, shortcuts].map((one) => one?.template() ?? nothing)}`;
  }

  /** Called after each render. */
  place(): void {
    this.#preview?.place();
    this.#quote?.place();
  }

  /** Returns whether an overlay was open. */
  close(): boolean {
    const isOpen = [this.#preview, this.#quote, this.#shortcuts].some((one) => one?.isOpen === true);
    this.#previews.close();
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

  #click(entity: Entity): void {
    try {
      this.#context.options.entities?.onClick?.(entity);
    } catch (error) {
      this.#context.pageFailed(error);
    }
  }

  async #openPreview(entity: Entity, anchor: HTMLElement): Promise<void> {
    this.#preview ??= new Preview(this.#context, this.#previews);
    await this.#preview.open(entity, anchor);
  }

  async #lookAtSelection(): Promise<void> {
    await Promise.resolve(); // By then the click has changed the selection.
    this.#quote ??= new Quote(this.#context);
    this.#quote.look();
  }
}
