// What code, formulas and links look like before and after the part that knows them has arrived. What is needed to go from
// one to the other stands in the nodes themselves, so nothing has to be remembered.
import { languageOf } from '../heavy/languages.ts';
import { doubts, highlighter, mathematics } from '../heavy/lazy.ts';

/** `code`, whose class names its language, with its colours when they are loaded. */
export function coloured(code: HTMLElement): HTMLElement {
  const language = languageOf(code.className.replace('language-', ''));
  const nodes =
    language === null ? null : (highlighter.value?.highlighted(code.textContent, language) ?? null);
  if (nodes !== null) code.replaceChildren(nodes);
  return code;
}

/** The formula, or its source as code: before mathematics is loaded, and where the source has a mistake. */
export function formulaNode(tex: string, isDisplay: boolean): Element {
  const formula = mathematics.value?.formulaNode(tex, isDisplay) ?? null;
  if (formula !== null) return formula;
  const code = document.createElement('code');
  code.className = isDisplay ? 'tex display' : 'tex';
  code.dir = 'ltr';
  code.textContent = tex;
  return code;
}

/** Gives plain code, unread formulas and links within `root` what has arrived since they were made. */
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
