// Confirmations and questions.
import { css } from '../../../dom/css.ts';

export const confirmations = css`
  .question {
    display: grid; grid-template-columns: auto minmax(0, 1fr); gap: calc(var(--unit) * 2.5) 10px;
    max-inline-size: 36em; padding: calc(var(--unit) * 3.5) calc(var(--unit) * 3.5) calc(var(--unit) * 3);
    border: 1px solid var(--n6); border-radius: var(--radius-m); background: var(--n2); font-size: 0.9375em;
    line-height: 1.5; animation: appear 160ms ease-out backwards;
  }
  .question + .question { margin-block-start: calc(var(--unit) * 2); }
  .question > .icon { margin-block-start: 0.12em; color: var(--link); }
  .question-text { font-weight: 600; text-wrap: pretty; white-space: pre-line; }
  .question > .arguments, .question > .question-foot { grid-column: 2; }
  .arguments {
    display: grid; grid-template-columns: fit-content(11em) minmax(0, 1fr); gap: var(--unit) 16px;
    max-block-size: 16em; overflow: auto; font-size: 0.94em;
  }
  .arguments dt { color: var(--n10); }
  .arguments dd { color: var(--n11); white-space: pre-wrap; font-variant-numeric: tabular-nums; }
  .question-foot { display: flex; align-items: center; gap: 8px; }
  .decision { display: flex; gap: 8px; font-size: 0.9375em; line-height: 1.5; color: var(--n10); }
  .decision .icon { flex: none; inline-size: 1.1em; margin-block-start: 0.1em; }
  .answer-form {
    display: grid; gap: calc(var(--unit) * 3); padding: calc(var(--unit) * 4); border: 1px solid var(--n7);
    border-radius: var(--radius-l); background: var(--n1); max-block-size: 60cqb; overflow: auto;
    animation: appear 160ms ease-out backwards;
  }
  .answer-form fieldset {
    border: 0; padding: 0; min-inline-size: 0; display: grid; gap: calc(var(--unit) * 2.5);
  }
  .answer-form legend {
    float: inline-start; inline-size: 100%; padding: 0; font-weight: 600; text-wrap: pretty;
  }
  .answer-form legend + * { clear: both; }
  .choices { display: grid; gap: 2px; }
  .choice {
    display: flex; align-items: center; gap: 10px; padding: 7px 10px; margin-inline: -10px;
    border-radius: var(--radius-s); cursor: pointer; font-size: 0.9375em; line-height: 1.45;
  }
  .choice input {
    appearance: none; flex: none; display: grid; place-items: center; inline-size: 1.25em; block-size: 1.25em;
    border: 1.5px solid var(--n8); border-radius: 50%;
  }
  .choice input[type='checkbox'] { border-radius: min(var(--radius-s), 5px); }
  .choice input::before { content: ''; inline-size: 0.55em; block-size: 0.55em; border-radius: inherit; }
  .choice input:checked { border-color: var(--accent); background: var(--accent); }
  .choice input:checked::before { background: var(--on-accent); }
  @media (hover: hover) { .choice:hover { background: var(--n3); } }
  @media (pointer: coarse) { .choice { min-block-size: 44px; } }
  .answer-other, .answer-words {
    inline-size: 100%; margin: 0; padding: 8px 12px; font-size: 0.9375em; border: 1px solid var(--n7);
    border-radius: max(var(--radius-s), calc(var(--radius-m) * 0.7)); background: none;
  }
  .answer-words { field-sizing: content; max-block-size: 12em; min-block-size: 3.6em; overflow: auto; }
  .answer-other::placeholder { color: var(--n10); opacity: 1; }
  .answer-other:focus-visible, .answer-words:focus-visible { outline: 0; border-color: var(--n9); }
  @media (pointer: coarse) {
    .answer-other, .answer-words { min-block-size: 44px; font-size: max(16px, 1em); }
  }
  .answer-hint { font-size: 0.9em; color: var(--n10); }
  .answer-foot { display: flex; align-items: center; flex-wrap: wrap; gap: 8px; }
  .answer-place { font-size: 0.875em; color: var(--n10); font-variant-numeric: tabular-nums; }
  .button:disabled { color: var(--n10); background: var(--n4); border-color: transparent; }
  .questions dt { font-weight: 600; }
  .questions dd { color: var(--n11); margin-block: 2px 12px; }
  .questions > :last-child { margin-block-end: 0; }
`;
