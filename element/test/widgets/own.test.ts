// @vitest-environment happy-dom
// Components that the page renders itself.
import { expect, test, vi } from 'vitest';
import type { OwnComponentRenderer } from '../../src/api/options.ts';
import { act, calm, card, node, Shown } from './support.ts';

const seat = vi.fn<OwnComponentRenderer>(({ row, onChooseAction }, { act, setValue, children, locale }) => {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = `Row ${row} ${locale}`;
  button.onclick = () => {
    setValue(`${row}A`);
    act(onChooseAction as { type: string });
  };
  button.append(children);
  return button;
});
const components = { 'acme.Seat': seat };
const map = (row: number, ...children: ReturnType<typeof node>[]) =>
  node('acme.Seat', { key: 'map', name: 'seat', row, onChooseAction: act('seat') }, ...children);

test('a component of the page is rendered, again when its props change, and holds its children', () => {
  const shown = new Shown(card(map(3, node('Text', { value: 'inside' }))), { components });
  expect(shown.find('.w-own').textContent).toBe('Row 3 eninside');
  seat.mockClear();
  shown.update(card(map(3, node('Text', { value: 'changed' }))));
  expect([seat.mock.calls.length, shown.find('.w-own').textContent]).toEqual([0, 'Row 3 enchanged']);
  shown.update(card(map(4, node('Text', { value: 'changed' }))));
  expect([seat.mock.calls.length, shown.find('.w-own').textContent]).toEqual([1, 'Row 4 enchanged']);
  expect(shown.log).toEqual([]);
});

test('it sets values of its form, and runs actions', async () => {
  const form = node('Form', { onSubmitAction: act('save') }, map(7), node('Input', { name: 'note' }));
  const shown = new Shown(form, { components });
  shown.press('Row 7 en');
  await calm();
  expect(shown.actions).toEqual([{ type: 'seat', payload: { seat: '7A', note: '' } }]);
});

test('it is given the value that it has set, or that its widget was answered with', () => {
  const values = vi.fn<OwnComponentRenderer>((_, { value }) => document.createTextNode(`Seat ${value}`));
  const form = node('Form', { onSubmitAction: act('save') }, map(7), node('Input', { name: 'note' }));
  const shown = new Shown(form, { components: { 'acme.Seat': values } });
  expect(shown.find('.w-own').textContent).toBe('Seat undefined');
  const answer = { status: 'answered', type: 'save', payload: { seat: '7C', note: '' } } as const;
  shown.update(form, { isInert: true, answer });
  expect(shown.find('.w-own').textContent).toBe('Seat 7C');
  const set = new Shown(form, { components });
  set.press('Row 7 en');
  const seen: unknown[] = [];
  seat.mockImplementationOnce((_, { value }) => {
    seen.push(value);
    return document.createTextNode('');
  });
  set.update(node('Form', { onSubmitAction: act('save') }, map(8), node('Input', { name: 'note' })));
  expect(seen).toEqual(['7A']);
});

test('one that throws is replaced by a few words, and the rest of the widget stays', () => {
  const broken = {
    'acme.Seat': () => {
      throw new Error('no plan');
    },
  };
  const shown = new Shown(card(map(1), node('Text', { value: 'below' })), { components: broken });
  expect(shown.node.textContent).toContain('This part cannot be shown.');
  expect(shown.node.textContent).toContain('below');
  expect(shown.log).toEqual(['widget.failed: The widget component "acme.Seat" failed: Error: no plan']);
});

test('a renderer of an official name replaces the component', () => {
  const own = { Badge: () => document.createTextNode('mine') };
  expect(new Shown(card(node('Badge', { label: 'x' })), { components: own }).node.textContent).toContain(
    'mine',
  );
});

test('what was chosen is shown, and what nobody chose says so', () => {
  const button = (label: string) =>
    node('Button', { label, onClickAction: act('seat', { payload: { seat: label } }) });
  const form = node(
    'Form',
    {},
    node('Input', { name: 'who.name' }),
    node('Checkbox', { name: 'meal' }),
    button('1A'),
    button('1B'),
  );
  const shown = new Shown(form);
  const payload = { seat: '1B', who: { name: 'Ann' }, meal: true };
  shown.update(form, { isInert: true, answer: { status: 'answered', type: 'seat', payload } });
  expect(shown.find<HTMLInputElement>('input.w-field').value).toBe('Ann');
  expect(shown.find<HTMLInputElement>('[type=checkbox]').checked).toBe(true);
  expect(shown.find('[data-chosen]').textContent).toBe('1B');
  expect([shown.node.inert, shown.node.querySelectorAll('[data-chosen]').length]).toEqual([true, 1]);
  const late = new Shown(form);
  late.update(form, { isInert: true, answer: { status: 'expired' } });
  expect(late.node.textContent).toContain('This can no longer be answered.');
});
