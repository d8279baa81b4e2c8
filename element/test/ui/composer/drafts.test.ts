import { expect, test } from 'vitest';
import { type DraftStorage, Drafts } from '../../../src/ui/composer/drafts.ts';

function memory(): DraftStorage & { readonly stored: Map<string, string> } {
  const stored = new Map<string, string>();
  return {
    stored,
    getItem: (key) => stored.get(key) ?? null,
    setItem: (key, value) => void stored.set(key, value),
    removeItem: (key) => void stored.delete(key),
  };
}

const keys = { threads: 'k', start: 'k#0' };
const file = { type: 'file', id: 'f1', name: 'a.pdf', mime_type: 'application/pdf' } as const;

function write(drafts: Drafts, text: string): void {
  drafts.current.text = text;
  drafts.keep();
}

test('each thread has its own draft', () => {
  const drafts = new Drafts(memory, () => keys);
  write(drafts, 'for the start screen');
  expect(drafts.follow('t1', 'loading')).toBe(true);
  expect(drafts.follow('t1', 'idle')).toBe(false);
  expect(drafts.current.text).toBe('');
  drafts.follow(null, 'idle');
  expect(drafts.current.text).toBe('for the start screen');
});

test('a new thread takes over the current draft, an opened one does not', () => {
  for (const [threadId, phase, text] of [
    ['new', 'responding', 'next'],
    ['new', 'idle', 'next'],
    ['other', 'loading', ''],
  ] as const) {
    const drafts = new Drafts(memory, () => keys);
    drafts.follow(null, 'responding');
    write(drafts, 'next');
    expect(drafts.follow(threadId, phase)).toBe(text === '');
    expect(drafts.current.text).toBe(text);
    drafts.follow(null, 'idle');
    expect(drafts.current.text).toBe(text === '' ? 'next' : '');
  }
});

test('a draft that is given back stands before what was written since', () => {
  const drafts = new Drafts(memory, () => keys);
  Object.assign(drafts.current, { text: 'first', attachments: [file], reply: 'quoted' });
  const { draft, giveBack } = drafts.startSending();
  expect(draft.text).toBe('first');
  write(drafts, 'second');
  expect(giveBack()).toBe(true);
  expect(drafts.current).toEqual({ text: 'first\nsecond', tags: [], attachments: [file], reply: 'quoted' });
});

test('what is being uploaded since for a draft that is given back ends in it', () => {
  const drafts = new Drafts(memory, () => keys);
  write(drafts, 'first');
  const { giveBack } = drafts.startSending();
  const since = drafts.current;
  giveBack();
  since.attachments = [file];
  expect(drafts.current).toMatchObject({ text: 'first', attachments: [file] });
});

test('it is given back to its own thread', () => {
  const drafts = new Drafts(memory, () => keys);
  write(drafts, 'for the start screen');
  const { giveBack } = drafts.startSending();
  drafts.follow('t1', 'loading');
  expect(giveBack()).toBe(false);
  expect(drafts.current.text).toBe('');
  drafts.follow(null, 'idle');
  expect(drafts.current.text).toBe('for the start screen');
});

test('texts survive a reload until they are sent', () => {
  const storage = memory();
  const before = new Drafts(
    () => storage,
    () => keys,
  );
  before.follow('__proto__', 'idle');
  write(before, 'unfinished');
  const after = new Drafts(
    () => storage,
    () => keys,
  );
  expect(after.current.text).toBe('');
  after.follow('__proto__', 'loading');
  expect(after.current.text).toBe('unfinished');
  const { letGo } = after.startSending();
  expect(after.current.text).toBe('');
  write(after, 'and more');
  const again = new Drafts(
    () => storage,
    () => keys,
  );
  again.follow('__proto__', 'loading');
  expect(again.current.text).toBe('unfinished\nand more');
  write(after, '');
  letGo();
  expect(storage.stored.size).toBe(0);
});

test('uploaded files survive a reload until they are sent, without a text too', () => {
  const storage = memory();
  const opened = (): Drafts =>
    new Drafts(
      () => storage,
      () => keys,
    );
  const before = opened();
  const draft = before.current;
  before.follow('t1', 'loading');
  draft.attachments = [file]; // Its upload ends while another thread is open.
  before.keep(draft);
  const after = opened();
  expect(after.current).toMatchObject({ text: '', attachments: [file] });
  const { letGo } = after.startSending();
  after.keep();
  expect(opened().current.attachments).toEqual([file]);
  letGo();
  expect(storage.stored.size).toBe(0);
});

test('two elements of a page leave each other’s drafts alone', () => {
  const storage = memory();
  const [one, two] = [0, 1].map(
    (at) =>
      new Drafts(
        () => storage,
        () => ({ threads: 'k', start: `k#${at}` }),
      ),
  ) as [Drafts, Drafts];
  write(one, 'first start');
  write(two, 'second start');
  for (const drafts of [one, two]) drafts.follow('t1', 'loading');
  write(one, 'in the first thread');
  two.follow('t2', 'loading');
  write(two, 'in the second thread');
  const again = new Drafts(
    () => storage,
    () => ({ threads: 'k', start: 'k#1' }),
  );
  expect(again.current.text).toBe('second start');
  again.follow('t1', 'loading');
  expect(again.current.text).toBe('in the first thread');
  again.follow('t2', 'loading');
  expect(again.current.text).toBe('in the second thread');
});

test('what is on its way is not written twice where its thread is opened again', () => {
  const storage = memory();
  const drafts = new Drafts(
    () => storage,
    () => keys,
  );
  write(drafts, 'sent');
  const { letGo } = drafts.startSending();
  drafts.follow('t1', 'responding');
  drafts.follow(null, 'loading');
  expect(drafts.current.text).toBe('');
  letGo();
  expect(storage.stored.size).toBe(0);
});

test('storage that is forbidden or holds something else costs nothing but the memory', () => {
  const forbidden = new Drafts(
    () => {
      throw new Error('SecurityError');
    },
    () => keys,
  );
  write(forbidden, 'text');
  expect(forbidden.current.text).toBe('text');
  const storage = memory();
  storage.setItem('k#0', '{not json');
  expect(
    new Drafts(
      () => storage,
      () => keys,
    ).current.text,
  ).toBe('');
  for (const other of ['{"an": "object"}', '[1]', '[null]', '[[null, 1]]', 'null', '"text"']) {
    storage.setItem('k#0', other);
    expect(
      new Drafts(
        () => storage,
        () => keys,
      ).current.text,
    ).toBe('');
  }
});
