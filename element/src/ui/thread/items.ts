// One template per kind of item. An unknown kind shows nothing and breaks nothing.
import { nothing, type TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { copyOf, type Slotted } from '../../api/slots.ts';
import type { RenderOptions } from '../../markdown/render/render.ts';
import type {
  AssistantMessageItem,
  ThreadItem,
  UserMessageContent,
  UserMessageItem,
} from '../../protocol/wire.ts';
import type { ItemView } from '../../session/view/view.ts';
import { html, MAX_TEXT_CHARS } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import { markdown } from '../base/markdown_part.ts';
import type { ChatContext } from '../context.ts';
import type { ExtrasLoader } from '../extras_loader.ts';
import type { Strings } from '../i18n/strings.ts';

export type ItemContext = {
  readonly chat: ChatContext;
  readonly strings: Strings;
  readonly extras: ExtrasLoader;
  readonly locale: string;
  readonly markdown: Partial<RenderOptions>;
  readonly slotted: Slotted;
  /** The page's own node for an item, if it makes one. */
  readonly renderItem: ((view: ItemView) => Node | null) | null;
  readonly copyMessage: (item: UserMessageItem) => void;
  /** Null while the thread accepts no messages. */
  readonly resend: ((item: UserMessageItem) => void) | null;
};

export type ItemOutput = TemplateResult | typeof nothing;

/** Shows an item that cannot be rendered as its source, so that the other items stay. */
export function itemTemplate(view: ItemView, context: ItemContext): ItemOutput {
  try {
    return templateOf(view, context);
  } catch (error) {
    context.markdown.failed?.(error);
    return html`<article class="assistant framed">${longText(JSON.stringify(view.item), context)}</article>`;
  }
}

function templateOf(view: ItemView, context: ItemContext): ItemOutput {
  const item: ThreadItem = view.item;
  const own = context.renderItem?.(view) ?? null;
  if (own !== null) return html`<div class="item" part="item">${own}</div>`;
  switch (item.type) {
    case 'user_message':
      return userMessage(item, view.status, context);
    case 'assistant_message':
      return assistantMessage(item, view.status === 'streaming', context);
    case 'workflow':
      return (
        context.extras.get()?.workflowTemplate(item.workflow, view.status === 'streaming', context) ?? nothing
      );
    case 'task':
      return context.extras.get()?.taskTemplate(item.task, context) ?? nothing;
    case 'generated_image':
      return context.extras.get()?.generatedImage(item, view.progress, context) ?? nothing;
    case 'widget':
      return html`${context.extras.get()?.widget(view, context)}`;
    case 'client_tool_call':
      return html`${context.extras.get()?.decision(item, context)}`;
    case 'structured_input':
      return context.extras.get()?.structuredInput(item, context) ?? nothing;
    default:
      return nothing;
  }
}

function userMessage(
  item: UserMessageItem,
  status: ItemView['status'],
  context: ItemContext,
): TemplateResult {
  const { strings } = context;
  const attachments = item.attachments ?? [];
  return html`<article class="user ${status}" part="message-user" aria-label=${strings.you}
    aria-busy=${status === 'sending'}>
    ${
      item.quoted_text
        ? html`<blockquote class="quoted">
            ${icon('quote')}<span dir="auto">${item.quoted_text}</span></blockquote>`
        : nothing
    }
    ${attachments.length === 0 ? nothing : context.extras.get()?.attachmentsTemplate(attachments, context)}
    ${item.content.length === 0 ? nothing : bubble(item, status, context)}
    ${status === 'failed' ? notSent(item, context) : nothing}
  </article>`;
}

function bubble(item: UserMessageItem, status: ItemView['status'], context: ItemContext): TemplateResult {
  const { strings, copyMessage } = context;
  return html`<div class="bubble-line">
    ${
      status === 'sending'
        ? nothing
        : html`<button type="button" class="icon-button small actions" aria-label=${strings.copyMessage}
            @click=${() => copyMessage(item)}>${icon('copy')}</button>`
    }
    <div class="bubble" part="bubble"
      dir="auto">${item.content.map((part) => userContent(part, context))}</div></div>`;
}

function notSent(item: UserMessageItem, { strings, resend }: ItemContext): TemplateResult {
  const button =
    resend === null
      ? nothing
      : html`<button type="button" class="text-button"
          @click=${() => resend(item)}>${strings.tryAgain}</button>`;
  return html`<p class="not-sent">${icon('danger')}<span>${strings.notSent}</span>${button}</p>`;
}

/** Truncated until the extras are loaded, which show the rest on demand. */
function longText(text: string, { extras, strings }: ItemContext): unknown {
  return text.length > MAX_TEXT_CHARS ? (extras.get()?.longText(text, strings.showAll) ?? text) : text;
}

function userContent(part: UserMessageContent, context: ItemContext): TemplateResult {
  if (part.type !== 'input_tag') return html`${longText(part.text, context)}`;
  const { chat, extras } = context;
  const asked = part.interactive === true ? extras.get()?.tagTemplate(part, chat.options) : undefined;
  return asked ?? html`<span class="tag" part="entity">${part.text}</span>`;
}

export function isCited({ content }: AssistantMessageItem): boolean {
  return content.some(({ annotations }) => annotations != null && annotations.length > 0);
}

function assistantMessage(item: AssistantMessageItem, isOpen: boolean, context: ItemContext): ItemOutput {
  if (item.content.every(({ text }) => text === '')) return nothing;
  const extras = isCited(item) ? context.extras.get() : null;
  const { sources = [], settings = [] } = extras?.citationsOf(item, context.chat) ?? {};
  const last = item.content.length - 1;
  return html`<article class="assistant" part="message-assistant" aria-label=${context.strings.assistant}
    aria-busy=${isOpen} .sources=${sources}>
    ${item.content.map(({ text }, at) =>
      text === '' ? nothing : markdown(text, isOpen && at === last, settings[at] ?? context.markdown),
    )}
    ${isOpen ? nothing : footer(item, context.slotted)}
    ${isOpen || sources.length === 0 ? nothing : extras?.sourcesTemplate(sources, context)}
  </article>`;
}

function footer({ id }: AssistantMessageItem, { footer: given }: Slotted): TemplateResult | typeof nothing {
  if (given === null) return nothing;
  return html`<div class="message-footer" part="message-footer"
    data-item-id=${id}>${guard([given], () => copyOf(given))}</div>`;
}

export function plainBlock(text: string, context: ItemContext): TemplateResult {
  return html`<article class="assistant framed"
    aria-label=${context.strings.assistant}>${markdown(text, false, context.markdown)}</article>`;
}
