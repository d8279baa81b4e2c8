// @vitest-environment happy-dom
import lucide from '@iconify-json/lucide/icons.json' with { type: 'json' };
import { html, render } from 'lit-html';
import { expect, test, vi } from 'vitest';
import { lucideDrawing } from '../../../src/ui/base/drawings/lucide.ts';
import { icon } from '../../../src/ui/base/icons.ts';

function draw(host: HTMLElement, name: string): Element | null {
  render(html`<button>${icon(name)}</button>`, host);
  return host.querySelector('svg');
}

test('an icon that stays the same stays the same node', () => {
  const host = document.createElement('div');
  const first = draw(host, 'stop');
  expect(first).not.toBeNull();
  expect(draw(host, 'stop')).toBe(first);
  expect(draw(host, 'reload')).not.toBe(first);
});

test('a rare drawing comes into its place when it is loaded', async () => {
  const rare = draw(document.createElement('div'), 'confetti');
  expect(rare?.innerHTML).toBe('');
  await vi.waitFor(() => expect(rare?.querySelectorAll('path').length).toBe(2), 60_000);
});

test('an unknown name is a dot', async () => {
  const unknown = draw(document.createElement('div'), 'no-such-icon');
  const dot = draw(document.createElement('div'), 'dot')?.innerHTML;
  expect(dot).not.toBe('');
  await vi.waitFor(() => expect(unknown?.innerHTML).toBe(dot), 60_000);
});

const pathsOf = (svg: Element | null): (string | null)[] =>
  [...(svg?.querySelectorAll('path') ?? [])].map((path) => path.getAttribute('d'));

test.each([
  ['circle-alert', ['M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0z', 'M12 8v4m0 4h.01']],
  ['alert-circle', ['M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0z', 'M12 8v4m0 4h.01']],
  ['square', ['M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-14a2 2 0 0 1 2 -2z']],
  ['check', ['M20 6L9 17l-5-5']],
])('an icon of Lucide (%s) has its own shape', async (name, paths) => {
  const svg = draw(document.createElement('div'), `lucide:${name}`);
  await vi.waitFor(() => expect(pathsOf(svg)).toEqual(paths), 60_000);
});

test('all icons of Lucide are found', async () => {
  const names = Object.entries(lucide.icons)
    .filter(([, one]) => !('width' in one))
    .map(([name]) => name)
    .concat(Object.keys(lucide.aliases));
  expect(names.length).toBeGreaterThan(2000);
  const found = await Promise.all(names.map(lucideDrawing));
  expect(names.filter((_, at) => (found[at] ?? []).length === 0)).toEqual([]);
  expect(
    found.flat().filter((data) => !/^M[-\d., a-z]+$/i.test(data ?? '') || /NaN/.test(data ?? '')),
  ).toEqual([]);
});

test.each(['lucide:no-such-icon', 'lucide:constructor', 'lucide:'])('%s is a dot', async (name) => {
  const unknown = draw(document.createElement('div'), name);
  const dot = draw(document.createElement('div'), 'dot')?.innerHTML;
  await vi.waitFor(() => expect(unknown?.innerHTML).toBe(dot), 60_000);
});

test.each([
  ['lucide:arrow-left', true],
  ['lucide:undo-2', true],
  ['chevron-right', true],
  ['lucide:copyright', false],
  ['lucide:feedback', false],
  ['lucide:square', false],
])('%s is mirrored from right to left: %j', (name, isMirrored) => {
  expect(draw(document.createElement('div'), name)?.classList.contains('mirrored')).toBe(isMirrored);
});
