// The list of threads: grouped by day, renamed in place, deleted with a few seconds to undo that.
import { nothing, html as plain, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { hasUndoHistory } from '../../page/undo/has_undo_history.ts';
import { UndoStorage } from '../../page/undo/undo_storage.ts';
import type { ThreadMeta } from '../../protocol/wire.ts';
import type { Session } from '../../session/session.ts';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import { isComposing } from '../base/keys.ts';
import { MenuController, type MenuEntry } from '../base/menu.ts';
import { menu } from '../base/styles/menu.ts';
import type { ChatContext } from '../context.ts';
import { type Strings, said } from '../i18n/strings.ts';
import { groupByDay } from './days.ts';
import { history } from './styles.ts';

export const styles = [menu, history];

export const UNDO_MS = 5000;

type Removal = {
  readonly thread: ThreadMeta;
  /** The session of the thread. */
  readonly session: Session | null;
  readonly apiUrl: string;
  readonly timer: ReturnType<typeof setTimeout>;
  /** The thread was open, and undo opens it again. */
  readonly wasOpen: boolean;
};

export class History {
  readonly #context: ChatContext;
  readonly #menus: MenuController;
  #threads: readonly ThreadMeta[] | null = null;
  #after: string | null = null;
  #isLoading = false;
  #error: string | null = null;
  #renaming: string | null = null;
  readonly #removals = new Map<string, Removal>();
  /** Resolves when the latest load of the list has ended. */
  loaded: Promise<void> | null = null;

  constructor(context: ChatContext) {
    this.#context = context;
    this.#menus = new MenuController(
      () => context.root(),
      () => context.changed(),
    );
  }

  /** Loads the first page again; the old list stays until then. */
  refresh(): Promise<void> {
    return (this.loaded = this.#load(null));
  }

  /** Clears the list of the previous session. */
  reset(): void {
    this.flush();
    this.#threads = null;
    this.#after = null;
    this.#isLoading = false;
  }

  /** Carries out pending deletions. Called when the panel closes and when the page is left. */
  readonly flush = (): void => {
    removeEventListener('pagehide', this.flush);
    for (const removal of this.#removals.values()) void this.#remove(removal);
  };

  /** Updates the title of the open thread in the list. */
  noteThread(thread: ThreadMeta | null): void {
    if (thread === null || this.#threads === null) return;
    const known = this.#threads.find(({ id }) => id === thread.id);
    if (known?.title === thread.title && known !== undefined) return;
    this.#threads =
      known === undefined
        ? [thread, ...this.#threads]
        : this.#threads.map((one) => (one.id === thread.id ? thread : one));
  }

  template(): TemplateResult {
    return html`<div class="history-list" @keydown=${this.#onArrow}>
        ${this.#error === null ? nothing : this.#errorRow(this.#error)}${this.#listTemplate()}
      </div>
      ${[...this.#removals.values()].map((removal) => this.#undoRow(removal))}`;
  }

  #listTemplate(): TemplateResult | typeof nothing {
    if (this.#threads === null) return this.#isLoading ? skeleton(this.#context.strings) : nothing;
    const shown = this.#threads.filter(({ id }) => !this.#removals.has(id));
    if (shown.length === 0) return this.#emptyTemplate();
    const groups = groupByDay(shown, new Date(), this.#context.locale, this.#context.strings);
    return html`${groups.map(
      ({ label, threads }) =>
        html`<h3>${label}</h3><ul>${repeat(
          threads,
          ({ id }) => id,
          (thread) => this.#row(thread),
        )}</ul>`,
    )}
      ${
        this.#after === null
          ? nothing
          : html`<button type="button" class="text-button more" ?disabled=${this.#isLoading}
              @click=${() => this.#load(this.#after)}>${this.#context.strings.more}</button>`
      }`;
  }

  #emptyTemplate(): TemplateResult {
    const { strings } = this.#context;
    return html`<div class="history-empty">
      ${icon('chat')}<strong>${strings.noThreads}</strong><p>${strings.noThreadsHint}</p></div>`;
  }

  #errorRow(message: string): TemplateResult {
    return html`<p class="inline-error" role="alert">${icon('danger')}<span dir="auto">${message}</span>
      <button type="button" class="text-button"
        @click=${() => this.refresh()}>${this.#context.strings.tryAgain}</button></p>`;
  }

  /** The time of recent threads, the date of older ones. */
  #time({ created_at }: ThreadMeta): TemplateResult | typeof nothing {
    const at = new Date(created_at);
    if (Number.isNaN(at.getTime())) return nothing;
    const isNear = Date.now() - at.getTime() < 2 * 86_400_000;
    const words = at.toLocaleString(
      this.#context.locale,
      isNear ? { hour: 'numeric', minute: '2-digit' } : { day: 'numeric', month: 'short' },
    );
    return html`<time datetime=${created_at}>${words}</time>`;
  }

  #row(thread: ThreadMeta): TemplateResult {
    const { strings, session } = this.#context;
    if (this.#renaming === thread.id) return this.#renameRow(thread);
    const title = thread.title ?? strings.untitled;
    const isCurrent = session?.threadId === thread.id;
    return html`<li class="thread-row ${isCurrent ? 'current' : ''}">
      <button type="button" class="thread-open" aria-current=${isCurrent ? 'true' : nothing}
        @click=${() => this.#context.open(thread.id)}><bdi class="line">${title}</bdi></button>
      ${this.#time(thread)}
      ${this.#rowMenu(thread, title)}
    </li>`;
  }

  /** Focuses the list once it is loaded, unless the focus has moved away from `close`. */
  async focusList(close: HTMLElement | null): Promise<void> {
    await this.loaded;
    await this.#context.changed();
    const root = this.#context.root();
    if (close === null || root.activeElement !== close) return;
    const find = (selector: string): HTMLElement | null => root.querySelector<HTMLElement>(selector);
    (find('.thread-open[aria-current]') ?? find('.thread-open'))?.focus();
  }

  #rowMenu(thread: ThreadMeta, title: string): TemplateResult | typeof nothing {
    const { strings, options } = this.#context;
    const { showRename, showDelete } = options.history ?? {};
    const entries: MenuEntry[] = [];
    if (showRename !== false) entries.push({ id: 'rename', label: strings.rename, icon: 'pencil' });
    if (showDelete !== false)
      entries.push({ id: 'delete', label: strings.delete, icon: 'trash', isDangerous: true });
    if (entries.length === 0) return nothing;
    return this.#menus.template({
      name: thread.id,
      label: `${strings.threadActions}: ${title}`,
      button: html`${icon('dots-horizontal')}`,
      buttonClass: 'icon-button small',
      entries,
      disabled: false,
      onPick: (id) => (id === 'rename' ? this.#startRename(thread) : this.#startRemoval(thread)),
    });
  }

  #renameRow(thread: ThreadMeta): TemplateResult {
    return plain`<li class="thread-row renaming"><input type="text" dir="auto"
      aria-label=${this.#context.strings.renameTo} .value=${thread.title ?? ''} maxlength="200"
      @keydown=${(event: KeyboardEvent) => this.#onRenameKey(event, thread)}
      @blur=${(event: Event) => this.#finishRename(event, thread)} /></li>`;
  }

  #undoRow(removal: Removal): TemplateResult {
    const { strings } = this.#context;
    const { thread } = removal;
    return html`<div class="undo" role="status"><span>${strings.deleted}</span>
      <button type="button" class="text-button"
        aria-label="${strings.undo}: ${thread.title ?? strings.untitled}"
        @click=${() => this.#undo(removal)}>${strings.undo}</button></div>`;
  }

  async #load(after: string | null): Promise<void> {
    const { session, strings } = this.#context;
    if (session === null || this.#isLoading) return;
    this.#isLoading = true;
    this.#error = null;
    void this.#context.changed();
    try {
      const page = await session.listThreads(after);
      if (session !== this.#context.session) return;
      this.#threads = after === null ? page.threads : merged(this.#threads ?? [], page.threads);
      this.#after = page.after;
    } catch (error) {
      if (session !== this.#context.session) return;
      this.#error = spoken(error, strings.threadsFailed, strings);
    }
    this.#isLoading = false;
    void this.#context.changed();
  }

  #startRename(thread: ThreadMeta): void {
    this.#renaming = thread.id;
    // Not a frame later: the first typed character would be selected and replaced by the next key.
    void this.#context
      .changed()
      .then(() => this.#context.root().querySelector<HTMLInputElement>('.renaming input')?.select());
  }

  #onRenameKey(event: KeyboardEvent, thread: ThreadMeta): void {
    if (isComposing(event) || (event.key !== 'Enter' && event.key !== 'Escape')) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Enter') void this.#finishRename(event, thread);
    else this.#endRename();
    void this.#focusMenu(thread.id);
  }

  #endRename(): void {
    this.#renaming = null;
    this.#context.changed();
  }

  async #finishRename(event: Event, thread: ThreadMeta): Promise<void> {
    if (this.#renaming !== thread.id) return;
    const title = (event.target as HTMLInputElement).value.trim();
    this.#endRename();
    if (title === '' || title === thread.title) return;
    this.#replace({ ...thread, title });
    await this.#attempt(
      () => this.#context.session?.renameThread(thread.id, title),
      this.#context.strings.renameFailed,
      () => this.#replace(thread),
    );
  }

  #replace(thread: ThreadMeta): void {
    this.#threads = (this.#threads ?? []).map((one) => (one.id === thread.id ? thread : one));
    this.#context.changed();
  }

  #startRemoval(thread: ThreadMeta): void {
    const { session } = this.#context;
    const wasOpen = session?.threadId === thread.id;
    const timer = setTimeout(() => void this.#remove(removal), UNDO_MS);
    const removal = { thread, session, timer, wasOpen, apiUrl: this.#context.options.api.url };
    this.#removals.set(thread.id, removal);
    addEventListener('pagehide', this.flush);
    // Leaves the thread: it is about to be deleted.
    if (wasOpen) void session.openThread(null);
    this.#context.changed();
  }

  #undo({ thread, wasOpen }: Removal): void {
    const { session } = this.#context;
    this.#forget(thread.id);
    if (wasOpen && session?.threadId === null && session.view.items.length === 0)
      void session.openThread(thread.id);
    void this.#focusMenu(thread.id);
  }

  async #focusMenu(threadId: string): Promise<void> {
    await this.#context.changed();
    this.#context
      .root()
      .querySelector<HTMLElement>(`[data-menu="${CSS.escape(threadId)}"]`)
      ?.focus();
  }

  #forget(threadId: string): void {
    clearTimeout(this.#removals.get(threadId)?.timer);
    this.#removals.delete(threadId);
  }

  async #remove({ thread, session, apiUrl }: Removal): Promise<void> {
    const before = this.#threads;
    this.#forget(thread.id);
    this.#threads = (before ?? []).filter(({ id }) => id !== thread.id);
    const remove = async (): Promise<void> => {
      await session?.deleteThread(thread.id);
      forgetUndoHistory(apiUrl, thread.id);
    };
    await this.#attempt(remove, this.#context.strings.deleteFailed, () => (this.#threads = before));
  }

  async #attempt(act: () => Promise<void> | undefined, failure: string, undo: () => void): Promise<void> {
    this.#error = null;
    try {
      await act();
    } catch (error) {
      undo();
      this.#error = spoken(error, failure, this.#context.strings);
    }
    this.#context.changed();
  }

  readonly #onArrow = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const rows = [...this.#context.root().querySelectorAll<HTMLElement>('.thread-open')];
    const at = rows.findIndex((row) => row.parentElement?.contains(this.#context.root().activeElement));
    if (at === -1) return;
    event.preventDefault();
    rows[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
  };
}

/** Drops the undo history of a deleted thread. */
function forgetUndoHistory(apiUrl: string, threadId: string): void {
  if (hasUndoHistory()) new UndoStorage(apiUrl).forget(threadId);
}

function merged(known: readonly ThreadMeta[], more: readonly ThreadMeta[]): readonly ThreadMeta[] {
  const ids = new Set(known.map(({ id }) => id));
  return [...known, ...more.filter(({ id }) => !ids.has(id))];
}

function spoken(error: unknown, otherwise: string, strings: Strings): string {
  return error instanceof Error && error.message !== ''
    ? `${otherwise} ${said(error.message, strings)}`
    : otherwise;
}

function skeleton(strings: Strings): TemplateResult {
  const bones = [70, 90, 55, 80, 65].map((width) => html`<span class="bone w${width}"></span>`);
  return html`<div class="skeleton" role="status" aria-label=${strings.loading}>${bones}</div>`;
}
