// The drafts, per thread: they survive a change of threads, an error and a reload.
import type { ChatOptions } from '../../api/options.ts';
import type { Attachment } from '../../protocol/wire.ts';
import { personOf, serverOf } from '../../session/last_thread.ts';
import type { ThreadView } from '../../session/view/view.ts';
import { EMPTY, joined, type PlacedTag, type TaggedText } from './tagged_text.ts';

export type Draft = {
  text: string;
  tags: readonly PlacedTag[];
  attachments: readonly Attachment[];
  reply: string | null;
};

/** Keeps the drafts of this tab over a reload; `sessionStorage` is one. */
export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/**
 * The storage keys. All elements of a page share the drafts of a server's threads; each has its own draft on
 * the start screen.
 */
export type DraftKeys = { readonly threads: string; readonly start: string };

type Stored = [
  threadId: string | null,
  text: string,
  tags?: readonly PlacedTag[],
  attachments?: readonly Attachment[],
];

export class Drafts {
  readonly #storage: () => DraftStorage;
  readonly #keys: () => DraftKeys;
  #ownKeys: DraftKeys | null = null;
  /** The drafts of the threads that were opened. */
  readonly #known = new Map<string | null, Draft>();
  /** Drafts that are being sent: a reload restores them. */
  readonly #sending = new Set<readonly [string | null, Draft]>();
  #threadId: string | null = null;
  #wasResponding = false;

  /**
   * `storage` may throw, as it does in a sandboxed frame: then a reload loses the drafts. `keys` is called
   * once, when a draft is first needed.
   */
  constructor(storage: () => DraftStorage, keys: () => DraftKeys) {
    this.#storage = storage;
    this.#keys = keys;
  }

  /** The draft of the open thread. Call `keep` after a change. */
  get current(): Draft {
    return this.#of(this.#threadId);
  }

  keep(draft = this.current): void {
    for (const [threadId, known] of this.#known) if (known === draft) this.#save(threadId);
  }

  /**
   * Switches to the draft of the open thread; called for each view. A new thread takes over the draft that is
   * being written, even if its first response has ended before. Returns whether another draft is
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
   * Empties the current draft. Call `letGo` when it has arrived, or `giveBack` to restore it before the text
   * that was written since; `giveBack` returns whether its thread is still open.
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
    // The same object, since its running uploads add their results to it.
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
    const [, text, tags = [], attachments = []] = this.#stored(threadId).find(([id]) => id === threadId) ?? [
      threadId,
      '',
    ];
    const draft = { ...emptyDraft(), text, tags, attachments };
    this.#known.set(threadId, draft);
    return draft;
  }

  /** Writes only the draft of this thread: another element may have written the others. */
  #save(threadId: string | null): void {
    const unsent = this.#unsentOf(threadId);
    const { text, tags } = unsent.map(plain).reduce(joined, EMPTY);
    const attachments = unsent.flatMap((draft) => draft.attachments);
    const others = this.#stored(threadId).filter(([id]) => id !== threadId);
    const texts: readonly Stored[] =
      text === '' && attachments.length === 0 ? others : [...others, [threadId, text, tags, attachments]];
    try {
      if (texts.length === 0) this.#storage().removeItem(this.#keyOf(threadId));
      else this.#storage().setItem(this.#keyOf(threadId), JSON.stringify(texts));
    } catch {
      // Full or forbidden: the drafts stay in this page.
    }
  }

  /** The drafts that a reload restores, as one. */
  #unsentOf(threadId: string | null): Draft[] {
    const sending = [...this.#sending].flatMap(([id, draft]) => (id === threadId ? [draft] : []));
    return [...sending, this.#of(threadId)];
  }

  /** The stored drafts under the key of this thread. */
  #stored(threadId: string | null): Stored[] {
    try {
      const stored = JSON.parse(this.#storage().getItem(this.#keyOf(threadId)) ?? '[]') as Stored[];
      return stored.filter(([, text]) => typeof text === 'string'); // Throws if the value has another type.
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

/** The storage keys of the chat `view`. */
export function draftKeys(options: ChatOptions, view: Element): DraftKeys {
  const person = personOf(options);
  const threads = `turnstream:drafts:${serverOf(options)}${person === null ? '' : `:${person}`}`;
  return { threads, start: `${threads}#${nameOf(view)}` };
}

/** Identifies a chat among others of its page, even after a reload: by its id, or by its index. */
function nameOf(view: Element): string {
  const root = view.getRootNode();
  const chat = root instanceof ShadowRoot ? root.host : view;
  const page = chat.getRootNode() as Document | ShadowRoot | Element;
  return chat.id || String([...page.querySelectorAll(chat.localName)].indexOf(chat));
}
