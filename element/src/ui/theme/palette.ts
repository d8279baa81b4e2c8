// Computes the colours of a theme with sufficient contrast for all text and controls. Loaded if a page sets
// colours.
import type { ColorScheme, ThemeOption } from '../../api/options.ts';
import {
  BLACK,
  contrast,
  hueOfHsl,
  inGamut,
  legible,
  mix,
  type Oklch,
  parseColor,
  toHex,
  WHITE,
} from './color.ts';
import type { Properties } from './theme.ts';

/** Slightly above 4.5, since colours are rounded at the end. */
const TEXT_RATIO = 4.57;
const CONTROL_RATIO = 3;
const SPARE_RATIO = 8;

/**
 * Lightness of the twelve neutral steps: 1–2 backgrounds, 3–5 surfaces at rest, hovered and pressed, 6–7
 * borders, 8–9 controls, 10–12 text.
 */
const LIGHTNESS: Readonly<Record<ColorScheme, readonly number[]>> = {
  light: [1, 0.98, 0.962, 0.942, 0.918, 0.906, 0.85, 0.66, 0.58, 0.5, 0.4, 0.215],
  dark: [0.19, 0.222, 0.262, 0.298, 0.335, 0.335, 0.42, 0.54, 0.62, 0.71, 0.8, 0.945],
};

const MEANINGS = { info: 250, success: 152, warning: 78, danger: 26 } as const;

/** The neutral ramp, index 0 to 11. Text steps are legible on every surface step. */
export function neutrals(option: ThemeOption): readonly Oklch[] {
  const scheme = option.colorScheme === 'dark' ? 'dark' : 'light';
  const ramp = surfaceRamp(option, scheme) ?? grayRamp(option, scheme);
  const ground = ramp[0] ?? WHITE;
  const surface = worstGround(ramp);
  return ramp.map((color, step) => {
    if (step >= 9) return legible(color, surface, step === 11 ? 7 : TEXT_RATIO);
    return step === 7 || step === 8 ? legible(color, ground, CONTROL_RATIO) : color;
  });
}

/** The surface with the lowest contrast to text. */
function worstGround(ramp: readonly Oklch[]): Oklch {
  const ink = ramp[11] ?? BLACK;
  return ramp.slice(0, 5).reduce((worst, one) => (contrast(one, ink) <= contrast(worst, ink) ? one : worst));
}

function grayRamp(option: ThemeOption, scheme: ColorScheme): Oklch[] {
  const { hue = 220, tint = 0, shade = 0 } = option.color?.grayscale ?? {};
  const h = hueOfHsl(hue);
  return LIGHTNESS[scheme].map((l, step) => {
    const weight = step < 6 ? 1 - step / 8 : 0;
    const shaded = scheme === 'light' ? l - Math.max(0, shade) * 0.012 * weight : l + shade * 0.014 * weight;
    const reach = 0.35 + 0.65 * Math.min(1, step / 6);
    return inGamut({
      l: Math.min(1, shaded - (tint > 0 && l === 1 ? 0.012 : 0)),
      c: tint * 0.0042 * reach,
      h,
    });
  });
}

/**
 * `background` is the page colour and `foreground` the colour of bubbles, cards and menus; the text colour
 * follows from both.
 */
function surfaceRamp(option: ThemeOption, scheme: ColorScheme): Oklch[] | null {
  const { background: ground, foreground } = option.color?.surface ?? {};
  const given = parseColor(foreground ?? '');
  const background =
    parseColor(ground ?? '') ?? (given === null ? null : (grayRamp(option, scheme)[0] ?? WHITE));
  if (background === null) return null;
  const ink = contrast(background, WHITE) >= contrast(background, BLACK) ? WHITE : BLACK;
  const steps = LIGHTNESS[scheme];
  const share = (step: number): number =>
    ((steps[step] ?? 0) - (steps[0] ?? 1)) / ((steps[11] ?? 0) - (steps[0] ?? 1));
  // On a medium background, contrast is scarce, so surfaces move away from the text.
  const away = contrast(background, ink) > SPARE_RATIO ? ink : ink.l > background.l ? BLACK : WHITE;
  const panel = given === null ? null : panelOf(given, background, ink);
  return steps.map((_, step) => {
    if (step >= 5) return mix(background, ink, share(step));
    if (panel === null || step === 0) return mix(background, away, share(step));
    return step < PANEL
      ? panelOf(mix(background, panel, 0.5), background, ink)
      : mix(panel, away, share(step) - share(PANEL));
  });
}

/** The lightness step of bubbles and cards. */
const PANEL = 2;

/** The largest distance from the background at which text stays readable on both. */
function panelOf(given: Oklch, background: Oklch, ink: Oklch): Oklch {
  const wanted = Math.min(SPARE_RATIO, contrast(background, ink));
  const tried = Array.from({ length: 21 }, (_, at) => mix(given, background, at / 20));
  return tried.find((color) => contrast(color, ink) >= wanted) ?? background;
}

function accentProperties(option: ThemeOption, ramp: readonly Oklch[]): Properties {
  const ground = ramp[0] ?? WHITE;
  const ink = ramp[11] ?? BLACK;
  const primary = parseColor(option.color?.accent?.primary ?? '');
  const accent = legible(primary ?? ink, ground, CONTROL_RATIO);
  const onAccent = contrast(accent, WHITE) >= contrast(accent, BLACK) ? WHITE : BLACK;
  const hovered = mix(accent, ground, 0.14);
  const level = option.color?.accent?.level ?? 0;
  const bubble = mix(ramp[2] ?? WHITE, accent, primary === null ? 0 : level * 0.06);
  return {
    '--accent': toHex(accent),
    '--accent-hover': toHex(contrast(hovered, onAccent) >= TEXT_RATIO ? hovered : accent),
    '--on-accent': toHex(onAccent),
    '--link': toHex(
      legible(primary ?? { l: ground.l > 0.5 ? 0.5 : 0.75, c: 0.13, h: 255 }, worstGround(ramp), TEXT_RATIO),
    ),
    '--bubble': toHex(bubble),
    '--on-bubble': toHex(legible(ink, bubble, 7)),
  };
}

function meaningProperties(ramp: readonly Oklch[]): Properties {
  const ground = ramp[0] ?? WHITE;
  const ink = ramp[11] ?? BLACK;
  const surface = worstGround(ramp.with(3, ground).with(4, ground));
  const properties: Record<string, string> = {};
  for (const [name, hue] of Object.entries(MEANINGS)) {
    const strong: Oklch = { l: ground.l > 0.5 ? 0.5 : 0.76, c: 0.15, h: hue };
    const tinted = mix(ground, strong, 0.07);
    const soft = contrast(tinted, ramp[10] ?? ink) >= TEXT_RATIO ? tinted : ground;
    // Text on other surfaces: in menus and in code.
    const hardest = [soft, surface].reduce((a, b) => (contrast(a, ink) <= contrast(b, ink) ? a : b));
    properties[`--${name}`] = toHex(legible(strong, hardest, TEXT_RATIO));
    properties[`--${name}-soft`] = toHex(soft);
    properties[`--${name}-line`] = toHex(mix(ground, strong, 0.28));
  }
  return properties;
}

/** Every colour of the chat, for `theme`. */
export function colorProperties(option: ThemeOption): Properties {
  const ramp = neutrals(option);
  const ground = ramp[0] ?? WHITE;
  const steps = Object.fromEntries(ramp.map((color, step) => [`--n${step + 1}`, toHex(color)]));
  const hasPanel = parseColor(option.color?.surface?.foreground ?? '') !== null;
  const raised = toHex(ramp[hasPanel ? PANEL : option.colorScheme === 'dark' ? 1 : 0] ?? WHITE);
  return {
    ...steps,
    '--raised': raised,
    ...accentProperties(option, ramp),
    ...meaningProperties(ramp),
    'color-scheme': ground.l > 0.5 ? 'light' : 'dark',
  };
}
