// @vitest-environment happy-dom
import { expect, test } from 'vitest';

test('both names are defined, a name that is taken stays, and the view takes what it is given', async () => {
  class Other extends HTMLElement {}
  customElements.define('openai-chatkit', Other);
  const { TurnstreamChat, TurnstreamChatAlias } = await import('../../src/element/element.ts');
  expect(customElements.get('openai-chatkit')).toBe(Other);
  expect(customElements.get('turnstream-chat')).toBe(TurnstreamChatAlias);
  expect(TurnstreamChatAlias.prototype).toBeInstanceOf(TurnstreamChat);

  const element = new TurnstreamChatAlias();
  const ready = new Promise((resolve) => element.addEventListener('chatkit.ready', resolve));
  element.setAttribute('api-url', '/chatkit');
  document.body.append(element);
  await ready;
  const view = element.shadowRoot!.querySelector('turnstream-chat-view');
  expect(view).toMatchObject({ options: { api: { url: '/chatkit' } }, session: { threadId: null } });
});
