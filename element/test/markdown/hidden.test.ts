import { describe, expect, test } from 'vitest';
import {
  GrowingText,
  withMarkers,
  withMarkersInCode,
  withoutHiddenEnd,
  withoutMarkers,
} from '../../src/markdown/hidden.ts';
import { seen } from '../../src/markdown/link_doubts.ts';

describe('hidden characters are shown', () => {
  test.each([
    ['a\u202eb', 'a⟦U+202E⟧b'],
    ['\u202a\u202b\u202c\u202d', '⟦U+202A×4⟧'],
    ['\u2066a\u2069', '⟦U+2066⟧a⟦U+2069⟧'],
    ['pay\u200bpal', 'pay⟦U+200B⟧pal'],
    ['pay\u200cpal', 'pay⟦U+200C⟧pal'],
    ['pay\u200dpal', 'pay⟦U+200D⟧pal'],
    ['a\u2060b\u2063c\ufeffd', 'a⟦U+2060⟧b⟦U+2063⟧c⟦U+FEFF⟧d'],
    ['ok\u{e0069}\u{e0067}\u{e006e}', 'ok⟦U+E0069×3⟧'],
    ['\u{1f3f4}\u{e0069}\u{e0067}\u{e006e}\u{e006f}\u{e0072}\u{e0065}\u{e007f}', '\u{1f3f4}⟦U+E0069×7⟧'],
    ['\u{1f600}\ufe0f\u{e0100}\u{e0155}', '\u{1f600}\ufe0f⟦U+E0100×2⟧'],
    ['a\ufe01b\ufe0f', 'a⟦U+FE01⟧b⟦U+FE0F⟧'],
    ['\u200e\u200f\u200e\u200e', '⟦U+200E×4⟧'],
    ['\u3164\u115f\u1160\uffa0', '⟦U+3164×4⟧'],
    ['a\u00ad', 'a⟦U+00AD⟧'],
    ['a\u00ad\u00adb', 'a⟦U+00AD×2⟧b'],
    ['a\u180eb', 'a⟦U+180E⟧b'],
    ['a\u0000\u0008\u001bb\u0085', 'a⟦U+0000×3⟧b⟦U+0085⟧'],
    ['a\u034fb', 'a⟦U+034F⟧b'],
    ['\u{1f469}\u200d', '\u{1f469}⟦U+200D⟧'],
    ['\u{1d173}', '⟦U+1D173⟧'],
    ['\ufff9a\ufffb', '⟦U+FFF9⟧a⟦U+FFFB⟧'],
    ['می\u200c\u200cخواهم', 'می\u200c⟦U+200C⟧خواهم'],
  ])('%j', (text, shown) => {
    expect(withMarkers(text)).toBe(shown);
    expect(withMarkers(shown)).toBe(shown);
    expect(withMarkersInCode(text)).toBe(shown);
  });

  test('in code also where prose needs them', () => {
    expect(withMarkersInCode('if a\u200e == "x\u00ady"')).toBe('if a⟦U+200E⟧ == "x⟦U+00AD⟧y"');
  });

  test('or left out of an address, and of what is compared', () => {
    expect(withoutMarkers('https://a\u200b.example/\u202e')).toBe('https://a.example/');
    expect(seen('b\u200eank⟦U+200B⟧.ex\u00adample')).toBe('bank.example');
  });

  test('in time that grows with the text', () =>
    expect(withMarkers('\u202e'.repeat(200_000) + 'a\u200b'.repeat(100_000))).toHaveLength(
      '⟦U+202E×200000⟧'.length + 100_000 * 9,
    ));
});

test('a text that grows shows what it would show at once, and may also shrink', () => {
  const text = 'a\u202eb\n\u200bc\u200b\n\nd\u{1f469}\u200d\u{1f4bb}\n';
  const growing = new GrowingText();
  const sizes = [...Array.from({ length: text.length + 1 }, (_, at) => at), 5, 12, 0];
  for (const size of sizes)
    expect(growing.withMarkers(text.slice(0, size))).toBe(withMarkers(text.slice(0, size)));
});

describe('what writing needs stays', () => {
  test.each([
    ['a family', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}'],
    ['a person with a skin tone and a computer', '\u{1f469}\u{1f3fd}\u200d\u{1f4bb}'],
    ['a kiss', '\u{1f469}\u200d\u2764\ufe0f\u200d\u{1f48b}\u200d\u{1f468}'],
    ['a rainbow flag', '\u{1f3f3}\ufe0f\u200d\u{1f308}'],
    ['England', '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'],
    ['Texas', '\u{1f3f4}\u{e0075}\u{e0073}\u{e0074}\u{e0078}\u{e007f}'],
    ['a heart as an emoji and as text', '\u2764\ufe0f \u2764\ufe0e'],
    ['a keycap', '1\ufe0f\u20e3'],
    ['a nodding head', '\u{1f642}\u200d\u2194\ufe0f'],
    ['red hair', '\u{1f469}\u200d\u{1f9b0}'],
    ['Persian', 'می\u200cخواهم'],
    ['Arabic with vowels', 'هَ\u200dذا'],
    ['Devanagari', 'क\u094d\u200dष र\u094d\u200cय'],
    ['Malayalam', 'ന\u0d4d\u200d'],
    ['Sinhala', 'ශ\u0dca\u200dර\u0dd3'],
    ['Hebrew with marks of direction', 'שלום\u200f (abc)\u200e'],
    ['German with soft hyphens', 'Donau\u00addampf\u00adschiff'],
    ['Thai with places for breaks', 'ภาษา\u200bไทย'],
    ['an ideograph of a form', '葛\u{e0100}城'],
    ['Arabic numbers', '\u0600١٢٣ \u06dd'],
    ['white space', 'a\tb\nc\r\nd\u00a0e\u3000f\u202fg\u2028h'],
  ])('%s', (_, text) =>
    expect([withMarkers(text), withMarkersInCode(text.replace(/[\u200e\u200f\u00ad]/g, ''))]).toEqual([
      text,
      text.replace(/[\u200e\u200f\u00ad]/g, ''),
    ]),
  );

  test('and at the end of half a text nothing is decided yet', () => {
    expect(withoutHiddenEnd('\u{1f468}\u200d')).toBe('\u{1f468}');
    expect(withoutHiddenEnd('a\n')).toBe('a\n');
  });
});
