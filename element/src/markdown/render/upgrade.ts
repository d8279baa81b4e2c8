// How code, formulas and links look before and after their module has loaded. The nodes themselves contain
// what the upgrade needs, so no state is stored.
import { languageOf } from '../heavy/languages.ts';
import { doubts, highlighter, mathematics } from '../heavy/lazy.ts';

/** Highlights `code`, whose class names its language, if the highlighter is loaded. */
export function coloured(code: HTMLElement): HTMLElement {
  const language = languageOf(code.className.replace('language-', ''));
  const nodes =
    language === null ? null : (highlighter.value?.highlighted(code.textContent, language) ?? null);
  if (nodes !== null) code.replaceChildren(nodes);
  return code;
}

/** The formula, or its source as code before mathematics is loaded and if the source is invalid. */
export function formulaNode(tex: string, isDisplay: boolean): Element {
  const formula = mathematics.value?.formulaNode(tex, isDisplay) ?? null;
  if (formula !== null) return formula;
  const code = document.createElement('code');
  code.className = isDisplay ? 'tex display' : 'tex';
  code.dir = 'ltr';
  code.textContent = tex;
  return code;
}

/** Upgrades plain code, formulas and links within `root` with the modules that have loaded since. */
export function upgrade(root: Element): void {
  for (const code of root.querySelectorAll<HTMLElement>('code[class^="language-"]'))
    if (code.childElementCount === 0) coloured(code);
  for (const link of root.querySelectorAll<HTMLAnchorElement>('a[target]:not(.citation)'))
    doubts.value?.nameTarget(link);
  for (const code of root.querySelectorAll('code.tex')) {
    const made = formulaNode(code.textContent, code.matches('.display'));
    if (made.localName !== 'code') code.replaceWith(made);
  }
}
