// The place of a widget in the thread.
import { css } from '../../../dom/css.ts';

export const widgetStyles = css`
  .widget-item { min-inline-size: 0; }
  .widget-wait {
    max-inline-size: 440px; padding: calc(var(--unit) * 4); border: 1px solid var(--n5);
    border-radius: var(--radius-m);
  }
`;
