// Colours as OKLCH, to sRGB and back, and the contrast between two of them.

export type Oklch = { readonly l: number; readonly c: number; readonly h: number };
type Triple = readonly [number, number, number];

const clamp = (value: number): number => Math.min(1, Math.max(0, value));
const toLinear = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const toGamma = (v: number): number => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055);

function toLinearRgb({ l, c, h }: Oklch): Triple {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const x = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const y = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const z = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
    -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
    -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
  ];
}

function fromRgb(rgb: Triple): Oklch {
  const [r, g, b] = [toLinear(rgb[0]), toLinear(rgb[1]), toLinear(rgb[2])];
  const x = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const y = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const z = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const l = 0.2104542553 * x + 0.793617785 * y - 0.0040720468 * z;
  const ca = 1.9779984951 * x - 2.428592205 * y + 0.4505937099 * z;
  const cb = 0.0259040371 * x + 0.7827717662 * y - 0.808675766 * z;
  return { l, c: Math.hypot(ca, cb), h: ((Math.atan2(cb, ca) * 180) / Math.PI + 360) % 360 };
}

/** `#rrggbb`; what lies outside sRGB is clipped. */
export function toHex(color: Oklch): string {
  const channels = toLinearRgb(color).map((v) => Math.round(clamp(toGamma(clamp(v))) * 255));
  return `#${channels.map((v) => v.toString(16).padStart(2, '0')).join('')}`;
}

/**
 * Reduces the chroma to the maximum of sRGB at this lightness. Clipping would change the hue: near white,
 * blue would become mint.
 */
export function inGamut(color: Oklch): Oklch {
  let { c } = color;
  while (c > 0.0005 && toLinearRgb({ ...color, c }).some((v) => v < 0 || v > 1)) c *= 0.9;
  return { ...color, c };
}

function luminance(color: Oklch): number {
  const [r, g, b] = toLinearRgb(color).map(clamp) as unknown as Triple;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The contrast ratio of WCAG, 1 to 21. */
export function contrast(a: Oklch, b: Oklch): number {
  const [low, high] = [luminance(a), luminance(b)].sort((p, q) => p - q) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/**
 * `color`, made lighter or darker until it has `ratio` against `ground`; black or white when nothing else
 * does.
 */
export function legible(color: Oklch, ground: Oklch, ratio: number): Oklch {
  if (contrast(color, ground) >= ratio) return color;
  const step = contrast(WHITE, ground) >= contrast(BLACK, ground) ? 0.01 : -0.01;
  for (let l = color.l + step; l > 0 && l < 1; l += step) {
    const tried = { ...color, l };
    if (contrast(tried, ground) >= ratio) return tried;
  }
  return step > 0 ? WHITE : BLACK;
}

export function mix(a: Oklch, b: Oklch, share: number): Oklch {
  const [from, to] = [a, b].map(({ c, h }) => [
    c * Math.cos((h * Math.PI) / 180),
    c * Math.sin((h * Math.PI) / 180),
  ]);
  const x = (from?.[0] ?? 0) * (1 - share) + (to?.[0] ?? 0) * share;
  const y = (from?.[1] ?? 0) * (1 - share) + (to?.[1] ?? 0) * share;
  return {
    l: a.l * (1 - share) + b.l * share,
    c: Math.hypot(x, y),
    h: ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360,
  };
}

export const WHITE: Oklch = { l: 1, c: 0, h: 0 };
export const BLACK: Oklch = { l: 0, c: 0, h: 0 };

const HEX = /^#(?:([\da-f]{3})[\da-f]?|([\da-f]{6})(?:[\da-f]{2})?)$/i;
const FUNCTION = /^(rgb|hsl)a?\(\s*([\d.]+)(?:deg)?[\s,]+([\d.]+)%?[\s,]+([\d.]+)%?/i;

/** Reads hex, `rgb()`, `hsl()` and `oklch()`; `null` for anything else. Transparency is ignored. */
export function parseColor(text: string): Oklch | null {
  const hex = HEX.exec(text.trim());
  if (hex !== null) return fromHex(hex[2] ?? (hex[1] ?? '').replace(/./g, '$&$&'));
  const oklch = /^oklch\(\s*([\d.]+)(%?)\s+([\d.]+)\s+([\d.]+)/i.exec(text.trim());
  if (oklch !== null)
    return { l: Number(oklch[1]) / (oklch[2] === '%' ? 100 : 1), c: Number(oklch[3]), h: Number(oklch[4]) };
  const call = FUNCTION.exec(text.trim());
  if (call === null) return null;
  const [a, b, c] = [Number(call[2]), Number(call[3]), Number(call[4])];
  return call[1]?.toLowerCase() === 'hsl'
    ? fromRgb(fromHsl(a, b / 100, c / 100))
    : fromRgb([a / 255, b / 255, c / 255]);
}

function fromHex(digits: string): Oklch {
  const channel = (at: number): number => Number.parseInt(digits.slice(at, at + 2), 16) / 255;
  return fromRgb([channel(0), channel(2), channel(4)]);
}

/** The OKLCH hue of a grey with this HSL hue; the official options give HSL hues. */
export function hueOfHsl(hue: number): number {
  return fromRgb(fromHsl(((hue % 360) + 360) % 360, 0.25, 0.5)).h;
}

function fromHsl(hue: number, saturation: number, lightness: number): Triple {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number): number => {
    const k = (offset + hue / 30) % 12;
    return lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  };
  return [channel(0), channel(8), channel(4)];
}
