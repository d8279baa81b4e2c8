// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { Chat, inert, observed, part } from './page.ts';

let chats: Chat[] = [];
beforeEach(() => {
  document.body.replaceChildren();
  part('<main id="map"><input id="search" value="coffee"></main>');
  part('<div id="bar" class="toolbar"></div>');
});
afterEach(() => {
  for (const chat of chats) chat.remove();
  chats = [];
  vi.useRealTimers();
});

function chat(...given: ConstructorParameters<typeof Chat>): Chat {
  const one = new Chat(...given);
  chats.push(one);
  return one;
}

test.each([
  ['#map'],
  [['#map', '.toolbar']],
  [{ regions: { map: '#map', bar: ['.toolbar'] } }],
  ['#map, .toolbar'],
])('%j is inert while a response runs, and no longer', (locks) => {
  const one = chat(locks);
  expect(inert()).toEqual([]);
  one.start();
  expect(inert()).toContain('map');
  const map = document.getElementById('map')!;
  expect([map.getAttribute('aria-busy'), map.hasAttribute('data-turnstream-locked')]).toEqual(['true', true]);
  one.end();
  expect(inert()).toEqual([]);
  expect(map.outerHTML).toBe('<main id="map"><input id="search" value="coffee"></main>');
});

test.each([5, true, {}, { regions: 5 }, { regions: true }, { regions: null }, { regions: () => '#map' }])(
  '%j names nothing, and that is said once',
  (locks) => {
    const one = chat(locks as never);
    one.start();
    expect(inert()).toEqual([]);
    expect(one.errors).toEqual([
      expect.stringContaining('must be a selector, an element, a list of them, or { regions'),
    ]);
  },
);

test('a region may be an element, and one that is inert already stays so', () => {
  const map = document.getElementById('map')!;
  map.setAttribute('inert', '');
  map.setAttribute('aria-busy', 'false');
  const one = chat(map);
  one.start();
  one.end();
  expect([map.hasAttribute('inert'), map.getAttribute('aria-busy')]).toEqual([true, 'false']);
});

test('a region that two chats lock is free when the last one ends', () => {
  const [one, two] = [chat('#map'), chat(['#map', '#bar'])];
  one.start();
  two.start();
  one.end();
  expect(inert()).toEqual(['map', 'bar']);
  two.end();
  expect(inert()).toEqual([]);
});

test('the server widens and narrows the lock by name, and an unknown name locks nothing', () => {
  const one = chat({ regions: { map: '#map', bar: '#bar' } });
  one.start();
  one.show({ lock: ['bar', 'moon'] });
  expect(inert()).toEqual(['bar']);
  one.show({ lock: [] });
  expect(inert()).toEqual([]);
  one.show({ lock: null });
  expect(inert()).toEqual(['map', 'bar']);
});

test('what the page replaces or adds while it is locked is locked too', async () => {
  const one = chat(['#map', '.late']);
  one.start();
  const fresh = document.createElement('main');
  fresh.id = 'map';
  const old = document.getElementById('map')!;
  old.replaceWith(fresh);
  part('<p id="late" class="late"></p>');
  await observed();
  expect(inert()).toEqual(['map', 'late']);
  expect(old.hasAttribute('inert')).toBe(false);
  one.end();
  expect(inert()).toEqual([]);
});

test('what the page does to a locked region counts when it is free', async () => {
  const one = chat(['#map', '#bar']);
  document.getElementById('bar')!.setAttribute('inert', '');
  one.start();
  document.getElementById('map')!.setAttribute('inert', '');
  document.getElementById('bar')!.removeAttribute('inert');
  await observed();
  expect(inert()).toEqual(['map', 'bar']);
  one.end();
  expect(inert()).toEqual(['map']);
});

test('the chat gives way, in words, to a page that always frees a region again', async () => {
  const map = document.getElementById('map')!;
  let times = 0;
  const own = new MutationObserver(() => {
    // Without a limit, the page and the chat would loop forever.
    if (++times < 1000) map.removeAttribute('inert');
  });
  own.observe(map, { attributeFilter: ['inert'] });
  onTestFinished(() => own.disconnect());
  const [one, other] = [chat(['#map', '#bar']), chat('#bar')];
  for (const each of [one, other]) each.start();
  await observed();
  expect(times).toBeLessThan(100);
  expect([inert(), map.hasAttribute('aria-busy')]).toEqual([['bar'], true]);
  expect([one.errors, other.errors]).toEqual([
    [
      'The option "locks" cannot keep "inert" on <main id="map">: the page changes it back each time. ' +
        'Leave it to the chat while a response runs.',
    ],
    [],
  ]);
  own.disconnect();
  for (const each of [one, other]) each.end();
  expect(map.outerHTML).toBe('<main id="map"><input id="search" value="coffee"></main>');
  one.start();
  expect(inert()).toEqual(['map', 'bar']);
  one.end();
});

test('a page that frees a region now and then is not given way', async () => {
  const one = chat('#map');
  one.start();
  for (let times = 0; times < 40; times++) {
    document.getElementById('map')!.removeAttribute('inert');
    await new Promise(requestAnimationFrame);
  }
  await observed();
  expect([inert(), one.errors]).toEqual([['map'], []]);
});

test('a region with the chat inside is refused in words, and the others are locked', () => {
  const app = part('<div id="app" class="app"></div>');
  const one = chat({ regions: { all: '.app', map: '#map' } }, app);
  expect(one.errors.length).toBe(1);
  one.start();
  expect(inert()).toEqual(['map']);
  expect(one.errors).toEqual([
    'The option "locks" cannot lock ".app": the chat itself is inside. Name what stands beside the chat.',
  ]);
  one.end();
  one.start();
  expect(one.errors.length).toBe(1);
});

test('a chat that the page moves into a locked region frees it', async () => {
  const one = chat('#map');
  one.start();
  document.getElementById('map')!.append(one.element);
  await observed();
  expect(inert()).toEqual([]);
});

test('what cannot be locked is told, and the rest is', () => {
  part('<svg id="drawing"></svg>');
  const one = chat({
    regions: { a: ':::', b: '#drawing', c: '#map', d: 3 as never },
    scope: 'page' as never,
    reason: 1 as never,
  });
  one.start();
  expect(inert()).toEqual(['map']);
  expect(one.errors.map((message) => message.replace('The option "locks" ', '')).sort()).toEqual([
    'cannot lock "#drawing": only HTML elements can be inert. Name the one around it.',
    'has ":::", which is no selector.',
    'has a "reason" that is no string.',
    'has a "scope" that is neither "response" nor "thread".',
    'must be a selector, an element, a list of them, or { regions, scope, reason }.',
  ]);
});

test('other options free what they do not name, and lock what they do, in the middle of a response', () => {
  const one = chat('#map');
  one.start();
  one.use('#bar');
  expect(inert()).toEqual(['bar']);
  one.use(null);
  expect(inert()).toEqual([]);
});

test('of the thread: locked while it loads, and as long as it is locked', () => {
  const thread = { id: 't', created_at: '', status: { type: 'locked' } as const };
  const one = chat({ regions: '#map', scope: 'thread' });
  const other = chat({ regions: '#bar' });
  for (const each of [one, other]) each.show({ phase: 'loading' });
  expect(inert()).toEqual(['map']);
  for (const each of [one, other]) each.show({ phase: 'idle', thread });
  expect(inert()).toEqual(['map']);
  one.show({ thread: { ...thread, status: { type: 'active' } } });
  expect(inert()).toEqual([]);
  one.show({ thread });
  one.remove();
  expect(inert()).toEqual([]);
});

test('a response that cannot be reached for half a minute lets go until it is reached again', () => {
  vi.useFakeTimers();
  const one = chat('#map');
  one.start();
  one.show({ connection: 'reconnecting' });
  vi.advanceTimersByTime(29_000);
  one.show({ connection: 'offline' });
  expect(inert()).toEqual(['map']);
  vi.advanceTimersByTime(1500);
  expect(inert()).toEqual([]);
  one.show({ connection: 'live' });
  expect(inert()).toEqual(['map']);
});

test('a page that is gone for good is free', () => {
  const one = chat('#map');
  one.start();
  dispatchEvent(Object.assign(new Event('pagehide'), { persisted: true }));
  expect(inert()).toEqual(['map']);
  dispatchEvent(Object.assign(new Event('pagehide'), { persisted: false }));
  one.show({ canStop: true });
  expect(inert()).toEqual([]);
});

test('the focus comes back with its selection, unless somebody took it', () => {
  const field = document.getElementById('search') as HTMLInputElement;
  const other = part('<button id="other"></button>');
  const one = chat('#map');
  field.focus();
  field.setSelectionRange(1, 3);
  one.start();
  expect(document.activeElement).toBe(document.body);
  one.end();
  expect(document.activeElement).toBe(field);
  expect([field.selectionStart, field.selectionEnd]).toEqual([1, 3]);
  one.start();
  other.focus();
  one.end();
  expect(document.activeElement).toBe(other);
});

test('the lock is said with the beginning and the end, once each, in the words of the page', () => {
  const one = chat({ regions: '#map', reason: 'The map is being redrawn.' });
  expect(one.say('hello')).toBe('hello');
  one.start();
  expect(one.say('It answers.')).toBe('It answers. The map is being redrawn.');
  expect(one.say('A question?')).toBe('A question?');
  one.end();
  expect(one.say('It is done.')).toBe('It is done. You can use the page again.');
  one.start();
  one.say('It answers.');
  expect(one.say('It failed.')).toBe('It failed.');
  one.end();
  expect(one.say(null)).toBe('You can use the page again.');
  const nothing = chat('#nowhere');
  nothing.start();
  expect(nothing.say('It answers.')).toBe('It answers.');
});

test('a lock and a release in the middle of a response are said by themselves', () => {
  const one = chat('#map');
  one.show({ phase: 'responding', lock: [] });
  expect(one.say('It answers.')).toBe('It answers.');
  one.show({ lock: null });
  expect([one.say(null), one.say(null)]).toEqual(['The page is locked until the answer ends.', null]);
  one.show({ lock: [] });
  expect([one.say(null), one.say(null)]).toEqual(['You can use the page again.', null]);
  one.end();
  expect(one.say('It is done.')).toBe('It is done.');
});
