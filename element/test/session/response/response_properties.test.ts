// Whatever the network does, a page shows the content of the log, and each message is sent exactly once.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ThreadStreamEvent } from '../../../src/protocol/wire.ts';
import { reduce } from '../../../src/session/view/reducer.ts';
import { DurableServer, delta, frame } from '../support/durable_server.ts';
import { FakeBrowser, FakePlatform } from '../support/fake_platform.ts';
import { goldenEvents } from '../support/golden.ts';
import { added, input } from '../support/scripted.ts';
import { Tab } from '../support/tab.ts';

const encoder = new TextEncoder();
const header = { 'turnstream-turn': 'turn1' };

function recorded(name: 'text_turn' | 'error_after_partial'): ThreadStreamEvent[] {
  return [
    ...goldenEvents(name),
    { type: 'client_effect', name: 'done' },
    { type: 'turnstream.turn_ended', turn_id: 'turn1', status: 'completed' },
  ];
}

type Ending = 'error' | 'end' | 'reconnect';

/** The first bytes of a stream in chunks, then silence. */
function cutBody(bytes: Uint8Array, chunkBytes: number, ending: Ending): ReadableStream<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.slice(at, at + chunkBytes));
  if (ending === 'reconnect') chunks.push(encoder.encode('data: {"type":"turnstream.reconnect"}\n\n'));
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk !== undefined) controller.enqueue(chunk);
      else if (ending === 'error') controller.error(new TypeError('network error'));
      else controller.close();
    },
  });
}

/**
 * A server whose first stream breaks after `cut` bytes, and whose later ones continue at the page's position.
 */
function breaking(
  frames: Uint8Array<ArrayBuffer>[],
  cut: number,
  chunkBytes: number,
  ending: Ending,
): Pick<DurableServer, 'fetch'> {
  const all = Uint8Array.from(frames.flatMap((bytes) => [...bytes]));
  let isFirst = true;
  const fetch = async (_url: unknown, init?: RequestInit): Promise<Response> => {
    const { type, params } = JSON.parse(String(init!.body)) as {
      type: string;
      params: { after: string | null };
    };
    if (type !== 'turns.attach' && isFirst) {
      isFirst = false;
      return new Response(cutBody(all.slice(0, cut), chunkBytes, ending), { headers: header });
    }
    if (type !== 'turns.attach') return new Response(all, { headers: header });
    const rest = frames.slice(Number(params.after?.split('.')[1] ?? 0));
    const live = encoder.encode('data: {"type":"turnstream.live"}\n\n');
    const body = [...rest.slice(0, 1), live, ...rest.slice(1)].flatMap((bytes) => [...bytes]);
    return new Response(Uint8Array.from(body), { headers: header });
  };
  return { fetch };
}

async function played(server: Pick<DurableServer, 'fetch'>): Promise<Tab> {
  const tab = new Tab(server);
  await tab.session.send(input('x'));
  await tab.session.whenIdle();
  return tab;
}

test.each(['text_turn', 'error_after_partial'] as const)(
  '%s cut at any byte and attached again looks as if it never was cut',
  async (name) => {
    const frames = recorded(name).map((event, index) =>
      encoder.encode(frame('e', { seq: index + 1, event })),
    );
    const ends = new Set(
      frames.map((_bytes, index) => frames.slice(0, index).reduce((sum, { length }) => sum + length, 0)),
    );
    const length = frames.reduce((sum, bytes) => sum + bytes.length, 0);
    const whole = await played(breaking(frames, length, length, 'end'));
    expect(whole.text.length).toBeGreaterThan(3);
    for (let cut = 0; cut < length; cut += 1) {
      const ending = ends.has(cut) ? 'reconnect' : cut % 2 === 0 ? 'error' : 'end';
      const tab = await played(breaking(frames, cut, 7 + (cut % 997), ending));
      expect(tab.view, `cut at ${cut}`).toEqual(whole.view);
      expect(
        tab.emitted.map(({ name: event }) => event),
        `cut at ${cut}`,
      ).toEqual(whole.emitted.map(({ name: event }) => event));
      tab.session.close();
    }
  },
);

type Step =
  | 'text'
  | 'effect'
  | 'cut'
  | 'hangUp'
  | 'reset'
  | 'end'
  | 'fail'
  | 'online'
  | 'send'
  | 'stop'
  | 'leave'
  | 'open'
  | 'reload'
  | 'other'
  | 'ticks';
const steps: Step[] = [
  'text',
  'effect',
  'cut',
  'hangUp',
  'reset',
  'end',
  'fail',
  'online',
  'send',
  'stop',
  'leave',
  'open',
  'reload',
  'other',
  'ticks',
];

const ticks = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Two tabs and a server, with the events that may happen to them. */
class World {
  readonly server = new DurableServer();
  readonly browser = new FakeBrowser();
  readonly gone: Tab[] = [];
  tabs = [this.#newTab(), this.#newTab()];
  #message: string | null = null;
  #effects = 0;

  #newTab(): Tab {
    return new Tab(this.server, new FakePlatform(this.browser));
  }

  async do(step: Step): Promise<void> {
    const [one, two] = this.tabs as [Tab, Tab];
    if (step === 'text') this.#grow();
    else if (step === 'effect') this.server.emit({ type: 'client_effect', name: `e${++this.#effects}` });
    else if (step === 'cut') this.server.cut();
    else if (step === 'hangUp') this.server.hangUp();
    else if (step === 'reset') this.#forget();
    else if (step === 'end') this.server.end();
    else if (step === 'fail') this.server.end('interrupted');
    else if (step === 'online') one.platform.say('online');
    else if (step === 'send') await this.#send(one);
    else if (step === 'other') await this.#send(two);
    else if (step === 'stop') one.session.stop();
    else if (step === 'leave') void one.session.openThread(null);
    else if (step === 'open') void two.session.openThread('t1');
    else if (step === 'reload') this.#reload();
    else await ticks();
  }

  async finish(): Promise<void> {
    this.server.end();
    for (const tab of this.tabs) {
      void tab.session.openThread('t1');
      tab.platform.say('online');
    }
    for (let at = 0; at < 12; at++) await ticks();
  }

  #grow(): void {
    if (this.server.turn?.status !== 'running') this.#message = null;
    else if (this.#message === null) {
      const message = this.server.message();
      this.#message = message.id;
      this.server.emit(added(message));
    } else this.server.emit(delta(this.#message, `${this.server.log.length} `));
  }

  #forget(): void {
    this.server.cut();
    this.server.log.splice(0, Math.max(0, this.server.log.length - 1));
  }

  async #send(tab: Tab): Promise<void> {
    this.#message = null;
    await Promise.race([tab.session.send(input('x')).catch(() => undefined), ticks()]);
  }

  #reload(): void {
    const [one] = this.tabs.splice(0, 1);
    one!.session.close();
    this.gone.push(one!);
    const tab = this.#newTab();
    this.tabs.unshift(tab);
    void tab.session.openThread('t1');
  }
}

test('responses alternate starts and ends, effects come once, and all tabs agree', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...steps), { maxLength: 40 }), async (plan) => {
      const world = new World();
      for (const step of plan) await world.do(step);
      await world.finish();
      for (const tab of [...world.tabs, ...world.gone]) {
        const names = tab.names('response');
        expect(names).toEqual(
          names.map((_name, index) => (index % 2 === 0 ? 'response.start' : 'response.end')),
        );
        expect(names.length % 2).toBe(0);
        const effects = tab.details('effect').map(({ name }) => name);
        expect(new Set(effects).size).toBe(effects.length);
      }
      for (const tab of world.tabs) {
        expect(tab.text).toBe(world.server.text);
        expect(tab.view).toMatchObject({ phase: 'idle', connection: 'live' });
      }
      expect(world.server.readerCount).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test('the reducer takes every event of the log for granted', () => {
  const events: ThreadStreamEvent[] = [
    { type: 'turnstream.live' },
    { type: 'turnstream.reset' },
    { type: 'turnstream.reconnect' },
  ];
  const view = goldenEvents('text_turn').reduce(
    reduce,
    reduce({} as never, { type: 'local.opened', isLoading: false }),
  );
  for (const event of events) expect(reduce(view, event)).toBe(view);
});
