// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest';
import { watchKeyboard } from '../../../src/ui/shell/keyboard.ts';

class FakeViewport extends EventTarget {
  offsetTop = 0;
  height = 800;
  scale = 1;

  become(change: Partial<Pick<FakeViewport, 'offsetTop' | 'height' | 'scale'>>): void {
    Object.assign(this, change);
    this.dispatchEvent(new Event('resize'));
  }
}

function watched(bottom: number): { viewport: FakeViewport; end: () => void; covered: () => string } {
  const viewport = new FakeViewport();
  vi.stubGlobal('visualViewport', viewport);
  vi.stubGlobal('innerHeight', 800);
  const node = document.createElement('div');
  vi.spyOn(node, 'getBoundingClientRect').mockReturnValue({ bottom } as DOMRect);
  const end = watchKeyboard(node);
  return { viewport, end, covered: () => node.style.getPropertyValue('--covered') };
}

afterEach(() => void vi.unstubAllGlobals());

test('what the keyboard covers of a chat that reaches the end of the page is left free', () => {
  const { viewport, covered } = watched(800);
  viewport.become({ height: 500 });
  expect(covered()).toBe('300px');
  viewport.become({ offsetTop: 100 });
  expect(covered()).toBe('200px');
  viewport.become({ height: 800, offsetTop: 0 });
  expect(covered()).toBe('0px');
});

test('a chat that ends above the keyboard keeps its size', () => {
  const { viewport, covered } = watched(400);
  viewport.become({ height: 500 });
  expect(covered()).toBe('0px');
});

test('zooming in covers nothing', () => {
  const { viewport, covered } = watched(800);
  viewport.become({ height: 400, scale: 2 });
  expect(covered()).toBe('0px');
});

test('nothing is measured any more once it is over', () => {
  const { viewport, covered, end } = watched(800);
  viewport.become({ height: 500 });
  end();
  expect(covered()).toBe('');
  viewport.become({ height: 400 });
  expect(covered()).toBe('');
});

test('a chat that comes while the keyboard is open is measured at once', () => {
  const viewport = new FakeViewport();
  viewport.height = 500;
  vi.stubGlobal('visualViewport', viewport);
  vi.stubGlobal('innerHeight', 800);
  const node = document.createElement('div');
  vi.spyOn(node, 'getBoundingClientRect').mockReturnValue({ bottom: 800 } as DOMRect);
  watchKeyboard(node);
  expect(node.style.getPropertyValue('--covered')).toBe('300px');
});
