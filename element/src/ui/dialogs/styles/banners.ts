// Notices, the end of a thread, a disclaimer.
import { css } from '../../../dom/css.ts';

export const banners = css`
  .column > .notices {
    flex: 0 1 auto; display: flex; flex-direction: column; gap: 8px; min-block-size: 0; overflow: auto;
  }
  .notices > .card { flex: none; }
  .closed {
    display: flex; align-items: center; gap: 10px; flex-wrap: wrap;
    padding: calc(var(--unit) * 3) calc(var(--unit) * 4); border: 1px solid var(--n6);
    border-radius: var(--radius-l); background: var(--n2); font-size: 0.9375em;
  }
  .closed p { flex: 1 1 12em; }
  .closed > .icon { color: var(--n10); }
  .disclaimer {
    font-size: 0.78em; line-height: 1.4; color: var(--n10); text-align: center; padding-inline: 8px;
  }
  .disclaimer.high { color: var(--n12); }
  .disclaimer .markdown > * { margin: 0; }
  .card .icon-button { margin: -5px -6px -5px 0; margin-inline: 0 -6px; }
  .card.info { background: var(--info-soft); border-color: var(--info-line); }
  .card.warning { background: var(--warning-soft); border-color: var(--warning-line); }
  .card.info > .icon { color: var(--info); }
  .card.warning > .icon { color: var(--warning); }
`;
