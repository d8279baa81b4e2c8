// The colours of highlighted code: the text steps and meanings of the theme, which it computes to be legible.
const css = String.raw;

export const highlightStyles = css`
  .hljs-comment, .hljs-quote, .hljs-meta { color: var(--n10); }
  .hljs-comment, .hljs-quote, .hljs-emphasis { font-style: italic; }
  .hljs-keyword, .hljs-selector-tag, .hljs-tag, .hljs-section, .hljs-doctag { color: var(--link); }
  .hljs-string, .hljs-regexp, .hljs-char, .hljs-addition, .hljs-code { color: var(--success); }
  .hljs-number, .hljs-literal, .hljs-symbol, .hljs-bullet, .hljs-link, .hljs-selector-pseudo {
    color: var(--warning);
  }
  .hljs-built_in, .hljs-type, .hljs-attr, .hljs-attribute, .hljs-name, .hljs-selector-class,
  .hljs-selector-id {
    color: var(--info);
  }
  .hljs-deletion, .hljs-variable, .hljs-template-variable, .hljs-subst > .hljs-variable {
    color: var(--danger);
  }
  .hljs-subst, .hljs-params, .hljs-punctuation, .hljs-operator, .hljs-property { color: var(--n12); }
  .hljs-title, .hljs-strong, .hljs-section { font-weight: 600; }
`;
