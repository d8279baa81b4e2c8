// What a frame asks for: nothing happens without the consent of the page or the person.
import type { AppBridge } from '@modelcontextprotocol/ext-apps/app-bridge';
import { expect, test, vi } from 'vitest';
import type { FramesOption } from '../../src/api/options.ts';
import { FrameRequests } from '../../src/widgets/frames/bridge/requests.ts';
import type { WidgetContext } from '../../src/widgets/tree/widget_context.ts';

type Ask = (params: object) => Promise<unknown>;
type Asks = { oncalltool: Ask; onopenlink: Ask; onmessage: Ask; onloggingmessage: (params: object) => void };

const SOURCE = { uri: 'ui://weather/view', title: 'Weather' };

function asking(
  frames: FramesOption | null,
  more: Partial<Pick<WidgetContext, 'isInert' | 'confirmLink'>> = {},
) {
  const context = { frames, isInert: false, confirmLink: null, log: vi.fn(), note: vi.fn(), failed: vi.fn() };
  const asks = {} as Asks;
  const all = { ...context, ...more } as unknown as WidgetContext;
  new FrameRequests(all, () => SOURCE).listen(asks as unknown as AppBridge);
  return { ...context, ...more, ...asks };
}

const call = { name: 'refresh', arguments: { city: 'Rome' } };
const say = { role: 'user', content: [{ type: 'text', text: 'And tomorrow?' }] };
const link = { url: 'https://weather.example/lisbon' };

test('the page gets what a frame asks for, with the frame', async () => {
  const frames = { callTool: vi.fn(async () => ({ content: [] })), openLink: vi.fn(), message: vi.fn() };
  const { oncalltool, onopenlink, onmessage } = asking(frames);
  expect(await oncalltool(call)).toEqual({ content: [] });
  expect([await onopenlink(link), await onmessage(say)]).toEqual([{}, {}]);
  expect(frames.callTool).toHaveBeenCalledWith(call, SOURCE);
  expect(frames.openLink).toHaveBeenCalledWith(link.url, SOURCE);
  expect(frames.message).toHaveBeenCalledWith(say.content, SOURCE);
  await oncalltool({ name: 'bare' });
  expect(frames.callTool).toHaveBeenLastCalledWith({ name: 'bare', arguments: {} }, SOURCE);
});

test('without a handler everything is refused, and the log names the option', async () => {
  const { oncalltool, onopenlink, onmessage, note } = asking({});
  const refused = { code: -32_000 };
  await expect(oncalltool(call)).rejects.toMatchObject(refused);
  await expect(onopenlink(link)).rejects.toMatchObject(refused);
  await expect(onmessage(say)).rejects.toMatchObject(refused);
  const options = note.mock.calls.map(([name, option]) => [name, option]);
  expect(options).toEqual([
    ['frame.refused', 'callTool'],
    ['frame.refused', 'message'],
  ]);
});

test('a widget that cannot be used asks for nothing', async () => {
  const frames = { callTool: vi.fn(), openLink: vi.fn(), message: vi.fn() } as unknown as FramesOption;
  const { oncalltool, onopenlink, onmessage } = asking(frames, { isInert: true });
  for (const asked of [oncalltool(call), onopenlink(link), onmessage(say)])
    await expect(asked).rejects.toThrow('refused while the widget cannot be used');
  expect(frames.callTool).not.toHaveBeenCalled();
});

test('false is a refusal, and what a handler throws is for the page alone', async () => {
  const frames = {
    callTool: () => Promise.reject(new Error('secret')),
    openLink: () => false,
    message: () => {
      throw 'odd';
    },
  };
  const { oncalltool, onopenlink, onmessage, failed } = asking(frames);
  await expect(oncalltool(call)).rejects.toThrow('The page has refused this.');
  await expect(onopenlink(link)).rejects.toThrow('The page does not open this link.');
  await expect(onmessage(say)).rejects.toThrow('The page has refused this.');
  expect(failed.mock.calls.map(([{ message }]) => message)).toEqual(['secret', 'odd']);
});

test.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc', '/lisbon', '', 'https://a@b.example/'])(
  'the address %j does not open',
  async (url) => {
    const openLink = vi.fn();
    await expect(asking({ openLink }).onopenlink({ url })).rejects.toThrow(
      'Only addresses of http and https',
    );
    expect(openLink).not.toHaveBeenCalled();
  },
);

test('a person who has refused three links of a frame is not asked again', async () => {
  const confirmLink = vi.fn(async () => false);
  const { onopenlink } = asking({}, { confirmLink });
  for (let asked = 0; asked < 3; asked++)
    await expect(onopenlink(link)).rejects.toThrow('The person does not');
  await expect(onopenlink(link)).rejects.toThrow('Nobody can be asked');
  expect(confirmLink).toHaveBeenCalledTimes(3);
});

test('large arguments and messages are refused, and too many calls at once', async () => {
  const { oncalltool, onmessage } = asking({
    callTool: () => new Promise(() => undefined),
    message: vi.fn(),
  });
  const large = 'x'.repeat(300_000);
  await expect(oncalltool({ name: 'x', arguments: { large } })).rejects.toThrow('too large');
  await expect(onmessage({ content: [{ type: 'text', text: large }] })).rejects.toThrow('too large');
  for (let running = 0; running < 16; running++) void oncalltool(call);
  await expect(oncalltool(call)).rejects.toThrow('Too many calls run');
});

test('what a frame logs is logged, in part if it is long', () => {
  const { onloggingmessage, log } = asking({});
  onloggingmessage({ level: 'info', data: 'x'.repeat(5000) });
  onloggingmessage({ level: 'error', data: { city: 'Rome' } });
  onloggingmessage({ level: 'debug' });
  expect(log.mock.calls).toEqual([
    ['frame.log', `info: ${'x'.repeat(1000)}`],
    ['frame.log', 'error: {"city":"Rome"}'],
    ['frame.log', 'debug: '],
  ]);
});
