// @vitest-environment happy-dom
// Widgets that a hostile or broken server sends: nothing runs, nothing is requested, nothing throws.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WidgetNode } from '../../src/protocol/wire.ts';
import { color, SURFACE } from '../../src/widgets/css/colors.ts';
import { length, safeCss } from '../../src/widgets/css/values.ts';
import { card, node, Shown } from './support.ts';

const TYPES = [
  ...[
    'Badge',
    'Basic',
    'Box',
    'Button',
    'Caption',
    'Card',
    'Chart',
    'Checkbox',
    'Col',
    'DatePicker',
    'Divider',
    'Form',
  ],
  ...[
    'Icon',
    'Image',
    'Input',
    'Label',
    'ListView',
    'ListViewItem',
    'Markdown',
    'RadioGroup',
    'Row',
    'Select',
  ],
  ...[
    'Spacer',
    'Table',
    'Table.Row',
    'Table.Cell',
    'Text',
    'Textarea',
    'Title',
    'Transition',
    'constructor',
    '',
  ],
];
const PROPS = [
  ...['value', 'label', 'name', 'src', 'alt', 'color', 'background', 'border', 'padding', 'margin', 'radius'],
  ...[
    'width',
    'height',
    'size',
    'flex',
    'gap',
    'align',
    'justify',
    'wrap',
    'aspectRatio',
    'status',
    'confirm',
  ],
  ...[
    'options',
    'defaultValue',
    'pattern',
    'placeholder',
    'editable',
    'fieldName',
    'rows',
    'maxRows',
    'limit',
  ],
  ...[
    'onClickAction',
    'onChangeAction',
    'min',
    'max',
    'theme',
    'maxLines',
    'minLines',
    'colSpan',
    'key',
    'id',
  ],
];
const HOSTILE = [
  ...[
    '<img src=x onerror=alert(1)>',
    'javascript:alert(1)',
    'url(https://evil.example/x)',
    'https://evil.example/p.png',
  ],
  ...[
    'red;background:url(//evil.example)',
    'u\\72l(//evil.example)',
    'image-set("//evil.example/x" 1x)',
    '__proto__',
  ],
  ...[
    'expression(alert(1))',
    'var(--n1)',
    'attr(href)',
    '}body{display:none',
    '\u202eevil',
    'data:text/html,x',
    '(',
    '[',
  ],
  ...[null, true, -1, 0, Number.NaN, 1e308, [], {}, [[]], [null], { light: 'url(x)', dark: {} }, { type: 1 }],
  ...[
    { type: 'a', payload: 'x' },
    { text: '<script>', favicon: 'https://evil.example/f.ico' },
    { size: 1e9 },
  ],
  ...[
    [{ value: 1, label: {} }],
    [{ value: 'x', label: '<b>' }, null],
    { name: '__proto__.x' },
    'x'.repeat(50_000),
  ],
];

const { hostile } = fc.letrec<{ hostile: WidgetNode }>((tie) => ({
  hostile: fc
    .tuple(
      fc.constantFrom(...TYPES),
      fc.dictionary(fc.constantFrom(...PROPS), fc.constantFrom(...HOSTILE), { maxKeys: 8 }),
      fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<unknown>(undefined, null, 'text', 7, {}),
        fc.array(tie('hostile'), { maxLength: 4 }),
        tie('hostile'),
      ),
    )
    .map(([type, fields, children]) => ({ ...fields, type, children }) as WidgetNode),
}));

const FORBIDDEN =
  /\s(on\w+|srcdoc|formaction|action|href)=|javascript:|url\(|evil\.example\/x|image-set|expression\(/i;

function outside(root: HTMLElement): string[] {
  const found: string[] = [];
  for (const one of root.querySelectorAll('*')) {
    if (one.closest('.w-markdown') !== null) continue; // Markdown has links, and tests of its own.
    if (/^(script|iframe|object|embed|link|style|a)$/i.test(one.tagName)) found.push(one.outerHTML);
    for (const { name, value } of one.attributes) {
      const isText = ['alt', 'placeholder', 'value', 'aria-label', 'pattern', 'type'].includes(name);
      if (/^on|^(srcdoc|formaction|action|href)$/.test(name)) found.push(`${name}=${value}`);
      if (name === 'src' && !value.startsWith('http://localhost')) found.push(`src=${value}`);
      if (!isText && name !== 'src' && FORBIDDEN.test(value)) found.push(`${name}=${value}`);
    }
  }
  return found;
}

test('no tree makes a script, a request or an exception', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 3 }), (widgets) => {
      const shown = new Shown(widgets[0]!);
      for (const widget of widgets.slice(1)) shown.update(widget);
      expect(outside(shown.node)).toEqual([]);
      expect(shown.log.filter((one) => one.startsWith('widget.failed'))).toEqual([]);
      for (const button of shown.node.querySelectorAll('button')) button.click();
      shown.node.remove();
    }),
    { numRuns: 300 },
  );
});

test('hidden characters are shown in every text, and sent as they are in fields', () => {
  const hidden = 'a\u202eb';
  const shown = new Shown(
    card(
      node('Text', { value: hidden }),
      node('Button', { label: hidden }),
      node('Input', { name: 'x', defaultValue: hidden }),
    ),
  );
  expect(shown.find('.w-text').textContent).toBe('a⟦U+202E⟧b');
  expect(shown.node.querySelector('.w-card-body .w-button')?.textContent).toBe('a⟦U+202E⟧b');
  expect(shown.find<HTMLInputElement>('input').value).toBe(hidden);
});

test.each(HOSTILE.filter((value) => typeof value === 'string' && value !== '__proto__'))(
  '%j is no CSS',
  (value) => expect(safeCss(value as string)).toBeNull(),
);

test('colours and lengths that widgets use are taken', () => {
  expect(color('rgb(1 2 3 / 50%)', SURFACE)).toBe('rgb(1 2 3 / 50%)');
  expect(color('#16203a', SURFACE)).toBe('#16203a');
  expect(color('linear-gradient(135deg, #fff 0%, rgba(0,0,0,.5) 100%)', SURFACE)).toContain(
    'linear-gradient',
  );
  expect(color({ light: '#fff', dark: 'surface' }, SURFACE)).toBe('light-dark(#fff, var(--n1))');
  expect(color('red-100', SURFACE)).toMatch(/^light-dark\(oklch/);
  expect(color('alpha-70', SURFACE)).toBe('color-mix(in srgb, var(--n12) 70%, transparent)');
  expect(['12', '50%', 'calc(100% - 2rem)', 3, 'auto'].map((one) => length(one, 'px'))).toEqual([
    '12px',
    '50%',
    'calc(100% - 2rem)',
    '3px',
    'auto',
  ]);
  expect(length(3, 'spacing')).toBe('calc(var(--unit) * 3)');
});

test('a widget of 10,000 components is cut, with a notice', () => {
  const children = Array.from({ length: 10_000 }, (_, at) => node('Text', { value: `${at}` }));
  const shown = new Shown(card(...children));
  expect(shown.node.querySelectorAll('.w-text').length).toBe(2000);
  expect(shown.node.textContent).toContain('The rest is too large to show.');
  shown.update(card(...children.slice(0, 10)));
  expect(shown.node.textContent).not.toContain('The rest is too large to show.');
  shown.update(card(...children.slice(5000, 7000)));
  expect(shown.node.querySelectorAll('.w-text').length).toBe(2000);
  shown.update(card(...Array.from({ length: 500 }, () => node('Button', { label: 'x' }))));
  expect(shown.node.querySelectorAll('.w-card-body > .w-button').length).toBe(500);
});

test('cards that come and go do not raise the limit', () => {
  const shown = new Shown(card());
  for (let at = 0; at < 300; at++)
    shown.update(card(node('Card', { key: `${at}` }, node('Text', { value: 'x' }))));
  shown.update(card(...Array.from({ length: 2500 }, () => node('Text', { value: 'x' }))));
  expect(shown.node.querySelectorAll('.w-text').length).toBe(2000);
});

test('a widget of 2,000 levels is shown to a depth that a browser can lay out', () => {
  let deep = node('Text', { value: 'end' });
  for (let level = 0; level < 2000; level++) deep = node('Col', {}, deep);
  const shown = new Shown(card(deep));
  expect(shown.node.querySelectorAll('.w-box').length).toBeLessThan(70);
  expect(shown.log.some((one) => one.startsWith('widget.too_deep'))).toBe(true);
});

test('a component that lacks a field says which, and only in the developer mode', () => {
  const widget = card(
    node('Select', { name: null }),
    node('acme.Gauge', {}, node('Text', { value: 'inside' })),
  );
  const shown = new Shown(widget);
  expect(shown.find('.w-missing').textContent).toBe('This part cannot be shown.');
  expect(shown.node.textContent).toContain('inside');
  expect(shown.log).toEqual([
    'widget.missing_field: The widget component "Select" needs `name` and `options`.',
    'widget.unknown_component: The widget component "acme.Gauge" is unknown; its children are shown.',
  ]);
  const dev = new Shown(widget, { isDev: true });
  expect(dev.find('.w-missing').textContent).toBe(
    'The widget component "Select" needs `name` and `options`.',
  );
});
