import { expect, test } from 'vitest';
import { triggerAt } from '../../../src/ui/composer/trigger.ts';

const both = { tag: true, command: true };
const at = (text: string, kinds = both) => triggerAt(text, text.length, kinds);

test.each([
  ['@', ''],
  ['Ask @ad', 'ad'],
  ['(@ad', 'ad'],
  ['line\n@Ada Love', 'Ada Love'],
  ['@Ada King Lovelace', 'Ada King Lovelace'],
])('%j asks for tags', (text, query) => {
  expect(at(text)).toEqual({ kind: 'tag', query, start: text.length - query.length - 1, end: text.length });
});

test.each(['ada@example', 'Ask', '@a\n', '@one two three four', 'a@'])('%j asks for nothing', (text) => {
  expect(at(text)).toBeNull();
});

test.each([
  ['/', ''],
  ['Please /sum', 'sum'],
  ['\n/s', 's'],
])('%j asks for commands', (text, query) => {
  expect(at(text)).toEqual({
    kind: 'command',
    query,
    start: text.length - query.length - 1,
    end: text.length,
  });
});

test.each(['and/or', '/usr/bin', '/a b', 'https://'])('%j is no command', (text) => {
  expect(at(text)).toBeNull();
});

test('only what somebody answers is asked for', () => {
  expect(at('@a', { tag: false, command: true })).toBeNull();
  expect(at('/a', { tag: true, command: false })).toBeNull();
});

test('the words before the cursor count, and a long text costs no more than a short one', () => {
  expect(triggerAt('@ad lib', 3, both)?.query).toBe('ad');
  expect(triggerAt(`${'x '.repeat(1e6)}@ad`, 2e6 + 3, both)?.query).toBe('ad');
});
