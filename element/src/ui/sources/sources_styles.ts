// The sources of an answer.
import { css } from '../../dom/css.ts';

export const sources = css`
  /* Inline, since an inline block would wrap apart from its word. */
  .citation {
    position: relative; margin-inline: 0.1em; padding: 0.16em 0.5em; font-weight: 550; line-height: 1.4;
    font-variant-numeric: tabular-nums; text-decoration: none; white-space: nowrap; color: var(--n11);
    background: var(--n4); border-radius: min(var(--radius-full), 8px); cursor: pointer;
    -webkit-user-select: none; user-select: none;
  }
  /* What can be pressed: at least 24 pixels, without room of its own in the line. */
  .citation::after {
    content: ''; position: absolute; inset-block-start: 50%; left: 50%; inline-size: 100%; block-size: 100%;
    min-inline-size: 24px; min-block-size: 24px; transform: translate(-50%, -50%);
  }
  .citation.labelled { margin-inline: 0.25em; padding-block: 0.2em; font-size: 0.8em; }
  /* Clipped, not hidden: its baseline is that of its text. */
  .citation-label {
    display: inline-block; max-inline-size: min(16em, calc(100% - 4em)); overflow: clip;
    text-overflow: ellipsis; vertical-align: baseline; line-height: 1.2;
  }
  .citation .icon {
    display: inline; inline-size: 1.1em; block-size: 1.1em; margin-inline-end: 0.3em; vertical-align: -0.18em;
  }
  @media (hover: hover) { .citation:hover { background: var(--n5); color: var(--n12); } }
  .citation[aria-describedby] { background: var(--n6); color: var(--n12); }

  .sources { margin-block-start: calc(var(--unit) * 1); }
  .source-list {
    margin-block-start: 4px; border: 1px solid var(--n6); border-radius: var(--radius-m); overflow: hidden;
  }
  .source-list li { display: flex; align-items: center; gap: 10px; padding-inline: 12px; }
  .source-list :is(li + li, * + ol, * + p) { border-block-start: 1px solid var(--n6); }
  .source-group {
    padding: 8px 12px; color: var(--n10); font-size: 0.86em; background: var(--n2);
  }
  .source-number {
    flex: none; min-inline-size: 1.1em; color: var(--n10); font-size: 0.85em;
    font-variant-numeric: tabular-nums; text-align: center;
  }
  .source { min-inline-size: 0; text-align: start; text-decoration: none; cursor: pointer; }
  .source-list .source {
    flex: 1; display: flex; align-items: center; gap: 2px 9px; min-block-size: 40px; padding-block: 6px;
    color: var(--n12);
  }
  .source-list .source .icon { flex: none; color: var(--n10); inline-size: 1.1em; block-size: 1.1em; }
  .source-title { max-inline-size: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .source-detail {
    flex: none; max-inline-size: 45%; margin-inline-start: auto; overflow: hidden; text-overflow: ellipsis;
    white-space: nowrap; font-size: 0.9em; color: var(--n10);
  }
  @media (hover: hover) {
    .source:hover :is(.source-title, strong) { text-decoration: underline; text-underline-offset: 0.2em; }
  }
  @media (pointer: coarse) { .source-list .source { min-block-size: 44px; } }
  @container shell (inline-size < 560px) {
    .source-list .source { display: grid; grid-template-columns: auto 1fr; justify-items: start; }
    .source-list .source-detail {
      grid-column: 2; max-inline-size: none; margin: 0; white-space: normal;
    }
  }
  @media (forced-colors: active) { .citation { border: 1px solid; } }
  @media print {
    .citation { padding: 0; }
    .citation-label { display: inline; white-space: normal; }
    .sources::details-content { display: block; content-visibility: visible; block-size: auto; }
    .sources > summary .icon:last-child { display: none; }
    .source-list .source { display: grid; grid-template-columns: auto 1fr; justify-items: start; }
    .source-list :is(.source-title, .source-detail) { max-inline-size: none; white-space: normal; }
    .source-list .source-detail { grid-column: 2; margin: 0; }
    .source-list a.source::after {
      content: attr(href); grid-column: 2; font-size: 0.86em; overflow-wrap: anywhere;
    }
  }
`;
