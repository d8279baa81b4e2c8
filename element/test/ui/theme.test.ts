import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ThemeOption } from '../../src/options.ts';
import { contrast, type Oklch, parseColor, toHex } from '../../src/ui/color.ts';
import { colorProperties, neutrals } from '../../src/ui/palette.ts';
import { PROPERTIES, schemeColors, shapeProperties } from '../../src/ui/theme.ts';

const hex = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`);
const themes: fc.Arbitrary<ThemeOption> = fc.record({
  colorScheme: fc.constantFrom('light' as const, 'dark' as const),
  color: fc.record(
    {
      grayscale: fc.record({ hue: fc.integer({ min: 0, max: 360 }), tint: fc.integer({ min: 0, max: 9 }), shade: fc.integer({ min: -4, max: 4 }) }),
      accent: fc.record({ primary: hex, level: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const) }),
      surface: fc.record({ background: hex, foreground: hex }),
    },
    { requiredKeys: [] },
  ),
});

function ratio(properties: Readonly<Record<string, string>>, a: string, b: string): number {
  return contrast(parseColor(properties[a] ?? '') as Oklch, parseColor(properties[b] ?? '') as Oklch);
}

describe('in every theme that the options allow', () => {
  test('text is legible on the surfaces it stands on', () => {
    fc.assert(
      fc.property(themes, (theme) => {
        const properties = colorProperties(theme);
        for (const [text, ground] of [['--n12', '--n1'], ['--n11', '--n3'], ['--n10', '--n2'], ['--link', '--n1'], ['--on-bubble', '--bubble'], ['--danger', '--danger-soft'], ['--warning', '--warning-soft'], ['--info', '--info-soft']] as const) {
          expect(ratio(properties, text, ground), `${text} on ${ground}`).toBeGreaterThan(4.4);
        }
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
  expect(colorProperties({ color: { accent: { primary: 'nonsense', level: 3 } } })['--accent']).toMatch(/^#[\da-f]{6}$/);
});

test('sizes follow density, radius and type', () => {
  const properties = shapeProperties({ density: 'compact', radius: 'sharp', typography: { baseSize: 14 } });
  expect(properties).toMatchObject({ '--unit': '3px', '--radius-l': '0px', '--size': '14px' });
});

test.each(['light', 'dark'] as const)('the colours at hand for %s are those that would be computed', (colorScheme) => {
  expect(schemeColors(colorScheme)).toEqual(colorProperties({ colorScheme }));
});

test('every property has a value', () => {
  const given = { ...schemeColors('light'), ...shapeProperties({}) };
  for (const name of PROPERTIES) expect(given[name], name).toMatch(/./);
});

test.each(['constructor', '__proto__', 'huge'])('the unknown radius and density %s is the default', (name) => {
  const unknown = { radius: name, density: name } as unknown as ThemeOption;
  expect(shapeProperties(unknown)).toEqual(shapeProperties({}));
});
