// What a chart looks like. The place of one that is not drawn yet is among the blocks of widgets.
import { css } from '../../dom/css.ts';

export const chartStyles = css`
  .w-chart-frame { position: relative; flex: 1 1 0px; min-block-size: 40px; min-inline-size: 0; }
  .w-chart-svg {
    position: absolute; inset: 0; inline-size: 100%; block-size: 100%; overflow: visible; direction: ltr;
    font-size: 0.8em; font-variant-numeric: tabular-nums; touch-action: pan-y; user-select: none;
    -webkit-user-select: none; border-radius: var(--radius-s); -webkit-tap-highlight-color: transparent;
  }
  .w-chart-svg:focus { outline: none; }
  .w-chart-svg:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
  .w-chart-svg text { fill: var(--n10); unicode-bidi: plaintext; }
  .w-chart-svg line { stroke: var(--n4); stroke-width: 1px; shape-rendering: crispEdges; }
  .w-chart-svg .w-chart-zero { stroke: var(--n7); }
  .w-chart-svg .w-chart-cursor { stroke: var(--n8); }
  .w-chart-band { fill: color-mix(in srgb, var(--n12) 6%, transparent); }
  .w-chart-marks { overflow: hidden; }
  .w-chart-bar, .w-chart-dot { fill: var(--c); }
  .w-chart-line {
    fill: none; stroke: var(--c); stroke-width: 2px; stroke-linejoin: round; stroke-linecap: round;
  }
  .w-chart-area[data-stack] { fill: var(--c); fill-opacity: 0.2; }
  .w-chart-far { stop-color: var(--c); stop-opacity: 0.3; }
  .w-chart-near { stop-color: var(--c); stop-opacity: 0.03; }
  .w-chart-active { fill: var(--c); stroke: var(--raised); stroke-width: 2px; }
  .w-chart-spoken {
    position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%);
  }
  .w-chart-empty {
    position: absolute; inset: 0; display: grid; place-items: center; font-size: 0.9333em; color: var(--n10);
  }

  .w-chart-legend {
    flex: none; display: flex; flex-wrap: wrap; justify-content: center; gap: 4px 16px;
    padding-block-start: 10px; font-size: 0.8667em; line-height: 1.4; color: var(--n11);
  }
  .w-chart-legend > li { display: flex; align-items: center; gap: 7px; min-inline-size: 0; }
  .w-chart-legend-label, .w-chart-tip-label {
    overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  }
  .w-chart-swatch {
    flex: none; inline-size: 9px; block-size: 9px; border-radius: min(3px, var(--radius-full));
    background: var(--c); print-color-adjust: exact;
  }

  .w-chart-tip.w-popup {
    inline-size: max-content; min-inline-size: 120px; max-inline-size: min(280px, calc(100vw - 16px));
    padding: 8px 11px; overflow: hidden; pointer-events: none; font-size: 0.8667em; line-height: 1.4;
    border-radius: min(10px, var(--radius-full));
  }
  .w-chart-tip-title {
    max-block-size: 4.2em; overflow: hidden; margin-block-end: 4px; font-weight: 600; color: var(--n12);
  }
  .w-chart-tip li { display: flex; align-items: center; gap: 7px; padding-block: 1px; color: var(--n11); }
  .w-chart-tip b {
    margin-inline-start: auto; padding-inline-start: 14px; font-weight: 600; color: var(--n12);
    font-variant-numeric: tabular-nums; white-space: nowrap; overflow: hidden; text-overflow: ellipsis;
  }

  @media (forced-colors: active) {
    .w-chart-svg text { fill: CanvasText; }
    .w-chart-svg line { stroke: GrayText; }
    .w-chart-svg .w-chart-zero { stroke: CanvasText; }
    .w-chart-svg .w-chart-cursor { stroke: Highlight; }
    .w-chart-band { fill: none; stroke: Highlight; }
    .w-chart-bar { stroke: CanvasText; stroke-width: 1px; }
    .w-chart-active { stroke: CanvasText; }
    .w-chart-swatch { forced-color-adjust: none; }
  }
  @media print {
    .w-chart-svg line { stroke: #ddd; }
    .w-chart-svg .w-chart-zero { stroke: #888; }
  }
`;
