// Areas and lines.
import {
  area,
  type CurveFactory,
  curveBasis,
  curveBasisClosed,
  curveBasisOpen,
  curveBumpX,
  curveBumpY,
  curveLinear,
  curveLinearClosed,
  curveMonotoneX,
  curveMonotoneY,
  curveNatural,
  curveStep,
  curveStepAfter,
  curveStepBefore,
  line,
} from 'd3-shape';
import type { Layout } from '../layout/layout.ts';
import type { Span } from '../layout/spans.ts';
import { round } from '../svg.ts';

const CURVES: Readonly<Record<string, CurveFactory>> = {
  basis: curveBasis,
  basisClosed: curveBasisClosed,
  basisOpen: curveBasisOpen,
  bump: curveBumpX,
  bumpX: curveBumpX,
  bumpY: curveBumpY,
  linear: curveLinear,
  linearClosed: curveLinearClosed,
  monotone: curveMonotoneX,
  monotoneX: curveMonotoneX,
  monotoneY: curveMonotoneY,
  natural: curveNatural,
  step: curveStep,
  stepAfter: curveStepAfter,
  stepBefore: curveStepBefore,
};
/** An open basis curve leaves out its ends, so it shows nothing of fewer points. */
const FEWEST_OPEN = 4;
const DOT_PX = 3;

/** The curve of a `curveType`; straight lines for anything else. */
export function curveOf(value: unknown, points: number): CurveFactory {
  if (typeof value !== 'string' || !Object.hasOwn(CURVES, value)) return curveLinear;
  return value === 'basisOpen' && points < FEWEST_OPEN ? curveLinear : CURVES[value]!;
}

type Points = readonly Span[];

export function linePath(layout: Layout, series: number): string {
  const points = layout.spans[series]!;
  return (
    line<Span>(
      (_, at) => layout.x(at),
      (span) => layout.y(span![1]),
    )
      .defined((span) => span !== null)
      .curve(curveFor(layout, series))
      .digits(2)([...points]) ?? ''
  );
}

export function areaPath(layout: Layout, series: number): string {
  const points = layout.spans[series]!;
  return (
    area<Span>(
      (_, at) => layout.x(at),
      (span) => layout.y(span![0]),
      (span) => layout.y(span![1]),
    )
      .defined((span) => span !== null)
      .curve(curveFor(layout, series))
      .digits(2)([...points]) ?? ''
  );
}

function curveFor({ data, spans }: Layout, series: number): CurveFactory {
  const points = spans[series]!.filter((span) => span !== null).length;
  return curveOf(data.series[series]!.fields['curveType'], points);
}

/** Dots for the points without neighbours, of which a line shows nothing. */
export function lonePath(layout: Layout, series: number): string {
  const points: Points = layout.spans[series]!;
  return points
    .map((span, at) => {
      if (span === null || (points[at - 1] ?? null) !== null || (points[at + 1] ?? null) !== null) return '';
      return dot(round(layout.x(at)), round(layout.y(span[1])));
    })
    .join('');
}

function dot(x: number, y: number): string {
  const [radius, width] = [DOT_PX, 2 * DOT_PX];
  return `M${x - radius},${y}a${radius},${radius},0,1,0,${width},0a${radius},${radius},0,1,0,${-width},0`;
}
