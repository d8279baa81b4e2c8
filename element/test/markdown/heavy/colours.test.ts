import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ThemeOption } from '../../../src/api/options.ts';
import { highlightStyles } from '../../../src/markdown/heavy/highlight_styles.ts';
import { contrast, type Oklch, parseColor } from '../../../src/ui/theme/color.ts';
import { colorProperties } from '../../../src/ui/theme/palette.ts';
import { prose } from '../../../src/ui/theme/styles/prose.ts';

const hex = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`);
const scheme = fc.constantFrom('light' as const, 'dark' as const);
const grayscale = fc.record({
  hue: fc.integer({ min: 0, max: 360 }),
  tint: fc.integer({ min: 0, max: 9 }),
  shade: fc.integer({ min: -4, max: 4 }),
});
const accent = fc.record({
  primary: hex,
  level: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
});
const themes = fc.record({
  colorScheme: scheme,
  color: fc.record({ grayscale, accent }, { requiredKeys: [] }),
});
const surfaces = fc.record({
  colorScheme: scheme,
  color: fc.record({ surface: fc.record({ background: hex, foreground: hex }) }),
});

const INKS = [...highlightStyles.matchAll(/\.hljs[^{}]*\{[^}]*color: var\(--([a-z0-9-]+)\)/g)].map(
  ([, name = '']) => name,
);
const GROUND = /\.code \{[^}]*background: var\(--([a-z0-9]+)\)/.exec(prose)?.[1] ?? '';

function colour(properties: Readonly<Record<string, string>>, name: string): Oklch {
  return parseColor(properties[`--${name}`] ?? '') as Oklch;
}

/** The lowest contrast of a colour of code on its background. */
function least(theme: ThemeOption): number {
  const properties = colorProperties(theme);
  return Math.min(...INKS.map((ink) => contrast(colour(properties, ink), colour(properties, GROUND))));
}

test('coloured code is legible in every scheme, gray and accent', () => {
  expect(new Set(INKS).size).toBeGreaterThan(5);
  const property = fc.property(themes, (theme) => {
    expect(least(theme)).toBeGreaterThanOrEqual(4.5);
  });
  fc.assert(property, {
    numRuns: 300,
    examples: [[{ colorScheme: 'light', color: {} }], [{ colorScheme: 'dark', color: {} }]],
  });
});

test('on a surface of a middling colour, where even the text has little, it is nearly so', () => {
  const property = fc.property(surfaces, (theme) => {
    expect(least(theme)).toBeGreaterThan(4.1);
  });
  fc.assert(property, { numRuns: 300 });
});
