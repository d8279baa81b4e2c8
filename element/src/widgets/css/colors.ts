// The colours that a widget's fields may name: tokens of the chat's theme, steps of a palette, and CSS.
import { isRecord } from '../tree/props.ts';
import { safeCss } from './values.ts';

type Tokens = Readonly<Record<string, string>>;

const MEANINGS: Tokens = {
  success: 'var(--success)',
  warning: 'var(--warning)',
  danger: 'var(--danger)',
  info: 'var(--info)',
};

export const TEXT: Tokens = {
  ...MEANINGS,
  prose: 'var(--n12)',
  primary: 'var(--n12)',
  emphasis: 'var(--n12)',
  secondary: 'var(--n11)',
  tertiary: 'var(--n10)',
};

export const SURFACE: Tokens = {
  surface: 'var(--n1)',
  'surface-secondary': 'var(--n2)',
  'surface-tertiary': 'var(--n3)',
  'surface-elevated': 'var(--raised)',
  'surface-elevated-secondary': 'var(--n2)',
};

export const LINE: Tokens = {
  ...MEANINGS,
  default: 'var(--n6)',
  subtle: 'var(--n4)',
  strong: 'var(--n8)',
};

/** Hue and chroma of the palette. */
const HUES: Readonly<Record<string, readonly [number, number]>> = {
  gray: [0, 0],
  red: [26, 0.2],
  orange: [52, 0.17],
  yellow: [85, 0.15],
  green: [152, 0.15],
  blue: [255, 0.18],
  purple: [300, 0.19],
  pink: [355, 0.19],
};

/** The lightness of step 0 to 1000 of the palette in a light chat; a dark one has the steps reversed. */
function lightness(step: number): number {
  return 1 - (step / 1000) * 0.82;
}

function paletteColor(token: string): string | null {
  const [, name = '', digits = ''] = /^([a-z]+)-(\d{1,4})$/.exec(token) ?? [];
  const step = Number(digits);
  if (digits === '' || step > 1000) return null;
  if (name === 'alpha') return `color-mix(in srgb, var(--n12) ${Math.min(step, 100)}%, transparent)`;
  const hue = Object.hasOwn(HUES, name) ? HUES[name] : undefined;
  if (hue === undefined) return null;
  const [angle, chroma] = hue;
  const of = (at: number): string => {
    const l = lightness(at);
    // Colours near white and black have little chroma.
    const c = chroma * Math.min(1, 4 * l * (1 - l) + 0.05);
    return `oklch(${l.toFixed(3)} ${c.toFixed(3)} ${angle})`;
  };
  return `light-dark(${of(step)}, ${of(1000 - step)})`;
}

function colorOf(value: string, tokens: Tokens): string | null {
  if (Object.hasOwn(tokens, value)) return tokens[value] ?? null;
  return paletteColor(value) ?? safeCss(value);
}

/**
 * A colour or gradient: a token, CSS, or one value for each theme; null for anything else. `within` is the
 * node whose theme chooses one of two gradients, which CSS cannot.
 */
export function color(value: unknown, tokens: Tokens, within: Element | null = null): string | null {
  if (typeof value === 'string') return colorOf(value, tokens);
  if (!isRecord(value)) return null;
  const [light, dark] = [color(value['light'], tokens), color(value['dark'], tokens)];
  if (light === null || dark === null) return light ?? dark;
  if (!/gradient/i.test(light + dark)) return `light-dark(${light}, ${dark})`;
  return within !== null && getComputedStyle(within).colorScheme === 'dark' ? dark : light;
}
