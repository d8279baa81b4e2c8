import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DurableServer, delta } from './support/durable_server.ts';
import { FakeBrowser, FakePlatform } from './support/fake_platform.ts';
import { added, answer, done, input } from './support/scripted.ts';
import { Tab } from './support/tab.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const tick = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const responseEvents = ['response.start', 'response.end'];

/** Tabs that show the same idle thread. */
async function tabs(server: DurableServer, count: number, browser = new FakeBrowser()): Promise<Tab[]> {
  const all = Array.from({ length: count }, () => new Tab(server, new FakePlatform(browser)));
  for (const tab of all) await tab.session.openThread('t1');
  return all;
}

async function answering(tab: Tab, server: DurableServer): Promise<string> {
  void tab.session.send(input('hello'));
  await tick();
  const message = server.message();
  server.emit(added(message), delta(message.id, 'One'));
  await tick();
  return message.id;
}

test('a turn of one tab shows live in the others, which can stop it; none stays connected', async () => {
  const server = new DurableServer();
  const all = await tabs(server, 3);
  expect(server.readerCount).toBe(0);
  const a = await answering(all[0]!, server);
  server.emit(delta(a, ' two'));
  await tick();
  expect(all.map(({ text }) => text)).toEqual(['One two', 'One two', 'One two']);
  expect(all.map(({ ids }) => ids)).toEqual([
    ['u1', a],
    ['u1', a],
    ['u1', a],
  ]);
  const { length } = server.requests;
  all[2]!.session.stop();
  await tick();
  expect(server.types.slice(length)).toEqual(['turns.cancel']);
  expect(all.map(({ view }) => [view.phase, view.stopped])).toEqual(all.map(() => ['idle', true]));
  expect(all.map((tab) => tab.names('response'))).toEqual([responseEvents, responseEvents, responseEvents]);
  expect(server.readerCount).toBe(0);
});

test('a tab that shows another thread, or nothing, does not listen', async () => {
  const server = new DurableServer();
  const [one, other] = await tabs(server, 2);
  await other!.session.openThread(null);
  const { length } = server.requests;
  await answering(one!, server);
  expect(server.types.slice(length)).toEqual(['threads.add_user_message']);
  expect(other!.names('response')).toEqual([]);
});

test('a turn that begins before the last one is read to its end is not missed', async () => {
  const server = new DurableServer();
  const [one, other] = await tabs(server, 2);
  await answering(one!, server);
  server.faults.push(
    (_request, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  );
  other!.platform.say('online');
  server.end();
  await tick();
  expect(one!.view.phase).toBe('idle');
  await answering(one!, server);
  expect(other!.view.phase).toBe('responding');
  await tick(45_001);
  await tick(1);
  server.end();
  await tick(1);
  expect(other!.ids).toEqual(one!.ids);
  expect(other!.view.phase).toBe('idle');
});

test('a turn that begins before the end of the last one is read is not missed', async () => {
  const server = new DurableServer();
  server.begin();
  server.emit(done(server.user('hello')));
  const browser = new FakeBrowser();
  const [tab] = await tabs(server, 1, browser);
  await tick();
  server.end();
  const turnId = server.begin();
  server.emit(done(server.user('next')));
  for (const { receive } of browser.tabs) receive({ kind: 'turn', threadId: 't1', turnId });
  await tick();
  expect(tab!.ids).toEqual(['u1', 'u2']);
  expect(tab!.view.phase).toBe('responding');
});

test('a turn that begins while the thread is being loaded is not missed', async () => {
  const server = new DurableServer();
  const browser = new FakeBrowser();
  const [one] = await tabs(server, 1, browser);
  const late = new Tab(server, new FakePlatform(browser));
  let release: () => void = () => undefined;
  server.faults.push((request, signal) => {
    const before = server.answer(request, signal);
    return new Promise((resolve) => (release = () => resolve(before)));
  });
  void late.session.openThread('t1');
  await answering(one!, server);
  release();
  await tick();
  expect(late.text).toBe('One');
  expect(late.view.phase).toBe('responding');
});

test('an error is gone when the turn that is shown ended well elsewhere', async () => {
  const server = new DurableServer();
  const [one, other] = await tabs(server, 2);
  await answering(one!, server);
  server.end('failed');
  await tick();
  expect(other!.view.error).toMatchObject({ code: 'stream.error' });
  other!.platform.say('hidden');
  void one!.session.retry('u1');
  await tick();
  server.emit(done(answer('better')));
  server.end();
  await tick();
  other!.platform.say('shown');
  await tick();
  expect(other!.ids.at(-1)).toBe('better');
  expect(other!.view.error).toBeNull();
});

test('the error of a message that was not sent stays with it', async () => {
  const server = new DurableServer();
  const [one, other] = await tabs(server, 2);
  server.faults.push(() => new Response('<p>', { headers: { 'content-type': 'text/html' } }));
  void other!.session.send(input('unsent'));
  await tick();
  other!.platform.say('hidden');
  await answering(one!, server);
  server.end();
  await tick();
  other!.platform.say('shown');
  await tick();
  expect(other!.view).toMatchObject({
    error: { code: 'bad_response' },
    items: [{}, {}, { status: 'failed' }],
  });
});

test('a hidden tab looks only when it is seen', async () => {
  const server = new DurableServer();
  const [one, hidden] = await tabs(server, 2);
  hidden!.platform.say('hidden');
  const a = await answering(one!, server);
  expect(hidden!.text).toBe('');
  expect(server.readerCount).toBe(1);
  hidden!.platform.say('shown');
  await tick();
  server.emit(delta(a, ' two'));
  await tick();
  expect(hidden!.text).toBe('One two');
});

test('a hidden watcher closes its connection after 30 s, and reconnects when shown', async () => {
  const server = new DurableServer();
  const [one, other] = await tabs(server, 2);
  const a = await answering(one!, server);
  expect(server.readerCount).toBe(2);
  other!.platform.say('hidden');
  await tick(29_999);
  expect(server.readerCount).toBe(2);
  await tick(1);
  await tick(60_000);
  expect(server.readerCount).toBe(1);
  server.emit(delta(a, ' two'));
  expect(other!.view).toMatchObject({ phase: 'responding', connection: 'live' });
  other!.platform.say('shown');
  await tick();
  expect(other!.text).toBe('One two');
  server.end();
  await tick();
  expect(other!.names('response')).toEqual(responseEvents);
});

test('a tab that rests in hiding hears of the end', async () => {
  const server = new DurableServer();
  const [one, other] = await tabs(server, 2);
  await answering(one!, server);
  other!.platform.say('hidden');
  await tick(31_000);
  server.end();
  await tick();
  expect(one!.view.phase).toBe('idle');
  expect(other!.view.phase).toBe('idle');
  expect(other!.names('response')).toEqual(responseEvents);
});

test('a tab that watches stays away as well when its 30 s are over while it has no connection', async () => {
  const server = new DurableServer();
  const [one, other] = await tabs(server, 2);
  await answering(one!, server);
  for (const tab of [one!, other!]) tab.platform.randomValue = 0.999;
  other!.platform.say('hidden');
  await tick(20_000);
  server.faults.push(
    ...Array.from({ length: 100 }, () => () => Promise.reject(new TypeError('Failed to fetch'))),
  );
  server.cut();
  await tick(11_000);
  server.faults.length = 0;
  await tick(20_000);
  expect(server.readerCount).toBe(1);
  other!.platform.say('shown');
  await tick();
  expect(server.readerCount).toBe(2);
});

test('a tab that is seen again in time never lets go; one that began the turn neither', async () => {
  const server = new DurableServer();
  const [one, other] = await tabs(server, 2);
  await answering(one!, server);
  one!.platform.say('hidden');
  other!.platform.say('hidden');
  await tick(20_000);
  server.say(': \n\n');
  other!.platform.say('shown');
  await tick(30_000);
  expect(server.readerCount).toBe(2);
  expect(server.types.filter((type) => type === 'turns.attach')).toHaveLength(1);
});

test('a tab that finds a turn running asks who looks after it', async () => {
  const server = new DurableServer();
  const browser = new FakeBrowser();
  const one = new Tab(server, new FakePlatform(browser));
  void one.session.openThread(null);
  await answering(one, server);
  const late = new Tab(server, new FakePlatform(browser));
  await late.session.openThread('t1');
  await tick();
  late.platform.say('hidden');
  one.platform.say('hidden');
  await tick(31_000);
  expect(server.readerCount).toBe(1);
});

test('where nobody looks after the turn, a hidden tab does', async () => {
  const server = new DurableServer();
  server.begin();
  server.emit(done(server.user('hello')));
  const [one] = await tabs(server, 1);
  await tick();
  one!.platform.say('hidden');
  await tick(40_000);
  expect(server.readerCount).toBe(1);
});

test('when the tab that reads a turn leaves it, one of the hidden tabs takes over', async () => {
  const server = new DurableServer();
  const [one, two, three, seen] = await tabs(server, 4);
  await answering(one!, server);
  for (const tab of [two!, three!]) tab.platform.say('hidden');
  await tick(31_000);
  expect(server.readerCount).toBe(2);
  seen!.session.close();
  server.faults.push(
    async (request, signal) => (
      await new Promise((resolve) => setTimeout(resolve, 10)), server.answer(request, signal)
    ),
  );
  await one!.session.openThread(null);
  await tick(100);
  expect(server.readerCount).toBe(2);
  await tick(31_000);
  expect(server.readerCount).toBe(1);
  server.end();
  await tick();
  expect([two!, three!].map(({ view }) => view.phase)).toEqual(['idle', 'idle']);
  expect(server.readerCount).toBe(0);
});

test('a tab that saw the one that looks after the turn leave keeps its connection in hiding', async () => {
  const server = new DurableServer();
  const [one, other] = await tabs(server, 2);
  await answering(one!, server);
  await one!.session.openThread(null);
  await tick();
  other!.platform.say('hidden');
  await tick(40_000);
  expect(server.readerCount).toBe(1);
});

test('threads that are made, renamed and deleted are news for the lists of the others', async () => {
  const server = new DurableServer();
  const [one, other] = await tabs(server, 2);
  const versions: number[] = [];
  other!.session.subscribe(() => versions.push(other!.session.threadsVersion));
  await one!.session.renameThread('t1', 'New');
  await tick();
  expect(other!.view.thread?.title).toBe('New');
  await one!.session.deleteThread('t1');
  await tick();
  expect(other!.session.threadId).toBeNull();
  void one!.session.send(input('hello'));
  await tick();
  expect(other!.session.threadsVersion).toBe(3);
  expect(versions.at(-1)).toBe(3);
  expect(one!.session.threadsVersion).toBe(0);
});

test('a title that is refused is no news', async () => {
  const server = new DurableServer();
  const [one, other] = await tabs(server, 2);
  server.faults.push(() => new Response('{}', { status: 500 }));
  await expect(one!.session.renameThread('t1', 'New')).rejects.toThrow();
  await tick();
  expect(other!.session.threadsVersion).toBe(0);
});

test('what is no message of this element is ignored', async () => {
  const server = new DurableServer();
  const browser = new FakeBrowser();
  const tab = new Tab(server, new FakePlatform(browser));
  await tab.session.openThread('t1');
  const { length } = server.requests;
  for (const message of [
    null,
    1,
    'turn',
    {},
    { kind: 'turn' },
    { kind: 'new', threadId: 't1' },
    { kind: 'turn', threadId: 1 },
  ]) {
    for (const { receive } of browser.tabs) receive(message);
  }
  await tick();
  expect(server.requests.length).toBe(length);
  expect(tab.session.threadsVersion).toBe(0);
});

test('a chat that is closed listens no more, until it is connected again', async () => {
  const server = new DurableServer();
  const [one, other] = await tabs(server, 2);
  other!.session.close();
  expect(other!.platform.listenerCount).toBe(0);
  const a = await answering(one!, server);
  expect(other!.text).toBe('');
  other!.session.connect();
  other!.session.connect();
  await other!.session.refresh();
  await tick();
  expect(other!.text).toBe('One');
  server.emit(delta(a, ' two'));
  await tick();
  expect(other!.text).toBe('One two');
});
