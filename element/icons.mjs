// Writes the icons of Lucide as path data, in small files of which a page loads those that it shows.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { SHARDS, shardOf } from './src/ui/base/drawings/shards.ts';

const OUT = new URL('src/ui/base/drawings/lucide/', import.meta.url);

const number = (attributes, name) => Number(attributes[name] ?? 0);

/** A rounded rectangle as path data. */
function rect(of) {
  const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) => number(of, name));
  const rx = number(of, 'rx') || number(of, 'ry');
  const ry = number(of, 'ry') || rx;
  if (rx === 0) return `M${x} ${y}h${width}v${height}h${-width}z`;
  const corner = (dx, dy) => `a${rx} ${ry} 0 0 1 ${dx} ${dy}`;
  const [w, h] = [width - 2 * rx, height - 2 * ry];
  const sides = [`h${w}`, corner(rx, ry), `v${h}`, corner(-rx, ry), `h${-w}`, corner(-rx, -ry), `v${-h}`];
  return `M${x + rx} ${y}${sides.join('')}${corner(rx, -ry)}z`;
}

/** An ellipse or a circle as path data. */
function ellipse(of) {
  const [x, y] = [number(of, 'cx'), number(of, 'cy')];
  const rx = number(of, 'rx') || number(of, 'r');
  const ry = number(of, 'ry') || number(of, 'r');
  return `M${x - rx} ${y}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0z`;
}

const SHAPES = { path: ({ d }) => d, rect, circle: ellipse, ellipse, g: () => null };

function drawing(name, body) {
  const shapes = [...body.matchAll(/<(\w+)([^>]*)>/g)].map(([, shape, text]) => {
    if (!Object.hasOwn(SHAPES, shape)) throw new Error(`${name} has a <${shape}>: adapt icons.mjs`);
    return SHAPES[shape](
      Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value])),
    );
  });
  return shapes.filter((data) => data !== null);
}

const { icons, aliases } = JSON.parse(
  readFileSync(new URL('node_modules/@iconify-json/lucide/icons.json', import.meta.url), 'utf8'),
);
const shards = Array.from({ length: SHARDS }, () => ({}));
const add = (name, icon) => {
  // One icon of the collection is drawn on another grid, and is none of Lucide.
  if (icon.width === undefined) shards[shardOf(name)][name] = drawing(name, icon.body);
};
for (const [name, icon] of Object.entries(icons)) add(name, icon);
for (const [name, { parent }] of Object.entries(aliases)) add(name, icons[parent]);

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT);
for (const [at, shard] of shards.entries()) writeFileSync(new URL(`${at}.json`, OUT), JSON.stringify(shard));
