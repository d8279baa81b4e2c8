// node build.mjs ELEMENT_FOLDER REACT_MAJOR FOLDER: bundles the apps with the packages that the element is tested with.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [folder, major, outdir] = process.argv.slice(2);
const { build } = createRequire(join(folder, 'package.json'))('esbuild');

await build({
  entryPoints: ['app.jsx', 'options.jsx'].map((app) => fileURLToPath(new URL(app, import.meta.url))),
  outdir,
  absWorkingDir: folder,
  nodePaths: [join(folder, 'node_modules')],
  alias: major === '19' ? {} : { react: `react-${major}`, 'react-dom': `react-dom-${major}` },
  bundle: true,
  format: 'esm',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"development"' }, // StrictMode mounts twice only here.
  logLevel: 'warning',
});
