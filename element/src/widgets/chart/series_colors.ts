// The colours of a chart's series.
import { color } from '../css/colors.ts';
import type { Props } from '../tree/props.ts';

/**
 * In the order in which series without a colour get them. Each differs from its neighbours in lightness too,
 * and has a contrast of 3 : 1 with the background as far as its hue allows.
 */
const SERIES: Readonly<Record<string, string>> = {
  blue: 'light-dark(oklch(0.59 0.19 258), oklch(0.68 0.16 256))',
  purple: 'light-dark(oklch(0.6 0.19 300), oklch(0.71 0.16 300))',
  orange: 'light-dark(oklch(0.7 0.17 52), oklch(0.76 0.15 58))',
  green: 'light-dark(oklch(0.64 0.14 157), oklch(0.74 0.15 157))',
  red: 'light-dark(oklch(0.6 0.2 25), oklch(0.68 0.18 23))',
  yellow: 'light-dark(oklch(0.77 0.15 86), oklch(0.84 0.15 90))',
  pink: 'light-dark(oklch(0.65 0.2 355), oklch(0.73 0.17 355))',
};
const IN_ORDER = Object.values(SERIES);

/** A token, a step of the palette, CSS or a pair for both themes; otherwise the colour for the place `at`. */
export function seriesColor(value: Props[string], at: number): string {
  const given = color(value, SERIES);
  return given !== null && isColor(given) ? given : IN_ORDER[at % IN_ORDER.length]!;
}

/** What is no colour, such as a gradient, would be drawn in black. */
function isColor(value: string): boolean {
  return CSS.supports('color', value);
}
