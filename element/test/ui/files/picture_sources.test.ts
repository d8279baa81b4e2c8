// @vitest-environment happy-dom
// @vitest-environment-options { "url": "https://app.example/page" }
import { expect, test, vi } from 'vitest';
import type { ChatOptions } from '../../../src/api/options.ts';
import type { ChatContext } from '../../../src/ui/context.ts';
import { sourcesOf } from '../../../src/ui/files/picture_sources.ts';

const fetch = (): Promise<Response> => Promise.reject(new Error('not called'));

/** The addresses of the sources; those that are loaded by the page itself have an asterisk. */
function addresses(address: string, api: ChatOptions['api'], domains: readonly string[] = []): string[] {
  const session = { download: vi.fn() };
  const chat = { options: { api }, session, imageDomains: domains } as unknown as ChatContext;
  return sourcesOf(address, chat).map((one) => (typeof one === 'string' ? one : `${one.key}*`));
}

const OWN = 'https://app.example/chatkit/attachments/a';
const FOREIGN = 'https://chat.example/chatkit/attachments/a';

test.each<[string, ChatOptions['api'], string[]]>([
  [OWN, { url: '/chatkit' }, [OWN]],
  [OWN, { url: '/chatkit', fetch }, [`${OWN}*`, OWN]],
  ['/chatkit/attachments/a', { url: '/chatkit/?tenant=1', fetch }, [`${OWN}*`, OWN]],
  [FOREIGN, { url: 'https://chat.example/chatkit' }, [`${FOREIGN}*`, FOREIGN]],
  // What is not below the chat: with nothing of the page's own.
  ['https://app.example/pictures/a', { url: '/chatkit', fetch }, ['https://app.example/pictures/a']],
  ['https://app.example/chatkits/a', { url: '/chatkit', fetch }, ['https://app.example/chatkits/a']],
  ['https://app.example/chatkit/../logout', { url: '/chatkit', fetch }, ['https://app.example/logout']],
  ['https://chat.example/other/a', { url: 'https://chat.example/chatkit' }, []],
  ['https://chat.example/chatkit/..%2flogout', { url: 'https://chat.example/chatkit' }, []],
  ['https://ada:secret@chat.example/chatkit/a', { url: 'https://chat.example/chatkit' }, []],
  ['https://evil.example/chatkit/attachments/a', { url: '/chatkit', fetch }, []],
  ['javascript:alert(1)', { url: '/chatkit', fetch }, []],
  ['http://[', { url: '/chatkit', fetch }, []],
])('%s of a chat at %j', (address, api, expected) => {
  expect(addresses(address, api)).toEqual(expected);
});

test('a picture of an allowed host is loaded by the browser', () => {
  expect(addresses('https://images.example/a.png', { url: '/chatkit', fetch }, ['images.example'])).toEqual([
    'https://images.example/a.png',
  ]);
});
