// Runs in every page before its own scripts: keeps what the chat told the page, and what the page looked like.
globalThis.seen = [];

const NAMES = [
  'ready', 'error', 'effect', 'deeplink', 'response.start', 'response.end', 'thread.change', 'thread.load.start',
  'thread.load.end', 'tool.change', 'log', 'history.open', 'history.close',
];

function plain(detail) {
  if (!(detail?.error instanceof Error)) return detail;
  const { name, code, message } = detail.error;
  return { error: { name, code, message } };
}

for (const name of NAMES) {
  // Capturing, since the events do not bubble.
  addEventListener(`chatkit.${name}`, ({ detail }) => seen.push({ name, detail: plain(detail) }), true);
}

/** All elements that match, those in open shadow roots included. */
globalThis.deep = (selector, root = document) => [
  ...root.querySelectorAll(selector),
  ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot === null ? [] : deep(selector, shadowRoot))),
];

/** Keeps what `read` returns of the page around the chat after each change of it, without what repeats itself. */
globalThis.sample = (read) => {
  globalThis.samples = [];
  let last = '';
  const look = () => {
    const state = read();
    if (JSON.stringify(state) !== last) samples.push(state);
    last = JSON.stringify(state);
  };
  look();
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
};
