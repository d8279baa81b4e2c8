// Print: the whole thread in black on white, and nothing else.
import { css } from '../../../dom/css.ts';

export const print = css`
  @media print {
    :host {
      position: static; --n1: #fff; --n2: #fff; --n3: #fff; --n4: #fff; --n10: #444; --n11: #333; --n12: #000;
      --link: #000; --bubble: #fff; --on-bubble: #000; --danger: #000; --danger-soft: #fff; --info: #000;
      --success: #000; --warning: #000;
    }
    .shell, .layout, .chat, .scroller, .content {
      display: block; block-size: auto; min-block-size: 0; overflow: visible; container-type: normal;
    }
    .content { max-inline-size: none; padding: 0; }
    header, footer, .scrim, .history, .actions, .start, .code-copy, .card > .button, .not-sent .text-button,
    .quote-button, .preview, .pulse {
      display: none !important;
    }
    .turn, .turn-group, .markdown > * { content-visibility: visible !important; }
    .code pre, .table, .formula { overflow: visible; background: none; }
    .code code { white-space: pre-wrap; inline-size: auto; }
    table { inline-size: auto; max-inline-size: 100%; }
    tr, img, .card { break-inside: avoid; }
    h3, h4, h5, h6 { break-after: avoid; }
    .bubble { border-color: #999; }
  }
`;
