// Markdown.
import { css } from '../../../dom/css.ts';

export const prose = css`
  .markdown > *, .part > * { margin: 0 0 0.85em; }
  .markdown > .part { margin: 0; }
  .assistant > .markdown:last-child > :last-child,
  .assistant > .markdown:last-child > .part:last-child > :last-child {
    margin-block-end: 0;
  }
  :is(.markdown, .part) > :is(h3, h4, h5, h6) {
    margin-block: 1.5em 0.5em; line-height: 1.3; font-weight: 650; letter-spacing: -0.011em;
    text-wrap: balance;
  }
  .markdown.long > * { content-visibility: auto; contain-intrinsic-size: auto 4em; }
  .markdown.long > .part { contain-intrinsic-size: auto 160em; }
  .markdown > :first-child { margin-block-start: 0; }
  /* Margins do not collapse through the edge of a section: the block before it already has its own. */
  .part > :is(h3, h4, h5, h6):first-child { margin-block-start: 0.65em; }
  .markdown h3 { font-size: 1.3em; letter-spacing: -0.017em; }
  .markdown h4 { font-size: 1.14em; }
  .markdown h5 { font-size: 1em; }
  .markdown h6 { font-size: 0.92em; color: var(--n11); }
  .markdown strong { font-weight: 620; }
  .markdown ul, .markdown ol { padding-inline-start: 1.55em; }
  .markdown ul { list-style: disc; }
  .markdown ul ul { list-style: circle; }
  .markdown ol { list-style: decimal; font-variant-numeric: tabular-nums; }
  .markdown li { padding-inline-start: 0.15em; }
  .markdown li + li, .markdown li > :is(ul, ol) { margin-block-start: 0.3em; }
  .markdown li::marker { color: var(--n10); }
  .markdown li > p + p, .markdown li > .code, .markdown li > .table, .markdown li > p + :is(ul, ol) {
    margin-block-start: 0.6em;
  }
  .markdown li.task { list-style: none; margin-inline-start: -1.45em; }
  .markdown input[type='checkbox'] {
    appearance: none; position: relative; display: inline-block; inline-size: 1.05em; block-size: 1.05em;
    margin: 0; margin-inline-end: 0.3em; vertical-align: -0.16em; border: 1.5px solid var(--n8);
    border-radius: min(var(--radius-s), 4px);
  }
  .markdown input[type='checkbox']:checked { border-color: var(--accent); background: var(--accent); }
  .markdown input[type='checkbox']:checked::before {
    content: ''; position: absolute; inset-block-start: 0.08em; inset-inline-start: 0.28em;
    inline-size: 0.32em; block-size: 0.58em; border: solid var(--on-accent); border-width: 0 0.13em 0.13em 0;
    transform: rotate(45deg);
  }
  .markdown blockquote {
    padding-inline-start: 1em; border-inline-start: 3px solid var(--n6); color: var(--n11);
  }
  .markdown blockquote > * + * { margin-block-start: 0.7em; }
  .markdown hr { border: 0; border-block-start: 1px solid var(--n6); margin-block: 1.6em; }
  .markdown img {
    max-inline-size: 100%; block-size: auto; border-radius: var(--radius-m); vertical-align: middle;
  }

  .markdown code { font-family: var(--mono); font-size: 0.86em; }
  .markdown :is(kbd, .hidden-character) {
    padding: 0.1em 0.4em; border: 1px solid var(--n7); border-block-end-width: 2px;
    border-radius: min(var(--radius-s), 5px); background: var(--n2); font-family: var(--mono);
    font-size: 0.82em; white-space: nowrap;
  }
  .markdown sub { font-size: 0.75em; line-height: 0; }
  .markdown sup:not(:has(*)) { margin-inline-start: 0; }
  .markdown :not(pre) > code {
    padding: 0.14em 0.38em; background: var(--n4); border-radius: min(var(--radius-s), 5px);
  }
  .code {
    border: 1px solid var(--n6); border-radius: var(--radius-m); background: var(--n2); overflow: hidden;
  }
  :is(.markdown, .part) > :is(.code, .table, .formula) { margin-block: 1.1em; }
  .part > :is(.code, .table, .formula):first-child { margin-block-start: 0.25em; }
  .code-bar {
    display: flex; align-items: center; justify-content: space-between; min-block-size: 36px;
    padding-inline: 14px 6px; font-size: 0.8em; color: var(--n10);
  }
  .code-language { font-family: var(--font); }
  .code-copy {
    padding: 4px 8px; border-radius: var(--radius-s); color: var(--n10); font-weight: 500;
    transition: color 120ms ease-out, background-color 120ms ease-out;
  }
  @media (hover: hover) { .code-copy:hover { color: var(--n12); background: var(--n4); } }
  @media (pointer: coarse) { .code-copy { min-block-size: 44px; padding-inline: 12px; } }
  .code pre {
    margin: 0; padding: 2px 14px 14px; overflow-x: auto; text-align: start; scrollbar-width: thin;
    scrollbar-color: var(--n7) transparent; outline-offset: -3px;
  }
  .code code {
    display: block; inline-size: max-content; min-inline-size: 100%; font-size: 0.86em; line-height: 1.6;
    tab-size: 2; overflow-wrap: normal;
  }

  .formula {
    overflow-x: auto; overflow-y: hidden; text-align: center; scrollbar-width: thin;
    scrollbar-color: var(--n7) transparent;
  }
  .formula > code { white-space: pre-wrap; }

  .markdown > .show-all { display: block; margin: 0 auto; }
  .link-host { color: var(--n11); font-size: 0.875em; }
  .footnotes {
    margin-block-start: 1.6em; padding-block-start: 0.9em; border-block-start: 1px solid var(--n6);
    font-size: 0.875em; color: var(--n11);
  }
  .footnotes li:focus { outline: 2px solid var(--link); outline-offset: 4px; }
  .footnotes li > * + * { margin-block-start: 0.5em; }
  .footnote { font-variant-numeric: tabular-nums; text-decoration: none; }
  .footnote-back { text-decoration-line: underline; }

  /* A shadow at an edge shows that there is more to scroll; at the end, the background covers it. */
  .table, .code pre {
    --ground: var(--n1);
    background: linear-gradient(to right, var(--ground) 40%, transparent) left / 40px 100% no-repeat local,
      linear-gradient(to left, var(--ground) 40%, transparent) right / 40px 100% no-repeat local,
      linear-gradient(to right, var(--n5), transparent) left / 14px 100% no-repeat scroll,
      linear-gradient(to left, var(--n5), transparent) right / 14px 100% no-repeat scroll;
  }
  .code pre { --ground: var(--n2); }
  .table { overflow-x: auto; scrollbar-width: thin; scrollbar-color: var(--n7) transparent; }
  table {
    border-collapse: collapse; inline-size: max-content; min-inline-size: 100%;
    max-inline-size: max(100%, 62em); font-size: 0.9375em; line-height: 1.45;
    font-variant-numeric: tabular-nums;
  }
  th, td {
    padding: 0.55em 1.2em 0.55em 0; padding-inline: 0 1.2em; text-align: start; vertical-align: top;
    border-block-end: 1px solid var(--n6); max-inline-size: 22em; overflow-wrap: normal;
  }
  th { font-weight: 600; border-block-end-color: var(--n7); white-space: nowrap; }
  :is(th, td):last-child { padding-inline-end: 0; }
  tbody tr:last-child td { border-block-end: 0; }
  .align-center { text-align: center; }
  .align-right { text-align: end; }

  sup { line-height: 0; font-size: 0.72em; vertical-align: 0.42em; margin-inline-start: 0.2em; }
`;
