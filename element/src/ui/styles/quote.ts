// The button beside selected text.
import { css } from '../css.ts';

export const quote = css`
  .quote-button { position: absolute; z-index: 4; display: inline-flex; align-items: center; gap: 6px; padding: 6px 12px; font-size: 0.875em; font-weight: 500; color: var(--n12); background: var(--raised); border: 1px solid var(--n6); border-radius: var(--radius-full); box-shadow: 0 3px 14px rgb(0 0 0 / 0.12); animation: appear 120ms ease-out backwards; }
  .quote-button .icon { inline-size: 1.15em; block-size: 1.15em; color: var(--n10); }
  @media (hover: hover) { .quote-button:hover { background: var(--n3); } }
  @media (pointer: coarse) { .quote-button { min-block-size: 44px; } }
`;
