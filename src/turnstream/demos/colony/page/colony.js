// The colony and its chat. The simulation pauses only while the model acts on it. People can undo the model's
// changes from the chat or with the button on the page.
import { createScene } from './scene.js';
import { change, clock, isPerson, newBase, sol, step, stores } from './simulation.js';

const STEP_MS = 50;
const FRAME_MS = 1000 / 60;
const MAX_STEPS = 4; // a tab that was hidden does not run after the lost time
const MAX_APPLIED = 500;

const el = (id) => document.getElementById(id);
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const remembered = JSON.parse(localStorage.getItem('colony') ?? 'null');
const base = remembered?.base ?? newBase();
const applied = remembered?.applied ?? [];
const scene = createScene(el('scene'));
let selected = null;
let isPaused = false;

const save = () => localStorage.setItem('colony', JSON.stringify({ base, applied: applied.slice(-MAX_APPLIED) }));

// --- time -------------------------------------------------------------------------------------------------------
let last = performance.now();
let drawnAt = 0;

function frame(now) {
  const steps = Math.min(MAX_STEPS, Math.floor((now - last) / STEP_MS));
  last += Math.max(steps * STEP_MS, now - last - MAX_STEPS * STEP_MS);
  if (!isPaused) for (let done = 0; done < steps; done += 1) step(base);
  if (!calm.matches || now - drawnAt > 1000) {
    show();
    drawnAt = now;
  }
  setTimeout(requestAnimationFrame, STEP_MS - FRAME_MS, frame); // nothing moves before the next step
}

function setPaused(value) {
  isPaused = value;
  document.body.classList.toggle('paused', value);
  el('state').textContent = value ? 'Paused' : 'Running';
  save();
}

// --- on the screen ----------------------------------------------------------------------------------------------
const write = (node, text) => node.textContent !== text && (node.textContent = text);

function show() {
  scene.draw(base, selected);
  write(el('clock'), `Sol ${sol(base)}, ${clock(base)}`);
  document.body.dataset.minutes = base.minutes;
  for (const [store, value] of Object.entries(stores(base))) {
    const meter = document.querySelector(`[data-store="${store}"]`);
    meter.classList.toggle('low', value < 20);
    write(meter.querySelector('output'), `${value} %`);
    const bar = meter.querySelector('[role="meter"]');
    if (bar.getAttribute('aria-valuenow') !== String(value)) bar.setAttribute('aria-valuenow', value);
    bar.firstElementChild.style.transform = `scaleX(${base.stores[store] / 100})`;
  }
}

const meta = (entity) => (isPerson(entity) ? base.entities[entity.task].name : entity.on ? `${entity.level} %` : 'Off');

function showEntity(id) {
  const entity = base.entities[id];
  const button = document.querySelector(`[data-id="${id}"]`);
  write(button.firstChild, isPerson(entity) ? entity.name.split(' ')[0] : entity.name);
  write(button.lastChild, meta(entity));
  button.title = entity.name;
  button.lastChild.classList.toggle('off', entity.on === false);
  button.setAttribute('aria-pressed', String(id === selected));
}

function showEntities() {
  for (const id of Object.keys(base.entities)) showEntity(id);
  const entity = base.entities[selected];
  el('controls').hidden = !entity;
  if (!entity) return;
  write(el('picked'), entity.name);
  for (const id of ['on-label', 'level-label']) el(id).hidden = isPerson(entity);
  el('task-label').hidden = !isPerson(entity);
  el('on').checked = entity.on ?? false;
  el('level').value = entity.level ?? 0;
  write(el('level-value'), `${entity.level} %`);
  el('task').value = entity.task ?? '';
}

function pick(id) {
  selected = id === selected ? null : id;
  showEntities();
}

function set(id, changes) {
  const before = change(base, id, changes);
  showEntities();
  save();
  return before;
}

function toast(message) {
  const line = document.createElement('p');
  line.textContent = message;
  el('toasts').append(line);
  setTimeout(() => line.remove(), 4000);
}

// --- what the model may do: each returns the effect that takes it back, if it can be ----------------------------
const effects = {
  update_entity({ id, changes }) {
    const before = set(id, changes);
    if (before === null) return null;
    const button = document.querySelector(`[data-id="${id}"]`);
    button.classList.remove('fresh');
    void button.offsetWidth; // restarts the animation
    button.classList.add('fresh');
    return { data: { id, changes: before } };
  },
  show_notification({ message }) {
    toast(message);
    return null;
  },
};

const described = (id) => ({ id, ...base.entities[id] });
const tools = {
  get_selection: () => ({ selected: selected && described(selected) }),
  get_colony_status: () => ({ sol: sol(base), clock: clock(base), ...stores(base), entities: Object.keys(base.entities).map(described) }),
};

// --- the chat ---------------------------------------------------------------------------------------------------
const chat = el('chat');
const dark = matchMedia('(prefers-color-scheme: dark)');

function configure() {
  chat.setOptions({
    api: { url: 'chatkit', domainKey: 'none' },
    persist: true,
    locks: { regions: { colony: '#colony' }, reason: 'The colony is paused until the answer ends' },
    theme: {
      colorScheme: dark.matches ? 'dark' : 'light',
      radius: 'round',
      color: { accent: { primary: dark.matches ? '#f0975f' : '#b04a1c', level: 1 } },
    },
    history: { enabled: true, showDelete: true, showRename: true },
    threadItemActions: { feedback: true, retry: true },
    startScreen: {
      greeting: 'Good morning, Korolev',
      prompts: [
        { label: 'How is the colony?', prompt: 'How is the colony?', icon: 'analytics' },
        { label: 'Prepare for a dust storm', prompt: 'Prepare for a dust storm', icon: 'bolt' },
        { label: 'Send Mei to the greenhouse', prompt: 'Send Mei to the greenhouse', icon: 'user' },
        { label: 'Tell me a long story', prompt: 'Tell me a long story', icon: 'notebook' },
      ],
    },
    composer: { placeholder: 'Give an order or ask for a status report' },
    onClientTool: ({ name, params }) => {
      if (!Object.hasOwn(tools, name)) throw new Error(`This page has no tool called ${name}`);
      return tools[name](params);
    },
  });
}

// The base keeps its own state, so an effect that is in it already is left out when a thread is opened again.
chat.addEventListener('chatkit.effect', ({ detail: { name, data, id, undoWith } }) => {
  if (!Object.hasOwn(effects, name) || (id !== undefined && applied.includes(id))) return;
  if (id !== undefined) applied.push(id);
  const inverse = effects[name](data);
  if (inverse) undoWith(inverse);
});
chat.addEventListener('chatkit.response.start', () => setPaused(true));
chat.addEventListener('chatkit.response.end', () => setPaused(false));
chat.addEventListener('chatkit.error', ({ detail: { error } }) => console.warn('chat:', error.message));
el('undo').addEventListener('click', () => chat.undo().catch((error) => toast(error.message)));
dark.addEventListener('change', configure);

// --- start ------------------------------------------------------------------------------------------------------
for (const [id, entity] of Object.entries(base.entities)) {
  const button = document.createElement('button');
  button.type = 'button';
  button.dataset.id = id;
  button.append(document.createElement('b'), document.createElement('small'));
  button.addEventListener('click', () => pick(id));
  el(isPerson(entity) ? 'crew' : 'modules').append(button);
  if (!isPerson(entity)) el('task').append(new Option(entity.name, id));
}
el('scene').addEventListener('click', (event) => {
  const id = scene.entityAt(base, event);
  if (id) pick(id);
});
el('scene').addEventListener('pointermove', (event) => el('scene').classList.toggle('over', scene.entityAt(base, event) !== null));
el('on').addEventListener('change', ({ target }) => set(selected, { on: target.checked }));
el('level').addEventListener('input', ({ target }) => set(selected, { level: Number(target.value) }));
el('task').addEventListener('change', ({ target }) => set(selected, { task: target.value }));
setInterval(save, 1000);
addEventListener('pagehide', save);

customElements.whenDefined('openai-chatkit').then(configure);
fetch('about.json')
  .then((response) => response.json())
  .then(({ model }) => {
    el('model').textContent = `Model: ${model}`;
  });
showEntities();
requestAnimationFrame(frame);

// The markup keeps `main` inert until the handlers above are attached.
document.querySelector('main').inert = false;

/** What the model changed, for tests; the stores rise and fall by themselves. */
window.appState = () => ({ entities: base.entities });
