// The row under a message group whose changes can be undone, or were.
import { css } from '../../../dom/css.ts';

export const changes = css`
  .turn > .changes {
    display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px;
    margin-block: calc(var(--unit) * 2.5) calc(var(--unit) * 1.5);
  }
  .button.quiet { padding: 5px 12px 5px 9px; color: var(--n11); border-color: var(--n6); background: none; }
  :dir(rtl) .button.quiet { padding: 5px 9px 5px 12px; }
  .button.quiet[aria-disabled] { color: var(--n10); cursor: default; }
  .labels { display: inline-grid; text-align: start; }
  .labels > * { grid-area: 1 / 1; }
  .labels > [aria-hidden], .note[aria-hidden] { visibility: hidden; }
  .note { display: inline-flex; align-items: center; gap: 5px; font-size: 0.875em; color: var(--n10); }
  @container shell (inline-size < 340px) {
    .button + .note {
      position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%);
      white-space: nowrap;
    }
  }
  .note .icon { inline-size: 1.1em; block-size: 1.1em; }
`;
