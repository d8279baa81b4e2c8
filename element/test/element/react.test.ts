// @vitest-environment happy-dom
// The published, unmodified React binding with our element.
import { ChatKit, type UseChatKitOptions, type UseChatKitReturn, useChatKit } from '@openai/chatkit-react';
import { createElement, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';
import { FakeElement } from '../fake_element.ts';
import { type Answer, answer, created, done, said, stream } from '../session/support/scripted.ts';

test('the binding drives the element: ready, a turn with an effect, options that change', async () => {
  const heard: string[] = [];
  const resolvers = new Map<string, () => void>();
  const next = (name: string): Promise<void> => new Promise((resolve) => void resolvers.set(name, resolve));
  const hear = (name: string) => (): void => (heard.push(name), resolvers.get(name)?.());
  const answers: Answer[] = [
    stream(created, done(said('u1')), { type: 'client_effect', name: 'paint' }, done(answer('a1'))),
  ];
  const fetch = ((_url: string, init: RequestInit) =>
    Promise.resolve(answers.shift()!({ type: '', params: {} }, init.signal!))) as typeof globalThis.fetch;
  let chat: UseChatKitReturn | null = null;
  let setGreeting: (value: string) => void = () => undefined;

  function Page(): unknown {
    const [greeting, set] = useState('Hello');
    setGreeting = set;
    const options: UseChatKitOptions = {
      api: { url: '/chatkit', domainKey: 'ignored', fetch },
      startScreen: { greeting },
      onReady: hear('ready'),
      onError: hear('error'),
      onEffect: hear('effect'),
      onResponseStart: hear('start'),
      onResponseEnd: hear('end'),
      onThreadChange: ({ threadId }) => (hear(`thread ${threadId}`)(), void chat?.setThreadId(threadId)),
    };
    chat = useChatKit(options);
    return createElement(ChatKit, { control: chat.control, className: 'wide' });
  }

  const container = document.createElement('div');
  document.body.replaceChildren(container);
  const root = createRoot(container);
  const ready = next('ready');
  root.render(createElement(StrictMode, null, createElement(Page)));
  await ready;
  const element = container.querySelector<FakeElement>('openai-chatkit')!;
  expect(element.className).toBe('wide');
  const { session } = element.view;

  const ended = next('end');
  await chat!.sendUserMessage({ text: 'x' });
  await ended;
  expect(heard).toEqual(['ready', 'start', 'thread t1', 'effect', 'end']);

  const changed = new Promise<void>((resolve) => {
    element.setOptions = (options) => (FakeElement.prototype.setOptions.call(element, options), resolve());
  });
  setGreeting('Welcome back');
  await changed;
  expect(element.view.options.startScreen?.greeting).toBe('Welcome back');
  expect(element.view.session).toBe(session);
  expect(session.view.items.map(({ item }) => item.id)).toEqual(['u1', 'a1']);
  root.unmount();
  expect(heard.length).toBe(5);
});
