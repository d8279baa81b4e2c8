// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest';
import { BrowserPlatform } from '../../src/session/browser_platform.ts';
import type { PageEvent } from '../../src/session/platform.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  sessionStorage.clear();
});

function show(isHidden: boolean): void {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(isHidden);
  document.dispatchEvent(new Event('visibilitychange'));
}

test('tells what happens to the page, until nobody listens', () => {
  const heard: PageEvent[] = [];
  const stop = new BrowserPlatform('a').onPage((event) => heard.push(event));
  const happen = (): void => {
    globalThis.dispatchEvent(new Event('online'));
    globalThis.dispatchEvent(new Event('offline'));
    globalThis.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }));
    globalThis.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    show(true);
    show(false);
  };
  happen();
  expect(heard).toEqual(['online', 'offline', 'restored', 'hidden', 'shown']);
  stop();
  happen();
  expect(heard).toHaveLength(5);
});

test('tabs of one server hear each other, and nobody else', async () => {
  const heard: string[] = [];
  const open = (name: string, tag: string): ReturnType<BrowserPlatform['openChannel']> =>
    new BrowserPlatform(name).openChannel((message) => heard.push(`${tag} ${JSON.stringify(message)}`));
  const channels = [open('a', 'one'), open('a', 'two'), open('b', 'three')];
  channels[0]!.post({ kind: 'x' });
  await vi.waitFor(() => expect(heard).toEqual(['two {"kind":"x"}']), 60_000);
  for (const channel of channels) channel!.close();
});

test('goes without channels and locks', async () => {
  vi.stubGlobal('BroadcastChannel', undefined);
  vi.stubGlobal('navigator', { onLine: false });
  const platform = new BrowserPlatform('a');
  expect(platform.openChannel(() => undefined)).toBeNull();
  expect(platform.isOnline).toBe(false);
  let runs = 0;
  await platform.alone('call', async () => void runs++);
  expect(runs).toBe(1);
});

test('goes without channels and locks where they are forbidden', async () => {
  const forbidden = (): never => {
    throw new DOMException('opaque origin', 'SecurityError');
  };
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      constructor() {
        forbidden();
      }
    },
  );
  vi.stubGlobal('navigator', { locks: { request: async () => forbidden() } });
  const platform = new BrowserPlatform('a');
  expect(platform.openChannel(() => undefined)).toBeNull();
  let runs = 0;
  await platform.alone('call', async () => void runs++);
  expect(runs).toBe(1);
});

test('a name that is held elsewhere is left alone, and what fails inside fails once', async () => {
  const names: string[] = [];
  let lock: object | null = null;
  const request = async (
    name: string,
    options: object,
    work: (lock: object | null) => unknown,
  ): Promise<void> => {
    names.push(name);
    expect(options).toEqual({ ifAvailable: true });
    await work(lock);
  };
  vi.stubGlobal('navigator', { locks: { request } });
  const platform = new BrowserPlatform('a');
  await platform.alone('call', () => expect.fail('must not run'));
  lock = {};
  let runs = 0;
  const failing = platform.alone('call', async () => {
    runs++;
    throw new Error('inside');
  });
  await expect(failing).rejects.toThrow('inside');
  expect(runs).toBe(1);
  expect(names).toEqual(['turnstream:a:call', 'turnstream:a:call']);
});

test('keeps values per server, and goes without where nothing can be kept', () => {
  const platform = new BrowserPlatform('a');
  platform.keep('calls', '[]');
  expect(platform.recall('calls')).toBe('[]');
  expect(new BrowserPlatform('b').recall('calls')).toBeNull();
  vi.stubGlobal('sessionStorage', {
    getItem: () => {
      throw new Error('no');
    },
    setItem: () => {
      throw new Error('no');
    },
  });
  platform.keep('calls', '[1]');
  expect(platform.recall('calls')).toBeNull();
});
