// Names of buttons.
import { css } from '../../../dom/css.ts';

export const tips = css`
  .tip {
    position: absolute; inset-block-start: 0; left: 0; z-index: 9; max-inline-size: calc(100% - 12px);
    padding: 3px 8px; font-size: 0.8125em; line-height: 1.4; color: var(--n1); background: var(--n12);
    border: 1px solid transparent; border-radius: min(var(--radius-s), 6px); pointer-events: none;
    animation: fade-in 120ms ease-out;
  }
`;
