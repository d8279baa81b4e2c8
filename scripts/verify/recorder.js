// Keeps what the chat tells the page, from before the pattern's own script runs. It listens on the way down, in the
// window, and reads nothing before it is asked: the chat does not take it for a listener of the page's.
const NAMES = ['ready', 'error', 'effect', 'response.start', 'response.end', 'thread.change', 'thread.load.start', 'thread.load.end', 'log'];

globalThis.recorded = [];
for (const name of NAMES) globalThis.addEventListener(`chatkit.${name}`, (event) => globalThis.recorded.push({ name, get detail() { return event.detail; } }), true);
