// The widgets of the states whose names begin with `widgets-`: every component in its variants.
import type { WidgetNode } from '../src/protocol/wire.ts';
import { CHART_WIDGETS } from './chart_widgets.ts';

type Node = WidgetNode;
type Fields = Record<string, unknown>;

const node = (type: string, fields: Fields = {}, children?: readonly Node[]): Node => ({
  type,
  ...fields,
  ...(children && { children }),
});
const card = (fields: Fields, ...children: Node[]): Node => node('Card', fields, children);
const row = (fields: Fields, ...children: Node[]): Node => node('Row', fields, children);
const col = (fields: Fields, ...children: Node[]): Node => node('Col', fields, children);
const text = (value: string, fields: Fields = {}): Node => node('Text', { value, ...fields });
const caption = (value: string, fields: Fields = {}): Node => node('Caption', { value, ...fields });
const title = (value: string, fields: Fields = {}): Node => node('Title', { value, ...fields });
const button = (label: string, fields: Fields = {}): Node => node('Button', { label, ...fields });
const act = (type: string, payload?: Fields): Fields => ({ type, ...(payload && { payload }) });

const LOREM = 'The 10:05 leaves Vienna and arrives in Trieste before the shops close for lunch.';
const TITLES = ['sm', 'md', 'lg', 'xl', '2xl', '3xl', '4xl', '5xl'];
const SIZES = ['3xs', '2xs', 'xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl'];
const COLORS = ['primary', 'secondary', 'info', 'discovery', 'success', 'caution', 'warning', 'danger'];
const VARIANTS = ['solid', 'soft', 'outline', 'ghost'];

const TEXTS = card(
  { size: 'lg' },
  ...TITLES.slice(0, 6).map((size) => title(`Title ${size}`, { size })),
  node('Divider', { flush: true }),
  ...['xs', 'sm', 'md', 'lg', 'xl'].map((size) => text(`Text ${size}`, { size })),
  row(
    { wrap: 'wrap', gap: 3 },
    ...[
      'prose',
      'primary',
      'emphasis',
      'secondary',
      'tertiary',
      'success',
      'warning',
      'danger',
      'purple-600',
    ].map((color) => text(color, { color, weight: 'medium' })),
  ),
  row(
    { gap: 3 },
    text('italic', { italic: true }),
    text('struck', { lineThrough: true }),
    text('bold', { weight: 'bold' }),
  ),
  text(`${LOREM} ${LOREM}`, { truncate: true }),
  text(`${LOREM} ${LOREM} ${LOREM}`, { maxLines: 2, color: 'secondary' }),
  text('Plain *stars* and [no link](https://example.com) in a Text.'),
  node('Markdown', { value: 'Markdown with **bold**, `code` and a list:\n\n- one\n- two' }),
  caption('Caption sm', { size: 'sm' }),
  caption('Caption md'),
  caption('Caption lg', { size: 'lg', textAlign: 'end' }),
);

const BADGES = card(
  { size: 'lg' },
  ...['solid', 'soft', 'outline'].map((variant) =>
    row(
      { wrap: 'wrap', gap: 2 },
      ...['secondary', 'success', 'danger', 'warning', 'info', 'discovery'].map((color) =>
        node('Badge', { label: color, color, variant }),
      ),
    ),
  ),
  row({ gap: 2 }, ...['sm', 'md', 'lg'].map((size) => node('Badge', { label: size, size, pill: true }))),
  row(
    { gap: 3 },
    ...['xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl'].map((size) => node('Icon', { name: 'sparkle', size })),
    node('Icon', { name: 'lucide:plane', color: 'success' }),
  ),
);

const BUTTONS = card(
  { size: 'lg' },
  ...VARIANTS.map((variant) =>
    row(
      { wrap: 'wrap', gap: 2 },
      ...COLORS.map((color) => button(color, { color, variant, size: 'sm', onClickAction: act('press') })),
    ),
  ),
  row({ wrap: 'wrap', gap: 2 }, ...SIZES.map((size) => button(size, { size, variant: 'outline' }))),
  row(
    { wrap: 'wrap', gap: 2 },
    button('Book', { style: 'primary', iconStart: 'check' }),
    button('Later', { style: 'secondary', iconEnd: 'chevron-right' }),
    button('Pill', { variant: 'outline', pill: true }),
    node('Button', { iconStart: 'plus', variant: 'outline' }),
    button('Disabled', { style: 'primary', disabled: true }),
  ),
  button('Across the card', { block: true, style: 'primary', size: 'lg' }),
);

const OPTIONS = ['Window', 'Aisle', 'Middle'].map((label) => ({ label, value: label.toLowerCase() }));

export const FORM = card(
  {
    size: 'md',
    asForm: true,
    confirm: { label: 'Book', action: act('book', { flight: 'OS 561' }) },
    cancel: { label: 'Not now', action: act('cancel') },
    status: { text: 'Passenger', icon: 'user' },
  },
  title('Who is flying?', { size: 'lg' }),
  col(
    { gap: 1 },
    node('Label', { value: 'Name', fieldName: 'passenger.name' }),
    node('Input', { name: 'passenger.name', required: true, placeholder: 'As in the passport' }),
  ),
  row(
    { gap: 3, align: 'start' },
    col(
      { gap: 1, flex: 1 },
      node('Label', { value: 'Seat', fieldName: 'seat' }),
      node('Select', { name: 'seat', options: OPTIONS, placeholder: 'Any', clearable: true, block: true }),
    ),
    col(
      { gap: 1, flex: 1 },
      node('Label', { value: 'Day', fieldName: 'day' }),
      node('DatePicker', {
        name: 'day',
        defaultValue: '2026-05-14T00:00:00Z',
        min: '2026-05-04',
        max: '2026-06-20',
        block: true,
      }),
    ),
  ),
  col(
    { gap: 1 },
    node('Label', { value: 'Notes', fieldName: 'notes' }),
    node('Textarea', { name: 'notes', rows: 3, placeholder: 'Anything we should know', autoResize: true }),
  ),
  node('RadioGroup', {
    name: 'bag',
    ariaLabel: 'Luggage',
    options: [
      { label: 'Cabin bag', value: 'cabin' },
      { label: 'Suitcase', value: 'case' },
      { label: 'Bicycle', value: 'bike', disabled: true },
    ],
    defaultValue: 'cabin',
  }),
  node('Checkbox', { name: 'meal', label: 'A vegetarian meal', defaultChecked: true }),
);

const FIELDS = node('Form', { gap: 3, padding: 4, border: 1, radius: 'lg', onSubmitAction: act('send') }, [
  ...['outline', 'soft'].map((variant) =>
    node('Input', { name: `in-${variant}`, variant, placeholder: variant }),
  ),
  ...SIZES.slice(2, 8).map((size) => node('Input', { name: size, size, defaultValue: size })),
  node('Input', { name: 'pill', pill: true, defaultValue: 'pill', inputType: 'email' }),
  row(
    { wrap: 'wrap', gap: 2 },
    ...VARIANTS.map((variant) =>
      node('Select', { name: `s-${variant}`, variant, options: OPTIONS, defaultValue: 'aisle' }),
    ),
  ),
  row(
    { gap: 2 },
    node('Select', { name: 'off', disabled: true, options: OPTIONS, placeholder: 'Disabled' }),
    node('DatePicker', { name: 'date', pill: true }),
  ),
  text('Dear Ms Rossi, the desk arrived with a scratch.', {
    editable: { name: 'mail', required: true },
    minLines: 2,
  }),
  node('RadioGroup', { name: 'col', direction: 'col', ariaLabel: 'Choice', options: OPTIONS }),
  button('Send', { submit: true, style: 'primary' }),
]);

export const LIST = node('ListView', { limit: 3, status: { text: 'Flights on 14 May', icon: 'compass' } }, [
  ...['OS 561', 'LH 1930', 'FR 7742', 'SK 2672', 'BA 702'].map((name, at) =>
    node('ListViewItem', { key: name, onClickAction: act('flight.choose', { name }) }, [
      node('Box', { background: 'blue-100', radius: 'md', padding: 2 }, [
        node('Icon', { name: 'globe', color: 'blue-700' }),
      ]),
      col({ flex: 1 }, text(name, { weight: 'semibold' }), caption(`Vienna to Trieste, ${at + 1} h 10`)),
      node('Badge', {
        label: at === 0 ? 'cheapest' : 'seats left',
        color: at === 0 ? 'success' : 'secondary',
      }),
      text(`€${120 + at * 31}`, { weight: 'medium' }),
    ]),
  ),
]);

const TABLE = card(
  { size: 'full' },
  title('Nights in Trieste'),
  node('Table', {}, [
    node(
      'Table.Row',
      { header: true },
      ['Hotel', 'Night', 'Rating'].map((value) => node('Table.Cell', { colSize: 'md' }, [text(value)])),
    ),
    ...[
      ['Savoia', '€140', '4.6'],
      ['Victoria', '€118', '4.4'],
      ['Continentale', '€96', '4.2'],
    ].map((cells) =>
      node(
        'Table.Row',
        {},
        cells.map((value, at) => node('Table.Cell', { align: at === 1 ? 'end' : 'start' }, [text(value)])),
      ),
    ),
  ]),
);

const PICTURE = `data:image/svg+xml,x`;

const LAYOUT = node('Basic', { gap: 3 }, [
  card(
    { size: 'sm', padding: 3, background: { light: '#f4f7ff', dark: '#16203a' } },
    row(
      { justify: 'between' },
      title('Trieste', { size: 'sm' }),
      node('Badge', { label: '24 °C', color: 'info' }),
    ),
    row(
      { gap: 2 },
      ...['Mon', 'Tue', 'Wed', 'Thu'].map((day) =>
        col(
          {
            align: 'center',
            flex: 1,
            padding: 2,
            radius: 'md',
            background: 'surface-secondary',
            border: { size: 1, color: 'subtle' },
          },
          caption(day),
          node('Icon', { name: 'star' }),
          text('21°'),
        ),
      ),
    ),
  ),
  card(
    { size: 'sm', theme: 'dark' },
    row({}, text('Always dark'), node('Spacer'), button('Open', { size: 'sm' })),
    node('Divider'),
    node('Image', {
      src: PICTURE,
      alt: 'A picture from a host that is not allowed',
      height: 80,
      radius: 'md',
    }),
  ),
  card(
    { size: 'sm', collapsed: true, status: { text: 'Booked for 14 May', icon: 'check-circle' } },
    text('hidden'),
  ),
  card(
    { size: 'sm' },
    node('Select', {}),
    node('acme.Gauge', { value: 3 }, [text('Inside of an unknown component')]),
  ),
]);

export const WIDGETS: Readonly<Record<string, Node>> = {
  texts: TEXTS,
  badges: BADGES,
  buttons: BUTTONS,
  form: FORM,
  fields: FIELDS,
  list: LIST,
  table: TABLE,
  layout: LAYOUT,
  ...CHART_WIDGETS,
};
