// Which chats hold which elements of the page inert. Shared by all chats of the page: an element is released
// when the last chat releases it, and then gets the state that the page wants.

import { sheetOf } from '../../dom/css.ts';
import { inFrame } from '../../dom/scheduling.ts';
import { FocusMemory } from './focus_memory.ts';

export interface Holder {
  /** The page has changed: selectors may match other elements. */
  rescan(): void;
  /** The page keeps removing this attribute of `region`. */
  gaveWay(region: HTMLElement, attribute: string): void;
}

/** The attributes that the page itself has set on a held element. */
type Wish = { isInert: boolean; busy: string | null };

type Hold = {
  readonly regions: ReadonlySet<HTMLElement>;
  readonly roots: readonly Node[];
  /** The regions must stay readable, since the person has to decide about them. */
  readonly isClear: boolean;
};

const MARK = 'data-turnstream-locked';
const HELD = ['inert', 'aria-busy', MARK] as const;
/** The observed attributes: those that are held, and those that most selectors use. */
const WATCHED = [...HELD, 'class', 'id'];
const BACK_MS = 160;
/**
 * Per frame. A page that observes the same attribute reverts it in a microtask: without a limit, both would
 * loop forever.
 */
const TRIES = 10;

/** The attribute of regions that stay readable while they are locked. */
const CLEAR = 'clear';

/** Weak, so that the page can override it. A locked element inside another locked one is not dimmed twice. */
const look = `
  :where([${MARK}]) { opacity: 0.7; transition: opacity ${BACK_MS}ms ease-out; }
  :where([${MARK}] [${MARK}], [${MARK}='${CLEAR}']) { opacity: 1; }
  @media (prefers-reduced-motion: reduce) { :where([${MARK}]) { transition: none; } }
`;

class Inertness {
  readonly #holders = new Map<Holder, Hold>();
  readonly #wishes = new Map<HTMLElement, Wish>();
  /**
   * How often each element was held again in this frame, and the attributes that are left to the page since.
   */
  readonly #tries = new Map<HTMLElement, number>();
  readonly #left = new Map<HTMLElement, Set<string>>();
  readonly #focus = new FocusMemory();
  readonly #observer = new MutationObserver((records) => this.#hear(records));
  #roots: ReadonlySet<Node> = new Set();

  /** Holds exactly these elements until the next call, and observes `roots` meanwhile. */
  hold(holder: Holder, regions: ReadonlySet<HTMLElement>, roots: readonly Node[], isClear = false): void {
    this.#holders.set(holder, { regions, roots, isClear });
    this.#apply();
  }

  release(holder: Holder): void {
    if (this.#holders.delete(holder)) this.#apply();
  }

  #apply(): void {
    for (const region of this.#wanted()) if (!this.#wishes.has(region)) this.#focus.note(region);
    // Reads the page's own changes first, so that the changes below are known to be ours.
    this.#learn(this.#observer.takeRecords());
    const wanted = this.#wanted();
    const freed = [...this.#wishes.keys()].filter((region) => !wanted.has(region));
    for (const region of freed) this.#free(region);
    for (const region of wanted) this.#claim(region);
    this.#observer.takeRecords();
    this.#watch();
    if (freed.length > 0) this.#focus.giveBack((node) => this.#wishes.has(node as HTMLElement));
    if (wanted.size === 0) this.#focus.forget();
  }

  #wanted(): Set<HTMLElement> {
    return new Set([...this.#holders.values()].flatMap(({ regions }) => [...regions]));
  }

  #claim(region: HTMLElement): void {
    const isNew = !this.#wishes.has(region);
    if (isNew) {
      this.#wishes.set(region, wishOf(region));
      wear(region.getRootNode());
    }
    for (const name of HELD) {
      const value = this.#valueOf(region, name);
      const isOurs = isNew || (name === MARK && region.hasAttribute(name)); // Not a reaction to the page.
      if (region.getAttribute(name) !== value && (isOurs || this.#insists(region, name)))
        region.setAttribute(name, value);
    }
  }

  #valueOf(region: HTMLElement, name: (typeof HELD)[number]): string {
    if (name !== MARK) return name === 'inert' ? '' : 'true';
    return [...this.#holders.values()].some(({ regions, isClear }) => isClear && regions.has(region))
      ? CLEAR
      : '';
  }

  #insists(region: HTMLElement, name: string): boolean {
    const left = this.#left.get(region) ?? new Set();
    if (left.has(name)) return false;
    if (this.#tries.size === 0) inFrame(() => this.#tries.clear());
    const times = (this.#tries.get(region) ?? 0) + 1;
    this.#tries.set(region, times);
    if (times <= TRIES) return true;
    this.#left.set(region, left.add(name));
    const holders = [...this.#holders]
      .filter(([, { regions }]) => regions.has(region))
      .map(([holder]) => holder);
    // Later, since the holder calls into the page.
    queueMicrotask(() => holders.forEach((holder) => holder.gaveWay(region, name)));
    return false;
  }

  #free(region: HTMLElement): void {
    const { isInert, busy } = this.#wishes.get(region)!;
    this.#wishes.delete(region);
    this.#left.delete(region);
    const opacity = isCalm() || !region.isConnected ? null : getComputedStyle(region).opacity;
    region.removeAttribute(MARK);
    region.toggleAttribute('inert', isInert);
    if (busy === null) region.removeAttribute('aria-busy');
    else region.setAttribute('aria-busy', busy);
    if (opacity !== null && opacity !== '1')
      region.animate?.([{ opacity }, {}], { duration: BACK_MS, easing: 'ease-out' });
  }

  #hear(records: readonly MutationRecord[]): void {
    this.#learn(records);
    for (const holder of [...this.#holders.keys()]) holder.rescan(); // A rescan also applies the holds.
  }

  /** Records the page's changes of a held element, which apply when it is released. */
  #learn(records: readonly MutationRecord[]): void {
    for (const { target, attributeName } of records) {
      const wish = this.#wishes.get(target as HTMLElement);
      if (wish === undefined) continue;
      if (attributeName === 'inert') wish.isInert = (target as HTMLElement).hasAttribute('inert');
      if (attributeName === 'aria-busy') wish.busy = (target as HTMLElement).getAttribute('aria-busy');
    }
  }

  /** Observes only while elements may have to be held. */
  #watch(): void {
    const roots = new Set([...this.#holders.values()].flatMap(({ roots: wanted }) => wanted));
    for (const region of this.#wishes.keys()) roots.add(region.isConnected ? region.getRootNode() : region);
    const isSame = roots.size === this.#roots.size && [...roots].every((root) => this.#roots.has(root));
    if (isSame) return;
    this.#observer.disconnect();
    this.#roots = roots;
    for (const root of roots)
      this.#observer.observe(root, { subtree: true, childList: true, attributeFilter: WATCHED });
  }
}

export const inertness = new Inertness();

function wishOf(region: HTMLElement): Wish {
  return { isInert: region.hasAttribute('inert'), busy: region.getAttribute('aria-busy') };
}

function wear(root: Node): void {
  if (!(root instanceof Document || root instanceof ShadowRoot)) return;
  const sheet = sheetOf(look);
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

function isCalm(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
