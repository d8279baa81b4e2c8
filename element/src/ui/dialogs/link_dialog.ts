// Asks before a link opens whose text names another address, or whose address could leak text.
import { render } from 'lit-html';
import { type Doubt, doubtAbout } from '../../markdown/link_doubts.ts';
import { html } from '../base/html.ts';
import type { Strings } from '../i18n/strings.ts';
import { linkDialog } from './styles/link_dialog.ts';

export const styles = [linkDialog];

/**
 * Shows the address of a doubtful link, and opens any other link. The browser returns the focus to the link.
 */
export function askToOpen(shell: HTMLElement | null, link: HTMLAnchorElement, strings: Strings): void {
  const doubt = doubtAbout(link);
  if (doubt === null) follow(link.href);
  else if (shell !== null && !isAsking(shell)) show(shell, doubt, strings);
}

/** Asks before a link opens that a frame wants to open. Resolves to whether it was opened. */
export function confirmLink(shell: HTMLElement | null, href: string, strings: Strings): Promise<boolean> {
  return new Promise((resolve) => {
    if (shell === null || isAsking(shell)) return resolve(false);
    show(shell, { href, target: new URL(href).host, reason: null, named: '' }, strings, resolve);
  });
}

/** A closed dialog stays in the shell until the browser fires its event `close`, and asks nothing any more. */
function isAsking(shell: HTMLElement): boolean {
  return shell.querySelector('.link-dialog[open]') !== null;
}

type Question = Omit<Doubt, 'reason'> & { readonly reason: Doubt['reason'] | null };

function show(
  shell: HTMLElement,
  doubt: Question,
  strings: Strings,
  answered?: (isOpened: boolean) => void,
): void {
  const place = document.createElement('div');
  const close = (): void => place.querySelector('dialog')?.close();
  const open = (): void => {
    answered?.(true);
    close();
    follow(doubt.href);
  };
  const closed = (): void => {
    place.remove();
    answered?.(false);
  };
  render(
    html`<dialog class="link-dialog" part="link-dialog" aria-labelledby="link-title"
      aria-describedby="link-reason link-host" @close=${closed}
      @keydown=${keepEscape} @click=${(event: Event) => event.target === event.currentTarget && close()}>
      <div class="link-question">
        <h2 id="link-title">${strings.openLink}</h2>
        <p id="link-reason">${reasonOf(doubt, strings)}</p>
        <p id="link-host" class="link-target" dir="ltr">${doubt.target}</p>
        <p class="link-address" dir="ltr" tabindex="0" role="group"
          aria-label=${strings.linkAddress}>${doubt.href}</p>
        <div class="link-foot">
          <button type="button" class="button" autofocus @click=${close}>${strings.cancel}</button>
          <button type="button" class="button primary" @click=${open}>${strings.open}</button>
        </div>
      </div>
    </dialog>`,
    place,
  );
  shell.append(place);
  place.querySelector('dialog')?.showModal();
}

function reasonOf({ reason, named }: Question, strings: Strings): string {
  if (reason === null) return '';
  if (reason === 'long') return strings.linkCarries;
  return named === '' ? strings.linkDisguised : strings.linkNames(named);
}

/** Escape only closes the dialog: it must not reach the chat, which would stop the answer. */
function keepEscape(event: KeyboardEvent): void {
  if (event.key === 'Escape') event.stopPropagation();
}

function follow(href: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.target = '_blank';
  link.rel = 'noopener noreferrer';
  link.click();
}
