// The whole chat, as one component: shows `session.view` and asks the session for everything else.
import { nothing, type TemplateResult } from 'lit-html';
import type { RenderOptions } from '../../markdown/render/render.ts';
import { withMarkersInCode } from '../../markdown/hidden.ts';
import { withData } from '../../api/message.ts';
import type { ChatOptions, StartScreenPrompt } from '../../api/options.ts';
import { isRefusal, toChatError } from '../../protocol/errors.ts';
import type { Attachment, ThreadMeta, UserMessageInput, UserMessageItem } from '../../protocol/wire.ts';
import { NOTHING_SLOTTED, type Slotted } from '../../api/slots.ts';
import type { ComposerState, ComposerValue, Session } from '../../session/session.ts';
import { emptyView, type ErrorView, type ItemView, type ThreadView } from '../../session/view/view.ts';
import { hasUndoHistory } from '../../page/undo/has_undo_history.ts';
import { announcement } from './announcer.ts';
import { codeUnder, onMarkdownClick } from './clicks.ts';
import { copyText } from '../base/clipboard.ts';
import { Composer } from '../composer/composer.ts';
import type { ComposerHost } from '../composer/composer_host.ts';
import type { Overlays, OverlaysHost } from '../dialogs/overlays.ts';
import { FocusKeeper, hasFinePointer } from '../base/focus.ts';
import type { History, HistoryHost } from '../history/panel.ts';
import type { PageIntegration, PageIntegrationHost } from './page_integration.ts';
import { html } from '../base/html.ts';
import { icon } from '../base/icons.ts';
import { ENGLISH, LanguageKeeper } from '../i18n/language.ts';
import { PART_NAMES } from './part_names.ts';
import { Parts } from '../parts.ts';
import type { AnswerForm, AnswerFormHost } from '../thread/confirmations.ts';
import { headerTemplate, loadingTemplate, startTemplate } from './header_and_start.ts';
import { watchKeyboard } from './keyboard.ts';
import { asksForShortcuts, isComposing } from '../base/keys.ts';
import { hasSelection } from '../base/selection.ts';
import { ScrollKeeper } from './scroll.ts';
import type { Strings } from '../i18n/strings.ts';
import { answerText, messageText, pendingInput, type MessageGroup } from '../thread/message_groups.ts';
import { sheetOf } from '../../dom/css.ts';
import { styles } from '../theme/styles/index.ts';
import { applyTheme } from '../theme/theme.ts';
import { MessageList } from '../thread/message_list.ts';
import { type Action, errorTemplate, type GroupContext } from '../thread/message_group.ts';
import type { AnswerActions, AnswerActionsHost } from '../thread/answer_actions.ts';
import { ViewElement } from './view_element.ts';

type Host = ComposerHost &
  AnswerFormHost &
  OverlaysHost &
  AnswerActionsHost &
  HistoryHost &
  PageIntegrationHost;

const NAME = 'turnstream-chat-view';
/** From this width on the list of threads stands beside the chat. */
const WIDE_PX = 900;
/** Below this height, most of the chat is left to the thread. */
const SHORT_PX = 240;

export class ChatView extends ViewElement {
  #ownSession: Session | undefined;
  #ownOptions: ChatOptions | undefined;
  #ownSlotted: Slotted = NOTHING_SLOTTED;

  readonly #parts = new Parts({
    arrived: (styles) => this.#adopt(styles),
    failed: (name, error) => {
      this.#log('part.failed', error, { part: name });
      this.requestUpdate();
    },
  });
  readonly #languages = new LanguageKeeper({
    learned: () => this.requestUpdate(),
    failed: (locale, error) => this.#log('part.failed', error, { part: locale }),
  });
  readonly #threads = new MessageList();
  readonly #host = this.#newHost();
  readonly #composer = new Composer(this.#host);
  #historyPanel: History | null = null;
  #answerForm: AnswerForm | null = null;
  #ownOverlays: Overlays | null = null;
  #ownActions: AnswerActions | null = null;
  #page: PageIntegration | null = null;
  readonly #hasUndoHistory = hasUndoHistory();
  readonly #focusing = new FocusKeeper(() => this.renderRoot);
  readonly #scrolling = new ScrollKeeper({
    onMoved: () => this.#reflectPlace(),
    onNearTop: () => void this.#loadEarlier(),
  });
  #unsubscribe: (() => void) | null = null;
  #endKeyboard: () => void = () => undefined;
  #shown: ThreadView | null = null;
  #context: GroupContext | null = null;
  #contextKey: readonly unknown[] = [];
  #spoken = '';
  #threadsVersion: number | undefined;
  #isHistoryOpen = false;
  /** The wanted colours are there, or any were. */
  #isThemed = false;
  #wasThemed = false;
  #isLoadingEarlier = false;
  #anchor: Element | null = null;
  #isSent = false;

  constructor() {
    super(styles);
  }

  get session(): Session | undefined {
    return this.#ownSession;
  }
  set session(session: Session | undefined) {
    // At once: what the page puts into the field from now on is for the new server.
    if (this.#ownSession !== undefined && this.#ownSession !== session) this.#composer.reset();
    this.#ownSession = session;
    this.requestUpdate('session');
  }

  get options(): ChatOptions | undefined {
    return this.#ownOptions;
  }
  set options(options: ChatOptions | undefined) {
    this.#ownOptions = options;
    this.requestUpdate('options');
  }

  get slotted(): Slotted {
    return this.#ownSlotted;
  }
  set slotted(slotted: Slotted) {
    this.#ownSlotted = slotted;
    this.requestUpdate();
  }

  /** Puts the cursor into the message field. */
  /** Shows why a message that the page sent was refused. */
  refuse(error: unknown): void {
    this.#composer.refuse(error);
  }

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
    if (this.#isHistoryOpen || this.#settings.history?.enabled === false) return;
    this.#isHistoryOpen = true;
    void this.#history?.refresh();
    this.#fire('history-open');
    this.requestUpdate();
    // Beside the chat, it takes the focus only from the button that opened it.
    const takesFocus = !this.#isWide || this.#focused !== null;
    if (takesFocus) void this.whenShown().then(() => this.#focusHistory());
  }

  /** Focuses the list once it is loaded, unless the focus has moved elsewhere. */
  async #focusHistory(): Promise<void> {
    const close = this.#isHistoryOpen ? this.#find('[data-close-history]') : null;
    close?.focus();
    await this.#history?.loaded;
    await this.updateComplete;
    if (close === null || this.#focused !== close) return;
    (this.#find('.thread-open[aria-current]') ?? this.#find('.thread-open'))?.focus();
  }

  async undo(isUndone: boolean): Promise<void> {
    await (await this.#whenPage()).run(isUndone);
  }

  async clearUndo(): Promise<void> {
    (await this.#whenPage()).clearUndo();
  }

  async #whenPage(): Promise<PageIntegration> {
    const part = await this.#parts.when('pageIntegration');
    if (part === null) throw toChatError(part);
    return (this.#page ??= new part.PageIntegration(this.#host));
  }

  hideHistory(): void {
    if (!this.#isHistoryOpen) return;
    const hadFocus = this.#focused?.closest('.history') != null;
    this.#isHistoryOpen = false;
    this.#history?.flush();
    this.#fire('history-close');
    this.requestUpdate();
    void this.updateComplete.then(() => hadFocus && this.#find('.history-button')?.focus());
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
    this.#scrolling.detach();
    this.#history?.flush();
    // Moving the element in the page detaches and attaches it in one task.
    queueMicrotask(() => this.isConnected || (this.#composer.leave(), this.#page?.leave()));
  }

  protected override willUpdate(changed: ReadonlySet<string>): void {
    if (this.hasUpdated) this.#focusing.note();
    if (changed.has('session')) this.#meetSession();
    if (changed.has('options') || !this.#isThemed) this.#wearTheme();
    this.#languages.follow(this.#settings.locale ?? navigator.language ?? 'en');
    this.#scrolling.follows = !this.#isStart && this.#settings.thread?.autoScroll !== false;
    this.#composer.useThread(this.#threadId, this.#view.phase);
    this.#noteThreads();
    this.#history?.noteThread(this.#view.phase === 'loading' ? null : this.#view.thread);
    this.#followPage();
    this.#noteView(this.#view);
  }

  protected override render(): TemplateResult {
    const strings = this.#strings;
    const settings = this.#settings;
    const view = this.#view;
    const { language } = this.#languages;
    if (language === null || !this.#wasThemed) return html``;
    const { locale, direction } = language;
    const shown = { isStart: this.#isStart, isHistoryOpen: this.#isHistoryOpen };
    const run = { toggleHistory: () => this.#toggleHistory(), newChat: () => this.#open(null) };
    return html`<div class="shell" lang=${locale} dir=${direction ?? nothing} @click=${this.#onClick} @auxclick=${this.#onClick} @dragstart=${this.#onClick} @keydown=${this.#onKey} @pointerup=${this.#onSelection} @keyup=${this.#onSelection} @pointerover=${this.#onPoint} @focusin=${this.#onPoint}>
      <div class="layout ${this.#isHistoryOpen ? 'with-history' : ''}">
        ${this.#isHistoryOpen ? this.#historyTemplate() : nothing}
        <section class="chat" id="chat">
          ${headerTemplate(settings, view, strings, shown, run)}
          <div class="scroller" part="thread" id="scroller" tabindex="0" role="region" aria-label=${strings.conversation} aria-busy=${view.phase !== 'idle'}>
            <div class="content ${this.#isStart ? 'starts' : ''}" id="content">${this.#contentTemplate()}</div>
          </div>
          <footer>
            <div class="jump-anchor"><button type="button" class="jump" part="jump" id="jump" aria-label=${strings.jumpToLatest} hidden
              @click=${() => this.#jump()}>${icon('arrow-down')}</button></div>
            <div class="column">
              ${this.#noticesTemplate()}${this.#entryTemplate()}
              ${settings.disclaimer === undefined ? nothing : this.#parts.get('banners')?.disclaimerTemplate(settings, this.#groupContext.markdown)}
            </div>
          </footer>
        </section>
      </div>
      ${this.#overlays?.template()}
      <div class="visually-hidden" role="status" aria-live="polite">${this.#spoken}</div>
    </div>`;
  }

  protected override updated(changed: ReadonlySet<string>): void {
    const scroller = this.#byId('scroller');
    const content = this.#byId('content');
    if (scroller !== null && content !== null) this.#scrolling.attach(scroller, content);
    this.#scrolling.hold(this.#anchor, () => this.#threads.update(this.#view, this.#groupContext));
    this.#anchor = null;
    if (this.#isSent) this.#scrolling.lead(this.#threads.last);
    this.#isSent = false;
    this.#composer.fit();
    this.#ownOverlays?.place();
    this.#scrolling.follow();
    this.#focusing.keep();
    if (changed.has('session')) void this.whenShown().then(() => this.#focusAtStart());
  }

  protected override failed(error: unknown): void {
    this.#reportPage(error);
  }

  get #settings(): ChatOptions {
    return this.options ?? { api: { url: '' } };
  }

  get #view(): ThreadView {
    return this.session?.view ?? emptyView;
  }

  get #anySession(): Session {
    if (this.session === undefined) throw new Error('The chat has no session yet.');
    return this.session;
  }

  get #isStart(): boolean {
    const { items, error } = this.#view;
    return this.#threadId === null && items.length === 0 && error === null;
  }

  get #focused(): Element | null {
    return this.renderRoot.activeElement;
  }

  get #threadId(): string | null {
    return this.session?.threadId ?? null;
  }

  get #strings(): Strings {
    return (this.#languages.language ?? ENGLISH).strings;
  }

  get #locale(): string {
    return (this.#languages.language ?? ENGLISH).locale;
  }

  get #history(): History | null {
    if (this.#historyPanel === null && this.#isHistoryOpen) {
      const part = this.#parts.get('history');
      if (part === null) return null;
      this.#historyPanel = new part.History(this.#host);
      void this.#historyPanel.refresh();
    }
    return this.#historyPanel;
  }

  get #isWide(): boolean {
    return this.clientWidth >= WIDE_PX;
  }

  /**
   * The same object until something in it changes, so that turns need not be rendered again: a framework passes
   * new options, often equal ones, at every render of its own.
   */
  get #groupContext(): GroupContext {
    const { thread } = this.#view;
    const { feedback, retry } = this.#settings.threadItemActions ?? {};
    const { onClick, onRequestPreview } = this.#settings.entities ?? {};
    const { entities } = this.#settings;
    const asks = entities?.onClick !== undefined || entities?.onRequestPreview !== undefined;
    const key = [
      this.#languages.language,
      asks ? this.#overlays : null,
      this.slotted,
      this.#settings.renderItem === undefined,
      feedback,
      retry,
      onClick === undefined,
      onRequestPreview === undefined,
      takesMessages(thread),
      thread?.allowed_image_domains?.join(' '),
      this.#settings.images?.allowedPaths?.join(' '),
    ];
    if (this.#context === null || key.some((part, at) => part !== this.#contextKey[at]))
      this.#context = this.#newContext();
    this.#contextKey = key;
    return this.#context;
  }

  #newContext(): GroupContext {
    const strings = this.#strings;
    const imageDomains = this.#view.thread?.allowed_image_domains ?? [];
    const taskLabel = (isDone: boolean): string => (isDone ? strings.taskDone : strings.taskOpen);
    const retry = takesMessages(this.#view.thread)
      ? (userItemId: string): void => void this.#retry(userItemId)
      : null;
    const pictures = { domains: imageDomains, paths: this.#settings.images?.allowedPaths ?? [] };
    const settings: Partial<RenderOptions> = {
      pictures,
      copyLabel: strings.copy,
      taskLabel,
      footnotesLabel: strings.footnotes,
      footnoteBackLabel: strings.footnoteBack,
      showAllLabel: strings.showAll,
      failed: (error) => this.#log('item.failed', error),
    };
    return {
      strings,
      parts: this.#parts,
      locale: this.#locale,
      markdown: settings,
      imageDomains,
      entities: this.#overlays?.entityActions() ?? null,
      slotted: this.slotted,
      renderItem: this.#settings.renderItem === undefined ? null : (view) => this.#renderItem(view),
      copyMessage: (item) => this.#copy(messageText(item), null),
      offersFeedback: this.#settings.threadItemActions?.feedback === true,
      offersRetry: this.#settings.threadItemActions?.retry === true,
      decide: (itemId, isAllowed) => this.session?.decide(itemId, isAllowed),
      copy: (turn) => this.#copy(answerText(turn), turn),
      feedback: (turn, kind) => this.#act((actions) => actions.give(turn, kind)),
      retry,
      resend: retry === null ? null : (item: UserMessageItem) => retry(item.id),
    };
  }

  /** A page's renderer that fails leaves the item to the chat's own. */
  #renderItem({ item, status }: ItemView): Node | null {
    try {
      return this.#settings.renderItem?.(item, { isStreaming: status === 'streaming' }) ?? null;
    } catch (error) {
      this.#reportPage(error);
      return null;
    }
  }

  #contentTemplate(): TemplateResult {
    const view = this.#view;
    const strings = this.#strings;
    if (view.phase === 'loading' && view.items.length === 0) return loadingTemplate(strings);
    if (view.items.length > 0) return html`${this.#threads.node}`;
    if (view.error !== null)
      return html`<div class="turns">${errorTemplate(view.error, this.#remedy(view.error), strings)}</div>`;
    return this.#isStart
      ? html`<slot name="empty">${startTemplate(this.#settings, strings, (prompt) => void this.#usePrompt(prompt))}</slot>`
      : html``;
  }

  /** What helps when a thread could not be loaded: to load it again, or where that is in vain, another one. */
  #remedy({ allowRetry, code }: ErrorView): Action | null {
    const strings = this.#strings;
    const threadId = this.#threadId;
    const view = this.#view;
    // A person who is not signed in cannot open another thread either.
    if (threadId === null || view.thread !== null || code === 'unauthorized' || code === 'http_401')
      return null;
    if (allowRetry) return { label: strings.retry, icon: 'reload', run: () => this.#open(threadId) };
    return { label: strings.startNewChat, icon: 'compose', run: () => this.#open(null) };
  }

  #noticesTemplate(): TemplateResult | typeof nothing {
    const { notices } = this.#view;
    if (notices.length === 0) return nothing;
    const dismiss = (id: string): void => this.session?.dismissNotice(id);
    return (
      this.#parts
        .get('banners')
        ?.noticesTemplate(notices, this.#strings, this.#groupContext.markdown, dismiss) ?? nothing
    );
  }

  #entryTemplate(): TemplateResult | typeof nothing {
    const status = this.#view.thread?.status;
    if (status?.type === 'closed')
      return (
        this.#parts.get('banners')?.closedTemplate(status.reason, this.#strings, () => this.#open(null)) ??
        nothing
      );
    return (status?.type === 'locked' ? null : this.#formTemplate()) ?? this.#composerTemplate();
  }

  /**
   * In a form of its own: with each character that is typed into a field without one, Chromium's autofill walks through
   * all controls without one, which took 15 ms in a thread of 10,000 messages, each with its buttons.
   */
  #composerTemplate(): TemplateResult {
    return html`<form class="entry" @submit=${(event: Event) => event.preventDefault()}>${this.#composer.template()}</form>`;
  }

  /** A question to the person takes the place of the message field. */
  #formTemplate(): TemplateResult | null {
    const pending = pendingInput(this.#view);
    const part = pending === null ? null : this.#parts.get('confirmations');
    if (pending === null || part === null) return null;
    this.#answerForm ??= new part.AnswerForm(this.#host);
    return this.#answerForm.template(pending);
  }

  /** The list may load slowly, or fail: what closes it is here, and stays the same when the list arrives. */
  #historyTemplate(): TemplateResult {
    const strings = this.#strings;
    const close = (): void => this.hideHistory();
    return html`<div class="scrim" @click=${close}></div>
      <nav class="history" part="history" aria-label=${strings.history}>
        <div class="history-head">
          <h2>${strings.history}</h2>
          <button type="button" class="icon-button" aria-label=${strings.newChat} @click=${() => this.#open(null)}>${icon('compose')}</button>
          <button type="button" class="icon-button" data-close-history aria-label=${strings.closeHistory} @click=${close}>${icon('close')}</button>
        </div>
        ${this.#history?.template()}
      </nav>`;
  }

  #meetSession(): void {
    this.#subscribe();
    this.#history?.reset();
    if (this.#isHistoryOpen) void this.#history?.refresh();
  }

  #subscribe(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = this.isConnected
      ? (this.session?.subscribe(() => this.requestUpdate()) ?? null)
      : null;
  }

  /** Resolves when the words and the parts of what is shown have come. */
  async whenShown(): Promise<void> {
    await this.#languages.loaded();
    await this.updateComplete;
    await this.#parts.loaded();
    await this.updateComplete;
  }

  /** A page's own colours may still be on their way: until then what is on the screen stays. */
  #wearTheme(): void {
    const { theme } = this.#settings;
    this.#isThemed = applyTheme(this, theme, this.#parts);
    this.#wasThemed ||= this.#isThemed;
    const sources = typeof theme === 'object' ? theme.typography?.fontSources : undefined;
    if (sources !== undefined)
      void this.#parts
        .when('fonts')
        .then((part) => part?.addFonts(sources, (error) => this.#log('font.failed', error)));
  }

  #adopt(styles: readonly string[]): void {
    const sheets = this.renderRoot.adoptedStyleSheets;
    const fresh = styles.map(sheetOf).filter((sheet) => !sheets.includes(sheet));
    this.renderRoot.adoptedStyleSheets = [...sheets.slice(0, -1), ...fresh, ...sheets.slice(-1)]; // The last one is for forced colours.
    this.requestUpdate();
  }

  /** Where no page locks anything, or has ever said how to undo something, nothing is loaded for it. */
  #followPage(): void {
    const isWanted =
      this.#hasUndoHistory ||
      this.#settings.locks != null ||
      this.session?.changes.length ||
      this.#view.undone.length;
    const part = isWanted ? this.#parts.get('pageIntegration') : null;
    if (part !== null) this.#page ??= new part.PageIntegration(this.#host);
    this.#page?.follow();
  }

  /** Another tab may have changed the list. */
  #noteThreads(): void {
    const version = this.session?.threadsVersion;
    if (version === this.#threadsVersion) return;
    this.#threadsVersion = version;
    if (this.#isHistoryOpen) void this.#history?.refresh();
  }

  #noteView(view: ThreadView): void {
    const before = this.#shown;
    const words = before === view ? null : announcement(before, view, this.#strings);
    this.#spoken = (this.#page === null ? words : this.#page.say(words)) ?? this.#spoken;
    if (before === view) return;
    this.#shown = view;
    const isOtherThread = before?.thread?.id !== view.thread?.id && before?.thread != null;
    const isSending =
      view.items.at(-1)?.item.type === 'user_message' && before?.items.at(-1) !== view.items.at(-1);
    if (isOtherThread) this.#ownOverlays?.close();
    if (isOtherThread || view.items.length === 0) this.#scrolling.lead(null);
    this.#isSent ||= view.items.at(-1)?.status === 'sending' && before?.items.at(-1) !== view.items.at(-1);
    if (isOtherThread || isSending || before?.phase === 'loading') this.#scrolling.isPinned = true;
    else if (before?.items[0] !== view.items[0] && !this.#scrolling.isPinned)
      this.#anchor = this.#firstVisibleTurn();
  }

  #firstVisibleTurn(): Element | null {
    const top = this.#byId('scroller')?.getBoundingClientRect().top ?? 0;
    // Within a group that is skipped, asking for the place of a turn would lay it out.
    const below = (nodes: Iterable<Element>): Element | undefined =>
      [...nodes].find((node) => node.getBoundingClientRect().bottom > top);
    return below(below(this.#threads.node.children)?.children ?? []) ?? null;
  }

  async #loadEarlier(): Promise<void> {
    const { session } = this;
    const view = this.#view;
    if (session === undefined || !view.hasEarlier || this.#isLoadingEarlier || view.phase === 'loading')
      return;
    this.#isLoadingEarlier = true;
    try {
      await session.loadEarlier();
      await this.updateComplete;
    } catch (error) {
      this.#log('thread.earlier_failed', error);
    }
    this.#isLoadingEarlier = false;
  }

  /** What depends on sizes and places, after every scroll and layout. */
  #reflectPlace(): void {
    const jump = this.#byId('jump');
    const chat = this.#byId('chat');
    const isNearEnd = this.#isStart || this.#scrolling.distance < 120;
    if (jump !== null && jump.hidden !== isNearEnd) jump.hidden = isNearEnd;
    chat?.classList.toggle('short', this.clientHeight < SHORT_PX);
    chat?.classList.toggle('scrolled', (this.#byId('scroller')?.scrollTop ?? 0) > 2);
    // Under the panel of a narrow host the chat cannot be reached.
    const isCovered = this.#isHistoryOpen && !this.#isWide;
    if (chat !== null && chat.inert !== isCovered) chat.inert = isCovered;
    this.#ownOverlays?.place();
  }

  #jump(): void {
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#scrolling.toEnd(!isCalm && this.#scrolling.distance < 4000);
  }

  #toggleHistory(): void {
    if (this.#isHistoryOpen) this.hideHistory();
    else this.showHistory();
  }

  #open(threadId: string | null): void {
    if (!this.#isWide) this.hideHistory();
    this.#spoken = '';
    this.session?.openThread(threadId).catch((error: unknown) => this.#log('thread.open_failed', error));
    if (hasFinePointer()) this.focusComposer();
  }

  async #retry(userItemId: string): Promise<void> {
    this.#scrolling.isPinned = true;
    this.#isSent = true;
    const item = this.#view.items.find((one) => one.item.id === userItemId)?.item;
    try {
      await this.session?.retry(userItemId);
    } catch (error) {
      if (item?.type === 'user_message' && isRefusal(error))
        this.#composer.takeBack(item, item.attachments ?? [], error);
      else this.#log('retry_failed', error);
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
      this.#composer.takeBack(input, [], error);
    }
  }

  async #submit(input: UserMessageInput, attachments: readonly Attachment[]): Promise<void> {
    this.#scrolling.isPinned = true;
    await this.session?.send(input, attachments);
  }

  readonly #onClick = (event: MouseEvent): void => {
    onMarkdownClick(event, {
      follow: (link) => this.#fire('deeplink', link),
      ask: (link) =>
        void this.#parts
          .when('linkDialog')
          .then((part) => part?.askToOpen(this.#find('.shell'), link, this.#strings)),
      copy: (button) => this.#copy(codeUnder(button), button),
    });
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (asksForShortcuts(event)) void this.#whenOverlays().then((overlays) => overlays?.openShortcuts());
    if (event.key !== 'Escape' || event.defaultPrevented || isComposing(event)) return;
    if (this.#ownOverlays?.close() === true) return event.preventDefault();
    const isInHistory = this.#focused?.closest('.history') != null;
    if (this.#isHistoryOpen && (isInHistory || !this.#isWide)) this.hideHistory();
    else if (this.#view.phase === 'responding' && this.#view.canStop) this.session?.stop();
    else return;
    event.preventDefault();
  };

  /** On a desktop the field is ready for typing, unless the page has given the focus to something else. */
  #focusAtStart(): void {
    const isFree = document.activeElement === null || document.activeElement === document.body;
    if (isFree && this.#threadId === null && hasFinePointer()) this.#composer.focus();
  }

  #find(selector: string): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(selector);
  }

  /** By id, in constant time: a selector would walk through the whole thread on every frame. */
  #byId(id: string): HTMLElement | null {
    return this.renderRoot.getElementById(id);
  }

  #announce(words: string): void {
    // A live region that says the same again says nothing.
    this.#spoken = words === this.#spoken ? `${words}\u00a0` : words;
    this.requestUpdate();
  }

  #fire(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #reportPage(error: unknown): void {
    this.#fire('page-error', { error: error instanceof Error ? error : new Error(String(error)) });
  }

  #log(name: string, error: unknown, data: Record<string, unknown> = {}): void {
    this.#fire('log', {
      name,
      data: { ...data, message: error instanceof Error ? error.message : String(error) },
    });
  }

  /** What floats over the thread; null where nothing asks for it, or until it has come. */
  get #overlays(): Overlays | null {
    const { onClick, onRequestPreview } = this.#settings.entities ?? {};
    const isWanted = this.#ownOverlays !== null || onClick !== undefined || onRequestPreview !== undefined;
    const part = isWanted ? this.#parts.get('overlays') : null;
    return part === null ? null : (this.#ownOverlays ??= new part.Overlays(this.#host));
  }

  async #whenOverlays(): Promise<Overlays | null> {
    const part = await this.#parts.when('overlays');
    return part === null ? null : (this.#ownOverlays ??= new part.Overlays(this.#host));
  }

  readonly #onSelection = (event: Event): void => {
    if (this.#ownOverlays === null && !hasSelection(this.renderRoot)) return;
    const target = event.composedPath()[0];
    void this.#whenOverlays().then((overlays) => overlays?.onSelection(target));
  };

  readonly #onPoint = ({ target, type, pointerType }: PointerEvent): void => {
    const button = pointerType === 'touch' ? null : (target as Element).closest('button');
    const shell = this.#find('.shell');
    if (button !== null && shell !== null)
      void this.#parts.when('tips').then((part) => part?.tipFor(shell, button, type === 'pointerover'));
  };

  /** Starts synchronously in the click handler, as WebKit requires for the clipboard. */
  #copy(text: string, place: MessageGroup | HTMLElement | null): void {
    const copying = copyText(withMarkersInCode(text));
    this.#act(async (actions) => actions.copied(await copying, place));
  }

  #act(run: (actions: AnswerActions) => Promise<void>): void {
    void this.#parts.when('actions').then((part) => {
      if (part !== null) void run((this.#ownActions ??= new part.AnswerActions(this.#host)));
    });
  }

  /** What the parts of the chat see of it, and what they ask of it; each has a type for its own share. */
  #newHost(): Host {
    const chat = (): ChatView => this;
    return {
      get strings() {
        return chat().#strings;
      },
      get locale() {
        return chat().#locale;
      },
      get options() {
        return chat().#settings;
      },
      get session() {
        return chat().session ?? null;
      },
      get view() {
        return chat().#view;
      },
      get markdown() {
        return chat().#groupContext.markdown;
      },
      get isLoaded() {
        return chat().#threadId === null || chat().#view.thread !== null;
      },
      get takesMessages() {
        return takesMessages(chat().#view.thread);
      },
      get offersRename() {
        return chat().#settings.history?.showRename !== false;
      },
      get offersDelete() {
        return chat().#settings.history?.showDelete !== false;
      },
      parts: this.#parts,
      threads: this.#threads,
      root: () => this.renderRoot,
      changed: () => {
        this.requestUpdate();
        return this.updateComplete;
      },
      submit: (input, attachments) => this.#submit(input, attachments),
      stop: () => this.session?.stop(),
      answer: async (itemId, submission) => {
        this.#scrolling.isPinned = true;
        await this.session?.answerInput(itemId, submission);
      },
      reply: (text) => {
        this.#composer.set({ reply: text });
        this.focusComposer();
      },
      upload: (file, signal) => this.#anySession.upload(file, signal),
      removed: (file) =>
        void this.session
          ?.deleteAttachment(file.id)
          .catch((error: unknown) => this.#log('attachment.delete_failed', error)),
      transcribe: (audio) => this.#anySession.transcribe(audio),
      toolChanged: (toolId) => this.#fire('tool-change', { toolId }),
      open: (threadId) => this.#open(threadId),
      announce: (words) => this.#announce(words),
      failed: (name, error) => this.#log(name, error),
      pageFailed: (error) => this.#reportPage(error),
    };
  }
}

function takesMessages(thread: ThreadMeta | null): boolean {
  return thread?.status === undefined || thread.status.type === 'active';
}

/** Registers `<turnstream-chat-view>`; calling it again does nothing. */
export function defineChatView(): void {
  if (customElements.get(NAME) === undefined) customElements.define(NAME, ChatView);
}
