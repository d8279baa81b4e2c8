import { expect, test } from 'vitest';
import { more } from '../../../src/ui/i18n/strings_more.ts';

const sources = import.meta.glob('../../../src/**/*.ts', { query: '?raw', import: 'default', eager: true });

/** The modules that the entry needs, not those that it loads later. */
function eager(from: string, found = new Set<string>()): Set<string> {
  if (found.has(from) || !(from in sources)) return found;
  found.add(from);
  const folder = from.slice(0, from.lastIndexOf('/') + 1);
  for (const [, path = ''] of (sources[from] ?? '').matchAll(
    /^import (?!type )(?:[^'\n]* from )?'(\.[^']+)';$/gm,
  ))
    eager(resolve(folder, path), found);
  return found;
}

function resolve(folder: string, path: string): string {
  const parts = `${folder}${path}`.split('/');
  for (let at = parts.indexOf('..', 3); at > 3; at = parts.indexOf('..', 3)) parts.splice(at - 1, 2);
  return parts.filter((part, at) => part !== '.' || at === 0).join('/');
}

test('what comes with later parts is not said by the entry', () => {
  // And not by the parts that load no words.
  const silent = ['thread/answer_actions', 'shell/banners', 'theme/fonts', 'theme/palette'].flatMap(
    (name) => [...eager(`../../../src/ui/${name}.ts`)],
  );
  const entry = new Set([...eager('../../../src/element/element.ts'), ...silent]);
  expect(entry.size).toBeGreaterThan(60);
  expect(entry).toContain('../../../src/ui/composer/composer.ts');
  expect(entry).not.toContain('../../../src/ui/composer/toolbox.ts');
  const words = new RegExp(`strings\\.(?:${Object.keys(more).join('|')})\\b`, 'g');
  const said = [...entry].flatMap((path) =>
    [...(sources[path] ?? '').matchAll(words)].map(([use]) => `${path}: ${use}`),
  );
  expect(said).toEqual([]);
});
