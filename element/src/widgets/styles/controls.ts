// Buttons and fields of widgets.
import { css } from '../../dom/css.ts';

export const controls = css`
  .w-button, .w-field, .w-select {
    --h: calc(var(--unit) * 8); --r: min(8px, var(--radius-full));
    /* Less in the smallest, which would not be as high as they should. */
    padding-block: max(0px, min(4px, (var(--h) - 1lh - 2px) / 2));
  }
  .widget [data-size='3xs']:is(.w-button, .w-field, .w-select) {
    --h: calc(var(--unit) * 5.5); font-size: 0.8em; --r: min(5px, var(--radius-full));
  }
  .widget [data-size='2xs']:is(.w-button, .w-field, .w-select) {
    --h: calc(var(--unit) * 6); font-size: 0.8em; --r: min(6px, var(--radius-full));
  }
  .widget [data-size='xs']:is(.w-button, .w-field, .w-select) {
    --h: calc(var(--unit) * 6.5); font-size: 0.8667em; --r: min(6px, var(--radius-full));
  }
  .widget [data-size='sm']:is(.w-button, .w-field, .w-select) {
    --h: calc(var(--unit) * 7); font-size: 0.8667em;
  }
  .widget [data-size='md']:is(.w-button, .w-field, .w-select) { --h: calc(var(--unit) * 8); }
  .widget [data-size='lg']:is(.w-button, .w-field, .w-select) {
    --h: calc(var(--unit) * 9); --r: min(9px, var(--radius-full));
  }
  .widget [data-size='xl']:is(.w-button, .w-field, .w-select) {
    --h: calc(var(--unit) * 10); --r: min(10px, var(--radius-full));
  }
  .widget [data-size='2xl']:is(.w-button, .w-field, .w-select) {
    --h: calc(var(--unit) * 11); font-size: 1em; --r: min(11px, var(--radius-full));
  }
  .widget [data-size='3xl']:is(.w-button, .w-field, .w-select) {
    --h: calc(var(--unit) * 12); font-size: 1.0667em; --r: min(12px, var(--radius-full));
  }
  .widget [data-pill]:is(.w-button, .w-field, .w-select) { --r: var(--radius-full); }

  .w-button {
    --c: var(--n12); --on: var(--n1); --soft: var(--n3); --line: var(--n7);
    position: relative; display: inline-flex; align-items: center; justify-content: center; flex: none;
    gap: 6px;
    min-block-size: var(--h); max-inline-size: 100%; padding-inline: calc(var(--h) * 0.4);
    border: 1px solid transparent; border-radius: var(--r); font-size: 0.9333em; font-weight: 500;
    line-height: 1.25; color: var(--c);
    transition: background-color 120ms ease-out, border-color 120ms ease-out, opacity 120ms ease-out;
  }
  .w-button[data-chosen] { outline: 2px solid var(--n9); outline-offset: 2px; }
  .w-item[data-chosen] { background: var(--n3); box-shadow: inset 3px 0 0 var(--accent); }
  .w-over { padding-block-start: 6px; font-size: 0.8667em; color: var(--n10); }
  .w-button-label { min-inline-size: 0; overflow: hidden; text-overflow: ellipsis; }
  .w-button-icon { display: inline-flex; flex: none; }
  .w-button-icon .icon { inline-size: 1.2em; block-size: 1.2em; }
  .w-button[data-icon-size='sm'] .icon { inline-size: 1em; block-size: 1em; }
  .w-button[data-icon-size='lg'] .icon { inline-size: 1.4em; block-size: 1.4em; }
  .w-button[data-icon-size='xl'] .icon { inline-size: 1.6em; block-size: 1.6em; }
  .w-button[data-icon-size='2xl'] .icon { inline-size: 2em; block-size: 2em; }
  .w-button[data-color='primary'] {
    --c: var(--accent); --on: var(--on-accent); --hover: var(--accent-hover);
    --soft: color-mix(in srgb, var(--accent) 10%, var(--n1));
  }
  .w-button[data-color='secondary'][data-variant='solid'] { --c: var(--n11); }
  .w-button[data-variant='solid'] { background: var(--c); color: var(--on); }
  .w-button[data-variant='soft'] { background: var(--soft); }
  .w-button[data-variant='outline'] { border-color: var(--line); background: var(--raised); }
  .w-button[data-uniform] { inline-size: var(--h); padding-inline: 0; }
  .w-button[data-block] { inline-size: 100%; flex: 1 1 auto; }
  @media (hover: hover) {
    .w-button[data-variant='solid']:hover:enabled:not([aria-disabled]) {
      background: var(--hover, color-mix(in oklab, var(--c) 88%, var(--n12)));
    }
    .w-button[data-variant='soft']:hover:enabled:not([aria-disabled]) {
      background: color-mix(in oklab, var(--soft) 92%, var(--c));
    }
    .w-button:is([data-variant='outline'], [data-variant='ghost']):hover:enabled:not([aria-disabled]) {
      background: var(--soft);
    }
  }
  .w-button:active:enabled:not([aria-disabled]) { filter: brightness(0.96); }
  .w-button:is(:disabled, [aria-disabled]) { opacity: 0.5; cursor: default; }
  .w-button[data-loading] { color: transparent; }
  .w-button[data-loading] > * { visibility: hidden; }
  .w-button[data-loading]::after, .w-item[data-loading]::after {
    content: ''; position: absolute; inline-size: 1.1em; block-size: 1.1em; border-radius: 50%;
    border: 2px solid var(--n10); border-inline-end-color: transparent;
    animation: w-spin 700ms linear infinite;
  }
  .w-button[data-loading][data-variant='solid']::after {
    border-color: var(--on); border-inline-end-color: transparent;
  }
  @keyframes w-spin { to { transform: rotate(1turn); } }

  .w-field, .w-select {
    --field-inset: calc(var(--h) * 0.3);
    inline-size: 100%; min-inline-size: 0; min-block-size: var(--h); padding-inline: calc(var(--h) * 0.32);
    border: 1px solid var(--n8); border-radius: var(--r); background: var(--n1); color: var(--n12);
    font-size: 0.9333em; line-height: 1.4;
    transition: border-color 120ms ease-out, background-color 120ms ease-out;
  }
  .w-field { outline-offset: 0; }
  :is(.w-field, .w-select)[data-variant='soft'] { background: var(--n3); border-color: transparent; }
  .w-select[data-variant='solid'] { background: var(--n4); border-color: transparent; }
  .w-select[data-variant='ghost'] { background: transparent; border-color: transparent; }
  .w-field::placeholder, .w-editable::placeholder { color: var(--n10); opacity: 1; }
  :is(.w-field, .w-select):disabled { opacity: 0.55; cursor: default; }
  .w-field:user-invalid { border-color: var(--danger); }
  textarea.w-field {
    padding-block: calc(var(--field-inset) / 2); margin: 0; resize: vertical; overflow: auto;
    min-block-size: calc(var(--rows) * 1lh + var(--field-inset) + 2px);
  }
  textarea.w-field[data-auto] { field-sizing: content; resize: none; }
  .widget textarea:focus-visible { outline: 2px solid var(--link); }
  .w-field[data-gutter='2xs'] { padding-inline: 4px; }
  .w-field[data-gutter='xs'] { padding-inline: 6px; }
  .w-field[data-gutter='sm'] { padding-inline: 8px; }
  .w-field[data-gutter='md'] { padding-inline: 12px; }
  .w-field[data-gutter='lg'] { padding-inline: 16px; }
  .w-field[data-gutter='xl'] { padding-inline: 20px; }
  .w-editable {
    display: block; inline-size: 100%; field-sizing: content; resize: none; overflow: hidden;
    padding: 2px 6px;
    margin: -2px -6px; min-inline-size: calc(100% + 12px); border: 0;
    border-radius: min(6px, var(--radius-full));
    background: transparent; line-height: inherit; color: inherit;
  }
  @media (hover: hover) { .w-editable:hover:enabled { background: var(--n3); } }
  .w-editable:user-invalid { background: var(--danger-soft); }

  .w-select-box { position: relative; display: inline-flex; max-inline-size: 100%; min-inline-size: 0; }
  .w-select-box[data-block] { display: flex; inline-size: 100%; }
  .w-select { display: inline-flex; align-items: center; gap: 8px; text-align: start; cursor: pointer; }
  .w-select > .icon { color: var(--n10); inline-size: 1.1em; block-size: 1.1em; }
  .w-select-value { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .w-select-value[data-placeholder] { color: var(--n10); }
  .w-select-box:has(> .w-clear:not([hidden])) > .w-select {
    padding-inline-end: calc(var(--h) * 0.32 + 26px);
  }
  .w-clear {
    position: absolute; inset-block: 0; inset-inline-end: 30px; margin-block: auto; display: grid;
    place-items: center;
    inline-size: 22px; block-size: 22px; border-radius: 50%; color: var(--n10);
  }
  .w-select-box:has(> .w-date) > .w-clear { inset-inline-end: 6px; }
  .w-clear .icon { inline-size: 14px; block-size: 14px; }
  @media (hover: hover) {
    .w-clear:hover { background: var(--n4); }
    .w-select:hover:enabled { border-color: var(--n9); }
  }

  .w-popup {
    position: fixed; inset: auto; margin: 0; padding: 5px;
    min-inline-size: max(var(--anchor-width, 0px), 140px);
    max-inline-size: min(360px, calc(100vw - 16px)); max-block-size: min(340px, calc(100vh - 16px));
    overflow: auto; border: 1px solid var(--n6); border-radius: var(--radius-m); color: var(--n12);
    background: var(--raised); box-shadow: 0 8px 28px rgb(0 0 0 / 0.14), 0 2px 6px rgb(0 0 0 / 0.06);
    font-size: 0.9375em;
  }
  .w-popup:has(> .w-search:not([hidden])) { overflow: hidden; display: grid; grid-template-rows: auto 1fr; }
  .w-popup[hidden] { display: none; }
  .w-search { margin-block-end: 5px; }
  .w-popup > .w-options { overflow: auto; min-block-size: 0; }
  .w-option {
    display: flex; align-items: center; gap: 10px; padding: 6px 10px;
    border-radius: min(8px, var(--radius-full));
    cursor: pointer; scroll-margin: 5px;
  }
  .w-option-text { flex: 1; min-inline-size: 0; display: grid; }
  .w-option small { font-size: 0.84em; color: var(--n10); }
  .w-option > .icon { inline-size: 1.05em; block-size: 1.05em; color: var(--n11); }
  .w-option[data-active] { background: var(--n3); }
  .w-option[aria-disabled] { opacity: 0.5; cursor: default; }
  .w-options-none { padding: 8px 10px; color: var(--n10); }

  .w-calendar { padding: 6px; }
  .w-calendar-head { display: flex; align-items: center; gap: 0; }
  .w-calendar-title { flex: 1; text-align: center; font-weight: 600; font-size: 0.9333em; }
  .w-calendar table { border-collapse: separate; border-spacing: 2px; margin-block-start: 4px; }
  .widget .w-calendar table th {
    font-size: 0.75em; font-weight: 500; color: var(--n10); padding: 4px 0; text-align: center;
  }
  .widget .w-calendar table td {
    inline-size: 34px; block-size: 34px; text-align: center; border-radius: min(8px, var(--radius-full));
    font-size: 0.9em; font-variant-numeric: tabular-nums; cursor: pointer;
  }
  .w-calendar td[data-other] { color: var(--n10); }
  .w-calendar td[aria-current] { box-shadow: inset 0 0 0 1px var(--n8); }
  .widget .w-calendar table td[aria-selected='true'] { background: var(--accent); color: var(--on-accent); }
  .w-calendar td[aria-disabled] { opacity: 0.35; cursor: default; }
  @media (hover: hover) {
    .w-calendar td:hover:not([aria-disabled], [aria-selected='true']) { background: var(--n3); }
  }

  .w-choice { display: inline-flex; align-items: flex-start; gap: 9px; cursor: pointer; font-size: 0.9667em; }
  .w-choice > input {
    appearance: none; flex: none; inline-size: 18px; block-size: 18px;
    margin-block-start: calc((1lh - 18px) / 2);
    border: 1px solid var(--n8); border-radius: min(5px, var(--radius-full)); background: var(--n1);
    transition: background-color 120ms ease-out, border-color 120ms ease-out; cursor: pointer;
  }
  .w-choice > input[type='radio'] { border-radius: 50%; }
  .w-choice > input:checked { background: var(--accent); border-color: var(--accent); }
  .w-choice > input::before {
    content: ''; display: block; inline-size: 100%; block-size: 100%; opacity: 0;
    background: var(--on-accent);
  }
  .w-choice > input[type='checkbox']::before {
    clip-path: polygon(18% 50%, 27% 41%, 43% 57%, 74% 25%, 83% 34%, 43% 75%);
  }
  .w-choice > input[type='radio']::before { clip-path: circle(24%); }
  .w-choice > input:checked::before { opacity: 1; }
  .w-choice:has(> :disabled) { opacity: 0.55; cursor: default; }
  .w-choice > input:disabled { cursor: default; }
  .w-choice > input:user-invalid { border-color: var(--danger); }
  .w-radios { display: flex; flex-wrap: wrap; gap: 8px 18px; }
  .w-radios[data-direction='col'] { flex-direction: column; }
  .w-label { display: inline-block; font-size: 0.9333em; font-weight: 500; }
  .w-label[data-size='xs'] { font-size: 0.8em; }
  .w-label[data-size='sm'] { font-size: 0.8667em; }
  .w-label[data-size='lg'] { font-size: 1.0667em; }
  .w-label[data-size='xl'] { font-size: 1.2em; }

  @media (pointer: coarse) {
    .w-button, .w-field, .w-select { min-block-size: max(var(--h), 44px); }
    .w-button { min-inline-size: 44px; }
    .w-list-more { min-block-size: 44px; }
    .w-field, .w-editable { font-size: max(16px, 1em); }
    .w-choice { min-block-size: 44px; align-items: center; }
    .w-choice > input { margin-block-start: 0; }
    .w-option { min-block-size: 44px; }
    .widget .w-calendar table td { inline-size: 40px; block-size: 40px; }
  }
  @media (forced-colors: active) {
    .w-button, .w-badge, .w-select, .w-field { border: 1px solid ButtonBorder; }
    .w-option[data-active] { outline: 2px solid Highlight; outline-offset: -2px; }
    .w-choice > input { appearance: auto; }
    .w-choice > input::before { display: none; }
    .widget .w-calendar table td[aria-selected='true'] {
      background: Highlight; color: HighlightText; forced-color-adjust: none;
    }
    .w-divider { background: CanvasText; }
    .w-card, .w-list, .w-popup { border-color: CanvasText; }
  }
  @media print {
    .w-popup, .w-list-more, .w-clear, .w-button:not([data-chosen]) { display: none !important; }
    .w-card-foot:not(:has([data-chosen])) { display: none; }
    .w-card, .w-list { break-inside: avoid; }
  }
`;
