// The element without its user interface: options, methods and events of one session. `element.ts` adds the
// view and the name.

import type { ChatEvents } from '../api/events.ts';
import { type OutgoingMessage, toInput } from '../api/message.ts';
import { type ChatOptions, checkOptions, type GivenOptions } from '../api/options.ts';
import { passEmpty, type Slotted, slottedIn } from '../api/slots.ts';
import type { Finding } from '../diagnostics/diagnostic_messages.ts';
import { Guards } from '../diagnostics/guards.ts';
import { afterPaint, throttledFrames } from '../dom/scheduling.ts';
import { EventQueue } from '../page/event_queue.ts';
import { keepKeys } from '../page/own_keys.ts';
import { ApiClient, type ClientConfig } from '../protocol/client.ts';
import { CommandError, toChatError } from '../protocol/errors.ts';
import type { CustomAction } from '../protocol/operations.ts';
import { uuid } from '../protocol/uuid.ts';
import { BrowserPlatform } from '../session/browser_platform.ts';
import { ChatSession } from '../session/chat_session.ts';
import { keepThread, namedThread, personOf, recallThread, serverOf } from '../session/last_thread.ts';
import type { ComposerState, ComposerValue, Session } from '../session/session.ts';
import { isForeign, visitorKey } from '../session/visitor.ts';
import { ElementSize } from './element_size.ts';

/**
 * What the element asks of the component that shows the chat. It fires the events of `forwarded` on itself.
 */
export interface ChatViewElement extends HTMLElement {
  session: Session | undefined;
  options: ChatOptions | undefined;
  readonly composerValue: ComposerState;
  focusComposer(): void;
  refuse(error: unknown): void;
  slotted: Slotted;
  setComposerValue(value: Partial<ComposerValue>): void;
  showHistory(): void;
  hideHistory(): void;
  undo(isUndone: boolean): Promise<void>;
  clearUndo(): Promise<void>;
}

const forwarded = ['history-open', 'history-close', 'tool-change', 'deeplink', 'log', 'page-error'] as const;

/** `history-open` → `history.open`. */
function outerName(name: (typeof forwarded)[number]): keyof ChatEvents {
  return name === 'page-error' ? 'error' : (name.replace('-', '.') as keyof ChatEvents);
}

/** Constructed, since a strict content security policy forbids a `<style>`. */
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  :host { display: block; height: 100%; min-width: 0; min-height: 0; contain: size layout; }
  :host([hidden]) { display: none; }
  @media print { :host { height: auto !important; max-height: none !important; contain: none !important; } }
`);

export abstract class ChatElement extends HTMLElement {
  static readonly observedAttributes: readonly string[] = ['api-url', 'classname', 'dev', 'locks'];

  readonly #instanceId = uuid();
  readonly #guards = new Guards(
    this.isConnected,
    () => this.#options ?? {},
    (detail) => this.#events.emit('log', detail),
  );
  readonly #events = new EventQueue(this, () => this.#options ?? {}, this.#guards.watch);
  #options: ChatOptions | null = null;
  /** The options as given, without what attributes add. */
  #given: ChatOptions | null = null;
  /** The options came from the attribute `api-url`, which may change them again. */
  #isDeclared = false;
  #session: ChatSession | null = null;
  #view: ChatViewElement | null = null;
  #isReady = false;
  #isLeft = false;
  #commands: (() => void)[] = [];
  #label: string | null = null;
  readonly #size: ElementSize;

  constructor() {
    super();
    const place = this.attachShadow({ mode: 'open' });
    place.adoptedStyleSheets = [sheet];
    keepKeys(place);
    this.#size = new ElementSize(this, place, () => this.#guards.unsized());
    new MutationObserver(() => this.#passSlotted()).observe(this, { childList: true });
  }

  protected abstract createView(): ChatViewElement;

  connectedCallback(): void {
    this.#holdEvents();
    this.#size.follow();
    if (this.#options === null) this.#declareOptions();
    else if (this.#session === null) this.#start(this.#options);
    else if (this.#isLeft) this.#resume(this.#session);
  }

  disconnectedCallback(): void {
    this.#size.leave();
    // Moving the element in the page detaches and attaches it in one task; that must not end a response.
    queueMicrotask(() => {
      if (!this.isConnected && this.#session !== null) this.#leave(this.#session);
    });
  }

  attributeChangedCallback(name: string, _before: string | null, value: string | null): void {
    if (name === 'classname') this.#mirrorClass(value);
    else if (name === 'dev')
      void this.#guards.words().then(({ reflectDev }) => reflectDev(this, this.#guards));
    else if (name === 'locks') this.#applyOptions();
    else if (this.isConnected && (this.#options === null || this.#isDeclared)) this.#declareOptions();
  }

  /** Records the page's listeners, so that the guards can report events that nobody listens to. */
  override addEventListener(...listener: Parameters<HTMLElement['addEventListener']>): void {
    super.addEventListener(...listener);
    this.#guards.listens('add', ...listener);
  }

  override removeEventListener(...listener: Parameters<HTMLElement['removeEventListener']>): void {
    super.removeEventListener(...listener);
    this.#guards.listens('delete', ...listener);
  }

  /** Replaces all options. Never throws: invalid options are ignored and reported in `chatkit.error`. */
  setOptions(options: GivenOptions): void {
    this.#isDeclared = false;
    this.#useOptions(options);
  }

  // The methods wait until the element is ready, and then begin in the order of their calls.

  focusComposer(): Promise<void> {
    return this.#command((_session, view) => view.focusComposer());
  }

  /** Opens another thread and detaches from a running response. `null` opens the start screen. */
  setThreadId(threadId: string | null): Promise<void> {
    return this.#command((session) => session.openThread(threadId ?? null));
  }

  /**
   * Resolves when the server has accepted the message. Rejects while a response runs; later failures fire
   * `chatkit.error`.
   */
  sendUserMessage(message: OutgoingMessage): Promise<void> {
    return this.#command(async (session, view) => {
      if (session.view.phase === 'responding') {
        throw new CommandError(
          'busy',
          'A response is still running. Send the message after chatkit.response.end.',
        );
      }
      if (message.newThread) await session.openThread(null);
      await session.send(toInput(message), message.attachments).catch((error: unknown) => {
        view.refuse(error);
        throw error;
      });
    });
  }

  setComposerValue(value: Partial<ComposerValue>): Promise<void> {
    return this.#command((_session, view) => view.setComposerValue(value));
  }

  /** The unsent text, choices and attachments in the composer. */
  getComposerValue(): Promise<ComposerState> {
    return this.#command((_session, view) => view.composerValue);
  }

  /**
   * Resolves when no response is running. Rejects if the server does not allow the running response to be
   * stopped.
   */
  stop(): Promise<void> {
    return this.#command(async (session) => {
      const { phase, canStop } = session.view;
      if (phase === 'responding' && !canStop)
        throw new CommandError('not_stoppable', 'This response cannot be stopped.');
      session.stop();
      await session.whenIdle();
      await this.#events.delivered();
    });
  }

  /**
   * Reloads the open thread and attaches to its running response. The element also does so when the network
   * returns.
   */
  resume(): Promise<void> {
    return this.#command((session) => session.refresh());
  }

  fetchUpdates(): Promise<void> {
    return this.#command((session) => session.refresh());
  }

  /** Waits while a response runs. */
  sendCustomAction(action: CustomAction, itemId?: string): Promise<void> {
    return this.#command((session) => session.sendCustomAction(action, itemId));
  }

  showHistory(): Promise<void> {
    return this.#command((_session, view) => view.showHistory());
  }

  hideHistory(): Promise<void> {
    return this.#command((_session, view) => view.hideHistory());
  }

  /** Returns the problems found in the page so far. Does not wait for the element. */
  async inspect(): Promise<Finding[]> {
    return (await this.#guards.words()).findings(this.#guards);
  }

  /**
   * Undoes the newest changes that have an `undoWith`. Rejects while a response runs, and when there are
   * none.
   */
  undo(): Promise<void> {
    return this.#command((_session, view) => view.undo(true));
  }

  /** Redoes the changes that were undone last, unless newer changes exist. Rejects like `undo`. */
  redo(): Promise<void> {
    return this.#command((_session, view) => view.undo(false));
  }

  /** Drops the undo history of the open thread: no change made so far can be undone or redone. */
  clearUndo(): Promise<void> {
    return this.#command((_session, view) => view.clearUndo());
  }

  #declareOptions(): void {
    const url = this.getAttribute('api-url');
    if (url === null) return;
    this.#isDeclared = true;
    this.#useOptions({ api: { url } });
  }

  #useOptions(given: unknown): void {
    this.#holdEvents();
    try {
      const { options, problems } = checkOptions(given);
      for (const error of problems) this.#events.emit('error', { error });
      this.#applyOptions(options);
    } catch (error) {
      this.#events.emit('error', { error: toChatError(error) });
    }
  }

  #applyOptions(given = this.#given): void {
    if (given === null) return;
    this.#given = given;
    const before = this.#options;
    const locks = this.getAttribute('locks');
    const options = (this.#options = locks === null ? given : { locks, ...given });
    this.#setLabel(options.frameTitle ?? 'Chat');
    if (this.#session === null || this.#view === null) {
      if (this.isConnected) this.#start(options);
      return;
    }
    this.#view.options = options;
    if (before === null || serverOf(before) !== serverOf(options) || personOf(before) !== personOf(options))
      this.#beginAnew(this.#session, this.#view, before);
    else if (!before.persist && this.#session.threadId !== null) keepThread(options, this.#session.threadId);
  }

  #start(options: ChatOptions): void {
    const view = this.createView();
    this.#session = this.#createSession();
    this.#view = view;
    view.session = this.#session;
    view.options = options;
    for (const name of forwarded)
      view.addEventListener(name, (event) => this.#forward(outerName(name), event));
    this.#passSlotted();
    this.shadowRoot!.append(view);
    this.#events.emit('ready', undefined);
    // Not in the queue of events: a page that listens to none has its commands run at once.
    void afterPaint().then(() => this.#runCommands());
    this.#openFirstThread(this.#session, null);
  }

  #passSlotted(): void {
    if (this.#view === null) return;
    const slotted = slottedIn(this);
    this.#view.slotted = slotted;
    passEmpty(this.#view, slotted.hasEmpty);
  }

  /** Starts a new session: another server does not have this thread, and another person must not see it. */
  #beginAnew(session: ChatSession, view: ChatViewElement, before: ChatOptions | null): void {
    // First, so that leaving the old session does not change the remembered thread.
    this.#session = this.#createSession();
    void session.openThread(null);
    session.close();
    view.session = this.#session;
    this.#openFirstThread(this.#session, before);
    if (!this.isConnected) this.#leave(this.#session);
  }

  #openFirstThread(session: ChatSession, before: ChatOptions | null): void {
    const named = namedThread(this.#options!, before);
    const remembered = recallThread(this.#options!);
    if (named !== null) void session.openThread(named);
    else if (remembered !== null) void session.openThread(remembered, true);
  }

  #leave(session: ChatSession): void {
    this.#isLeft = true;
    session.close();
  }

  #resume(session: ChatSession): void {
    this.#isLeft = false;
    session.connect();
    session.refresh().catch(() => undefined); // The session has reported it.
  }

  #createSession(): ChatSession {
    let { api } = this.#options!;
    const person = personOf(this.#options!);
    const server = serverOf(this.#options!);
    const config = (): ClientConfig => {
      const { api: newest, locale } = this.#options!;
      // A closed session may still send requests. They must not reach another server or person, or the
      // `fetch` that belongs to them.
      if (server === serverOf(this.#options!) && person === personOf(this.#options!)) api = newest;
      const { url, fetch, uploadStrategy } = api;
      return {
        url,
        fetch,
        uploadStrategy,
        locale: locale ?? (navigator.language || 'en'),
        visitor: visitorKey(url),
        isForeign: isForeign(url),
        log: (data) => this.#events.emit('log', { name: 'request', data }),
      };
    };
    const session: ChatSession = new ChatSession({
      client: new ApiClient(config, this.#instanceId),
      platform: new BrowserPlatform(server),
      emit: (name, detail, key) => {
        if (name === 'thread.change' && session === this.#session)
          keepThread(this.#options!, session.threadId);
        this.#events.emit(name, detail, key);
      },
      delivered: () => this.#events.delivered(),
      enqueue: (run) => this.#events.do(run),
      clientToolHandler: () => this.#guards.watchTool(this.#options?.onClientTool),
      requestFrame: throttledFrames(),
    });
    session.connect();
    return session;
  }

  #command<Answer>(
    run: (session: ChatSession, view: ChatViewElement) => Answer | Promise<Answer>,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        try {
          resolve(run(this.#session!, this.#view!));
        } catch (error) {
          reject(error);
        }
      };
      if (this.#isReady) begin();
      else this.#commands.push(begin);
    });
  }

  #runCommands(): void {
    this.#isReady = true;
    for (const begin of this.#commands.splice(0)) begin();
  }

  #forward(name: keyof ChatEvents, event: Event): void {
    this.#events.emit(name, event instanceof CustomEvent ? (event.detail ?? undefined) : undefined);
  }

  /**
   * Delays events until the causing call has returned and the page has attached its first listeners. On a
   * busy machine a framework does so after the first paint.
   */
  #holdEvents(): void {
    const listens = async (): Promise<void> => afterPaint().then(() => this.#guards.heard());
    this.#events.hold(this.#isReady ? Promise.resolve() : listens());
  }

  /**
   * Copies `classname` to `class`: React 18 writes a custom element's `className` to the former attribute.
   */
  #mirrorClass(value: string | null): void {
    if (value === null) this.removeAttribute('class');
    else this.setAttribute('class', value);
  }

  /** Sets the accessible name, unless the page has set its own. */
  #setLabel(label: string): void {
    if (!this.hasAttribute('role')) this.setAttribute('role', 'region');
    if (this.getAttribute('aria-label') !== this.#label) return;
    this.#label = label;
    this.setAttribute('aria-label', label);
  }
}
