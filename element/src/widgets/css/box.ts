// The declarations of the fields that blocks and boxes share.
import { isRecord, oneOf, type Props } from '../tree/props.ts';
import { color, LINE, SURFACE } from './colors.ts';
import { length, radius, ratio, type Styles, safeCss, sidesOf, spacing } from './values.ts';

const SIZES = [
  ['height', 'height', 'size'],
  ['width', 'width', 'size'],
  ['min-height', 'minHeight', 'minSize'],
  ['min-width', 'minWidth', 'minSize'],
  ['max-height', 'maxHeight', 'maxSize'],
  ['max-width', 'maxWidth', 'maxSize'],
] as const;

/** Sizes, ratio, radius, margin and `flex`. */
export function blockStyles(props: Props): Styles {
  const styles: Styles = {};
  for (const [name, field, both] of SIZES) styles[name] = length(props[field] ?? props[both], 'px');
  return {
    ...styles,
    'aspect-ratio': ratio(props['aspectRatio']),
    'border-radius': radius(props['radius']),
    flex: flexOf(props['flex']),
    ...spacing('margin', props['margin']),
  };
}

function flexOf(value: unknown): string | null {
  if (typeof value === 'number') return `${value} ${value} 0%`;
  return typeof value === 'string' ? safeCss(value) : null;
}

const ALIGNMENTS = ['start', 'center', 'end', 'baseline', 'stretch'] as const;
const DISTRIBUTIONS = ['start', 'center', 'end', 'between', 'around', 'evenly', 'stretch'] as const;

/** Direction, alignment, gap and wrapping of a flex container. */
export function flowStyles(props: Props, direction: 'row' | 'column'): Styles {
  const justify = oneOf(props['justify'], DISTRIBUTIONS, null);
  return {
    'flex-direction': direction,
    'align-items': oneOf(props['align'], ALIGNMENTS, direction === 'row' ? 'center' : 'stretch'),
    'justify-content': justify?.replace(/^(between|around|evenly)$/, 'space-$1') ?? null,
    'flex-wrap': oneOf(props['wrap'], ['nowrap', 'wrap', 'wrap-reverse'], null),
    gap: length(props['gap'], 'spacing'),
  };
}

export function boxStyles(props: Props, direction: 'row' | 'column', within: Element): Styles {
  return {
    ...flowStyles(props, direction),
    ...blockStyles(props),
    ...spacing('padding', props['padding']),
    ...borderStyles(props['border']),
    background: color(props['background'], SURFACE, within),
  };
}

const LINE_STYLES = ['solid', 'dashed', 'dotted', 'double', 'groove', 'ridge', 'inset', 'outset'] as const;

/** One border for all edges, or one for each. */
export function borderStyles(value: unknown): Styles {
  if (value === undefined || value === null) return {};
  const isOne = !isRecord(value) || 'size' in value;
  const sides = isOne ? { top: value, right: value, bottom: value, left: value } : sidesOf(value);
  return Object.fromEntries(Object.entries(sides).map(([side, one]) => [`border-${side}`, line(one)]));
}

function line(value: unknown): string | null {
  const { size, color: ink, style } = isRecord(value) ? value : { size: value };
  if (typeof size !== 'number' || !(size >= 0 && size <= 100)) return null;
  return `${size}px ${oneOf(style, LINE_STYLES, 'solid')} ${color(ink, LINE) ?? LINE['default']}`;
}
