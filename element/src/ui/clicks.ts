// Clicks inside rendered markdown: links of the app, and the copy buttons of code.
import { type Deeplink, parseDeeplink } from '../markdown/links.ts';
import { copyText } from './clipboard.ts';
import type { Strings } from './strings.ts';

/** How long a button says that it has copied. */
export const COPIED_MS = 2000;

export function onMarkdownClick(event: MouseEvent, strings: Strings, follow: (link: Deeplink) => void): void {
  const target = event.composedPath()[0];
  if (!(target instanceof Element)) return;
  const link = target.closest('a');
  const deeplink = link === null ? null : parseDeeplink(link.href);
  if (deeplink !== null) {
    event.preventDefault();
    follow(deeplink);
  }
  const copy = target.closest<HTMLElement>('.code-copy');
  if (copy !== null) void copyCode(copy, strings);
}

async function copyCode(button: HTMLElement, strings: Strings): Promise<void> {
  const text = button.closest('.code')?.querySelector('code')?.textContent ?? '';
  if (!(await copyText(text))) return;
  button.textContent = strings.copied;
  setTimeout(() => (button.textContent = strings.copy), COPIED_MS);
}
