// A disclosure: one quiet line that opens.
import { css } from '../../../dom/css.ts';

export const disclosure = css`
  .disclosure + .disclosure { margin-block-start: var(--unit); }
  .disclosure { font-size: 0.9375em; }
  .disclosure > summary, .disclosure-heading {
    display: inline-flex; align-items: center; gap: 8px; max-inline-size: 100%; min-block-size: 30px;
    color: var(--n10); border-radius: var(--radius-s);
  }
  .disclosure > summary { cursor: pointer; list-style: none; }
  .disclosure > summary::-webkit-details-marker { display: none; }
  .disclosure > summary .icon { inline-size: 1.15em; block-size: 1.15em; }
  .disclosure > summary .icon:last-child {
    inline-size: 1em; block-size: 1em; transition: transform 160ms ease-out;
  }
  .disclosure[open] > summary .icon:last-child { transform: rotate(180deg); }
  .disclosure-title { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .disclosure-title.running { animation: breathe 1.8s ease-in-out infinite; }
  @media (hover: hover) { .disclosure > summary:hover { color: var(--n12); } }
  @media (pointer: coarse) { .disclosure > summary { min-block-size: 44px; } }
  .disclosure-body {
    margin-block-start: 6px; margin-inline-start: 0.55em; padding-inline-start: 1.1em;
    border-inline-start: 1px solid var(--n6); color: var(--n11);
  }
`;
