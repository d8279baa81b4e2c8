// Our own icons, drawn on a grid of 24 with a stroke of 1.75. Names are the wire's; several names may share a
// drawing.
import type { DirectiveResult } from 'lit-html/directive.js';
import { guard } from 'lit-html/directives/guard.js';
import { dot, ring } from './drawings/shapes.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** The icons of the chat itself; the others are loaded when one of them is first shown. */
const DRAWINGS: Readonly<Record<string, readonly string[]>> = {
  dot: [ring(12, 12, 3)],
  close: ['M6.5 6.5l11 11M17.5 6.5l-11 11'],
  check: ['M5 12.5l4.5 4.5L19 7.5'],
  'arrow-up': ['M12 19V5.5M6 11.3l6-6 6 6'],
  'arrow-down': ['M12 5v13.5M6 12.7l6 6 6-6'],
  stop: ['M8 7h8a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1z'],
  copy: [
    'M10 8.5h8a1.5 1.5 0 0 1 1.5 1.5v8.5A1.5 1.5 0 0 1 18 20h-8a1.5 1.5 0 0 1-1.5-1.5V10A1.5 1.5 0 0 1 10 ' +
      '8.5z',
    'M5.7 15.5A1.5 1.5 0 0 1 4.5 14V5.5A1.5 1.5 0 0 1 6 4h8a1.5 1.5 0 0 1 1.5 1.2',
  ],
  reload: ['M19.5 12a7.5 7.5 0 1 1-2.3-5.4', 'M19.8 3.5v4.3h-4.3'],
  history: ['M4 7h16M4 12h10M4 17h13'],
  compose: [
    'M12 5H6.5A1.5 1.5 0 0 0 5 6.5v11A1.5 1.5 0 0 0 6.5 19h11a1.5 1.5 0 0 0 1.5-1.5V12',
    'M17.7 4.3a1.4 1.4 0 0 1 2 2L13 13l-2.7.7.7-2.7z',
  ],
  danger: [ring(12, 12, 8.5), `M12 7.5v5.5${dot(12, 16.3)}`],
};

/** The template value of an icon. */
export type Icon = DirectiveResult;

const FILLED: ReadonlySet<string> = new Set(['check-circle-filled', 'star-filled', 'stop']);

async function rareDrawing(name: string): Promise<readonly string[]> {
  const { drawingOf } = await import('./drawings/rare.ts');
  return drawingOf(name, DRAWINGS);
}

/** In a solid icon the first shape is filled, and the others are drawn on it in the background colour. */
function shape(data: string, isSolid: boolean, isFirst: boolean): SVGElement {
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', data);
  if (isSolid && isFirst) path.setAttribute('fill', 'currentColor');
  else if (isSolid) path.setAttribute('stroke', 'var(--n1)');
  return path;
}

/**
 * The icon `name` for a template, hidden from assistive technology; an unknown name gives a dot. It is drawn
 * once per place: a browser drops a click whose first half hit a node that is gone at the second.
 */
export function icon(name: string | null | undefined): Icon {
  const wanted = name ?? 'dot';
  return guard([wanted], () => drawIcon(wanted));
}

/** The node of an icon, for components that are no templates. */
export function drawIcon(wanted: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  const isSolid = FILLED.has(wanted);
  for (const [attribute, value] of Object.entries(FRAME_ATTRIBUTES)) svg.setAttribute(attribute, value);
  if (/^dots-(?:horizontal|vertical)$/.test(wanted)) svg.setAttribute('stroke-width', '2.4');
  if (DIRECTIONAL.test(wanted)) svg.classList.add('mirrored');
  const fill = (drawing: readonly string[]): void =>
    svg.append(...drawing.map((data, at) => shape(data, isSolid, at === 0)));
  if (Object.hasOwn(DRAWINGS, wanted)) fill(DRAWINGS[wanted] ?? []);
  // The icon stays empty: every button has an accessible name.
  else rareDrawing(wanted).then(fill, () => undefined);
  return svg;
}

const DIRECTIONAL = /(?:^|[:-])(?:left|right|back|quote|external|history|undo|redo)(?:-|$)/;

const FRAME_ATTRIBUTES = {
  class: 'icon',
  viewBox: '0 0 24 24',
  fill: 'none',
  stroke: 'currentColor',
  'stroke-width': '1.75',
  'stroke-linecap': 'round',
  'stroke-linejoin': 'round',
  'aria-hidden': 'true',
  focusable: 'false',
} as const;
