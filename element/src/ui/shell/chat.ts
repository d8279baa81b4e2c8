// The whole chat, as one component: shows `session.view` and calls the session for everything else.
import { nothing, type TemplateResult } from 'lit-html';
import { withData } from '../../api/message.ts';
import type { ChatOptions, StartScreenPrompt } from '../../api/options.ts';
import { NOTHING_SLOTTED, type Slotted } from '../../api/slots.ts';
import { hasUndoHistory } from '../../page/undo/has_undo_history.ts';
import { isRefusal, toChatError } from '../../protocol/errors.ts';
import type { Attachment, UserMessageInput } from '../../protocol/wire.ts';
import type { ComposerState, ComposerValue, Session } from '../../session/session.ts';
import type { ThreadView } from '../../session/view/view.ts';
import { FocusKeeper, hasFinePointer } from '../base/focus.ts';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import { asksForShortcuts, isComposing } from '../base/keys.ts';
import { hasSelection } from '../base/selection.ts';
import { Composer } from '../composer/composer.ts';
import type { Overlays } from '../dialogs/overlays.ts';
import type { Extras } from '../extras_loader.ts';
import { HistoryPane } from '../history/history_pane.ts';
import { styles } from '../theme/styles/index.ts';
import { applyTheme } from '../theme/theme.ts';
import type { GroupContext } from '../thread/message_group.ts';
import { announcement } from './announcer.ts';
import { codeUnder, onMarkdownClick } from './clicks.ts';
import { Footer } from './footer.ts';
import { GroupContexts } from './group_contexts.ts';
import { headerTemplate } from './header_and_start.ts';
import { watchKeyboard } from './keyboard.ts';
import type { PageIntegration } from './page_integration.ts';
import { PART_NAMES } from './part_names.ts';
import { ShellContext } from './shell_context.ts';
import { ThreadPane } from './thread_pane.ts';
import { ViewElement } from './view_element.ts';

const NAME = 'turnstream-chat-view';
/** Below this height, the layout leaves most of the chat to the thread. */
const SHORT_PX = 240;

export class ChatView extends ViewElement {
  readonly #context = new ShellContext(this, {
    submit: (input, attachments) => this.#submit(input, attachments),
    answer: async (itemId, submission) => {
      this.#pane.followAnswer();
      await this.session?.answerInput(itemId, submission);
    },
    act: async (action, itemId) => {
      this.#pane.followAnswer();
      await this.session?.sendCustomAction(action, itemId);
    },
    reply: (text) => {
      this.#composer.set({ reply: text });
      this.focusComposer();
    },
    open: (threadId) => this.#open(threadId),
  });
  readonly #pane = new ThreadPane(
    this.#context,
    () => this.#reflectPlace(),
    (prompt) => void this.#usePrompt(prompt),
  );
  readonly #composer = new Composer(this.#context);
  readonly #footer = new Footer(this.#context, this.#composer);
  readonly #history = new HistoryPane(this.#context, this, () => this.whenShown());
  readonly #groups = new GroupContexts(this.#context, this.#pane.list, (itemId) => void this.#retry(itemId));
  readonly #focusing = new FocusKeeper(() => this.renderRoot);
  readonly #hasUndoHistory = hasUndoHistory();
  #overlays: Overlays | null = null;
  #page: PageIntegration | null = null;
  #options: ChatOptions | undefined;
  #slotted: Slotted = NOTHING_SLOTTED;
  #unsubscribe: (() => void) | null = null;
  #endKeyboard: () => void = () => undefined;
  #shown: ThreadView | null = null;
  /** Whether colours have been set, of this or an earlier theme. */
  #isThemed = false;
  #wasThemed = false;

  constructor() {
    super(styles);
  }

  get session(): Session | undefined {
    return this.#context.session ?? undefined;
  }
  set session(session: Session | undefined) {
    // At once: text that the page sets from now on is for the new server.
    if (this.session !== undefined && this.session !== session) this.#composer.reset();
    this.#context.session = session ?? null;
    this.requestUpdate('session');
  }

  get options(): ChatOptions | undefined {
    return this.#options;
  }
  set options(options: ChatOptions | undefined) {
    this.#options = options;
    if (options !== undefined) this.#context.options = options;
    this.requestUpdate('options');
  }

  get slotted(): Slotted {
    return this.#slotted;
  }
  set slotted(slotted: Slotted) {
    this.#slotted = slotted;
    this.requestUpdate();
  }

  /** Shows why a message that the page sent was refused. */
  refuse(error: unknown): void {
    this.#composer.refuse(error);
  }

  /** Puts the cursor into the message field. */
  focusComposer(): void {
    void this.whenShown().then(() => this.#composer.focus());
  }

  get composerValue(): ComposerState {
    return this.#composer.value;
  }

  /** Replaces the given parts of what the composer holds for the open thread. */
  setComposerValue(value: Partial<ComposerValue>): void {
    this.#composer.set(value);
  }

  showHistory(): void {
    this.#history.show();
  }

  hideHistory(): void {
    this.#history.hide();
  }

  async undo(isUndone: boolean): Promise<void> {
    await (await this.#whenPage()).run(isUndone);
  }

  async clearUndo(): Promise<void> {
    (await this.#whenPage()).clearUndo();
  }

  /** Resolves when the strings and the extras that are needed now are loaded. */
  whenShown(): Promise<void> {
    return this.#context.whenShown();
  }

  override connectedCallback(): void {
    this.setAttribute('exportparts', PART_NAMES.join(','));
    this.#subscribe();
    this.#endKeyboard = watchKeyboard(this);
    super.connectedCallback();
  }

  disconnectedCallback(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#endKeyboard();
    this.#pane.scrolling.detach();
    this.#history.panel?.flush();
    // Moving the element in the page detaches and attaches it in one task.
    queueMicrotask(
      () => this.isConnected || (this.#composer.leave(), this.#page?.leave(), this.#overlays?.close()),
    );
  }

  protected override willUpdate(changed: ReadonlySet<string>): void {
    const { options, languages, isStart, threadId, view } = this.#context;
    if (this.hasUpdated) this.#focusing.note();
    if (changed.has('session')) this.#meetSession();
    if (changed.has('options') || !this.#isThemed) this.#wearTheme();
    languages.follow(options.locale ?? navigator.language ?? 'en', options.strings);
    this.#pane.scrolling.follows = !isStart && options.thread?.autoScroll !== false;
    this.#composer.useThread(threadId, view.phase);
    this.#history.note();
    this.#followPage();
    this.#noteView(view);
  }

  protected override render(): TemplateResult {
    const { languages, options, view, strings, isStart, spoken } = this.#context;
    const { language } = languages;
    if (language === null || !this.#wasThemed) return html``;
    const { locale, direction } = language;
    const isHistoryOpen = this.#history.isOpen;
    const run = { toggleHistory: () => this.#history.toggle(), newChat: () => this.#open(null) };
    return html`<div class="shell" lang=${locale} dir=${direction ?? nothing} @click=${this.#onClick}
      @auxclick=${this.#onClick} @dragstart=${this.#onClick} @keydown=${this.#onKey}
      @pointerup=${this.#onSelection} @keyup=${this.#onSelection} @pointerover=${this.#onPoint}
      @focusin=${this.#onPoint}>
      <div class="layout ${isHistoryOpen ? 'with-history' : ''}">
        ${isHistoryOpen ? this.#history.template() : nothing}
        <section class="chat" id="chat">
          ${headerTemplate(options, view, strings, { isStart, isHistoryOpen }, run)}
          ${this.#pane.template()}
          <footer>
            <div class="jump-anchor"><button type="button" class="jump" part="jump" id="jump"
              aria-label=${strings.jumpToLatest} hidden
              @click=${() => this.#pane.toEnd()}>${icon('arrow-down')}</button></div>
            ${this.#footer.template()}
          </footer>
        </section>
      </div>
      ${this.#wantedOverlays?.template()}
      <div class="visually-hidden" role="status" aria-live="polite">${spoken}</div>
    </div>`;
  }

  protected override updated(changed: ReadonlySet<string>): void {
    this.#pane.update(this.#groupContext);
    this.#composer.fit();
    this.#overlays?.place();
    this.#pane.scrolling.follow();
    this.#focusing.keep();
    if (changed.has('session')) void this.whenShown().then(() => this.#focusAtStart());
  }

  protected override failed(error: unknown): void {
    this.#context.pageFailed(error);
  }

  get #groupContext(): GroupContext {
    return this.#groups.of(this.#slotted);
  }

  #meetSession(): void {
    this.#subscribe();
    this.#history.reset();
  }

  #subscribe(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = this.isConnected
      ? (this.session?.subscribe(() => this.requestUpdate()) ?? null)
      : null;
  }

  /** Applies the theme. While a page's own colours load, the old ones stay. */
  #wearTheme(): void {
    const { options, extras } = this.#context;
    const { theme } = options;
    this.#isThemed = applyTheme(this, theme, extras);
    this.#wasThemed ||= this.#isThemed;
    const sources = typeof theme === 'object' ? theme.typography?.fontSources : undefined;
    if (sources === undefined) return;
    const failed = (error: unknown): void => this.#context.failed('font.failed', error);
    void this.#withExtras(({ addFonts }) => addFonts(sources, failed));
  }

  #noteView(view: ThreadView): void {
    const before = this.#shown;
    const context = this.#context;
    const words = before === view ? null : announcement(before, view, context.strings);
    context.spoken = (this.#page === null ? words : this.#page.say(words)) ?? context.spoken;
    if (before === view) return;
    this.#shown = view;
    if (this.#pane.note(before, view)) this.#overlays?.close();
  }

  /** Updates what depends on sizes and positions, after every scroll and layout. */
  #reflectPlace(): void {
    // By id, in constant time: a selector would walk through the whole thread on every frame.
    const jump = this.renderRoot.getElementById('jump');
    const chat = this.renderRoot.getElementById('chat');
    const isNearEnd = this.#context.isStart || this.#pane.scrolling.distance < 120;
    if (jump !== null && jump.hidden !== isNearEnd) jump.hidden = isNearEnd;
    chat?.classList.toggle('short', this.clientHeight < SHORT_PX);
    chat?.classList.toggle('scrolled', (this.renderRoot.getElementById('scroller')?.scrollTop ?? 0) > 2);
    const isCovered = this.#history.coversChat;
    if (chat !== null && chat.inert !== isCovered) chat.inert = isCovered;
    this.#overlays?.place();
  }

  // Requests of the person and of the components

  #open(threadId: string | null): void {
    const context = this.#context;
    if (!this.#history.isWide) this.hideHistory();
    context.spoken = '';
    this.session?.openThread(threadId).catch((error: unknown) => context.failed('thread.open_failed', error));
    if (hasFinePointer()) this.focusComposer();
  }

  async #retry(userItemId: string): Promise<void> {
    const { view, session } = this.#context;
    this.#pane.followAnswer(true);
    const item = view.items.find((one) => one.item.id === userItemId)?.item;
    try {
      await session?.retry(userItemId);
    } catch (error) {
      if (item?.type === 'user_message' && isRefusal(error))
        this.#composer.restoreDraft(item, item.attachments ?? [], error);
      else this.#context.failed('retry_failed', error);
    }
  }

  async #usePrompt({ prompt }: StartScreenPrompt): Promise<void> {
    const content = (
      typeof prompt === 'string' ? [{ type: 'input_text', text: prompt } as const] : prompt
    ).map(withData);
    const input = {
      content,
      attachments: [],
      quoted_text: null,
      inference_options: this.#composer.inferenceOptions,
    };
    try {
      await this.#submit(input, []);
    } catch (error) {
      this.#composer.restoreDraft(input, [], error);
    }
  }

  async #submit(input: UserMessageInput, attachments: readonly Attachment[]): Promise<void> {
    const { session } = this;
    this.#pane.followAnswer();
    // A turn that waits for the answer to a widget; during others, nothing is sent.
    if (session?.view.phase === 'responding') {
      session.stop();
      await session.whenIdle();
    }
    await session?.send(input, attachments);
  }

  readonly #onClick = (event: MouseEvent): void => {
    onMarkdownClick(event, {
      follow: (link) => this.#context.fire('deeplink', link),
      ask: (link) =>
        void this.#withExtras(({ askToOpen }) => askToOpen(this.#shell, link, this.#context.strings)),
      copy: (button) => this.#groups.copy(codeUnder(button), button),
    });
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const { view, session } = this.#context;
    if (asksForShortcuts(event)) void this.#withOverlays((overlays) => overlays.openShortcuts());
    if (event.key !== 'Escape' || event.defaultPrevented || isComposing(event)) return;
    if (this.#overlays?.close() === true) return event.preventDefault();
    if (this.#history.isOpen && (this.#history.hasFocus || !this.#history.isWide)) this.hideHistory();
    else if (view.phase === 'responding' && view.canStop) session?.stop();
    else return;
    event.preventDefault();
  };

  readonly #onSelection = (event: Event): void => {
    if (this.#overlays === null && !hasSelection(this.renderRoot)) return;
    const target = event.composedPath()[0];
    void this.#withOverlays((overlays) => overlays.onSelection(target));
  };

  readonly #onPoint = ({ target, type, pointerType }: PointerEvent): void => {
    const node = (target as Element).closest<HTMLElement>('button, .citation, .source');
    const shell = this.#shell;
    if (node !== null && shell !== null)
      void this.#withOverlays((overlays) =>
        overlays.point(shell, node, type === 'pointerover', pointerType === 'touch'),
      );
  };

  get #shell(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.shell');
  }

  /** On a desktop the field is ready for typing, unless the page has given the focus to something else. */
  #focusAtStart(): void {
    const isFree = document.activeElement === null || document.activeElement === document.body;
    if (isFree && this.#context.threadId === null && hasFinePointer()) this.#composer.focus();
  }

  // The extras

  async #withExtras(run: (extras: Extras) => void): Promise<void> {
    const extras = await this.#context.extras.when();
    if (extras !== null) run(extras);
  }

  /** The overlays; null if nothing needs them, and until the extras are loaded. */
  get #wantedOverlays(): Overlays | null {
    const { options, extras } = this.#context;
    const isWanted = this.#overlays !== null || options.entities !== undefined;
    const loaded = isWanted ? extras.get() : null;
    return loaded === null ? null : (this.#overlays ??= new loaded.Overlays(this.#context));
  }

  #withOverlays(run: (overlays: Overlays) => void): Promise<void> {
    return this.#withExtras(({ Overlays: Made }) => run((this.#overlays ??= new Made(this.#context))));
  }

  /** Follows locks and undo, whose code is loaded only if the page uses them. */
  #followPage(): void {
    const { options, view, session, extras } = this.#context;
    const isWanted =
      this.#hasUndoHistory || options.locks != null || session?.changes.length || view.undone.length;
    const loaded = isWanted ? extras.get() : null;
    if (loaded !== null) this.#page ??= new loaded.PageIntegration(this.#context, this.#pane.list);
    this.#page?.follow();
  }

  async #whenPage(): Promise<PageIntegration> {
    const extras = await this.#context.extras.when();
    if (extras === null) throw toChatError(extras);
    return (this.#page ??= new extras.PageIntegration(this.#context, this.#pane.list));
  }
}

/** Registers `<turnstream-chat-view>`; calling it again does nothing. */
export function defineChatView(): void {
  if (customElements.get(NAME) === undefined) customElements.define(NAME, ChatView);
}
