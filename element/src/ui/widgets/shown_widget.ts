// A widget of the thread: what it is shown with, and where its actions go.
import { nothing, render, type TemplateResult } from 'lit-html';
import type { WidgetNode } from '../../protocol/wire.ts';
import type { ActionHandlers } from '../../widgets/forms/actions.ts';
import { type WidgetSettings, WidgetView } from '../../widgets/widget_view.ts';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import type { ChatContext } from '../context.ts';
import { said } from '../i18n/strings.ts';
import type { ItemContext } from '../thread/items.ts';
import type { WidgetItem } from './widget_item.ts';

const NOBODY: ActionHandlers = {
  client: null,
  server: null,
  sync: null,
  failed: () => undefined,
  unhandled: () => undefined,
};

/** The space above a question that has come into sight. */
const ABOVE_PX = 12;

/** The chats in which somebody has just answered a widget, and looks for what comes next. */
const answering = new WeakSet<ChatContext>();

/** A widget that is only looked at, without a thread. */
export function previewOf(widget: WidgetNode, chat: ChatContext): HTMLElement {
  const view = new WidgetView({
    locale: chat.locale,
    texts: chat.strings.widgets,
    markdown: chat.markdown,
    imageDomains: chat.imageDomains,
    isDev: false,
    mayFocus: false,
    actions: NOBODY,
    ...(chat.options.widgets?.components && { components: chat.options.widgets.components }),
    log: (name, message) => chat.fire('log', { name, data: { message } }),
  });
  view.update(widget, { isBusy: false, isInert: true, answer: null });
  return view.node;
}

export class ShownWidget {
  readonly #isNew: boolean;
  readonly #box: HTMLElement;
  readonly #foot = document.createElement('div');
  #view: WidgetView | null = null;
  #settings: WidgetSettings | null = null;
  #item!: WidgetItem;
  #context!: ItemContext;
  #error: string | null = null;

  /** `isNew`: the widget has come while the thread was open, and not with it. */
  constructor(box: HTMLElement, isNew: boolean) {
    this.#box = box;
    this.#isNew = isNew;
  }

  update(item: WidgetItem, context: ItemContext): void {
    this.#item = item;
    if (context !== this.#context) this.#settings = null;
    this.#context = context;
    this.#show();
  }

  #show(): void {
    this.#settings ??= this.#newSettings();
    if (this.#view === null) {
      this.#view = new WidgetView(this.#settings);
      this.#box.replaceChildren(this.#view.node, this.#foot);
      this.#follow(this.#context.chat);
      if (this.#isNew) this.#revealNext(this.#context.chat);
    }
    const { chat } = this.#context;
    const { widget, answer } = this.#item;
    // The person is asked: nothing else works, and the mark that something does is hidden.
    this.#box.toggleAttribute('data-asks', answer?.status === 'pending');
    this.#view.update(
      widget,
      {
        // A response that waits for the answer streams nothing else.
        isBusy: chat.view.phase === 'responding' && answer?.status !== 'pending',
        isInert: !chat.acceptsMessages || (answer != null && answer.status !== 'pending'),
        answer: answer ?? null,
      },
      this.#settings,
    );
    render(this.#errorTemplate(), this.#foot);
  }

  /** Brings what follows an answer into sight: all of it, or its start if it is higher than the thread. */
  #revealNext(chat: ChatContext): void {
    if (!answering.delete(chat)) return;
    const reveal = (): void => {
      const scroller = chat.root().getElementById('scroller');
      if (scroller === null) return;
      const { top } = scroller.getBoundingClientRect();
      scroller.scrollTop += this.#box.getBoundingClientRect().top - top - ABOVE_PX;
    };
    // In the first frame, the thread observes its new height and scrolls to its end.
    requestAnimationFrame(() => requestAnimationFrame(reveal));
  }

  /** A response that begins or ends concerns all widgets, and not only the messages that change. */
  #follow(chat: ChatContext): void {
    const { session } = chat;
    if (session === null) return;
    const { threadId } = session;
    let { phase } = session.view;
    const end = session.subscribe(() => {
      if (chat.session !== session || session.threadId !== threadId) {
        this.#view?.part();
        return end();
      }
      if (session.view.phase === phase) return;
      phase = session.view.phase;
      this.#show();
    });
  }

  #newSettings(): WidgetSettings {
    const { locale, strings, markdown, chat } = this.#context;
    const shell = chat.root().host.getRootNode();
    return {
      locale,
      texts: strings.widgets,
      markdown,
      imageDomains: chat.imageDomains,
      isDev: shell instanceof ShadowRoot && shell.host.hasAttribute('dev'),
      mayFocus: this.#isNew,
      actions: this.#handlers(),
      ...(chat.options.widgets?.components && { components: chat.options.widgets.components }),
      // Always the newest: a page may change what it consents to.
      get frames() {
        return chat.options.widgets?.frames;
      },
      confirmLink: async (href) => {
        const extras = await chat.extras.when();
        const frame = chat.root().querySelector<HTMLElement>('.shell');
        return extras?.confirmLink(frame, href, this.#context.strings) ?? false;
      },
      log: (name, message) => chat.fire('log', { name, data: { message, item_id: this.#item.id } }),
    };
  }

  #handlers(): ActionHandlers {
    const { chat } = this.#context;
    const item = (): WidgetItem => this.#item;
    return {
      get client(): ActionHandlers['client'] {
        const { widgets } = chat.options;
        if (widgets?.onAction === undefined) return null;
        return async (action) => widgets.onAction?.(action, { id: item().id, widget: item().widget });
      },
      server: (action) =>
        this.#asking(async () => {
          if (item().answer != null) {
            answering.add(chat);
            return chat.session?.sendSyncAction(action, item().id, true);
          }
          await chat.act(action, item().id);
          await chat.session?.whenIdle();
        }),
      sync: (action) => this.#asking(async () => chat.session?.sendSyncAction(action, item().id)),
      failed: (error) => chat.pageFailed(error),
      unhandled: ({ type }) => {
        const message =
          `The page has no handler for the widget action "${type}", whose handler is "client". Set the ` +
          'option `widgets.onAction`, or make the action one of the server.';
        chat.fire('log', { name: 'widget.action_unhandled', data: { message, type, item_id: item().id } });
      },
    };
  }

  /** Shows why the server refused an action, until the next one. */
  async #asking(ask: () => Promise<void>): Promise<void> {
    this.#error = null;
    try {
      await ask();
    } catch (error) {
      this.#error = error instanceof Error ? error.message : String(error);
    }
    this.#show();
  }

  #errorTemplate(): TemplateResult | typeof nothing {
    if (this.#error === null) return nothing;
    return html`<p class="inline-error" role="alert">${icon('danger')}<span
      dir="auto">${said(this.#error, this.#context.strings)}</span></p>`;
  }
}
