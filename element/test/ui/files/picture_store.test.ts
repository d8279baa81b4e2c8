import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PictureStore } from '../../../src/ui/files/picture_store.ts';

const made: string[] = [];
const revoked: string[] = [];

beforeEach(() => {
  made.length = revoked.length = 0;
  vi.spyOn(URL, 'createObjectURL').mockImplementation(() => {
    made.push(`blob:${made.length}`);
    return made.at(-1) ?? '';
  });
  vi.spyOn(URL, 'revokeObjectURL').mockImplementation((url) => void revoked.push(url));
});
afterEach(() => vi.restoreAllMocks());

const blob = (bytes = 3): Blob => ({ size: bytes }) as Blob;

test('all places share one URL, which is revoked with the last of them', async () => {
  const store = new PictureStore();
  const load = vi.fn(async () => blob());
  const [one, two] = [store.lease({ key: 'a', load }), store.lease({ key: 'a', load })];
  expect([await one.url, await two.url, load.mock.calls.length]).toEqual(['blob:0', 'blob:0', 1]);
  one.release();
  one.release();
  expect(revoked).toEqual([]);
  two.release();
  expect(revoked).toEqual(['blob:0']);
});

test('a picture that is shown again is not loaded again', async () => {
  const store = new PictureStore();
  const load = vi.fn(async () => blob());
  const first = store.lease({ key: 'a', load });
  await first.url;
  first.release();
  expect(await store.lease({ key: 'a', load }).url).toBe('blob:1');
  expect(load).toHaveBeenCalledOnce();
});

test('nobody waits for a picture that has left before it came: its request is aborted', async () => {
  const store = new PictureStore();
  let signal: AbortSignal | undefined;
  const lease = store.lease({
    key: 'a',
    load: (given) => {
      signal = given;
      return new Promise((resolve) => given.addEventListener('abort', () => resolve(blob())));
    },
  });
  lease.release();
  expect([signal?.aborted, await lease.url, made]).toEqual([true, null, []]);
});

test('what has failed is tried again by the next place, and counts for nobody', async () => {
  const store = new PictureStore();
  const failing = store.lease({ key: 'a', load: () => Promise.reject(new Error('401')) });
  await expect(failing.url).rejects.toThrow('401');
  const next = store.lease({ key: 'a', load: async () => blob() });
  failing.release();
  expect([await next.url, revoked]).toEqual(['blob:0', []]);
});

test('only so much is held of pictures that are not shown, from the newest on', async () => {
  const store = new PictureStore();
  const loads = new Map<string, number>();
  const show = async (key: string): Promise<void> => {
    const load = async (): Promise<Blob> => {
      loads.set(key, (loads.get(key) ?? 0) + 1);
      return blob(10 * 2 ** 20);
    };
    const lease = store.lease({ key, load });
    await lease.url;
    lease.release();
  };
  for (const key of ['a', 'b', 'c', 'c', 'b', 'a']) await show(key);
  expect(Object.fromEntries(loads)).toEqual({ a: 2, b: 1, c: 1 });
});
