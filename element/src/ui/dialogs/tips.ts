// Tooltips for icon buttons, on hover and on keyboard focus: browsers show `title` for the pointer only, and
// a CSS tooltip would be clipped by the thread.
import { tips } from './styles/tips.ts';

export const styles = [tips];

/** The delay in ms, so that moving over buttons shows no tooltips. */
const HOVER_MS = 350;
const GAP_PX = 6;

const NAMED = '.icon-button, .send, .jump';

let shown: { readonly button: Element; readonly over: AbortController } | null = null;

/** Shows the name of `button` if it has no visible text and is still hovered or focused. */
export function tipFor(shell: HTMLElement, button: HTMLElement, isHover: boolean): void {
  if (button === shown?.button) return;
  hide();
  if (!button.matches(NAMED) || !button.matches(':hover, :focus-visible')) return;
  const over = new AbortController();
  shown = { button, over };
  const tip = document.createElement('div');
  const show = (): void => {
    if (!button.isConnected || button.getAttribute('aria-expanded') === 'true') return hide();
    tip.textContent = button.getAttribute('aria-label');
    shell.append(tip);
    place(tip, button, shell);
  };
  tip.className = 'tip';
  tip.setAttribute('aria-hidden', 'true'); // The button's accessible name is the same.
  listen(button, shell, over.signal);
  const renamed = new MutationObserver(() => tip.isConnected && show());
  renamed.observe(button, { attributeFilter: ['aria-label', 'aria-expanded'] });
  const timer = setTimeout(show, isHover ? HOVER_MS : 0);
  over.signal.addEventListener('abort', () => {
    clearTimeout(timer);
    renamed.disconnect();
    tip.remove();
  });
}

function listen(button: HTMLElement, shell: HTMLElement, signal: AbortSignal): void {
  const leave = (): void => void (button.matches(':hover, :focus-visible') || hide());
  button.addEventListener('pointerleave', leave, { signal });
  shell.addEventListener('pointerover', leave, { signal }); // The button may be removed without an event.
  button.addEventListener('blur', leave, { signal });
  shell.addEventListener('keydown', ({ key }) => key === 'Escape' && hide(), { signal });
  shell.addEventListener('scroll', hide, { signal, capture: true });
}

function hide(): void {
  shown?.over.abort();
  shown = null;
}

/** Places the tip above the button, or below it without room above, within the chat at both sides. */
function place(tip: HTMLElement, button: HTMLElement, shell: HTMLElement): void {
  const [at, around] = [button.getBoundingClientRect(), shell.getBoundingClientRect()];
  const { offsetWidth, offsetHeight } = tip;
  const above = at.top - around.top - offsetHeight - GAP_PX;
  const top = above >= 0 ? above : at.bottom - around.top + GAP_PX;
  const middle = at.left + at.width / 2 - around.left - offsetWidth / 2;
  const left = Math.max(GAP_PX, Math.min(middle, around.width - offsetWidth - GAP_PX));
  tip.style.transform = `translate(${left}px, ${top}px)`;
}
