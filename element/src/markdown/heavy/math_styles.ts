// What MathML needs besides the browser's own styles.
const css = String.raw;

export const mathStyles = css`
  math {
    direction: ltr; font-family: 'Cambria Math', 'STIX Two Math', 'Latin Modern Math', 'Noto Sans Math', math;
    font-size: 1.08em; line-height: normal;
  }
  math[display='block'] { display: block math; margin-block: 0.5em; }
  .formula > math[display='block'] { margin-block: 0; padding-block: 0.25em; }
  .tml-right, .tml-tageqn > :last-child { text-align: end; }
  .tml-left { text-align: start; }
  mtable.tml-jot > mtr > mtd { padding-block: 0.35ex; }
  menclose[notation~='updiagonalstrike'] {
    background: linear-gradient(to top right, transparent 47%, currentColor 48% 52%, transparent 53%);
  }
`;
