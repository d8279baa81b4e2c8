// Undoes and redoes the changes of responses: records the undo history and derives from it what each message
// group offers.
import { ChatError, CommandError } from '../../protocol/errors.ts';
import type { UndoParams } from '../../protocol/operations.ts';
import type { Change, Said } from '../../session/response/changes.ts';
import type { Session } from '../../session/session.ts';
import { emptyView, type ItemView, type ThreadView } from '../../session/view/view.ts';
import type { PageContext } from '../context.ts';
import {
  bounded,
  cleared,
  EMPTY,
  forgetUndone,
  isInForce,
  isInverse,
  markRedone,
  markUndone,
  nextRedo,
  nextUndo,
  record,
  type UndoHistory,
} from './undo_history.ts';
import { UndoStorage } from './undo_storage.ts';

/** The storage key is fixed when the change arrives: the chat may switch to another server. */
type Pending = Change & Said & { readonly itemId: string; readonly storage: UndoStorage };

/** What can be done with the changes of one message. */
export type UndoState = {
  readonly kind: 'undo' | 'redo' | 'undone';
  /** Not now: a response runs, or the thread is locked or closed. */
  readonly isBusy: boolean;
};

type Kind = UndoState['kind'];

/** By user message. `isUndoing`: this page is undoing changes, so no message group is shown as working. */
export type ShowUndo = (states: ReadonlyMap<string, UndoState>, isUndoing: boolean) => void;

export class Undo {
  readonly #context: PageContext;
  readonly #showStates: ShowUndo;
  #storage: UndoStorage | null = null;
  #url = '';
  #pending: Pending[] = [];
  /** The server's undo events that are recorded already. */
  #met = new WeakSet<object>();
  #lastAnnounced: object | null = null;
  #isAnnounced = false;
  #running: Promise<void> | null = null;
  #ends: (() => void) | null = null;
  #shownFor: readonly unknown[] = [];

  constructor(context: PageContext, show: ShowUndo) {
    this.#context = context;
    this.#showStates = show;
  }

  /**
   * Call it whenever the session, its view or the strings may have changed, and when the chat is connected
   * again.
   */
  follow(): void {
    this.#watchPage();
    this.#collect();
    const view = this.#view;
    this.#write((change) => view.phase !== 'responding' || change.threadId !== this.#threadId);
    this.#learn(view);
    this.#show(view);
  }

  /** The chat was removed from the page. */
  leave(): void {
    this.#keepAll();
    this.#ends?.();
    this.#ends = null;
  }

  /** Returns `words` for a screen reader, or instead the announcement of a finished undo. */
  say(words: string | null): string | null {
    const { strings } = this.#context;
    const view = this.#view;
    const last = view.undone.at(-1) ?? null;
    const isNews = last !== this.#lastAnnounced && last?.type !== undefined && last.is_forgotten !== true;
    this.#lastAnnounced = last;
    if (isNews) {
      this.#isAnnounced = view.phase === 'responding';
      return last.is_undone ? strings.changesUndone : strings.changesRedone;
    }
    if (view.phase === 'responding') return this.#running !== null && view.error === null ? null : words;
    const isAnnounced = this.#isAnnounced && view.error === null;
    this.#isAnnounced = false;
    return isAnnounced ? null : words;
  }

  /** Undoes the newest changes, or redoes those that were undone last. Raises: `CommandError`. */
  async run(isUndone: boolean): Promise<void> {
    // The person may press again while the page still applies the effects of the first press.
    while (this.#running !== null) await this.#running.catch(() => undefined);
    const { session } = this.#context;
    if (session === null || session.view.phase === 'responding')
      throw new CommandError('busy', 'A response is still running. Wait until it ends, or stop it first.');
    this.follow();
    const plan = isUndone ? nextUndo(this.#history, this.#messages) : this.#nextRedo;
    if (plan === null)
      throw new CommandError(
        'nothing_to_undo',
        `There is nothing to ${isUndone ? 'undo' : 'redo'} in this conversation.`,
      );
    this.#running = this.#carryOut(session, session.threadId!, plan).finally(() => (this.#running = null));
    return this.#running;
  }

  /** Drops the undo history of the open thread, also for other tabs of this browser. */
  clear(): void {
    this.#collect();
    const [mine, others] = [
      this.#pending.filter((change) => this.#isOpen(change)),
      this.#pending.filter((change) => !this.#isOpen(change)),
    ];
    this.#pending = others;
    this.#change(cleared(this.#history, mine));
  }

  #isOpen({ threadId, storage }: Pending): boolean {
    return threadId === this.#threadId && storage === this.#storageOf();
  }

  async #carryOut(session: Session, threadId: string, plan: UndoParams): Promise<void> {
    const { strings } = this.#context;
    const [storage, messages] = [this.#storageOf(), this.#messages];
    await session.undo({ thread_id: threadId, ...plan });
    if (session.isDurable) return;
    // An official server sends no event for it. Another thread may be open by now.
    const [history, { item_id: itemId, is_undone: isUndone }] = [storage.open(threadId), plan];
    storage.put(
      threadId,
      isUndone ? markUndone(history, itemId, messages, true) : markRedone(history, itemId),
    );
    this.#context.changed();
    if (threadId === this.#threadId)
      this.#context.announce(isUndone ? strings.changesUndone : strings.changesRedone);
  }

  get #view(): ThreadView {
    return this.#context.session?.view ?? emptyView;
  }

  get #threadId(): string | null {
    return this.#context.session?.threadId ?? null;
  }

  get #messages(): Set<string> {
    return new Set(
      this.#view.items.flatMap(({ item, status }) =>
        item.type === 'user_message' && status === 'done' ? [item.id] : [],
      ),
    );
  }

  get #history(): UndoHistory {
    return this.#threadId === null ? EMPTY : this.#storageOf().open(this.#threadId);
  }

  #storageOf(): UndoStorage {
    const { url } = this.#context.options.api;
    if (this.#storage === null || url !== this.#url) this.#storage = new UndoStorage(url);
    this.#url = url;
    return this.#storage;
  }

  /** Null also if the message is gone, or if another page has redone its changes. */
  get #nextRedo(): UndoParams | null {
    const plan = nextRedo(this.#history);
    const isUndone =
      plan !== null && this.#undoneOf(this.#view).has(plan.item_id) && this.#messages.has(plan.item_id);
    return isUndone ? plan : null;
  }

  #change(history: UndoHistory): void {
    if (this.#threadId === null || history === this.#history) return;
    this.#storageOf().put(this.#threadId, history);
    this.#context.changed();
  }

  /** A change belongs to the last user message at the time of its effect. */
  #collect(): void {
    const storage = this.#storageOf();
    for (const change of this.#context.session?.changes.splice(0) ?? []) {
      const itemId = lastMessage(change.items);
      const said = this.#pending.some(({ id }) => id === change.id) ? null : this.#read(change);
      if (itemId !== null && said !== null) this.#pending.push({ ...change, ...said, itemId, storage });
    }
  }

  #read({ effect, said }: Change): Said | null {
    const read = said === null ? null : (JSON.parse(said) as Said);
    if (isInverse(read?.inverse)) return read;
    this.#context.pageFailed(
      new ChatError(
        'undo_with',
        `What undoWith of the effect "${effect.name}" was given is no { name, data } that JSON can hold, ` +
          `with a string and an object.`,
      ),
    );
    return null;
  }

  /**
   * Records the changes that are due, except those of a response that undoes. That is known at its end at the
   * latest.
   */
  #write(isDue: (change: Change) => boolean): void {
    const due = this.#pending.filter(isDue);
    if (due.length === 0) return;
    this.#pending = this.#pending.filter((change) => !due.includes(change));
    for (const { threadId, storage } of new Map(due.map((change) => [change.threadId, change])).values()) {
      this.#writeInto(
        storage,
        threadId,
        due.filter((change) => change.threadId === threadId && !change.response.isUndo),
      );
    }
  }

  #writeInto(storage: UndoStorage, threadId: string, changes: readonly Pending[]): void {
    const undone = threadId === this.#threadId ? this.#undoneOf(this.#view) : new Set<string>();
    const before = storage.open(threadId);
    const after = changes.reduce((history, { id, itemId, effect, inverse }) => {
      return record(history, { id, itemId, effect, inverse, ...(undone.has(itemId) && { isAgain: true }) });
    }, before);
    if (after !== before) storage.put(threadId, bounded(after));
  }

  #keepAll(): void {
    this.#collect();
    this.#write(() => true);
  }

  #watchPage(): void {
    if (this.#ends !== null) return;
    const over = new AbortController();
    const { signal } = over;
    addEventListener('pagehide', () => this.#keepAll(), { signal });
    document.addEventListener('visibilitychange', () => document.hidden && this.#keepAll(), { signal });
    // Another tab has written the history.
    addEventListener('storage', () => this.#context.changed(), { signal });
    this.#ends = () => over.abort();
  }

  #learn(view: ThreadView): void {
    for (const said of view.undone) {
      if (this.#met.has(said)) continue;
      this.#met.add(said);
      const isNews = said.type !== undefined;
      if (said.is_undone) this.#change(markUndone(this.#history, said.item_id, this.#messages, isNews));
      else if (said.is_forgotten) this.#change(forgetUndone(this.#history, said.item_id));
      else this.#change(markRedone(this.#history, said.item_id));
    }
  }

  /**
   * The messages whose changes are undone, according to the server if it reports them, otherwise to the undo
   * history.
   */
  #undoneOf({ undone }: ThreadView): Set<string> {
    if (this.#context.session?.isDurable !== true)
      return new Set(this.#history.undone.map(({ itemId }) => itemId));
    const ids = new Set<string>();
    for (const { item_id: id, is_undone: isUndone } of undone) {
      if (isUndone) ids.add(id);
      else ids.delete(id);
    }
    return ids;
  }

  /** The states stay the same while text streams. */
  #show(view: ThreadView): void {
    const { session, strings } = this.#context;
    const isUndoing = this.#running !== null;
    const isBusy =
      view.phase !== 'idle' ||
      (session?.isDurable === true && (view.thread?.status?.type ?? 'active') !== 'active');
    const key = [view.undone, isBusy, strings, view.items.length, view.items[0], this.#threadId, isUndoing];
    const isSame = key.every((one, at) => one === this.#shownFor[at]);
    // The history may be long, so it is read only after the response.
    if (isSame && (view.phase === 'responding' || this.#history === this.#shownFor.at(-1))) return;
    this.#shownFor = [...key, this.#history];
    const states = [...this.#kinds(view)].map(([itemId, kind]) => [itemId, { kind, isBusy }] as const);
    this.#showStates(new Map(states), isUndoing);
  }

  #kinds(view: ThreadView): Map<string, Kind> {
    const history = this.#history;
    const undone = [...this.#undoneOf(view)].filter((itemId) => !isInForce(history, itemId));
    const kinds = new Map<string, Kind>(undone.map((itemId) => [itemId, 'undone']));
    const [undo, redo] = [nextUndo(history, this.#messages), this.#nextRedo];
    if (redo !== null) kinds.set(redo.item_id, 'redo');
    if (undo !== null) kinds.set(undo.item_id, 'undo');
    return kinds;
  }
}

function lastMessage(items: readonly ItemView[]): string | null {
  return items.findLast(({ item }) => item.type === 'user_message')?.item.id ?? null;
}
