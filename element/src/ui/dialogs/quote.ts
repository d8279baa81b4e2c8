// A button next to selected text of a message that quotes it in a reply, and the quote over the field.
import { nothing, type TemplateResult } from 'lit-html';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import type { ChatContext } from '../context.ts';
import type { Strings } from '../i18n/strings.ts';
import { quote } from './styles/quote.ts';

export const styles = [quote];

const MAX_CHARS = 2000;
const ID = 'quote-button';

type Selected = { readonly text: string; readonly range: Range };

export class Quote {
  readonly #context: ChatContext;
  #selected: Selected | null = null;

  constructor(context: ChatContext) {
    this.#context = context;
  }

  get isOpen(): boolean {
    return this.#selected !== null;
  }

  /** Call it when a selection may have ended. */
  look(): void {
    const before = this.#selected?.text;
    this.#selected = selectedIn(this.#context.root());
    if (this.#selected?.text !== before || this.#selected !== null) this.#context.changed();
  }

  close(): void {
    if (this.#selected === null) return;
    this.#selected = null;
    this.#context.changed();
  }

  template(): TemplateResult | typeof nothing {
    if (this.#selected === null) return nothing;
    // Pressing the button must not clear the selection before the click.
    return html`<button type="button" class="quote-button" part="quote-button" id=${ID}
      @pointerdown=${(event: Event) => event.preventDefault()} @click=${this.#reply}>
      ${icon('quote')}${this.#context.strings.reply}</button>`;
  }

  /** Places the button above the selection; called after each render, scroll and change of size. */
  place(): void {
    const button = this.#context.root().getElementById(ID);
    const shell = button?.offsetParent?.getBoundingClientRect();
    if (button === null || shell === undefined || this.#selected === null) return;
    const rect = this.#selected.range.getBoundingClientRect();
    const top = rect.top - shell.top - button.offsetHeight - 6;
    const left = rect.left - shell.left + rect.width / 2 - button.offsetWidth / 2;
    button.style.setProperty('inset-block-start', `${top > 6 ? top : rect.bottom - shell.top + 6}px`);
    button.style.setProperty(
      'left',
      `${Math.max(6, Math.min(left, shell.width - button.offsetWidth - 6))}px`,
    );
  }

  readonly #reply = (): void => {
    const text = this.#selected?.text ?? '';
    this.#selected = null;
    document.getSelection()?.removeAllRanges();
    this.#context.reply(text);
  };
}

/** The selection: each engine has its own API for shadow trees. */
function rangeIn(root: ShadowRoot): Range | null {
  const own =
    (root as ShadowRoot & { getSelection?: () => Selection | null }).getSelection?.() ??
    document.getSelection();
  if (own === null || own.rangeCount === 0 || own.type !== 'Range') return null;
  const composed = (
    own as Selection & { getComposedRanges?: (options: { shadowRoots: ShadowRoot[] }) => StaticRange[] }
  ).getComposedRanges?.({ shadowRoots: [root] })[0];
  if (composed === undefined || !root.contains(composed.startContainer)) return own.getRangeAt(0);
  const range = document.createRange();
  range.setStart(composed.startContainer, composed.startOffset);
  range.setEnd(composed.endContainer, composed.endOffset);
  return range;
}

/** The selected text if it lies within one message. */
function selectedIn(root: ShadowRoot): Selected | null {
  const range = rangeIn(root);
  const node = range?.commonAncestorContainer;
  const message = (node instanceof Element ? node : node?.parentElement)?.closest('.assistant, .bubble');
  const text = range == null ? '' : wordsOf(range);
  if (range == null || message == null || text === '') return null;
  return { text: text.slice(0, MAX_CHARS).replace(/[\ud800-\udbff]$/, ''), range };
}

/** The selected text, block by block, without the numbers of sources and the labels of code. */
function wordsOf(range: Range): string {
  const copy = range.cloneContents();
  for (const extra of copy.querySelectorAll('sup, .citation, .code-bar, .footnote-back')) extra.remove();
  for (const block of copy.querySelectorAll('p, li, h1, h2, h3, h4, h5, h6, pre, tr, blockquote'))
    block.append('\n');
  return copy.textContent.replace(/\s*\n\s*/g, '\n').trim();
}

export function replyChip(reply: string, strings: Strings, remove: () => void): TemplateResult {
  return html`<div class="reply" role="group"
    aria-label=${strings.quote}>${icon('quote')}<span dir="auto">${reply}</span>
    <button type="button" class="icon-button small" aria-label=${strings.removeQuote}
      @click=${remove}>${icon('close')}</button></div>`;
}
