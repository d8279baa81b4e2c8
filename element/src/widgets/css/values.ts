// CSS values from a widget's fields. Content is not trusted: a value is used only if it consists of numbers,
// units, keywords and the functions named here, so no address is ever requested and no declaration added.
import { isRecord } from '../tree/props.ts';

const FUNCTIONS = new Set(
  (
    'rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark linear-gradient radial-gradient ' +
    'conic-gradient repeating-linear-gradient repeating-radial-gradient repeating-conic-gradient calc min ' +
    'max clamp fit-content'
  ).split(' '),
);
const MAX_CHARS = 300;
const MAX_PX = 4000;

/** `value` if it is harmless CSS; null otherwise. */
export function safeCss(value: string): string | null {
  const text = value.trim();
  if (text === '' || text.length > MAX_CHARS || !/^[\w\s#%.,()/*+-]+$/.test(text)) return null;
  const calls = text.toLowerCase().matchAll(/([\w-]*)\s*\(/g);
  // A parenthesis without a name groups a sum.
  const isKnown = [...calls].every(([, name]) => name === '' || FUNCTIONS.has(name!));
  const isBalanced = text.split('(').length === text.split(')').length;
  return isKnown && isBalanced && !/(?<![#\da-f])\d{5}/i.test(text) ? text : null;
}

type Unit = 'px' | 'spacing';

/** A length: a number counts pixels or steps of spacing, which are 4 px wide; a string is CSS. */
export function length(value: unknown, unit: Unit): string | null {
  if (typeof value === 'string')
    return /^-?\d+(\.\d+)?$/.test(value.trim()) ? length(Number(value), unit) : safeCss(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  const size = Math.min(MAX_PX, Math.max(-MAX_PX, value));
  if (unit === 'px' || size === 0) return `${size}px`;
  return `calc(var(--unit) * ${Math.min(200, Math.max(-200, size))})`;
}

const RADII: Readonly<Record<string, string>> = {
  none: '0px',
  '2xs': '2px',
  xs: '4px',
  sm: '6px',
  md: '8px',
  lg: '12px',
  xl: '16px',
  '2xl': '20px',
  '3xl': '24px',
  '4xl': '32px',
  full: '999px',
};

/** A theme with sharp corners limits all radii. */
export function radius(value: unknown): string | null {
  if (value === '100%') return '50%';
  const size = typeof value === 'string' && Object.hasOwn(RADII, value) ? RADII[value] : undefined;
  return size === undefined ? null : `min(${size}, var(--radius-full))`;
}

export function ratio(value: unknown): string | null {
  if (typeof value === 'number') return value > 0 && value < 1000 ? String(value) : null;
  return typeof value === 'string' && /^\s*[\d.]{1,6}(\s*\/\s*[\d.]{1,6})?\s*$/.test(value)
    ? value.trim()
    : null;
}

export type Sides = { top: unknown; right: unknown; bottom: unknown; left: unknown };

/** The four sides of a field that may also set two sides at once, by `x` and `y`. */
export function sidesOf(value: unknown): Sides {
  if (!isRecord(value)) return { top: value, right: value, bottom: value, left: value };
  const { top, right, bottom, left, x, y } = value;
  return { top: top ?? y, right: right ?? x, bottom: bottom ?? y, left: left ?? x };
}

export type Styles = Record<string, string | null>;

/** `padding` or `margin`, as one declaration for each side. */
export function spacing(name: 'padding' | 'margin', value: unknown): Styles {
  if (value === undefined || value === null) return {};
  return Object.fromEntries(
    Object.entries(sidesOf(value)).map(([side, size]) => [`${name}-${side}`, length(size, 'spacing')]),
  );
}

const shown = new WeakMap<HTMLElement, Styles>();

/** Sets these declarations through the CSSOM, and removes the others that an earlier call has set. */
export function setStyles(node: HTMLElement, styles: Styles): void {
  const before = shown.get(node) ?? {};
  shown.set(node, styles);
  for (const name of Object.keys(before)) if (!(name in styles)) node.style.removeProperty(name);
  for (const [name, value] of Object.entries(styles)) {
    if (value === before[name]) continue;
    if (value === null) node.style.removeProperty(name);
    else node.style.setProperty(name, value);
  }
}
