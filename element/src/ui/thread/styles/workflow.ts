// Tasks, searches and reasoning of the assistant.
import { css } from '../../../dom/css.ts';

export const workflow = css`
  .workflow { display: grid; gap: calc(var(--unit) * 3); padding-block: 2px; }
  .step-title { display: flex; align-items: center; gap: 8px; color: var(--n11); }
  .step-title .icon { inline-size: 1.1em; block-size: 1.1em; color: var(--n10); }
  .step > :not(.step-title) { padding-inline-start: calc(1.1em + 8px); }
  .step.running .step-title { animation: breathe 1.8s ease-in-out infinite; }
  .task-text { font-size: 0.96em; color: var(--n11); margin-block-start: 2px; }
  .task-text .markdown > :last-child { margin-block-end: 0; }
  .queries, .task-sources { display: flex; flex-wrap: wrap; gap: 6px; margin-block-start: 6px; }
  .query, .task-sources .source {
    display: inline-flex; align-items: center; gap: 6px; max-inline-size: 100%; padding: 3px 9px;
    font-size: 0.9em; color: var(--n11); border: 1px solid var(--n6); border-radius: var(--radius-full);
    text-decoration: none;
  }
  .query .icon, .task-sources .icon { inline-size: 1em; block-size: 1em; color: var(--n10); }
  .task-sources .source-detail { display: none; }
  /* A larger target than the chip, as far as the gap allows. */
  @media (pointer: coarse) {
    .queries, .task-sources { gap: 10px 6px; margin-block-start: 8px; }
    .query, .task-sources .source { position: relative; min-block-size: 34px; }
    .task-sources .source::after { content: ''; position: absolute; inset: -6px -3px; }
  }
`;
