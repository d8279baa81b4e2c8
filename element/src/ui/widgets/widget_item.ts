// Widgets in the thread: one node per item, kept through all renderings. The bundle of widgets fills it.
import { nothing, render, type TemplateResult } from 'lit-html';
import type { ThreadItem } from '../../protocol/wire.ts';
import type { ItemView } from '../../session/view/view.ts';
import { html } from '../base/html.ts';
import type { ChatContext } from '../context.ts';
import { ExtrasLoader } from '../extras_loader.ts';
import { type ItemContext, plainBlock } from '../thread/items.ts';
import { widgetStyles } from './styles/widget.ts';

export const styles = [widgetStyles];

export type WidgetItem = Extract<ThreadItem, { type: 'widget' }>;
export type Widgets = typeof import('../../widgets.ts');
type Shown = InstanceType<Widgets['ShownWidget']>;

/** The widgets of the open thread of each chat, and the bundle that shows them. */
const ofChats = new WeakMap<ChatContext, WidgetItems>();

export function widgetsOf(chat: ChatContext): WidgetItems {
  const items = ofChats.get(chat) ?? new WidgetItems(chat);
  ofChats.set(chat, items);
  return items;
}

/** The template of a widget item. */
export function widget({ item, status }: ItemView, context: ItemContext): TemplateResult | typeof nothing {
  if (item.type !== 'widget') return nothing;
  return html`${widgetsOf(context.chat).nodeFor(item, status === 'streaming', context)}`;
}

class WidgetItems {
  readonly #chat: ChatContext;
  readonly #placed = new Map<string, PlacedWidget>();
  readonly loader: ExtrasLoader<Widgets>;
  #thread: string | null | undefined = null;

  constructor(chat: ChatContext) {
    this.#chat = chat;
    this.loader = new ExtrasLoader<Widgets>(
      (styles) => {
        chat.adopt(styles);
        for (const placed of this.#placed.values()) placed.refresh(this.loader);
      },
      (error) => chat.failed('part.failed', error, { part: 'widgets' }),
      () => import('../../widgets.ts'),
    );
  }

  nodeFor(item: WidgetItem, isStreaming: boolean, context: ItemContext): HTMLElement {
    const { threadId } = this.#chat.session ?? {};
    if (threadId !== this.#thread) this.#placed.clear();
    this.#thread = threadId;
    const placed =
      this.#placed.get(item.id) ?? new PlacedWidget(isStreaming || this.#chat.view.phase === 'responding');
    this.#placed.set(item.id, placed);
    placed.update(item, context, this.loader);
    return placed.node;
  }
}

class PlacedWidget {
  readonly node = document.createElement('article');
  /** The widget has come while the thread was open, and not with it. */
  readonly #isNew: boolean;
  #shown: Shown | null = null;
  #item!: WidgetItem;
  #context!: ItemContext;

  constructor(isNew: boolean) {
    this.#isNew = isNew;
    this.node.className = 'assistant widget-item';
    this.node.setAttribute('part', 'message-widget');
  }

  update(item: WidgetItem, context: ItemContext, loader: ExtrasLoader<Widgets>): void {
    this.#item = item;
    this.#context = context;
    this.refresh(loader);
  }

  refresh(loader: ExtrasLoader<Widgets>): void {
    this.node.setAttribute('aria-label', this.#context.strings.assistant);
    const widgets = loader.get();
    if (widgets === null) {
      render(this.#fallback(loader), this.node);
      return;
    }
    if (this.#shown === null) {
      render(nothing, this.node);
      this.#shown = new widgets.ShownWidget(this.node, this.#isNew);
    }
    this.#shown.update(this.#item, this.#context);
  }

  #fallback(loader: ExtrasLoader<Widgets>): TemplateResult {
    const context = this.#context;
    if (!loader.isAwaited) return plainBlock(this.#item.copy_text ?? context.strings.reconnecting, context);
    return html`<div class="skeleton widget-wait" role="status" aria-label=${context.strings.loading}>
      <span class="bone w60"></span><span class="bone w90"></span><span class="bone w80"></span></div>`;
  }
}
