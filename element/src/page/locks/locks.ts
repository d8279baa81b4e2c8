// Locks parts of the page while a response of one chat runs, or while its thread is loading or locked.
import type { ChatOptions } from '../../api/options.ts';
import { OptionsError } from '../../protocol/errors.ts';
import type { Session } from '../../session/session.ts';
import type { ThreadView } from '../../session/view/view.ts';
import type { PageContext } from '../context.ts';
import { type Holder, inertness } from './inertness.ts';
import { elementsOf, type LockPlan, readPlan, rootsAround } from './regions.ts';

/** A response that cannot be reached for longer no longer locks the page. */
const LOST_MS = 30_000;

export class Locks implements Holder {
  readonly #context: PageContext;
  readonly #reported = new Set<string>();
  #plan: LockPlan = readPlan(undefined, () => undefined);
  #given: ChatOptions['locks'];
  #session: Session | null = null;
  #view: ThreadView | null = null;
  #unsubscribe: (() => void) | null = null;
  #lostTimer: ReturnType<typeof setTimeout> | null = null;
  #isLost = false;
  #isPageGone = false;
  /** What is locked, as comparable text; null if nothing is. */
  #held: string | null = null;
  #count = 0;
  #isSaid = false;

  constructor(context: PageContext) {
    this.#context = context;
  }

  /** Call it whenever the options or the session may have changed, and when the chat is connected again. */
  follow(): void {
    const { session, options } = this.#context;
    if (options.locks === this.#given && session === this.#session && this.#unsubscribe !== null) return;
    if (options.locks !== this.#given) {
      this.#plan = readPlan(options.locks, this.#tell);
      // Reports regions that cannot be locked before the first lock.
      this.#elements([...this.#plan.regions.keys()]);
      this.#held = this.#held === null ? null : '';
    }
    this.#given = options.locks;
    if (session !== this.#session || this.#unsubscribe === null) this.#listen(session);
    this.#update();
  }

  /** The chat was removed from the page. */
  leave(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#watchConnection(null);
    this.#release();
  }

  rescan(): void {
    if (this.#held !== null) this.#hold(this.#names());
  }

  gaveWay({ localName, id }: HTMLElement, attribute: string): void {
    const says = `<${localName}${id === '' ? '' : ` id="${id}"`}>`;
    this.#tell(
      `cannot keep "${attribute}" on ${says}: the page changes it back each time. Leave it to the chat ` +
        `while a response runs.`,
    );
  }

  /**
   * Returns `words` for a screen reader, together with the announcement of a lock that changes at the same
   * time.
   */
  say(words: string | null): string | null {
    const { strings } = this.#context;
    const isLocked = this.#count > 0 && this.#isResponding;
    if (isLocked === this.#isSaid) return words;
    this.#isSaid = isLocked;
    const more = isLocked ? (this.#plan.reason ?? strings.pageLocked) : strings.pageFree;
    return words === null ? more : `${words} ${more}`;
  }

  #listen(session: Session | null): void {
    this.#unsubscribe?.();
    this.#session = session;
    const changed = session?.subscribe(() => this.#update());
    const onHide = ({ persisted }: PageTransitionEvent): void => this.#onPage(!persisted);
    const onShow = (): void => this.#onPage(false);
    addEventListener('pagehide', onHide);
    addEventListener('pageshow', onShow);
    this.#unsubscribe = () => {
      changed?.();
      removeEventListener('pagehide', onHide);
      removeEventListener('pageshow', onShow);
    };
  }

  #onPage(isGone: boolean): void {
    this.#isPageGone = isGone;
    this.#update();
  }

  #update(): void {
    const view = this.#session?.view ?? null;
    this.#view = view;
    this.#watchConnection(view);
    const names = this.#names();
    if (names.length === 0) return this.#release();
    // While text streams, this is called thirty times a second.
    if (this.#held !== this.#keyOf(names)) this.#hold(names);
  }

  #hold(names: readonly string[]): void {
    const elements = this.#elements(names);
    this.#held = this.#keyOf(names);
    this.#count = elements.size;
    inertness.hold(this, elements, rootsAround(this.#chat), this.#isAsking);
  }

  /** The person has to read the page before they decide. */
  get #isAsking(): boolean {
    return this.#view !== null && this.#view.confirmations.length > 0;
  }

  #keyOf(names: readonly string[]): string {
    return JSON.stringify([names, this.#isAsking]);
  }

  #elements(names: readonly string[]): Set<HTMLElement> {
    const regions = names.flatMap((name) => this.#plan.regions.get(name) ?? []);
    return new Set(regions.flatMap((region) => elementsOf(region, this.#chat, this.#tell)));
  }

  #release(): void {
    if (this.#held === null) return;
    this.#held = null;
    this.#count = 0;
    inertness.release(this);
  }

  /** The names of the regions to lock now. */
  #names(): readonly string[] {
    const all = [...this.#plan.regions.keys()];
    const view = this.#view;
    if (view === null || this.#isPageGone || !this.#chat.isConnected) return [];
    const isThreadLocked = view.phase === 'loading' || view.thread?.status?.type === 'locked';
    if (this.#plan.isOfThread && isThreadLocked) return all;
    if (this.#isLost) return [];
    // A larger lock applies at once, a smaller one after the page has handled the effects before it.
    const [next, now] = [view.phase === 'responding' ? view.lock : [], this.#session!.lock];
    return next === null || now === null
      ? all
      : all.filter((name) => next.includes(name) || now.includes(name));
  }

  get #isResponding(): boolean {
    return this.#view?.phase === 'responding' || this.#session?.lock?.length !== 0;
  }

  #watchConnection(view: ThreadView | null): void {
    const isBroken = view?.phase === 'responding' && view.connection !== 'live';
    if (isBroken) {
      this.#lostTimer ??= setTimeout(() => {
        this.#isLost = true;
        this.#update();
      }, LOST_MS);
      return;
    }
    if (this.#lostTimer !== null) clearTimeout(this.#lostTimer);
    this.#lostTimer = null;
    this.#isLost = false;
  }

  get #chat(): Element {
    const { host } = this.#context.root();
    const around = host.getRootNode();
    return around instanceof ShadowRoot ? around.host : host;
  }

  /** Reports each problem once, since frameworks pass the options at every render. */
  readonly #tell = (words: string): void => {
    if (this.#reported.has(words)) return;
    this.#reported.add(words);
    this.#context.pageFailed(new OptionsError('locks', words));
  };
}
