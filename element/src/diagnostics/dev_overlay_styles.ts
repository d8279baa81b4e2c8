// The findings for developers, over a corner of the chat.
import { css } from '../dom/css.ts';

/** In the element's own root, so that the overlay is placed within it. */
export const devPlace = css`
  :host([dev]) { position: relative; }
`;

export const devOverlay = css`
  :host {
    position: absolute; z-index: 9; inset-block-start: 12px; inset-inline: 12px; block-size: auto;
    max-block-size: calc(100% - 24px); display: flex; flex-direction: column; align-items: flex-end;
    gap: 10px; background: none; pointer-events: none; font-size: 14px;
  }
  .badge {
    pointer-events: auto; flex: none; margin-inline-end: var(--badge-inset, 0px); display: inline-flex;
    align-items: center; justify-content: center; gap: 5px; min-inline-size: 28px; block-size: 28px;
    padding: 0 9px 0 7px; padding-inline: 7px 9px; font-size: 13px; font-weight: 600;
    font-variant-numeric: tabular-nums; line-height: 1; color: var(--n12); background: var(--raised);
    border: 1px solid var(--n6); border-radius: var(--radius-full); box-shadow: 0 2px 10px rgb(0 0 0 / 0.1);
    transition: background-color 120ms ease-out;
  }
  .badge .icon { inline-size: 16px; block-size: 16px; color: var(--warning); }
  .badge.clear { padding: 0; }
  .badge.clear .icon { color: var(--success); }
  .badge span:empty { display: none; }
  @media (hover: hover) { .badge:hover { background: var(--n3); } }
  .badge:active { background: var(--n5); }
  section {
    pointer-events: auto; display: flex; flex-direction: column; inline-size: 100%; max-inline-size: 400px;
    min-block-size: 0; max-block-size: 420px; background: var(--raised); border: 1px solid var(--n6);
    border-radius: var(--radius-m); box-shadow: 0 8px 32px rgb(0 0 0 / 0.16);
    animation: appear 140ms ease-out backwards; overflow: hidden;
  }
  .head {
    display: flex; align-items: center; justify-content: space-between; padding: 8px 8px 8px 16px;
    padding-inline: 16px 8px;
  }
  h2 { font-size: 1em; font-weight: 600; line-height: 1.3; }
  ul {
    overflow: auto; scrollbar-width: thin; scrollbar-color: var(--n7) transparent; outline-offset: -2px;
    border-end-start-radius: inherit; border-end-end-radius: inherit;
  }
  li { padding: 12px 16px 14px; border-block-start: 1px solid var(--n6); }
  .what { display: flex; align-items: baseline; gap: 4px 8px; flex-wrap: wrap; line-height: 1.4; }
  .what strong { font-weight: 600; }
  code {
    padding: 0.1em 0.4em; font: 0.9em var(--mono); color: var(--n11); background: var(--n3);
    border-radius: min(var(--radius-s), 5px);
  }
  .often { font-size: 0.9em; color: var(--n10); font-variant-numeric: tabular-nums; white-space: nowrap; }
  li p, .none {
    margin-block-start: 4px; font-size: 0.93em; line-height: 1.5; color: var(--n11); text-wrap: pretty;
  }
  .none { margin: 0; padding: 0 16px 16px; }
  @media (pointer: coarse) {
    :host { inset-block-start: 4px; }
    .badge { min-inline-size: 44px; block-size: 44px; font-size: 14px; }
  }
  @media print { :host { display: none; } }
  @media (forced-colors: active) { .badge, section, li { border-color: CanvasText; } }
`;
