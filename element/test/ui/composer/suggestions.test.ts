// @vitest-environment happy-dom
import { render } from 'lit-html';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ChatOptions, Entity } from '../../../src/api/options.ts';
import { type OwnCommand, Suggestions } from '../../../src/ui/composer/suggestions.ts';
import type { Trigger } from '../../../src/ui/composer/trigger.ts';
import type { ChatContext } from '../../../src/ui/context.ts';
import { english } from '../../../src/ui/i18n/strings.ts';

const people: Entity[] = [
  {
    id: 'p1',
    title: 'Ada Lovelace',
    group: 'People',
    icon: 'user',
    data: { role: 'author' },
    interactive: true,
  },
  { id: 'd1', title: 'Notes', group: 'Documents' },
  { id: 'p2', title: 'Grace Hopper', group: 'People' },
];
const tag = (query: string, start = 0): Trigger => ({
  kind: 'tag',
  query,
  start,
  end: start + query.length + 1,
});
const command = (query: string): Trigger => ({ ...tag(query), kind: 'command' });

function show(options: Partial<ChatOptions>, ownCommands: OwnCommand[] = []) {
  const place = document.body.appendChild(document.createElement('div'));
  const replace = vi.fn();
  const announce = vi.fn();
  const failed = vi.fn();
  const draw = (): void => void render(list.template(), place);
  const list: Suggestions = new Suggestions(
    {
      strings: english,
      options: { api: { url: '/' }, ...options },
      announce,
      failed,
      changed: async () => draw(),
    } as Partial<ChatContext> as ChatContext,
    { ownCommands, replace },
  );
  const options_ = (): string[] =>
    [...place.querySelectorAll('[role=option]')].map(
      (row) => row.querySelector('.suggestion-text > span')?.textContent ?? '',
    );
  const key = (name: string): boolean =>
    list.onKey(new KeyboardEvent('keydown', { key: name, cancelable: true }));
  const follow = async (trigger: Trigger | null): Promise<void> => {
    list.follow(trigger);
    draw();
    await vi.advanceTimersByTimeAsync(200);
  };
  return { place, list, replace, announce, failed, follow, key, shown: options_ };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

test('entities stand in their groups, are told by number, and the first one is active', async () => {
  const { follow, shown, place, announce, list } = show({ entities: { onTagSearch: async () => people } });
  await follow(tag('a'));
  expect(shown()).toEqual(['Ada Lovelace', 'Grace Hopper', 'Notes']);
  expect(
    [...place.querySelectorAll('[role=group]')].map((group) => group.getAttribute('aria-label')),
  ).toEqual(['People', 'Documents']);
  expect(announce).toHaveBeenCalledWith('3 suggestions');
  expect(place.querySelector('[aria-selected=true]')?.id).toBe(list.activeId);
});

test('arrows go round, and Enter puts the tag in the place of what was typed', async () => {
  const { follow, key, replace, list } = show({ entities: { onTagSearch: async () => people } });
  await follow(tag('a', 4));
  expect([key('ArrowUp'), list.activeId]).toEqual([true, 'suggestion-2']);
  key('ArrowDown');
  expect(key('Enter')).toBe(true);
  expect(replace).toHaveBeenCalledWith(tag('a', 4), {
    type: 'input_tag',
    id: 'p1',
    text: 'Ada Lovelace',
    group: 'People',
    interactive: true,
    data: { role: 'author' },
  });
  expect(list.isOpen).toBe(false);
});

test('the newest search counts, and typing is not searched letter by letter', async () => {
  const answers: ((found: Entity[]) => void)[] = [];
  const onTagSearch = vi.fn((_query: string) => new Promise<Entity[]>((resolve) => answers.push(resolve)));
  const { follow, list, shown } = show({ entities: { onTagSearch } });
  list.follow(tag('a'));
  list.follow(tag('ad'));
  await follow(tag('ada'));
  expect(onTagSearch.mock.calls).toEqual([['ada']]);
  await follow(tag('adam'));
  answers[1]?.([people[1] as Entity]);
  answers[0]?.(people);
  await vi.advanceTimersByTimeAsync(0);
  expect(shown()).toEqual(['Notes']);
});

test('Enter before the search is over picks the first of what it finds', async () => {
  const answers: ((found: Entity[]) => void)[] = [];
  const onTagSearch = (): Promise<Entity[]> => new Promise((resolve) => answers.push(resolve));
  const { follow, list, key, replace, shown } = show({ entities: { onTagSearch } });
  await follow(tag('a'));
  answers[0]?.(people);
  await vi.advanceTimersByTimeAsync(0);
  await follow(tag('no'));
  expect([shown()[0], key('Enter'), replace.mock.calls]).toEqual(['Ada Lovelace', true, []]);
  answers[1]?.([people[1] as Entity]);
  await vi.advanceTimersByTimeAsync(0);
  expect([replace.mock.calls[0]?.[1].text, list.isOpen]).toEqual(['Notes', false]);
});

test('such an Enter opens a menu and picks nothing of it', async () => {
  let answer: (commands: { id: string; label: string }[]) => void = () => undefined;
  const onSelect = vi.fn(async ({ id }: { id: string }) =>
    id === 'more'
      ? { type: 'menu' as const, commands: [{ id: 'ada', label: 'Insert Ada' }] }
      : { type: 'entity' as const, entity: { id: 'ada', title: 'Ada' } },
  );
  const { follow, shown, key } = show({
    commands: {
      enabled: true,
      onSearch: (query) =>
        query === ''
          ? Promise.resolve([{ id: 'more', label: 'More' }])
          : new Promise((resolve) => (answer = resolve)),
      onSelect,
    },
  });
  await follow(command(''));
  await follow(command('m'));
  expect(key('Enter')).toBe(true);
  answer([{ id: 'more', label: 'More' }]);
  await vi.advanceTimersByTimeAsync(200);
  expect([shown(), onSelect.mock.calls.length]).toEqual([['Insert Ada'], 1]);
});

test('typing on takes such an Enter back', async () => {
  const answers: ((found: Entity[]) => void)[] = [];
  const { follow, key, replace, shown } = show({
    entities: { onTagSearch: () => new Promise((resolve) => answers.push(resolve)) },
  });
  await follow(tag('a'));
  answers[0]?.(people);
  await vi.advanceTimersByTimeAsync(0);
  await follow(tag('no'));
  key('Enter');
  await follow(tag('not'));
  answers[2]?.([people[1] as Entity]);
  await vi.advanceTimersByTimeAsync(0);
  expect([shown(), replace.mock.calls]).toEqual([['Notes'], []]);
});

test('Escape closes the list until something else is asked for', async () => {
  const { follow, key, list } = show({ entities: { onTagSearch: async () => people } });
  await follow(tag('a'));
  expect(key('Escape')).toBe(true);
  await follow(tag('ad'));
  expect(list.isOpen).toBe(false);
  await follow(null);
  await follow(tag('a'));
  expect(list.isOpen).toBe(true);
});

test('a search that fails is said and reported, and nothing that was found is not shown', async () => {
  const onTagSearch = vi.fn(async (): Promise<Entity[]> => []);
  const { follow, list, place, failed, key } = show({ entities: { onTagSearch } });
  await follow(tag('zz'));
  expect([list.isOpen, key('Enter')]).toEqual([false, false]);
  onTagSearch.mockRejectedValueOnce(new Error('503'));
  await follow(tag('zzz'));
  expect(place.textContent).toContain(english.searchFailed);
  expect(failed).toHaveBeenCalledOnce();
});

test('a command may be an act, an entity, or a menu of further commands', async () => {
  const onSelect = vi.fn(async ({ id }: { id: string }) => {
    if (id === 'more')
      return {
        type: 'menu' as const,
        commands: [
          { id: 'deep', label: 'Deep' },
          { id: 'shallow', label: 'Shallow' },
        ],
      };
    return id === 'deep' ? { type: 'entity' as const, entity: people[1] as Entity } : undefined;
  });
  const commands = {
    enabled: true,
    onSearch: async () => [
      { id: 'act', label: 'Act' },
      { id: 'more', label: 'More' },
    ],
    onSelect,
  };
  const { follow, key, shown, replace } = show({ commands });
  await follow(command(''));
  key('Enter');
  await vi.advanceTimersByTimeAsync(0);
  expect(replace).toHaveBeenCalledWith(command(''), null);
  await follow(null);
  await follow(command(''));
  key('ArrowDown');
  key('Enter');
  await vi.advanceTimersByTimeAsync(0);
  expect(shown()).toEqual(['Deep', 'Shallow']);
  await follow(command('dee'));
  expect(shown()).toEqual(['Deep']);
  key('Tab');
  await vi.advanceTimersByTimeAsync(0);
  expect(replace).toHaveBeenLastCalledWith(command('dee'), {
    type: 'input_tag',
    id: 'd1',
    text: 'Notes',
    group: 'Documents',
    data: {},
  });
});

test('what the composer can do are commands too', async () => {
  const run = vi.fn();
  const { follow, key, shown, replace } = show({ commands: { enabled: true } }, [
    { id: 'search', label: 'Search the web', group: 'Tools', run },
    { id: 'draw', label: 'Draw', group: 'Tools', run: vi.fn() },
  ]);
  await follow(command('WEB'));
  expect(shown()).toEqual(['Search the web']);
  key('Enter');
  expect([run.mock.calls.length, replace.mock.calls]).toEqual([1, [[command('WEB'), null]]]);
});

test('a command that fails is reported and closes the list', async () => {
  const commands = {
    enabled: true,
    onSearch: async () => [{ id: 'x', label: 'X' }],
    onSelect: () => Promise.reject(new Error('no')),
  };
  const { follow, key, list, failed, replace } = show({ commands });
  await follow(command(''));
  key('Enter');
  await vi.advanceTimersByTimeAsync(0);
  expect([list.isOpen, failed.mock.calls.length, replace.mock.calls.length]).toEqual([false, 1, 0]);
});
