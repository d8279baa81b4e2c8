// Bundles the element into the Python package: one ES module, no outside request.
import { readFileSync } from 'node:fs';
import { build, transform } from 'esbuild';

// Only marked's lexer is used, with one set of options. Its bundle creates a parser at import, which keeps 3.4 kB (gzip) of
// unused code alive; what other options would do is 0.4 kB more.
const options = { pedantic: '!1', breaks: '!1', gfm: '!0', silent: '!1', hooks: '(void 0)', extensions: '(void 0)' };
const lexerOnly = {
  name: 'lexer-only',
  setup({ onLoad }) {
    onLoad({ filter: /marked\.esm\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const end = source.search(/var \w+=new \w+;function \w+\(\w+,\w+\)\{return \w+\.parse\(/);
      const lexer = /(\w+) as Lexer\b/.exec(source)?.[1];
      if (end === -1 || lexer === undefined) throw new Error('marked is built differently: adapt lexerOnly in build.mjs');
      const fixed = source.slice(0, end).replace(/this\.options\.(\w+)/g, (use, name) => options[name] ?? use);
      return { contents: `${fixed}export { ${lexer} as Lexer };`, loader: 'js' };
    });
  },
};

// esbuild leaves template literals alone, so the stylesheets would ship with their indentation and comments.
const tightCss = {
  name: 'tight-css',
  setup({ onLoad }) {
    onLoad({ filter: /src\/ui\/styles\/\w+\.ts$/ }, async ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const tight = await Promise.all([...source.matchAll(/css`([^`]*)`/g)].map(([, text]) => minifyCss(text)));
      return { contents: source.replace(/css`[^`]*`/g, () => `css\`${tight.shift()}\``), loader: 'ts' };
    });
  },
};

async function minifyCss(text) {
  const { code } = await transform(text, { loader: 'css', minify: true, target: 'es2022' });
  return code.trim().replaceAll('\\', '\\\\');
}

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
  plugins: [lexerOnly, tightCss],
});
