// @vitest-environment happy-dom
import { render } from 'lit-html';
import { afterEach, expect, test, vi } from 'vitest';
import type { AttachmentOptions } from '../../../src/api/options.ts';
import type { Attachment } from '../../../src/protocol/wire.ts';
import { emptyView } from '../../../src/session/view/view.ts';
import type { Draft } from '../../../src/ui/composer/drafts.ts';
import type { ChatContext } from '../../../src/ui/context.ts';
import { FileTray } from '../../../src/ui/files/tray.ts';
import { english } from '../../../src/ui/i18n/strings.ts';

const file = (name: string, type = 'text/plain', size = 3): File =>
  Object.defineProperty(new File(['abc'], name, { type }), 'size', { value: size });
const uploaded = (name: string): Attachment => ({ type: 'file', id: name, name, mime_type: 'text/plain' });

type UploadRequest = {
  readonly signal: AbortSignal;
  readonly resolve: (attachment: Attachment) => void;
  readonly reject: (error: Error) => void;
};

function show(options: Partial<AttachmentOptions> = {}) {
  const place = document.body.appendChild(document.createElement('div'));
  const requests: UploadRequest[] = [];
  let draft: Draft = { text: '', tags: [], attachments: [], reply: null };
  const refused = vi.fn();
  const failed = vi.fn();
  const draw = (): void => void render(tray.template(), place);
  const root = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' });
  const removed = vi.fn();
  const keep = vi.fn();
  const tray: FileTray = new FileTray(
    {
      session: null,
      view: emptyView,
      removed,
      root: () => root,
      strings: english,
      locale: 'en',
      options: { api: { url: '/' }, composer: { attachments: { enabled: true, ...options } } },
      failed,
      changed: async () => draw(),
      upload: (_file, signal) => new Promise((resolve, reject) => requests.push({ signal, resolve, reject })),
    } as Partial<ChatContext> as ChatContext,
    {
      complain: refused,
      keep,
      isBlocked: false,
      attach: async () => undefined,
      set: ({ attachments }) => {
        if (attachments !== undefined) draft.attachments = attachments;
        draw();
      },
      get draft() {
        return draft;
      },
    },
  );
  const press = (label: string): void => place.querySelector<HTMLElement>(`[aria-label="${label}"]`)?.click();
  return {
    place,
    tray,
    removed,
    keep,
    requests,
    refused,
    failed,
    press,
    open: (other: Draft) => (draft = other),
    get draft() {
      return draft;
    },
  };
}

const ticks = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

afterEach(() => document.body.replaceChildren());

test('a file shows while it is uploaded, and is the draft’s when it is there', async () => {
  const shown = show();
  shown.tray.add([file('a.txt')], shown.draft);
  expect([shown.tray.isBusy, shown.place.querySelector('.tile')?.getAttribute('aria-busy')]).toEqual([
    true,
    'true',
  ]);
  shown.requests[0]?.resolve(uploaded('a.txt'));
  await ticks();
  expect([
    shown.tray.isBusy,
    shown.place.querySelectorAll('[aria-busy=true]').length,
    shown.draft.attachments,
  ]).toEqual([false, 0, [uploaded('a.txt')]]);
});

test('it belongs to the draft that it was chosen for, whatever is open when it is there', async () => {
  const shown = show();
  const first = shown.draft;
  shown.tray.add([file('a.txt')], shown.draft);
  shown.open({ text: '', tags: [], attachments: [], reply: null });
  expect(shown.tray.isBusy).toBe(false);
  shown.requests[0]?.resolve(uploaded('a.txt'));
  await ticks();
  expect([first.attachments.length, shown.draft.attachments.length]).toEqual([1, 0]);
});

test('what fails says why, and is tried again', async () => {
  const shown = show();
  shown.tray.add([file('a.txt')], shown.draft);
  shown.requests[0]?.reject(new Error('Something went wrong on the server.'));
  await ticks();
  expect(shown.place.querySelector('[role=alert]')?.textContent).toBe('Something went wrong on the server.');
  expect([shown.tray.isBusy, shown.failed.mock.calls.length]).toEqual([true, 1]);
  shown.press('Try again: a.txt');
  shown.requests[1]?.resolve(uploaded('a.txt'));
  await ticks();
  expect(shown.draft.attachments).toHaveLength(1);
});

test('a file that is taken away is given up, and does not come back', async () => {
  const shown = show();
  shown.tray.add([file('a.txt')], shown.draft);
  shown.press('Remove a.txt');
  expect(shown.requests[0]?.signal.aborted).toBe(true);
  shown.requests[0]?.resolve(uploaded('a.txt'));
  await ticks();
  expect([
    shown.place.querySelectorAll('[aria-busy=true]').length,
    shown.draft.attachments,
    shown.failed.mock.calls,
  ]).toEqual([0, [], []]);
});

test('what was not uploaded when its draft is let go is given up', () => {
  const shown = show();
  const first = shown.draft;
  shown.tray.add([file('a.txt')], first);
  shown.open({ text: '', tags: [], attachments: [], reply: null });
  shown.tray.add([file('b.txt')], shown.draft);
  shown.tray.forget(first);
  expect(shown.requests.map(({ signal }) => signal.aborted)).toEqual([true, false]);
});

test('only so many files come, and the others are named by number', () => {
  const shown = show({ maxCount: 2 });
  shown.tray.add([file('a'), file('b'), file('c')], shown.draft);
  expect(shown.requests).toHaveLength(2);
  expect(shown.refused).toHaveBeenCalledWith('You can send only 2 files at a time.');
});

test.each<[AttachmentOptions['maxSize'], string]>([
  [2 ** 20, '“big.png” is larger than 1 MB.'],
  [{ 'image/*': 512 * 1024, '*': 1 }, '“big.png” is larger than 512 kB.'],
  [{ 'image/png': 1.5 * 2 ** 20, 'image/*': 1 }, '“big.png” is larger than 1.5 MB.'],
  [{ '*': 2 ** 20 }, '“big.png” is larger than 1 MB.'],
  [{ 'video/*': 1 }, ''],
])('a size of %j holds for a picture: %s', (maxSize, words) => {
  const shown = show({ maxSize: maxSize ?? 0 });
  shown.tray.add([file('big.png', 'image/png', 2 * 2 ** 20)], shown.draft);
  expect(shown.refused.mock.calls.flat().join('')).toBe(words);
  expect(shown.requests).toHaveLength(words === '' ? 1 : 0);
});

test('only the kinds that are accepted come, by type or by ending', () => {
  const shown = show({ accept: { 'image/*': [], 'application/pdf': ['.pdf'] } });
  shown.tray.add(
    [file('a.png', 'image/png'), file('B.PDF', ''), file('c.exe', 'application/x-msdownload')],
    shown.draft,
  );
  expect(shown.requests).toHaveLength(2);
  expect(shown.refused).toHaveBeenCalledWith('“c.exe” is not a supported file type.');
});

const thumbnail = (element: Element | null): string =>
  element?.querySelector('img')?.getAttribute('src') ?? '';

test('a picture is shown at once, and goes on being shown when it is there', async () => {
  const shown = show();
  shown.tray.add([file('a.png', 'image/png')], shown.draft);
  await ticks();
  const tile = shown.place.querySelector('.tile');
  const url = thumbnail(tile);
  expect(url).toMatch(/^blob:/);
  const node = tile?.querySelector('img');
  shown.requests[0]?.resolve({ ...uploaded('a.png'), type: 'image', preview_url: '/a.png' });
  await ticks();
  expect([shown.place.querySelector('.tile'), shown.place.querySelector('.tile img')]).toEqual([tile, node]);
  const revoke = vi.spyOn(URL, 'revokeObjectURL');
  shown.press('Remove a.png');
  await ticks();
  expect(revoke).toHaveBeenCalledWith(url);
  expect([shown.draft.attachments, shown.removed.mock.calls.length]).toEqual([[], 1]);
});

test('one that failed is shown with its error', async () => {
  const shown = show();
  shown.tray.add([file('a.png', 'image/png')], shown.draft);
  shown.requests[0]?.reject(new Error('Something went wrong on the server.'));
  await ticks();
  expect(thumbnail(shown.place.querySelector('.tile.failed'))).toMatch(/^blob:/);
});

test('a picture that a reload has restored is shown from the server', () => {
  const shown = show();
  shown.draft.attachments = [{ ...uploaded('a.png'), type: 'image', preview_url: '/a.png' }];
  render(shown.tray.template(), shown.place);
  expect(thumbnail(shown.place)).toBe(new URL('/a.png', document.baseURI).href);
});

test('files are shown and sent in the order in which they were picked', async () => {
  const shown = show();
  shown.tray.add([file('a.txt'), file('b.txt'), file('c.txt')], shown.draft);
  for (const at of [2, 0, 1]) shown.requests[at]?.resolve(uploaded(`${'abc'[at]}.txt`));
  await ticks();
  const names = [...shown.place.querySelectorAll('.tile .file-name')].map(({ textContent }) => textContent);
  expect([names, shown.draft.attachments.map(({ name }) => name)]).toEqual([
    ['a.txt', 'b.txt', 'c.txt'],
    ['a.txt', 'b.txt', 'c.txt'],
  ]);
  expect(shown.keep).toHaveBeenCalledTimes(3);
});

test('a message that waits for a failed file says so, until there is none', async () => {
  const shown = show();
  shown.tray.add([file('a.txt')], shown.draft);
  shown.tray.explain();
  expect(shown.refused).not.toHaveBeenCalled();
  shown.requests[0]?.reject(new Error('No.'));
  await ticks();
  shown.tray.explain();
  expect(shown.refused).toHaveBeenCalledWith(
    'A file could not be uploaded. Try again or remove it, then send the message.',
  );
  shown.press('Remove a.txt');
  expect(shown.refused).toHaveBeenLastCalledWith(null);
});
