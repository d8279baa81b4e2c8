// Where the marks of a chart begin and end in the data: stacks, and the rows that are drawn.
import type { ChartSeries } from '../../components/chart_data.ts';

/** From a lower to a higher end, in units of the data, in the order of drawing; null without a number. */
export type Span = readonly [from: number, to: number] | null;

/** Sums and differences of larger numbers are infinite. */
const LARGEST = 1e200;

/** The series that share a place: those of one kind and stack. */
export function stackName({ kind, fields }: ChartSeries, at: number): string {
  const { stack } = fields;
  return typeof stack === 'string' ? `${kind} ${stack}` : `series ${at}`;
}

/**
 * The spans of each series in the rows `drawn`. Negative bars of a stack hang below zero, the areas of a
 * stack add up.
 */
export function spansOf(series: readonly ChartSeries[], drawn: readonly number[]): Span[][] {
  const ends = new Map<string, number[]>();
  return series.map((one, at) =>
    drawn.map((row) => {
      const value = one.values[row] ?? null;
      if (value === null) return null;
      const size = clamp(value);
      if (one.kind === 'line') return [size, size];
      const name = `${stackName(one, at)} ${one.kind === 'bar' && size < 0 ? 'below' : ''}`;
      const sums = ends.get(name) ?? [];
      ends.set(name, sums);
      const from = sums[row] ?? 0;
      return [from, (sums[row] = clamp(from + size))];
    }),
  );
}

function clamp(value: number): number {
  return Math.max(-LARGEST, Math.min(LARGEST, value));
}

/** The rows that are drawn if there is room for `most`: of those at one place, the most unusual one. */
export function drawnRows(series: readonly ChartSeries[], count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, row) => row);
  const averages = series.map(({ values }) => {
    const numbers = values.filter((value) => value !== null);
    return numbers.reduce((sum, value) => sum + clamp(value) / numbers.length, 0);
  });
  const unusual = (row: number): number =>
    series.reduce((sum, { values }, at) => {
      const value = values[row] ?? null;
      return value === null ? sum : sum + Math.abs(clamp(value) - averages[at]!);
    }, 0);
  return Array.from({ length: most }, (_, place) => {
    const [from, end] = [place, place + 1].map((at) => Math.floor((at * count) / most)) as [number, number];
    let best = from;
    let score = unusual(from);
    for (let row = from + 1; row < end; row++) {
      const other = unusual(row);
      if (other > score) [best, score] = [row, other];
    }
    return best;
  });
}

/** The ends of the y axis. Zero is always in it, where bars and areas begin, but for lines that vary little. */
export function domainOf(spans: readonly (readonly Span[])[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const span of spans.flat()) {
    if (span === null) continue;
    low = Math.min(low, ...span);
    high = Math.max(high, ...span);
  }
  if (low > high) return [0, 1];
  const varies = high - low >= Math.max(Math.abs(low), Math.abs(high)) / 4;
  if (varies || low === high) [low, high] = [Math.min(0, low), Math.max(0, high)];
  return low === high ? [0, 1] : [low, high];
}
