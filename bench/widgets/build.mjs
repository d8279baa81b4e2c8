// Bundles the page that bench/widgets.py measures into dist/. React comes from the element's packages.
import { build } from '../../element/node_modules/esbuild/lib/main.js';

await build({
  entryPoints: ['src/page.js'],
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  jsx: 'automatic',
  nodePaths: ['../../element/node_modules'],
  define: { 'process.env.NODE_ENV': '"production"' },
  external: ['/turnstream-widget.js'],
  logLevel: 'warning',
});
