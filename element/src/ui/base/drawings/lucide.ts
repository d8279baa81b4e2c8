// The icons of Lucide, of which a page loads the files that it needs.
import { shardOf } from './shards.ts';

type Shard = { readonly default: Readonly<Record<string, readonly string[]>> };

const SHARDS: readonly (() => Promise<Shard>)[] = [
  () => import('./lucide/0.json'),
  () => import('./lucide/1.json'),
  () => import('./lucide/2.json'),
  () => import('./lucide/3.json'),
  () => import('./lucide/4.json'),
  () => import('./lucide/5.json'),
  () => import('./lucide/6.json'),
  () => import('./lucide/7.json'),
  () => import('./lucide/8.json'),
  () => import('./lucide/9.json'),
  () => import('./lucide/10.json'),
  () => import('./lucide/11.json'),
  () => import('./lucide/12.json'),
  () => import('./lucide/13.json'),
  () => import('./lucide/14.json'),
  () => import('./lucide/15.json'),
  () => import('./lucide/16.json'),
  () => import('./lucide/17.json'),
  () => import('./lucide/18.json'),
  () => import('./lucide/19.json'),
  () => import('./lucide/20.json'),
  () => import('./lucide/21.json'),
  () => import('./lucide/22.json'),
  () => import('./lucide/23.json'),
  () => import('./lucide/24.json'),
  () => import('./lucide/25.json'),
  () => import('./lucide/26.json'),
  () => import('./lucide/27.json'),
  () => import('./lucide/28.json'),
  () => import('./lucide/29.json'),
  () => import('./lucide/30.json'),
  () => import('./lucide/31.json'),
];

/** The path data of the icon `name`, such as "circle-alert"; undefined if Lucide has none of this name. */
export async function lucideDrawing(name: string): Promise<readonly string[] | undefined> {
  const { default: icons } = await SHARDS[shardOf(name)]!();
  return Object.hasOwn(icons, name) ? icons[name] : undefined;
}
