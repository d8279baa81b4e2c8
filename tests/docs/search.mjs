// node search.mjs LUNR INDEX: the first page that the site's search shows for each line of standard input, as JSON.
// Fields and their weights are those of the theme's own worker.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const [lunrPath, indexPath] = process.argv.slice(2);
const lunr = createRequire(import.meta.url)(resolve(lunrPath));
const { docs } = JSON.parse(readFileSync(indexPath, 'utf8'));
const index = lunr(function () {
  this.ref('location');
  this.field('title', { boost: 1000 });
  this.field('text');
  for (const { boost = 1, ...document } of docs) this.add(document, { boost });
});
const terms = readFileSync(0, 'utf8').trim().split('\n');
console.log(JSON.stringify(Object.fromEntries(terms.map((term) => [term, index.search(term).slice(0, 5).map(({ ref }) => ref)]))));
