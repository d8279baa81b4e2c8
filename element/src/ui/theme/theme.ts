// Applies the option `theme` as custom properties. The colours of the two schemes are built in; a page's own
// are computed by `palette.ts`, one of the extras.
import type { ChatOptions, ColorScheme, ThemeOption } from '../../api/options.ts';
import type { ExtrasLoader } from '../extras_loader.ts';

const FONT = 'ui-sans-serif, system-ui, sans-serif';
const MONO = 'ui-monospace, Menlo, Consolas, monospace';
const DENSITY = { compact: 0.75, normal: 1, spacious: 1.25 } as const;

/** Radii: small controls, cards and menus, bubbles and the composer, round buttons. */
const RADII = {
  pill: ['8px', '14px', '22px', '999px'],
  round: ['6px', '12px', '16px', '12px'],
  soft: ['4px', '8px', '10px', '8px'],
  sharp: ['0px', '0px', '0px', '0px'],
} as const;

export type Properties = Readonly<Record<string, string>>;

const COLORS = [
  ...Array.from({ length: 12 }, (_, step) => `--n${step + 1}`),
  '--raised',
  '--accent',
  '--accent-hover',
  '--on-accent',
  '--link',
  '--bubble',
  '--on-bubble',
  ...['info', 'success', 'warning', 'danger'].flatMap((name) => [
    `--${name}`,
    `--${name}-soft`,
    `--${name}-line`,
  ]),
] as const;

/**
 * The result of `colorProperties` for a theme without colours, in the order of `COLORS`; a test checks that.
 */
const SCHEMES: Readonly<Record<ColorScheme, string>> = {
  light:
    'ffffff f8f8f8 f2f2f2 ececec e4e4e4 e0e0e0 cecece 929292 7a7a7a 636363 484848 191919 ffffff 191919 ' +
    '343434 ffffff ' +
    '2863ab f2f2f2 191919 0065b4 eef4fa bdd4ec 007a34 eff6f0 bed9c4 905400 f7f3ec e1ceb3 a83632 fbf1f0 ' +
    'ecc7c3',
  dark:
    '141414 1b1b1b 242424 2d2d2d 373737 373737 4d4d4d 6f6f6f 868686 a1a1a1 bebebe ededed 1b1b1b ededed ' +
    'cacaca 000000 ' +
    '73b1ff 242424 ededed 5fb6ff 191d22 293c50 5bcc80 191e1a 294130 e5a323 201c17 473821 ff887e 221b1a ' +
    '4e322f',
};

/** Every property that a stylesheet may use and a page may override as `--turnstream-…`. */
export const PROPERTIES: readonly string[] = [
  ...COLORS,
  '--unit',
  '--radius-s',
  '--radius-m',
  '--radius-l',
  '--radius-full',
  '--size',
  '--font',
  '--mono',
];

function optionOf(theme: ChatOptions['theme']): ThemeOption {
  return typeof theme === 'string' ? { colorScheme: theme } : (theme ?? {});
}

export function schemeColors(scheme: ColorScheme): Properties {
  const values = SCHEMES[scheme].split(' ');
  return {
    ...Object.fromEntries(COLORS.map((name, at) => [name, `#${values[at] ?? ''}`])),
    'color-scheme': scheme,
  };
}

/** Own properties only: the page may pass a name such as "constructor". */
function choose<T>(table: Readonly<Record<string, T>>, name: string | undefined, otherwise: T): T {
  return name !== undefined && Object.hasOwn(table, name) ? (table[name] ?? otherwise) : otherwise;
}

export function shapeProperties({ radius, density, typography }: ThemeOption): Properties {
  const [small, medium, large, full] = choose<readonly [string, string, string, string]>(
    RADII,
    radius,
    RADII.pill,
  );
  const size = Math.min(18, Math.max(14, typography?.baseSize ?? 16));
  return {
    '--unit': `${4 * choose<number>(DENSITY, density, DENSITY.normal)}px`,
    '--radius-s': small,
    '--radius-m': medium,
    '--radius-l': large,
    '--radius-full': full,
    '--size': `${size}px`,
    '--font': typography?.fontFamily ?? FONT,
    '--mono': typography?.fontFamilyMono ?? MONO,
  };
}

/**
 * The colours of `option`; `null` while the extras load, and those of the scheme if they cannot be loaded.
 */
function colorsOf(option: ThemeOption, extras: ExtrasLoader): Properties | null {
  const loader = option.color === undefined ? null : extras;
  if (loader?.isAwaited) return null;
  const scheme = option.colorScheme === 'dark' ? 'dark' : 'light';
  return loader?.get()?.colorProperties(option) ?? schemeColors(scheme);
}

/**
 * Sets the properties through the CSSOM, which a strict content security policy allows. Returns whether the
 * colours were available; if not, call it again later.
 */
export function applyTheme(node: HTMLElement, theme: ChatOptions['theme'], extras: ExtrasLoader): boolean {
  const option = optionOf(theme);
  const colors = colorsOf(option, extras);
  const set = (properties: Properties): void => {
    for (const [name, value] of Object.entries(properties))
      node.style.setProperty(name.startsWith('--') ? `--theme-${name.slice(2)}` : name, value);
  };
  set(shapeProperties(option));
  if (colors !== null) set(colors);
  return colors !== null;
}
