// The list of threads. `frame.ts` has the panel around it.
import { css } from '../../dom/css.ts';

export const history = css`
  .history-list {
    flex: 1; min-block-size: 0; overflow: hidden auto; overscroll-behavior: contain; padding: 0 8px 12px;
    scrollbar-width: thin; scrollbar-color: var(--n7) transparent;
  }
  .history-list h3 { padding: 14px 10px 4px; font-size: 0.78em; font-weight: 550; color: var(--n10); }
  .history-list > h3:first-of-type { padding-block-start: 4px; }
  .thread-row {
    position: relative; display: flex; align-items: center; border-radius: min(var(--radius-m), 10px);
    font-size: 0.9375em;
  }
  .thread-open {
    flex: 1; min-inline-size: 0; min-block-size: 38px; padding-inline: 10px; text-align: start;
    border-radius: inherit;
  }
  /* The whole row opens the thread. */
  .thread-open::after { content: ''; position: absolute; inset: 0; border-radius: inherit; }
  .thread-open:focus-visible { outline: none; }
  .thread-open:focus-visible::after { outline: 2px solid var(--link); outline-offset: -2px; }
  .thread-row time {
    flex: none; padding-inline-end: 10px; font-size: 0.8em; color: var(--n10);
    font-variant-numeric: tabular-nums;
  }
  .thread-row.current { background: var(--n4); }
  .thread-row.current .thread-open { font-weight: 500; }
  .thread-row .menu-anchor { position: relative; z-index: 1; flex: none; padding-inline-end: 3px; }
  .thread-row .menu { inset-block: calc(100% + 2px) auto; inset-inline: auto 3px; min-inline-size: 150px; }
  @media (hover: hover) and (pointer: fine) {
    .thread-row:hover { background: var(--n3); }
    .thread-row.current:hover { background: var(--n4); }
    .thread-row .menu-anchor { position: absolute; inset-inline-end: 0; opacity: 0; }
    .thread-row:hover .menu-anchor, .thread-row:focus-within .menu-anchor { opacity: 1; }
    .thread-row:hover .thread-open, .thread-row:focus-within .thread-open { padding-inline-end: 40px; }
    .thread-row:hover time, .thread-row:focus-within time { display: none; }
  }
  @media (pointer: coarse) { .thread-open { min-block-size: 44px; } }
  .renaming { padding: 2px; }
  .renaming input {
    inline-size: 100%; min-block-size: 34px; padding-inline: 8px; background: var(--n1);
    border: 1px solid var(--n8); border-radius: min(var(--radius-s), 8px);
  }
  .renaming input:focus-visible { border-color: transparent; outline-offset: -2px; }
  /* A smaller font would make the page zoom in. */
  @media (pointer: coarse) {
    .renaming { padding: 0 2px; }
    .renaming input { min-block-size: 44px; font-size: max(1em, 16px); }
  }
  .history-empty {
    display: grid; justify-items: center; gap: 4px; padding: 18% 20px; text-align: center; color: var(--n10);
    font-size: 0.9em;
  }
  .history-empty strong { color: var(--n12); font-weight: 600; }
  .history-empty .icon { inline-size: 1.8em; block-size: 1.8em; margin-block-end: 8px; }
  .history .skeleton { padding: 16px 10px; gap: 22px; }
  .more { margin: 8px 2px; color: var(--n11); text-decoration: none; }
  .undo {
    display: flex; align-items: center; justify-content: space-between; flex: none; margin: 0 10px 10px;
    padding: 6px 6px 6px 14px; padding-inline: 14px 6px; font-size: 0.9em; color: var(--n1);
    background: var(--n12); border-radius: var(--radius-m);
  }
  @media (hover: hover) { .undo .text-button:hover:enabled { background: transparent; color: inherit; } }
`;
