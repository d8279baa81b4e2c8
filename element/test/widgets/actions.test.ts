// @vitest-environment happy-dom
// Actions and forms: who is called, with which payload, and what is shown meanwhile.
import { expect, test } from 'vitest';
import { joinFields } from '../../src/widgets/forms/fields.ts';
import { act, calm, card, key, node, Shown } from './support.ts';

const button = (label: string, action: object | null, more: object = {}) =>
  node('Button', { label, onClickAction: action, ...more });

test('each handler gets its actions, and the payload as it is', async () => {
  const shown = new Shown(
    card(
      button('a', act('go', { payload: { n: 1 } })),
      button('b', act('go.client', { handler: 'client' })),
      button('c', act('go.sync', { streaming: false, payload: { deep: { x: [1] } } })),
    ),
  );
  for (const label of ['a', 'b', 'c']) shown.press(label);
  await calm();
  expect(shown.calls).toEqual([
    { kind: 'server', action: { type: 'go', payload: { n: 1 } } },
    { kind: 'client', action: { type: 'go.client' } },
    { kind: 'sync', action: { type: 'go.sync', payload: { deep: { x: [1] } } } },
  ]);
});

test('an action that nobody handles is logged', async () => {
  const shown = new Shown(card(button('a', act('lost', { handler: 'client' }))), {}, false);
  shown.press('a');
  await calm();
  expect([shown.unhandled, shown.calls]).toEqual([['lost'], []]);
});

const FORM = node(
  'Form',
  { onSubmitAction: act('save', { payload: { id: 7 } }) },
  node('Input', { name: 'todo.title', defaultValue: 'Milk' }),
  node('Textarea', { name: 'todo.note' }),
  node('Checkbox', { name: 'done', defaultChecked: true }),
  node('Select', { name: 'when', options: [{ value: 'd1', label: 'Monday' }], defaultValue: 'd1' }),
  node('DatePicker', { name: 'day', defaultValue: '2026-05-01T22:00:00+02:00' }),
  node('RadioGroup', { name: 'size', options: [{ value: 's', label: 'S' }] }),
  node('Text', { value: 'Dear', editable: { name: 'mail.body' } }),
  button('Save', null, { submit: true }),
  button('Other', act('other', { payload: { todo: { id: 1 } } })),
);
const VALUES = {
  todo: { title: 'Oat milk', note: '' },
  done: true,
  when: 'd1',
  day: '2026-05-01T00:00:00.000Z',
  size: null,
  mail: { body: 'Dear' },
};

test('the values of a form join every action inside it', async () => {
  const shown = new Shown(card(FORM));
  shown.type('input[type=text]', 'Oat milk');
  shown.press('Save');
  shown.press('Other');
  await calm();
  expect(shown.actions).toEqual([
    { type: 'save', payload: { id: 7, ...VALUES } },
    { type: 'other', payload: { ...VALUES, todo: { id: 1, ...VALUES.todo } } },
  ]);
  expect(shown.errors).toEqual([]);
});

test('Enter submits a form without a submit button, and breaks a line in a text area', async () => {
  const shown = new Shown(
    node(
      'Form',
      { onSubmitAction: act('find') },
      node('Input', { name: 'q' }),
      node('Textarea', { name: 't' }),
    ),
  );
  key(shown.find('textarea'), 'Enter');
  key(shown.find('input'), 'Enter', { isComposing: true });
  await calm();
  expect(shown.actions).toEqual([]);
  key(shown.find('input'), 'Enter');
  await calm();
  expect(shown.actions).toEqual([{ type: 'find', payload: { q: '', t: '' } }]);
});

test('a key of the payload wins over a field, and an error says so', async () => {
  const form = node(
    'Form',
    { onSubmitAction: act('save', { payload: { title: 'given' } }) },
    node('Input', { name: 'title', defaultValue: 'typed' }),
    button('Save', null, { submit: true }),
  );
  const shown = new Shown(form);
  shown.press('Save');
  await calm();
  expect(shown.actions).toEqual([{ type: 'save', payload: { title: 'given' } }]);
  expect(shown.errors.map(({ message }) => message)).toEqual([
    'The payload of the action "save" already has a value for the form field "title", which wins. Rename ' +
      'the field or the key of the payload.',
  ]);
});

test('names that a prototype has are fields like others', () => {
  const fields = ['__proto__.admin', 'constructor', 'toString.x'].map((name) => ({ name, value: 1 }));
  const { payload, collisions } = joinFields({}, fields);
  expect(collisions).toEqual([]);
  expect(Object.keys(payload as object)).toEqual(['__proto__', 'constructor', 'toString']);
  expect(Object.getPrototypeOf(payload)).toBe(Object.prototype);
  expect(({} as { admin?: number }).admin).toBeUndefined();
});

test('a payload that is no object stays, and its fields are reported', () => {
  expect(joinFields('text', [{ name: 'a', value: 1 }])).toEqual({ payload: 'text', collisions: ['a'] });
  expect(joinFields({ todo: 5 }, [{ name: 'todo.title', value: 1 }])).toEqual({
    payload: { todo: 5 },
    collisions: ['todo.title'],
  });
  expect(joinFields(null, [{ name: 'a', value: 1 }])).toEqual({ payload: { a: 1 }, collisions: [] });
});

test('a required field and a pattern keep a form from being sent', async () => {
  const shown = new Shown(
    node(
      'Form',
      { onSubmitAction: act('save') },
      node('Input', { name: 'name', required: true }),
      node('Text', { value: 'x', editable: { name: 'code', pattern: '[0-9]+' } }),
      button('Save', null, { submit: true }),
    ),
  );
  shown.press('Save');
  shown.type('input', 'Ann');
  shown.press('Save');
  await calm();
  expect(shown.actions).toEqual([]);
  shown.type('textarea', '42');
  shown.press('Save');
  await calm();
  expect(shown.actions).toEqual([{ type: 'save', payload: { name: 'Ann', code: '42' } }]);
});

test('the buttons of a form card carry its fields, and confirm validates', async () => {
  const shown = new Shown({
    type: 'Card',
    asForm: true,
    confirm: { label: 'Book', action: act('book') },
    cancel: { label: 'No', action: act('leave') },
    children: [node('Input', { name: 'seat', required: true })],
  });
  shown.press('Book');
  await calm();
  expect(shown.actions).toEqual([]);
  shown.press('No');
  shown.type('input', '12A');
  shown.press('Book');
  await calm();
  expect(shown.actions).toEqual([
    { type: 'leave', payload: { seat: '' } },
    { type: 'book', payload: { seat: '12A' } },
  ]);
});

test('the fields of a form inside a form are its own', async () => {
  const shown = new Shown({
    type: 'Card',
    asForm: true,
    confirm: { label: 'Book', action: act('book') },
    children: [
      node('Input', { name: 'outer' }),
      node(
        'Form',
        { onSubmitAction: act('inner') },
        node('Input', { name: 'inner' }),
        button('Go', null, { submit: true }),
      ),
    ],
  });
  shown.press('Go');
  shown.press('Book');
  await calm();
  expect(shown.actions).toEqual([
    { type: 'inner', payload: { inner: '' } },
    { type: 'book', payload: { outer: '' } },
  ]);
});

test('a control sends its value when it changes, also outside a form', async () => {
  const shown = new Shown(
    card(
      node('Checkbox', {
        name: 'news',
        label: 'News',
        onChangeAction: act('toggle', { payload: { id: 1 } }),
      }),
      node('RadioGroup', {
        name: 'size',
        options: [
          { value: 's', label: 'S' },
          { value: 'l', label: 'L' },
        ],
        onChangeAction: act('resize'),
      }),
    ),
  );
  shown.find<HTMLInputElement>('[type=checkbox]').click();
  shown.find<HTMLInputElement>('[type=radio]', 1).click();
  await calm();
  expect(shown.actions).toEqual([
    { type: 'toggle', payload: { id: 1, news: true } },
    { type: 'resize', payload: { size: 'l' } },
  ]);
});

test.each([
  ['auto', 'self'],
  ['self', 'self'],
  ['container', 'container'],
  ['none', 'none'],
  ['of another type', 'self'],
])('the loading behaviour %s of a button shows %s', async (loadingBehavior, expected) => {
  const shown = new Shown(card(button('a', act('go', { loadingBehavior }))));
  let finish = (): void => undefined;
  shown.answer = new Promise((resolve) => (finish = resolve));
  const loading = () => [
    shown.button('a').hasAttribute('data-loading') ? 'self' : '',
    shown.find('.w-card').hasAttribute('data-loading') ? 'container' : '',
  ];
  shown.press('a');
  expect(loading().join('') || 'none').toBe(expected);
  shown.press('a');
  finish();
  await calm();
  expect(loading().join('')).toBe('');
  expect(shown.calls.length).toBe(1);
});

test('the confirm action of a card makes the card inert while it runs', async () => {
  const shown = new Shown({ type: 'Card', confirm: { label: 'Yes', action: act('yes') }, children: [] });
  let finish = (): void => undefined;
  shown.answer = new Promise((resolve) => (finish = resolve));
  shown.press('Yes');
  expect(shown.find('.w-card').getAttribute('aria-busy')).toBe('true');
  expect(shown.find('.w-card').inert).toBe(true);
  finish();
  await calm();
  expect(shown.find('.w-card').inert).toBe(false);
});

test('a failed action is reported, and can be tried again', async () => {
  const shown = new Shown(card(button('a', act('go'))));
  shown.answer = Promise.reject(new Error('no'));
  shown.press('a');
  await calm();
  shown.answer = Promise.resolve();
  shown.press('a');
  await calm();
  expect(shown.errors.map(({ message }) => message)).toEqual(['no']);
  expect(shown.calls.length).toBe(2);
});

test('while a response streams, only client and synchronous actions run', async () => {
  const widget = card(
    button('server', act('a')),
    button('client', act('b', { handler: 'client' })),
    button('sync', act('c', { streaming: false })),
    node(
      'Form',
      { onSubmitAction: act('d') },
      node('Input', { name: 'x' }),
      button('Send', null, { submit: true }),
    ),
  );
  const shown = new Shown(widget);
  const labels = ['server', 'client', 'sync', 'Send'];
  const disabled = () => labels.filter((one) => shown.button(one).getAttribute('aria-disabled') === 'true');
  expect(disabled()).toEqual([]);
  shown.update(widget, { isBusy: true });
  expect(disabled()).toEqual(['server', 'Send']);
  for (const label of labels) shown.press(label);
  key(shown.find('input'), 'Enter');
  await calm();
  expect(shown.actions.map(({ type }) => type)).toEqual(['b', 'c']);
  shown.update(widget);
  expect(disabled()).toEqual([]);
});

test('an item that was used up is no button any more', async () => {
  const list = (action: object | null) =>
    node(
      'ListView',
      {},
      node('ListViewItem', { key: 'a', onClickAction: action }, node('Text', { value: 'Cat' })),
    );
  const shown = new Shown(list(act('choose', { payload: { id: 1 } })));
  shown.find('.w-item-hit').click();
  await calm();
  expect(shown.actions).toEqual([{ type: 'choose', payload: { id: 1 } }]);
  shown.update(list(null));
  expect(shown.find('.w-item-hit').hidden).toBe(true);
});
