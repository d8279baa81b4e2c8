// A small simulation beside a chat. The model changes it through client effects, reads from it through a client
// tool, and it pauses while a response runs.

// `shapes` are the fills and paths of a 24 × 24 picture.
const THINGS = [
  {
    id: 'apple',
    label: 'apple',
    note: 'It fell this morning, and it is still cold from the grass.',
    shapes: [
      ['#cf4433', 'M12 8c3-2.6 8-1 8 4.4 0 4.8-3.4 8.6-5.8 8.6-1 0-1.4-.5-2.2-.5s-1.2.5-2.2.5C7.4 21 4 17.2 4 12.4 4 7 9 5.4 12 8z'],
      ['#7a4f35', 'M11.3 8c0-2 .7-3.8 2-5l1.1 1c-1 1-1.6 2.3-1.6 4z'],
      ['#5f9d63', 'M14 5.6c1-1.8 2.7-2.6 4.7-2.5-.3 2-1.9 3.3-4.7 2.5z'],
    ],
  },
  {
    id: 'ball',
    label: 'ball',
    note: 'It has been fetched 212 times and lost 14 times.',
    shapes: [
      ['#b9c93f', 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z'],
      ['#fdfdf2', 'M5.2 6.1c2.7 3.3 2.7 8.5 0 11.8l1.2 1.1c3.2-3.9 3.2-10.1 0-14zM18.8 6.1c-2.7 3.3-2.7 8.5 0 11.8l-1.2 1.1c-3.2-3.9-3.2-10.1 0-14z'],
    ],
  },
  {
    id: 'blanket',
    label: 'blanket',
    note: 'It’s wool, and a little short at one end. She sleeps on that end.',
    shapes: [
      ['#5b7db1', 'M4 5h16v13H4z'],
      ['#dfe7f2', 'M4 8h16v2H4zM4 13h16v2H4z'],
      ['#5b7db1', 'M5 18h1.5v3H5zM9 18h1.5v3H9zM13.5 18H15v3h-1.5zM17.5 18H19v3h-1.5z'],
    ],
  },
  {
    id: 'book',
    label: 'book',
    note: 'A field guide to owls, with tooth marks on the spine.',
    shapes: [
      ['#a23b3b', 'M6 3h12.5v15H7.5C6.7 18 6 18.7 6 19.5z'],
      ['#f4efe2', 'M7.5 18.6h11v2h-11a1 1 0 0 1 0-2z'],
      ['#7d2b2b', 'M6 3c-1.1 0-2 .9-2 2v14.5A2.5 2.5 0 0 0 6.5 22H18.5v-1.4H7.5a1.1 1.1 0 0 1-1.1-1.1L6 19z'],
      ['#f0c98a', 'M9.5 7h6v1.6h-6zM9.5 10h4v1.6h-4z'],
    ],
  },
  {
    id: 'can',
    label: 'watering can',
    note: 'It’s half full, with one very calm beetle in it.',
    shapes: [
      ['#4f9187', 'M7 10h10v10.5H7z'],
      ['#3c736b', 'M17 12.5l4-5 1 .8-5 8zM2 6.5l3.6-.8L7.5 12 7 13z'],
      ['#3c736b', 'M9 10V7.5a3 3 0 0 1 6 0V10h-1.6V7.5a1.4 1.4 0 0 0-2.8 0V10z'],
    ],
  },
  {
    id: 'lantern',
    label: 'lantern',
    note: 'It is out. Nobody has relit it on clear nights.',
    shapes: [
      ['#5d6068', 'M8 6.5h8L17 9H7zM7 18h10l1 2.5H6z'],
      ['#d9b25f', 'M8 9h8v9H8z'],
      ['#5d6068', 'M11.4 9h1.2v9h-1.2zM9.5 6.5a2.5 2.5 0 0 1 5 0h-1.4a1.1 1.1 0 0 0-2.2 0z'],
    ],
  },
];

const SVG = 'http://www.w3.org/2000/svg';

function picture(shapes) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  for (const [fill, d] of shapes) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('fill', fill);
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}

const el = (id) => document.getElementById(id);
const remembered = (key, fallback) => JSON.parse(localStorage.getItem(key) ?? 'null') ?? fallback;
const remember = (key, value) => localStorage.setItem(key, JSON.stringify(value));

// --- the simulation ---------------------------------------------------------------------------------------------
const pet = remembered('companion', { name: 'Juniper', energy: 70, happiness: 60 });
const walk = { x: 400, towards: 520, ticks: 0 };
let selected = null;
let isPaused = false;

function step(seconds) {
  pet.energy = Math.max(0, pet.energy - 0.35 * seconds);
  pet.happiness = Math.max(0, pet.happiness - 0.25 * seconds);
  const distance = walk.towards - walk.x;
  const speed = 20 + pet.energy * 0.5;
  walk.x += Math.sign(distance) * Math.min(Math.abs(distance), speed * seconds);
  if (Math.abs(distance) < 1 && Math.random() < seconds) walk.towards = 240 + Math.random() * 440;
  walk.ticks += 1;
}

const write = (node, text) => node.textContent !== text && (node.textContent = text);

function show() {
  write(el('name'), pet.name);
  for (const key of ['energy', 'happiness']) {
    const value = String(Math.round(pet[key]));
    if (el(key).getAttribute('aria-valuenow') === value) continue;
    el(key).setAttribute('aria-valuenow', value);
    el(key).firstElementChild.style.transform = `scaleX(${value / 100})`;
    el(`${key}-value`).textContent = value;
  }
  const faces = walk.towards < walk.x - 1 ? -1 : 1;
  el('fox').setAttribute('transform', `translate(${walk.x.toFixed(1)} 372) scale(${faces * 0.92} 0.92)`);
  document.body.dataset.ticks = walk.ticks;
}

let last = performance.now();
function frame(now) {
  const seconds = Math.min(0.1, (now - last) / 1000);
  last = now;
  if (!isPaused) {
    step(seconds);
    show();
  }
  requestAnimationFrame(frame);
}

function setPaused(value) {
  isPaused = value;
  document.body.classList.toggle('paused', value);
  el('app').setAttribute('aria-busy', String(value));
  el('state').textContent = value ? 'Paused' : 'Awake';
  for (const button of el('things').children) button.disabled = value;
}

setInterval(() => remember('companion', pet), 1000);

// --- what the model may do --------------------------------------------------------------------------------------
const effects = {
  update_status({ state = {}, flash }) {
    if (typeof state.name === 'string') pet.name = state.name;
    for (const key of ['energy', 'happiness']) {
      if (Number.isFinite(state[key])) pet[key] = Math.min(100, Math.max(0, state[key]));
    }
    remember('companion', pet);
    show();
    if (flash) flashWord(flash);
  },
  show_notification({ message }) {
    const toast = document.createElement('p');
    toast.textContent = message;
    el('toasts').append(toast);
    setTimeout(() => toast.remove(), 4000);
  },
};

function flashWord(word) {
  const flash = el('flash');
  flash.textContent = word;
  flash.classList.remove('on');
  void flash.offsetWidth; // restarts the animation
  flash.classList.add('on');
}

const tools = {
  get_selection: () => ({ selected: selected && { id: selected.id, label: selected.label, note: selected.note } }),
};

// --- the chat ---------------------------------------------------------------------------------------------------
const chat = el('chat');
const dark = matchMedia('(prefers-color-scheme: dark)');

function configure() {
  chat.setOptions({
    api: { url: 'chatkit', domainKey: 'none' },
    theme: {
      colorScheme: dark.matches ? 'dark' : 'light',
      radius: 'round',
      color: { accent: { primary: dark.matches ? '#f0935c' : '#b84d17', level: 1 } },
    },
    initialThread: remembered('companion-thread', null),
    history: { enabled: true, showDelete: true, showRename: true },
    threadItemActions: { feedback: true, retry: true },
    thread: { autoScroll: true },
    startScreen: {
      greeting: 'What should we do with her today?',
      prompts: [
        { label: 'Feed her', prompt: 'Feed her, she looks hungry', icon: 'sparkle' },
        { label: 'What did I pick?', prompt: 'What did I pick?', icon: 'search' },
        { label: 'Search the articles for sleep', prompt: 'Search the articles for sleep', icon: 'book-open' },
        { label: 'Tell me a long story', prompt: 'Tell me a long story', icon: 'notebook' },
      ],
    },
    composer: { placeholder: 'Ask a question or give an instruction' },
    disclaimer: { text: 'The offline script sends nothing off this machine.' },
    onClientTool: ({ name, params }) => {
      if (!Object.hasOwn(tools, name)) throw new Error(`This page has no tool called ${name}`);
      return tools[name](params);
    },
  });
}

chat.addEventListener('chatkit.response.start', () => setPaused(true));
chat.addEventListener('chatkit.response.end', () => setPaused(false));
chat.addEventListener('chatkit.effect', ({ detail: { name, data } }) => {
  if (Object.hasOwn(effects, name)) effects[name](data ?? {});
});
chat.addEventListener('chatkit.thread.change', ({ detail: { threadId } }) => remember('companion-thread', threadId));
chat.addEventListener('chatkit.error', ({ detail: { error } }) => console.warn('chat:', error.message));
dark.addEventListener('change', configure);

// --- start ------------------------------------------------------------------------------------------------------
for (const thing of THINGS) {
  const button = document.createElement('button');
  button.type = 'button';
  button.dataset.id = thing.id;
  button.setAttribute('aria-pressed', 'false');
  button.append(picture(thing.shapes), thing.label);
  button.addEventListener('click', () => {
    selected = selected === thing ? null : thing;
    for (const other of el('things').children) {
      other.setAttribute('aria-pressed', String(other.dataset.id === selected?.id));
    }
  });
  el('things').append(button);
}

customElements.whenDefined('openai-chatkit').then(configure);
fetch('about.json')
  .then((response) => response.json())
  .then(({ model }) => {
    el('model').textContent = `Model: ${model}`;
  });
show();
requestAnimationFrame(frame);

// The markup keeps `main` inert until the handlers above are attached.
document.querySelector('main').inert = false;
