// node dev/build.mjs FOLDER: the development page, as files.
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const folder = process.argv[2];
await build({
  entryPoints: { dev: 'dev/dev.ts' },
  outdir: folder,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
});
for (const file of ['index.html', 'dev.css']) await copyFile(join('dev', file), join(folder, file));
