// In which file an icon of Lucide is. `icons.mjs` writes the files.

export const SHARDS = 32;

export function shardOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.charCodeAt(0)) % 1_000_003;
  return sum % SHARDS;
}
