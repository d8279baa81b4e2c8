// @vitest-environment happy-dom
// Updates change what is shown in place: what a person has typed, chosen and focused survives them.
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { WidgetNode } from '../../src/protocol/wire.ts';
import { appendText, updateComponent } from '../../src/session/view/widget_update.ts';
import { Label } from '../../src/widgets/controls/choices.ts';
import { act, card, key, markup, node, Shown } from './support.ts';

const word = fc.constantFrom('', 'Vienna', 'Graz', 'Trieste', '<b>', 'العربية');
const name = fc.constantFrom('a', 'b', 'c', 'd', 'e.f');
const named = fc.record({ key: name, id: fc.constantFrom('x', 'y', 'z') }, { requiredKeys: [] });
const options = fc.uniqueArray(
  fc.record({ value: name, label: word }).map((one) => ({ ...one, label: `${one.label} ${one.value}` })),
  { selector: ({ value }) => value, maxLength: 4 },
);

/** A component without children, in one of its forms. */
const leaf = fc.oneof(
  fc.record({
    type: fc.constantFrom('Text', 'Title', 'Caption'),
    value: word,
    size: fc.constantFrom('sm', 'lg'),
  }),
  fc.record({ type: fc.constant('Badge'), label: word, color: fc.constantFrom('info', 'danger', 'other') }),
  fc.record({ type: fc.constant('Button'), label: word, submit: fc.boolean(), disabled: fc.boolean() }),
  fc.record({ type: fc.constantFrom('Input', 'Textarea'), name, defaultValue: word, required: fc.boolean() }),
  fc.record({ type: fc.constant('Select'), name, options, defaultValue: name, clearable: fc.boolean() }),
  fc.record({ type: fc.constant('RadioGroup'), name, options, defaultValue: name, disabled: fc.boolean() }),
  fc.record({ type: fc.constant('Checkbox'), name, label: word, defaultChecked: fc.boolean() }),
  fc.record({ type: fc.constant('DatePicker'), name, defaultValue: fc.constantFrom('2026-05-01', null) }),
  fc.record({ type: fc.constant('Label'), value: word, fieldName: name }),
  fc.record({ type: fc.constant('Text'), value: word, editable: fc.record({ name }) }),
  fc.record({
    type: fc.constantFrom('Divider', 'Spacer', 'Image', 'Icon'),
    name: fc.constant('star'),
    src: fc.constant('/a.png'),
  }),
);

const { tree } = fc.letrec<{ tree: WidgetNode; one: WidgetNode }>((tie) => ({
  one: fc
    .tuple(fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 2, arbitrary: tie('tree') }), named)
    .map(([one, names]) => ({ ...(one as WidgetNode), ...names })),
  tree: fc.record({
    type: fc.constantFrom('Row', 'Col', 'Box', 'Form', 'Basic', 'ListView', 'Transition', 'acme.Other'),
    children: fc.array(tie('one') as fc.Arbitrary<WidgetNode>, { maxLength: 5 }),
    gap: fc.constantFrom(1, '8px', undefined),
    limit: fc.constantFrom(undefined, 2, 'auto'),
    onSubmitAction: fc.constantFrom(undefined, act('save')),
  }) as fc.Arbitrary<WidgetNode>,
}));
const root = fc
  .record({
    children: fc.array(tree, { maxLength: 4 }),
    asForm: fc.boolean(),
    confirm: fc.constantFrom(undefined, { label: 'Yes', action: act('yes') }),
    collapsed: fc.boolean(),
    status: fc.constantFrom(undefined, { text: 'Now', icon: 'star' }),
    size: fc.constantFrom('sm', 'full'),
  })
  .map((fields): WidgetNode => ({ type: 'Card', ...fields }));

test('after any updates, the page is the same as if the last widget had been shown at once', () => {
  fc.assert(
    fc.property(fc.array(root, { minLength: 2, maxLength: 5 }), (widgets) => {
      const shown = new Shown(widgets[0]!);
      for (const widget of widgets.slice(1)) shown.update(widget);
      const fresh = new Shown(widgets.at(-1)!);
      expect(markup(shown.node)).toBe(markup(fresh.node));
      expect([...shown.view.gates].length).toBe([...fresh.view.gates].length);
      expect(shown.view.labels.size).toBe(fresh.view.labels.size);
      shown.node.remove();
      fresh.node.remove();
    }),
    { numRuns: 60 },
  );
});

const FIELDS = [
  node('Input', { key: 'name', name: 'name' }),
  node('Textarea', { key: 'note', name: 'note' }),
  node('Checkbox', { key: 'ok', name: 'ok' }),
  node('RadioGroup', {
    key: 'bag',
    name: 'bag',
    options: ['s', 'l'].map((value) => ({ value, label: value })),
  }),
  node('Select', {
    key: 'seat',
    name: 'seat',
    options: ['w', 'a'].map((value) => ({ value, label: value })),
  }),
];

test('what somebody fills in survives any updates around it', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          order: fc.shuffledSubarray(FIELDS, { minLength: FIELDS.length, maxLength: FIELDS.length }),
          others: fc.array(leaf, { maxLength: 3 }),
          at: fc.nat(5),
          placeholder: word,
        }),
        { minLength: 1, maxLength: 6 },
      ),
      (steps) => {
        const shown = new Shown(node('Form', { onSubmitAction: act('save') }, ...FIELDS));
        const input = shown.find<HTMLInputElement>('input.w-field');
        const button = shown.find('.w-select');
        input.focus();
        input.value = 'typed';
        input.setSelectionRange(1, 3);
        shown.find<HTMLTextAreaElement>('textarea').value = 'a note';
        shown.find<HTMLInputElement>('[type=checkbox]').checked = true;
        shown.find<HTMLInputElement>('[value=l]').checked = true;
        key(button, 'ArrowDown');
        for (const { order, others, at, placeholder } of steps) {
          const fields = order.map((one) => ({ ...one, placeholder }));
          const children = (fields as WidgetNode[]).toSpliced(at, 0, ...(others as WidgetNode[]));
          shown.update(node('Form', { onSubmitAction: act('save') }, ...children));
          const { activeElement } = shown.node.getRootNode() as ShadowRoot;
          expect(activeElement).toBe(input);
          const inPage = [...shown.find('.w-form').children];
          expect(inPage).toEqual(shown.view.root!.components.map((one) => one.node));
          expect([input.value, input.selectionStart, input.selectionEnd]).toEqual(['typed', 1, 3]);
          expect(button.isConnected && button.getAttribute('aria-expanded')).toBe('true');
        }
        const form = shown.view.root!;
        const values = Object.fromEntries(
          form.components
            .flatMap(({ props, fields }) => (props.key === undefined ? [] : fields))
            .map((one) => [one.name, one.value]),
        );
        expect(values).toEqual({ name: 'typed', note: 'a note', ok: true, bag: 'l', seat: null });
        shown.node.remove();
      },
    ),
    { numRuns: 50 },
  );
});

test('a text grows by deltas in the same node, and nothing else is touched', () => {
  let widget = card(
    node('Text', { id: 't', value: 'The ', streaming: true }),
    node('Title', { value: 'Same' }),
  );
  const shown = new Shown(widget);
  const [text, title] = [shown.find('.w-text'), shown.find('.w-title')];
  let changes = 0;
  const observer = new MutationObserver((records) => (changes += records.length));
  observer.observe(title, { childList: true, characterData: true, attributes: true, subtree: true });
  for (const delta of ['10:05 ', 'leaves'])
    shown.update(
      (widget = updateComponent(widget, 't', (one) => appendText(one, delta, delta === 'leaves'))),
    );
  expect([text.isConnected, text.textContent, text.getAttribute('aria-busy')]).toEqual([
    true,
    'The 10:05 leaves',
    null,
  ]);
  expect(observer.takeRecords().length + changes).toBe(0);
});

test('an update without a change does nothing, and a change of the state is shown', () => {
  const widget = card(node('Label', { value: 'Name', fieldName: 'a' }), node('Input', { name: 'a' }));
  const shown = new Shown(widget);
  const link = vi.spyOn(Label.prototype, 'link');
  const patch = vi.spyOn(shown.view.root!, 'patch');
  shown.update(widget);
  expect(patch).not.toHaveBeenCalled();
  shown.update(widget, { isInert: true });
  expect([patch.mock.calls.length, shown.node.inert]).toEqual([1, true]);
  expect(link).not.toHaveBeenCalled();
  link.mockRestore();
});

test('a component that moves keeps its node', () => {
  const list = (...names: string[]) =>
    node(
      'ListView',
      {},
      ...names.map((one) => node('ListViewItem', { key: one }, node('Text', { value: one }))),
    );
  const shown = new Shown(list('a', 'b', 'c'));
  const before = new Map([...shown.node.querySelectorAll('li')].map((one) => [one.textContent, one]));
  shown.update(list('c', 'a', 'd'));
  const after = [...shown.node.querySelectorAll('li')];
  expect(after.map((one) => one.textContent)).toEqual(['c', 'a', 'd']);
  expect(after.map((one) => before.get(one.textContent) === one)).toEqual([true, true, false]);
});

test('a label names whichever field has its name now', () => {
  const label = (fieldName: string) => node('Label', { value: 'Seat', fieldName });
  const field = (name: string) => node('Input', { name, key: 'field' });
  const shown = new Shown(card(label('a'), field('a')));
  const target = () => shown.find('label').getAttribute('for');
  const id = shown.find('input').id;
  expect(target()).toBe(id);
  shown.update(card(label('b'), field('a')));
  expect(target()).toBe(null);
  shown.update(card(label('b'), field('b')));
  expect(target()).toBe(id);
  shown.update(card(label('b')));
  expect(target()).toBe(null);
  shown.update(card(label('b'), node('Checkbox', { name: 'b', label: 'yes' })));
  expect(target()).toBe(shown.find('input').id);
});
