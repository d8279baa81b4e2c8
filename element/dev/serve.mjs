// The development page: `node dev/serve.mjs [port]`, on this machine only. Rebuilds at every request.
import { context } from 'esbuild';

const port = Number(process.argv[2] ?? 8123);
const page = await context({
  entryPoints: { dev: 'dev/dev.ts' },
  outdir: 'dev',
  bundle: true,
  format: 'esm',
  target: 'es2022',
  sourcemap: true,
  logLevel: 'warning',
});
await page.serve({ servedir: 'dev', host: '127.0.0.1', port });
console.log(`http://127.0.0.1:${port}/`);
