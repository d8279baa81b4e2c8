// Containers and texts of widgets.
import { css } from '../../dom/css.ts';

export const blocks = css`
  .widget {
    --w-gap: calc(var(--unit) * 3);
    --discovery: light-dark(oklch(0.5 0.2 295), oklch(0.78 0.13 295));
    --discovery-soft: light-dark(oklch(0.965 0.018 295), oklch(0.24 0.03 295));
    --caution: light-dark(oklch(0.5 0.11 85), oklch(0.82 0.14 85));
    --caution-soft: light-dark(oklch(0.965 0.03 90), oklch(0.25 0.03 85));
    min-inline-size: 0; max-inline-size: 100%; overflow: clip; overflow-clip-margin: 4px;
    font-size: 0.9375em; line-height: 1.5;
  }
  .widget[inert] { opacity: 0.72; }
  .widget-item[data-asks] ~ .turn-foot > :is(.pulse, .working-label) { visibility: hidden; }
  .widget :is(.w-box, .w-card-body, .w-form) { display: flex; min-inline-size: 0; }
  .w-box { flex-direction: column; }
  :is(.w-box[data-flow], .w-card-body) > :is(.w-button, .w-select-box, .w-badge):not([data-block]) {
    align-self: flex-start;
  }
  .w-spacer { flex: 1 1 auto; }
  .w-divider {
    align-self: stretch; flex: none; background: var(--divider-color, var(--n5));
    block-size: var(--divider-size, 1px); margin-block: var(--divider-space, 0px);
  }
  .w-box[style*='flex-direction: row'] > .w-divider {
    inline-size: var(--divider-size, 1px); block-size: auto; margin-block: 0;
    margin-inline: var(--divider-space, 0px);
  }
  .w-card-body > .w-divider[data-flush] { margin-inline: calc(var(--w-pad) * -1); }
  .w-transition { display: flow-root; }

  .w-card {
    --w-pad: calc(var(--unit) * 4);
    display: block; inline-size: 100%; color: var(--n12); background: var(--raised);
    border: 1px solid var(--n5); border-radius: var(--radius-m); overflow: clip;
    transition: opacity 160ms ease-out;
  }
  .w-card[data-size='sm'] { max-inline-size: 360px; }
  .w-card[data-size='md'] { max-inline-size: 440px; }
  .w-card[data-size='lg'] { max-inline-size: 560px; }
  .w-card-body { flex-direction: column; gap: var(--w-gap); padding: var(--w-pad); }
  .w-status {
    display: flex; align-items: center; gap: 8px; padding: calc(var(--unit) * 2.5) calc(var(--unit) * 4);
    font-size: 0.84em; color: var(--n11); border-block-end: 1px solid var(--n4);
  }
  .w-status .icon { inline-size: 1.2em; block-size: 1.2em; }
  .w-status > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .w-status:has(+ .w-card-body[hidden] + .w-card-foot[hidden]) { border: 0; }
  .w-favicon { inline-size: 16px; block-size: 16px; object-fit: contain; border-radius: 3px; }
  .w-favicon[data-frame] { outline: 1px solid var(--n6); outline-offset: 1px; }
  .w-card-foot {
    display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 8px; padding: calc(var(--unit) * 3)
    calc(var(--unit) * 4) calc(var(--unit) * 4);
  }
  .w-card-body:not([hidden]) + .w-card-foot { padding-block-start: 0; }
  .w-card[data-loading], .w-list[data-loading], .w-basic[data-loading] {
    opacity: 0.55; pointer-events: none;
  }

  .w-list {
    inline-size: 100%; max-inline-size: 560px; color: var(--n12); background: var(--raised);
    border: 1px solid var(--n5); border-radius: var(--radius-m); overflow: clip;
  }
  .w-item { position: relative; transition: background-color 120ms ease-out; }
  .w-item + .w-item { border-block-start: 1px solid var(--n4); }
  .w-item-content {
    display: flex; align-items: center; gap: calc(var(--unit) * 3); min-inline-size: 0;
    padding: calc(var(--unit) * 3) calc(var(--unit) * 4);
  }
  .w-item-content > * { min-inline-size: 0; }
  .w-item-content > .w-box:only-child { flex: 1; }
  @container shell (inline-size < 420px) {
    .w-item-content { flex-wrap: wrap; }
    .w-item-content > .w-box:has(> :is(.w-text, .w-title, .w-caption)) { min-inline-size: 7.5em; }
  }
  .w-item-hit { position: absolute; inset: 0; border-radius: inherit; }
  .w-item-hit:focus-visible { outline-offset: -3px; }
  .w-item[data-clickable] > .w-item-content { position: relative; pointer-events: none; }
  .w-item[data-clickable] :is(button, input, select, textarea, a, label, .w-table) { pointer-events: auto; }
  .w-item-hit[aria-disabled] { cursor: default; }
  .w-item[data-loading] > .w-item-content { opacity: 0.5; }
  .w-item[data-loading]::after {
    content: ''; position: absolute; inset-block: 0; inset-inline-end: calc(var(--unit) * 4); margin: auto;
  }
  .w-list-more {
    display: block; inline-size: 100%; padding: calc(var(--unit) * 2.5) calc(var(--unit) * 4);
    border-block-start: 1px solid var(--n4); font-size: 0.9375em; font-weight: 500; color: var(--n11);
    text-align: start;
  }
  .w-list-more:focus-visible { outline-offset: -3px; }
  @media (hover: hover) {
    .w-item[data-clickable]:has(> .w-item-hit:not([aria-disabled]):hover), .w-list-more:hover {
      background: var(--n2);
    }
  }

  .w-text, .w-title, .w-caption, .w-label { min-inline-size: 0; white-space: pre-wrap; }
  .w-text { font-size: 1em; }
  .w-text[data-size='xs'] { font-size: 0.8em; }
  .w-text[data-size='sm'] { font-size: 0.9333em; }
  .w-text[data-size='md'] { font-size: 1em; }
  .w-text[data-size='lg'] { font-size: 1.2em; }
  .w-text[data-size='xl'] { font-size: 1.3333em; }
  .w-text[data-italic] { font-style: italic; }
  .w-text[data-struck] { text-decoration: line-through; }
  .w-title { font-size: 1.0667em; font-weight: 600; line-height: 1.3; letter-spacing: -0.01em; }
  .w-title[data-size='sm'] { font-size: 1em; }
  .w-title[data-size='md'] { font-size: 1.0667em; }
  .w-title[data-size='lg'] { font-size: 1.2em; }
  .w-title[data-size='xl'] { font-size: 1.4em; }
  .w-title[data-size='2xl'] { font-size: 1.6em; line-height: 1.2; letter-spacing: -0.015em; }
  .w-title[data-size='3xl'] { font-size: 2em; line-height: 1.15; letter-spacing: -0.02em; }
  .w-title[data-size='4xl'] { font-size: 2.4em; line-height: 1.1; letter-spacing: -0.025em; }
  .w-title[data-size='5xl'] { font-size: 3.2em; line-height: 1.05; letter-spacing: -0.03em; }
  .w-caption { font-size: 0.8667em; line-height: 1.4; color: var(--n10); }
  .w-caption[data-size='sm'] { font-size: 0.8em; }
  .w-caption[data-size='lg'] { font-size: 0.9333em; }
  .widget [data-weight='normal'] { font-weight: 400; }
  .widget [data-weight='medium'] { font-weight: 500; }
  .widget [data-weight='semibold'] { font-weight: 600; }
  .widget [data-weight='bold'] { font-weight: 700; }
  .widget [data-align='start'] { text-align: start; }
  .widget [data-align='center'] { text-align: center; }
  .widget [data-align='end'] { text-align: end; }
  .widget [data-truncate] {
    overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-inline-size: 100%;
  }
  .widget [data-clamp] { display: -webkit-box; -webkit-box-orient: vertical; overflow: hidden; }

  .w-badge {
    --c: var(--n11); --soft: var(--n3); --line: var(--n7);
    display: inline-block; flex: none; max-inline-size: 100%; padding: 1px 7px;
    border: 1px solid transparent; border-radius: min(6px, var(--radius-full)); font-size: 0.8em;
    font-weight: 500; line-height: 1.5; white-space: nowrap; overflow: hidden; text-overflow: ellipsis;
    color: var(--c); background: var(--soft);
  }
  .w-badge[data-size='md'] { font-size: 0.8667em; padding: 2px 8px; }
  .w-badge[data-size='lg'] { font-size: 0.9333em; padding: 3px 10px; }
  .w-badge[data-pill] { border-radius: var(--radius-full); }
  .w-badge[data-variant='solid'] { background: var(--c); color: var(--n1); }
  .w-badge[data-variant='outline'] { background: transparent; border-color: var(--line); }
  :is(.w-badge, .w-button)[data-color='success'] {
    --c: var(--success);
    --soft: light-dark(var(--success-soft), color-mix(in oklab, var(--success) 16%, transparent));
    --line: var(--success-line);
  }
  :is(.w-badge, .w-button)[data-color='danger'] {
    --c: var(--danger);
    --soft: light-dark(var(--danger-soft), color-mix(in oklab, var(--danger) 16%, transparent));
    --line: var(--danger-line);
  }
  :is(.w-badge, .w-button)[data-color='warning'] {
    --c: var(--warning);
    --soft: light-dark(var(--warning-soft), color-mix(in oklab, var(--warning) 16%, transparent));
    --line: var(--warning-line);
  }
  :is(.w-badge, .w-button)[data-color='info'] {
    --c: var(--info);
    --soft: light-dark(var(--info-soft), color-mix(in oklab, var(--info) 16%, transparent));
    --line: var(--info-line);
  }
  :is(.w-badge, .w-button)[data-color='caution'] {
    --c: var(--caution); --soft: var(--caution-soft);
    --line: color-mix(in oklab, var(--caution) 30%, var(--n1));
  }
  :is(.w-badge, .w-button)[data-color='discovery'] {
    --c: var(--discovery); --soft: var(--discovery-soft);
    --line: color-mix(in oklab, var(--discovery) 30%, var(--n1));
  }

  .w-icon { display: inline-flex; flex: none; color: var(--n11); }
  .w-icon .icon { inline-size: 1.2em; block-size: 1.2em; }
  .w-icon[data-size='xs'] .icon { inline-size: 0.8em; block-size: 0.8em; }
  .w-icon[data-size='sm'] .icon { inline-size: 1em; block-size: 1em; }
  .w-icon[data-size='md'] .icon { inline-size: 1.2em; block-size: 1.2em; }
  .w-icon[data-size='lg'] .icon { inline-size: 1.4em; block-size: 1.4em; }
  .w-icon[data-size='xl'] .icon { inline-size: 1.6em; block-size: 1.6em; }
  .w-icon[data-size='2xl'] .icon { inline-size: 2em; block-size: 2em; }
  .w-icon[data-size='3xl'] .icon { inline-size: 2.6em; block-size: 2.6em; }

  .w-image {
    position: relative; display: grid; place-items: center; flex: none; min-inline-size: 0; overflow: clip;
    max-inline-size: 100%;
  }
  .w-image > * { grid-area: 1 / 1; }
  .w-image > img { inline-size: 100%; block-size: 100%; min-block-size: 0; display: block; }
  .w-image:not([data-state='loaded']) { background: var(--n3); min-block-size: 1.5em; }
  .w-image[data-frame] { box-shadow: inset 0 0 0 1px var(--n6); }
  .w-image[data-frame]::after {
    content: ''; position: absolute; inset: 0;
    border: 1px solid color-mix(in srgb, var(--n12) 12%, transparent);
    border-radius: inherit; pointer-events: none;
  }
  .w-card-body > .w-image[data-flush] { margin-inline: calc(var(--w-pad) * -1); max-inline-size: none; }
  .w-card-body > .w-image[data-flush]:first-child { margin-block-start: calc(var(--w-pad) * -1); }
  .w-image-label {
    display: none; padding: 6px 8px; font-size: 0.8em; line-height: 1.3; color: var(--n10);
    text-align: center; overflow: hidden;
  }
  .w-image[data-state='failed'] > .w-image-label { display: block; }

  /* Not as in a table of markdown. */
  .widget :is(th, td):not(.w-markdown *) {
    padding: 0; border: 0; font-weight: inherit; text-align: start; vertical-align: middle;
  }
  .w-table { overflow-x: auto; max-inline-size: 100%; border-radius: var(--radius-s); }
  .w-table > table { border-collapse: collapse; inline-size: 100%; font-size: 0.9333em; }
  .widget .w-table .w-table-cell { padding: 8px 12px 8px 0; text-align: start; vertical-align: middle; }
  .widget .w-table .w-table-cell:last-child { padding-inline-end: 0; }
  .widget .w-table-row + .w-table-row > .w-table-cell { border-block-start: 1px solid var(--n4); }
  .w-table-row[data-header] > .w-table-cell { font-weight: 500; color: var(--n10); font-size: 0.9286em; }
  .w-table-row[data-header] > .w-table-cell :is(.w-text, .w-title) {
    font-size: inherit; font-weight: inherit;
  }
  .w-table-cell[data-col-size='xs'] { inline-size: 48px; }
  .w-table-cell[data-col-size='sm'] { inline-size: 96px; }
  .w-table-cell[data-col-size='md'] { inline-size: 160px; }
  .w-table-cell[data-col-size='lg'] { inline-size: 240px; }
  .w-table-cell[data-col-size='xl'] { inline-size: 340px; }

  .w-chart {
    display: flex; flex-direction: column; position: relative; inline-size: 100%; min-inline-size: 0;
    max-inline-size: 100%; block-size: 220px; min-block-size: min-content;
  }
  .w-chart[data-failed] { block-size: auto; }
  .w-chart-table th { border: 0; font-weight: inherit; }
  .w-chart:not([data-failed]) > .w-chart-table {
    position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%);
    contain: strict; white-space: nowrap;
  }
  .w-chart:not([data-failed]) > .w-chart-table :is(table, tbody, tr) { display: block; }
  .w-chart:not([data-failed]) > .w-chart-table .w-table-cell { display: inline; padding: 0; }

  .w-frame { inline-size: 100%; min-inline-size: 0; flex: none; }
  .w-frame > iframe { display: block; inline-size: 100%; border: 0; border-radius: inherit; }
  .w-frame[data-border] {
    border: 1px solid var(--n6); border-radius: var(--radius-m); background: var(--n1); overflow: clip;
  }
  .w-frame[aria-busy] { min-block-size: 200px; }
  .w-frame-parting {
    position: fixed; inset: 0 auto auto 0; visibility: hidden; pointer-events: none; border: 0;
  }

  .w-missing {
    padding: 6px 10px; border: 1px dashed var(--n7); border-radius: var(--radius-s); font-size: 0.8667em;
    color: var(--n10);
  }
  .w-markdown > * > :last-child { margin-block-end: 0; }
  .w-markdown > * > :first-child { margin-block-start: 0; }
`;
