// Writes the UI resource of an MCP server, made by the official package: {uri, body, code, ui} from stdin.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const [element] = process.argv.slice(2);
const { resolve } = createRequire(join(element, 'package.json'));
const load = (name) => import(pathToFileURL(resolve(name)).href);
const { build } = await load('esbuild');
const { createUIResource } = await load('@mcp-ui/server');

/** The script of a document, with what it imports, such as the official `App`. */
async function bundled(code) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: element },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  });
  return outputFiles[0].text.replaceAll('</script', '<\\/script');
}

const { uri, body, code, ui } = JSON.parse(await text(process.stdin));
const htmlString = `<!doctype html><html lang="en"><meta charset="utf-8"><title>View</title><body>${body}
<script type="module">${await bundled(code)}</script>`;
const content = { type: 'rawHtml', htmlString };
const { resource } = createUIResource({ uri, content, encoding: 'blob', metadata: { ui } });
process.stdout.write(JSON.stringify(resource));
