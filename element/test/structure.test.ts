// The structure of the element's sources: imports point down and form no circle, and folders, files and lines
// are limited in size.
import { expect, test } from 'vitest';

/** The layers from top to bottom. A file may import from its own layer and from those below it. */
const LAYERS = [
  'element',
  'diagnostics',
  'extras.ts',
  'widgets.ts',
  'files.ts',
  'cards.ts',
  'ui/shell',
  'ui/history',
  'ui/dialogs',
  'ui/files',
  'ui/composer',
  'ui/widgets',
  'ui/thread',
  'ui/sources',
  'widgets',
  'ui/theme',
  'ui/base',
  'ui',
  'ui/i18n',
  'page',
  'session',
  'markdown',
  'api',
  'protocol',
  'dom',
];
/** Layers that must not import any other layer. */
const ALONE: readonly string[] = ['markdown', 'protocol', 'dom'];
/** They load bundles, which may contain anything: only their `import()` may point up. */
const LOADERS = [
  'ui/extras_loader.ts',
  'ui/widgets/widget_item.ts',
  'ui/thread/images.ts',
  'ui/sources/cards_loader.ts',
];
const MAX_FILES = 12;
const MAX_LINES = { module: 500, test: 800 };
const MAX_COLUMNS = 110;
/** A line that is one regular expression, or one string with an address: neither can be broken. */
const UNBREAKABLE = /^\s*(?:\/.+\/[a-z]*|'[^']*https?:\/\/[^']*'(?: \+)?)[,;]?$/;

type Sources = Readonly<Record<string, string>>;

const sources: Sources = Object.fromEntries(
  Object.entries(import.meta.glob('../src/**/*.ts', { query: '?raw', import: 'default', eager: true })).map(
    ([path, source]) => [path.replace('../src/', ''), source],
  ),
);

/** All files with line limits. The formatter breaks code, but not comments, strings and templates. */
const all: Sources = import.meta.glob(['../{src,dev}/**/*.ts', './**/*.ts', '../*.mjs'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The innermost layer of `path`; '' for a file outside of all layers. */
function layerOf(path: string): string {
  const around = LAYERS.filter((layer) => path === layer || path.startsWith(`${layer}/`));
  return around.sort((one, other) => other.length - one.length)[0] ?? '';
}

const STATEMENT = /^(?:import|export)\b[^;'`]*'(\.[^']+\.ts)';$/gm;
const CALL = /\bimport\('(\.[^']+\.ts)'\)/g;

/** The files that `path` imports in the form of `pattern`, including imports of types. */
function importsOf(path: string, source: string, pattern: RegExp): string[] {
  return [...source.matchAll(pattern)].map(([, name = '']) =>
    new URL(name, `file:///${path}`).pathname.slice(1),
  );
}

/** Imports that point up, and files outside of all layers. */
function misplaced(files: Sources): string[] {
  return Object.entries(files).flatMap(([path, source]) => {
    const layer = layerOf(path);
    if (layer === '') return [`${path} is in no layer`];
    const lazy = LOADERS.includes(path) ? [] : importsOf(path, source, CALL);
    return [...importsOf(path, source, STATEMENT), ...lazy]
      .filter((target) => !mayImport(layer, layerOf(target)))
      .map((target) => `${path} imports ${target}`);
  });
}

function mayImport(layer: string, target: string): boolean {
  if (target === layer) return true;
  return !ALONE.includes(layer) && LAYERS.indexOf(target) > LAYERS.indexOf(layer);
}

/** The files of one circle of imports. */
function circle(files: Sources): string[] {
  const isDone = new Set<string>();
  const visit = (path: string, trail: readonly string[]): string[] => {
    if (trail.includes(path)) return trail.slice(trail.indexOf(path));
    if (isDone.has(path)) return [];
    for (const target of importsOf(path, files[path] ?? '', STATEMENT)) {
      const found = visit(target, [...trail, path]);
      if (found.length > 0) return found;
    }
    isDone.add(path);
    return [];
  };
  for (const path of Object.keys(files)) {
    const found = visit(path, []);
    if (found.length > 0) return found;
  }
  return [];
}

/** The files that `entry` imports statically for more than their types, directly or not. */
function closure(files: Sources, entry: string): Set<string> {
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    const source = (files[path] ?? '').replace(/^(?:import|export) type\b[^;]*;$/gm, '');
    importsOf(path, source, STATEMENT).forEach(visit);
  };
  visit(entry);
  return reached;
}

/** The extras that core contains, because one of its files imports them statically. */
function extrasInCore(files: Sources): string[] {
  const core = closure(files, 'element/element.ts');
  return importsOf('extras.ts', files['extras.ts'] ?? '', STATEMENT).filter((path) => core.has(path));
}

function crowded(files: Sources): string[] {
  const counts = new Map<string, number>();
  for (const path of Object.keys(files)) counts.set(folderOf(path), (counts.get(folderOf(path)) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > MAX_FILES)
    .map(([folder, count]) => `${folder} has ${count} files, at most ${MAX_FILES} are allowed: divide it`);
}

function longFiles(files: Sources): string[] {
  const most = (path: string): number => (path.endsWith('.test.ts') ? MAX_LINES.test : MAX_LINES.module);
  return Object.keys(files).filter((path) => files[path]!.split('\n').length > most(path));
}

/** The lines that are too long, as `path:number`. */
function longLines(files: Sources): string[] {
  const isLong = (line: string): boolean => line.length > MAX_COLUMNS && !UNBREAKABLE.test(line);
  return Object.entries(files).flatMap(([path, source]) =>
    source.split('\n').flatMap((line, at) => (isLong(line) ? [`${path}:${at + 1}`] : [])),
  );
}

test('imports point down', () => {
  expect(Object.keys(sources).length).toBeGreaterThan(150);
  expect(misplaced(sources)).toEqual([]);
});

test('imports make no circle', () => {
  expect(circle(sources)).toEqual([]);
});

test('core imports none of the extras statically', () => {
  expect(closure(sources, 'element/element.ts').size).toBeGreaterThan(80);
  expect(extrasInCore(sources)).toEqual([]);
  const path = 'ui/shell/thread_pane.ts';
  const changed = `${sources[path]}\nimport { History } from '../history/panel.ts';\n`;
  expect(extrasInCore({ ...sources, [path]: changed })).toContain('ui/history/panel.ts');
});

test('no folder has more than a dozen files', () => {
  expect(crowded(sources)).toEqual([]);
});

test.each([
  ['session/x.ts', "import type { ChatView } from '../ui/shell/chat.ts';"],
  ['page/locks/x.ts', "import { html } from '../../ui/base/html.ts';"],
  ['markdown/render/x.ts', "import { sheetOf } from '../../dom/css.ts';"],
  ['protocol/x.ts', "export { checkOptions } from '../api/options.ts';"],
  ['ui/base/x.ts', "import {\n  type MessageGroup,\n  groupsOf,\n} from '../thread/message_groups.ts';"],
  ['session/x.ts', "const later = () => import('../page/event_queue.ts');"],
  ['ui/x.ts', "import '../diagnostics/guards.ts';"],
  ['attic/x.ts', ''],
])('in %s, %j is reported', (path, source) => {
  expect(misplaced({ [path]: source })).toHaveLength(1);
});

test.each([
  ['ui/shell/x.ts', "import type { Session } from '../../session/session.ts';"],
  ['session/view/x.ts', "import { merge } from '../threads/thread_pages.ts';"],
  ['element/x.ts', "const later = () => import('../diagnostics/dev_overlay.ts');"],
  ['markdown/x.ts', "import { Lexer } from 'marked';"],
])('in %s, %j is not', (path, source) => {
  expect(misplaced({ [path]: source })).toEqual([]);
});

test('a circle is found, of types too', () => {
  const files = {
    'session/a.ts': "import type { B } from './b.ts';",
    'session/b.ts': "import { c } from './view/c.ts';",
    'session/view/c.ts': "export { a } from '../a.ts';",
  };
  expect(circle(files)).toEqual(['session/a.ts', 'session/b.ts', 'session/view/c.ts']);
});

test('a crowded folder is found', () => {
  const files = Object.fromEntries(Array.from({ length: 13 }, (_, at) => [`page/${at}.ts`, '']));
  expect(crowded(files)).toEqual(['page has 13 files, at most 12 are allowed: divide it']);
});

test('no module has more than 500 lines, and no test more than 800', () => {
  expect(longFiles(all)).toEqual([]);
  const lines = '\n'.repeat(600);
  expect(longFiles({ 'session/x.ts': lines, 'x.test.ts': lines })).toEqual(['session/x.ts']);
});

test('no line is longer than 110 columns', () => {
  expect(Object.keys(all).length).toBeGreaterThan(250);
  expect(longLines(all)).toEqual([]);
});

test('a long line is found, unless it is a regular expression or an address', () => {
  const long = 'x'.repeat(110);
  const lines = [
    '',
    `// ${long}`,
    `  const text = '${long}';`,
    `  /^${long}$/u;`,
    `  'https://${long}.example',`,
  ];
  expect(longLines({ 'session/x.ts': lines.join('\n') })).toEqual(['session/x.ts:2', 'session/x.ts:3']);
});
