// Bundles the page that bench/render.py measures into dist/; each library is a chunk of its own.
import { build } from '../../element/node_modules/esbuild/lib/main.js';

await build({
  entryPoints: ['src/page.js'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  external: ['/chatkit.js'],
  logLevel: 'warning',
});
