// node build.mjs ELEMENT_FOLDER REACT_MAJOR OUTFILE: bundles the app with the packages that the element is tested with.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [folder, major, outfile] = process.argv.slice(2);
const { build } = createRequire(join(folder, 'package.json'))('esbuild');

await build({
  entryPoints: [fileURLToPath(new URL('app.jsx', import.meta.url))],
  outfile,
  absWorkingDir: folder,
  nodePaths: [join(folder, 'node_modules')],
  alias: major === '19' ? {} : { react: `react-${major}`, 'react-dom': `react-dom-${major}` },
  bundle: true,
  format: 'esm',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"development"' }, // StrictMode mounts twice only here.
  logLevel: 'warning',
});
