// What covers the chat while files are dragged over it.
import { css } from '../../../dom/css.ts';

export const dropTarget = css`
  .drop-target {
    position: absolute; inset: 0; z-index: 8; display: grid; padding: calc(var(--unit) * 3);
    background: color-mix(in srgb, var(--n1) 84%, transparent); animation: fade-in 120ms ease-out;
  }
  .drop-target > div {
    display: grid; place-content: center; justify-items: center; gap: calc(var(--unit) * 3);
    padding: calc(var(--unit) * 4); font-weight: 500; text-align: center; color: var(--n12);
    background: color-mix(in srgb, var(--link) 7%, transparent);
    border: 1.5px dashed color-mix(in srgb, var(--link) 60%, transparent); border-radius: var(--radius-l);
    pointer-events: none;
  }
  .drop-target .icon { inline-size: 28px; block-size: 28px; color: var(--link); }
  @media (forced-colors: active) {
    .drop-target { background: Canvas; }
    .drop-target > div { border-color: Highlight; }
  }
`;
