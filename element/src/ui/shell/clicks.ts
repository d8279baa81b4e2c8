// Clicks inside rendered markdown: links of the app, links that ask first, and the copy buttons of code.
import { doubts } from '../../markdown/heavy/lazy.ts';
import { type Deeplink, parseDeeplink } from '../../markdown/links.ts';

/** The code that a copy button stands over. */
export function codeUnder(button: HTMLElement): string {
  return button.closest('.code')?.querySelector('code')?.textContent ?? '';
}

export type ClickActions = {
  readonly follow: (link: Deeplink) => void;
  readonly ask: (link: HTMLAnchorElement) => void;
  readonly copy: (button: HTMLElement) => void;
};

/**
 * For every way to open or carry away a link: click (also by key), middle click and drag. Its context menu stays the browser's.
 * `ask` is also called while the part that knows what is doubtful is on its way.
 */
export function onMarkdownClick(event: MouseEvent, { follow, ask, copy }: ClickActions): void {
  const target = event.composedPath()[0];
  if (!(target instanceof Node) || event.button === 2) return;
  const element = target instanceof Element ? target : target.parentElement;
  const link = element?.closest<HTMLAnchorElement>('.markdown a[target], a.source') ?? null;
  const deeplink = link === null ? null : parseDeeplink(link.href);
  const asks = link !== null && deeplink === null && doubts.value?.doubtAbout(link) !== null;
  if (deeplink !== null || asks) event.preventDefault();
  if (asks) ask(link);
  if (event.type !== 'click') return;
  if (deeplink !== null) follow(deeplink);
  const button = element?.closest<HTMLElement>('.code-copy') ?? null;
  if (button !== null) copy(button);
}
