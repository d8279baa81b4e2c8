// The question before a link opens.
import { css } from '../../../dom/css.ts';

export const linkDialog = css`
  .link-dialog {
    inset: 0; margin: auto; padding: 0; inline-size: min(440px, calc(100vw - 32px));
    max-block-size: calc(100dvh - 32px); color: var(--n12); background: var(--raised);
    border: 1px solid var(--n6); border-radius: var(--radius-m); box-shadow: 0 8px 32px rgb(0 0 0 / 0.16);
    animation: appear 140ms ease-out backwards;
  }
  .link-dialog::backdrop { background: rgb(0 0 0 / 0.36); }
  .link-question { display: grid; gap: calc(var(--unit) * 3); padding: calc(var(--unit) * 5); }
  .link-question h2 { font-size: 1.06em; font-weight: 600; }
  .link-question p { font-size: 0.9375em; line-height: 1.5; color: var(--n11); overflow-wrap: anywhere; }
  .link-question .link-target { font-size: 1.06em; font-weight: 600; color: var(--n12); }
  .link-question .link-address {
    max-block-size: 8.5em; overflow: auto; padding: calc(var(--unit) * 2) calc(var(--unit) * 3);
    font: 0.8125em/1.5 var(--mono); background: var(--n2); border: 1px solid var(--n6);
    border-radius: var(--radius-s);
  }
  .link-foot {
    display: flex; flex-wrap: wrap; justify-content: flex-end; gap: calc(var(--unit) * 2);
    margin-block-start: var(--unit);
  }
`;
