// Files on their way.
import { css } from '../../../dom/css.ts';

export const uploads = css`
  .upload { max-inline-size: 100%; padding-block: 4px; padding-inline-end: 4px; }
  .upload-text { min-inline-size: 0; display: grid; line-height: 1.3; }
  .upload-text > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .upload.failed { border-color: var(--danger-line); }
  .upload.failed small, .upload.failed > .icon { color: var(--danger); }
  .spinner {
    flex: none; inline-size: 16px; block-size: 16px; border: 2px solid var(--n6);
    border-block-start-color: var(--n11); border-radius: 50%; animation: turn 900ms linear infinite;
  }
  @keyframes turn { to { transform: rotate(1turn); } }
  @media (prefers-reduced-motion: reduce) { .spinner { border-style: dotted; } }
`;
