// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest';
import { uuid } from '../../src/protocol/uuid.ts';
import { isForeign, visitorKey } from '../../src/session/visitor.ts';

/** A server of another origin that no other test uses. */
const server = (): string => `https://${uuid()}.example/chatkit`;

beforeEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  localStorage.clear();
});

test('where the cookie is enough there is no key', () => {
  expect(visitorKey('/chatkit')).toBeNull();
  expect(localStorage.length).toBe(0);
  expect([isForeign('/chatkit'), isForeign(server())]).toEqual([false, true]);
});

test('a server of another origin has one key, kept for the next page', () => {
  const url = server();
  const key = visitorKey(url);
  expect(key).toMatch(/^[A-Za-z0-9-]{32,64}$/);
  expect(visitorKey(url)).toBe(key);
  expect(localStorage.getItem(`turnstream:${url}:visitor`)).toBe(key);
  expect(visitorKey(server())).not.toBe(key);
});

test('what another tab has stored is the key', () => {
  const url = server();
  localStorage.setItem(`turnstream:${url}:visitor`, 'theirs');
  expect(visitorKey(url)).toBe('theirs');
});

test('without storage the key lasts as long as the page', () => {
  const url = server();
  vi.stubGlobal('localStorage', {
    getItem: () => {
      throw new Error('denied');
    },
  });
  expect(visitorKey(url)).toBe(visitorKey(url));
});

test('blocked cookies and a frame need a key within the origin too', () => {
  vi.spyOn(navigator, 'cookieEnabled', 'get').mockReturnValue(false);
  const blocked = visitorKey('/blocked');
  expect(blocked).toBe(visitorKey('/blocked'));
  expect(blocked).not.toBeNull();
  vi.restoreAllMocks();
  vi.spyOn(window, 'top', 'get').mockReturnValue(null);
  expect(visitorKey('/framed')).not.toBeNull();
});
