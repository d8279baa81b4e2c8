// The whole element, over a server that lives in the page's own `fetch`.
import { DELTA, nextFrame } from './feed.js';

const MADE = '2026-11-22T09:30:00Z';
const encoder = new TextEncoder();

function made(id, fields) {
  return { id, thread_id: 'thr_1', created_at: MADE, ...fields };
}

function said(id, text) {
  return made(id, { type: 'assistant_message', content: [{ type: 'output_text', text, annotations: [] }] });
}

function asked(id, text) {
  return made(id, { type: 'user_message', content: [{ type: 'input_text', text }], attachments: [], inference_options: {} });
}

/** `count` messages, every other one an answer of the length of a paragraph or two. */
export function messages(count, text) {
  return Array.from({ length: count }, (_, at) => {
    const from = (at * 397) % (text.length - 600);
    return at % 2 === 0 ? asked(`msg_${at}`, text.slice(from, from + 60)) : said(`msg_${at}`, text.slice(from, from + 600));
  });
}

const page = (data, has_more = false) => ({ data, has_more, after: data.at(-1)?.id ?? null });
const frame = (event) => encoder.encode(`data: ${JSON.stringify(event)}\n\n`);
const json = (value) => new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' } });

/** Serves one thread of `items`, in pages of `limit`, and one response, which the page feeds. */
class Server {
  #stream = null;

  constructor(items, limit) {
    this.items = items;
    this.limit = limit;
    this.begun = new Promise((resolve) => (this.begin = resolve));
  }

  fetch = async (_url, { body }) => {
    const { type, params } = JSON.parse(body);
    switch (type) {
      case 'threads.get_by_id': return json({ ...this.thread, items: page(this.items.slice(0, this.limit), this.items.length > this.limit) });
      case 'items.list': return json(this.before(params.after));
      case 'threads.list': return json(page([this.thread]));
      case 'threads.create':
      case 'threads.add_user_message': return this.respond(type, params.input);
      default: return json({});
    }
  };

  get thread() {
    return { id: 'thr_1', title: 'A thread', created_at: MADE, status: { type: 'active' } };
  }

  before(after) {
    const end = after === undefined ? this.items.length : this.items.findIndex(({ id }) => id === after);
    const from = Math.max(0, end - this.limit);
    return page(this.items.slice(from, end).reverse(), from > 0);
  }

  respond(type, { content }) {
    const body = new ReadableStream({ start: (stream) => void (this.#stream = stream) });
    if (type === 'threads.create') this.send({ type: 'thread.created', thread: { ...this.thread, items: page([]) } });
    this.send({ type: 'thread.item.done', item: { ...asked('msg_asked', ''), content } });
    this.send({ type: 'thread.item.added', item: said('msg_answer', '') });
    this.begin();
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  }

  send(event) {
    this.#stream.enqueue(frame(event));
  }

  sendBytes(bytes) {
    this.#stream.enqueue(bytes);
  }

  end(text) {
    this.send({ type: 'thread.item.done', item: said('msg_answer', text) });
    this.#stream.close();
  }
}

const once = (chat, name) => new Promise((resolve) => chat.addEventListener(`chatkit.${name}`, resolve, { once: true }));

async function show(host, items, limit) {
  await import('/chatkit.js');
  const server = new Server(items, limit);
  const chat = document.createElement('openai-chatkit');
  chat.setOptions({ api: { url: '/chatkit', fetch: server.fetch }, history: { enabled: false } });
  const ready = once(chat, 'ready');
  host.append(chat);
  await ready;
  return { chat, server };
}

const view = (chat) => [...chat.shadowRoot.children].find((child) => child.shadowRoot !== null);

/** Opens a thread; returns how long it took until it was painted. */
export async function open(host, items, limit) {
  const { chat, server } = await show(host, items, limit);
  const startedAt = performance.now();
  const loaded = once(chat, 'thread.load.end');
  await chat.setThreadId('thr_1');
  await loaded;
  await nextFrame();
  return { chat, server, openMs: performance.now() - startedAt };
}

/** Asks something in an open chat; what is pushed is the answer. */
export async function ask({ chat, server }, text, updated) {
  // Made before: on a real page the network's process does this.
  const deltas = [];
  for (let at = 0; at < text.length; at += DELTA) {
    const update = { type: 'assistant_message.content_part.text_delta', content_index: 0, delta: text.slice(at, at + DELTA) };
    deltas.push(frame({ type: 'thread.item.updated', item_id: 'msg_answer', update }));
  }
  await chat.sendUserMessage({ text: 'Tell me' });
  await server.begun;
  await nextFrame();
  let isCounted = false;
  const count = () => {
    if (isCounted) return;
    isCounted = true;
    requestAnimationFrame(() => (isCounted = false));
    updated();
  };
  const turns = view(chat).shadowRoot.querySelector('.turns');
  new MutationObserver(count).observe(turns.lastElementChild ?? turns, { subtree: true, childList: true, characterData: true });
  let at = 0;
  const ended = once(chat, 'response.end');
  return {
    push: () => server.sendBytes(deltas[at++]),
    async end() {
      server.end(text);
      await ended;
    },
  };
}

export async function start(scroller, updated, text) {
  return ask(await show(scroller.parentElement, [], 20), text, updated);
}
