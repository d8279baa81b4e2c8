// @vitest-environment happy-dom
import { render } from 'lit-html';
import { afterEach, expect, test, vi } from 'vitest';
import type { AttachmentOptions } from '../../../src/api/options.ts';
import type { Attachment } from '../../../src/protocol/wire.ts';
import type { Draft } from '../../../src/ui/composer/drafts.ts';
import { Uploads } from '../../../src/ui/composer/uploads.ts';
import type { ChatContext } from '../../../src/ui/context.ts';
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
  const draw = (): void => void render(uploads.template(), place);
  const uploads: Uploads = new Uploads(
    {
      strings: english,
      locale: 'en',
      options: { api: { url: '/' }, composer: { attachments: { enabled: true, ...options } } },
      failed,
      changed: async () => draw(),
      upload: (_file, signal) => new Promise((resolve, reject) => requests.push({ signal, resolve, reject })),
    } as Partial<ChatContext> as ChatContext,
    {
      complain: refused,
      get draft() {
        return draft;
      },
    },
  );
  const press = (label: string): void => place.querySelector<HTMLElement>(`[aria-label="${label}"]`)?.click();
  return {
    place,
    uploads,
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
  shown.uploads.add([file('a.txt')], shown.draft);
  expect([shown.uploads.isBusy, shown.place.querySelector('.upload')?.getAttribute('aria-busy')]).toEqual([
    true,
    'true',
  ]);
  shown.requests[0]?.resolve(uploaded('a.txt'));
  await ticks();
  expect([shown.uploads.isBusy, shown.place.textContent?.trim(), shown.draft.attachments]).toEqual([
    false,
    '',
    [uploaded('a.txt')],
  ]);
});

test('it belongs to the draft that it was chosen for, whatever is open when it is there', async () => {
  const shown = show();
  const first = shown.draft;
  shown.uploads.add([file('a.txt')], shown.draft);
  shown.open({ text: '', tags: [], attachments: [], reply: null });
  expect(shown.uploads.isBusy).toBe(false);
  shown.requests[0]?.resolve(uploaded('a.txt'));
  await ticks();
  expect([first.attachments.length, shown.draft.attachments.length]).toEqual([1, 0]);
});

test('what fails says why, and is tried again', async () => {
  const shown = show();
  shown.uploads.add([file('a.txt')], shown.draft);
  shown.requests[0]?.reject(new Error('Something went wrong on the server.'));
  await ticks();
  expect(shown.place.querySelector('[role=alert]')?.textContent).toBe('Something went wrong on the server.');
  expect([shown.uploads.isBusy, shown.failed.mock.calls.length]).toEqual([true, 1]);
  shown.press('Try again: a.txt');
  shown.requests[1]?.resolve(uploaded('a.txt'));
  await ticks();
  expect(shown.draft.attachments).toHaveLength(1);
});

test('a file that is taken away is given up, and does not come back', async () => {
  const shown = show();
  shown.uploads.add([file('a.txt')], shown.draft);
  shown.press('Remove a.txt');
  expect(shown.requests[0]?.signal.aborted).toBe(true);
  shown.requests[0]?.resolve(uploaded('a.txt'));
  await ticks();
  expect([shown.place.textContent?.trim(), shown.draft.attachments, shown.failed.mock.calls]).toEqual([
    '',
    [],
    [],
  ]);
});

test('what was not uploaded when its draft is let go is given up', () => {
  const shown = show();
  const first = shown.draft;
  shown.uploads.add([file('a.txt')], first);
  shown.open({ text: '', tags: [], attachments: [], reply: null });
  shown.uploads.add([file('b.txt')], shown.draft);
  shown.uploads.forget(first);
  expect(shown.requests.map(({ signal }) => signal.aborted)).toEqual([true, false]);
});

test('only so many files come, and the others are named by number', () => {
  const shown = show({ maxCount: 2 });
  shown.uploads.add([file('a'), file('b'), file('c')], shown.draft);
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
  shown.uploads.add([file('big.png', 'image/png', 2 * 2 ** 20)], shown.draft);
  expect(shown.refused.mock.calls.flat().join('')).toBe(words);
  expect(shown.requests).toHaveLength(words === '' ? 1 : 0);
});

test('only the kinds that are accepted come, by type or by ending', () => {
  const shown = show({ accept: { 'image/*': [], 'application/pdf': ['.pdf'] } });
  shown.uploads.add(
    [file('a.png', 'image/png'), file('B.PDF', ''), file('c.exe', 'application/x-msdownload')],
    shown.draft,
  );
  expect(shown.requests).toHaveLength(2);
  expect(shown.refused).toHaveBeenCalledWith('“c.exe” is not a supported file type.');
});
