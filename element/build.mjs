// Bundles the element into the Python package: one ES module, no outside request.
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

// Only marked's lexer is used. Its bundle creates a parser at import, which keeps 3.4 kB (gzip) of unused code alive.
const lexerOnly = {
  name: 'lexer-only',
  setup({ onLoad }) {
    onLoad({ filter: /marked\.esm\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const end = source.search(/var \w+=new \w+;function \w+\(\w+,\w+\)\{return \w+\.parse\(/);
      const lexer = /(\w+) as Lexer\b/.exec(source)?.[1];
      if (end === -1 || lexer === undefined) throw new Error('marked is built differently: adapt lexerOnly in build.mjs');
      return { contents: `${source.slice(0, end)}export { ${lexer} as Lexer };`, loader: 'js' };
    });
  },
};

await build({
  entryPoints: { chatkit: 'src/element.ts' },
  outdir: '../src/turnstream/http/static',
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  sourcemap: true,
  legalComments: 'linked',
  logLevel: 'warning',
  plugins: [lexerOnly],
});
