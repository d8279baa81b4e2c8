// The card next to an entity.
import { css } from '../../../dom/css.ts';

export const preview = css`
  .preview {
    position: absolute; z-index: 6; inline-size: max-content; max-inline-size: min(320px, calc(100% - 16px));
    max-block-size: 50cqb; overflow: auto; padding: calc(var(--unit) * 3) calc(var(--unit) * 3.5);
    font-size: 0.9375em; line-height: 1.45; color: var(--n12); background: var(--raised);
    border: 1px solid var(--n6); border-radius: var(--radius-m); box-shadow: 0 6px 24px rgb(0 0 0 / 0.12);
    animation: appear 120ms ease-out backwards;
  }
  .preview-title { display: flex; align-items: center; gap: 8px; }
  .preview-title .icon { color: var(--n10); }
  .preview-title strong { font-weight: 600; }
  .preview-group { font-size: 0.86em; color: var(--n10); }
  .preview .markdown { margin-block-start: 6px; color: var(--n11); }
  .preview .markdown :last-child { margin-block-end: 0; }
`;
