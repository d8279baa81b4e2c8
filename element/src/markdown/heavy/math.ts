// Formulas as MathML. Loaded when the first finished formula is shown.
import temml from 'temml';
import { type Attributes, readMarkup } from './markup.ts';
import { mathStyles } from './math_styles.ts';
import { Recent } from './recent.ts';

export const styles: readonly string[] = [mathStyles];

const NAMESPACE = 'http://www.w3.org/1998/Math/MathML';
const ELEMENTS: ReadonlySet<string> = new Set(
  (
    'math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace ' +
    'msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none'
  ).split(' '),
);
const ATTRIBUTES: ReadonlySet<string> = new Set(
  (
    'accent accentunder class columnalign columnspacing columnspan depth display displaystyle fence form ' +
    'height largeop linethickness lspace mathvariant ' +
    'maxsize minsize movablelimits notation rowspacing rowspan rspace scriptlevel separator stretchy ' +
    'symmetric voffset width'
  ).split(' '),
);
const PROPERTIES =
  /^(?:border(?:-[a-z]+)*|color|background-color|display|font-(?:family|size|style|weight)|(?:min-|max-)?(?:width|height)|margin(?:-[a-z]+)?|math-(?:depth|style|shift)|padding(?:-[a-z]+)?|text-align|text-transform|vertical-align)$/;
const VALUE = /^[\w .,%#()-]*$/;
/** Commands that could place a formula over other text. */
const FAR = /\d{3}(?:\.\d*)?[a-z]/;
const MAX_CHARS = 2000;
const MAX_MARKUP_CHARS = 200_000;
/**
 * Definitions could make a short source grow without bound, and characters by number could be hidden ones.
 */
const DEFINITION =
  /\\(?:[gex]?def|(?:re)?newcommand|providecommand|let|futurelet|global|long|DeclareMathOperator|char)(?![a-zA-Z])/;

/** The maximum sizes of a formula: in em for relative lengths, in points for absolute ones. */
const SETTINGS = { throwOnError: true, trust: false, maxExpand: 200, maxSize: [20, 200] as [number, number] };

const recent = new Recent<Element>(100);

/** `tex` as a `math` element, or `null` if it cannot be shown as a formula. */
export function formulaNode(tex: string, isDisplay: boolean): Element | null {
  if (tex.length > MAX_CHARS || DEFINITION.test(tex)) return null;
  return recent.of(`${isDisplay}${tex}`, () => mathOf(markupOf(tex, isDisplay)));
}

function mathOf(markup: string): Element | null {
  return markup.length > MAX_MARKUP_CHARS
    ? null
    : (readMarkup(markup, makeElement)?.firstElementChild ?? null);
}

function markupOf(tex: string, isDisplay: boolean): string {
  try {
    return temml.renderToString(tex, { ...SETTINGS, displayMode: isDisplay });
  } catch {
    // An invalid source, or braces so deep that the stack overflows: the reader sees the source.
    return '';
  }
}

function makeElement(name: string, attributes: Attributes): Element | null {
  if (name !== 'span' && !ELEMENTS.has(name)) return null;
  const element =
    name === 'span' ? document.createElement('span') : document.createElementNS(NAMESPACE, name);
  for (const [key, value] of attributes) {
    if (key === 'style') setStyle(element, value);
    else if (ATTRIBUTES.has(key)) element.setAttribute(key, value);
  }
  return element;
}

/** Sets properties one by one: a strict content security policy refuses style attributes. */
function setStyle(element: Element, declarations: string): void {
  const { style } = element as Partial<ElementCSSInlineStyle>;
  if (style === undefined) return;
  for (const declaration of declarations.split(';')) {
    const [property = '', value = ''] = declaration.split(':');
    if (PROPERTIES.test(property) && VALUE.test(value) && !FAR.test(value))
      style.setProperty(property, value);
  }
}
