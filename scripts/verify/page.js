// What a check can do with the page of a pattern: speak, wait, and look.
const PATIENCE_MS = 60_000;

export class Pattern {
  constructor() {
    this.chat = document.querySelector('openai-chatkit');
  }

  /** Sends a message; resolves when the server has it. */
  async say(text) {
    this.ends = this.count('response.end');
    await this.chat.sendUserMessage({ text });
  }

  /** Resolves when the response to what was said last is over. */
  async ended() {
    await this.until(() => this.count('response.end') > this.ends, 'the response ends');
  }

  async answered(text) {
    await this.say(text);
    await this.ended();
  }

  count(name) {
    return globalThis.recorded.filter((event) => event.name === name).length;
  }

  details(name) {
    return globalThis.recorded.filter((event) => event.name === name).map(({ detail }) => detail);
  }

  /** Everything that the chat shows, as text. */
  get shown() {
    return textOf(this.chat);
  }

  /** Presses the button of the chat that is called so. */
  async press(label) {
    const find = () => all(this.chat).find((node) => node.localName === 'button' && [node.getAttribute('aria-label'), node.textContent.trim()].includes(label));
    await this.until(() => find() !== undefined, `there is a button "${label}"`);
    find().click();
  }

  /** As if the page was loaded again: another element, with the same options. */
  async reload(options) {
    const before = this.chat;
    this.chat = document.createElement('openai-chatkit');
    globalThis.recorded.length = 0;
    before.replaceWith(this.chat);
    this.chat.setOptions(options);
    await this.until(() => this.count('ready') === 1, 'the chat is ready');
  }

  async until(isSo, what) {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
      if (isSo()) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`never: ${what}. The chat shows: ${this.shown.slice(0, 300)}`);
  }

  equal(found, expected, what) {
    const [one, other] = [found, expected].map((value) => JSON.stringify(value));
    if (one !== other) throw new Error(`${what}: ${one}, not ${other}`);
  }

  isLocked(selector) {
    const region = document.querySelector(selector);
    const [isInert, isBusy] = [region.hasAttribute('inert'), region.getAttribute('aria-busy') === 'true'];
    if (isInert !== isBusy) throw new Error(`${selector} is half locked: inert ${isInert}, aria-busy ${isBusy}`);
    return isInert;
  }
}

function all(node) {
  return [...node.querySelectorAll('*'), ...(node.shadowRoot?.querySelectorAll('*') ?? [])].flatMap((child) => [child, ...(child.shadowRoot ? all(child) : [])]);
}

function textOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.localName === 'style' || node.localName === 'script') return '';
  return [...(node.shadowRoot?.childNodes ?? []), ...node.childNodes].map(textOf).join(' ').replace(/\s+/g, ' ');
}
