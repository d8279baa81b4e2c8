// @vitest-environment happy-dom
import { html, render } from 'lit-html';
import { expect, test, vi } from 'vitest';
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
  const rare = draw(document.createElement('div'), 'lucide:confetti');
  expect(rare?.innerHTML).toBe('');
  await vi.waitFor(() => expect(rare?.querySelectorAll('path').length).toBe(2), 60_000);
});

test('an unknown name is a dot', async () => {
  const unknown = draw(document.createElement('div'), 'no-such-icon');
  const dot = draw(document.createElement('div'), 'dot')?.innerHTML;
  expect(dot).not.toBe('');
  await vi.waitFor(() => expect(unknown?.innerHTML).toBe(dot), 60_000);
});
