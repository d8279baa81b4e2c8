// A card next to an entity with the page's preview of it.
import { nothing, type TemplateResult } from 'lit-html';
import type { Entity } from '../../api/options.ts';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import type { ChatContext } from '../context.ts';
import type { PreviewTimer } from '../sources/entities.ts';
import { widgetsOf } from '../widgets/widget_item.ts';
import { preview } from './styles/preview.ts';

export const styles = [preview];

const GAP_PX = 8;
const ID = 'entity-preview';

export class Preview {
  readonly #context: ChatContext;
  readonly #timer: PreviewTimer;
  #entity: Entity | null = null;
  #anchor: HTMLElement | null = null;
  #widget: HTMLElement | null = null;

  constructor(context: ChatContext, timer: PreviewTimer) {
    this.#context = context;
    this.#timer = timer;
  }

  get isOpen(): boolean {
    return this.#entity !== null;
  }

  /** Shows nothing if the page has no preview of the entity. */
  async open(entity: Entity, anchor: HTMLElement): Promise<void> {
    if (anchor === this.#anchor) return;
    this.close();
    this.#anchor = anchor;
    try {
      const { preview: widget } = (await this.#context.options.entities?.onRequestPreview?.(entity)) ?? {
        preview: null,
      };
      const widgets = widget === null ? null : await widgetsOf(this.#context).loader.when();
      if (anchor !== this.#anchor) return;
      if (widget === null || widgets === null || !anchor.isConnected) return this.close();
      this.#entity = entity;
      this.#widget = widgets.previewOf(widget, this.#context);
      anchor.setAttribute('aria-describedby', ID);
      this.#context.changed();
    } catch (error) {
      if (anchor === this.#anchor) this.close();
      this.#context.failed('preview_failed', error);
    }
  }

  close(): void {
    this.#anchor?.removeAttribute('aria-describedby');
    this.#anchor = null;
    if (this.#entity === null) return;
    this.#entity = null;
    this.#context.changed();
  }

  template(): TemplateResult | typeof nothing {
    const entity = this.#entity;
    const widget = this.#widget;
    if (entity === null || widget === null) return nothing;
    return html`<div class="preview" part="preview" role="tooltip" id=${ID}
      @pointerenter=${() => this.#timer.stay()} @pointerleave=${() => this.#timer.leave()}>
      <p class="preview-title" dir="auto">${icon(entity.icon ?? 'cube')}<strong>${entity.title}</strong></p>
      ${entity.group === undefined ? nothing : html`<p class="preview-group">${entity.group}</p>`}
      ${widget}
    </div>`;
  }

  /** Places the card above its entity, or below it without room above; called after each render. */
  place(): void {
    const anchor = this.#anchor;
    if (anchor !== null && !anchor.isConnected) return this.close();
    const card = this.#context.root().getElementById(ID);
    const shell = card?.offsetParent?.getBoundingClientRect();
    if (anchor === null || card === null || shell === undefined) return;
    const at = anchor.getBoundingClientRect();
    const above = at.top - shell.top - card.offsetHeight - GAP_PX;
    const top = above >= GAP_PX ? above : at.bottom - shell.top + GAP_PX;
    const left = Math.min(at.left - shell.left, shell.width - card.offsetWidth - GAP_PX);
    card.style.setProperty('inset-block-start', `${Math.max(GAP_PX, top)}px`);
    card.style.setProperty('left', `${Math.max(GAP_PX, left)}px`);
  }
}
