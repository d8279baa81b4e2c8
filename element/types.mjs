// The types of the element for pages, as an npm package in one folder.
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const HEAD =
  "// The types of turnstream's chat element, written by its build. Options, methods and events: " +
  'docs/element.md.\n';

/** The compiler's declarations of `src/element/public.ts` and of all its imports. */
function declarations() {
  const folder = mkdtempSync(join(tmpdir(), 'turnstream-types-'));
  const flags =
    '--ignoreConfig --declaration --emitDeclarationOnly --allowImportingTsExtensions --strict ' +
    '--skipLibCheck --target es2022 --module esnext --moduleResolution bundler';
  try {
    execFileSync(process.execPath, [
      join(here, 'node_modules/typescript/bin/tsc'),
      ...flags.split(' '),
      '--outDir',
      folder,
      join(here, 'src/element/public.ts'),
    ]);
    return globSync('**/*.d.ts', { cwd: folder })
      .sort()
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The statements of a file with the comments before them, without imports, since all are in one file
 * afterwards.
 */
function statements(text) {
  const parts = text.split(/^(?=\/\*\*|export |declare |import |type |interface )/m);
  // A comment belongs to the statement after it.
  const whole = parts.flatMap((part, at) =>
    part.startsWith('/**') ? [] : [(parts[at - 1]?.startsWith('/**') ? parts[at - 1] : '') + part],
  );
  return whole.filter((part) => !/^import |^export \{\}/m.test(part)).map(withoutValues);
}

/** The package has types alone: the type of a constant stands for it. */
function withoutValues(statement) {
  return statement
    .replace(/^export declare const (\w+): /m, 'export type $1 = ')
    .replace(/\btypeof ([A-Z_]+)\b/g, '$1');
}

const nameOf = (statement) => /^(?:export )?(?:declare )?(?:type|interface) (\w+)/m.exec(statement)?.[1];

function types() {
  const known = new Map();
  const wanted = [];
  for (const [file, text] of declarations()) {
    for (const statement of statements(text)) {
      const name = nameOf(statement);
      if (file === 'element/public.d.ts') wanted.push(statement);
      if (name === undefined) continue;
      if (known.has(name) && known.get(name) !== statement)
        known.set(name, null); // Two files declare it: neither may be needed.
      else known.set(name, statement);
    }
  }
  const written = new Set(wanted);
  for (const statement of written) {
    for (const [name] of statement.replace(/\/\*.*?\*\//gs, '').matchAll(/\b[A-Z]\w*/g)) {
      const found = known.get(name);
      if (found === null) throw new Error(`Two types are called ${name}: rename one, since pages see both.`);
      if (found !== undefined) written.add(found);
    }
  }
  return HEAD + [...written].map((statement) => `\n${statement.trim()}\n`).join('');
}

/** Writes the package into the folder `out`. */
export function writeTypes(out) {
  cpSync(join(here, 'types'), out, { recursive: true });
  writeFileSync(join(out, 'index.d.ts'), types());
}
