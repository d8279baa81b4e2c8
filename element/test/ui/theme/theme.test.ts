import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ThemeOption } from '../../../src/api/options.ts';
import { contrast, type Oklch, parseColor, toHex } from '../../../src/ui/theme/color.ts';
import { colorProperties, neutrals } from '../../../src/ui/theme/palette.ts';
import { PROPERTIES, schemeColors, shapeProperties } from '../../../src/ui/theme/theme.ts';

const hex = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`);
const themes: fc.Arbitrary<ThemeOption> = fc.record({
  colorScheme: fc.constantFrom('light' as const, 'dark' as const),
  color: fc.record(
    {
      grayscale: fc.record({
        hue: fc.integer({ min: 0, max: 360 }),
        tint: fc.integer({ min: 0, max: 9 }),
        shade: fc.integer({ min: -4, max: 4 }),
      }),
      accent: fc.record({
        primary: hex,
        level: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
      }),
      surface: fc.record({ background: hex, foreground: hex }),
    },
    { requiredKeys: [] },
  ),
});

/** The pairs of text and background. */
const TEXTS: readonly (readonly [string, string])[] = [
  ...['--n10', '--n11', '--n12', '--link'].flatMap((text) =>
    ['--n1', '--n2', '--n3', '--n4', '--n5', '--raised'].map((ground) => [text, ground] as const),
  ),
  ...['--danger', '--warning', '--info', '--success'].flatMap((text) =>
    ['--n1', '--n2', '--raised', `${text}-soft`].map((ground) => [text, ground] as const),
  ),
  ...['--n11', '--n12'].flatMap((text) =>
    ['--danger-soft', '--warning-soft', '--info-soft', '--success-soft'].map(
      (ground) => [text, ground] as const,
    ),
  ),
  ['--on-bubble', '--bubble'],
  ['--on-accent', '--accent'],
  ['--on-accent', '--accent-hover'],
];

function ratio(properties: Readonly<Record<string, string>>, a: string, b: string): number {
  return contrast(parseColor(properties[a] ?? '') as Oklch, parseColor(properties[b] ?? '') as Oklch);
}

describe('in every theme that the options allow', () => {
  test('text is legible on the surfaces it stands on', () => {
    fc.assert(
      fc.property(themes, (theme) => {
        const properties = colorProperties(theme);
        for (const [text, ground] of TEXTS)
          expect(ratio(properties, text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }),
      { numRuns: 300 },
    );
  });

  test('controls stand out from the page', () => {
    fc.assert(
      fc.property(themes, (theme) => {
        const properties = colorProperties(theme);
        expect(ratio(properties, '--accent', '--n1')).toBeGreaterThan(2.9);
        expect(ratio(properties, '--on-accent', '--accent')).toBeGreaterThan(4.4);
        expect(ratio(properties, '--n9', '--n1')).toBeGreaterThan(2.9);
      }),
      { numRuns: 300 },
    );
  });
});

/** The HSL hue of a chromatic colour. */
function hslHue(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  const [high, low] = [Math.max(r, g, b), Math.min(r, g, b)];
  const sixth =
    high === r
      ? (g - b) / (high - low)
      : high === g
        ? 2 + (b - r) / (high - low)
        : 4 + (r - g) / (high - low);
  return (sixth * 60 + 360) % 360;
}

test.each([0, 30, 60, 90, 120, 150, 180, 220, 260, 300, 330, -140, 580])(
  'the hue %i of the greys is that of HSL',
  (hue) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const properties = colorProperties({ colorScheme, color: { grayscale: { hue, tint: 9 } } });
      for (const name of ['--n1', '--n2', '--n3', '--n5', '--n7', '--n9', '--n11']) {
        const off = Math.abs(((((hslHue(properties[name]!) - hue + 540) % 360) + 360) % 360) - 180);
        expect(off, `${name} ${properties[name]}`).toBeLessThan(['--n1', '--n2'].includes(name) ? 30 : 20);
      }
    }
  },
);

test.each([
  ['#0d1117', '#1d222b', 'dark'],
  ['#ffffff', '#f0f0ff', 'light'],
  [undefined, '#1d222b', 'dark'],
] as const)(
  'on %s the foreground %s is the surface of bubbles and menus, and no text',
  (background, foreground, colorScheme) => {
    const properties = colorProperties({
      colorScheme,
      color: { surface: { background, foreground } as { background: string; foreground: string } },
    });
    expect(properties).toMatchObject({
      '--raised': foreground,
      '--bubble': foreground,
      '--n3': foreground,
      ...(background && { '--n1': background }),
    });
    for (const text of ['--n10', '--n11', '--n12', '--link']) expect(properties[text]).not.toBe(foreground);
  },
);

test('a foreground that no text could stand on beside the background gives way', () => {
  const properties = colorProperties({
    color: { surface: { background: '#ffffff', foreground: '#000000' } },
  });
  expect(ratio(properties, '--n12', '--raised')).toBeGreaterThanOrEqual(4.5);
  expect(ratio(properties, '--n12', '--n1')).toBeGreaterThanOrEqual(4.5);
});

test('the ramp has twelve steps, from the ground to the text', () => {
  const light = neutrals({});
  expect(light).toHaveLength(12);
  expect(light[0]?.l).toBe(1);
  expect((light[11]?.l ?? 1) < 0.3).toBe(true);
});

test.each([
  ['#fff', '#ffffff'],
  ['#1d4ed8', '#1d4ed8'],
  ['#1d4ed8cc', '#1d4ed8'],
  ['rgb(29, 78, 216)', '#1d4ed8'],
  ['rgba(29 78 216 / 50%)', '#1d4ed8'],
  ['hsl(0, 100%, 50%)', '#ff0000'],
])('%s is read as %s', (text, expected) => {
  expect(toHex(parseColor(text) as Oklch)).toBe(expected);
});

test('what is no colour is ignored', () => {
  expect(parseColor('url(https://evil.example)')).toBeNull();
  expect(colorProperties({ color: { accent: { primary: 'nonsense', level: 3 } } })['--accent']).toMatch(
    /^#[\da-f]{6}$/,
  );
});

test('sizes follow density, radius and type', () => {
  const properties = shapeProperties({ density: 'compact', radius: 'sharp', typography: { baseSize: 14 } });
  expect(properties).toMatchObject({ '--unit': '3px', '--radius-l': '0px', '--size': '14px' });
});

test.each(['light', 'dark'] as const)(
  'the colours at hand for %s are those that would be computed',
  (colorScheme) => {
    expect(schemeColors(colorScheme)).toEqual(colorProperties({ colorScheme }));
  },
);

test('every property has a value', () => {
  const given = { ...schemeColors('light'), ...shapeProperties({}) };
  for (const name of PROPERTIES) expect(given[name], name).toMatch(/./);
});

test.each(['constructor', '__proto__', 'huge'])(
  'the unknown radius and density %s is the default',
  (name) => {
    const unknown = { radius: name, density: name } as unknown as ThemeOption;
    expect(shapeProperties(unknown)).toEqual(shapeProperties({}));
  },
);
