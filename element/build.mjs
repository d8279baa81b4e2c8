// Bundles the element into the Python package: `chatkit.js` for text chat, and a second script, `extras`, for
// what is shown rarely. Large libraries and languages load by themselves.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { transform } from 'esbuild';
import { rollup } from 'rollup';
import { minify } from 'terser';
import { writeTypes } from './types.mjs';

const OUT = '../src/turnstream/http/static';

// Only marked's lexer is used, with one set of options. Its bundle creates a parser at import, which keeps
// 3.4 kB (gzip) of unused code alive; what other options would do is 0.4 kB more.
const options = {
  pedantic: '!1',
  breaks: '!1',
  gfm: '!0',
  silent: '!1',
  hooks: '(void 0)',
  extensions: '(void 0)',
};
const lexerOnly = {
  name: 'lexer-only',
  transform(source, id) {
    if (id.endsWith('marked.esm.js')) {
      const end = source.search(/var \w+=new \w+;function \w+\(\w+,\w+\)\{return \w+\.parse\(/);
      const lexer = /(\w+) as Lexer\b/.exec(source)?.[1];
      if (end === -1 || lexer === undefined)
        throw new Error('marked is built differently: adapt lexerOnly in build.mjs');
      const edit = /function (\w+)\(\w+,\w+=""\)\{/.exec(source)?.[1];
      if (edit === undefined)
        throw new Error('marked builds its patterns differently: adapt lexerOnly in build.mjs');
      const fixed = source
        .slice(0, end)
        .replace(/this\.options\.(\w+)/g, (use, name) => options[name] ?? use)
        // Patterns of the other dialects, 0.6 kB: nobody asks for them, and making them has no effect.
        .replace(/static get rules\(\)\{return\{[^}]*\}\}/, '')
        .replace(/\{normal:\w+,gfm:(\w+),(?:breaks:\w+,)?pedantic:\w+\}/g, '{gfm:$1}')
        .replace(new RegExp(`(?<=[=,:(])${edit}\\(`, 'g'), `/*#__PURE__*/${edit}(`);
      return { code: `${fixed}export { ${lexer} as Lexer };`, map: null };
    }
    return null;
  },
};

// Bundlers leave template literals alone, so the stylesheets would ship with their indentation and comments.
const tightCss = {
  name: 'tight-css',
  async transform(source, id) {
    if (!/src\/.*styles.*\.ts$/.test(id)) return null;
    const tight = await Promise.all([...source.matchAll(/css`([^`]*)`/g)].map(([, text]) => minifyCss(text)));
    return { code: source.replace(/css`[^`]*`/g, () => `css\`${tight.shift()}\``), map: null };
  },
};

async function minifyCss(text) {
  const { code } = await transform(text, { loader: 'css', minify: true, target: 'es2022' });
  return code.trim().replaceAll('\\', '\\\\');
}

// A page may load the entry as a classic script, as a module, or as both, so it has neither imports nor
// exports, and the chunks, which are modules, find what they share with it in one registry. A second copy
// finds the registry and does nothing.
const registry = "globalThis[Symbol.for('turnstream')]";
const isCore = ({ name }) => name === 'chatkit';
const shared = {
  name: 'shared',
  renderChunk: (code, chunk) => ({ code: isCore(chunk) ? asScript(code) : fromRegistry(code), map: null }),
};

// `turnstream-widget.js` is a module beside the entry, which it runs first.
const widgetAlone = {
  name: 'widget-alone',
  buildStart() {
    this.emitFile({
      type: 'chunk',
      id: 'src/element/widget_element.ts',
      fileName: 'turnstream-widget.js',
      implicitlyLoadedAfterOneOf: ['src/element/element.ts'],
    });
  },
};

function asScript(code) {
  const exported = /\nexport \{ ([^}]+) \};\n?$/.exec(code);
  if (exported === null)
    throw new Error('rollup writes the exports of the entry differently: adapt asScript in build.mjs');
  const names = exported[1].split(', ').map((one) => one.split(' as '));
  const variable = names.find(([name]) =>
    new RegExp(`^(let|var) (.*, )?${name.replaceAll('$', '\\$')}\\b`, 'm').test(code),
  );
  if (variable !== undefined) throw new Error(`${variable[0]} can change, and the chunks would not see it.`);
  const entries = names.map(([name, as = name]) => `${as}: ${name}`);
  const body = `${code.slice(0, exported.index)}\n${registry} = { ${entries} };`;
  return `(() => { "use strict"; if (${registry}) return; ${body}\n})();`;
}

function fromRegistry(code) {
  const fixed = code
    .replace("import '../chatkit.js';\n", '') // A page that loads a chunk has run the entry.
    .replace(
      /^import \{ ([^}]+) \} from '(\.\.?)\/chatkit\.js';/m,
      (_, names, folder) =>
        (folder === '.' ? "import './chatkit.js';\n" : '') +
        `const { ${names.replaceAll(' as ', ': ')} } = ${registry};`,
    );
  if (/(?<!^import '\.\/)chatkit\.js/m.test(fixed))
    throw new Error('rollup writes imports of the entry differently: adapt fromRegistry in build.mjs');
  return fixed;
}

// These load by themselves: large libraries, data of which a page needs little, and what only developers see.
const BY_ITSELF = [
  /\/node_modules\/(?:highlight\.js|temml)\/|\/markdown\/heavy\/|commonjsHelpers/,
  /\/locales\/|\/render\/pictures\.ts$|\/widget_element\.ts$/,
];

/** The bridge to frames and what that needs. Zod has a folder `locales` too. */
const FRAMES = /\/src\/widgets\/frames\/bridge\/|\/node_modules\/(?:@modelcontextprotocol|zod)\//;

/**
 * Names the chunk of a module: static imports of `chatkit.js` stay in it, and the modules that are loaded
 * later are one bundle.
 */
function chunks() {
  const core = new Set();
  return (id, { getModuleInfo, getModuleIds }) => {
    const visit = (one) => {
      if (core.has(one)) return;
      core.add(one);
      getModuleInfo(one).importedIds.forEach(visit);
    };
    if (core.size === 0)
      [...getModuleIds()].filter((one) => one.endsWith('/element/element.ts')).forEach(visit);
    const shard = /\/lucide\/(\d+)\.json$/.exec(id)?.[1];
    if (shard !== undefined) return `lucide-${shard}`;
    if (/\/drawings\/(?:rare|lucide|shards)\.ts$/.test(id)) return 'drawings';
    if (FRAMES.test(id)) return 'frames';
    if (core.has(id) || BY_ITSELF.some((one) => one.test(id))) return undefined;
    if (/\/src\/widgets\/chart\/|\/node_modules\/(?:d3-[^/]+|internmap)\//.test(id)) return 'chart';
    if (/\/src\/(?:widgets[./]|ui\/widgets\/shown|api\/texts\/widget)/.test(id)) return 'widgets';
    if (/\/src\/(?:cards\.ts|ui\/dialogs\/(?:styles\/)?preview|ui\/sources\/pointing)/.test(id))
      return 'cards';
    if (/\/src\/(?:files\.ts|ui\/files\/|api\/texts\/file)/.test(id)) return 'files';
    if (/\/src\/(?:ui\/i18n\/(?:languages|own_texts)|api\/texts\/sentences)/.test(id)) return 'languages';
    return id.includes('/diagnostics/') ? 'diagnostics' : 'extras';
  };
}

// Languages and icons are JSON, which needs no source map.
const isJson = (id) => id.endsWith('.json');
const json = {
  name: 'json',
  transform: (source, id) =>
    isJson(id) ? { code: `export default ${JSON.stringify(JSON.parse(source))}`, map: null } : null,
  generateBundle(_, files) {
    for (const file of Object.values(files)) {
      if (file.type !== 'chunk' || !file.moduleIds.every(isJson)) continue;
      delete files[file.sourcemapFileName];
      file.code = file.code.replace(/\/\/# sourceMappingURL=.*\n/, '');
    }
  },
};

/** What `icons.mjs` reads. */
const LUCIDE = resolve('node_modules/@iconify-json/lucide/icons.json');

// The notices that the licences of the bundled packages require.
function notices(modules) {
  const folders = new Set(
    modules.flatMap((id) => /\/.*\/node_modules\/(?:@[^/]+\/)?[^/?]+/.exec(id)?.[0] ?? []),
  );
  return [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const file = ['LICENSE', 'LICENSE.md', 'license', 'LICENSE.txt']
      .map((one) => `${folder}/${one}`)
      .concat(`licenses/${name.replace('/', '-')}.txt`) // of a package that has none
      .find(existsSync);
    if (file === undefined) throw new Error(`${name} has no licence file.`);
    return `${name} ${version} (${license})\n\n${readFileSync(file, 'utf8').trim()}\n`;
  });
}

const target = 'es2022';
const compilerOptions = { useDefineForClassFields: false, verbatimModuleSyntax: true };
const typescript = {
  name: 'typescript',
  transform: (source, id) =>
    id.endsWith('.ts')
      ? transform(source, { loader: 'ts', target, sourcemap: true, tsconfigRaw: { compilerOptions } })
      : null,
  // terser's output is 1.7 kB (gzip) smaller than esbuild's, and 0.1 kB more with constants where they were
  // written.
  renderChunk: (source, chunk) =>
    minify(source, {
      module: !isCore(chunk),
      ecma: 2022,
      sourceMap: true,
      compress: {
        passes: 5,
        pure_getters: true,
        lhs_constants: false,
        unsafe_arrows: true,
        inline: 1,
      },
      format: { comments: false },
    }),
};

rmSync(OUT, { recursive: true, force: true });
const bundle = await rollup({
  input: { chatkit: 'src/element/element.ts' },
  // Misplaced comments and circles of other packages change nothing.
  onwarn: (warning, warn) => {
    const places = [warning.id, ...(warning.ids ?? [])].filter((place) => place !== undefined);
    if (places.length === 0 || !places.every((place) => place.includes('/node_modules/'))) warn(warning);
  },
  // Modules that the entry and its chunks share stay in the entry, which exports them: text chat is one
  // script.
  preserveEntrySignatures: 'allow-extension',
  plugins: [
    // For the packages of MCP: their other builds are for Node.
    nodeResolve({ exportConditions: ['browser'] }),
    commonjs({ include: '**/highlight.js/**' }),
    json,
    lexerOnly,
    tightCss,
    widgetAlone,
    shared,
    typescript,
  ],
});
const { output } = await bundle.write({
  dir: OUT,
  format: 'es',
  manualChunks: chunks(),
  // Without it, modules that the extras share with the entry would move into the extras.
  onlyExplicitManualChunks: true,
  minifyInternalExports: true,
  sourcemap: true,
  chunkFileNames: 'chunks/[name]-[hash].js',
});
const modules = output.flatMap((file) => file.moduleIds ?? []);
writeFileSync(`${OUT}/chatkit.js.LEGAL.txt`, notices([...modules, LUCIDE]).join(`\n${'-'.repeat(80)}\n\n`));

// Compressed once, at the highest level; the server only chooses a file (http/element.py). Source maps stay
// plain.
for (const { type, fileName } of output) {
  if (type !== 'chunk') continue;
  const script = readFileSync(`${OUT}/${fileName}`);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: script.length };
  writeFileSync(`${OUT}/${fileName}.br`, brotliCompressSync(script, { params }));
  // 0.1 % smaller than with 8
  writeFileSync(`${OUT}/${fileName}.gz`, gzipSync(script, { level: 9, memLevel: 7 }));
}

writeTypes(`${OUT}/types`);
