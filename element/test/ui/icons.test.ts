// @vitest-environment happy-dom
import { html, render } from 'lit';
import { expect, test } from 'vitest';
import { icon } from '../../src/ui/icons.ts';

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

test('an unknown name is a dot', () => {
  const host = document.createElement('div');
  expect(draw(host, 'no-such-icon')?.innerHTML).toBe(draw(document.createElement('div'), 'dot')?.innerHTML);
});
