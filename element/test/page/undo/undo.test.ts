// @vitest-environment happy-dom
// Undo in two pages of one browser: what each page shows, sends, stores and announces.
import { beforeEach, expect, test, vi } from 'vitest';
import type { ChatEvents, Inverse } from '../../../src/api/events.ts';
import { EventQueue } from '../../../src/page/event_queue.ts';
import { Undo, type UndoState } from '../../../src/page/undo/undo.ts';
import type { Session } from '../../../src/session/session.ts';
import { english } from '../../../src/ui/i18n/strings.ts';
import { DurableServer } from '../../session/support/durable_server.ts';
import { FakeBrowser, FakePlatform } from '../../session/support/fake_platform.ts';
import { created, done, input, Scripted, said, stream } from '../../session/support/scripted.ts';
import { Tab } from '../../session/support/tab.ts';

beforeEach(() => localStorage.clear());

async function ticks(times = 1): Promise<void> {
  for (let at = 0; at < times; at++) await new Promise((resolve) => setTimeout(resolve));
}

/** The storage key of the changes of this thread. */
const keyOf = (threadId: string): string =>
  Object.keys(localStorage).find((key) => key.endsWith(`:${threadId}`))!;

class Page {
  readonly heard: string[] = [];
  readonly said: string[] = [];
  readonly failures: (Error & { code?: string })[] = [];
  rows: ReadonlyMap<string, UndoState> = new Map();
  undo: Undo;
  readonly session: Session;
  energy = 50;

  constructor(session: Session) {
    this.session = session;
    this.undo = new Undo(
      {
        strings: english,
        options: { api: { url: '/chatkit' } },
        session,
        root: () => document.createElement('div').attachShadow({ mode: 'open' }),
        announce: (words) => void this.said.push(words),
        changed: () => void queueMicrotask(() => this.undo.follow()),
        pageFailed: (error) => void this.failures.push(error as Error),
      },
      (rows) => void (this.rows = rows),
    );
    session.subscribe(() => this.follow());
    this.undo.follow();
  }
  follow(): void {
    this.undo.follow();
    const words = this.undo.say(null);
    if (words !== null) this.said.push(words);
  }
  /** The page's handler of all effects. */
  readonly hear = ({ name, data, undoWith }: ChatEvents['effect']): void => {
    this.heard.push(name);
    const before = this.energy;
    this.energy = data!['energy'] as number;
    undoWith({ data: { energy: before } });
  };
  /** By message: the label of its button, and a mark for the note. */
  get shown(): Record<string, string> {
    return Object.fromEntries(
      [...this.rows].map(([id, { kind }]) => [
        id,
        { undo: 'Undo changes', redo: 'Redo changes *', undone: '*' }[kind],
      ]),
    );
  }
}

function open(server: DurableServer, browser = new FakeBrowser()): { tab: Tab; page: Page } {
  const tab = new Tab(server, new FakePlatform(browser));
  const page = new Page(tab.session);
  tab.onEmit = ({ name, detail }) => name === 'effect' && page.hear(detail as ChatEvents['effect']);
  return { tab, page };
}

async function answered(tab: Tab, server: DurableServer, ...energies: number[]): Promise<void> {
  server.onTurn = () => {
    for (const energy of energies)
      server.emit({ type: 'client_effect', name: 'set', data: { energy }, replay: 'latest' });
    server.emit(done(server.message('Done.')));
    server.end();
  };
  await tab.session.send(input('x'));
  await tab.session.whenIdle();
  await ticks();
}

const undo = async (tab: Tab, page: Page, isUndone = true): Promise<void> => {
  await page.undo.run(isUndone);
  await tab.session.whenIdle();
  await ticks();
};

test('changes are undone and made again through the server, turn by turn', async () => {
  const server = new DurableServer();
  const { tab, page } = open(server);
  await answered(tab, server, 60, 70);
  await answered(tab, server, 80);
  expect([page.energy, page.shown]).toEqual([80, { u3: 'Undo changes' }]);
  await undo(tab, page);
  expect([page.energy, page.shown]).toEqual([70, { u3: 'Redo changes *', u1: 'Undo changes' }]);
  await undo(tab, page);
  expect([page.energy, page.shown]).toEqual([50, { u1: 'Redo changes *', u3: '*' }]);
  await expect(page.undo.run(true)).rejects.toThrow('There is nothing to undo');
  await undo(tab, page, false);
  await undo(tab, page, false);
  expect([page.energy, page.shown]).toEqual([80, { u3: 'Undo changes' }]);
  await expect(page.undo.run(false)).rejects.toThrow('There is nothing to redo');
  const sent = server.requests.filter(({ type }) => type === 'turns.undo');
  expect(sent[1]!.params).toEqual({
    thread_id: 't1',
    item_id: 'u1',
    is_undone: true,
    effects: [
      { name: 'set', data: { energy: 60 }, replay: 'latest' },
      { name: 'set', data: { energy: 50 }, replay: 'latest' },
    ],
  });
  expect(sent.every(({ key }) => key !== null)).toBe(true);
  expect(tab.names('response').length).toBe(12);
  expect(page.said).toEqual(['Changes undone', 'Changes undone', 'Changes redone', 'Changes redone']);
});

test('changes before `clearUndo` stay, and later ones can be undone, in each tab', async () => {
  const server = new DurableServer();
  const browser = new FakeBrowser();
  const { tab, page } = open(server, browser);
  const other = open(server, browser);
  await answered(tab, server, 55);
  await other.tab.session.openThread('t1');
  server.onTurn = () =>
    server.emit({ type: 'client_effect', name: 'set', data: { energy: 60 }, replay: 'latest' });
  await tab.session.send(input('x'));
  await vi.waitFor(() => expect([page.energy, other.page.energy]).toEqual([60, 60]), 60_000);
  page.undo.clear();
  server.emit({ type: 'client_effect', name: 'set', data: { energy: 70 }, replay: 'latest' });
  server.end();
  await tab.session.whenIdle();
  await ticks(5);
  for (const one of [page, other.page]) expect(Object.values(one.shown)).toEqual(['Undo changes']);
  await undo(tab, page);
  await ticks(5);
  for (const one of [page, other.page]) {
    expect(one.energy).toBe(60);
    await expect(one.undo.run(true)).rejects.toThrow('There is nothing to undo');
  }
});

test('an undo is over when its response is, so that a redo can follow at once', async () => {
  const server = new DurableServer();
  const { tab, page } = open(server);
  await answered(tab, server, 60);
  server.isUndoHeld = true;
  const over = vi.fn();
  const undoing = page.undo.run(true).then(over);
  await vi.waitFor(() => expect(page.energy).toBe(50), 60_000);
  await vi.waitFor(() => expect(page.said).toContain('Changes undone'), 60_000);
  expect(over).not.toHaveBeenCalled();
  server.end();
  await undoing;
  server.isUndoHeld = false;
  await page.undo.run(false);
  expect(page.energy).toBe(60);
});

test('a response that runs is not disturbed, and says so', async () => {
  const server = new DurableServer();
  const { tab, page } = open(server);
  await answered(tab, server, 60);
  server.onTurn = () => undefined;
  await tab.session.send(input('y'));
  await expect(page.undo.run(true)).rejects.toMatchObject({ code: 'busy' });
  expect(page.rows.get('u1')?.isBusy).toBe(true);
  server.end();
  await tab.session.whenIdle();
  expect(page.rows.get('u1')?.isBusy).toBe(false);
});

test('another tab changes with it, keeps no inverse of what was an undo, and can make it again', async () => {
  const server = new DurableServer();
  const browser = new FakeBrowser();
  const one = open(server, browser);
  await answered(one.tab, server, 60);
  const two = open(server, browser);
  await two.tab.session.openThread('t1');
  expect([two.page.energy, two.page.shown]).toEqual([60, { u1: 'Undo changes' }]);
  await undo(one.tab, one.page);
  await ticks(5);
  expect([two.page.energy, two.page.shown]).toEqual([50, { u1: 'Redo changes *' }]);
  await undo(two.tab, two.page, false);
  await ticks(5);
  one.page.follow();
  expect([one.page.energy, one.page.shown]).toEqual([60, { u1: 'Undo changes' }]);
});

test('a later page has the inverses of an earlier one, and one on another device the marks', async () => {
  const server = new DurableServer();
  const first = open(server);
  await answered(first.tab, server, 60);
  first.tab.session.close();
  const later = open(server);
  await later.tab.session.openThread('t1');
  expect(later.page.shown).toEqual({ u1: 'Undo changes' });
  await undo(later.tab, later.page);
  expect(later.page.energy).toBe(50);
  localStorage.clear();
  const device = open(server);
  await device.tab.session.openThread('t1');
  expect(device.page.shown).toEqual({ u1: '*' });
});

test('the changes of a retried answer stay, and are undone with those of the new one', async () => {
  const server = new DurableServer();
  const { tab, page } = open(server);
  await answered(tab, server, 60);
  await answered(tab, server, 70);
  server.onTurn = () => {
    for (const id of ['a2', 'u3', 'a4']) server.emit({ type: 'thread.item.removed', item_id: id });
    server.emit({ type: 'client_effect', name: 'set', data: { energy: 90 } });
    server.end();
  };
  await tab.session.retry('u1');
  await tab.session.whenIdle();
  await ticks();
  expect(page.shown).toEqual({ u1: 'Undo changes' });
  await undo(tab, page);
  expect([page.energy, page.shown]).toEqual([50, { u1: 'Redo changes *' }]);
});

test('undone and answered again: the new changes can be undone, the old ones not made again', async () => {
  const server = new DurableServer();
  const { tab, page } = open(server);
  await answered(tab, server, 60);
  await undo(tab, page);
  server.onTurn = () => {
    server.emit({ type: 'client_effect', name: 'set', data: { energy: 90 } });
    server.end();
  };
  const said = [...page.said];
  await tab.session.retry('u1');
  await tab.session.whenIdle();
  await ticks();
  expect([page.shown, page.said]).toEqual([{ u1: 'Undo changes' }, said]);
  const later = open(server);
  await later.tab.session.openThread('t1');
  expect(later.page.shown).toEqual({ u1: 'Undo changes' });
  const heard = page.heard.length;
  await undo(tab, page);
  expect([page.energy, page.heard.length - heard]).toEqual([50, 1]);
  await undo(tab, page, false);
  expect([page.energy, page.shown]).toEqual([90, { u1: 'Undo changes' }]);
});

test('after undo and a new answer without changes, nothing can be undone or redone', async () => {
  const server = new DurableServer();
  const browser = new FakeBrowser();
  const { tab, page } = open(server, browser);
  await answered(tab, server, 60);
  const other = open(server, browser);
  await other.tab.session.openThread('t1');
  await undo(tab, page);
  server.onTurn = () => server.end();
  await tab.session.retry('u1');
  await tab.session.whenIdle();
  await ticks(5);
  for (const one of [page, other.page]) {
    expect([one.energy, one.shown]).toEqual([50, {}]);
    await expect(one.undo.run(false)).rejects.toThrow('There is nothing to redo');
  }
});

test('a message that is gone, or was redone by another device, is not redone here', async () => {
  const server = new DurableServer();
  const { tab, page } = open(server);
  await answered(tab, server, 60);
  await answered(tab, server, 70);
  await undo(tab, page);
  const history = localStorage.getItem(keyOf('t1'))!;
  await undo(tab, page, false);
  localStorage.setItem(keyOf('t1'), history);
  page.follow();
  await expect(page.undo.run(false)).rejects.toThrow('There is nothing to redo');
  const gone = { ...JSON.parse(history), undone: [{ itemId: 'u9', entries: [] }] };
  server.emit({ type: 'turnstream.undone', item_id: 'u9', is_undone: true });
  localStorage.setItem(keyOf('t1'), JSON.stringify(gone));
  await tab.session.refresh();
  page.follow();
  await expect(page.undo.run(false)).rejects.toThrow('There is nothing to redo');
});

test('what a button changes in an answer that was undone can be undone too, and made again', async () => {
  const server = new DurableServer();
  const { tab, page } = open(server);
  await answered(tab, server, 60);
  await undo(tab, page);
  server.onTurn = () => (
    server.emit({ type: 'client_effect', name: 'set', data: { energy: 70 } }), server.end()
  );
  await tab.session.sendCustomAction({ type: 'more' });
  await tab.session.whenIdle();
  await ticks();
  expect([page.energy, page.shown]).toEqual([70, { u1: 'Undo changes' }]);
  await undo(tab, page);
  expect([page.energy, page.shown, tab.errors()]).toEqual([50, { u1: 'Redo changes *' }, []]);
  await undo(tab, page, false);
  expect([page.energy, page.shown, tab.errors()]).toEqual([70, { u1: 'Undo changes' }, []]);
});

test('what another device has undone is not undone again, and is looked at', async () => {
  const server = new DurableServer();
  const one = open(server);
  await answered(one.tab, server, 60);
  const two = open(server);
  await two.tab.session.openThread('t1');
  const key = keyOf('t1');
  const history = localStorage.getItem(key)!;
  await undo(one.tab, one.page);
  localStorage.setItem(key, history);
  await undo(two.tab, two.page);
  await ticks(5);
  expect(two.tab.errors().map(({ code }) => code)).toEqual(['conflict']);
  expect([two.page.energy, two.page.shown]).toEqual([50, { u1: 'Redo changes *' }]);
});

test('a page that goes away in the middle of a response keeps what it was told', async () => {
  const server = new DurableServer();
  const { tab } = open(server);
  server.onTurn = () => server.emit({ type: 'client_effect', name: 'set', data: { energy: 60 } });
  await tab.session.send(input('x'));
  await ticks();
  dispatchEvent(new Event('pagehide'));
  server.end();
  const later = open(server);
  await later.tab.session.openThread('t1');
  expect(later.page.shown).toEqual({ u1: 'Undo changes' });
});

test('on an official server the page alone is changed, and the mark is kept', async () => {
  const effect = (energy: number) => ({ type: 'client_effect' as const, name: 'set', data: { energy } });
  const scripted = new Scripted(stream(created, done(said('u1')), effect(60), effect(70)));
  const page = new Page(scripted.session);
  scripted.onEmit = ({ name, detail }) => name === 'effect' && page.hear(detail as ChatEvents['effect']);
  await scripted.session.send(input('x'));
  await scripted.session.whenIdle();
  expect(page.shown).toEqual({ u1: 'Undo changes' });
  await page.undo.run(true);
  await ticks();
  expect([page.energy, page.shown, page.said]).toEqual([50, { u1: 'Redo changes *' }, ['Changes undone']]);
  await page.undo.run(false);
  await ticks();
  expect([page.energy, page.shown]).toEqual([70, { u1: 'Undo changes' }]);
  expect(scripted.requests.length).toBe(1);
});

test('on an official server a turn is marked after its effects, and not undone twice', async () => {
  const effect = { type: 'client_effect' as const, name: 'set', data: { energy: 60 } };
  const scripted = new Scripted(stream(created, done(said('u1')), effect));
  const page = new Page(scripted.session);
  scripted.onEmit = ({ name, detail }) => name === 'effect' && page.hear(detail as ChatEvents['effect']);
  await scripted.session.send(input('x'));
  await scripted.session.whenIdle();
  let isHad: () => void = () => undefined;
  scripted.delivered = () => new Promise((resolve) => (isHad = resolve));
  const undoing = page.undo.run(true);
  await ticks();
  expect([page.energy, page.shown, page.said]).toEqual([50, { u1: 'Undo changes' }, []]);
  const twice = expect(page.undo.run(true)).rejects.toMatchObject({ code: 'nothing_to_undo' });
  // The person opens another thread meanwhile: the mark belongs to the first one.
  await scripted.session.openThread(null);
  isHad();
  await undoing;
  await twice;
  expect(page.heard).toEqual(['set', 'set']);
  scripted.delivered = () => Promise.resolve();
  expect(JSON.parse(localStorage.getItem(keyOf('t1'))!)).toMatchObject({
    made: [],
    undone: [{ itemId: 'u1' }],
  });
});

test.each(['official', 'durable'])(
  'inverses of one name all come where effects come with the frames: %s',
  async (kind) => {
    const server = new DurableServer();
    const effects = ['show_a', 'hide_b'].map((name) => ({ type: 'client_effect' as const, name }));
    server.onTurn = () => (server.emit(...effects), server.end());
    const one =
      kind === 'durable' ? new Tab(server) : new Scripted(stream(created, done(said('u1')), ...effects));
    const page = new Page(one.session);
    const target = new EventTarget();
    const queue = new EventQueue(
      target,
      () => ({ effects: { '*': { schedule: 'frame' } } }),
      () => undefined,
    );
    const heard: unknown[] = [];
    target.addEventListener('chatkit.effect', (event) => {
      const { name, data, undoWith } = (event as CustomEvent<ChatEvents['effect']>).detail;
      heard.push(data ?? name);
      undoWith({ name: 'restore', data: { name } });
    });
    one.onEmit = ({ name, detail }, key) => queue.emit(name, detail as never, key);
    one.delivered = () => queue.delivered();
    await one.session.send(input('x'));
    await one.session.whenIdle();
    await queue.delivered();
    await page.undo.run(true);
    await one.session.whenIdle();
    await queue.delivered();
    expect(heard).toEqual(['show_a', 'hide_b', { name: 'hide_b' }, { name: 'show_a' }]);
  },
);

test('a follower of an undo gets each of its effects, and none replaces another', async () => {
  const server = new DurableServer();
  const browser = new FakeBrowser();
  const { tab } = open(server, browser);
  await answered(tab, server, 80);
  server.onTurn = () => undefined;
  await tab.session.send(input('more'));
  const other = new Tab(server, new FakePlatform(browser));
  const places: (string | undefined)[] = [];
  other.onEmit = ({ name }, key) => name === 'effect' && places.push(key);
  await other.session.openThread('t1');
  const effect = { type: 'client_effect' as const, name: 'restore' };
  places.length = 0;
  server.emit({ type: 'turnstream.undone', item_id: 'u1', is_undone: true }, effect, effect);
  server.end();
  await other.session.whenIdle();
  expect(new Set(places).size).toBe(2);
});

test('on an official server too, the first `undoWith` counts, in the order of effects', async () => {
  const effect = (name: string) => ({ type: 'client_effect' as const, name });
  const scripted = new Scripted(stream(created, done(said('u1')), effect('a'), effect('b')));
  const page = new Page(scripted.session);
  const details: ChatEvents['effect'][] = [];
  scripted.onEmit = ({ name, detail }) => name === 'effect' && details.push(detail as ChatEvents['effect']);
  await scripted.session.send(input('x'));
  await scripted.session.whenIdle();
  details[1]!.undoWith({ name: 'unb', data: { energy: 1 } });
  await ticks();
  details[1]!.undoWith({ name: 'twice', data: { energy: 2 } });
  details[0]!.undoWith({ name: 'una', data: { energy: 3 } });
  details[0]!.undoWith({ name: 'twice', data: { energy: 4 } });
  await ticks();
  details.length = 0;
  await page.undo.run(true);
  expect(details.map(({ name }) => name)).toEqual(['unb', 'una']);
});

test('a handler may say it later, once, and may change what it gave', async () => {
  const server = new DurableServer();
  const tab = new Tab(server);
  const page = new Page(tab.session);
  await answered(tab, server, 60);
  expect(page.shown).toEqual({});
  const given = { data: { energy: 50 } };
  tab.details('effect')[0]!.undoWith(given);
  given.data.energy = 0;
  tab.details('effect')[0]!.undoWith({ data: { energy: 1 } });
  await ticks();
  expect(page.shown).toEqual({ u1: 'Undo changes' });
  await undo(tab, page);
  expect(tab.details('effect').at(-1)).toMatchObject({ name: 'set', data: { energy: 50 } });
  tab
    .details('effect')
    .at(-1)!
    .undoWith({ data: { energy: 7 } });
  await ticks();
  expect(page.shown).toEqual({ u1: 'Redo changes *' });
});

test('what is said late, and in any order, is undone in the order of the effects', async () => {
  const server = new DurableServer();
  const tab = new Tab(server);
  const page = new Page(tab.session);
  await answered(tab, server, 60, 70, 80);
  for (const at of [1, 2, 0]) {
    tab.details('effect')[at]!.undoWith({ name: `un${at}` });
    await ticks();
  }
  tab.emitted.length = 0;
  await undo(tab, page);
  expect(tab.details('effect').map(({ name }) => name)).toEqual(['un2', 'un1', 'un0']);
});

test('an inverse may hold the state of a reactive page', async () => {
  const server = new DurableServer();
  const tab = new Tab(server);
  const page = new Page(tab.session);
  await answered(tab, server, 60);
  tab.details('effect')[0]!.undoWith({ data: new Proxy({ energy: 50, list: new Proxy([1], {}) }, {}) });
  await undo(tab, page);
  expect(tab.details('effect')[1]).toMatchObject({ name: 'set', data: { energy: 50, list: [1] } });
});

test('what cannot be kept or sent is reported in words, and harms nothing', async () => {
  const server = new DurableServer();
  const tab = new Tab(server);
  const page = new Page(tab.session);
  const round: Record<string, unknown> = {};
  round['self'] = round;
  const wrong: unknown[] = [
    { data: round },
    { data: { n: 1n } },
    { data: [1] },
    { data: 'x' },
    { name: 1 },
    'remove',
    null,
  ];
  await answered(tab, server, 60, ...wrong.map((_one, at) => at));
  tab.details('effect')[0]!.undoWith();
  wrong.forEach((inverse, at) => tab.details('effect')[at + 1]!.undoWith(inverse as Inverse));
  await ticks();
  expect(page.failures.map(({ code }) => code)).toEqual(wrong.map(() => 'undo_with'));
  expect(page.failures[0]!.message).toContain('undoWith of the effect "set"');
  tab.emitted.length = 0;
  await undo(tab, page);
  expect(tab.details('effect').map(({ data }) => data)).toEqual([undefined]);
});

test('a detail can be cloned, as pages do that pass it on', async () => {
  const server = new DurableServer();
  const { tab } = open(server);
  await answered(tab, server, 60);
  expect(structuredClone(tab.details('effect')[0])).toEqual({ name: 'set', data: { energy: 60 }, id: 'e.4' });
});

test('a browser that keeps nothing undoes all the same, until the page is gone', async () => {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'localStorage')!;
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get: () => {
      throw new DOMException('no', 'SecurityError');
    },
  });
  try {
    const server = new DurableServer();
    const { tab, page } = open(server);
    await answered(tab, server, 60);
    await undo(tab, page);
    expect([page.energy, page.shown]).toEqual([50, { u1: 'Redo changes *' }]);
  } finally {
    Object.defineProperty(globalThis, 'localStorage', descriptor);
  }
});

test('twenty threads are kept, and what another version wrote is passed over', async () => {
  const { UndoStorage } = await import('../../../src/page/undo/undo_storage.ts');
  const storage = new UndoStorage('/chatkit');
  const history = {
    made: [{ id: 'e.1', itemId: 'u1', effect: { name: 'a' }, inverse: {} }],
    undone: [],
    gone: '',
    lost: null,
  };
  for (let at = 0; at < 30; at++) storage.put(`t${at}`, history);
  expect(Object.keys(localStorage).filter((key) => key.startsWith('turnstream:undo:')).length).toBe(20);
  expect(storage.open('t29')).toEqual(history);
  storage.forget('t29');
  expect(storage.open('t29').made).toEqual([]);
  const key = keyOf('t28');
  for (const text of [
    'no json',
    'null',
    '{}',
    '{"made":[{}],"undone":[]}',
    '{"made":[],"undone":[{}]}',
    '[]',
  ]) {
    localStorage.setItem(key, text);
    expect(storage.open('t28').made, text).toEqual([]);
  }
});
