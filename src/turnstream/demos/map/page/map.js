// The city map and its chat. The model changes the map through effects and reads it through client tools; the chat
// locks the map during a response and reopens the last thread.
import { createCity } from './city.js';

const el = (id) => document.getElementById(id);

// --- the page around the map ------------------------------------------------------------------------------------
const city = await createCity(el('map'), {
  onPick: (place) => showCard(place && place.label, place && [place.kind, place.kind !== 'borough' && place.borough].filter(Boolean).join(' · ')),
  onMeasure: (points, metres) => showCard(points && distance(metres), points === 1 ? 'Click the next point' : `${points} points`),
  onMode: (mode) => (document.querySelector(`#modes [value="${mode}"]`).checked = true),
});

function showCard(title, note) {
  el('card').hidden = !title;
  el('card-title').textContent = title || '';
  el('card-note').textContent = note || '';
}

const distance = (metres) => (metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(1)} km`);

el('modes').addEventListener('change', ({ target }) => city.setMode(target.value));
el('zoom-in').addEventListener('click', () => city.zoomBy(1));
el('zoom-out').addEventListener('click', () => city.zoomBy(-1));
el('card-clear').addEventListener('click', () => (city.mode() === 'measure' ? city.clearMeasure() : city.pick(null)));

// --- what the model may do: each returns the effect that takes it back ------------------------------------------
const effects = {
  add_marker(place) {
    const before = city.marker(place.id);
    city.addMarker(place);
    return before ? { data: before } : { name: 'remove_marker', data: { id: place.id } };
  },
  remove_marker({ id }) {
    const before = city.marker(id);
    city.removeMarker(id);
    return before && { name: 'add_marker', data: before };
  },
  draw_route({ ids }) {
    const before = city.route();
    city.setRoute(ids);
    return { data: { ids: before } };
  },
  pan_to(view) {
    const before = city.view();
    city.panTo(view);
    return { data: before };
  },
  select_mode({ mode }) {
    const before = city.mode();
    city.setMode(mode);
    return { data: { mode: before } };
  },
};

const tools = {
  get_selection: () => ({ selected: city.selected() }),
  get_current_viewport: () => city.viewport(),
};

// --- the chat ---------------------------------------------------------------------------------------------------
const chat = el('chat');
const dark = matchMedia('(prefers-color-scheme: dark)');

function configure() {
  chat.setOptions({
    api: { url: 'chatkit', domainKey: 'none' },
    persist: true,
    locks: { regions: { map: ['#map', '#modes', '.zoom'] }, reason: 'The map is locked until the answer ends' },
    effects: { pan_to: { schedule: 'frame' } },
    theme: {
      colorScheme: dark.matches ? 'dark' : 'light',
      radius: 'round',
      color: { accent: { primary: dark.matches ? '#6cc1dc' : '#1b6a86', level: 1 } },
    },
    history: { enabled: true, showDelete: true, showRename: true },
    threadItemActions: { feedback: true, retry: true },
    startScreen: {
      greeting: 'Where to in London?',
      prompts: [
        { label: 'Show me museums', prompt: 'Show me museums', icon: 'map-pin' },
        { label: 'Plan a walk along the Thames', prompt: 'Plan a walk along the Thames', icon: 'compass' },
        { label: 'Where am I looking?', prompt: 'Where am I looking?', icon: 'search' },
        { label: 'Switch to pick mode', prompt: 'Switch to pick mode', icon: 'sparkle' },
      ],
    },
    composer: { placeholder: 'Ask for a place, a walk or a view' },
    onClientTool: ({ name, params }) => {
      if (!Object.hasOwn(tools, name)) throw new Error(`This page has no tool called ${name}`);
      return tools[name](params);
    },
  });
}

chat.addEventListener('chatkit.effect', ({ detail: { name, data, undoWith } }) => {
  const inverse = Object.hasOwn(effects, name) && effects[name](data);
  if (inverse) undoWith(inverse);
});
// What is on the map belongs to the thread: another one begins with an empty map, and its `latest` effects fill it again.
chat.addEventListener('chatkit.thread.change', ({ detail }) => detail.threadId === null && city.clear());
chat.addEventListener('chatkit.thread.load.start', () => city.clear());
chat.addEventListener('chatkit.error', ({ detail: { error } }) => console.warn('chat:', error.message));
dark.addEventListener('change', configure);

customElements.whenDefined('openai-chatkit').then(configure);
fetch('about.json')
  .then((response) => response.json())
  .then(({ model }) => {
    el('model').textContent = `Model: ${model}`;
  });

// The markup keeps `main` inert until the handlers above are attached.
document.querySelector('main').inert = false;

/** What the model changed, for tests. */
window.appState = () => city.state();
