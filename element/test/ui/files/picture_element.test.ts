// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest';
import { html } from '../../../src/ui/base/html.ts';
import { definePicture, type Picture, type PictureElement } from '../../../src/ui/files/picture_element.ts';
import type { PictureSource } from '../../../src/ui/files/picture_sources.ts';
import { PictureStore } from '../../../src/ui/files/picture_store.ts';

definePicture();
definePicture();
vi.stubGlobal('IntersectionObserver', undefined);

const store = new PictureStore();
const stored = (key: string): PictureSource => ({ key, load: async () => new Blob([key]) });
const picture = (...sources: PictureSource[]): Picture => ({
  sources,
  store,
  name: 'cat.png',
  fallback: html`<b>cat.png</b>`,
  isEager: true,
});

function show(given: Picture): PictureElement {
  const element = document.createElement('turnstream-picture') as PictureElement;
  element.picture = given;
  document.body.append(element);
  return element;
}

const sourceOf = (element: Element): string => element.querySelector('img')?.getAttribute('src') ?? '';
const fail = (element: Element): unknown => element.querySelector('img')?.dispatchEvent(new Event('error'));
const ticks = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

test('each source is tried in order, and then its name stands for the picture', async () => {
  const element = show(picture(stored('a'), '/a.png', '/b.png'));
  await ticks();
  expect(sourceOf(element)).toMatch(/^blob:/);
  fail(element);
  expect(sourceOf(element)).toBe('/a.png');
  fail(element);
  expect(sourceOf(element)).toBe('/b.png');
  fail(element);
  expect([element.textContent, element.hasAttribute('broken'), sourceOf(element)]).toEqual([
    'cat.png',
    true,
    '',
  ]);
});

test('a request that fails leads to the next source', async () => {
  const refused: PictureSource = { key: 'refused', load: () => Promise.reject(new Error('401')) };
  const element = show(picture(refused, '/plain.png'));
  await ticks();
  expect(sourceOf(element)).toBe('/plain.png');
});

test('a source that is added changes nothing about the one that is shown', async () => {
  const element = show(picture(stored('b')));
  await ticks();
  const shown = element.querySelector('img');
  element.picture = picture(stored('b'), '/b.png');
  expect(element.querySelector('img')).toBe(shown);
  const broken = show(picture('/x.png'));
  fail(broken);
  broken.picture = picture('/x.png', '/y.png');
  expect([sourceOf(broken), broken.hasAttribute('broken')]).toEqual(['/y.png', false]);
});

test('its object URL is revoked when it leaves the page, and not when it only moves', async () => {
  const revoke = vi.spyOn(URL, 'revokeObjectURL');
  const element = show(picture(stored('c')));
  await ticks();
  const url = sourceOf(element);
  document.body.appendChild(document.createElement('div')).append(element);
  await ticks();
  expect(revoke).not.toHaveBeenCalled();
  element.remove();
  await ticks();
  expect(revoke).toHaveBeenCalledWith(url);
  document.body.append(element);
  await ticks();
  expect(sourceOf(element)).toMatch(/^blob:/);
  expect(sourceOf(element)).not.toBe(url);
});

test('a picture that comes too late shows nothing', async () => {
  let arrive = (_: Blob): void => undefined;
  const element = show(picture({ key: 'late', load: () => new Promise((resolve) => (arrive = resolve)) }));
  element.picture = picture('/other.png');
  arrive(new Blob(['x']));
  await ticks();
  expect(sourceOf(element)).toBe('/other.png');
});
