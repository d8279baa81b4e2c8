// The open thread: its messages in a scrolling box, or the start screen, skeleton or error in their place.
import { nothing, type TemplateResult } from 'lit-html';
import type { StartScreenPrompt } from '../../api/options.ts';
import type { ErrorView, ItemView, ThreadView } from '../../session/view/view.ts';
import { html } from '../base/html.ts';
import { ScrollKeeper } from '../base/scroll.ts';
import { isCited } from '../thread/items.ts';
import { type Action, errorTemplate, type GroupContext } from '../thread/message_group.ts';
import { MessageList } from '../thread/message_list.ts';
import { loadingTemplate, startTemplate } from './header_and_start.ts';
import type { ShellContext } from './shell_context.ts';

export class ThreadPane {
  readonly list = new MessageList();
  readonly scrolling: ScrollKeeper;
  readonly #context: ShellContext;
  readonly #usePrompt: (prompt: StartScreenPrompt) => void;
  #isLoadingEarlier = false;
  /** The node that must not move when an earlier page is inserted before it. */
  #anchor: Element | null = null;
  #isSent = false;

  /** The thread was loaded with sources: its text would move when their superscripts come. */
  #awaitsSources = false;

  /** `moved` is called after every scroll and layout. */
  constructor(context: ShellContext, moved: () => void, usePrompt: (prompt: StartScreenPrompt) => void) {
    this.#context = context;
    this.#usePrompt = usePrompt;
    this.scrolling = new ScrollKeeper({ onMoved: moved, onNearTop: () => void this.#loadEarlier() });
  }

  /** A message is sent or retried: follows its answer, with the message at the top if `isSent`. */
  followAnswer(isSent = false): void {
    this.scrolling.isPinned = true;
    this.#isSent ||= isSent;
  }

  /** Call it with each view before it is rendered. Returns whether another thread is shown than before. */
  note(before: ThreadView | null, view: ThreadView): boolean {
    if (before?.phase === 'loading') this.#awaitsSources = view.items.some(hasSources);
    const isOtherThread = before?.thread?.id !== view.thread?.id && before?.thread != null;
    const last = view.items.at(-1);
    const isNew = before?.items.at(-1) !== last;
    if (isOtherThread || view.items.length === 0) this.scrolling.lead(null);
    this.#isSent ||= last?.status === 'sending' && isNew;
    const isSending = last?.item.type === 'user_message' && isNew;
    if (isOtherThread || isSending || before?.phase === 'loading') this.scrolling.isPinned = true;
    else if (before?.items[0] !== view.items[0] && !this.scrolling.isPinned)
      this.#anchor = this.#firstVisibleGroup();
    return isOtherThread;
  }

  template(): TemplateResult {
    const { strings, view, isStart } = this.#context;
    return html`<div class="scroller" part="thread" id="scroller" tabindex="0" role="region"
      aria-label=${strings.conversation} aria-busy=${view.phase !== 'idle'}>
            <div class="content ${isStart ? 'starts' : ''}" id="content">${this.#contentTemplate()}</div>
          </div>`;
  }

  /** Called after each render. */
  update(groups: GroupContext): void {
    const root = this.#context.root();
    const scroller = root.getElementById('scroller');
    const content = root.getElementById('content');
    if (scroller !== null && content !== null) this.scrolling.attach(scroller, content);
    this.scrolling.hold(this.#anchor, () => this.list.update(this.#context.view, groups));
    this.#anchor = null;
    if (this.#isSent) this.scrolling.lead(this.list.last);
    this.#isSent = false;
  }

  toEnd(): void {
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.scrolling.toEnd(!isCalm && this.scrolling.distance < 4000);
  }

  #contentTemplate(): TemplateResult {
    const { view, strings, options, isStart } = this.#context;
    if (this.#isLoading) return loadingTemplate(strings);
    if (view.items.length > 0) return html`${this.list.node}`;
    if (view.error !== null)
      return html`<div class="turns">${errorTemplate(view.error, this.#remedy(view.error), strings)}</div>`;
    return isStart
      ? html`<slot name="empty">${startTemplate(options, strings, this.#usePrompt)}</slot>`
      : html`${nothing}`;
  }

  get #isLoading(): boolean {
    const { view, extras } = this.#context;
    if (view.phase === 'loading' && view.items.length === 0) return true;
    return this.#awaitsSources && extras.isAwaited;
  }

  /** The remedy if a thread could not be loaded: load it again or, if that is useless, open another one. */
  #remedy({ allowRetry, code }: ErrorView): Action | null {
    const { threadId, view, strings, open } = this.#context;
    // A person who is not signed in cannot open another thread either.
    if (threadId === null || view.thread !== null || code === 'unauthorized' || code === 'http_401')
      return null;
    if (allowRetry) return { label: strings.retry, icon: 'reload', run: () => open(threadId) };
    return { label: strings.startNewChat, icon: 'compose', run: () => open(null) };
  }

  #firstVisibleGroup(): Element | null {
    const top = this.#context.root().getElementById('scroller')?.getBoundingClientRect().top ?? 0;
    // Measuring a group in a skipped block would force its layout.
    const below = (nodes: Iterable<Element>): Element | undefined =>
      [...nodes].find((node) => node.getBoundingClientRect().bottom > top);
    return below(below(this.list.node.children)?.children ?? []) ?? null;
  }

  async #loadEarlier(): Promise<void> {
    const { session, view } = this.#context;
    if (session === null || !view.hasEarlier || this.#isLoadingEarlier || view.phase === 'loading') return;
    this.#isLoadingEarlier = true;
    try {
      await session.loadEarlier();
      await this.#context.changed();
    } catch (error) {
      this.#context.failed('thread.earlier_failed', error);
    }
    this.#isLoadingEarlier = false;
  }
}

function hasSources({ item }: ItemView): boolean {
  return item.type === 'assistant_message' && isCited(item);
}
