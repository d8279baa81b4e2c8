// The marks of all series, and those of the row that is pointed at.

import type { Layout } from '../layout/layout.ts';
import { seriesColor } from '../series_colors.ts';
import { svg } from '../svg.ts';
import { BarPlaces, barPath } from './bars.ts';
import { areaPath, linePath, lonePath } from './curves.ts';

/** Room around the area of the marks for the width of lines, and for curves that leave it a little. */
const ROOM_PX = 6;

/**
 * The marks: areas below bars below lines. What leaves the area, such as a curve between two points, is
 * clipped. `id` begins the ids of gradients.
 */
export function marks(layout: Layout, id: string): SVGElement {
  const { data, top, bottom, surface } = layout;
  const places = new BarPlaces(layout);
  const groups = (['area', 'bar', 'line'] as const).flatMap((kind) =>
    data.series.flatMap((one, at) => {
      if (one.kind !== kind) return [];
      const group = svg('g', 'w-chart-series', { 'data-kind': kind });
      group.style.setProperty('--c', seriesColor(one.fields['color'], at));
      if (kind === 'bar') group.append(svg('path', 'w-chart-bar', { d: barPath(layout, places, at) }));
      if (kind === 'area') group.append(...areaNodes(layout, at, `${id}-${at}`));
      if (kind !== 'bar') group.append(...lineNodes(layout, at));
      return [group];
    }),
  );
  const y = top - ROOM_PX;
  const height = bottom - top + 2 * ROOM_PX;
  const { width } = surface;
  const box = { x: 0, y, width, height, viewBox: `0 ${y} ${width} ${height}` };
  return svg('svg', 'w-chart-marks', box, ...groups);
}

function lineNodes(layout: Layout, series: number): SVGElement[] {
  const lone = lonePath(layout, series);
  return [
    svg('path', 'w-chart-line', { d: linePath(layout, series) }),
    ...(lone === '' ? [] : [svg('path', 'w-chart-dot', { d: lone })]),
  ];
}

/** Areas of a stack are flat; one alone fades towards zero. */
function areaNodes(layout: Layout, series: number, id: string): SVGElement[] {
  const { fields } = layout.data.series[series]!;
  const path = svg('path', 'w-chart-area', { d: areaPath(layout, series) });
  if (typeof fields['stack'] === 'string') {
    path.setAttribute('data-stack', '');
    return [path];
  }
  path.setAttribute('fill', `url(#${id})`);
  return [gradient(layout, id), path];
}

function gradient({ y, top, bottom }: Layout, id: string): SVGElement {
  const zero = Math.max(0, Math.min(1, (y(0) - top) / (bottom - top)));
  const stop = (offset: number, className: string): SVGElement => svg('stop', className, { offset });
  return svg(
    'linearGradient',
    '',
    { id, gradientUnits: 'userSpaceOnUse', x1: 0, x2: 0, y1: top, y2: bottom },
    ...(zero > 0 ? [stop(0, 'w-chart-far')] : []),
    stop(zero, 'w-chart-near'),
    ...(zero < 1 ? [stop(1, 'w-chart-far')] : []),
  );
}

/** Behind the marks, where the row is: a band for bars, otherwise a line. */
export function cursor(layout: Layout, at: number): SVGElement {
  const { top, bottom, step, hasBars } = layout;
  const x = layout.x(at);
  if (hasBars) {
    const width = Math.min(step, layout.right - layout.left);
    return svg('rect', 'w-chart-band', { x: x - width / 2, y: top, width, height: bottom - top, rx: 4 });
  }
  return svg('line', 'w-chart-cursor', { x1: x, x2: x, y1: top, y2: bottom });
}

/** Dots on the lines and areas of a row. */
export function dots(layout: Layout, at: number): SVGElement[] {
  return layout.data.series.flatMap(({ kind, fields }, series) => {
    const span = layout.spans[series]![at] ?? null;
    if (span === null || kind === 'bar') return [];
    const dot = svg('circle', 'w-chart-active', { cx: layout.x(at), cy: layout.y(span[1]), r: 4 });
    dot.style.setProperty('--c', seriesColor(fields['color'], series));
    return [dot];
  });
}
