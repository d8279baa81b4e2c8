// The server's lock events, as a page reads them.
import { expect, test } from 'vitest';
import { DurableServer } from '../support/durable_server.ts';
import { input } from '../support/scripted.ts';
import { Tab } from '../support/tab.ts';

const ticks = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function running(): Promise<{ server: DurableServer; tab: Tab }> {
  const server = new DurableServer();
  const tab = new Tab(server);
  await tab.session.send(input('x'));
  return { server, tab };
}

test('a lock is known before the effect that follows it, and is forgotten with its turn', async () => {
  const { server, tab } = await running();
  const seen: unknown[] = [];
  let lock: unknown;
  tab.session.subscribe(() => (lock = tab.view.lock));
  tab.onEmit = ({ name }) => name === 'effect' && seen.push(lock);
  expect(tab.view.lock).toBeNull();
  server.emit({ type: 'turnstream.lock', regions: ['map'] }, { type: 'client_effect', name: 'a' });
  server.emit({ type: 'turnstream.lock', regions: [] }, { type: 'client_effect', name: 'b' });
  server.emit({ type: 'turnstream.lock' }, { type: 'client_effect', name: 'c' });
  await ticks();
  expect(seen).toEqual([['map'], [], null]);
  server.emit({ type: 'turnstream.lock', regions: ['map'] });
  server.end();
  await tab.session.whenIdle();
  expect(tab.view.lock).toBeNull();
});

test('a page that comes into a turn locks what the turn locks now', async () => {
  const { server } = await running();
  server.emit({ type: 'turnstream.lock', regions: ['map'] });
  const tab = new Tab(server);
  await tab.session.openThread('t1');
  expect(tab.view).toMatchObject({ phase: 'responding', lock: ['map'] });
  tab.session.stop();
  await tab.session.whenIdle();
  expect(tab.view.lock).toBeNull();
  await tab.session.openThread(null);
  expect(tab.view.lock).toBeNull();
});

test('the lock is set before `response.start`, and removed before `response.end`', async () => {
  const server = new DurableServer();
  const tab = new Tab(server);
  const phases: string[] = [];
  const seen: string[] = [];
  tab.session.subscribe(() => phases.push(tab.view.phase));
  tab.onEmit = ({ name }) => name.startsWith('response') && seen.push(`${name} ${phases.at(-1)}`);
  server.onTurn = () => server.end();
  await tab.session.send(input('x'));
  await tab.session.whenIdle();
  expect(seen).toEqual(['response.start responding', 'response.end idle']);
});
