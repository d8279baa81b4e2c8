// What is being written, per thread, so that nothing written is lost by a switch, an error or a reload.
import type { Attachment } from '../../protocol/wire.ts';
import type { ThreadView } from '../../session/view/view.ts';
import { EMPTY, joined, type PlacedTag, type TaggedText } from './tagged_text.ts';

export type Draft = {
  text: string;
  tags: readonly PlacedTag[];
  attachments: readonly Attachment[];
  reply: string | null;
};

/** Keeps the texts of this tab over a reload; `sessionStorage` is one. */
export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Where the texts are kept. Threads belong to all elements of a page that show the same server, a start screen to one. */
export type DraftKeys = { readonly threads: string; readonly start: string };

type Stored = [threadId: string | null, text: string, tags?: readonly PlacedTag[]];

export class Drafts {
  readonly #storage: () => DraftStorage;
  readonly #keys: () => DraftKeys;
  #ownKeys: DraftKeys | null = null;
  /** Those that were open. */
  readonly #known = new Map<string | null, Draft>();
  /** On their way to the server: a reload brings them back. */
  readonly #sending = new Set<readonly [string | null, Draft]>();
  #threadId: string | null = null;
  #wasResponding = false;

  /**
   * `storage` may throw, as it does in a sandboxed frame: then a reload forgets. `keys` is asked once, when a draft is
   * first needed.
   */
  constructor(storage: () => DraftStorage, keys: () => DraftKeys) {
    this.#storage = storage;
    this.#keys = keys;
  }

  /** The draft of the open thread. Call `keep` after changing it. */
  get current(): Draft {
    return this.#of(this.#threadId);
  }

  keep(): void {
    this.#save(this.#threadId);
  }

  /**
   * Changes to the draft of another thread; called for each view. A thread that has just begun takes over what is
   * being written meanwhile, also when its first response is over before it is shown. Returns whether another draft is
   * shown now.
   */
  follow(threadId: string | null, phase: ThreadView['phase']): boolean {
    const isResponding = phase === 'responding';
    const hasBegun = this.#threadId === null && phase !== 'loading' && (isResponding || this.#wasResponding);
    this.#wasResponding = isResponding;
    if (threadId === this.#threadId) return false;
    const begun = hasBegun ? this.#known.get(null) : undefined;
    this.#threadId = threadId;
    if (begun !== undefined) {
      this.#known.set(null, emptyDraft());
      this.#known.set(threadId, begun);
      this.#save(null);
      this.#save(threadId);
    }
    return begun === undefined;
  }

  /**
   * Empties the current draft. Then one of two: `letGo` when it has arrived; `giveBack` returns it, before what was
   * written since, and says whether its thread is still the open one.
   */
  startSending(): { readonly draft: Draft; readonly letGo: () => void; readonly giveBack: () => boolean } {
    const draft = this.current;
    const threadId = this.#threadId;
    const entry = [threadId, draft] as const;
    this.#sending.add(entry);
    this.#known.set(threadId, emptyDraft());
    const letGo = (): void => {
      this.#sending.delete(entry);
      this.#save(threadId);
    };
    return { draft, letGo, giveBack: () => (this.#sending.delete(entry), this.#giveBack(threadId, draft)) };
  }

  #giveBack(threadId: string | null, draft: Draft): boolean {
    const since = this.#of(threadId);
    // The same object: an upload that runs for it ends in it.
    Object.assign(since, {
      ...joined(plain(draft), plain(since)),
      attachments: [...draft.attachments, ...since.attachments],
      reply: since.reply ?? draft.reply,
    });
    this.#save(threadId);
    return threadId === this.#threadId;
  }

  #of(threadId: string | null): Draft {
    const known = this.#known.get(threadId);
    if (known !== undefined) return known;
    const [, text, tags = []] = this.#stored(threadId).find(([id]) => id === threadId) ?? [threadId, ''];
    const draft = { ...emptyDraft(), text, tags };
    this.#known.set(threadId, draft);
    return draft;
  }

  /** Changes only what is kept for this thread: another element may have written the others. */
  #save(threadId: string | null): void {
    const { text, tags } = this.#unsentOf(threadId);
    const others = this.#stored(threadId).filter(([id]) => id !== threadId);
    const texts: readonly Stored[] = text === '' ? others : [...others, [threadId, text, tags]];
    try {
      if (texts.length === 0) this.#storage().removeItem(this.#keyOf(threadId));
      else this.#storage().setItem(this.#keyOf(threadId), JSON.stringify(texts));
    } catch {
      // Full or forbidden: the drafts live on in this page.
    }
  }

  /** What a reload brings back. */
  #unsentOf(threadId: string | null): TaggedText {
    const sending = [...this.#sending].flatMap(([id, draft]) => (id === threadId ? [draft] : []));
    return [...sending, this.#of(threadId)].map(plain).reduce(joined, EMPTY);
  }

  /** What is kept where this thread's text is. */
  #stored(threadId: string | null): Stored[] {
    try {
      const stored = JSON.parse(this.#storage().getItem(this.#keyOf(threadId)) ?? '[]') as Stored[];
      return stored.filter(([, text]) => typeof text === 'string'); // Raises where it is something else altogether.
    } catch {
      return [];
    }
  }

  #keyOf(threadId: string | null): string {
    this.#ownKeys ??= this.#keys();
    return threadId === null ? this.#ownKeys.start : this.#ownKeys.threads;
  }
}

function plain({ text, tags }: Draft): TaggedText {
  return { text, tags };
}

function emptyDraft(): Draft {
  return { ...EMPTY, attachments: [], reply: null };
}
