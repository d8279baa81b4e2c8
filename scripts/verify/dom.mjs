// Opens a page in the DOM of happy-dom, for machines without Chromium, and says what is wrong with its pattern.
// node dom.mjs HAPPY_DOM URL PATTERN FILE...: the files are the page's modules in their order, the check is the last.
import { pathToFileURL } from 'node:url';

const [happyDom, url, pattern, ...files] = process.argv.slice(2);
const { Window } = await import(pathToFileURL(happyDom));
const window = new Window({ url });
const { fetch, AbortController, AbortSignal, setTimeout, setInterval, queueMicrotask, performance } = globalThis;
for (const name of Object.getOwnPropertyNames(window)) {
  if (!(name in globalThis) || ['location', 'navigator', 'Event', 'CustomEvent', 'EventTarget', 'MessageChannel'].includes(name)) {
    Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });
  }
}

/** Node's own, with the one cookie of a visitor. */
let cookie = '';
async function fetchHere(input, init = {}) {
  const answer = await fetch(new URL(input, url), { ...init, headers: { ...init.headers, ...(cookie && { cookie }) } });
  cookie = answer.headers.getSetCookie().at(-1)?.split(';')[0] ?? cookie;
  return answer;
}
Object.assign(globalThis, { window: globalThis, fetch: fetchHere, AbortController, AbortSignal, setTimeout, setInterval, queueMicrotask, performance });
globalThis.requestAnimationFrame ??= (callback) => setTimeout(() => callback(performance.now()), 16);
globalThis.addEventListener ??= window.addEventListener.bind(window);
globalThis.removeEventListener ??= window.removeEventListener.bind(window);
globalThis.dispatchEvent ??= window.dispatchEvent.bind(window);
globalThis.reportError = (error) => console.error(error);

document.write(await (await fetch(url)).text());
let verify;
for (const file of files) ({ verify = verify } = await import(pathToFileURL(file)));
process.stdout.write(JSON.stringify({ problem: await verify(pattern) }));
process.exit(0);
