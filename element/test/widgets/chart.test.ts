// @vitest-environment happy-dom
// Charts: what is drawn for the data, what it is called, how it is read by keyboard and by screen readers.
import { scaleLinear } from 'd3-scale';
import * as d3 from 'd3-shape';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WidgetNode } from '../../src/protocol/wire.ts';
import { seriesColor } from '../../src/widgets/chart/series_colors.ts';
import { calm, key, markup, node, Shown } from './support.ts';

type Fields = Record<string, unknown>;

/** The observers of sizes, which have to be told what happens: there is no layout here. */
let observers: Map<Element, (width: number, height: number) => void>;

let direction: 'ltr' | 'rtl';
let radius: string;

const COLOR = /^(#[\da-f]{3,6}|red|(oklch|light-dark)\(.*\))$/;

beforeEach(() => {
  observers = new Map();
  direction = 'ltr';
  radius = '999px';
  vi.stubGlobal('CSS', { supports: (_: string, value: string) => COLOR.test(value) });
  vi.stubGlobal('getComputedStyle', () => ({
    direction,
    fontSize: `${FONT_PX}px`,
    fontWeight: '400',
    fontFamily: 'Any',
    getPropertyValue: (name: string) => (name === '--radius-full' ? radius : ''),
  }));
  vi.stubGlobal(
    'ResizeObserver',
    class {
      readonly #callback: ResizeObserverCallback;
      constructor(callback: ResizeObserverCallback) {
        this.#callback = callback;
      }
      observe(box: Element): void {
        const entry = (width: number, height: number) => ({ contentRect: { width, height } });
        observers.set(box, (width, height) =>
          this.#callback([entry(width, height) as ResizeObserverEntry], this as unknown as ResizeObserver),
        );
      }
      disconnect(): void {}
      unobserve(): void {}
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

const FONT_PX = 12;
const ROWS = [
  { day: 'Mon', a: 10, b: 4 },
  { day: 'Tue', a: 30, b: 8 },
  { day: 'Wed', a: 20, b: 6 },
  { day: 'Thu', a: 5, b: 2 },
  { day: 'Fri', a: 25, b: 9 },
];
const bar = (dataKey: string, more: Fields = {}): Fields => ({
  type: 'bar',
  label: `Label ${dataKey}`,
  dataKey,
  ...more,
});
const area = (dataKey: string, more: Fields = {}): Fields => ({ ...bar(dataKey, more), type: 'area' });
const line = (dataKey: string, more: Fields = {}): Fields => ({ ...bar(dataKey, more), type: 'line' });
const chart = (series: readonly unknown[], more: Fields = {}): WidgetNode =>
  node('Chart', { data: ROWS, series, xAxis: 'day', ...more });

async function draw(widget: WidgetNode, width = 400, height = 200): Promise<Shown> {
  const shown = new Shown(widget);
  await vi.dynamicImportSettled();
  await calm();
  resize(shown, width, height);
  return shown;
}

function resize(shown: Shown, width: number, height: number): void {
  for (const [box, notify] of observers) if (shown.node.contains(box)) notify(width, height);
}

const paths = (shown: Shown, className: string): string[] =>
  [...shown.node.querySelectorAll(`.${className}`)].map((path) => path.getAttribute('d') ?? '');
const texts = (shown: Shown, selector: string): string[] =>
  [...shown.node.querySelectorAll(selector)].map(({ textContent }) => textContent ?? '');
const table = (shown: Shown): string[][] =>
  [...shown.node.querySelectorAll('tr')].map((row) => [...row.children].map((one) => one.textContent ?? ''));
const svgOf = (shown: Shown): HTMLElement => shown.find('.w-chart-svg');

type Bar = { left: number; right: number; from: number; to: number; isRound: boolean };

/** The bars of a path. `from` is the end at zero or at the bar below. */
function bars(path: string): Bar[] {
  return path
    .split('Z')
    .filter(Boolean)
    .map((one) => {
      const numbers = [...one.matchAll(/-?[\d.]+/g)].map(([text]) => Number(text));
      const isRound = one.includes('Q');
      const [left = 0, from = 0] = numbers;
      return isRound
        ? { left, right: numbers.at(-3)!, from, to: numbers[4]!, isRound }
        : { left, right: numbers.at(-2)!, from, to: numbers[2]!, isRound };
    });
}

describe('the marks', () => {
  test('bars of a row are side by side, on zero, and as high as their values', async () => {
    const shown = await draw(chart([bar('a'), bar('b')]));
    const [first, second] = paths(shown, 'w-chart-bar').map(bars) as [Bar[], Bar[]];
    expect([first.length, second.length]).toEqual([5, 5]);
    for (const [at, one] of first.entries()) {
      expect(one.right).toBeLessThanOrEqual(second[at]!.left);
      if (at > 0) expect(one.left).toBeGreaterThan(second[at - 1]!.right);
      expect(one.isRound).toBe(true);
    }
    const perUnit = (first[0]!.from - first[0]!.to) / 10;
    expect(first.map(({ from, to }) => Math.round((from - to) / perUnit))).toEqual([10, 30, 20, 5, 25]);
    expect(second.map(({ from, to }) => Math.round((from - to) / perUnit))).toEqual([4, 8, 6, 2, 9]);
  });

  test('gaps between bars and between rows are those of the fields, in pixels', async () => {
    const shown = await draw(chart([bar('a'), bar('b')], { barGap: 6, barCategoryGap: 20 }));
    const [first, second] = paths(shown, 'w-chart-bar').map(bars) as [Bar[], Bar[]];
    expect(second[0]!.left - first[0]!.right).toBeCloseTo(6, 1);
    expect(first[1]!.left - second[0]!.right).toBeCloseTo(20, 1);
  });

  test('bars of one stack are on each other, and only the last of them is round', async () => {
    const shown = await draw(chart([bar('a', { stack: 's' }), bar('b', { stack: 's' }), bar('a')]));
    const [low, high, alone] = paths(shown, 'w-chart-bar').map(bars) as [Bar[], Bar[], Bar[]];
    for (const [at, one] of low.entries()) {
      expect(one.left).toBe(high[at]!.left);
      expect(Math.abs(one.to - high[at]!.from)).toBeLessThanOrEqual(1.01);
      expect(high[at]!.to).toBeLessThan(one.to);
      expect([one.isRound, high[at]!.isRound, alone[at]!.isRound]).toEqual([false, true, true]);
      expect(alone[at]!.left).toBeGreaterThan(one.right);
    }
  });

  test('the end of a stack is round where its last bar has no value', async () => {
    const data = [{ day: 'Mon', a: 10 }];
    const shown = await draw(chart([bar('a', { stack: 's' }), bar('b', { stack: 's' })], { data }));
    const [low, high] = paths(shown, 'w-chart-bar');
    expect(bars(low!).map(({ isRound }) => isRound)).toEqual([true]);
    expect(high).toBe('');
  });

  test('a theme with sharp corners has no round bars', async () => {
    radius = '0px';
    const [path = ''] = paths(await draw(chart([bar('a')])), 'w-chart-bar');
    expect(bars(path).map(({ isRound }) => isRound)).toEqual(Array(5).fill(false));
    expect(path.match(/M/g)?.length).toBe(5);
  });

  test('negative bars hang below the line of zero, in a stack too', async () => {
    const data = [{ day: 'Mon', a: 10, b: -6, c: -4 }];
    const series = ['a', 'b', 'c'].map((name) => bar(name, { stack: 's' }));
    const shown = await draw(chart(series, { data, showYAxis: true }));
    const [up, down, last] = paths(shown, 'w-chart-bar').map((path) => bars(path)[0]!);
    const zero = Number(shown.find('.w-chart-zero').getAttribute('y1'));
    expect(shown.node.querySelectorAll('.w-chart-zero').length).toBe(1);
    for (const from of [up!.from, down!.from]) expect(Math.abs(from - zero)).toBeLessThanOrEqual(1);
    expect(up!.to).toBeLessThan(zero);
    expect(down!.to).toBeGreaterThan(zero);
    expect(last!.to).toBeGreaterThan(last!.from);
    expect([up!.isRound, down!.isRound, last!.isRound]).toEqual([true, false, true]);
    expect(texts(shown, '.w-chart-y')).toContain('-10');
  });

  test('the bar of a small value can be seen, and zero has none', async () => {
    const data = [
      { day: 'Mon', a: 100_000 },
      { day: 'Tue', a: 1 },
      { day: 'Wed', a: 0 },
    ];
    const [path = ''] = paths(await draw(chart([bar('a')], { data })), 'w-chart-bar');
    const drawn = bars(path);
    expect(drawn.length).toBe(2);
    expect(drawn[1]!.from - drawn[1]!.to).toBeGreaterThanOrEqual(0.99);
  });

  test('areas of a stack add up', async () => {
    const shown = await draw(chart([area('a', { stack: 's' }), area('b', { stack: 's' })]));
    const [low, high] = paths(shown, 'w-chart-area').map((path) =>
      [...path.matchAll(/[ML]([\d.]+),([\d.]+)/g)].map(([, , y]) => Number(y)),
    ) as [number[], number[]];
    // The upper edge from the first to the last row, then the lower edge back.
    expect(high.slice(5).reverse()).toEqual(low.slice(0, 5));
    expect(high.slice(0, 5).every((y, at) => y < low[at]!)).toBe(true);
  });

  test('an area alone fades, and those of a stack are flat', async () => {
    const shown = await draw(chart([area('a'), area('b', { stack: 's' })]));
    const [alone, stacked] = [...shown.node.querySelectorAll('.w-chart-area')];
    const id = shown.find('linearGradient').id;
    expect(alone!.getAttribute('fill')).toBe(`url(#${id})`);
    expect([stacked!.getAttribute('fill'), stacked!.hasAttribute('data-stack')]).toEqual([null, true]);
  });

  test('areas are below bars, and bars below lines', async () => {
    const shown = await draw(chart([line('a'), bar('b'), area('a')]));
    const kinds = [...shown.node.querySelectorAll('.w-chart-series')].map((one) =>
      one.getAttribute('data-kind'),
    );
    expect(kinds).toEqual(['area', 'bar', 'line']);
  });

  test('a line has a gap where a row has no number, and a dot for a row alone', async () => {
    const values: unknown[] = [1, 2, 'n/a', 3, null, '4', 5, true, 6, [7]];
    const data = values.map((a, at) => ({ day: `Day ${at}`, a }));
    const shown = await draw(chart([line('a')], { data }));
    const [path = ''] = paths(shown, 'w-chart-line');
    expect(path.match(/M/g)?.length).toBe(4);
    const [dots = ''] = paths(shown, 'w-chart-dot');
    expect(dots.match(/M/g)?.length).toBe(2);
  });
});

const CURVES = [
  ['basis', d3.curveBasis],
  ['basisClosed', d3.curveBasisClosed],
  ['basisOpen', d3.curveBasisOpen],
  ['bumpX', d3.curveBumpX],
  ['bumpY', d3.curveBumpY],
  ['bump', d3.curveBumpX],
  ['linear', d3.curveLinear],
  ['linearClosed', d3.curveLinearClosed],
  ['natural', d3.curveNatural],
  ['monotoneX', d3.curveMonotoneX],
  ['monotoneY', d3.curveMonotoneY],
  ['monotone', d3.curveMonotoneX],
  ['step', d3.curveStep],
  ['stepBefore', d3.curveStepBefore],
  ['stepAfter', d3.curveStepAfter],
  [null, d3.curveLinear],
  ['constructor', d3.curveLinear],
] as const;

test.each(CURVES)('the curve %s is the one of d3, as a line and as an area', async (curveType, curve) => {
  const shown = await draw(chart([line('a', { curveType }), area('a', { curveType })]), 412, 240);
  // The edges of the marks: 6 px at the sides, 10 px above, the labels of the rows below.
  const x = (at: number): number => 6 + at * 100;
  const bottom = Number(shown.find('.w-chart-zero').getAttribute('y1')) + 0.5;
  const y = scaleLinear([0, 30], [bottom, 10]);
  const values = ROWS.map(({ a }) => a);
  expect(paths(shown, 'w-chart-line').at(-1)).toBe(
    d3
      .line<number>((_, at) => x(at), y)
      .curve(curve)
      .digits(2)(values),
  );
  expect(paths(shown, 'w-chart-area')).toEqual([
    d3
      .area<number>((_, at) => x(at), bottom, y)
      .curve(curve)
      .digits(2)(values),
  ]);
});

test('an open basis curve of few rows is a line, so that there is something to see', async () => {
  const shown = await draw(chart([line('a', { curveType: 'basisOpen' })], { data: ROWS.slice(0, 3) }));
  expect(paths(shown, 'w-chart-line')[0]).toMatch(/^M[\d.,]+L[\d.,]+L[\d.,]+$/);
});

describe('colours', () => {
  const BLUE = 'light-dark(oklch(0.59 0.19 258), oklch(0.68 0.16 256))';

  test.each([
    ['a token', 'red', (found: string) => found === seriesColor(null, 4)],
    ['a step of the palette', 'blue-900', (found: string) => /^light-dark\(oklch/.test(found)],
    ['CSS', '#0a7', (found: string) => found === '#0a7'],
    ['a pair', { light: 'red', dark: '#fff' }, (found: string) => found.endsWith(', #fff)')],
    ['nothing', null, (found: string) => found === BLUE],
    ['an address', 'url(https://example.com/a.png)', (found: string) => found === BLUE],
    ['a declaration', 'red; background: url(/a)', (found: string) => found === BLUE],
    ['a variable', 'var(--n1)', (found: string) => found === BLUE],
    ['a field of objects', '__proto__', (found: string) => found === BLUE],
    ['a gradient', 'linear-gradient(red, #fff)', (found: string) => found === BLUE],
    ['a word', 'nonsense', (found: string) => found === BLUE],
    ['a number', 4, (found: string) => found === BLUE],
  ])('%s', async (_, color, isRight) => {
    const shown = await draw(chart([bar('a', { color })]));
    const found = shown.find('.w-chart-series').style.getPropertyValue('--c');
    expect(isRight(found), found).toBe(true);
    expect(shown.find('.w-chart-legend .w-chart-swatch').style.getPropertyValue('--c')).toBe(found);
  });

  test('series without a colour get them in turn', async () => {
    const series = Array.from({ length: 8 }, () => line('a'));
    const shown = await draw(chart(series));
    const colors = [...shown.node.querySelectorAll<HTMLElement>('.w-chart-series')].map(({ style }) =>
      style.getPropertyValue('--c'),
    );
    expect(colors).toEqual(
      ['blue', 'purple', 'orange', 'green', 'red', 'yellow', 'pink', 'blue'].map((one) =>
        seriesColor(one, 0),
      ),
    );
  });
});

describe('the axes', () => {
  test('labels of rows are those of the field, or of the table of labels', async () => {
    const xAxis = { dataKey: 'day', labels: { Mon: 'Monday', toString: 'no' } };
    const data = ['Mon', 'Tue', 'toString', 'constructor', 5].map((day) => ({ day, a: 1 }));
    const shown = await draw(chart([bar('a')], { xAxis, data }), 800);
    expect(texts(shown, '.w-chart-x')).toEqual(['Monday', 'Tue', 'no', 'constructor', '5']);
  });

  test('an axis can be hidden, and the numbers are shown only if asked for', async () => {
    const shown = await draw(chart([bar('a')], { xAxis: { dataKey: 'day', hide: true } }));
    expect(texts(shown, 'svg text')).toEqual([]);
    shown.update(chart([bar('a')], { showYAxis: true }));
    expect(texts(shown, '.w-chart-y').length).toBeGreaterThan(2);
  });

  test.each([200, 320, 700])('labels never touch each other at %i px', async (width) => {
    for (const names of [
      Array.from({ length: 90 }, (_, at) => `2026-05-${at}`),
      ['San Giovanni in Monte', 'Villa Opicina', 'Muggia', 'Duino-Aurisina', 'Monfalcone', 'Sistiana'],
      Array.from({ length: 40 }, (_, at) => 'W'.repeat(1 + (at % 30))),
      ['x'.repeat(5000)],
    ]) {
      const shown = await draw(chart([bar('a')], { data: names.map((day) => ({ day, a: 1 })) }), width);
      const labels = [...shown.node.querySelectorAll('.w-chart-x')];
      expect(labels.length).toBeGreaterThan(0);
      const edges = labels.map((label) => {
        // Without fonts, a letter is taken as 0.55 of the size of the text.
        const half = ((label.textContent ?? '').length * FONT_PX * 0.55) / 2;
        const x = Number(label.getAttribute('x'));
        return [x - half, x + half] as const;
      });
      for (const [at, [start, end]] of edges.entries()) {
        expect(start).toBeGreaterThanOrEqual(at === 0 ? -0.01 : edges[at - 1]![1]);
        expect(end).toBeLessThanOrEqual(width + 0.01);
      }
      shown.node.remove();
    }
  });

  test('names are shortened, dates are left out', async () => {
    const named = ['San Giovanni in Monte', 'Villa Opicina', 'Duino-Aurisina', 'Monfalcone'];
    const rows = (names: string[]) => ({ data: names.map((day) => ({ day, a: 1 })) });
    const names = texts(await draw(chart([bar('a')], rows(named)), 280), '.w-chart-x');
    expect(names.length).toBe(4);
    expect(names.every((name, at) => named[at]!.startsWith(name.replace(/…$/, '')))).toBe(true);
    expect(names[0]).toMatch(/…$/);
    const dated = ['2026-05-01', '2026-05-02', '2026-05-03', '2026-05-04', '2026-05-05'];
    const dates = texts(await draw(chart([bar('a')], rows(dated)), 280), '.w-chart-x');
    expect(dates.length).toBeLessThan(5);
    expect(dates.every((date) => dated.includes(date))).toBe(true);
  });

  test('numbers are in the language of the chat and differ from each other', async () => {
    const ticks = async (values: number[], locale = 'en') => {
      const data = values.map((a, at) => ({ day: `Day ${at}`, a }));
      const shown = new Shown(chart([line('a')], { data, showYAxis: true }), { locale });
      await vi.dynamicImportSettled();
      await calm();
      resize(shown, 400, 200);
      return texts(shown, '.w-chart-y');
    };
    expect(await ticks([0, 60_000])).toContain('40K');
    expect(await ticks([0, 2.5], 'de')).toContain('1,5');
    const near = await ticks([1_000_001, 1_000_004]);
    expect([new Set(near).size, near[0]]).toEqual([near.length, '1,000,001']);
    expect((await ticks([0, 1e300])).every((text) => text.length < 10)).toBe(true);
  });

  test.each([
    ['lines that vary little', [line('a')], [1000, 1010], false],
    ['lines that vary', [line('a')], [10, 30], true],
    ['areas', [area('a')], [1000, 1010], true],
    ['a line at one height', [line('a')], [1000, 1000], true],
  ])('of %s, the axis has all values in it, and zero or not', async (_, series, values, hasZero) => {
    const data = values.map((a, at) => ({ day: `Day ${at}`, a }));
    const shown = await draw(chart(series, { data, showYAxis: true }));
    const numbers = texts(shown, '.w-chart-y').map((text) => Number(text.replace(',', '')));
    expect(numbers.includes(0)).toBe(hasZero);
    expect(Math.min(...numbers)).toBeLessThanOrEqual(Math.min(...values));
    expect(Math.max(...numbers)).toBeGreaterThanOrEqual(Math.max(...values));
  });

  test('labels that are left out leave even gaps', async () => {
    const data = Array.from({ length: 24 }, (_, at) => ({ day: `2026-05-${at + 10}`, a: 1 }));
    const shown = await draw(chart([bar('a')], { data }), 400);
    const x = [...shown.node.querySelectorAll('.w-chart-x')].map((one) => Number(one.getAttribute('x')));
    expect(x.length).toBeGreaterThan(3);
    const gaps = x.slice(1).map((place, at) => place - x[at]!);
    // The edge may move the last label a little.
    expect(Math.max(...gaps)).toBeLessThan(Math.min(...gaps) * 1.2);
  });

  test('from right to left, the first row is on the right, and the numbers are too', async () => {
    direction = 'rtl';
    const shown = await draw(chart([bar('a')], { showYAxis: true }));
    const x = [...shown.node.querySelectorAll('.w-chart-x')].map((one) => Number(one.getAttribute('x')));
    expect(texts(shown, '.w-chart-x')).toEqual(['Fri', 'Thu', 'Wed', 'Tue', 'Mon']);
    expect(x).toEqual(x.toSorted((a, b) => a - b));
    const numbers = Number(shown.find('.w-chart-y').getAttribute('x'));
    const edge = Math.max(...bars(paths(shown, 'w-chart-bar')[0]!).map(({ right }) => right));
    expect(edge < numbers && numbers < 400).toBe(true);
    expect(shown.find('.w-chart-y').getAttribute('text-anchor')).toBe('start');
    key(svgOf(shown), 'ArrowLeft');
    key(svgOf(shown), 'ArrowLeft');
    expect(texts(shown, '.w-chart-tip-title')).toEqual(['Tue']);
  });
});

describe('names and values', () => {
  test('a drawing that has no size yet is no image, since it has no name', async () => {
    const shown = await draw(chart([bar('a')], { data: [{ day: 'Mon', a: 1 }] }), 0, 0);
    expect(svgOf(shown).hasAttribute('role')).toBe(false);
    resize(shown, 400, 200);
    expect(svgOf(shown).getAttribute('role')).toBe('img');
  });

  test('the drawing is named after its series, and a table has all values', async () => {
    const data = [
      { day: 'Mon', a: 1234.5, b: 'n/a' },
      { day: '<b>Tue</b>', a: null },
    ];
    const shown = await draw(
      chart([bar('a', { label: '<i>Sold</i>' }), line('b', { label: null })], { data }),
    );
    expect([svgOf(shown).getAttribute('role'), svgOf(shown).getAttribute('aria-label')]).toEqual([
      'img',
      'Chart: <i>Sold</i>, b',
    ]);
    expect(table(shown)).toEqual([
      ['day', '<i>Sold</i>', 'b'],
      ['Mon', '1,234.5', 'n/a'],
      ['<b>Tue</b>', '–', '–'],
    ]);
    const roles = [...shown.node.querySelectorAll('th, td')].map((one) => one.getAttribute('role'));
    const row = ['rowheader', 'cell', 'cell'];
    expect(roles).toEqual([...['columnheader', 'columnheader', 'columnheader'], ...row, ...row]);
    expect(shown.node.querySelector('b, i')).toBe(null);
  });

  test('the legend has a patch and a name for each series, or is hidden', async () => {
    const shown = await draw(chart([bar('a'), line('b')]));
    expect(texts(shown, '.w-chart-legend li')).toEqual(['Label a', 'Label b']);
    shown.update(chart([bar('a')], { showLegend: false }));
    expect(shown.find('.w-chart-legend').hidden).toBe(true);
  });

  test.each([
    ['no rows', { data: [] }],
    ['no series', { series: [] }],
    ['no numbers', { data: [{ day: 'Mon', a: 'many' }] }],
  ])('with %s, a word says so', async (_, more) => {
    const shown = await draw(chart([bar('a')], more));
    expect(shown.find('.w-chart-empty').hidden).toBe(false);
    expect(shown.find('.w-chart-empty').textContent).toBe('No data');
    expect(svgOf(shown).hasAttribute('hidden')).toBe(true);
    shown.update(chart([bar('a')]));
    expect(shown.find('.w-chart-empty').hidden).toBe(true);
    expect(svgOf(shown).hasAttribute('hidden')).toBe(false);
  });

  test('a series without numbers is logged, with the fields that there are', async () => {
    const shown = await draw(chart([bar('a'), bar('sold')]));
    expect(shown.log).toEqual([
      'widget.chart_without_numbers: The series "Label sold" of a Chart has no numbers: no row has a ' +
        'number in the field that its `dataKey` names, "sold". The first row has: day, a, b.',
    ]);
  });

  test.each(['data', 'series', 'xAxis'])('without %s, a notice is in its place', (field) => {
    const shown = new Shown(chart([bar('a')], { [field]: null }));
    expect(shown.node.querySelector('.w-missing')).not.toBe(null);
    expect(shown.log[0]).toContain(`needs \`${field}\``);
  });
});

describe('the values of one row', () => {
  const tip = (shown: Shown): string[] =>
    shown.find('.w-chart-tip').hidden ? [] : texts(shown, '.w-chart-tip-title, .w-chart-tip li');

  test('arrow keys lead through the rows, and Escape hides the values', async () => {
    const shown = await draw(chart([bar('a'), line('b')]));
    const drawing = svgOf(shown);
    expect(drawing.getAttribute('tabindex')).toBe('0');
    drawing.dispatchEvent(new FocusEvent('focus'));
    expect(tip(shown)).toEqual(['Mon', 'Label a10', 'Label b4']);
    expect(shown.find('.w-chart-spoken').textContent).toBe('Mon: Label a 10, Label b 4');
    key(drawing, 'ArrowRight');
    expect(tip(shown)).toEqual(['Tue', 'Label a30', 'Label b8']);
    expect(shown.node.querySelectorAll('.w-chart-band, .w-chart-active').length).toBe(2);
    key(drawing, 'End');
    key(drawing, 'ArrowRight');
    expect(tip(shown)[0]).toBe('Fri');
    key(drawing, 'ArrowLeft');
    expect(tip(shown)[0]).toBe('Thu');
    key(drawing, 'Home');
    expect(tip(shown)[0]).toBe('Mon');
    const heard = vi.fn();
    shown.node.addEventListener('keydown', heard);
    key(drawing, 'Escape', { composed: true });
    expect([tip(shown), heard.mock.calls.length]).toEqual([[], 0]);
    key(drawing, 'Escape', { composed: true });
    expect(heard.mock.calls.length).toBe(1);
    expect(shown.node.querySelectorAll('.w-chart-band, .w-chart-active').length).toBe(0);
    expect(shown.find('.w-chart-spoken').textContent).toBe('');
  });

  test('a pointer shows the row that it is next to, silently, until it leaves', async () => {
    const shown = await draw(chart([bar('a')]), 400);
    const move = (type: string, clientX: number, pointerType = 'mouse') =>
      svgOf(shown).dispatchEvent(
        Object.assign(new MouseEvent(type, { clientX, clientY: 50 }), { pointerType }),
      );
    for (const [x, day] of [
      [0, 'Mon'],
      [79, 'Mon'],
      [81, 'Tue'],
      [399, 'Fri'],
      [900, 'Fri'],
    ] as const) {
      move('pointermove', x);
      expect(tip(shown)[0]).toBe(day);
    }
    expect(shown.find('.w-chart-spoken').textContent).toBe('');
    move('pointerleave', 900);
    expect(tip(shown)).toEqual([]);
    move('pointerdown', 200, 'touch');
    move('pointerleave', 200, 'touch');
    expect(tip(shown)[0]).toBe('Wed');
    document.body.dispatchEvent(new MouseEvent('pointerdown', { bubbles: true, composed: true }));
    expect(tip(shown)).toEqual([]);
  });

  test.each(['scroll', 'Escape'])('%s elsewhere hides them', async (what) => {
    const shown = await draw(chart([bar('a')]));
    svgOf(shown).dispatchEvent(new FocusEvent('focus'));
    expect(tip(shown)).not.toEqual([]);
    if (what === 'scroll') dispatchEvent(new Event('scroll'));
    else key(document.body, 'Escape');
    expect(tip(shown)).toEqual([]);
  });

  test('they follow an update, and are hidden if their row is gone', async () => {
    const shown = await draw(chart([bar('a')]));
    key(svgOf(shown), 'End');
    shown.update(chart([bar('a')], { data: ROWS.map((row) => ({ ...row, a: row.a + 1 })) }));
    expect(tip(shown)).toEqual(['Fri', 'Label a26']);
    shown.update(chart([bar('a')], { data: ROWS.slice(0, 2) }));
    expect(tip(shown)).toEqual([]);
  });

  test('they can be off', async () => {
    const shown = await draw(chart([bar('a')], { showTooltip: false }));
    expect(svgOf(shown).hasAttribute('tabindex')).toBe(false);
    key(svgOf(shown), 'ArrowRight');
    svgOf(shown).dispatchEvent(new MouseEvent('pointermove', { clientX: 10 }));
    expect(tip(shown)).toEqual([]);
  });
});

describe('its place', () => {
  test('is reserved while the bundle loads, and has the table from the beginning', async () => {
    const shown = new Shown(chart([bar('a')]));
    const box = shown.find('.w-chart');
    expect([box.getAttribute('aria-busy'), table(shown).length]).toEqual(['true', 6]);
    await vi.dynamicImportSettled();
    await calm();
    expect([box.hasAttribute('aria-busy'), box.hasAttribute('data-failed')]).toEqual([false, false]);
  });

  test.each([
    [{}, { height: '', 'min-height': '' }],
    [{ height: 120 }, { height: '120px' }],
    [{ size: '10rem' }, { height: '10rem', width: '10rem' }],
    [{ aspectRatio: 2 }, { height: 'auto', 'aspect-ratio': '2 / 1', 'min-height': '100px' }],
    [
      { aspectRatio: 2, minHeight: 80 },
      { height: 'auto', 'min-height': '80px' },
    ],
    [{ flex: 1 }, { 'min-height': '220px' }],
    [{ flex: 1, minHeight: 80 }, { 'min-height': '80px' }],
  ])('has the size %j', (more, styles) => {
    const { style } = new Shown(chart([bar('a')], more)).find('.w-chart');
    for (const [name, value] of Object.entries(styles)) expect(style.getPropertyValue(name)).toBe(value);
  });

  test('shows the table if the drawing fails, and the next update tries again', async () => {
    vi.stubGlobal('ResizeObserver', undefined);
    const shown = new Shown(chart([bar('a')]));
    await vi.dynamicImportSettled();
    await calm();
    const box = shown.find('.w-chart');
    expect([box.hasAttribute('data-failed'), box.hasAttribute('aria-busy')]).toEqual([true, false]);
    expect(shown.find('.w-chart-table').tabIndex).toBe(0);
    expect(shown.log[0]).toMatch(/^widget\.chart_failed: /);
    vi.unstubAllGlobals();
    shown.update(chart([bar('b')]));
    await vi.dynamicImportSettled();
    await calm();
    expect(box.hasAttribute('data-failed')).toBe(false);
    expect(shown.find('.w-chart-table').hasAttribute('tabindex')).toBe(false);
    expect(shown.node.querySelectorAll('.w-chart-frame').length).toBe(1);
  });

  test('an update changes the same nodes, and the result is as if it had been drawn at once', async () => {
    const series = fc.array(
      fc.record({
        type: fc.constantFrom('bar', 'area', 'line'),
        label: fc.constantFrom('One', null),
        dataKey: fc.constantFrom('a', 'b', 'c'),
        stack: fc.constantFrom('s', null),
        color: fc.constantFrom('red', null),
      }),
      { minLength: 1, maxLength: 4 },
    );
    const value = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constantFrom('x', null, 0));
    const data = fc.array(fc.record({ day: fc.constantFrom('Mon', 'Tue'), a: value, b: value }), {
      maxLength: 6,
    });
    const widget = fc.record({ series, data, showYAxis: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(widget, { minLength: 2, maxLength: 3 }), async (steps) => {
        const widgets = steps.map(({ series, ...more }) => chart(series, more));
        const shown = await draw(widgets[0]!);
        const before = [svgOf(shown), shown.find('.w-chart'), shown.find('table')];
        for (const one of widgets.slice(1)) shown.update(one);
        const after = [svgOf(shown), shown.find('.w-chart'), shown.find('table')];
        expect(after.every((one, at) => one === before[at])).toBe(true);
        const fresh = await draw(widgets.at(-1)!);
        expect(markup(shown.node)).toBe(markup(fresh.node));
        shown.node.remove();
        fresh.node.remove();
      }),
      { numRuns: 40 },
    );
  });

  test('another size is another drawing; none is drawn without a size', async () => {
    const shown = await draw(chart([bar('a')]), 0, 0);
    expect(paths(shown, 'w-chart-bar')).toEqual([]);
    resize(shown, 300, 200);
    const [narrow] = paths(shown, 'w-chart-bar');
    resize(shown, 500, 200);
    expect(svgOf(shown).getAttribute('viewBox')).toBe('0 0 500 200');
    expect(paths(shown, 'w-chart-bar')[0]).not.toBe(narrow);
  });
});

describe('hostile data', () => {
  test('a thousand rows are thinned, and what is unusual stays', async () => {
    const data = Array.from({ length: 1000 }, (_, at) => ({ day: `${at}`, a: at === 517 ? -900 : 10, b: 5 }));
    const shown = await draw(chart([bar('a'), line('b')], { data, showYAxis: true }), 300);
    const drawn = bars(paths(shown, 'w-chart-bar')[0]!);
    expect(drawn.length).toBeLessThanOrEqual(100);
    expect(drawn.filter(({ from, to }) => to > from).length).toBe(1);
    expect(table(shown).length).toBe(1001);
  });

  test('of ten thousand rows, a part is in the table, and it says so', async () => {
    const data = Array.from({ length: 10_001 }, (_, at) => ({ day: `${at}`, a: at }));
    const shown = await draw(chart([line('a')], { data }));
    expect(table(shown).at(-1)).toEqual(['The rest is too large to show.']);
    expect(table(shown).length).toBe(2002);
    expect(paths(shown, 'w-chart-line')[0]!.match(/[ML]/g)!.length).toBeLessThanOrEqual(200);
  });

  test('of a thousand series, a part is shown', async () => {
    const shown = await draw(chart(Array.from({ length: 1000 }, () => line('a'))));
    expect(paths(shown, 'w-chart-line').length).toBe(24);
  });

  test.each([5e-324, 1e-320, 1e-310, -5e-324])(
    'a chart of the tiny number %d has finite places',
    async (a) => {
      const data = [
        { day: 'Mon', a },
        { day: 'Tue', a: 0 },
      ];
      for (const make of [bar, line, area]) {
        const shown = await draw(chart([make('a')], { data, showYAxis: true }));
        expect(shown.node.innerHTML).not.toMatch(/NaN|Infinity/);
      }
    },
  );

  test('the largest numbers have finite places, and their names stay short', async () => {
    const data = [
      { day: 'Mon', a: 1e308, b: 1e308 },
      { day: 'Tue', a: -1e308, b: 5e-324 },
    ];
    const series = [bar('a', { stack: 's' }), bar('b', { stack: 's' }), line('a'), area('b')];
    const shown = await draw(chart(series, { data, showYAxis: true }));
    expect(shown.node.innerHTML).not.toMatch(/NaN|Infinity/);
    expect(bars(paths(shown, 'w-chart-bar')[0]!).length).toBe(2);
    expect(
      Math.max(
        ...table(shown)
          .flat()
          .map((text) => text.length),
      ),
    ).toBeLessThan(12);
  });

  const odd: fc.Arbitrary<unknown> = fc.oneof(
    fc.anything({ maxDepth: 2 }),
    fc.constantFrom(
      ...[Number.NaN, Number.POSITIVE_INFINITY, 1e308, -1e308, '__proto__', 'constructor', 'a', ''],
      ...[
        '<img src=x onerror=alert(1)>',
        'javascript:alert(1)',
        'url(https://evil.example/x)',
        '\u202e',
        '1e999',
      ],
    ),
  );
  const row = fc.oneof(
    fc.dictionary(fc.constantFrom('a', 'b', 'day', '__proto__', 'constructor'), odd, { maxKeys: 4 }),
    odd,
  );

  test('nothing throws, runs or is requested, whatever the fields are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 6 }),
        fc.array(
          fc.record({
            type: fc.constantFrom('bar', 'area', 'line', 'pie'),
            label: odd,
            dataKey: odd,
            stack: odd,
            color: odd,
            curveType: odd,
          }),
          { maxLength: 4 },
        ),
        fc.dictionary(
          fc.constantFrom(
            'barGap',
            'barCategoryGap',
            'showYAxis',
            'showLegend',
            'height',
            'flex',
            'aspectRatio',
          ),
          odd,
        ),
        fc.oneof(odd, fc.record({ dataKey: odd, labels: odd, hide: odd })),
        async (data, series, more, xAxis) => {
          const widget = node('Chart', { ...more, data, series, xAxis: xAxis ?? 'a', showYAxis: true });
          const shown = await draw(widget, 320, 180);
          expect(shown.log.filter((one) => !one.startsWith('widget.chart_without_numbers'))).toEqual([]);
          for (const one of shown.node.querySelectorAll('*')) {
            expect(['script', 'img', 'iframe', 'a', 'style', 'image', 'use']).not.toContain(one.localName);
            for (const { name, value } of one.attributes) {
              expect(name).not.toMatch(/^on|^href|^src/);
              if (name !== 'aria-label') expect(value).not.toMatch(/evil|NaN|Infinity/);
            }
          }
          shown.node.remove();
        },
      ),
      { numRuns: 150 },
    );
  });
});
