// @vitest-environment happy-dom
// Frames: what a page allows, what their fields mean, and which messages are heard.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FramesOption } from '../../src/api/options.ts';
import {
  allowOf,
  heightsOf,
  isSameResource,
  resourceOf,
  sourceOf,
} from '../../src/widgets/frames/bridge/resource.ts';
import {
  FrameTransport,
  MAX_MESSAGES,
  MESSAGES_PER_SECOND,
} from '../../src/widgets/frames/bridge/transport.ts';
import { problemIn } from '../../src/widgets/frames/frame_options.ts';
import { card, node, Shown } from './support.ts';

const frame = (fields: object = {}) =>
  node('Frame', { title: 'Weather', uri: 'ui://weather/view', html: '<p>21 °C', ...fields });

test('without the option a line stands for the frame, which names the option to developers alone', () => {
  const off = 'The page does not show frames. Set the option `widgets.frames`.';
  const visitor = new Shown(card(frame(), frame({ key: 'other' })));
  expect(visitor.find('.w-frame').textContent).toBe('This part cannot be shown.');
  expect(visitor.log).toEqual([`frame.off: ${off}`]);
  expect(new Shown(card(frame()), { isDev: true }).find('.w-frame').textContent).toBe(off);
  expect(visitor.node.querySelector('iframe')).toBeNull();
});

test('an invalid option is an error of the page, once', () => {
  const frames = { callTool: 'yes' } as unknown as FramesOption;
  const shown = new Shown(card(frame()), { frames });
  shown.update(card(frame({ title: 'Other' })));
  expect(shown.errors.map(({ message }) => message)).toEqual([
    'The option "widgets.frames.callTool" must be a function.',
  ]);
  expect(shown.find('.w-frame').textContent).toBe('This part cannot be shown.');
});

test('a frame without a field that it needs says so', () => {
  const shown = new Shown(card(node('Frame', { title: 'Weather' })), { isDev: true, frames: {} });
  expect(shown.node.textContent).toContain('The widget component "Frame" needs `uri` and `html`.');
});

test.each([
  [{}, null],
  [{ callTool: async () => ({}), openLink: () => undefined, message: () => false }, null],
  [{ permissions: ['camera'], src: '/files/frame.html' }, null],
  [{ src: 'https://chat.example/chatkit/frame.html?x=1' }, null],
  [true, 'widgets.frames'],
  [[], 'widgets.frames'],
  [{ openLink: 1 }, 'widgets.frames.openLink'],
  [{ message: null }, 'widgets.frames.message'],
  [{ permissions: 'camera' }, 'widgets.frames.permissions'],
  [{ permissions: ['midi'] }, 'widgets.frames.permissions'],
  [{ src: '' }, 'widgets.frames.src'],
  [{ src: 'javascript:alert(1)' }, 'widgets.frames.src'],
  [{ src: 'data:text/html,x' }, 'widgets.frames.src'],
  [{ src: '/frame.html#x' }, 'widgets.frames.src'],
])('the option %j has the problem %s', (option, problem) => {
  expect(problemIn(option)?.option ?? null).toBe(problem);
});

test('the policy is a query, without anything that is no text', () => {
  const csp = {
    connectDomains: ['https://a.example', 7, null, 'https://b.example?x&y=1'],
    resourceDomains: 'https://c.example',
    frameDomains: ['https://d.example'],
    scripts: ['https://e.example'],
  };
  expect([...new URLSearchParams(resourceOf(frame({ csp }), {}).query)]).toEqual([
    ['connect', 'https://a.example'],
    ['connect', 'https://b.example?x&y=1'],
    ['frame', 'https://d.example'],
  ]);
  for (const odd of [null, 'x', [], { connectDomains: {} }])
    expect(resourceOf(frame({ csp: odd }), {}).query).toBe('');
});

test('a frame gets the permissions that it asks for and the page grants', () => {
  const asks = frame({ permissions: { camera: {}, clipboardWrite: {}, usb: {}, microphone: null } });
  expect(allowOf(resourceOf(asks, {}))).toBe('');
  const granted = resourceOf(asks, { permissions: ['microphone', 'geolocation', 'clipboardWrite'] });
  expect(allowOf(granted)).toBe('clipboard-write *');
});

test('two resources are the same if what makes the document is', () => {
  const one = resourceOf(frame(), {});
  expect(isSameResource(null, one)).toBe(false);
  expect(isSameResource(one, resourceOf(frame({ title: 'Other', result: {}, height: 7 }), {}))).toBe(true);
  for (const other of [{ html: '<p>' }, { uri: 'ui://b' }, { csp: { frameDomains: ['https://a.example'] } }])
    expect(isSameResource(one, resourceOf(frame(other), {}))).toBe(false);
});

test('the height has a limit, whatever the fields say', () => {
  expect(heightsOf(frame())).toEqual({ first: 200, most: 640 });
  expect(heightsOf(frame({ height: 900 }))).toEqual({ first: 900, most: 900 });
  expect(heightsOf(frame({ height: 900, maxHeight: 300 }))).toEqual({ first: 300, most: 300 });
  expect(heightsOf(frame({ height: 1e9, maxHeight: 1e9 }))).toEqual({ first: 4000, most: 4000 });
  expect(heightsOf(frame({ height: '50%', maxHeight: -1 }))).toEqual({ first: 200, most: 640 });
});

test('the page hears which tool a frame shows', () => {
  const source = { uri: 'ui://weather/view', title: 'Weather' };
  expect(sourceOf(frame())).toEqual(source);
  expect(sourceOf(frame({ tool: 'get_weather' }))).toEqual({ ...source, tool: 'get_weather' });
});

/** A window with what a transport asks of one. */
const windowIn = (parent: object | null = null) => {
  const made = { parent, postMessage: vi.fn() };
  made.parent ??= made;
  return made as unknown as Window & { postMessage: ReturnType<typeof vi.fn> };
};

const PAGE = windowIn();

class Listening {
  readonly own = windowIn(PAGE);
  readonly heard: unknown[] = [];
  readonly stopped: string[] = [];
  readonly transport = new FrameTransport(
    { contentWindow: this.own } as unknown as HTMLIFrameElement,
    (reason) => this.stopped.push(reason),
  );

  constructor() {
    this.transport.onmessage = (message) => this.heard.push(message);
    void this.transport.start();
  }

  say(data: unknown, source: object | null = this.own, origin = 'null'): void {
    const event = new Event('message');
    Object.assign(event, { data, source, origin });
    window.dispatchEvent(event);
  }
}

const CALL = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: {} };
let one: Listening;

beforeEach(() => {
  vi.useFakeTimers();
  one = new Listening();
});
afterEach(() => {
  void one.transport.close();
  vi.useRealTimers();
});

test('only JSON-RPC from the window of the frame is heard, while its origin is opaque', () => {
  one.say(CALL);
  one.say(CALL, windowIn(PAGE));
  one.say(CALL, PAGE);
  one.say(CALL, windowIn(one.own));
  one.say(CALL, null);
  one.say(CALL, one.own, 'https://evil.example');
  for (const data of [null, 'x', [], {}, { jsonrpc: '1.0' }]) one.say(data);
  expect(one.heard).toEqual([CALL]);
  void one.transport.close();
  one.say(CALL);
  expect([one.heard.length, one.stopped]).toEqual([1, []]);
});

test('messages go to the frame, whose origin has no name', async () => {
  await one.transport.send({ jsonrpc: '2.0', method: 'ping', id: 1 });
  expect(one.own.postMessage).toHaveBeenCalledWith({ jsonrpc: '2.0', method: 'ping', id: 1 }, '*');
});

test('the document around a frame says why it was removed', () => {
  one.say({ jsonrpc: '2.0', method: 'ui/notifications/sandbox-stopped', params: { reason: 'navigated' } });
  one.say({ jsonrpc: '2.0', method: 'ui/notifications/sandbox-stopped' });
  expect([one.stopped, one.heard]).toEqual([['navigated', ''], []]);
});

test('a flood ends the frame, and the messages of a second do not', () => {
  for (let sent = 0; sent < MAX_MESSAGES; sent++) one.say(CALL);
  expect([one.heard.length, one.stopped]).toEqual([MAX_MESSAGES, []]);
  vi.advanceTimersByTime(1000);
  for (let sent = 0; sent < MESSAGES_PER_SECOND; sent++) one.say(CALL);
  expect([one.heard.length, one.stopped]).toEqual([MAX_MESSAGES + MESSAGES_PER_SECOND, []]);
  one.say(CALL);
  expect(one.stopped).toEqual(['flood']);
});

test('what a frame within the frame sends around it is counted, also when it is gone', () => {
  const inner = windowIn(windowIn(one.own));
  for (let sent = 0; sent <= MAX_MESSAGES; sent++) one.say(CALL, inner);
  expect([one.heard, one.stopped]).toEqual([[], ['flood']]);
  one.say(CALL, { parent: null });
});
