// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest';
import type { ChatContext } from '../../../src/ui/context.ts';
import { FileDrop } from '../../../src/ui/files/file_drop.ts';
import { english } from '../../../src/ui/i18n/strings.ts';

function show(enabled = true, isBlocked = false) {
  const place = document.body.appendChild(document.createElement('div'));
  const root = place.attachShadow({ mode: 'open' });
  root.innerHTML = '<div class="shell"><p class="thread"></p><p class="composer"></p></div>';
  const attach = vi.fn(async () => undefined);
  const announce = vi.fn();
  const context = {
    strings: english,
    options: { api: { url: '/' }, composer: { attachments: { enabled } } },
    root: () => root,
    announce,
  };
  new FileDrop(context as unknown as ChatContext, { isBlocked, attach }).listen();
  const find = (selector: string): Element => root.querySelector(selector)!;
  const drag = (target: Element, type: string, types = ['Files']) => {
    const dataTransfer = { types, dropEffect: 'move', files: [new File(['x'], 'x.png')] };
    const event = new Event(type, { bubbles: true, cancelable: true, composed: true });
    target.dispatchEvent(Object.assign(event, { dataTransfer }));
    return { isPrevented: event.defaultPrevented, effect: dataTransfer.dropEffect };
  };
  const isShown = (): boolean => root.querySelector('.drop-target') !== null;
  return { attach, announce, find, drag, isShown };
}

afterEach(() => document.body.replaceChildren());

test('files that are dragged over the chat show where they can be dropped, until they leave', () => {
  const { announce, find, drag, isShown } = show();
  drag(find('.thread'), 'dragenter');
  expect([isShown(), find('.drop-target').textContent?.trim()]).toEqual([
    true,
    'Drop files here to attach them',
  ]);
  drag(find('.drop-target'), 'dragenter');
  drag(find('.thread'), 'dragleave');
  expect(isShown()).toBe(true);
  drag(find('.drop-target'), 'dragleave');
  expect(isShown()).toBe(false);
  expect(announce).toHaveBeenCalledOnce();
});

test('a drag that entered before the chat listened is shown too, and leaves as any other', () => {
  const { find, drag, isShown } = show();
  drag(find('.thread'), 'dragover');
  expect(isShown()).toBe(true);
  drag(find('.thread'), 'dragleave');
  expect(isShown()).toBe(false);
});

test('they are attached wherever they are dropped', () => {
  const { attach, find, drag, isShown } = show();
  drag(find('.thread'), 'dragenter');
  expect(drag(find('.drop-target'), 'dragover')).toEqual({ isPrevented: true, effect: 'copy' });
  expect(drag(find('.drop-target'), 'drop').isPrevented).toBe(true);
  expect([isShown(), attach.mock.calls.length]).toEqual([false, 1]);
});

test('text, and a chat without attachments, are left to the browser', () => {
  for (const [enabled, types] of [
    [true, ['text/plain']],
    [false, ['Files']],
  ] as const) {
    const { attach, find, drag, isShown } = show(enabled);
    const prevented = ['dragenter', 'dragover', 'drop'].map(
      (type) => drag(find('.thread'), type, [...types]).isPrevented,
    );
    expect([prevented, isShown(), attach.mock.calls]).toEqual([[false, false, false], false, []]);
  }
});

test('a thread that accepts no message accepts no file, and no file replaces the page', () => {
  const { attach, find, drag, isShown } = show(true, true);
  drag(find('.thread'), 'dragenter');
  expect(isShown()).toBe(false);
  expect(drag(find('.thread'), 'dragover')).toEqual({ isPrevented: true, effect: 'none' });
  expect(drag(find('.thread'), 'drop').isPrevented).toBe(true);
  expect(attach).not.toHaveBeenCalled();
});
