// What floats over the thread for a moment: the preview of an entity, the button beside selected text, the keys.
import { nothing, type TemplateResult } from 'lit-html';
import type { RenderOptions } from '../../markdown/render/render.ts';
import type { ChatOptions, Entity } from '../../api/options.ts';
import { type EntityActions, PreviewTimer } from '../sources/entities.ts';
import { html } from '../base/html.ts';
import type { Parts } from '../parts.ts';
import type { Preview } from './preview.ts';
import type { Quote } from './quote.ts';
import { hasSelection } from '../base/selection.ts';
import type { Shortcuts } from './shortcuts.ts';
import type { Strings } from '../i18n/strings.ts';

export const styles = [];

export type OverlaysHost = {
  readonly strings: Strings;
  readonly options: ChatOptions;
  readonly markdown: Partial<RenderOptions>;
  readonly parts: Parts;
  /** Messages are taken, so that selected text can be replied to. */
  readonly takesMessages: boolean;
  readonly root: () => ShadowRoot;
  /** Renders the chat again; resolves when that is done. */
  readonly changed: () => Promise<void>;
  readonly reply: (text: string) => void;
  readonly failed: (name: string, error: unknown) => void;
  /** A handler of the page threw. */
  readonly pageFailed: (error: unknown) => void;
};

export class Overlays {
  readonly #host: OverlaysHost;
  readonly #previews = new PreviewTimer(
    (entity, anchor) => void this.#openPreview(entity, anchor),
    () => this.#preview?.close(),
  );
  #preview: Preview | null = null;
  #quote: Quote | null = null;
  #shortcuts: Shortcuts | null = null;

  constructor(host: OverlaysHost) {
    this.#host = host;
  }

  /** Null where the page does not ask. */
  entityActions(): EntityActions | null {
    const { onClick, onRequestPreview } = this.#host.options.entities ?? {};
    if (onClick === undefined && onRequestPreview === undefined) return null;
    return {
      click: onClick === undefined ? null : (entity) => this.#click(entity),
      preview:
        onRequestPreview === undefined ? null : (entity, anchor) => this.#previews.enter(entity, anchor),
      leave: () => this.#previews.leave(),
    };
  }

  template(): TemplateResult {
    return html`${this.#quote?.template() ?? nothing}${this.#preview?.template() ?? nothing}${this.#shortcuts?.template() ?? nothing}`;
  }

  /** Called after each render. */
  place(): void {
    this.#preview?.place();
    this.#quote?.place();
  }

  /** Returns whether there was something to close. */
  close(): boolean {
    const isOpen = [this.#preview, this.#quote, this.#shortcuts].some((one) => one?.isOpen === true);
    this.#previews.close();
    this.#quote?.close();
    this.#shortcuts?.close();
    return isOpen;
  }

  /** A selection may have ended with an event at `target`. */
  onSelection(target: EventTarget | undefined): void {
    if (this.#quote === null && !hasSelection(this.#host.root())) return;
    const isElsewhere =
      target instanceof Element && target.matches('textarea, input, .quote-button, .quote-button *');
    if (!isElsewhere && this.#host.takesMessages) void this.#lookAtSelection();
  }

  async openShortcuts(): Promise<void> {
    const host = this.#host;
    const part = await host.parts.when('shortcuts');
    if (part === null) return;
    this.#shortcuts ??= new part.Shortcuts({
      get strings() {
        return host.strings;
      },
      get options() {
        return host.options;
      },
      root: host.root,
      changed: host.changed,
    });
    this.#shortcuts.open();
  }

  #click(entity: Entity): void {
    try {
      this.#host.options.entities?.onClick?.(entity);
    } catch (error) {
      this.#host.pageFailed(error);
    }
  }

  async #openPreview(entity: Entity, anchor: HTMLElement): Promise<void> {
    const host = this.#host;
    const previews = this.#previews;
    const { visit } = previews;
    const part = await host.parts.when('preview');
    if (part === null || visit !== previews.visit) return;
    this.#preview ??= new part.Preview({
      get strings() {
        return host.strings;
      },
      get options() {
        return host.options;
      },
      get markdown() {
        return host.markdown;
      },
      root: host.root,
      changed: host.changed,
      failed: (error) => host.failed('preview_failed', error),
      stay: () => previews.stay(),
      leave: () => previews.leave(),
    });
    await this.#preview.open(entity, anchor);
  }

  async #lookAtSelection(): Promise<void> {
    const host = this.#host;
    const part = await host.parts.when('quote'); // By then the selection of this click is over, too.
    if (part === null) return;
    this.#quote ??= new part.Quote({
      get strings() {
        return host.strings;
      },
      root: host.root,
      changed: host.changed,
      quote: host.reply,
    });
    this.#quote.look();
  }
}

export { citationHandler, tagTemplate } from '../sources/entities.ts';
