// What bench/render.py calls. `mark` is its own: it reads the browser's counters when it is called.
import { ask, messages, open } from './element.js';
import { feed, Frames, nextFrame } from './feed.js';
import { answer } from './text.js';

const libraries = {
  nothing: () => import('./nothing.js'),
  module: () => import('./module.js'),
  element: () => import('./element.js'),
  streamdown: () => import('./streamdown.js'),
  streaming_markdown: () => import('./streaming_markdown.js'),
  react_markdown: () => import('./react_markdown.js'),
  marked: () => import('./marked.js'),
};

const scroller = () => document.querySelector('#scroller');

async function run(text, contestant, { rate, marks }) {
  let updates = 0;
  const { push, end } = await contestant(() => updates++);
  await nextFrame();
  // What was made ready until here belongs to nobody.
  const frames = new Frames();
  updates = 0;
  const place = (at) => mark({ at, updates, ...frames.count() });
  await place(0);
  await feed(text, { rate, marks, push, at: place });
  await end();
  await nextFrame();
  await place(text.length);
  frames.stop();
}

/** Streams an answer of `length` characters through a library. */
async function stream(name, length, options) {
  const { start } = await libraries[name]();
  const text = answer(length);
  if (name === 'element') scroller().hidden = true;
  await run(text, (updated) => start(scroller(), updated, text), options);
}

let opened = null;

/** Opens a thread of `count` messages in the element, in pages of `limit`. */
async function openThread(count, limit) {
  const text = answer(100_000, 2);
  scroller().hidden = true;
  opened = await open(document.body, messages(count, text), limit);
  return opened.openMs;
}

/** Streams an answer in the open thread. */
async function streamInThread(length, options) {
  const text = answer(length);
  await run(text, (updated) => ask(opened, text, updated), options);
}

globalThis.bench = { stream, openThread, streamInThread };
