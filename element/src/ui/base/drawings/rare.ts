// The drawings that text chat itself does not use, by their names on the wire and their aliases.
import { lucideDrawing } from './lucide.ts';
import { dot, ring } from './shapes.ts';

type Drawings = Readonly<Record<string, readonly string[]>>;

const SHEET =
  'M7 3.5h6.5L18.5 8.5V19a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 19V5A1.5 1.5 0 0 1 7 3.5zM13 3.8V9h5.2';
const FRAME = 'M6 4h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z';
const PANEL =
  'M5 4.5h14a1.5 1.5 0 0 1 1.5 1.5v12a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18V6A1.5 1.5 0 0 1 5 4.5z';
const STAR = 'M12 3.8l2.5 5.2 5.7.8-4.1 4 1 5.7L12 16.8l-5.1 2.7 1-5.7-4.1-4 5.7-.8z';
const BOOK = 'M12 6.5C10 5 7 4.6 4 5v13c3-.4 6 0 8 1.5 2-1.5 5-1.9 8-1.5V5c-3-.4-6 0-8 1.5zM12 6.5v13';

const DRAWINGS: Drawings = {
  sparkle: [
    'M11 4.5c.8 4.4 2.6 6.2 7 7-4.4.8-6.2 2.6-7 7-.8-4.4-2.6-6.2-7-7 4.4-.8 6.2-2.6 7-7z',
    'M18.5 3.5v4M16.5 5.5h4',
  ],
  plus: ['M12 5v14M5 12h14'],
  'chevron-down': ['M7 10l5 5 5-5'],
  'thumb-up': [
    'M7.5 10.5v9H5A1.5 1.5 0 0 1 3.5 18v-6A1.5 1.5 0 0 1 5 10.5zM7.5 10.8L11.3 4c1.5 0 2.5 1.2 2.2 2.7L13 ' +
      '9.5h5c1.3 0 2.2 1.2 1.9 2.4l-1.5 6a2.1 2.1 0 0 1-2 1.6H7.5',
  ],
  'thumb-down': [
    'M7.5 13.5v-9H5A1.5 1.5 0 0 0 3.5 6v6A1.5 1.5 0 0 0 5 13.5zM7.5 13.2l3.8 6.8c1.5 0 2.5-1.2 2.2-2.7L13 ' +
      '14.5h5c1.3 0 2.2-1.2 1.9-2.4l-1.5-6a2.1 2.1 0 0 0-2-1.6H7.5',
  ],
  info: [ring(12, 12, 8.5), `M12 11.3v5${dot(12, 8)}`],
  warning: ['M12 4.5l8.3 14.5H3.7z', `M12 10v4.2${dot(12, 16.7)}`],
  quote: ['M5 6v7a3 3 0 0 0 3 3h11M15 12l4 4-4 4'],
  undo: ['M8.5 4.5L4 9l4.5 4.5', 'M4.3 9h9.2a5.3 5.3 0 0 1 0 10.6H9.5'],
  redo: ['M15.5 4.5L20 9l-4.5 4.5', 'M19.7 9h-9.2a5.3 5.3 0 0 0 0 10.6h4'],
  globe: [ring(12, 12, 8.5), 'M3.5 12h17M12 3.5c-5 5-5 12 0 17M12 3.5c5 5 5 12 0 17'],
  at: [ring(12, 12, 3.6), 'M15.6 8.6v4.6a2.4 2.4 0 0 0 4.8 0V12a8.4 8.4 0 1 0-3.4 6.8'],
  paperclip: [
    'M19 11.2l-7.6 7.6a4.6 4.6 0 0 1-6.5-6.5l7.9-7.9a3.1 3.1 0 0 1 4.4 4.4l-7.8 7.8a1.5 1.5 0 0 1-2.2-2.2' +
      'l7-7',
  ],
  mic: [
    'M12 3.5a2.8 2.8 0 0 1 2.8 2.8v5.4a2.8 2.8 0 0 1-5.6 0V6.3A2.8 2.8 0 0 1 12 3.5zM6 11.5a6 6 0 0 0 12 0' +
      'M12 17.5v3M9 20.5h6',
  ],
  camera: [
    'M5 7.5h2.6L9 5.3h6l1.4 2.2H19A1.5 1.5 0 0 1 20.5 9v9a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18V9' +
      'A1.5 1.5 0 0 1 5 7.5z',
    ring(12, 13.2, 3.4),
  ],
  'check-circle': [ring(12, 12, 8.5), 'M8.2 12.3l2.6 2.6 5-5.3'],
  'chevron-right': ['M10 7l5 5-5 5'],
  'chevron-left': ['M14 7l-5 5 5 5'],
  'chevrons-left': ['M12 7l-5 5 5 5M18 7l-5 5 5 5'],
  'chevrons-right': ['M12 7l5 5-5 5M6 7l5 5-5 5'],
  'arrow-left': ['M19 12H5.5M11.3 6l-6 6 6 6'],
  menu: ['M4 7h16M4 12h16M4 17h16'],
  pencil: ['M15.5 5.5l3 3L8.5 18.5l-4 1 1-4z'],
  trash: [
    'M4.5 7h15M9.5 7V5.5A1.5 1.5 0 0 1 11 4h2a1.5 1.5 0 0 1 1.5 1.5V7M6.5 7l.8 11.6A1.5 1.5 0 0 0 8.8 20' +
      'h6.4a1.5 1.5 0 0 0 1.5-1.4L17.5 7M10.5 11v5M13.5 11v5',
  ],
  'dots-horizontal': [dot(6, 12), dot(12, 12), dot(18, 12)],
  'dots-vertical': [dot(12, 6), dot(12, 12), dot(12, 18)],
  'dots-circle': [ring(12, 12, 8.5), dot(8.5, 12), dot(12, 12), dot(15.5, 12)],
  search: [ring(10.5, 10.5, 6), 'M15 15l5 5'],
  document: [SHEET, 'M9 13h6M9 16.5h4'],
  'page-blank': [SHEET],
  'square-image': [FRAME, ring(9, 9.5, 1.6), 'M4.5 17l4.7-4.2 3.3 2.9 2.7-2.5 4.5 4'],
  'square-code': [FRAME, 'M9.5 9.5L7 12l2.5 2.5M14.5 9.5L17 12l-2.5 2.5'],
  'square-text': [FRAME, 'M8 9h8M8 12.5h8M8 16h4'],
  lightbulb: ['M9.5 18h5M10.5 20.5h3M9.5 18c0-2.5-3-3.5-3-7a5.5 5.5 0 0 1 11 0c0 3.5-3 4.5-3 7'],
  bolt: ['M13 3.5L5.5 13.5H12l-1 7 7.5-10H12z'],
  chart: ['M4 20h16M7 16.5v-5M12 16.5V6M17 16.5V9'],
  analytics: ['M4 18.5l5.5-6 4 3.5L20 8M15.5 8H20v4.5'],
  calendar: [
    'M6 5.5h12A1.5 1.5 0 0 1 19.5 7v11.5A1.5 1.5 0 0 1 18 20H6a1.5 1.5 0 0 1-1.5-1.5V7A1.5 1.5 0 0 1 6 5.5' +
      'zM4.5 10h15M8.5 3.5v4M15.5 3.5v4',
  ],
  clock: [ring(12, 12, 8.5), 'M12 7.5V12l3 2'],
  compass: [ring(12, 12, 8.5), 'M15.5 8.5l-2 5-5 2 2-5z'],
  cube: ['M12 3.5l7.5 4.2v8.6L12 20.5l-7.5-4.2V7.7zM4.7 7.8L12 12l7.3-4.2M12 12v8.3'],
  desktop: [
    'M5 4.5h14A1.5 1.5 0 0 1 20.5 6v9a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 15V6A1.5 1.5 0 0 1 5 4.5z' +
      'M8.5 20h7M12 16.5V20',
  ],
  mobile: [
    'M8.5 3h7A1.5 1.5 0 0 1 17 4.5v15a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 7 19.5v-15A1.5 1.5 0 0 1 8.5 ' +
      '3zM11 17.5h2',
  ],
  mail: [
    'M5 5.5h14A1.5 1.5 0 0 1 20.5 7v10a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 17V7A1.5 1.5 0 0 1 5 5.5z' +
      'M4 7.5l8 6 8-6',
  ],
  'map-pin': ['M12 20.5s6.5-5.5 6.5-10.3a6.5 6.5 0 0 0-13 0C5.5 15 12 20.5 12 20.5z', ring(12, 10.2, 2.3)],
  maps: ['M9 5L3.5 7v12.5L9 17.5l6 2 5.5-2V5L15 7zM9 5v12.5M15 7v12.5'],
  phone: [
    'M6.5 4h2.3l1.5 4-2 1.5a11 11 0 0 0 6 6l1.5-2 4 1.5v2.5A2 2 0 0 1 17.6 20 15 15 0 0 1 4.2 6.3 2 2 0 0 ' +
      '1 6.5 4z',
  ],
  user: [ring(12, 8.3, 3.8), 'M4.8 20c.7-4 3.5-5.8 7.2-5.8s6.5 1.8 7.2 5.8'],
  'profile-card': [
    PANEL,
    ring(9, 10.5, 2),
    'M5.8 16.5c.4-1.8 1.6-2.7 3.2-2.7s2.8.9 3.2 2.7M15 10h3M15 13.5h3',
  ],
  star: [STAR],
  question: [
    ring(12, 12, 8.5),
    `M9.7 9.5A2.4 2.4 0 0 1 12 7.8c1.4 0 2.4.9 2.4 2.1 0 1.7-2.4 1.9-2.4 3.7${dot(12, 16.5)}`,
  ],
  external: [
    'M13.5 4.5h6v6M19.2 4.8L11 13M17.5 14v4a1.5 1.5 0 0 1-1.5 1.5H6A1.5 1.5 0 0 1 4.5 18V8A1.5 1.5 0 0 1 ' +
      '6 6.5h4',
  ],
  settings: ['M4 8h9M17 8h3M4 16h3M11 16h9', ring(15, 8, 2), ring(9, 16, 2)],
  cog: [
    ring(12, 12, 5.8),
    ring(12, 12, 2.2),
    'M12 3.5v2.7M12 17.8v2.7M3.5 12h2.7M17.8 12h2.7M6 6l1.9 1.9M16.1 16.1L18 18M18 6l-1.9 1.9M7.9 16.1L6 18',
  ],
  agent: [
    'M7 8.5h10A2.5 2.5 0 0 1 19.5 11v6a2.5 2.5 0 0 1-2.5 2.5H7A2.5 2.5 0 0 1 4.5 17v-6A2.5 2.5 0 0 1 7 8.5' +
      'zM12 8.5V5',
    ring(12, 4, 1),
    `${dot(9.3, 13.5)}${dot(14.7, 13.5)}`,
    'M10 16.5h4',
  ],
  atom: [
    ring(12, 12, 1.2),
    'M19.5 12c0 2-3.4 3.6-7.5 3.6S4.5 14 4.5 12 7.9 8.4 12 8.4s7.5 1.6 7.5 3.6zM15.8 18.5c-1.8 ' +
      '1-4.9-1.1-6.9-4.7s-2.5-7.3-.7-8.3 4.9 1.1 6.9 4.7 2.5 7.3.7 8.3z',
  ],
  batch: ['M12 4l8 4-8 4-8-4zM4 12l8 4 8-4M4 16l8 4 8-4'],
  book: [BOOK],
  bug: [
    'M8.5 9.5h7v5a3.5 3.5 0 0 1-7 0zM9 9.5a3 3 0 0 1 6 0M8.5 12H4.5M19.5 12h-4M8.7 15.5L5.5 18M15.3 15.5' +
      'l3.2 2.5M8.5 9.5L5.5 7M15.5 9.5l3-2.5M12 9.5V18',
  ],
  confetti: [
    'M8.5 9.5L4 20l10.5-4.5z',
    `M13 8c0-2 .5-3.5 2-4.5M16 11c2 0 3.5-.5 4.5-2M15.5 8.5l3-3${dot(10, 4.5)}${dot(19.5, 14)}`,
  ],
  circle: [ring(12, 12, 8.5)],
  key: [ring(8, 15.5, 4), 'M11 12.5l8-8M16 7.5l2.5 2.5M13.5 10l1.5 1.5'],
  lab: [
    'M9.5 3.5h5M10.5 3.5v6L5.3 18.3A1.5 1.5 0 0 0 6.6 20.5h10.8a1.5 1.5 0 0 0 1.3-2.2L13.5 9.5v-6M8 15h8',
  ],
  lifesaver: [
    ring(12, 12, 8.5),
    ring(12, 12, 3.5),
    'M6 6l3.5 3.5M14.5 14.5L18 18M18 6l-3.5 3.5M9.5 14.5L6 18',
  ],
  notebook: [
    'M7.5 3.5H17A1.5 1.5 0 0 1 18.5 5v14a1.5 1.5 0 0 1-1.5 1.5H7.5A1.5 1.5 0 0 1 6 19V5a1.5 1.5 0 0 1 ' +
      '1.5-1.5zM4.5 8H7M4.5 12H7M4.5 16H7M10.5 8.5h4.5',
  ],
  play: ['M8 5.5v13l10.5-6.5z'],
  suitcase: [
    'M5 8h14A1.5 1.5 0 0 1 20.5 9.5v8A1.5 1.5 0 0 1 19 19H5a1.5 1.5 0 0 1-1.5-1.5v-8A1.5 1.5 0 0 1 5 8zM9 ' +
      '8V6.5A1.5 1.5 0 0 1 10.5 5h3A1.5 1.5 0 0 1 15 6.5V8M3.5 13h17',
  ],
  wreath: [
    'M7.5 4.5C5 7 4.3 10 5 13s3 5.5 7 6.5c4-1 6.3-3.5 7-6.5s0-6-2.5-8.5M5 9.5l3 1M5.5 14.5l3-1M19 9.5l-3 1' +
      'M18.5 14.5l-3-1',
  ],
  home: [
    'M4.5 11L12 4.5l7.5 6.5M6.5 9.5V18A1.5 1.5 0 0 0 8 19.5h8a1.5 1.5 0 0 0 1.5-1.5V9.5M10 19.5V14h4v5.5',
  ],
  share: ['M12 14.5V4M8 7.5L12 3.7l4 3.8M5 13.5v4A2 2 0 0 0 7 19.5h10a2 2 0 0 0 2-2v-4'],
  'panel-left': [PANEL, 'M9.5 4.5v15'],
  'panel-right': [PANEL, 'M14.5 4.5v15'],
  expand: ['M14 4.5h5.5V10M10 19.5H4.5V14M19.2 4.8L13.5 10.5M4.8 19.2l5.7-5.7'],
  collapse: ['M19.5 9.5H14.5V4.5M4.5 14.5h5v5M14.8 9.2L19.5 4.5M9.2 14.8L4.5 19.5'],
  grid: ['M5 5h5v5H5zM14 5h5v5h-5zM5 14h5v5H5zM14 14h5v5h-5z'],
  chat: [
    'M5 5h14a1.5 1.5 0 0 1 1.5 1.5v9A1.5 1.5 0 0 1 19 17h-6.5L8 20.5V17H5a1.5 1.5 0 0 1-1.5-1.5v-9A1.5 ' +
      '1.5 0 0 1 5 5z',
  ],
  sun: [ring(12, 12, 3.8), 'M12 3.5V5M12 19v1.5M3.5 12H5M19 12h1.5M6 6l1 1M17 17l1 1M18 6l-1 1M7 17l-1 1'],
  moon: ['M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z'],
  file: [SHEET],
};

const ALIASES: Readonly<Record<string, string>> = {
  profile: 'user',
  name: 'profile-card',
  write: 'pencil',
  'write-alt': 'pencil',
  'write-alt2': 'compose',
  'notebook-pencil': 'notebook',
  'book-open': 'book',
  'book-closed': 'notebook',
  'book-clock': 'book',
  images: 'square-image',
  'circle-question': 'question',
  'empty-circle': 'circle',
  'external-link': 'external',
  'check-circle-filled': 'check-circle',
  'star-filled': 'star',
  'sparkle-double': 'sparkle',
  'settings-slider': 'settings',
  'settings-cog': 'cog',
  keys: 'key',
  'home-alt': 'home',
  'back-small': 'chevron-left',
  'back-large': 'arrow-left',
  'double-chevron-left': 'chevrons-left',
  'double-chevron-right': 'chevrons-right',
  'collapse-left': 'chevrons-left',
  'collapse-right': 'chevrons-right',
  'open-left': 'chevrons-left',
  'open-right': 'chevrons-right',
  'expand-large': 'expand',
  'expand-small': 'expand',
  'collapse-large': 'collapse',
  'collapse-small': 'collapse',
  'chat-temporary': 'chat',
  'dots-horizontal-circle': 'dots-circle',
  'dots-vertical-circle': 'dots-circle',
  'menu-inverted': 'menu',
  hamburger: 'menu',
  'light-mode': 'sun',
  'dark-mode': 'moon',
};

/**
 * The path data of an icon by its name on the wire, one of Lucide included; `common` are the drawings that
 * text chat has itself. An unknown name gives a dot.
 */
export async function drawingOf(name: string, common: Drawings): Promise<readonly string[]> {
  const own = name.startsWith(LUCIDE)
    ? await lucideDrawing(name.slice(LUCIDE.length))
    : ownDrawing(name, { ...common, ...DRAWINGS });
  return own ?? common['dot']!;
}

const LUCIDE = 'lucide:';

function ownDrawing(name: string, drawings: Drawings): readonly string[] | undefined {
  const side = /^sidebar-.*?(left|right)/.exec(name)?.[1];
  const known = side === undefined ? (own(ALIASES, name) ?? name) : `panel-${side}`;
  return own(drawings, known);
}

function own<Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
