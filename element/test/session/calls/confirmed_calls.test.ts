import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ClientToolCallItem } from '../../../src/protocol/wire.ts';
import { DurableServer } from '../support/durable_server.ts';
import { FakeBrowser, FakePlatform } from '../support/fake_platform.ts';
import { answer, done, input } from '../support/scripted.ts';
import { Tab } from '../support/tab.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const tick = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const responseEvents = ['response.start', 'response.end'];

/** A turn that has called tools, each with its `confirm`, and the tab that asked for the turn. */
async function asking(
  confirms: readonly unknown[],
  { isInline = true, platform = new FakePlatform() } = {},
): Promise<{ server: DurableServer; tab: Tab; calls: ClientToolCallItem[]; runs: string[] }> {
  const server = new DurableServer();
  server.isInline = isInline;
  const tab = new Tab(server, platform);
  const runs = running(tab);
  const sending = tab.session.send(input('hello'));
  await tick();
  await sending;
  const calls = confirms.map(
    (confirm, at) => ({ ...server.call(`tool${at}`), confirm }) as ClientToolCallItem,
  );
  server.emit(...calls.map(done));
  if (!isInline) server.end();
  await tick();
  return { server, tab, calls, runs };
}

function running(tab: Tab): string[] {
  const runs: string[] = [];
  tab.onClientTool = ({ name }) => (runs.push(name), { ran: name });
  return runs;
}

async function anotherTab(
  server: DurableServer,
  platform = new FakePlatform(),
): Promise<{ tab: Tab; runs: string[] }> {
  const tab = new Tab(server, platform);
  const runs = running(tab);
  await tab.session.openThread('t1');
  await tick();
  return { tab, runs };
}

const outputs = (server: DurableServer): unknown[] =>
  server.requests.filter(({ type }) => type === 'threads.add_client_tool_output').map(({ params }) => params);
const asked = (tab: Tab): string[] => tab.view.confirmations.map(({ name }) => name);

test('a call that wants a yes is neither claimed nor run before it, and others run meanwhile', async () => {
  const { server, tab, calls, runs } = await asking([true, undefined, 'Really?', false, null]);
  expect(asked(tab)).toEqual(['tool0', 'tool2']);
  expect(runs).toEqual(['tool1', 'tool3', 'tool4']);
  expect([...server.claimed.keys()]).toEqual([1, 3, 4].map((at) => calls[at]!.id));
  tab.session.decide(calls[2]!.id, true);
  expect(asked(tab)).toEqual(['tool0']);
  await tick();
  expect(runs).toEqual(['tool1', 'tool3', 'tool4', 'tool2']);
  expect(server.answers.get(calls[2]!.id)).toMatchObject({ result: { ran: 'tool2' } });
});

test('a declined call tells the model so, and its handler does not run', async () => {
  const { server, tab, calls, runs } = await asking([true]);
  tab.session.decide(calls[0]!.id, false);
  tab.session.decide(calls[0]!.id, true);
  await tick();
  expect(runs).toEqual([]);
  expect(server.types.slice(-2)).toEqual(['turns.claim_call', 'threads.add_client_tool_output']);
  const error = { code: 'declined', message: 'The user declined.' };
  expect(outputs(server)).toEqual([
    { thread_id: 't1', call_id: calls[0]!.call_id, item_id: calls[0]!.id, error },
  ]);
  expect(tab.view.items.at(-1)?.item).toMatchObject({ status: 'completed', output: { error } });
  expect(tab.errors()).toEqual([]);
});

test.each(['answered', 'expired', 'superseded'] as const)(
  'a question whose call is %s goes, and nothing runs',
  async (status) => {
    const { server, tab, calls, runs } = await asking(['Sure?']);
    server.emit({ type: 'turnstream.call_ended', item_id: calls[0]!.id, call_id: calls[0]!.call_id, status });
    await tick();
    expect(asked(tab)).toEqual([]);
    tab.session.decide(calls[0]!.id, true);
    server.emit(done(answer('end')));
    server.end();
    await tick();
    expect(runs).toEqual([]);
    expect(tab.view.phase).toBe('idle');
    expect(outputs(server)).toEqual([]);
    expect(tab.names('response')).toEqual(responseEvents);
  },
);

test.each([true, false])('a stop takes the question away (inline: %s)', async (isInline) => {
  const { server, tab, calls, runs } = await asking([true], { isInline });
  expect(tab.view).toMatchObject({ phase: 'responding', canStop: true });
  tab.session.stop();
  await tick();
  tab.session.decide(calls[0]!.id, true);
  await tick();
  expect(asked(tab)).toEqual([]);
  expect(runs).toEqual([]);
  expect(tab.view).toMatchObject({ phase: 'idle', stopped: true });
  expect(outputs(server)).toEqual([]);
});

test('either of two tabs may be the one where the person decides', async () => {
  const browser = new FakeBrowser();
  const { server, tab, calls, runs } = await asking([true], { platform: new FakePlatform(browser) });
  const other = await anotherTab(server, new FakePlatform(browser));
  expect([asked(tab), asked(other.tab)]).toEqual([['tool0'], ['tool0']]);
  other.tab.session.decide(calls[0]!.id, true);
  await tick();
  expect([asked(tab), asked(other.tab)]).toEqual([[], []]);
  expect([runs, other.runs]).toEqual([[], ['tool0']]);
  server.end();
  await tick();
  for (const each of [tab, other.tab]) expect(each.view.phase).toBe('idle');
});

test('two tabs that decide at once run it once', async () => {
  const { server, tab, calls, runs } = await asking([true]);
  const other = await anotherTab(server);
  for (const each of [tab, other.tab]) each.session.decide(calls[0]!.id, true);
  await tick();
  expect([...runs, ...other.runs]).toEqual(['tool0']);
  expect(outputs(server)).toHaveLength(1);
});

test('a confirmation is asked again after a reload, and on return to the thread', async () => {
  const { server, tab, calls } = await asking([true], { isInline: false });
  await tab.session.openThread(null);
  expect(asked(tab)).toEqual([]);
  await tab.session.openThread('t1');
  await tick();
  expect(asked(tab)).toEqual(['tool0']);
  tab.session.close();
  const { tab: fresh, runs } = await anotherTab(server, tab.platform);
  expect(asked(fresh)).toEqual(['tool0']);
  expect(fresh.view).toMatchObject({ phase: 'responding', canStop: true });
  server.onTurn = () => server.end();
  fresh.session.decide(calls[0]!.id, true);
  await tick();
  expect(runs).toEqual(['tool0']);
  expect(fresh.view.phase).toBe('idle');
  expect(fresh.names('response')).toEqual(responseEvents);
});

test('a page that is loaded again while the tool runs does not ask again', async () => {
  const { server, tab, calls } = await asking([true]);
  tab.onClientTool = () => new Promise(() => undefined);
  tab.session.decide(calls[0]!.id, true);
  await tick();
  const { tab: fresh, runs } = await anotherTab(server, tab.platform);
  expect(asked(fresh)).toEqual([]);
  expect(runs).toEqual([]);
  expect(outputs(server)).toMatchObject([{ error: { code: 'page_gone' } }]);
});

test('a page that cannot run the tool does not ask', async () => {
  const server = new DurableServer();
  const tab = new Tab(server);
  void tab.session.send(input('hello'));
  await tick();
  server.emit(done({ ...server.call(), confirm: true } as ClientToolCallItem));
  await tick();
  expect(asked(tab)).toEqual([]);
  expect(outputs(server)).toMatchObject([{ error: { code: 'no_handler' } }]);
});

test('a question without a stream goes when its call is over at the server', async () => {
  const { server, tab, calls } = await asking([true], { isInline: false });
  await tick(60_000);
  expect(asked(tab)).toEqual(['tool0']);
  expect(server.claimed.size).toBe(0);
  server.emit({
    type: 'turnstream.call_ended',
    item_id: calls[0]!.id,
    call_id: calls[0]!.call_id,
    status: 'expired',
  });
  await tick(60_000);
  expect(asked(tab)).toEqual([]);
  expect(tab.view.phase).toBe('idle');
});

test('a question whose end was missed goes when the thread is read again', async () => {
  const { server, tab, calls } = await asking([true]);
  server.cut();
  server.emit({
    type: 'turnstream.call_ended',
    item_id: calls[0]!.id,
    call_id: calls[0]!.call_id,
    status: 'expired',
  });
  server.epoch = 'f'; // The known position is not in this log.
  await tick(20_000);
  expect(asked(tab)).toEqual([]);
});

test('a message from another tab takes the question away', async () => {
  const browser = new FakeBrowser();
  const { server, tab } = await asking([true], { isInline: false, platform: new FakePlatform(browser) });
  const { tab: other } = await anotherTab(server, new FakePlatform(browser));
  other.session.stop();
  void other.session.send(input('never mind'));
  await tick();
  expect(asked(tab)).toEqual([]);
});
