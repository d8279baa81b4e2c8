// The travel desk and its chat. The model shows the trip on the page through effects and asks for flights, seats and
// details with widgets in the chat; the seat map is a component of this page.
import * as itinerary from './itinerary.js';
import { SeatMap } from './seat_map.js';

const el = (id) => document.getElementById(id);

// --- what the model may do: each returns the effect that takes it back ------------------------------------------
const effects = {
  set_trip(trip) {
    const before = itinerary.trip();
    itinerary.setTrip(trip);
    return before ? { data: before } : { name: 'clear_trip', data: {} };
  },
  clear_trip() {
    itinerary.setTrip(null);
    return null;
  },
  set_leg(leg) {
    const before = itinerary.leg(leg);
    itinerary.setLeg(leg);
    return before ? { data: before } : { name: 'clear_leg', data: { trip: leg.trip, leg: leg.leg } };
  },
  clear_leg(of) {
    itinerary.clearLeg(of);
    return null;
  },
};

const tools = { get_itinerary: () => itinerary.itinerary() };

// --- what widgets may do ----------------------------------------------------------------------------------------
const actions = { 'flight.show': (line) => itinerary.preview(line) };

const components = {
  'travel.SeatMap': ({ cabins, occupied }, host) => new SeatMap(cabins, occupied, host),
};

// --- the chat ---------------------------------------------------------------------------------------------------
const chat = el('chat');
const dark = matchMedia('(prefers-color-scheme: dark)');

function configure() {
  chat.setOptions({
    api: { url: 'chatkit', domainKey: 'none' },
    persist: true,
    locks: { regions: { places: '#places' }, reason: 'The desk is answering' },
    theme: {
      colorScheme: dark.matches ? 'dark' : 'light',
      radius: 'round',
      color: { accent: { primary: dark.matches ? '#63c8a9' : '#16705a', level: 1 } },
    },
    history: { enabled: true, showDelete: true, showRename: true },
    threadItemActions: { feedback: true, retry: true },
    startScreen: {
      greeting: 'Where are you off to?',
      prompts: [
        { label: 'Plan a trip to Lisbon', prompt: 'Plan a trip to Lisbon', icon: 'suitcase' },
        { label: 'What does Copenhagen cost?', prompt: 'What does Copenhagen cost?', icon: 'chart' },
        { label: 'What is there to do in Vienna?', prompt: 'What is there to do in Vienna?', icon: 'compass' },
        { label: 'What is booked?', prompt: 'What is booked?', icon: 'calendar' },
      ],
    },
    composer: { placeholder: 'Name a city, or ask for fares' },
    widgets: {
      components,
      onAction: async ({ type, payload }) => {
        if (Object.hasOwn(actions, type)) actions[type](payload);
      },
    },
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
chat.addEventListener('chatkit.response.end', () => itinerary.preview(null));
// The trip belongs to the thread: another one begins without a trip, and its `latest` effects show its own again.
chat.addEventListener('chatkit.thread.change', ({ detail }) => detail.threadId === null && itinerary.clear());
chat.addEventListener('chatkit.thread.load.start', () => itinerary.clear());
chat.addEventListener('chatkit.error', ({ detail: { error } }) => console.warn('chat:', error.message));
dark.addEventListener('change', configure);

el('places').addEventListener('click', ({ target }) => {
  const city = target.closest('button')?.dataset.city;
  if (city) chat.sendUserMessage({ text: `Plan a trip to ${city}` });
});
el('anew').addEventListener('click', () => chat.setThreadId(null));

customElements.whenDefined('openai-chatkit').then(configure);
fetch('about.json')
  .then((response) => response.json())
  .then(({ model }) => {
    el('model').textContent = `Model: ${model}`;
  });

// The markup keeps `main` inert until the handlers above are attached.
document.querySelector('main').inert = false;

/** What the model changed, for tests. */
window.appState = () => itinerary.state();
