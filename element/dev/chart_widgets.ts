// The widgets of the states whose names begin with `widgets-charts`.
import type { WidgetNode } from '../src/protocol/wire.ts';

type Fields = Record<string, unknown>;
type Series = Fields & { readonly type: 'bar' | 'area' | 'line' };

const card = (...children: WidgetNode[]): WidgetNode => ({ type: 'Card', size: 'lg', children });
const head = (value: string, caption: string): WidgetNode => ({
  type: 'Col',
  children: [
    { type: 'Title', value, size: 'sm' },
    { type: 'Caption', value: caption },
  ],
});
const chart = (data: readonly Fields[], series: readonly Series[], more: Fields = {}): WidgetNode => ({
  type: 'Chart',
  data,
  series,
  xAxis: 'x',
  ...more,
});
const series = (type: Series['type'], dataKey: string, label: string, more: Fields = {}): Series => ({
  type,
  dataKey,
  label,
  ...more,
});
const rows = (names: readonly string[], ...columns: readonly (readonly (number | string)[])[]): Fields[] =>
  names.map((x, at) =>
    Object.fromEntries([['x', x], ...columns.map((values, key) => ['abcdefg'[key], values[at]])]),
  );

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June'];
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const VISITS = rows(MONTHS, [186, 305, 237, 73, 209, 214], [80, 200, 120, 190, 130, 140]);
const SHORT = { labels: Object.fromEntries(MONTHS.map((month) => [month, month.slice(0, 3)])), dataKey: 'x' };
const PRICES = Array.from({ length: 30 }, (_, at) => ({
  x: `${at + 1} May`,
  a: Math.round(118 + 30 * Math.sin(at / 4) + 12 * Math.sin(at * 1.7)),
  b: Math.round(96 + 14 * Math.cos(at / 5) + 8 * Math.sin(at * 2.3)),
}));
const MANY = Array.from({ length: 1000 }, (_, at) => ({
  x: `#${at + 1}`,
  a: Math.round(400 + 180 * Math.sin(at / 60) + 90 * Math.sin(at / 7) + 40 * Math.sin(at * 3.1)),
}));

const BARS = card(
  head('Visitors', 'January to June'),
  chart(VISITS, [series('bar', 'a', 'Desktop'), series('bar', 'b', 'Mobile')], {
    xAxis: SHORT,
    showYAxis: true,
  }),
);
const STACKS = card(
  head('Energy by source', 'Terawatt hours'),
  chart(
    rows(
      ['2021', '2022', '2023', '2024', '2025'],
      [42, 45, 51, 58, 66],
      [31, 30, 36, 41, 47],
      [12, 14, 13, 17, 21],
    ),
    ['Wind', 'Sun', 'Water'].map((label, at) => series('bar', 'abc'[at]!, label, { stack: 's' })),
    { showYAxis: true },
  ),
);
const AREAS = card(
  head('Sessions', 'Last six months'),
  chart(
    VISITS,
    [
      series('area', 'b', 'Mobile', { stack: 's', curveType: 'natural' }),
      series('area', 'a', 'Desktop', { stack: 's', curveType: 'natural' }),
    ],
    { xAxis: SHORT },
  ),
);
const AREA = card(
  head('Price of the 10:05', 'Euros, each day of May'),
  chart(PRICES, [series('area', 'a', 'Price', { curveType: 'monotone' })], {
    showYAxis: true,
    showLegend: false,
  }),
);
const LINES = card(
  head('Two fares', 'Euros, each day of May'),
  chart(
    PRICES,
    [
      series('line', 'a', 'Flexible', { curveType: 'monotone' }),
      series('line', 'b', 'Saver', { curveType: 'monotone' }),
    ],
    { showYAxis: true },
  ),
);
const MIXED = card(
  head('Revenue and margin', 'A bar, an area and a line'),
  chart(
    rows(
      DAYS,
      [1200, 1800, 900, 2400, 2100, 2900, 1500],
      [900, 1500, 1100, 1700, 1900, 2000, 1800],
      [700, 820, 610, 1300, 1250, 1700, 990],
    ),
    [
      series('area', 'b', 'Plan', { color: 'gray-300', curveType: 'step' }),
      series('bar', 'a', 'Revenue', { color: 'green' }),
      series('line', 'c', 'Margin', { color: 'orange', curveType: 'bump' }),
    ],
    { showYAxis: true },
  ),
);
const NEGATIVE = card(
  head('Balance', 'Income above, costs below'),
  chart(
    rows(
      DAYS,
      [320, 210, 480, 150, 390, 520, 280],
      [-180, -240, -130, -310, -220, -160, -200],
      [-40, -60, -20, -90, -30, -50, -70],
    ),
    [
      series('bar', 'a', 'Income', { stack: 's', color: 'blue' }),
      series('bar', 'b', 'Rent', { stack: 's', color: 'pink' }),
      series('bar', 'c', 'Fees', { stack: 's', color: 'purple' }),
    ],
    { showYAxis: true },
  ),
  chart(
    rows(DAYS, [-4, -2.5, 1, 3.5, 6, 2, -1]),
    [
      series('area', 'a', 'Temperature', {
        curveType: 'natural',
        color: { light: '#0e7490', dark: '#67e8f9' },
      }),
    ],
    { showYAxis: true, height: 150 },
  ),
);
const GAPS = card(
  head('With gaps', 'No readings on Wednesday and Friday'),
  chart(
    rows(DAYS, [12, 15, 'n/a', 11, '', 18, 16], [9, 10, 8, 12, 14, 13, 11]),
    [series('line', 'a', 'Sensor A'), series('line', 'b', 'Sensor B', { color: 'gray-400' })],
    { height: 160 },
  ),
  chart(rows(['Only one'], [12], [30]), [series('bar', 'a', 'First'), series('bar', 'b', 'Second')], {
    height: 140,
  }),
  chart([], [series('bar', 'a', 'Nothing')], { height: 100 }),
);
const NAMES = card(
  head('Long names', 'Of places that people ask for'),
  chart(
    rows(
      [
        'San Giovanni in Monte',
        'Villa Opicina',
        'Muggia',
        'Duino-Aurisina',
        'Monfalcone Ronchi',
        'Sistiana Visogliano',
      ],
      [42_000, 31_000, 12_500, 27_800, 18_400, 9300],
    ),
    [series('bar', 'a', 'Travellers', { color: 'orange' })],
    { showYAxis: true },
  ),
  chart(
    Array.from({ length: 24 }, (_, at) => ({
      x: `2026-05-${String(at + 1).padStart(2, '0')}`,
      a: (at * 37) % 19,
    })),
    [series('bar', 'a', 'Delays', { color: 'red' })],
    { height: 150 },
  ),
);
const SERIES = card(
  head('Seven series', 'The colours in turn'),
  chart(
    rows(
      ['Q1', 'Q2', 'Q3', 'Q4'],
      ...Array.from({ length: 7 }, (_, at) => [0, 1, 2, 3].map((q) => 20 + ((at * 13 + q * 17) % 40))),
    ),
    [...'abcdefg'].map((key, at) =>
      series('bar', key, ['Vienna', 'Graz', 'Linz', 'Villach', 'Udine', 'Trieste', 'Venice'][at]!),
    ),
  ),
  chart(
    rows(
      ['Q1', 'Q2', 'Q3', 'Q4'],
      ...Array.from({ length: 7 }, (_, at) => [0, 1, 2, 3].map((q) => 20 + ((at * 13 + q * 17) % 40))),
    ),
    [...'abcdefg'].map((key, at) => series('bar', key, `Stack ${at + 1}`, { stack: 's' })),
    { showLegend: false, height: 180 },
  ),
);
const DENSE = card(
  head('A thousand rows', 'As an area and as bars'),
  chart(MANY, [series('area', 'a', 'Requests')], { showYAxis: true, height: 180 }),
  chart(MANY, [series('bar', 'a', 'Requests', { color: 'purple' })], { height: 140, showLegend: false }),
);
const SMALL: WidgetNode = {
  type: 'Card',
  size: 'lg',
  children: [
    {
      type: 'Row',
      gap: 3,
      children: (['bar', 'line', 'area'] as const).map((type, at) => ({
        type: 'Col',
        flex: 1,
        padding: 3,
        gap: 1,
        radius: 'md',
        background: 'surface-secondary',
        children: [
          { type: 'Caption', value: ['Sales', 'Fares', 'Visits'][at] },
          { type: 'Title', value: ['€ 4,210', '€ 118', '1,224'][at], size: 'lg' },
          chart(
            VISITS,
            [series(type, 'a', 'Desktop', { curveType: 'monotone', color: ['blue', 'green', 'purple'][at] })],
            {
              height: 56,
              xAxis: { dataKey: 'x', hide: true },
              showLegend: false,
            },
          ),
        ],
      })),
    },
    {
      ...chart(VISITS, [series('bar', 'a', 'Desktop')], { barGap: 2, barCategoryGap: 2 }),
      aspectRatio: '5 / 1',
    },
    chart(VISITS, [series('bar', 'a', 'Desktop'), series('bar', 'b', 'Mobile')], {
      width: 200,
      height: 160,
      showYAxis: true,
    }),
  ],
};
const CURVES = [
  ...[
    'linear',
    'natural',
    'monotone',
    'monotoneX',
    'monotoneY',
    'bump',
    'bumpX',
    'bumpY',
    'basis',
    'basisOpen',
  ],
  ...['basisClosed', 'linearClosed', 'step', 'stepBefore', 'stepAfter'],
];
const CURVE_TYPES = card({
  type: 'Row',
  wrap: 'wrap',
  gap: 3,
  children: CURVES.map((curveType, at) => ({
    type: 'Col',
    width: 140,
    children: [
      { type: 'Caption', value: curveType },
      chart(VISITS, [series(at % 2 === 0 ? 'line' : 'area', 'a', 'Desktop', { curveType })], {
        height: 80,
        showLegend: false,
        xAxis: { dataKey: 'x', hide: true },
      }),
    ],
  })),
});

export const CHART_WIDGETS: Readonly<Record<string, WidgetNode>> = {
  'charts-bars': BARS,
  'charts-stacks': STACKS,
  'charts-areas': AREAS,
  'charts-area': AREA,
  'charts-lines': LINES,
  'charts-mixed': MIXED,
  'charts-negative': NEGATIVE,
  'charts-gaps': GAPS,
  'charts-names': NAMES,
  'charts-series': SERIES,
  'charts-dense': DENSE,
  'charts-small': SMALL,
  'charts-curves': CURVE_TYPES,
};
