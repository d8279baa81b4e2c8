// The button next to selected text, and the quote over the field.
import { css } from '../../../dom/css.ts';

export const quote = css`
  .reply {
    display: flex; align-items: center; gap: 8px; margin-block-end: 6px; padding: 4px 4px 4px 10px;
    padding-inline: 10px 4px; font-size: 0.875em; color: var(--n11); background: var(--n3);
    border-radius: calc(var(--radius-l) * 0.6);
  }
  .reply span { flex: 1; min-inline-size: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .quote-button {
    position: absolute; z-index: 4; display: inline-flex; align-items: center; gap: 6px; padding: 6px 12px;
    font-size: 0.875em; font-weight: 500; color: var(--n12); background: var(--raised);
    border: 1px solid var(--n6); border-radius: var(--radius-full); box-shadow: 0 3px 14px rgb(0 0 0 / 0.12);
    animation: appear 120ms ease-out backwards;
  }
  .quote-button .icon { inline-size: 1.15em; block-size: 1.15em; color: var(--n10); }
  @media (hover: hover) { .quote-button:hover { background: var(--n3); } }
  @media (pointer: coarse) { .quote-button { min-block-size: 44px; } }
`;
