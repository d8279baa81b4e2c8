// Clicks inside rendered markdown: links of the app, and the copy buttons of code.
import { type Deeplink, parseDeeplink } from '../markdown/links.ts';

/** The code that a copy button stands over. */
export function codeBeside(button: HTMLElement): string {
  return button.closest('.code')?.querySelector('code')?.textContent ?? '';
}

export function onMarkdownClick(event: MouseEvent, follow: (link: Deeplink) => void, copy: (button: HTMLElement) => void): void {
  const target = event.composedPath()[0];
  if (!(target instanceof Element)) return;
  const link = target.closest('a');
  const deeplink = link === null ? null : parseDeeplink(link.href);
  if (deeplink !== null) {
    event.preventDefault();
    follow(deeplink);
  }
  const button = target.closest<HTMLElement>('.code-copy');
  if (button !== null) copy(button);
}
