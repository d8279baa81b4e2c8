// Words with several meanings stay out of names: docs/contributing/glossary.md says which word is used
// instead.
import { parseSync, Visitor } from 'vite';
import { expect, test } from 'vitest';

type Sources = Readonly<Record<string, string>>;

const sources: Sources = Object.fromEntries(
  Object.entries(
    import.meta.glob(['../src/**/*.ts', './**/*.ts', '../dev/**/*.ts'], {
      query: '?raw',
      import: 'default',
      eager: true,
    }),
  ).map(([path, source]) => [path.replace('../', '').replace('./', 'test/'), source]),
);

/** Words that no name may contain. */
const GONE = new Set(
  (
    'aftermath beside book books fold folded folds hop hops kept parts pulse settle settled settles ' +
    'settling ' +
    'shelf shelves speaking stand standing stands stood take taken takes taking told took waiting'
  ).split(' '),
);
/**
 * What is a fact of Markdown, of the DOM or of the wire in some folders, and had another meaning in these.
 */
const GONE_FROM: readonly (readonly [RegExp, ReadonlySet<string>])[] = [
  // A turn is made by the server. The page shows responses and groups of messages.
  [/^src\/(element|ui|page|markdown|api)\//, new Set(['turn', 'turns'])],
  // Connections and their status. Server-sent events consist of lines.
  [/^src\/(session\/|protocol\/(?!sse\.ts))/, new Set(['line', 'lines', 'link', 'links'])],
];
/** A class takes a context, or the fields that it uses, not a type of its own for its surroundings. */
const HOST_TYPE = /^[A-Z]\w*Host$/;
/** Names that others have given. */
const FACTS = new Set([
  'takeRecords', // MutationObserver
  'onLine', // Navigator
  'book', // icons of ChatKit
  'BOOK', // the drawing of these icons
  'dynamicImportSettled', // vitest
]);
/**
 * Classes of the shadow tree that the tests of the server and the benchmarks look for; `turn` is a public
 * part, too.
 */
const CLASSES = new Set(['turn', 'turns', 'turn-foot', 'turn-group', 'pulse']);

function wordsOf(name: string): string[] {
  return name
    .split(/[^a-zA-Z0-9]|(?<=[a-z0-9])(?=[A-Z])/)
    .map((word) => word.toLowerCase())
    .filter((word) => word !== '');
}

function identifiersIn(path: string, source: string): string[] {
  const names = new Set<string>();
  const add = ({ name }: { name: string }): void => void names.add(name);
  new Visitor({ Identifier: add, PrivateIdentifier: add }).visit(parseSync(path, source).program);
  return [...names].filter((name) => !FACTS.has(name));
}

function classesIn(source: string): string[] {
  const styles = [...source.matchAll(/css`([^`]*)`/g)].map(([, text = '']) => text).join('\n');
  return [...styles.matchAll(/\.([a-z][\w-]*)/g)]
    .map(([, name = '']) => name)
    .filter((name) => !CLASSES.has(name));
}

/** Each name of `files`, their own included, that contains a word that is gone from it. */
function goneNames(files: Sources): string[] {
  return Object.entries(files).flatMap(([path, source]) => {
    const gone = GONE_FROM.filter(([folder]) => folder.test(path)).flatMap(([, words]) => [...words]);
    const isGone = (word: string): boolean => GONE.has(word) || gone.includes(word);
    return [path, ...identifiersIn(path, source), ...classesIn(source)]
      .filter((name) => HOST_TYPE.test(name) || wordsOf(name).some(isGone))
      .map((name) => `${path}: ${name}`);
  });
}

test('no name contains a word that is gone', () => {
  expect(Object.keys(sources).length).toBeGreaterThan(250);
  expect(goneNames(sources)).toEqual([]);
});

test.each([
  ['src/session/x.ts', 'const isKept = true;'],
  ['src/session/x.ts', 'class X { #toldAt = 0; }'],
  ['src/session/x.ts', 'type LinkState = string;'],
  ['src/protocol/x.ts', 'export interface X { readonly line: string }'],
  ['src/ui/x.ts', 'function lastTurn(): void {}'],
  ['src/ui/x.ts', 'const styles = css`.waiting-word { color: red; }`;'],
  ['src/ui/x.ts', 'const x = <Parts,>(one: Parts): Parts => one;'],
  ['src/ui/fold.ts', ''],
  ['test/x.test.ts', 'const { hops } = response;'],
  ['dev/x.ts', 'let TAKEN_MS = 1;'],
  ['src/session/x.ts', 'export type ReaderHost = object;'],
])('in %s, %j is reported', (path, source) => {
  expect(goneNames({ [path]: source })).toHaveLength(1);
});

test.each([
  ['src/session/x.ts', "const turnId = ''; // A turn that was told to wait is kept."],
  ['src/protocol/sse.ts', "const line = '';"],
  ['src/markdown/x.ts', 'const lineAt = 0, links = [];'],
  ['src/page/x.ts', 'observer.takeRecords();'],
  ['src/markdown/x.ts', 'const { host } = new URL(href), bareHost = 1;'],
  ['src/ui/x.ts', "const pattern = 'told'; css`.turn { display: block; }`;"],
])('in %s, %j is not', (path, source) => {
  expect(goneNames({ [path]: source })).toEqual([]);
});
