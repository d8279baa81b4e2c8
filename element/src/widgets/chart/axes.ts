// The grid, and the labels of both axes.
import type { Layout } from './layout/layout.ts';
import { svg, type TextRuler } from './svg.ts';

const LABEL_GAP_PX = 8;
/** Names are shortened down to this width before some of them are left out. */
const SHORTEST_NAME_PX = 40;
const LONGEST_LABEL_PX = 120;
const X_GAP_PX = 6;

export function grid({ ticks, left, right, bottom, hasXAxis }: Layout): SVGElement {
  const hasZero = ticks.some(({ isZero }) => isZero);
  const lines = ticks.map(({ y, isZero }) => rule(left, right, y, isZero ? 'w-chart-zero' : 'w-chart-grid'));
  if (!hasZero && hasXAxis) lines.push(rule(left, right, bottom, 'w-chart-zero'));
  return svg('g', '', {}, ...lines);
}

/** On half a pixel, a line of one pixel is sharp. */
function rule(x1: number, x2: number, at: number, className: string): SVGElement {
  const y = Math.round(at) - 0.5;
  return svg('line', className, { x1, x2, y1: y, y2: y });
}

export function yLabels({ ticks, surface, left, right }: Layout): SVGElement {
  const { isRtl, ruler, width } = surface;
  const x = isRtl ? right + LABEL_GAP_PX : left - LABEL_GAP_PX;
  const labels = ticks.map(({ y, text }) => {
    const short = ruler.cut(text, width / 2);
    return svg('text', 'w-chart-y', { x, y, dy: '0.34em', 'text-anchor': isRtl ? 'start' : 'end' }, short);
  });
  return svg('g', '', {}, ...labels);
}

/** As many labels as fit without touching each other. */
export function xLabels(layout: Layout): SVGElement {
  const { surface, bottom, drawn, data } = layout;
  const { ruler, width } = surface;
  const texts = drawn.map((row) => oneLine(data.labels[row]!));
  const { every, room } = fitOf(texts, layout.step, ruler);
  const shown: SVGElement[] = [];
  let free = Number.NEGATIVE_INFINITY;
  const places = placesFrom(firstOf(layout, ruler.cut(texts[0] ?? '', room), every), every, texts.length);
  for (const at of surface.isRtl ? places.reverse() : places) {
    const text = ruler.cut(texts[at]!, room);
    const half = ruler.widthOf(text) / 2;
    const x = Math.max(half, Math.min(width - half, layout.x(at)));
    if (text === '' || x - half < free) continue;
    free = x + half + LABEL_GAP_PX;
    const y = bottom + X_GAP_PX + ruler.lineHeight / 2;
    shown.push(svg('text', 'w-chart-x', { x, y, dy: '0.3em', 'text-anchor': 'middle' }, text));
  }
  return svg('g', '', {}, ...shown);
}

/** The first row with a label: in the middle of those that share it, if the edge would move its label. */
function firstOf(layout: Layout, text: string, every: number): number {
  const { ruler, width } = layout.surface;
  const half = ruler.widthOf(text) / 2;
  const x = layout.x(0);
  return x < half || x > width - half ? Math.floor(every / 2) : 0;
}

function placesFrom(first: number, every: number, count: number): number[] {
  return Array.from(
    { length: Math.max(0, Math.ceil((count - first) / every)) },
    (_, at) => first + at * every,
  );
}

function oneLine(text: string): string {
  return text.slice(0, 200).replace(/\s+/g, ' ').trim();
}

/**
 * How many places a label has. Labels with digits are dates or numbers: a reader can guess those that are
 * left out, but none that are shortened. Names are shortened first.
 */
function fitOf(texts: readonly string[], step: number, ruler: TextRuler): { every: number; room: number } {
  const widest = Math.min(LONGEST_LABEL_PX, Math.max(0, ...texts.map((text) => ruler.widthOf(text)))) + 1;
  const hasDigits = texts.some((text) => /\p{Nd}/u.test(text));
  const needed = hasDigits ? widest : Math.min(widest, SHORTEST_NAME_PX);
  const every = Math.max(1, Math.ceil((needed + LABEL_GAP_PX) / Math.max(step, 0.1)));
  const isAlone = every >= texts.length;
  return { every, room: isAlone ? LONGEST_LABEL_PX : Math.max(needed, every * step - LABEL_GAP_PX) };
}
