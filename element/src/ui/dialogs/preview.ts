// A card next to a citation, a source or an entity: what it refers to, and the page's preview of it.
import { nothing, type TemplateResult } from 'lit-html';
import type { Source } from '../../protocol/wire.ts';
import { html } from '../base/html.ts';
import type { ChatContext } from '../context.ts';
import { entityOf, isClickable, isHandled } from '../sources/entities.ts';
import { dateOf, hrefOf, line, originOf, siteOf, symbolOf } from '../sources/sources.ts';
import { widgetsOf } from '../widgets/widget_item.ts';
import { preview } from './styles/preview.ts';

export const styles = [preview];

const GAP_PX = 8;
const ID = 'entity-preview';

export class Preview {
  readonly #context: ChatContext;
  #source: Source | null = null;
  #anchor: HTMLElement | null = null;
  #number: string | undefined;
  #widget: HTMLElement | null = null;
  /** Decided once, so that the card stays on its side while the text moves. */
  #isAbove: boolean | null = null;

  constructor(context: ChatContext) {
    this.#context = context;
  }

  get isOpen(): boolean {
    return this.#source !== null;
  }

  /** What the card belongs to, from the moment in which it is requested. */
  get anchor(): HTMLElement | null {
    return this.#anchor;
  }

  get node(): HTMLElement | null {
    return this.#context.root().getElementById(ID);
  }

  async open(source: Source, anchor: HTMLElement): Promise<void> {
    if (anchor === this.#anchor) return;
    this.close();
    this.#anchor = anchor;
    const widget = await this.#widgetOf(source);
    if (anchor !== this.#anchor) return;
    if (!anchor.isConnected) return this.close();
    this.#source = source;
    this.#number = anchor.dataset['source'];
    this.#widget = widget;
    this.#described?.setAttribute('aria-describedby', ID);
    this.#context.changed();
  }

  /** The page's preview; null if there is none, and if it fails. */
  async #widgetOf(source: Source): Promise<HTMLElement | null> {
    const context = this.#context;
    const { entities } = context.options;
    if (source.type !== 'entity' || !isHandled(source, context.options)) return null;
    try {
      const { preview: widget } = (await entities?.onRequestPreview?.(entityOf(source))) ?? { preview: null };
      const widgets = widget === null ? null : await widgetsOf(context).loader.when();
      return widget === null || widgets === null ? null : widgets.previewOf(widget, context);
    } catch (error) {
      context.failed('preview_failed', error);
      return null;
    }
  }

  close(): void {
    this.#described?.removeAttribute('aria-describedby');
    this.#anchor = this.#isAbove = null;
    if (this.#source === null) return;
    this.#source = null;
    this.#context.changed();
  }

  /** The tags of the field lie behind it, and only the field is read out. */
  get #described(): Element | null | undefined {
    return this.#anchor?.localName === 'mark' ? this.#context.root().getElementById('message') : this.#anchor;
  }

  template(): TemplateResult | typeof nothing {
    const source = this.#source;
    return source === null
      ? nothing
      : html`<div class="preview" part="preview" role="tooltip" id=${ID}>
          ${this.#title(source)}${this.#details(source)}${this.#widget ?? nothing}</div>`;
  }

  #title(source: Source): TemplateResult {
    const href = hrefOf(source);
    const title = html`<strong dir="auto">${source.title}</strong>`;
    return html`<p class="preview-title">${symbolOf(source)}${
      href !== null
        ? html`<a class="source" href=${href} target="_blank" rel="noopener noreferrer">${title}</a>`
        : isClickable(source, this.#context.options)
          ? html`<button type="button" class="entity">${title}</button>`
          : title
    }</p>`;
  }

  #details(source: Source): TemplateResult {
    const date = dateOf(source, this.#context.locale);
    const details = [originOf(source), siteOf(source), source.group ?? '', date];
    return html`${line('preview-group', details)}${
      source.description ? html`<p class="preview-text" dir="auto">${source.description}</p>` : nothing
    }`;
  }

  /**
   * Places the card above its anchor, or below it without room above; called after each render. Returns
   * whether the anchor is still there and in sight.
   */
  place(): boolean {
    const anchor = this.#anchor;
    if (anchor === null || this.#source === null) return true;
    if (!anchor.isConnected || anchor.dataset['source'] !== this.#number) return false;
    const card = this.node;
    const shell = card?.offsetParent?.getBoundingClientRect();
    if (card === null || shell === undefined) return true;
    const at = anchor.getBoundingClientRect();
    this.#isAbove ??= at.top - shell.top - card.offsetHeight >= 2 * GAP_PX;
    const isRtl = getComputedStyle(card).direction === 'rtl';
    const wanted = (isRtl ? at.right - card.offsetWidth : at.left) - shell.left;
    const left = Math.max(GAP_PX, Math.min(wanted, shell.width - card.offsetWidth - GAP_PX));
    card.style.setProperty('left', `${left}px`);
    card.style.setProperty('top', this.#isAbove ? 'auto' : `${at.bottom - shell.top + GAP_PX}px`);
    card.style.setProperty('bottom', this.#isAbove ? `${shell.bottom - at.top + GAP_PX}px` : 'auto');
    return isInSight(anchor, at);
  }
}

/** Whether `anchor` is not scrolled out of the thread. */
function isInSight(anchor: Element, at: DOMRect): boolean {
  const around = anchor.closest('.scroller')?.getBoundingClientRect();
  return around === undefined || (at.bottom >= around.top && at.top <= around.bottom);
}
