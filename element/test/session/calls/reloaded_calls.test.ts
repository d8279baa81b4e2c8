// Calls across reloads and tabs.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { asking, lost, outputs, pair, pendingCall, responseEvents, tick } from '../support/calls.ts';
import type { DurableServer, Fault } from '../support/durable_server.ts';
import { FakeBrowser, FakePlatform } from '../support/fake_platform.ts';
import { answer, done } from '../support/scripted.ts';
import { Tab } from '../support/tab.ts';

// A module that is loaded already arrives without a timer.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([true, false])(
  'a call that waits in a freshly loaded thread is run (its turn runs: %s)',
  async (isRunning) => {
    const { server, call } = pendingCall(isRunning);
    const tab = new Tab(server);
    tab.onClientTool = () => ({ ok: true });
    await tab.session.openThread('t1');
    await tick();
    expect(outputs(server)).toEqual([
      { thread_id: 't1', call_id: call.call_id, item_id: call.id, result: { ok: true } },
    ]);
    server.emit(done(answer('more')));
    server.end();
    await tick();
    expect(tab.ids.at(-1)).toBe('more');
    expect(tab.names('response')).toEqual(responseEvents);
  },
);

test('a call that waits for somebody else does not make a response here', async () => {
  const { server, call } = pendingCall(false);
  server.claimed.set(call.id, 'of another tab');
  const tab = new Tab(server);
  await tab.session.openThread('t1');
  await tick();
  expect(tab.names('response')).toEqual([]);
});

/** The page of `before` after a reload of its tab. */
function reload(before: Tab, server: DurableServer): Tab {
  const platform = new FakePlatform();
  for (const [name, value] of before.platform.stored) platform.stored.set(name, value);
  return new Tab(server, platform);
}

const storedClaims = ({ platform }: Tab): unknown => JSON.parse(platform.stored.get('calls')!);

test.each([true, false])(
  'a call whose handler ran when the page was loaded again is answered, not run (in a running turn: %s)',
  async (isRunning) => {
    const { server, call } = pendingCall(isRunning);
    const before = new Tab(server);
    before.onClientTool = () => new Promise(() => undefined);
    await before.session.openThread('t1');
    await tick();
    expect(storedClaims(before)).toEqual({
      [call.id]: { claimId: server.claimed.get(call.id), state: 'running' },
    });
    const after = reload(before, server);
    after.onClientTool = () => expect.fail('must not run');
    await after.session.openThread('t1');
    await tick();
    expect(outputs(server)).toMatchObject([{ call_id: call.call_id, error: { code: 'page_gone' } }]);
    expect(storedClaims(after)).toEqual({});
    server.end();
    await tick();
    expect(after.names('response')).toEqual(responseEvents);
  },
);

test.each([false, true])(
  'a stop while a tool runs holds over a reload (in a running turn: %s)',
  async (isRunning) => {
    const { server } = pendingCall(isRunning);
    const before = new Tab(server);
    before.onClientTool = () => new Promise(() => undefined);
    await before.session.openThread('t1');
    await tick();
    before.session.stop();
    await tick();
    const after = reload(before, server);
    after.onClientTool = () => expect.fail('must not run');
    await after.session.openThread('t1');
    await tick();
    expect(outputs(server)).toEqual([]);
    expect(after.names('response')).toEqual([]);
  },
);

test.each(['cancelled', 'interrupted', 'failed'] as const)(
  'a call of a turn that was %s is not run by a page that comes later',
  async (status) => {
    const { server } = pendingCall(true);
    server.isInline = false;
    server.end(status);
    const tab = new Tab(server);
    tab.onClientTool = () => expect.fail('must not run');
    await tab.session.openThread('t1');
    await tick();
    expect(server.types).toEqual(['threads.get_by_id']);
  },
);

test('a call whose claim was granted while the page was loaded again runs in the new page', async () => {
  const { server, call } = pendingCall(true);
  const before = new Tab(server);
  before.onClientTool = () => expect.fail('must not run');
  const unheard: Fault = (request, signal) => (server.answer(request, signal), new Promise(() => undefined));
  server.faults.push(
    () => undefined as never,
    () => undefined as never,
    unheard,
  );
  await before.session.openThread('t1');
  await tick();
  const claimId = server.claimed.get(call.id);
  expect(claimId).toBeTypeOf('string');
  expect(storedClaims(before)).toEqual({ [call.id]: { claimId, state: 'claiming' } });
  const after = reload(before, server);
  after.onClientTool = () => ({ ok: true });
  await after.session.openThread('t1');
  await tick();
  expect(outputs(server)).toMatchObject([{ call_id: call.call_id, result: { ok: true } }]);
  expect(storedClaims(after)).toEqual({});
});

test.each(['claiming', 'running'])(
  'what was %s before a reload and is not granted again is left alone',
  async (state) => {
    const { server, call } = pendingCall(true);
    server.claimed.set(call.id, 'of another tab');
    const platform = new FakePlatform();
    platform.stored.set('calls', JSON.stringify({ [call.id]: { claimId: 'mine', state } }));
    const tab = new Tab(server, platform);
    tab.onClientTool = () => expect.fail('must not run');
    await tab.session.openThread('t1');
    await tick();
    expect(outputs(server)).toEqual([]);
    expect(storedClaims(tab)).toEqual({});
  },
);

test('a claim whose answer is lost is asked for again under the same id', async () => {
  const { server, tab } = pair();
  let runs = 0;
  tab.onClientTool = () => ({ run: ++runs });
  const lostGrant: Fault = (request, signal) => (server.answer(request, signal), lost(request, signal));
  server.faults.push(() => undefined as never, lostGrant);
  await asking(tab, server, 'ask');
  await tick(1000);
  expect(server.types.filter((type) => type === 'turns.claim_call')).toHaveLength(2);
  expect(outputs(server)).toMatchObject([{ result: { run: 1 } }]);
});

test('a claim that is granted after a stop runs nothing', async () => {
  const { server, tab } = pair();
  tab.onClientTool = () => expect.fail('must not run');
  let release: () => void = () => undefined;
  server.faults.push(
    () => undefined as never,
    (request, signal) => new Promise((resolve) => (release = () => resolve(server.answer(request, signal)))),
  );
  await asking(tab, server, 'ask');
  tab.session.stop();
  release();
  await tick();
  expect(outputs(server)).toEqual([]);
});

test('what was claimed in another thread stays remembered', async () => {
  const { server } = pendingCall(true);
  const platform = new FakePlatform();
  const elsewhere = { elsewhere: { claimId: 'c', state: 'running' } };
  platform.stored.set('calls', JSON.stringify(elsewhere));
  const tab = new Tab(server, platform);
  tab.onClientTool = () => ({});
  await tab.session.openThread('t1');
  await tick();
  expect(storedClaims(tab)).toEqual(elsewhere);
});

test('an answered call is not remembered', async () => {
  const { server, tab } = pair();
  tab.onClientTool = () => ({});
  await asking(tab, server, 'ask');
  expect(storedClaims(tab)).toEqual({});
});

test('what is remembered may be anything', async () => {
  for (const text of ['oops', '{"a":1}', '[1,null]', 'null', '{"call-c2":{"claimId":1,"state":"running"}}']) {
    const { server } = pendingCall(true);
    const platform = new FakePlatform();
    platform.stored.set('calls', text);
    const tab = new Tab(server, platform);
    tab.onClientTool = () => ({ ok: true });
    await tab.session.openThread('t1');
    await tick();
    expect(outputs(server)).toMatchObject([{ result: { ok: true } }]);
  }
});

test('two tabs of one browser do not both claim', async () => {
  const { server } = pendingCall(true);
  const browser = new FakeBrowser();
  let runs = 0;
  let finish: () => void = () => undefined;
  const tabs = [0, 1].map(() => new Tab(server, new FakePlatform(browser)));
  for (const tab of tabs) {
    tab.onClientTool = () => new Promise((resolve) => (runs++, (finish = () => resolve({}))));
    void tab.session.openThread('t1');
  }
  await tick();
  expect(server.types.filter((type) => type === 'turns.claim_call')).toHaveLength(1);
  finish();
  await tick();
  expect(runs).toBe(1);
  expect(tabs.map(({ view }) => view.items.at(-1)?.item)).toMatchObject([
    { status: 'completed' },
    { status: 'completed' },
  ]);
});
