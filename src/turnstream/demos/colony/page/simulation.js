// A base on Mars, a minute a step. Knows nothing of a page or a chat: the same seed and the same number of steps, with
// the same changes between them, give the same base.

export const SOL_MIN = 1480;
export const PLACES = { solar: 112, greenhouse: 258, habitat: 398, electrolyser: 512, workshop: 604, ice: 706 };
const STORES = ['power', 'water', 'oxygen', 'food'];

// What a module at full level gives to and takes from the stores, in an hour and in percent of what they hold.
const RATES = {
  solar: { power: 12 },
  habitat: { power: -1.0, water: -0.2 },
  greenhouse: { power: -1.2, water: -0.3, oxygen: 0.35, food: 0.36 },
  ice: { power: -0.8, water: 1.0 },
  electrolyser: { power: -1.2, water: -0.45, oxygen: 0.95 },
  workshop: { power: -0.8 },
  rover: { power: -0.4 },
};
const EACH_PERSON = { oxygen: -0.12, food: -0.05 };
const HELP = 0.12; // what one pair of hands adds

export function newBase(seed = 7) {
  const module = (name, level) => ({ name, on: true, level });
  const person = (name, task) => ({ name, task });
  return {
    random: seed,
    minutes: 213 * SOL_MIN + 9 * 60,
    stores: { power: 62, water: 71, oxygen: 78, food: 64 },
    entities: {
      solar: module('Solar field', 90),
      habitat: module('Habitat', 80),
      greenhouse: module('Greenhouse', 70),
      ice: module('Ice mine', 60),
      electrolyser: module('Electrolyser', 60),
      workshop: module('Workshop', 50),
      rover: module('Rover', 60),
      amara: person('Amara Okafor', 'habitat'),
      jonas: person('Jonas Weber', 'workshop'),
      mei: person('Mei Tanaka', 'electrolyser'),
      luis: person('Luis Ortega', 'ice'),
      priya: person('Priya Nair', 'greenhouse'),
      tove: person('Tove Lindgren', 'solar'),
    },
    at: { rover: 330, amara: 398, jonas: 604, mei: 512, luis: 706, priya: 258, tove: 112 },
    towards: { rover: 640 },
  };
}

export const isPerson = (entity) => 'task' in entity;
export const sol = ({ minutes }) => Math.floor(minutes / SOL_MIN);
export const hour = ({ minutes }) => ((minutes % SOL_MIN) / SOL_MIN) * 24;
/** From 1 at noon over 0 at six to -1 at midnight. */
export const sunHeight = (base) => Math.sin(((hour(base) - 6) / 12) * Math.PI);

export function clock(base) {
  const minutes = Math.floor(hour(base) * 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** Changes an entity, and returns what it was in those places; null for changes that it does not take. */
export function change(base, id, changes) {
  const entity = base.entities[id];
  const known = Object.entries(changes ?? {}).filter(([name, value]) => entity && isValid(base, entity, name, value));
  if (known.length === 0) return null;
  const before = Object.fromEntries(known.map(([name]) => [name, entity[name]]));
  Object.assign(entity, Object.fromEntries(known));
  return before;
}

function isValid(base, entity, name, value) {
  if (name === 'name') return typeof value === 'string' && value !== '';
  if (name === 'task') return isPerson(entity) && value in base.entities && !isPerson(base.entities[value]);
  if (name === 'on') return !isPerson(entity) && typeof value === 'boolean';
  return name === 'level' && !isPerson(entity) && value >= 0 && value <= 100;
}

/** One minute passes. */
export function step(base) {
  base.minutes += 1;
  const people = Object.values(base.entities).filter(isPerson);
  const isDark = base.stores.power <= 0;
  for (const [id, rates] of Object.entries(RATES)) {
    const { on, level } = base.entities[id];
    const hands = people.filter(({ task }) => task === id).length;
    const work = on ? (level / 100) * (isDark && id !== 'solar' ? 0.1 : 1) : 0;
    for (const [store, rate] of Object.entries(rates)) {
      const gain = id === 'solar' ? Math.max(0, sunHeight(base)) : 1 + HELP * hands;
      add(base, store, (work * rate * (rate > 0 ? gain : 1)) / 60);
    }
  }
  for (const [store, rate] of Object.entries(EACH_PERSON)) add(base, store, (rate * people.length) / 60);
  move(base);
}

function add({ stores }, store, amount) {
  stores[store] = Math.min(100, Math.max(0, stores[store] + amount));
}

function move(base) {
  const { at, towards, entities } = base;
  for (const [id, entity] of Object.entries(entities)) {
    if (!isPerson(entity)) continue;
    const home = entity.task === 'rover' ? at.rover - 34 : PLACES[entity.task];
    if (towards[id] === undefined || Math.abs(towards[id] - home) > 42 || chance(base) < 0.004) towards[id] = home + Math.round(chance(base) * 64 - 32);
    at[id] += Math.max(-0.55, Math.min(0.55, towards[id] - at[id]));
  }
  const { on, level } = entities.rover;
  if (Math.abs(towards.rover - at.rover) < 1) towards.rover = 70 + Math.round(chance(base) * 660);
  else if (on) at.rover += Math.sign(towards.rover - at.rover) * (level / 100) * 0.7;
}

/** A number from 0 to 1 (mulberry32), whose state is part of the base. */
function chance(base) {
  base.random = (base.random + 0x6d2b79f5) | 0;
  let mixed = Math.imul(base.random ^ (base.random >>> 15), 1 | base.random);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

export const stores = (base) => Object.fromEntries(STORES.map((store) => [store, Math.round(base.stores[store])]));
