// Bundles the element into the Python package: one ES module, no outside request.
import { build } from 'esbuild';

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
});
