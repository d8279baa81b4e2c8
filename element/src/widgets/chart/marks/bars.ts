// Bars, side by side and on each other.
import type { Layout } from '../layout/layout.ts';
import { type Span, stackName } from '../layout/spans.ts';
import { round } from '../svg.ts';

const WIDEST_PX = 64;
const RADIUS_PX = 5;
/** Between the bars of a stack. */
const SEAM_PX = 1;

/** The places of the bars of a row. */
export class BarPlaces {
  readonly width: number;
  readonly #layout: Layout;
  readonly #gap: number;

  constructor(layout: Layout) {
    const { data, step, barNames } = layout;
    const { barGap, barCategoryGap } = data.props;
    const count = barNames.length;
    const between = gapOf(barCategoryGap, step - 1) ?? Math.min(step * 0.28, 40);
    const inner = Math.max(0.5, step - between);
    this.#layout = layout;
    this.#gap = count === 1 ? 0 : (gapOf(barGap, inner / count) ?? Math.min(4, (inner / count) * 0.16));
    const width = (inner - this.#gap * (count - 1)) / count;
    this.width = Math.max(0.5, typeof barCategoryGap === 'number' ? width : Math.min(width, WIDEST_PX));
  }

  /** The left edge of the bar of a series in a drawn row. */
  left(name: string, at: number): number {
    const { barNames, surface } = this.#layout;
    const count = barNames.length;
    const place = barNames.indexOf(name);
    const whole = this.width * count + this.#gap * (count - 1);
    const before = surface.isRtl ? count - 1 - place : place;
    return this.#layout.x(at) - whole / 2 + before * (this.width + this.#gap);
  }
}

function gapOf(value: unknown, most: number): number | null {
  return typeof value === 'number' && value >= 0 ? Math.max(0, Math.min(value, most)) : null;
}

/** All bars of a series, as one path. Only the end of a stack is round, unless the theme has sharp corners. */
export function barPath(layout: Layout, places: BarPlaces, series: number): string {
  const { data, spans, y } = layout;
  const one = data.series[series]!;
  const name = stackName(one, series);
  const above = data.series.flatMap((other, at) =>
    at > series && other.kind === 'bar' && stackName(other, at) === name ? [spans[at]!] : [],
  );
  return spans[series]!.map((span, at) => {
    if (span === null || span[0] === span[1]) return '';
    const isEnd = !above.some((others) => signOf(others[at]!) === signOf(span));
    const left = places.left(name, at);
    const [from, to] = [y(span[0]), y(span[1])];
    if (isEnd) return bar(left, places.width, from, to, Math.min(RADIUS_PX, layout.surface.maxRadius));
    const seam = Math.abs(to - from) > 3 ? Math.sign(from - to) * SEAM_PX : 0;
    return bar(left, places.width, from, to + seam, 0);
  }).join('');
}

function signOf(span: Span): number {
  return span === null ? 0 : Math.sign(span[1] - span[0]);
}

/** From the edge nearer to zero to the other one, which is above or below. */
function bar(left: number, width: number, from: number, to: number, radius: number): string {
  const height = Math.abs(to - from);
  const up = to < from ? -1 : 1;
  // What is not zero can be seen.
  const end = height < 1 ? from + up : to;
  const [x, right, start, far] = [left, left + width, from, end].map(round);
  const r = round(Math.min(radius, width / 3, height));
  if (r === 0) return `M${x},${start}V${far}H${right}V${start}Z`;
  const near = round(end - up * r);
  return (
    `M${x},${start}V${near}Q${x},${far},${round(left + r)},${far}` +
    `H${round(left + width - r)}Q${right},${far},${right},${near}V${start}Z`
  );
}
