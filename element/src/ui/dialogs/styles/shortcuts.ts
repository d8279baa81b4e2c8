// The list of keys.
import { css } from '../../../dom/css.ts';

export const shortcuts = css`
  .shortcuts {
    position: absolute; z-index: 7; inset-block-start: 50%; inset-inline: 16px; margin-inline: auto;
    max-inline-size: 360px; max-block-size: calc(100% - 32px); overflow: auto; transform: translateY(-50%);
    padding: calc(var(--unit) * 3) calc(var(--unit) * 4) calc(var(--unit) * 4); background: var(--raised);
    border: 1px solid var(--n6); border-radius: var(--radius-m); box-shadow: 0 8px 32px rgb(0 0 0 / 0.16);
    animation: appear 140ms ease-out backwards;
  }
  .shortcuts-head {
    display: flex; align-items: center; justify-content: space-between; margin-inline-end: -6px;
  }
  .shortcuts h2 { font-size: 1em; font-weight: 600; }
  .shortcuts dl {
    display: grid; grid-template-columns: auto 1fr; gap: calc(var(--unit) * 2) 16px; align-items: baseline;
    margin-block-start: calc(var(--unit) * 2); font-size: 0.9375em;
  }
  .shortcuts dt { display: flex; gap: 4px; direction: ltr; justify-content: flex-start; }
  .shortcuts dd { color: var(--n11); }
  kbd {
    min-inline-size: 1.8em; padding: 0.1em 0.45em; font: 0.86em var(--font); text-align: center;
    color: var(--n11); border: 1px solid var(--n7); border-radius: min(var(--radius-s), 6px);
  }
`;
