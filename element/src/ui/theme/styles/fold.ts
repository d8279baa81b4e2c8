// One quiet line that opens.
import { css } from '../../../dom/css.ts';

export const fold = css`
  .fold + .fold { margin-block-start: var(--unit); }
  .fold { font-size: 0.9375em; }
  .fold > summary, .fold-line { display: inline-flex; align-items: center; gap: 8px; max-inline-size: 100%; min-block-size: 30px; color: var(--n10); border-radius: var(--radius-s); }
  .fold > summary { cursor: pointer; list-style: none; }
  .fold > summary::-webkit-details-marker { display: none; }
  .fold > summary .icon { inline-size: 1.15em; block-size: 1.15em; }
  .fold > summary .icon:last-child { inline-size: 1em; block-size: 1em; transition: transform 160ms ease-out; }
  .fold[open] > summary .icon:last-child { transform: rotate(180deg); }
  .fold-title { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .fold-title.running { animation: breathe 1.8s ease-in-out infinite; }
  @media (hover: hover) { .fold > summary:hover { color: var(--n12); } }
  @media (pointer: coarse) { .fold > summary { min-block-size: 44px; } }
  .fold-body { margin-block-start: 6px; margin-inline-start: 0.55em; padding-inline-start: 1.1em; border-inline-start: 1px solid var(--n6); color: var(--n11); }
`;
