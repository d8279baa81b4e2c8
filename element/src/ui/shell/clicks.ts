// Clicks inside rendered markdown: links of the app, links that ask first, and the copy buttons of code.
import { doubts } from '../../markdown/heavy/lazy.ts';
import { type Deeplink, parseDeeplink } from '../../markdown/links.ts';

/** The code of a copy button. */
export function codeUnder(button: HTMLElement): string {
  return button.closest('.code')?.querySelector('code')?.textContent ?? '';
}

export type ClickActions = {
  readonly follow: (link: Deeplink) => void;
  readonly ask: (link: HTMLAnchorElement) => void;
  readonly copy: (button: HTMLElement) => void;
};

/**
 * Handles every way to open a link except its context menu: click (also by key), middle click and drag.
 * `ask` is also called while the module that judges links is loading.
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
