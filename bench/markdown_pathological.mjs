// How long hostile markdown takes: `node bench/markdown_pathological.mjs [characters]`.
// Milliseconds at n and 2n characters to lex, and at n to show at once and as the next step of a stream (in happy-dom); the first row is
// a harmless text, to compare with.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('../element/package.json', import.meta.url));
const { Window } = await import(pathToFileURL(require.resolve('happy-dom')).href);
const window = new Window({ url: 'https://chat.example/' });
for (const name of ['window', 'document', 'location', 'Node', 'Text', 'Element', 'HTMLElement', 'DOMParser', 'Document', 'ShadowRoot', 'HTMLAnchorElement', 'requestAnimationFrame', 'cancelAnimationFrame']) {
  Object.defineProperty(globalThis, name, { value: name === 'window' ? window : window[name], configurable: true });
}
const { lex, newLinks } = await import('../element/src/markdown/lex.ts');
const { repaired } = await import('../element/src/markdown/repair.ts');
const { MarkdownStream } = await import('../element/src/markdown/stream.ts');
const { composed, pathological } = await import('../element/test/markdown/pathological.ts');

const length = Number(process.argv[2] ?? 50_000);

function took(work) {
  const from = performance.now();
  work();
  return Math.round(performance.now() - from);
}

function step(source) {
  const stream = new MarkdownStream();
  stream.update(source.slice(0, -1), true);
  return took(() => stream.update(source, true));
}

const harmless = (characters) => 'Words, *more* of them, `code` and [a link](https://a.example).\n\n'.repeat(characters / 64);
const random = Array.from({ length: 40 }, (_, seed) => [`composed from ${seed}`, (characters) => composed(seed, characters)]);
for (let warm = 0; warm < 5; warm++) lex(harmless(length), newLinks());

const rows = [['a harmless text', harmless], ...Object.entries(pathological), ...random].map(([name, make]) => {
  const source = make(length);
  const twice = make(2 * length);
  return {
    name,
    lex: took(() => lex(source, newLinks())),
    'lex 2n': took(() => lex(twice, newLinks())),
    repair: took(() => repaired(source)),
    'repair 2n': took(() => repaired(twice)),
    'at once': took(() => new MarkdownStream().update(source, false)),
    step: step(source),
  };
});
console.table(Object.fromEntries(rows.map(({ name, ...times }) => [name, times])));
