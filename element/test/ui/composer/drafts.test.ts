import { expect, test } from 'vitest';
import { Drafts, type DraftStorage } from '../../../src/ui/composer/drafts.ts';

function memory(): DraftStorage & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

const file = { type: 'file', id: 'f1', name: 'a.pdf', mime_type: 'application/pdf' } as const;

function write(drafts: Drafts, text: string): void {
  drafts.current.text = text;
  drafts.keep();
}

test('each thread has its own draft', () => {
  const drafts = new Drafts(memory, () => 'k');
  write(drafts, 'for the start screen');
  expect(drafts.follow('t1', 'loading')).toBe(true);
  expect(drafts.follow('t1', 'idle')).toBe(false);
  expect(drafts.current.text).toBe('');
  drafts.follow(null, 'idle');
  expect(drafts.current.text).toBe('for the start screen');
});

test('a thread that begins takes over what is written meanwhile; one that is opened meanwhile does not', () => {
  for (const [threadId, phase, text] of [['new', 'responding', 'next'], ['new', 'idle', 'next'], ['other', 'loading', '']] as const) {
    const drafts = new Drafts(memory, () => 'k');
    drafts.follow(null, 'responding');
    write(drafts, 'next');
    expect(drafts.follow(threadId, phase)).toBe(text === '');
    expect(drafts.current.text).toBe(text);
    drafts.follow(null, 'idle');
    expect(drafts.current.text).toBe(text === '' ? 'next' : '');
  }
});

test('a draft that is given back stands before what was written since', () => {
  const drafts = new Drafts(memory, () => 'k');
  Object.assign(drafts.current, { text: 'first', attachments: [file], reply: 'quoted' });
  const { draft, giveBack } = drafts.take();
  expect(draft.text).toBe('first');
  write(drafts, 'second');
  expect(giveBack()).toBe(true);
  expect(drafts.current).toEqual({ text: 'first\nsecond', tags: [], attachments: [file], reply: 'quoted' });
});

test('what is being uploaded since for a draft that is given back ends in it', () => {
  const drafts = new Drafts(memory, () => 'k');
  write(drafts, 'first');
  const { giveBack } = drafts.take();
  const since = drafts.current;
  giveBack();
  since.attachments = [file];
  expect(drafts.current).toMatchObject({ text: 'first', attachments: [file] });
});

test('it is given back to its own thread', () => {
  const drafts = new Drafts(memory, () => 'k');
  write(drafts, 'for the start screen');
  const { giveBack } = drafts.take();
  drafts.follow('t1', 'loading');
  expect(giveBack()).toBe(false);
  expect(drafts.current.text).toBe('');
  drafts.follow(null, 'idle');
  expect(drafts.current.text).toBe('for the start screen');
});

test('texts survive a reload until they are sent', () => {
  const storage = memory();
  const before = new Drafts(() => storage, () => 'k');
  before.follow('__proto__', 'idle');
  write(before, 'unfinished');
  const after = new Drafts(() => storage, () => 'k');
  expect(after.current.text).toBe('');
  after.follow('__proto__', 'loading');
  expect(after.current.text).toBe('unfinished');
  const { letGo } = after.take();
  expect(after.current.text).toBe('');
  write(after, 'and more');
  const again = new Drafts(() => storage, () => 'k');
  again.follow('__proto__', 'loading');
  expect(again.current.text).toBe('unfinished\nand more');
  write(after, '');
  letGo();
  expect(storage.kept.size).toBe(0);
});

test('storage that is forbidden or holds something else costs nothing but the memory', () => {
  const forbidden = new Drafts(() => { throw new Error('SecurityError'); }, () => 'k');
  write(forbidden, 'text');
  expect(forbidden.current.text).toBe('text');
  const storage = memory();
  storage.setItem('k', '{not json');
  expect(new Drafts(() => storage, () => 'k').current.text).toBe('');
  for (const other of ['{"an": "object"}', '[1]', '[null]', '[[null, 1]]', 'null', '"text"']) {
    storage.setItem('k', other);
    expect(new Drafts(() => storage, () => 'k').current.text).toBe('');
  }
});
