// What is being written, per thread, so that nothing written is lost by a switch, an error or a reload.
import type { Attachment } from '../../protocol/wire.ts';
import type { ThreadView } from '../../state/view.ts';
import { EMPTY, joined, type PlacedTag, type TaggedText } from './tagged_text.ts';

export type Draft = {
  text: string;
  tags: readonly PlacedTag[];
  attachments: readonly Attachment[];
  reply: string | null;
};

/** Keeps the texts of this tab over a reload; `sessionStorage` is one. */
export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

type Stored = [threadId: string | null, text: string, tags?: readonly PlacedTag[]];

export class Drafts {
  readonly #storage: () => DraftStorage;
  readonly #key: () => string;
  #drafts: Map<string | null, Draft> | null = null;
  /** On their way to the server: a reload brings them back. */
  readonly #taken = new Set<readonly [string | null, Draft]>();
  #threadId: string | null = null;
  #wasResponding = false;

  /** `storage` may throw, as it does in a sandboxed frame: then a reload forgets. */
  constructor(storage: () => DraftStorage, key: () => string) {
    this.#storage = storage;
    this.#key = key;
  }

  /** The draft of the open thread. Call `keep` after changing it. */
  get current(): Draft {
    return this.#of(this.#threadId);
  }

  keep(): void {
    const texts = [...this.#texts()].filter(([, { text }]) => text !== '').map(([threadId, { text, tags }]) => [threadId, text, tags]);
    try {
      if (texts.length === 0) this.#storage().removeItem(this.#key());
      else this.#storage().setItem(this.#key(), JSON.stringify(texts));
    } catch {
      // Full or forbidden: the drafts live on in this page.
    }
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
      this.#known.delete(null);
      this.#known.set(threadId, begun);
      this.keep();
    }
    return begun === undefined;
  }

  /**
   * Empties the current draft. Then one of two: `letGo` when it has arrived; `giveBack` returns it, before what was
   * written since, and says whether its thread is still the open one.
   */
  take(): { readonly draft: Draft; readonly letGo: () => void; readonly giveBack: () => boolean } {
    const draft = this.current;
    const threadId = this.#threadId;
    const taken = [threadId, draft] as const;
    this.#taken.add(taken);
    this.#known.delete(threadId);
    const letGo = (): void => {
      this.#taken.delete(taken);
      this.keep();
    };
    return { draft, letGo, giveBack: () => (this.#taken.delete(taken), this.#giveBack(threadId, draft)) };
  }

  /** What a reload brings back, by thread. */
  #texts(): Map<string | null, TaggedText> {
    const texts = new Map<string | null, TaggedText>();
    for (const [threadId, draft] of [...this.#taken, ...this.#known]) texts.set(threadId, joined(texts.get(threadId) ?? EMPTY, draft));
    return texts;
  }

  #giveBack(threadId: string | null, draft: Draft): boolean {
    const since = this.#of(threadId);
    // The same object: an upload that runs for it ends in it.
    Object.assign(since, {
      ...joined(plain(draft), plain(since)),
      attachments: [...draft.attachments, ...since.attachments],
      reply: since.reply ?? draft.reply,
    });
    this.keep();
    return threadId === this.#threadId;
  }

  #of(threadId: string | null): Draft {
    const known = this.#known.get(threadId);
    if (known !== undefined) return known;
    const draft = emptyDraft();
    this.#known.set(threadId, draft);
    return draft;
  }

  get #known(): Map<string | null, Draft> {
    this.#drafts ??= new Map(this.#stored().map(([threadId, text, tags = []]) => [threadId, { ...emptyDraft(), text, tags }]));
    return this.#drafts;
  }

  #stored(): Stored[] {
    try {
      const stored = JSON.parse(this.#storage().getItem(this.#key()) ?? '[]') as Stored[];
      return stored.filter(([, text]) => typeof text === 'string'); // Raises where it is something else altogether.
    } catch {
      return [];
    }
  }
}

function plain({ text, tags }: Draft): TaggedText {
  return { text, tags };
}

function emptyDraft(): Draft {
  return { ...EMPTY, attachments: [], reply: null };
}
