// The sources of an answer.
import { css } from '../../dom/css.ts';

export const sources = css`
  .citation {
    padding: 0.1em 0.45em; font-weight: 550; font-variant-numeric: tabular-nums; text-decoration: none;
    color: var(--n11); background: var(--n4); border-radius: min(var(--radius-full), 8px);
  }
  @media (hover: hover) {
    a.citation:hover, button.citation:hover { background: var(--n5); color: var(--n12); }
  }
  .sources { margin-block-start: calc(var(--unit) * 1); }
  .source-list {
    margin-block-start: 4px; border: 1px solid var(--n6); border-radius: var(--radius-m); overflow: hidden;
  }
  .source-list li { display: flex; align-items: center; gap: 10px; padding-inline: 12px; }
  .source-list li + li { border-block-start: 1px solid var(--n6); }
  .source-number {
    flex: none; min-inline-size: 1.1em; color: var(--n10); font-size: 0.85em;
    font-variant-numeric: tabular-nums; text-align: center;
  }
  .source { min-inline-size: 0; }
  .source-list .source {
    flex: 1; display: flex; align-items: center; gap: 9px; min-block-size: 40px; color: var(--n12);
    text-decoration: none;
  }
  .source-list .source .icon { color: var(--n10); inline-size: 1.1em; block-size: 1.1em; }
  .source-title { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .source-detail {
    flex: none; max-inline-size: 45%; margin-inline-start: auto; overflow: hidden; text-overflow: ellipsis;
    white-space: nowrap; font-size: 0.9em; color: var(--n10);
  }
  @media (hover: hover) {
    a.source:hover .source-title { text-decoration: underline; text-underline-offset: 0.2em; }
  }
  @media (pointer: coarse) { .source-list .source { min-block-size: 44px; } }
  @container shell (inline-size < 560px) { .source-list .source-detail { display: none; } }
`;
