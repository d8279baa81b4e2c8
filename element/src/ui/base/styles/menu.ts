// A small menu over its button.
import { css } from '../../../dom/css.ts';

export const menu = css`
  .menu-anchor { position: relative; flex: none; }
  .menu {
    position: absolute; inset-block-end: calc(100% + 10px); inset-inline-start: -2px; z-index: 3;
    display: grid; gap: 1px; inline-size: max-content; min-inline-size: 200px;
    max-inline-size: min(320px, calc(100cqi - 40px)); max-block-size: 320px; overflow: auto; padding: 5px;
    background: var(--raised); border: 1px solid var(--n6); border-radius: var(--radius-m);
    box-shadow: 0 8px 28px rgb(0 0 0 / 0.14), 0 1px 3px rgb(0 0 0 / 0.08);
    animation: appear 120ms ease-out backwards; cursor: default;
  }
  .menu > button {
    display: flex; align-items: center; gap: 10px; padding: 8px 10px; text-align: start; font-size: 0.9375em;
    line-height: 1.35; border-radius: calc(var(--radius-m) * 0.65);
  }
  .menu > button .icon { color: var(--n10); }
  .menu > button:disabled { color: var(--n10); }
  .menu > button:focus-visible { outline-offset: -2px; }
  .menu > .danger, .menu > .danger .icon { color: var(--danger); }
  .menu-text { flex: 1; display: grid; }
  .menu small { font-size: 0.86em; color: var(--n10); }
  @media (hover: hover) { .menu > button:hover:enabled { background: var(--n3); } }
  @media (pointer: coarse) { .menu > button { min-block-size: 44px; } }
`;
