// A server with durable turns, in memory: one thread, its log, and as many readers as ask. The test plays the
// model.
import type { StreamOperations } from '../../../src/protocol/operations.ts';
import type { DurableState, ThreadItem, ThreadStreamEvent, TurnOutcome } from '../../../src/protocol/wire.ts';
import { reduce } from '../../../src/session/view/reducer.ts';
import { emptyView, type ThreadView } from '../../../src/session/view/view.ts';
import type { Request } from './scripted.ts';

type Entry = { readonly seq: number; readonly event: ThreadStreamEvent };
type Reader = {
  readonly send: (bytes: Uint8Array) => void;
  readonly close: () => void;
  readonly fail: () => void;
};
export type Seen = Request & { readonly key: string | null; readonly client: string | null };
/** Answers instead of the server; undefined lets the server answer. */
export type Fault = (request: Seen, signal: AbortSignal) => Response | Promise<Response> | undefined;

const encoder = new TextEncoder();
const base = { thread_id: 't1', created_at: '2025-01-01T00:00:00Z' };

type Claiming = { item_id: string; claim_id: string };

export class DurableServer {
  readonly requests: Seen[] = [];
  readonly faults: Fault[] = [];
  /** The claim that was granted for each call. */
  readonly claimed = new Map<string, string>();
  readonly answers = new Map<string, unknown>();
  epoch = 'e';
  log: Entry[] = [];
  turn: { id: string; status: 'running' | TurnOutcome } | null = null;
  /** Called when a turn starts, and when all its calls are answered. */
  onTurn: (request: Seen) => void = () => undefined;
  /** Whether a turn waits for its calls with its stream open, instead of ending with them. */
  isInline = true;
  /** Whether the turn of an undo continues until the test ends it. */
  isUndoHeld = false;
  readonly #readers = new Set<Reader>();
  readonly #keys = new Map<string, number>();
  #view: ThreadView = emptyView;
  #before = 0;
  #turns = 0;
  #items = 0;

  readonly fetch = async (_url: unknown, init?: RequestInit): Promise<Response> => {
    const headers = init!.headers as Record<string, string>;
    const request = {
      ...(JSON.parse(String(init!.body)) as Request),
      key: headers['Idempotency-Key'] ?? null,
      client: headers['Turnstream-Client'] ?? null,
    };
    this.requests.push(request);
    const signal = init!.signal!;
    signal.throwIfAborted();
    return (await this.faults.shift()?.(request, signal)) ?? this.answer(request, signal);
  };

  get types(): string[] {
    return this.requests.map(({ type }) => type);
  }
  get readerCount(): number {
    return this.#readers.size;
  }
  get position(): string | null {
    return this.log.length === 0 ? null : `${this.epoch}.${this.log.at(-1)!.seq}`;
  }
  get text(): string {
    return textOf(this.#view.items.map(({ item }) => item));
  }

  /** Appends to the log, and sends to all readers. */
  emit(...events: ThreadStreamEvent[]): void {
    for (const event of events) {
      this.log.push({ seq: (this.log.at(-1)?.seq ?? 0) + 1, event });
      this.#view = reduce(this.#view, event);
      for (const reader of this.#readers) reader.send(encoder.encode(frame(this.epoch, this.log.at(-1)!)));
    }
  }
  /** Sends an event that is not an entry of the log. */
  say(text: string): void {
    for (const reader of this.#readers) reader.send(encoder.encode(text));
  }
  begin(): string {
    this.turn = { id: `turn${++this.#turns}`, status: 'running' };
    this.#before = this.#view.items.length;
    return this.turn.id;
  }
  end(status: TurnOutcome = 'completed'): void {
    if (this.turn?.status !== 'running') return;
    if (status === 'failed' || status === 'interrupted')
      this.emit({ type: 'error', code: 'stream.error', allow_retry: true });
    this.emit({ type: 'turnstream.turn_ended', turn_id: this.turn.id, status });
    this.turn = { id: this.turn.id, status };
    for (const reader of [...this.#readers]) reader.close();
  }
  /** The network breaks: bytes that were sent arrive, later ones do not. */
  cut(): void {
    for (const reader of [...this.#readers]) reader.fail();
  }
  hangUp(): void {
    for (const reader of [...this.#readers]) reader.close();
  }

  answer(request: Seen, signal: AbortSignal): Response {
    const { type, params } = request;
    if (type === 'threads.get_by_id') return Response.json(this.#thread());
    if (type === 'turns.attach') return this.#attach(params['after'] as string | null, signal);
    if (type === 'turns.cancel') return this.#cancel(params['turn_id'] as string);
    if (type === 'turns.claim_call') return this.#claim(params as Claiming);
    if (type === 'threads.add_client_tool_output') return this.#output(request, signal);
    if (type === 'threads.list') return Response.json({ data: [], has_more: false });
    if (type === 'threads.update' || type === 'threads.delete') return Response.json({});
    return this.#start(request, signal);
  }

  user(text: string): ThreadItem {
    return {
      ...base,
      id: `u${++this.#items}`,
      type: 'user_message',
      content: [{ type: 'input_text', text }],
    };
  }
  message(text = ''): ThreadItem {
    return {
      ...base,
      id: `a${++this.#items}`,
      type: 'assistant_message',
      content: text === '' ? [] : [{ type: 'output_text', text }],
    };
  }
  call(name = 'ask', callId?: string): ThreadItem {
    const id = `c${++this.#items}`;
    return {
      ...base,
      id,
      type: 'client_tool_call',
      status: 'pending',
      call_id: callId ?? `call-${id}`,
      name,
      arguments: { n: 1 },
    };
  }

  #start(request: Seen, signal: AbortSignal): Response {
    const known = this.#keys.get(request.key ?? '');
    if (known !== undefined) return this.#stream(known, signal);
    if (this.turn?.status === 'running') return refusal(409, { code: 'thread_busy', turn_id: this.turn.id });
    if (request.type === 'turns.undo' && !this.#canUndo(request.params as StreamOperations['turns.undo']))
      return refusal(409, { code: 'conflict', message: 'No.' });
    const from = this.log.length;
    this.#keys.set(request.key ?? '', from);
    const response = ((): Response => {
      this.begin();
      if (request.type === 'threads.create')
        this.emit({ type: 'thread.created', thread: { id: 't1', created_at: '' } });
      const { input } = request.params as { input?: { content: { text: string }[] } };
      if (input !== undefined)
        this.emit({ type: 'thread.item.done', item: this.user(input.content[0]!.text) });
      if (request.type === 'threads.retry_after_item') this.#forget(request.params['item_id'] as string);
      this.emit({ type: 'stream_options', stream_options: { allow_cancel: true } });
      if (request.type === 'turns.undo') this.#undo(request.params as StreamOperations['turns.undo']);
      else this.onTurn(request);
      return this.#stream(from, signal);
    })();
    return response;
  }

  /** The undone changes belong to the earlier answer. */
  #forget(itemId: string): void {
    if (undoneOf(this.#view.undone).has(itemId))
      this.emit({ type: 'turnstream.undone', item_id: itemId, is_undone: false, is_forgotten: true });
  }

  #canUndo({ item_id, is_undone, is_again }: StreamOperations['turns.undo']): boolean {
    return undoneOf(this.#view.undone).has(item_id) ? !is_undone || is_again === true : is_undone;
  }

  #undo({ item_id, is_undone, effects }: StreamOperations['turns.undo']): void {
    this.emit({ type: 'turnstream.undone', item_id, is_undone });
    for (const { of: _of, ...effect } of effects) this.emit({ type: 'client_effect', ...effect });
    if (!this.isUndoHeld) this.end();
  }

  /** The turn that started with the entry at `from`. */
  #stream(from: number, signal: AbortSignal): Response {
    const end = this.log.findIndex(
      ({ event }, index) => index >= from && event.type === 'turnstream.turn_ended',
    );
    const entries = this.log.slice(from, end === -1 ? undefined : end + 1);
    return this.#body(
      entries.map((entry) => frame(this.epoch, entry)).join(''),
      end !== -1,
      signal,
      this.turn?.id ?? '',
    );
  }

  #attach(after: string | null, signal: AbortSignal): Response {
    const [epoch, seq] = after === null ? [this.epoch, '0'] : after.split('.');
    const first = this.log[0]?.seq ?? 1;
    const turnId = this.turn?.status === 'running' ? this.turn.id : '';
    if (epoch !== this.epoch || Number(seq) < first - 1)
      return this.#body('data: {"type":"turnstream.reset"}\n\n', true, signal, turnId);
    const backlog = this.log
      .filter((entry) => entry.seq > Number(seq))
      .map((entry) => frame(this.epoch, entry));
    return this.#body(
      `${backlog.join('')}data: {"type":"turnstream.live"}\n\n`,
      turnId === '',
      signal,
      turnId,
    );
  }

  #body(text: string, isOver: boolean, signal: AbortSignal, turnId: string): Response {
    let reader: Reader | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const leave = (): void => void this.#readers.delete(reader!);
        reader = {
          send: (bytes) => controller.enqueue(bytes),
          close: () => (leave(), controller.close()),
          fail: () => (leave(), controller.error(new TypeError('network error'))),
        };
        if (text !== '') controller.enqueue(encoder.encode(text));
        if (isOver) return controller.close();
        this.#readers.add(reader);
        signal.addEventListener('abort', () => this.#readers.has(reader!) && reader!.fail());
      },
      cancel: () => void this.#readers.delete(reader!),
    });
    return new Response(body, {
      headers: { 'content-type': 'text/event-stream', 'turnstream-turn': turnId },
    });
  }

  #cancel(turnId: string): Response {
    if (this.turn?.id !== turnId) return refusal(404, { code: 'not_found' });
    this.end('cancelled');
    return Response.json({ status: this.turn.status });
  }

  #claim({ item_id: itemId, claim_id: claimId }: Claiming): Response {
    const granted = !this.answers.has(itemId) && (this.claimed.get(itemId) ?? claimId) === claimId;
    if (granted) this.claimed.set(itemId, claimId);
    return Response.json({ granted, status: this.answers.has(itemId) ? 'answered' : 'pending' });
  }

  #output(request: Seen, signal: AbortSignal): Response {
    const {
      call_id: _callId,
      item_id: itemId,
      ...output
    } = request.params as { call_id: string; item_id: string };
    const known = this.answers.get(itemId);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(output))
      return refusal(409, { code: 'already_answered' });
    if (known === undefined) this.#ticks(itemId, output);
    if (this.isInline || this.#pending.length > 0) return Response.json({ status: 'accepted' });
    return this.#start(request, signal);
  }

  #ticks(itemId: string, output: unknown): void {
    this.answers.set(itemId, output);
    const item = this.#pending.find(({ id }) => id === itemId)!;
    this.emit({ type: 'turnstream.call_ended', item_id: item.id, call_id: item.call_id, status: 'answered' });
  }

  get #pending(): Extract<ThreadItem, { type: 'client_tool_call' }>[] {
    return this.#view.items.flatMap(({ item }) =>
      item.type === 'client_tool_call' && item.status === 'pending' ? [item] : [],
    );
  }

  #thread(): object {
    const { thread, items, lock, undone } = this.#view;
    const isRunning = this.turn?.status === 'running';
    const turnstream: DurableState = {
      position: this.position,
      turn: this.turn,
      items: isRunning ? items.slice(this.#before).map(({ item }) => item) : [],
      effects: this.log.flatMap(({ seq, event }) =>
        event.type === 'client_effect' && (event.replay ?? 'skip') !== 'skip'
          ? [{ ...event, id: `${this.epoch}.${seq}` }]
          : [],
      ),
    };
    if (lock !== null) turnstream.lock = [...lock];
    turnstream.undone = [...undoneOf(undone)];
    const stored = items.filter(({ status }) => status === 'done').map(({ item }) => item);
    return structuredClone({
      id: 't1',
      created_at: '',
      ...thread,
      items: { data: stored, has_more: false },
      turnstream,
    });
  }
}

function undoneOf(undone: ThreadView['undone']): Set<string> {
  const ids = new Set<string>();
  for (const { item_id: id, is_undone: isUndone } of undone) ids.delete(id), isUndone && ids.add(id);
  return ids;
}

export function frame(epoch: string, { seq, event }: Entry): string {
  return `id: ${epoch}.${seq}\ndata: ${JSON.stringify(event)}\n\n`;
}

export function delta(itemId: string, text: string): ThreadStreamEvent {
  return {
    type: 'thread.item.updated',
    item_id: itemId,
    update: { type: 'assistant_message.content_part.text_delta', content_index: 0, delta: text },
  };
}

export function textOf(items: readonly ThreadItem[]): string {
  return items
    .flatMap((item) => (item.type === 'assistant_message' ? item.content.map(({ text }) => text) : []))
    .join('|');
}

function refusal(status: number, error: object): Response {
  return Response.json({ error }, { status });
}
