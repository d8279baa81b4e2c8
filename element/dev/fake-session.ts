// A session without a server: holds a view, and plays a short answer when something is sent.
import type { CustomAction, StreamOperations } from '../src/protocol/operations.ts';
import type {
  Attachment,
  StructuredSubmission,
  ThreadItem,
  ThreadMeta,
  UserMessageInput,
} from '../src/protocol/wire.ts';
import { asJson, type Change } from '../src/session/response/changes.ts';
import type { Session, ThreadList } from '../src/session/session.ts';
import { emptyView, type ItemView, type ThreadView } from '../src/session/view/view.ts';

export type Fixture = {
  readonly view?: Partial<ThreadView>;
  /** The open thread before it is loaded, or after that failed. */
  readonly threadId?: string;
  readonly threads?: readonly ThreadMeta[];
  /** How many pages of earlier items there are. */
  readonly earlier?: number;
  readonly listing?: 'pending' | 'failing';
  readonly uploading?: 'pending' | 'failing';
  readonly answer?: string;
  /** The index in `view.items` of a message that has changed the page. */
  readonly changedAt?: number;
};

const ANSWER =
  'Here is a **short answer** that streams.\n\n- first point\n- second point\n\n```ts\n' +
  'const answer = 42;\n```\n\nAnd a closing sentence.';

let made = 0;
const newId = (kind: string): string => `${kind}_${++made}`;

export class FakeSession implements Session {
  view: ThreadView;
  threadsVersion = 0;
  isDurable = true;
  imageHosts: readonly string[] = [];
  lock: readonly string[] | null = [];
  readonly changes: Change[] = [];
  readonly calls: string[] = [];
  private threads: readonly ThreadMeta[];
  private readonly fixture: Fixture;
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;
  private pagesLeft: number;

  constructor(fixture: Fixture = {}) {
    this.fixture = fixture;
    this.view = { ...emptyView, ...fixture.view };
    this.threads = fixture.threads ?? [];
    this.pagesLeft = fixture.earlier ?? 0;
    if (fixture.changedAt !== undefined) this.changes.push(changeOf(this.view, fixture.changedAt));
    if (this.pagesLeft > 0) this.view = { ...this.view, hasEarlier: true };
  }

  get threadId(): string | null {
    return this.view.thread?.id ?? this.fixture.threadId ?? null;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  change(part: Partial<ThreadView>): void {
    this.view = { ...this.view, ...part };
    for (const listener of this.listeners) listener();
  }

  /** Like a server that sends the effects to all readers. */
  async undo({ item_id, is_undone, effects }: StreamOperations['turns.undo']): Promise<void> {
    if (!this.isDurable) return void this.calls.push(`effects ${JSON.stringify(effects)}`);
    this.calls.push(`undo ${item_id} ${is_undone}`);
    this.change({ phase: 'responding' });
    this.change({
      phase: 'idle',
      undone: [...this.view.undone, { type: 'turnstream.undone', item_id, is_undone }],
    });
  }

  async send(input: UserMessageInput): Promise<void> {
    this.calls.push('send');
    const thread = this.view.thread ?? {
      id: newId('thr'),
      title: 'A new conversation',
      created_at: new Date().toISOString(),
    };
    const item: ThreadItem = {
      type: 'user_message',
      id: newId('msg'),
      thread_id: thread.id,
      created_at: thread.created_at,
      content: input.content,
      quoted_text: input.quoted_text ?? null,
    };
    this.change({
      thread,
      items: [...this.view.items, { item, status: 'done' }],
      phase: 'responding',
      canStop: true,
      stopped: false,
      error: null,
    });
    this.answer(thread.id);
  }

  stop(): void {
    this.calls.push('stop');
    clearInterval(this.timer);
    this.change({
      phase: 'idle',
      stopped: true,
      progress: null,
      confirmations: [],
      items: this.view.items.map((view) => ({ ...view, status: 'done' })),
    });
  }

  async sendCustomAction(action: CustomAction, itemId?: string): Promise<void> {
    this.calls.push(`action ${itemId} ${JSON.stringify(action)}`);
  }

  async sendSyncAction(action: CustomAction, itemId: string, isAnswer = false): Promise<void> {
    this.calls.push(`${isAnswer ? 'answer' : 'sync action'} ${itemId} ${JSON.stringify(action)}`);
  }

  async whenIdle(): Promise<void> {}

  decide(callId: string, isAllowed: boolean): void {
    this.calls.push(`${isAllowed ? 'allow' : 'decline'} ${callId}`);
    this.change({ confirmations: this.view.confirmations.filter(({ call_id }) => call_id !== callId) });
  }

  async answerInput(itemId: string, submission: StructuredSubmission): Promise<void> {
    this.calls.push(`answer ${itemId} ${JSON.stringify(submission)}`);
    const replaced = (view: ItemView): ItemView => {
      if (view.item.type !== 'structured_input' || view.item.id !== itemId) return view;
      const inputs = view.item.inputs.map((input) => ({
        ...input,
        answer: submission.answers[input.id] ?? null,
      }));
      return { item: { ...view.item, status: submission.status, inputs }, status: 'done' };
    };
    this.change({ items: this.view.items.map(replaced) });
  }

  async retry(userItemId: string): Promise<void> {
    this.calls.push(`retry ${userItemId}`);
    const at = this.view.items.findIndex(({ item }) => item.id === userItemId);
    this.change({
      items: this.view.items.slice(0, at + 1),
      error: null,
      stopped: false,
      phase: 'responding',
      canStop: true,
    });
    this.answer(this.view.thread?.id ?? '');
  }

  async openThread(threadId: string | null): Promise<void> {
    this.calls.push(`open ${threadId}`);
    const thread = this.threads.find(({ id }) => id === threadId) ?? null;
    this.change({ ...emptyView, thread });
  }

  async loadEarlier(): Promise<void> {
    this.calls.push('earlier');
    this.pagesLeft -= 1;
    await new Promise((resolve) => setTimeout(resolve, 30));
    const page = Array.from({ length: 10 }, (_, at) => exchange(`Earlier ${this.pagesLeft}.${at}`)).flat();
    this.change({ items: [...page, ...this.view.items], hasEarlier: this.pagesLeft > 0 });
  }

  dismissNotice(id: string): void {
    this.change({ notices: this.view.notices.filter((notice) => notice.id !== id) });
  }

  async feedback(itemIds: readonly string[], kind: 'positive' | 'negative'): Promise<void> {
    this.calls.push(`feedback ${kind} ${itemIds.join(' ')}`);
  }

  async download(url: string): Promise<Blob> {
    this.calls.push(`download ${url}`);
    return new Blob(['picture'], { type: 'image/png' });
  }

  async upload(file: File): Promise<Attachment> {
    this.calls.push(`upload ${file.name}`);
    if (this.fixture.uploading === 'pending') return new Promise(() => {});
    if (this.fixture.uploading === 'failing') throw new Error('The server had a problem.');
    return { type: 'file', id: newId('atc'), name: file.name, mime_type: file.type };
  }

  async deleteAttachment(attachmentId: string): Promise<void> {
    this.calls.push(`delete attachment ${attachmentId}`);
  }

  async transcribe(audio: Blob): Promise<string> {
    this.calls.push(`transcribe ${audio.type}`);
    return 'What I said.';
  }

  async listThreads(): Promise<ThreadList> {
    if (this.fixture.listing === 'pending') return new Promise(() => {});
    if (this.fixture.listing === 'failing') throw new Error('The server did not answer.');
    return { threads: this.threads, after: null };
  }

  async renameThread(threadId: string, title: string): Promise<void> {
    this.calls.push(`rename ${threadId} ${title}`);
    this.threads = this.threads.map((thread) => (thread.id === threadId ? { ...thread, title } : thread));
  }

  async deleteThread(threadId: string): Promise<void> {
    this.calls.push(`delete ${threadId}`);
    this.threads = this.threads.filter(({ id }) => id !== threadId);
  }

  private answer(threadId: string): void {
    const text = this.fixture.answer ?? ANSWER;
    const id = newId('msg');
    const before = this.view.items;
    let shown = 0;
    this.timer = setInterval(() => {
      shown += 4;
      const isDone = shown >= text.length;
      const answer = assistant(text.slice(0, shown), { id, thread_id: threadId });
      this.change({
        items: [...before, { item: answer, status: isDone ? 'done' : 'streaming' }],
        phase: isDone ? 'idle' : 'responding',
      });
      if (isDone) clearInterval(this.timer);
    }, 16);
  }
}

type AssistantItem = Extract<ThreadItem, { type: 'assistant_message' }>;

function changeOf({ items }: ThreadView, at: number): Change {
  const [response, effect] = [{ isUndo: false }, { name: 'pin' }];
  return {
    response,
    effect,
    said: asJson({ effect, inverse: { name: 'unpin' } }),
    threadId: 'thr_1',
    items: items.slice(0, at + 1),
    id: `dev.${at}`,
  };
}

export function assistant(text: string, more: Partial<AssistantItem> = {}): AssistantItem {
  const base = { id: newId('msg'), thread_id: 'thr_1', created_at: '2026-07-24T09:00:00Z' };
  return { type: 'assistant_message', ...base, content: [{ type: 'output_text', text }], ...more };
}

export function user(
  text: string,
  more: Partial<Extract<ThreadItem, { type: 'user_message' }>> = {},
): ThreadItem {
  const base = { id: newId('msg'), thread_id: 'thr_1', created_at: '2026-07-24T09:00:00Z' };
  return { type: 'user_message', ...base, content: [{ type: 'input_text', text }], ...more };
}

export function done(...items: ThreadItem[]): ItemView[] {
  return items.map((item) => ({ item, status: 'done' }));
}

export function exchange(topic: string): ItemView[] {
  return done(
    user(`${topic}: what is the state of the order?`),
    assistant(
      `${topic}: it left the warehouse and will arrive on **Thursday**.\n\nNothing else is needed from you.`,
    ),
  );
}
