// What the feed and the watching of frames cost by themselves.
import { perFrame } from './feed.js';

export function start(scroller, updated) {
  return perFrame(() => updated());
}
