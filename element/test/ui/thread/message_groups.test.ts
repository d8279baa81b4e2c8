import { describe, expect, test } from 'vitest';
import { assistant, done, exchange, user } from '../../../dev/fake-session.ts';
import { emptyView } from '../../../src/session/view/view.ts';
import { groupByDay } from '../../../src/ui/history/days.ts';
import { english } from '../../../src/ui/i18n/strings.ts';
import { announcement } from '../../../src/ui/shell/announcer.ts';
import { marksOf, sourcesOf } from '../../../src/ui/sources/annotations.ts';
import { answerIds } from '../../../src/ui/thread/answer_actions.ts';
import { answerText, groupsOf } from '../../../src/ui/thread/message_groups.ts';
import { durationText, summaryText } from '../../../src/ui/thread/workflow.ts';

describe('groups', () => {
  test('begin with each message of a person', () => {
    const groups = groupsOf([...done(assistant('Hello')), ...exchange('a'), ...exchange('b')]).list;
    expect(groups.map(({ items }) => items.length)).toEqual([1, 2, 2]);
  });

  test('that did not change are the same objects', () => {
    const items = [...exchange('a'), ...exchange('b'), ...exchange('c')];
    const before = groupsOf(items).list;
    const after = groupsOf([...items.slice(0, -1), ...done(assistant('more'))], before).list;
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    expect(after[2]).not.toBe(before[2]);
  });

  test('stay the same when earlier ones are put before them', () => {
    const items = exchange('b');
    const before = groupsOf(items).list;
    expect(groupsOf([...exchange('a'), ...items], before).list[1]).toBe(before[0]);
  });

  test('are copied as text and rated by all their answers', () => {
    const [turn] = groupsOf(
      done(user('q'), assistant('one', { id: 'm1' }), assistant('two', { id: 'm2' })),
    ).list;
    expect(turn && answerText(turn)).toBe('one\n\ntwo');
    expect(turn && answerIds(turn)).toEqual(['m1', 'm2']);
  });
});

test('threads are grouped by day in the words of the locale', () => {
  const now = new Date(2026, 6, 24, 12);
  const at = (day: number, month = 6, year = 2026) => new Date(year, month, day, 9).toISOString();
  const threads = [at(24), at(23), at(20), at(2), at(5, 2, 2025)].map((created_at, id) => ({
    id: String(id),
    created_at,
  }));
  expect(groupByDay(threads, now, 'en', english).map(({ label }) => label)).toEqual([
    'Today',
    'Yesterday',
    'Last 7 days',
    'July',
    'March 2025',
  ]);
  expect(groupByDay(threads, now, 'de', english)[0]?.label).toBe('Heute');
});

test('sources are numbered once each', () => {
  const source = { type: 'url', title: 'A', url: 'https://a.example' } as const;
  const annotations = [
    { type: 'annotation', source, index: 3 },
    { type: 'annotation', source, index: 9 },
    { type: 'annotation', source: { type: 'file', title: 'B', filename: 'b.pdf' } },
  ] as const;
  const item = assistant('', {
    content: [{ type: 'output_text', text: 'some text', annotations: [...annotations] }],
  });
  expect(sourcesOf(item)).toHaveLength(2);
  expect(marksOf(annotations, sourcesOf(item)).map(({ number }) => number)).toEqual([1, 1]);
});

test('durations are spoken', () => {
  expect(durationText(14, 'en')).toBe('14 seconds');
  expect(durationText(150, 'en')).toBe('3 minutes');
});

test('a model has thought for a while, and an app has worked, unless it says what it did', () => {
  const words = (type: 'reasoning' | 'custom', summary?: { title: string } | { duration: number }) =>
    summaryText({ type, tasks: [], expanded: false, ...(summary && { summary }) }, false, {
      strings: english,
      locale: 'en',
    });
  expect(words('reasoning', { duration: 14 })).toBe('Thought for 14 seconds');
  expect(words('custom', { duration: 14 })).toBe('Worked for 14 seconds');
  expect(words('custom', { title: 'Sorted 3 files' })).toBe('Sorted 3 files');
  expect([words('reasoning'), words('custom')]).toEqual(['Thought', english.steps(0)]);
});

describe('announcements', () => {
  const idle = { ...emptyView, thread: { id: 't', created_at: '' } };
  const running = { ...idle, phase: 'responding' as const };

  test('mark the beginning and the end of a turn, and nothing between', () => {
    expect(announcement(idle, running, english)).toBe(english.responding);
    expect(announcement(running, { ...running, items: exchange('x') }, english)).toBeNull();
    expect(announcement(running, idle, english)).toBe(english.finished);
    expect(announcement(running, { ...idle, stopped: true }, english)).toBe(english.stoppedAnnounced);
  });

  test('say what went wrong', () => {
    const error = { code: 'x', message: 'No luck.', allowRetry: true };
    expect(announcement(running, { ...idle, error }, english)).toBe('No luck.');
  });
});
