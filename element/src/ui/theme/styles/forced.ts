// Forced colours: borders replace backgrounds. Last, since it overrides the others.
import { css } from '../../../dom/css.ts';

export const forced = css`
  @media (forced-colors: active) {
    .icon-button, .button, .quiet-button, .chip, .send { border: 1px solid ButtonBorder; }
    .card, .question, .bubble, .menu { border: 1px solid CanvasText !important; }
    .bone { background: GrayText; }
    .pulse { background: CanvasText; }
    .undo, .thread-row.current { border: 1px solid CanvasText; }
    .chip.selected, .prompt:hover { border-color: Highlight; }
    .table, .code pre { background: none; }
    .icon-button[aria-pressed='true'] { background: Highlight; color: HighlightText; }
  }
`;
