// The card next to a citation, a source or an entity.
import { css } from '../../../dom/css.ts';

export const preview = css`
  .preview {
    position: absolute; z-index: 6; inline-size: max-content; max-inline-size: min(320px, calc(100% - 16px));
    max-block-size: 50cqb; overflow: auto; padding: calc(var(--unit) * 3) calc(var(--unit) * 3.5);
    font-size: 0.9375em; line-height: 1.45; color: var(--n12); background: var(--raised);
    border: 1px solid var(--n6); border-radius: var(--radius-m); box-shadow: 0 6px 24px rgb(0 0 0 / 0.12);
    overflow-wrap: anywhere; animation: appear 120ms ease-out backwards;
  }
  .preview-title { display: flex; align-items: flex-start; gap: 8px; }
  .preview-title .icon { flex: none; margin-block-start: 0.14em; color: var(--n10); }
  .preview-title strong { display: block; font-weight: 600; }
  .preview :is(strong, .preview-text) { inline-size: fit-content; }
  .preview-title :is(a, button) { color: inherit; font-size: inherit; }
  @media (pointer: coarse) { .preview-title :is(a, button) { min-block-size: 44px; } }
  .preview-group { display: block; margin-block-start: 2px; font-size: 0.86em; color: var(--n10); }
  .preview-text {
    display: -webkit-box; -webkit-line-clamp: 6; -webkit-box-orient: vertical; overflow: hidden;
    margin-block-start: 6px; color: var(--n11);
  }
  .preview .markdown { margin-block-start: 6px; color: var(--n11); }
  .preview .markdown :last-child { margin-block-end: 0; }
`;
