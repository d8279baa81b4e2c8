// @vitest-environment happy-dom
// Select and DatePicker by keyboard, and what assistive technology is told.
import { expect, test } from 'vitest';
import { act, calm, card, key, node, Shown } from './support.ts';

const seats = ['Window', 'Aisle', 'Middle', 'Wing'].map((label, at) => ({
  label,
  value: label.toLowerCase(),
  disabled: at === 2,
}));
const select = (more: object = {}) =>
  card(node('Select', { name: 'seat', options: seats, onChangeAction: act('seat'), ...more }));

const active = (shown: Shown): string | undefined =>
  shown.node.querySelector('[data-active] .w-option-text')?.firstChild?.textContent ?? undefined;

test('a Select opens, moves, chooses and closes by keyboard', async () => {
  const shown = new Shown(select({ placeholder: 'Any seat' }));
  const button = shown.find('.w-select');
  expect([button.getAttribute('role'), button.getAttribute('aria-label')]).toEqual(['combobox', 'Any seat']);
  key(button, 'ArrowDown');
  expect([button.getAttribute('aria-expanded'), active(shown)]).toEqual(['true', 'Window']);
  key(button, 'ArrowDown');
  key(button, 'ArrowDown');
  expect(active(shown)).toBe('Wing');
  expect(shown.find(`#${button.getAttribute('aria-activedescendant')}`).textContent).toContain('Wing');
  key(button, 'Home');
  expect(active(shown)).toBe('Window');
  key(button, 'a');
  expect(active(shown)).toBe('Aisle');
  key(button, 'Enter');
  await calm();
  expect([button.textContent, button.getAttribute('aria-expanded')]).toEqual(['Aisle', 'false']);
  expect(shown.actions).toEqual([{ type: 'seat', payload: { seat: 'aisle' } }]);
  key(button, ' ');
  key(button, 'End');
  key(button, 'Escape');
  await calm();
  expect([button.textContent, shown.calls.length]).toEqual(['Aisle', 1]);
});

test('a Select can be cleared, and a disabled option not chosen', async () => {
  const shown = new Shown(select({ clearable: true, defaultValue: 'aisle' }));
  shown.find('.w-select').click();
  shown.find('[aria-disabled=true]').click();
  await calm();
  expect(shown.calls).toEqual([]);
  shown.find('.w-clear').click();
  await calm();
  expect(shown.actions).toEqual([{ type: 'seat', payload: { seat: null } }]);
  expect(shown.find('.w-clear').hidden).toBe(true);
});

test('a long Select is searched', async () => {
  const options = Array.from({ length: 400 }, (_, at) => ({ value: `${at}`, label: `Option ${at}` }));
  const shown = new Shown(select({ options }));
  shown.find('.w-select').click();
  const search = shown.find<HTMLInputElement>('.w-search');
  expect([search.hidden, shown.node.querySelectorAll('[role=option]').length]).toEqual([false, 300]);
  shown.type('.w-search', 'ION 399');
  expect(shown.node.querySelectorAll('[role=option]').length).toBe(1);
  key(search, 'Enter');
  await calm();
  expect(shown.actions).toEqual([{ type: 'seat', payload: { seat: '399' } }]);
  shown.find('.w-select').click();
  shown.type('.w-search', 'nothing');
  expect(shown.find('.w-options').textContent).toBe('No matches');
});

test('an open Select shows new options, and keeps the highlighted one', () => {
  const shown = new Shown(select());
  key(shown.find('.w-select'), 'ArrowDown');
  key(shown.find('.w-select'), 'ArrowDown');
  shown.update(select({ options: [{ value: 'new', label: 'New' }, ...seats] }));
  expect(active(shown)).toBe('Aisle');
  expect(shown.node.querySelectorAll('[role=option]').length).toBe(5);
});

const picker = (more: object = {}) =>
  card(
    node('DatePicker', {
      name: 'day',
      defaultValue: '2026-01-31T10:00:00Z',
      onChangeAction: act('day'),
      ...more,
    }),
  );
const day = (shown: Shown): string | undefined => shown.find('[tabindex="0"][data-day]').dataset['day'];

test('a DatePicker moves by days, weeks, months and years', async () => {
  const shown = new Shown(picker());
  const button = shown.find('.w-date');
  expect(button.textContent).toBe('Jan 31, 2026');
  button.click();
  const grid = shown.find('[role=grid]');
  const move = (name: string, more: KeyboardEventInit = {}) => {
    key(grid, name, more);
    return day(shown);
  };
  expect(day(shown)).toBe('2026-01-31');
  expect(move('ArrowRight')).toBe('2026-02-01');
  expect(move('ArrowUp')).toBe('2026-01-25');
  expect(move('PageDown')).toBe('2026-02-25');
  expect(move('PageUp', { shiftKey: true })).toBe('2025-02-25');
  expect(move('Home')).toBe('2025-02-23');
  expect(move('End')).toBe('2025-03-01');
  expect(shown.find('.w-calendar-title').textContent).toBe('March 2025');
  key(shown.find('[tabindex="0"][data-day]'), 'Enter');
  await calm();
  expect(shown.actions).toEqual([{ type: 'day', payload: { day: '2025-03-01T00:00:00.000Z' } }]);
  expect([button.textContent, button.getAttribute('aria-expanded')]).toEqual(['Mar 1, 2025', 'false']);
});

test('a month without the day has its last one', () => {
  const shown = new Shown(picker());
  shown.find('.w-date').click();
  key(shown.find('[role=grid]'), 'PageDown');
  expect(day(shown)).toBe('2026-02-28');
});

test('a DatePicker keeps to its range, and to the last day of a month', () => {
  const shown = new Shown(picker({ min: '2026-01-30', max: '2026-02-27T00:00:00Z' }));
  shown.find('.w-date').click();
  const grid = shown.find('[role=grid]');
  key(grid, 'PageDown');
  expect(day(shown)).toBe('2026-02-27');
  key(grid, 'PageUp');
  key(grid, 'PageUp');
  expect(day(shown)).toBe('2026-01-30');
  expect(shown.find('[data-day="2026-01-29"]').getAttribute('aria-disabled')).toBe('true');
  shown.find('[data-day="2026-01-29"]').click();
  expect(shown.find('.w-date').getAttribute('aria-expanded')).toBe('true');
  expect(shown.button('Previous month').disabled).toBe(true);
  expect(shown.button('Next month').disabled).toBe(false);
});

test('the week begins as in the language of the chat', () => {
  for (const [locale, first] of [
    ['en-US', 'Sunday'],
    ['de-AT', 'Montag'],
    ['ar-EG', 'السبت'],
  ] as const) {
    const shown = new Shown(picker(), { locale });
    expect(shown.log).toEqual([]);
    shown.find('.w-date').click();
    expect(shown.find('.w-calendar th').getAttribute('aria-label')).toBe(first);
    shown.node.remove(); // happy-dom knows the focus in one shadow tree only.
  }
});

test('a Label names and reaches its field, wherever it stands', () => {
  const shown = new Shown(
    card(
      node('Label', { value: 'Name', fieldName: 'who' }),
      node('Label', { value: 'Day', fieldName: 'day' }),
      node('Label', { value: 'Bags', fieldName: 'bags' }),
      node('Col', {}, node('Input', { name: 'who', placeholder: 'x' })),
      node('DatePicker', { name: 'day' }),
      node('RadioGroup', { name: 'bags', options: [{ value: '1', label: 'One' }] }),
    ),
  );
  const [name, when, bags] = [0, 1, 2].map((at) => shown.find<HTMLLabelElement>('.w-label', at));
  const input = shown.find('input.w-field');
  expect([name!.getAttribute('for'), input.getAttribute('aria-label')]).toEqual([input.id, null]);
  expect(shown.find('.w-date').getAttribute('aria-labelledby')?.split(' ')[0]).toBe(when!.id);
  expect(shown.find('.w-radios').getAttribute('aria-labelledby')).toBe(bags!.id);
  shown.update(card(node('Col', {}, node('Input', { name: 'who', placeholder: 'x' }))));
  expect(shown.find('input.w-field').getAttribute('aria-label')).toBe('x');
});

test('a list shows the rest on demand, and focuses the first of it', () => {
  const items = Array.from({ length: 9 }, (_, at) =>
    node('ListViewItem', { key: `${at}`, onClickAction: act('go') }, node('Text', { value: `${at}` })),
  );
  const shown = new Shown(node('ListView', { limit: 'auto' }, ...items));
  expect(shown.node.querySelectorAll('li').length).toBe(5);
  shown.press('Show 4 more');
  expect(shown.node.querySelectorAll('li').length).toBe(9);
  expect((shown.node.getRootNode() as ShadowRoot).activeElement).toBe(shown.find('.w-item-hit', 5));
  expect(shown.find('.w-list-more').hidden).toBe(true);
});

test('an item is named by its words, without those of the controls in it', () => {
  const item = (text: string, ...more: ReturnType<typeof node>[]) =>
    node(
      'ListView',
      {},
      node('ListViewItem', { onClickAction: act('go') }, node('Text', { value: text }), ...more),
    );
  const shown = new Shown(
    item('09:40', node('Button', { label: 'Preview' }), node('Text', { value: '£89' })),
  );
  const hit = shown.find('.w-item-hit');
  expect([hit.getAttribute('aria-label'), hit.getAttribute('aria-labelledby')]).toEqual(['09:40 £89', null]);
  shown.update(item('10:05', node('Button', { label: 'Preview' })));
  expect(hit.getAttribute('aria-label')).toBe('10:05');
  const content = shown.find('.w-item-content').id;
  for (const wordless of [item('10:05'), item('', node('Button', { label: 'Preview' }))]) {
    shown.update(wordless);
    expect([hit.getAttribute('aria-label'), hit.getAttribute('aria-labelledby')]).toEqual([null, content]);
  }
});
