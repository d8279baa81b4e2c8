// The list over the field.
import { css } from '../../../dom/css.ts';

export const suggestions = css`
  .suggestions {
    position: absolute; inset-block-end: calc(100% + 8px); inset-inline: 0; z-index: 3;
    max-block-size: min(320px, 50cqb); overflow: auto; overscroll-behavior: contain; padding: 6px;
    background: var(--raised); border: 1px solid var(--n6); border-radius: var(--radius-m);
    box-shadow: 0 6px 24px rgb(0 0 0 / 0.12); animation: appear 120ms ease-out backwards; cursor: default;
  }
  .suggestion {
    display: flex; align-items: center; gap: 10px; padding: 8px 10px; font-size: 0.9375em; line-height: 1.35;
    border-radius: calc(var(--radius-m) * 0.65); cursor: pointer;
  }
  .suggestion[aria-selected='true'] { background: var(--n4); }
  .suggestion .icon { color: var(--n10); }
  .suggestion-text { min-inline-size: 0; display: grid; }
  .suggestion-text > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .suggestion small { font-size: 0.86em; color: var(--n10); }
  .suggestion-group { padding: 8px 10px 3px; font-size: 0.78em; font-weight: 600; color: var(--n10); }
  .suggestion-note { padding: 8px 10px; font-size: 0.9em; color: var(--n10); }
  @media (pointer: coarse) { .suggestion { min-block-size: 44px; } }
  @media (forced-colors: active) {
    .suggestion[aria-selected='true'] { outline: 2px solid Highlight; outline-offset: -2px; }
  }
`;
