// The trip on the page. Knows nothing of a chat: a trip, its two flights, and what they cost.
import { createMap } from './route.js';

const el = (id) => document.getElementById(id);
const LEGS = { out: 'Out', back: 'Back' };
const STATUS = { none: 'Not chosen', preview: 'Preview', chosen: 'Not booked yet', booked: 'Booked' };
const BAGS = { cabin: 'Cabin bag', checked: 'Checked bag' };
export const PLACES = [
  { name: 'Lisbon', code: 'LIS', lat: 38.77, lng: -9.13, flight: '2 h 50 min', note: 'Tiles and trams' },
  { name: 'Copenhagen', code: 'CPH', lat: 55.62, lng: 12.65, flight: '1 h 55 min', note: 'A museum of chairs' },
  { name: 'Vienna', code: 'VIE', lat: 48.11, lng: 16.57, flight: '2 h 15 min', note: 'Bentwood and coffee' },
];
const drawRoute = createMap(el('map'), PLACES);

const NOTHING = { trip: null, legs: {}, preview: null };
let now = NOTHING;

function set(changes) {
  now = { ...now, ...changes };
  render();
}

// --- what is known ----------------------------------------------------------------------------------------------
const keyOf = ({ trip, leg }) => `${trip}.${leg}`;

/** The flight of the trip that is shown: flights of a former trip wait until that one is back. */
const flight = (leg) => (now.trip && now.legs[keyOf({ trip: now.trip.id, leg })]) ?? null;
const flights = () => Object.keys(LEGS).map(flight).filter(Boolean);
const sum = (status) => flights().filter((each) => each.status === status).reduce((pounds, { price }) => pounds + price, 0);

/** What the model reads. */
export function itinerary() {
  const { trip } = now;
  return {
    trip: trip && { city: trip.city, out: trip.out, back: trip.back, budget: trip.budget },
    out: flight('out'),
    back: flight('back'),
    spent: sum('booked'),
  };
}

export const state = () => ({ trip: now.trip, out: flight('out'), back: flight('back'), preview: now.preview });
export const trip = () => now.trip;
export const leg = (of) => now.legs[keyOf(of)] ?? null;

// --- what changes it --------------------------------------------------------------------------------------------
export const clear = () => set(NOTHING);
export const setTrip = (next) => set({ trip: next, preview: null });
export const setLeg = (next) => set({ legs: { ...now.legs, [keyOf(next)]: next }, preview: null });
export const clearLeg = (of) => set({ legs: { ...now.legs, [keyOf(of)]: undefined }, preview: null });

/** Shows the line of a flight that nobody has chosen, or of none. */
export const preview = (line) => set({ preview: line });

// --- on the screen ----------------------------------------------------------------------------------------------
function render() {
  const { trip: shown } = now;
  el('where').textContent = shown ? shown.city : 'Where to?';
  el('when').textContent = shown ? days(shown) : 'Pick a city, or tell the desk in the chat.';
  for (const id of ['budget', 'legs', 'anew']) el(id).hidden = !shown;
  el('places').hidden = Boolean(shown);
  el('notes').hidden = Boolean(shown);
  const to = shown && { name: shown.city, lat: shown.lat, lng: shown.lng };
  drawRoute(to, now.preview ? 'preview' : flights().some(({ status }) => status === 'booked') ? 'booked' : 'planned');
  el('state').dataset.state = stateOf();
  el('state').textContent = { none: 'No trip yet', planned: 'Planning', part: 'One flight booked', booked: 'Booked' }[stateOf()];
  if (!shown) return;
  renderBudget(shown);
  el('legs').replaceChildren(...Object.keys(LEGS).map((name) => legCard(name, name === 'out' ? shown.out : shown.back)));
}

function stateOf() {
  if (!now.trip) return 'none';
  return ['planned', 'part', 'booked'][flights().filter(({ status }) => status === 'booked').length];
}

function renderBudget({ budget }) {
  const [booked, chosen] = [sum('booked'), sum('chosen')];
  el('spent').textContent = `£${booked} booked`;
  const left = budget - booked;
  el('left').textContent = left < 0 ? `£${-left} over the budget of £${budget}` : `£${left} of £${budget} left`;
  el('budget').classList.toggle('over', left < 0);
  const meter = el('meter');
  meter.setAttribute('aria-valuemax', budget);
  meter.setAttribute('aria-valuenow', Math.min(booked, budget));
  [...meter.children].forEach((bar, at) => {
    bar.style.width = `${Math.min(100, (100 * [booked, chosen][at]) / budget)}%`;
  });
}

/** A flight as a boarding pass: what it is on the left, what it costs on the stub. */
function legCard(name, day) {
  const isPreviewed = now.preview && (now.preview.destination === 'LHR' ? 'back' : 'out') === name;
  const shown = isPreviewed ? { ...now.preview, status: 'preview' } : flight(name);
  const status = shown?.status ?? 'none';
  const card = make('article', 'leg', [
    make('header', '', [make('h3', '', [LEGS[name]]), make('span', 'day', [date(shown?.day ?? day)]), make('span', 'status', [STATUS[status]])]),
  ]);
  card.dataset.status = status;
  card.dataset.leg = name;
  if (!shown) card.append(make('p', 'empty', ['No flight chosen yet']));
  else card.append(times(shown), details(shown), stub(shown));
  return card;
}

function times({ departs, arrives, origin, destination, duration }) {
  const end = (time, code) => make('span', 'end', [make('b', '', [time]), make('small', '', [code])]);
  return make('div', 'times', [end(departs, origin), make('span', 'line', [make('small', '', [duration])]), end(arrives, destination)]);
}

function details({ carrier, number, traveller, bag, vegetarian, reference }) {
  const luggage = [BAGS[bag], vegetarian && 'vegetarian meal'].filter(Boolean).join(', ');
  const known = { Flight: `${carrier} ${number}`, Traveller: traveller, Luggage: luggage, Reference: reference };
  const rows = Object.entries(known).filter(([, value]) => value);
  return make('dl', '', rows.map(([term, value]) => make('div', '', [make('dt', '', [term]), make('dd', '', [value])])));
}

function stub({ price, seat, status }) {
  const place = status === 'booked' ? [make('small', '', ['Seat']), make('b', 'seat', [seat ?? 'Any'])] : [];
  return make('div', 'stub', [make('p', '', place), make('p', '', [make('small', '', ['Price']), make('b', '', [`£${price}`])])]);
}

function make(tag, className, children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

const date = (day) => new Date(`${day}T12:00`).toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'long' });

/** `Wed 6 to Fri 8 January`. */
function days({ out, back }) {
  const [first, last] = [date(out), date(back)];
  const isOneMonth = out.slice(0, 7) === back.slice(0, 7);
  return `${isOneMonth ? first.split(' ').slice(0, 2).join(' ') : first} to ${last}`;
}

for (const { name, code, flight: duration, note } of PLACES) {
  const button = make('button', '', [make('b', '', [name]), make('span', '', [note]), make('small', '', [`${code} · ${duration}`])]);
  button.type = 'button';
  button.dataset.city = name;
  el('places').append(button);
}
render();
